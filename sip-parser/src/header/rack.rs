//! `RAck` (RFC 3262 §7.2).

use super::{CSeq, Name, TypedHeader};
use crate::Method;
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Cursor};
use std::fmt;

/// Which provisional response a PRACK acknowledges.
///
/// ```
/// use offhook_sip_parser::{Method, header::{RAck, TypedHeader}};
/// let rack = RAck::parse(b"776656 1 INVITE")?;
/// assert_eq!(rack, RAck { rseq: 776656, cseq: 1, method: Method::Invite });
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RAck {
    /// The response's RSeq.
    pub rseq: u32,
    /// The response's CSeq, below 2³¹.
    pub cseq: u32,
    /// The method of the request that was answered.
    pub method: Method,
}

impl<'a> TypedHeader<'a> for RAck {
    const NAME: Name = Name::RACK;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::RACK));
        let rseq = c.number()?;
        if !c.peek().is_some_and(scan::is_space) {
            return Err(c.error(ErrorKind::BadCharacter));
        }
        c.space();
        // The rest is a CSeq.
        let rest = c.rest();
        let before = value.len() - rest.len();
        let CSeq { number, method } =
            CSeq::parse(rest).map_err(|e| ParseError { place: Place::Header(Name::RACK), at: e.at + before, ..e })?;
        Ok(RAck { rseq, cseq: number, method })
    }
}

impl fmt::Display for RAck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.rseq, self.cseq, self.method)
    }
}
