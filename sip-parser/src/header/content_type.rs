//! `Content-Type` (RFC 3261 §20.15).

use super::{Name, TypedHeader};
use crate::error::{ParseError, Place};
use crate::scan::Cursor;
use crate::uri::Params;
use std::fmt;

/// The media type of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentType<'a> {
    /// `application` of `application/sdp`.
    pub kind: &'a str,
    /// `sdp` of `application/sdp`.
    pub subtype: &'a str,
    /// `charset`, `boundary` and others.
    pub params: Params<'a>,
}

impl ContentType<'_> {
    /// Whether it is `kind/subtype`, in any case.
    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind) && self.subtype.eq_ignore_ascii_case(subtype)
    }
}

impl<'a> TypedHeader<'a> for ContentType<'a> {
    const NAME: Name = Name::CONTENT_TYPE;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::CONTENT_TYPE));
        let kind = c.token()?;
        c.expect_spaced(b'/')?;
        let subtype = c.token()?;
        Ok(ContentType { kind, subtype, params: super::address::params(&mut c)? })
    }
}

impl fmt::Display for ContentType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}{}", self.kind, self.subtype, self.params)
    }
}
