//! Whether what was heard is what was played.
//!
//! [`similarity`] finds the reference in a recording, wherever it begins and however loud it is, and says how alike the
//! two are; [`dominant_frequency`] and [`tone_snr`] judge a recorded tone. Good enough for tests and for a first look;
//! perceptual scores (PESQ, ViSQOL) and the E-model are left out.

mod similarity;
mod spectrum;

pub use similarity::{Similarity, similarity};
pub use spectrum::{dominant_frequency, tone_snr};
