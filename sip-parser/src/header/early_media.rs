//! `P-Early-Media` (RFC 5009 §8, §9).

use super::shapes::words;
use super::{Name, TypedHeader};
use crate::error::{ParseError, Place};
use crate::scan::Cursor;
use std::fmt;

/// Whether early media flows and which way: for all streams, or one element for each.
///
/// ```
/// use offhook_sip_parser::header::{EarlyMedia, PEarlyMedia, TypedHeader};
/// assert_eq!(PEarlyMedia::parse(b"sendrecv")?.0, EarlyMedia::SendRecv);
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PEarlyMedia<'a>(pub EarlyMedia<'a>);

words! {
    /// A direction, or a capability.
    EarlyMedia {
        /// Both ways.
        SendRecv = "sendrecv",
        /// One way, as `sendonly` of SDP.
        SendOnly = "sendonly",
        /// One way, as `recvonly` of SDP.
        RecvOnly = "recvonly",
        /// Not at all.
        Inactive = "inactive",
        /// A gateway on the way lets it through only if this header says so.
        Gated = "gated",
        /// The sender knows this header.
        Supported = "supported",
    }
}

impl<'a> TypedHeader<'a> for PEarlyMedia<'a> {
    const NAME: Name = Name::P_EARLY_MEDIA;
    const IS_LIST: bool = true;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::P_EARLY_MEDIA));
        let word = c.token()?;
        c.end()?;
        Ok(PEarlyMedia(EarlyMedia::of(word)))
    }
}

impl fmt::Display for PEarlyMedia<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
