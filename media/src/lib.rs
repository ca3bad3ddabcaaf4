//! The sound of a call, without devices and without a clock.
//!
//! Everything here is a transform: it is driven by samples, remembers a little, and never asks for the time. What a
//! call's receiver does, from the packet to the ear, and its sender, from the clip to the packet:
//!
//! ```text
//!  RTP payload -> JitterBuffer -> Decoder (conceals) -> Resampler -> AudioFrame, Recorder
//!  RTP payload <- Encoder <- Player <- Resampler <- Clip, Tone, AudioFrame
//! ```
//!
//! - [`AudioFrame`]: samples with a rate and a place in time; a gap says that it is one;
//! - [`codec`]: [`Codec`](codec::Codec), [`Encoder`](codec::Encoder), [`Decoder`](codec::Decoder), open to others'
//!   codecs, and G.711 in both laws (ITU-T G.711; RFC 3551 §4.5.14);
//! - [`Resampler`]: any rate to any rate, in pieces of any size, without drift;
//! - [`wav`]: a [`Clip`](wav::Clip) read from a file, a [`Recorder`](wav::Recorder) that leaves a readable one;
//! - [`jitter`]: the receiver's fixed-delay buffer (RFC 3550 §6.4.1 calls what it smooths *interarrival jitter*);
//! - [`playout`]: the queue of what is to be spoken, with [`clear`](playout::Player::clear) and marks;
//! - [`tone`]: sine, DTMF (ITU-T Q.23), ringback and busy; and how strong a tone is in what was heard;
//! - [`score`]: whether what was heard is what was played.
//!
//! Left out so far: Opus and G.722, adaptive delay and time-scaling, mixing, voice processing, DTMF detection.
//!
//! A clip spoken into G.711, 20 ms at a time:
//!
//! ```
//! use bytes::BytesMut;
//! use offhook_media::{codec, playout::{Event, Player}, wav::Clip};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let pcmu = codec::by_name("PCMU", 8000).ok_or("no such codec")?;
//! let mut encoder = pcmu.encoder();
//! let mut player = Player::new(8000)?;
//! let id = player.queue(Clip::new(vec![1000; 4800], 48_000)?)?; // 100 ms at 48 kHz
//!
//! let mut frame = [0i16; 160];
//! let mut packets = 0;
//! while player.pull(&mut frame) > 0 {
//!     let mut payload = BytesMut::new();
//!     encoder.encode(&frame, &mut payload)?;
//!     assert_eq!(payload.len(), 160);
//!     packets += 1;
//! }
//! assert_eq!(packets, 5);
//! assert_eq!(player.poll_event(), Some(Event::Started(id)));
//! assert_eq!(player.poll_event(), Some(Event::Finished(id)));
//! # Ok(()) }
//! ```

mod error;
mod frame;
mod resample;

pub mod codec;
pub mod jitter;
pub mod playout;
pub mod score;
pub mod tone;
pub mod wav;

pub use error::Error;
pub use frame::AudioFrame;
pub use resample::{MAX_RATE, MIN_RATE, Resampler};
