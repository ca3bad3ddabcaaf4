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
    /// The peer has streams and we have streams, but none could be taken. In SIP the answer to such an offer is 488.
    #[error("no stream could be taken, not even media {media}: {reason}")]
    NothingTaken {
        /// The m= line, from 0, that came nearest to it.
        media: usize,
        /// What was wrong with it.
        reason: Refusal,
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
    /// The answer bundles this m= line (from 0) with streams that the offer did not bundle it with (RFC 9143 §7.4).
    #[error("media {media} of the answer is in a group that was not offered")]
    WrongGroup {
        /// Which m= line, from 0.
        media: usize,
    },
}

/// Why one stream is not there. In the order of how near it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Whoever offered it offered it with port 0: it has ended, or was never there (RFC 3264 §8.2).
    #[error("ended by the offer")]
    Ended,
    /// The peer refused our offer of it with port 0 (RFC 3264 §6).
    #[error("refused by the peer")]
    ByPeer,
    /// We have no stream of this kind, or none that is not in use already.
    #[error("no stream of its kind to pair it with")]
    Kind,
    /// We have one of the kind, but over another transport or profile; or RTCP on a port of its own, which the peer
    /// excludes (RFC 8858).
    #[error("another transport")]
    Transport,
    /// It shall share a transport with others and cannot: those are refused or do not share (RFC 9143 §7.3).
    #[error("bundled with what is not there")]
    Bundle,
    /// No codec, or for what is not RTP no format, that both sides have.
    #[error("no codec in common")]
    Codec,
    /// It has no c= line, neither of its own nor from the session.
    #[error("no c= line")]
    NoConnection,
    /// The c= line that holds for it cannot be read.
    #[error("unreadable c= line")]
    BadConnection,
    /// The c= line that holds for it names a host. Resolve it, write the address into the description and try again.
    #[error("a host name for an address")]
    UnresolvedName,
    /// Its port is above 65535.
    #[error("impossible port")]
    BadPort,
}
