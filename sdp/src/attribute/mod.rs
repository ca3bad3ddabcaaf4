//! Typed attributes, one file each, read from and written to [`Lines`](crate::Lines).
//!
//! RFC 8866 §6.4 to §6.7 and §6.15, which is what audio over RTP/AVP needs, and RFC 3605 (rtcp). A type of one's own
//! is made in the same way: see [`TypedAttribute`]. Not here yet: what encryption, ICE, bundling and video add.

mod direction;
mod fmtp;
mod ptime;
mod rtcp;
mod rtpmap;
mod typed;

pub use direction::Direction;
pub use fmtp::Fmtp;
pub use ptime::{MaxPtime, Ptime};
pub use rtcp::Rtcp;
pub(crate) use rtpmap::MAX_PAYLOAD_TYPE;
pub use rtpmap::Rtpmap;
pub use typed::TypedAttribute;
