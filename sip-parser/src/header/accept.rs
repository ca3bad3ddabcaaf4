//! `Accept`, `Accept-Encoding`, `Accept-Language` (RFC 3261 §20.1 to §20.3).

use super::shapes::{param_header, thousandths};
use super::{Name, TypedHeader, address};
use crate::error::{ParseError, Place};
use crate::scan::Cursor;
use crate::uri::Params;
use std::fmt;

/// A media type that may stand in the answer. A header without any accepts none.
///
/// ```
/// use offhook_sip_parser::header::{Accept, TypedHeader};
/// let accept = Accept::parse(b"application/*;level=1;q=0.5")?;
/// assert!(accept.takes("application", "sdp") && !accept.takes("text", "plain"));
/// assert_eq!(accept.q(), 500);
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accept<'a> {
    /// `application` of `application/sdp`, or `*`.
    pub kind: &'a str,
    /// `sdp` of `application/sdp`, or `*`.
    pub subtype: &'a str,
    /// Those of the media type, and `q`.
    pub params: Params<'a>,
}

impl Accept<'_> {
    /// Whether the range holds `kind/subtype`.
    pub fn takes(&self, kind: &str, subtype: &str) -> bool {
        let one = |mine: &str, theirs| mine == "*" || mine.eq_ignore_ascii_case(theirs);
        one(self.kind, kind) && one(self.subtype, subtype)
    }

    /// How welcome it is, in thousandths; 1000 if it does not say.
    pub fn q(&self) -> u16 {
        thousandths(self.params).unwrap_or(1000)
    }
}

impl<'a> TypedHeader<'a> for Accept<'a> {
    const NAME: Name = Name::ACCEPT;
    const IS_LIST: bool = true;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::ACCEPT));
        let kind = c.token()?;
        c.expect_spaced(b'/')?;
        Ok(Accept { kind, subtype: c.token()?, params: address::params(&mut c)? })
    }
}

impl fmt::Display for Accept<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}{}", self.kind, self.subtype, self.params)
    }
}

param_header! {
    /// A content coding that may stand in the answer.
    ///
    /// ```
    /// use offhook_sip_parser::header::{AcceptEncoding, TypedHeader};
    /// let accept = AcceptEncoding::parse(b"gzip;q=0.7")?;
    /// assert_eq!((accept.coding, accept.q()), ("gzip", 700));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    AcceptEncoding, Name::ACCEPT_ENCODING, true,
    /// `gzip`, `identity` …, or `*`.
    coding
}

impl AcceptEncoding<'_> {
    /// How welcome it is, in thousandths; 1000 if it does not say.
    pub fn q(&self) -> u16 {
        thousandths(self.params).unwrap_or(1000)
    }
}

param_header! {
    /// A language for reason phrases, descriptions and the like.
    ///
    /// ```
    /// use offhook_sip_parser::header::{AcceptLanguage, TypedHeader};
    /// let accept = AcceptLanguage::parse(b"en-gb;q=0.8")?;
    /// assert_eq!((accept.range, accept.q()), ("en-gb", 800));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    AcceptLanguage, Name::ACCEPT_LANGUAGE, true,
    /// A language tag, or `*`.
    range
}

impl AcceptLanguage<'_> {
    /// How welcome it is, in thousandths; 1000 if it does not say.
    pub fn q(&self) -> u16 {
        thousandths(self.params).unwrap_or(1000)
    }
}
