#![doc = include_str!("../README.md")]
//!
//! # Where things are
//! - [`SessionDescription`] and [`MediaDescription`]: RFC 8866 §5. Parsed by [`SessionDescription::parse`], within the
//!   limits of [`Config`]; written by `Display` and [`SessionDescription::write_to`].
//! - [`Rtpmap`], [`Fmtp`], [`Ptime`], [`MaxPtime`], [`Direction`], [`Rtcp`]: attributes that have a type; the door for
//!   others is [`TypedAttribute`]. RFC 8866 §6, RFC 3605.
//! - [`Negotiator`]: offer and answer, RFC 3264, of any number of streams, with the payload types of RFC 3551,
//!   telephone-event of RFC 4733 and the groups of RFC 9143. [`LocalSession`] goes in, [`Exchange`] comes out.
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
mod write;

pub use address::{Address, Connection};
pub use attribute::{Direction, Fmtp, MaxPtime, Ptime, Rtcp, Rtpmap, TypedAttribute};
pub use config::Config;
pub use description::{Bandwidth, MediaDescription, Origin, SessionDescription, Timing};
pub use error::{NegotiateError, ParseError, ParseErrorKind, Refusal, ValueError};
pub use line::{Attribute, Line, Lines};
pub use negotiate::{
    Agreed, AgreedCodec, Change, Codec, Exchange, Fits, LocalSession, LocalStream, MediaKind, Negotiator, Outcome,
    Preference, Protocol, parameters_fit,
};
