#![doc = include_str!("../README.md")]
//!
//! # Where things are
//! - [`SessionDescription`] and [`MediaDescription`]: RFC 8866 §5. Parsed by [`SessionDescription::parse`], within the
//!   limits of [`Config`]; written by `Display` and [`SessionDescription::write_to`].
//! - [`TypedAttribute`]: attributes that have a type, most of which borrow from their line; asked for by
//!   [`MediaDescription::typed`], [`typed_all`](MediaDescription::typed_all), and where the session speaks for silent
//!   streams by [`SessionDescription::typed_of`] and [`typed_all_of`](SessionDescription::typed_all_of). By family:
//!   - formats: [`Rtpmap`], [`Fmtp`] with [`FmtpParameters`], [`OpusParameters`], [`TelephoneEvents`]; [`Ptime`],
//!     [`MaxPtime`], [`Direction`]
//!   - RTP and RTCP: [`Rtcp`], [`RtcpMux`], [`RtcpMuxOnly`], [`RtcpRsize`], [`RtcpFb`], [`Extmap`], [`ExtmapAllowMixed`],
//!     [`SourceAttribute`], [`SourceGroup`]
//!   - names and groups: [`Mid`], [`Group`], [`BundleOnly`], [`Msid`], [`MsidSemantic`], [`Label`], [`Content`]
//!   - keys: [`Crypto`], [`Fingerprint`], [`Setup`], [`TlsId`]
//!   - ICE: [`Candidate`], [`RemoteCandidates`], [`EndOfCandidates`], [`IceUfrag`], [`IcePwd`], [`IceOptions`],
//!     [`IceLite`], [`IceMismatch`], [`IcePacing`]
//!   - data channels: [`SctpPort`], [`MaxMessageSize`]
//! - [`Connection`], [`Bandwidth`], [`Timing`]: lines other than a= that have a type.
//! - [`Negotiator`]: offer and answer, RFC 3264, of any number of streams, with the payload types of RFC 3551,
//!   telephone-event of RFC 4733 and the groups of RFC 9143. [`LocalSession`] goes in, [`Exchange`] comes out.
//! - `strategies` (feature `proptest`): valid and nearly valid descriptions, to test any reader of SDP with.
//!
//! Pure: no clock, no socket, no random number. What it leaves out stands under *Not done*.

mod address;
mod attribute;
mod config;
mod description;
mod error;
mod line;
mod negotiate;
mod parse;
#[cfg(feature = "proptest")]
pub mod strategies;
mod text;
mod write;

pub use address::{Address, Connection};
pub use attribute::{
    BundleOnly, Candidate, CandidateAddress, CandidateKind, Content, Crypto, CryptoSuite, Direction, EndOfCandidates,
    Extmap, ExtmapAllowMixed, Feedback, Fingerprint, Fmtp, FmtpParameters, Group, GroupSemantics, HashFunction,
    IceLite, IceMismatch, IceOptions, IcePacing, IcePwd, IceTransport, IceUfrag, KeyParam, KeyParams, Label, Lifetime,
    MaxMessageSize, MaxPtime, Mid, Mki, Msid, MsidSemantic, OpusParameters, Ptime, RemoteCandidates, Rtcp, RtcpFb,
    RtcpMux, RtcpMuxOnly, RtcpRsize, Rtpmap, SctpPort, SessionDefault, SessionParams, Setup, SourceAttribute,
    SourceGroup, TcpType, TelephoneEvents, TlsId, TypedAttribute,
};
pub use config::Config;
pub use description::{Bandwidth, BandwidthKind, MediaDescription, Origin, SessionDescription, Timing};
pub use error::{NegotiateError, ParseError, ParseErrorKind, Refusal, ValueError};
pub use line::{Attribute, Line, Lines};
pub use negotiate::{
    Agreed, AgreedCodec, Change, Codec, Exchange, Fits, LocalSession, LocalStream, MediaKind, Negotiator, Outcome,
    Preference, Protocol, parameters_fit,
};
pub use text::Text;
