//! What is to be spoken, in order, at the pace of whoever pulls.
//!
//! A [`Player`] takes [`Clip`](crate::wav::Clip)s, [`AudioFrame`](crate::AudioFrame)s, tones and any other [`Source`], of
//! any rate and in bursts of any length, and gives samples at one rate. Sources of one rate that follow each other are
//! one stream: no seam is heard between them. An [`Event`] comes when a sample was really pulled, not when it was
//! queued; [`Player::clear`] stops at once and answers what was not played.

mod player;
mod source;

pub use player::{Config, Event, Mark, PlayId, Player, Unplayed};
pub use source::{ClipSource, IntoSource, Source};
