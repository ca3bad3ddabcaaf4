//! Typed attributes, one file for each or for a family, read from and written to [`Lines`](crate::Lines).
//!
//! RFC 8866 §6.4 to §6.7 and §6.15 with what Opus (RFC 7587) and telephone-event (RFC 4733) put there; RTCP: RFC 3605,
//! RFC 4585, RFC 5104, RFC 5506, RFC 5761; names and groups: RFC 4574, RFC 4796, RFC 5576, RFC 5888, RFC 8830, RFC 9143;
//! RTP header extensions: RFC 8285; keys: RFC 4145, RFC 4568, RFC 8122, RFC 8842; ICE: RFC 6544, RFC 8839, RFC 8840;
//! data channels: RFC 8841. A type of one's own is made in the same way: see [`TypedAttribute`].
//!
//! Left out, and so kept as the text that they are: simulcast and rid (RFC 8853, RFC 8851), imageattr (RFC 6236), floor
//! control (RFC 8856), rtcp-xr (RFC 3611), and what RFC 8866 §6 has for pictures and languages.

mod candidate;
mod crypto;
mod direction;
mod extmap;
mod fingerprint;
mod flag;
mod fmtp;
mod group;
mod ice;
mod label;
mod msid;
mod opus;
mod ptime;
mod rtcp;
mod rtcp_fb;
mod rtpmap;
pub(crate) mod scan;
mod sctp;
mod setup;
mod source;
mod telephone_events;
mod typed;

pub use candidate::{Candidate, CandidateAddress, CandidateKind, IceTransport, RemoteCandidates, TcpType};
pub use crypto::{Crypto, CryptoSuite, KeyParam, KeyParams, Lifetime, Mki, SessionParams};
pub use direction::Direction;
pub use extmap::Extmap;
pub use fingerprint::{Fingerprint, HashFunction};
pub use flag::{BundleOnly, EndOfCandidates, ExtmapAllowMixed, IceLite, IceMismatch, RtcpMux, RtcpMuxOnly, RtcpRsize};
pub use fmtp::{Fmtp, FmtpParameters};
pub use group::{Group, GroupSemantics, Mid};
pub use ice::{IceOptions, IcePacing, IcePwd, IceUfrag};
pub use label::{Content, Label};
pub use msid::{Msid, MsidSemantic};
pub use opus::OpusParameters;
pub use ptime::{MaxPtime, Ptime};
pub use rtcp::Rtcp;
pub use rtcp_fb::{Feedback, RtcpFb};
pub(crate) use rtpmap::MAX_PAYLOAD_TYPE;
pub use rtpmap::Rtpmap;
pub use sctp::{MaxMessageSize, SctpPort};
pub use setup::{Setup, TlsId};
pub use source::{SourceAttribute, SourceGroup};
pub use telephone_events::TelephoneEvents;
pub use typed::{SessionDefault, TypedAttribute};
