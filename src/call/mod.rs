//! One call's sound, and what is asked of it.
//!
//! [`Media`] is the machine of a call's sound: RTP, codec, jitter buffer, playout, recording, digits. It lives beside the
//! user agent, not in it, and is made from the [`MediaTerms`] that [`ua::Event::Media`](crate::ua::Event::Media) hands
//! over. [`Gather`] is the small machine that waits for digits.

mod gather;
mod media;
mod sides;
mod terms;

pub use gather::{Gather, GatherEnd, GatherInput, Gathered};
pub use media::{Media, MediaEvent, MediaInput, MediaStats};
pub use sides::Tap;
pub(crate) use terms::check_codecs;
pub use terms::{MediaAddress, MediaTerms};
