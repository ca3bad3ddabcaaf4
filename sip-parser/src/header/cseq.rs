//! `CSeq` (RFC 3261 §20.16).

use super::{Name, TypedHeader};
use crate::Method;
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::Cursor;
use std::fmt;

/// The order of a request within its dialog, and its method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CSeq {
    /// Below 2³¹ (§8.1.1.5).
    pub number: u32,
    /// The method of the request that it counts.
    pub method: Method,
}

impl<'a> TypedHeader<'a> for CSeq {
    const NAME: Name = Name::CSEQ;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::of_bytes(value, &Place::Header(Name::CSEQ));
        let number = c.number()?;
        if number >= 1 << 31 {
            return Err(ParseError::new(ErrorKind::BadNumber, Place::Header(Name::CSEQ), 0));
        }
        if !c.peek().is_some_and(crate::scan::is_space) {
            return Err(c.error(ErrorKind::BadCharacter));
        }
        c.space();
        let method = c.take_while(crate::scan::is_token);
        if method.is_empty() {
            return Err(c.error(ErrorKind::BadCharacter));
        }
        c.end()?;
        Ok(CSeq { number, method: Method::from_token(method) })
    }
}

impl fmt::Display for CSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.method)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_stays_below_two_to_the_31() {
        assert_eq!(CSeq::parse(b"0009\r\n  INVITE").unwrap(), CSeq { number: 9, method: Method::Invite });
        assert_eq!(CSeq::parse(b"2147483648 INVITE").unwrap_err().kind, ErrorKind::BadNumber);
        assert_eq!(CSeq::parse(b"36893488147419103232 REGISTER").unwrap_err().kind, ErrorKind::BadNumber);
        assert!(CSeq::parse(b"1INVITE").is_err() && CSeq::parse(b"1 ").is_err() && CSeq::parse(b"1 A B").is_err());
    }
}
