//! WAV files in and out (on crate `hound`).
//!
//! [`Clip`] reads a whole file into memory: 8 to 32 bit integers and 32-bit floats, any number of channels mixed into
//! one, any rate from 4 to 192 kHz. [`Recorder`] writes one as the sound comes, 16 bit, one or two channels, and keeps
//! the header true on the way. Compressed WAV (A-law, ADPCM) is left out.

mod clip;
mod recorder;

pub use clip::{Clip, Limits};
pub use recorder::{Channels, Recorder};
