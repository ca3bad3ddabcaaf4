//! What can be wrong, and where.

/// Why bytes are not a session description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at line {line}, byte {offset}")]
pub struct ParseError {
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// The line, counted from 1.
    pub line: usize,
    /// The byte, counted from 0 at the start of the description.
    pub offset: usize,
}

/// The kinds of [`ParseError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// Longer than [`Config::max_bytes`](crate::Config::max_bytes).
    #[error("description too long")]
    TooLong,
    /// More lines than [`Config::max_lines`](crate::Config::max_lines).
    #[error("too many lines")]
    TooManyLines,
    /// More m= lines than [`Config::max_media`](crate::Config::max_media).
    #[error("too many media")]
    TooManyMedia,
    /// A line that does not start with one letter and `=` (RFC 8866 §5).
    #[error("not a line of the form x=value")]
    NotALine,
    /// NUL, or CR within a line (RFC 8866 §9, byte-string).
    #[error("forbidden byte")]
    ForbiddenByte,
    /// The first line is not v=0 (RFC 8866 §5.1).
    #[error("no v=0 first")]
    NoVersion,
    /// There is no o= line before the first m= line (RFC 8866 §5.2).
    #[error("no o= line")]
    NoOrigin,
    /// The o= line has not its fields (RFC 8866 §5.2).
    #[error("unreadable o= line")]
    BadOrigin,
    /// The m= line has not its fields, or its port is no number (RFC 8866 §5.14).
    #[error("unreadable m= line")]
    BadMedia,
    /// A second v= or o= line (RFC 8866 §5).
    #[error("repeated line")]
    Repeated,
    /// A type letter that RFC 8866 §5 does not know, while
    /// [`Config::unknown_types`](crate::Config::unknown_types) is off.
    #[error("unknown type letter")]
    UnknownType,
}

/// Why the value of one line or attribute cannot be read as its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unreadable {name} at byte {offset} of its value")]
pub struct ValueError {
    /// The attribute's name, or the line's (`c=`).
    pub name: &'static str,
    /// The byte, counted from 0 at the start of the value (after `name:` or `c=`).
    pub offset: usize,
}

/// Why an offer or an answer leads to no session. The [`Negotiator`](crate::Negotiator) is as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NegotiateError {
    /// The offer has no live audio stream over RTP/AVP. In SIP the answer is 488.
    #[error("no audio stream over RTP/AVP")]
    NoAudio,
    /// There is audio, but no codec that both sides have. In SIP the answer is 488.
    #[error("no codec in common")]
    NoCommonCodec,
    /// The stream at this m= line (from 0) has no c= line, neither of its own nor from the session.
    #[error("media {media} has no c= line")]
    NoConnection {
        /// Which m= line, from 0.
        media: usize,
    },
    /// The c= line that holds for this m= line (from 0) cannot be read.
    #[error("media {media} has an unreadable c= line")]
    BadConnection {
        /// Which m= line, from 0.
        media: usize,
    },
    /// The c= line that holds for this m= line (from 0) names a host. Resolve it, write the address into the
    /// description and try again.
    #[error("media {media} has a host name for an address")]
    UnresolvedName {
        /// Which m= line, from 0.
        media: usize,
    },
    /// The peer's stream at this m= line (from 0) has a port above 65535.
    #[error("media {media} has an impossible port")]
    BadPort {
        /// Which m= line, from 0.
        media: usize,
    },
    /// An offer came while our own waits for its answer (RFC 3264 §4). In SIP the answer is 491.
    #[error("our own offer is pending")]
    OfferPending,
    /// An answer came, but no offer of ours waits for one.
    #[error("an answer without an offer")]
    NoOffer,
    /// The answer has not as many m= lines as the offer (RFC 3264 §6).
    #[error("{answered} media in the answer to an offer of {offered}")]
    MediaCount {
        /// The m= lines of the offer.
        offered: usize,
        /// The m= lines of the answer.
        answered: usize,
    },
    /// The answer's m= line (from 0) is of another media type or protocol than the offer's (RFC 3264 §6).
    #[error("media {media} of the answer is not what was offered")]
    WrongMedia {
        /// Which m= line, from 0.
        media: usize,
    },
    /// The peer answered our audio stream with port 0 (RFC 3264 §6).
    #[error("the peer refused media {media}")]
    Rejected {
        /// Which m= line, from 0.
        media: usize,
    },
}
