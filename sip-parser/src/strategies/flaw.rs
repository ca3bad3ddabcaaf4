//! The names of what can be wrong.

use crate::header::Name;

/// What is wrong with a message. Most are of RFC 4475, which says what becomes of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// The start line names SIP/7.0, or none (RFC 4475 §3.1.2.16).
    BadVersion,
    /// A status code of other than three digits, or beyond 699 (RFC 4475 §3.1.2.19).
    BadStatus,
    /// White space inside the Request-URI (RFC 4475 §3.1.2.8).
    SpaceInUri,
    /// The Request-URI stands in angle brackets (RFC 4475 §3.1.2.7).
    BracketedUri,
    /// Two spaces where one belongs in the request line (RFC 4475 §3.1.2.9).
    ExtraSpace,
    /// The start line is folded (RFC 3261 §7.1 allows none).
    FoldedStartLine,
    /// A mandatory header is not there (RFC 4475 §3.3.1).
    Missing(Name),
    /// A header that stands once stands twice (RFC 4475 §3.3.8).
    Repeated(Name),
    /// CSeq names another method than the request line (RFC 4475 §3.1.2.17).
    MethodMismatch,
    /// A number that no field of 32 bits holds, in CSeq or Max-Forwards (RFC 4475 §3.1.2.4).
    OverlongNumber(Name),
    /// A number below zero, in CSeq or Max-Forwards.
    NegativeNumber(Name),
    /// Content-Length says more than there is (RFC 4475 §3.1.2.2). On a stream the rest is waited for.
    LengthTooLarge,
    /// Content-Length says less than there is. A datagram's rest is dropped (RFC 4475 §3.1.1.8); on a stream it is
    /// taken for the next message.
    LengthTooSmall,
    /// Content-Length is below zero (RFC 4475 §3.1.2.3).
    LengthNegative,
    /// Content-Length is no number, or more than 64 bits hold.
    LengthNoNumber,
    /// There is no Content-Length: the end of a datagram ends the body too, but a stream is not to be cut.
    LengthMissing,
    /// The same Content-Length twice.
    LengthTwice,
    /// Two Content-Lengths that differ (RFC 4475 §3.3.9).
    LengthsDiffer,
    /// A display name whose quote is never closed (RFC 4475 §3.1.2.6).
    UnclosedQuote(Name),
    /// A backslash before the last quote of a display name, which so is not closed.
    EscapedLastQuote(Name),
    /// An address whose `<` is never closed.
    UnclosedBracket(Name),
    /// White space inside an address (RFC 4475 §3.1.2.14).
    SpaceInAddress(Name),
    /// A display name without quotes that needs them (RFC 4475 §3.1.2.15).
    BareDisplayName(Name),
    /// A display name that is not UTF-8, as old devices send them.
    NotUtf8(Name),
    /// A percent sign in a URI that escapes nothing.
    BadEscape(Name),
    /// A control byte in a tag, a branch or a Call-ID.
    ControlByte(Name),
    /// A Via of another SIP.
    ViaVersion,
    /// A Via whose port is above 65,535.
    ViaPort,
    /// An empty parameter and an empty element in Via (RFC 4475 §3.1.2.1).
    EmptyParts,
    /// A branch without the magic cookie (RFC 4475 §3.4.1).
    OldBranch,
    /// A line of the head that has no colon.
    LineWithoutColon,
    /// A line of the head that begins with its colon.
    LineWithoutName,
    /// White space inside a header's name.
    SpaceInName,
    /// A header of many kilobytes.
    LongValue,
    /// Many hundred headers.
    ManyHeaders,
    /// Lines end in LF alone.
    BareLf,
    /// The bytes end inside the head.
    Cut,
}

/// The part of a message that a flaw is in. No two flaws are put into one, for they might heal each other.
#[derive(PartialEq, Eq)]
pub(super) enum Site {
    StartLine,
    Length,
    Header(Name),
    Lines,
    Ends,
    End,
}

impl Flaw {
    /// Every flaw, with every header that it can be in.
    pub const ALL: &[Flaw] = &[
        Flaw::BadVersion,
        Flaw::BadStatus,
        Flaw::SpaceInUri,
        Flaw::BracketedUri,
        Flaw::ExtraSpace,
        Flaw::FoldedStartLine,
        Flaw::Missing(Name::VIA),
        Flaw::Missing(Name::FROM),
        Flaw::Missing(Name::TO),
        Flaw::Missing(Name::CALL_ID),
        Flaw::Missing(Name::CSEQ),
        Flaw::Repeated(Name::FROM),
        Flaw::Repeated(Name::TO),
        Flaw::Repeated(Name::CALL_ID),
        Flaw::Repeated(Name::CSEQ),
        Flaw::Repeated(Name::MAX_FORWARDS),
        Flaw::MethodMismatch,
        Flaw::OverlongNumber(Name::CSEQ),
        Flaw::OverlongNumber(Name::MAX_FORWARDS),
        Flaw::NegativeNumber(Name::CSEQ),
        Flaw::NegativeNumber(Name::MAX_FORWARDS),
        Flaw::LengthTooLarge,
        Flaw::LengthTooSmall,
        Flaw::LengthNegative,
        Flaw::LengthNoNumber,
        Flaw::LengthMissing,
        Flaw::LengthTwice,
        Flaw::LengthsDiffer,
        Flaw::UnclosedQuote(Name::FROM),
        Flaw::UnclosedQuote(Name::TO),
        Flaw::EscapedLastQuote(Name::FROM),
        Flaw::EscapedLastQuote(Name::TO),
        Flaw::UnclosedBracket(Name::FROM),
        Flaw::UnclosedBracket(Name::TO),
        Flaw::SpaceInAddress(Name::FROM),
        Flaw::SpaceInAddress(Name::TO),
        Flaw::BareDisplayName(Name::FROM),
        Flaw::BareDisplayName(Name::TO),
        Flaw::NotUtf8(Name::FROM),
        Flaw::NotUtf8(Name::TO),
        Flaw::BadEscape(Name::FROM),
        Flaw::BadEscape(Name::TO),
        Flaw::ControlByte(Name::FROM),
        Flaw::ControlByte(Name::TO),
        Flaw::ControlByte(Name::CALL_ID),
        Flaw::ControlByte(Name::VIA),
        Flaw::ViaVersion,
        Flaw::ViaPort,
        Flaw::EmptyParts,
        Flaw::OldBranch,
        Flaw::LineWithoutColon,
        Flaw::LineWithoutName,
        Flaw::SpaceInName,
        Flaw::LongValue,
        Flaw::ManyHeaders,
        Flaw::BareLf,
        Flaw::Cut,
    ];

    /// Whether a receiver of one datagram must not take the message for a good one. Of the others the RFCs let it
    /// choose, or say what it is to make of them.
    pub fn must_be_refused(self) -> bool {
        !matches!(
            self,
            Flaw::BracketedUri
                | Flaw::ExtraSpace
                | Flaw::LengthTooSmall
                | Flaw::LengthMissing
                | Flaw::LengthTwice
                | Flaw::SpaceInAddress(_)
                | Flaw::BareDisplayName(_)
                | Flaw::NotUtf8(_)
                | Flaw::BadEscape(_)
                | Flaw::EmptyParts
                | Flaw::OldBranch
                | Flaw::LongValue
                | Flaw::ManyHeaders
                | Flaw::BareLf
        )
    }

    pub(super) fn site(self) -> Site {
        match self {
            Flaw::BadVersion
            | Flaw::BadStatus
            | Flaw::SpaceInUri
            | Flaw::BracketedUri
            | Flaw::ExtraSpace
            | Flaw::FoldedStartLine => Site::StartLine,
            Flaw::Missing(name)
            | Flaw::Repeated(name)
            | Flaw::OverlongNumber(name)
            | Flaw::NegativeNumber(name)
            | Flaw::UnclosedQuote(name)
            | Flaw::EscapedLastQuote(name)
            | Flaw::UnclosedBracket(name)
            | Flaw::SpaceInAddress(name)
            | Flaw::BareDisplayName(name)
            | Flaw::NotUtf8(name)
            | Flaw::BadEscape(name)
            | Flaw::ControlByte(name) => Site::Header(name),
            Flaw::MethodMismatch => Site::Header(Name::CSEQ),
            Flaw::LengthTooLarge
            | Flaw::LengthTooSmall
            | Flaw::LengthNegative
            | Flaw::LengthNoNumber
            | Flaw::LengthMissing
            | Flaw::LengthTwice
            | Flaw::LengthsDiffer => Site::Length,
            Flaw::ViaVersion | Flaw::ViaPort | Flaw::EmptyParts | Flaw::OldBranch => Site::Header(Name::VIA),
            Flaw::LineWithoutColon
            | Flaw::LineWithoutName
            | Flaw::SpaceInName
            | Flaw::LongValue
            | Flaw::ManyHeaders => Site::Lines,
            Flaw::BareLf => Site::Ends,
            Flaw::Cut => Site::End,
        }
    }
}
