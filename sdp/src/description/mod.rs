//! What one side says of a session: [`SessionDescription`] and, for each stream, [`MediaDescription`] (RFC 8866 §5).
//!
//! What a reader must have is parsed at once: o= and m=. Everything else stays a line of text in its place, known or
//! unknown, and is read as its type when it is asked for. So order and strangers' lines survive.

mod media;
mod origin;
mod session;
mod values;

pub use media::MediaDescription;
pub use origin::Origin;
pub use session::SessionDescription;
pub use values::{Bandwidth, BandwidthKind, Timing};
