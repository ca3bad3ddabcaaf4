//! What was wrong, where, and which answer it deserves.

use crate::leniency::Departure;
use crate::{Name, Status};
use std::fmt;

/// Why bytes are not a SIP message, or a header not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} in {place} at byte {at}")]
pub struct ParseError {
    /// What was wrong.
    pub kind: ErrorKind,
    /// In which part of the message.
    pub place: Place,
    /// Offset from the start of the message; from the start of the value when a value was parsed alone.
    pub at: usize,
}

/// The kinds of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A character that the grammar does not allow here.
    BadCharacter,
    /// The bytes end before the value does.
    Truncated,
    /// A number that is out of its range, or none.
    BadNumber,
    /// A mandatory header is not there.
    Missing,
    /// A header stands twice that may stand once.
    Repeated,
    /// Two parts contradict each other (CSeq's method and the request's, say).
    Mismatch,
    /// A limit of [`Limits`](crate::Limits) is passed.
    TooLarge,
    /// More header lines than [`Limits::headers`](crate::Limits); of Via, more hops than an answer could name.
    TooMany,
    /// A protocol version other than SIP/2.0.
    Version,
    /// A scheme, protocol or form that is not known here.
    Unsupported,
    /// A departure that is known by name and switched off in [`Leniency`](crate::Leniency).
    Departure(Departure),
}

/// The part of a message that an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The request line or status line.
    StartLine,
    /// The header section as a whole.
    Headers,
    /// A header line as it arrives, before its name is looked at.
    HeaderLine,
    /// One header.
    Header(Name),
    /// A URI parsed alone.
    Uri,
    /// The body.
    Body,
}

impl ParseError {
    pub(crate) fn new(kind: ErrorKind, place: Place, at: usize) -> Self {
        ParseError { kind, place, at }
    }

    /// The final response that a request with this fault deserves (RFC 3261 §21.4, §21.5).
    pub fn status(&self) -> Status {
        match (self.kind, self.place) {
            (ErrorKind::Version, _) => Status::VERSION_NOT_SUPPORTED,
            (ErrorKind::Unsupported, Place::StartLine | Place::Uri) => Status::UNSUPPORTED_URI_SCHEME,
            (ErrorKind::TooLarge, Place::Body) => Status::REQUEST_ENTITY_TOO_LARGE,
            (ErrorKind::TooLarge, Place::StartLine) => Status::REQUEST_URI_TOO_LONG,
            (ErrorKind::TooMany, Place::Header(_)) => Status::TOO_MANY_HOPS,
            (ErrorKind::TooLarge | ErrorKind::TooMany, _) => Status::MESSAGE_TOO_LARGE,
            _ => Status::BAD_REQUEST,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ErrorKind::BadCharacter => "bad character",
            ErrorKind::Truncated => "truncated",
            ErrorKind::BadNumber => "bad number",
            ErrorKind::Missing => "missing",
            ErrorKind::Repeated => "repeated",
            ErrorKind::Mismatch => "contradiction",
            ErrorKind::TooLarge => "too large",
            ErrorKind::TooMany => "too many",
            ErrorKind::Version => "unknown version",
            ErrorKind::Unsupported => "unsupported form",
            ErrorKind::Departure(departure) => return departure.fmt(f),
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::StartLine => f.write_str("the start line"),
            Place::Headers => f.write_str("the header section"),
            Place::HeaderLine => f.write_str("a header line"),
            Place::Header(name) => f.write_str(name.as_str()),
            Place::Uri => f.write_str("a URI"),
            Place::Body => f.write_str("the body"),
        }
    }
}
