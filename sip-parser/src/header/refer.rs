//! `Refer-To`, `Referred-By`, `Refer-Sub` (RFC 3515 §2.1, RFC 3892 §3, RFC 4488 §4).

use super::from_to::address_header;
use super::shapes::plain;
use super::{Name, NameAddr, TypedHeader, address};
use crate::error::{ParseError, Place};
use crate::scan::Cursor;
use std::fmt;

address_header! {
    /// Whom the receiver of a REFER shall contact. What the request shall hold stands in the URI: a `method` parameter,
    /// headers (Replaces, say) after the `?`.
    ///
    /// ```
    /// use offhook_sip_parser::header::{ReferTo, TypedHeader};
    /// let to = ReferTo::parse(b"<sip:dave@denver.example.org?Replaces=12345%40192.168.118.3%3Bto-tag%3D1%3Bfrom-tag%3D2>")?;
    /// assert!(to.uri.headers().unwrap().starts_with("Replaces="));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    ReferTo, Name::REFER_TO, false
}

address_header! {
    /// Who asked for this request with a REFER.
    ///
    /// ```
    /// use offhook_sip_parser::header::{ReferredBy, TypedHeader};
    /// let by = ReferredBy::parse(b"<sip:referror@referror.example>;cid=\"20398823.2UWQFN309shb3@referror.example\"")?;
    /// assert_eq!(by.content_id(), Some("20398823.2UWQFN309shb3@referror.example"));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    ReferredBy, Name::REFERRED_BY, false
}

impl<'a> ReferredBy<'a> {
    /// The `cid` parameter: the Content-ID of the body part that proves it.
    pub fn content_id(&self) -> Option<&'a str> {
        plain(self.params, "cid")
    }
}

/// Whether a REFER subscribes to the outcome, as it does without this header. Parameters are not kept.
///
/// ```
/// use offhook_sip_parser::header::{ReferSub, TypedHeader};
/// assert_eq!(ReferSub::parse(b"false")?, ReferSub(false));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferSub(pub bool);

impl<'a> TypedHeader<'a> for ReferSub {
    const NAME: Name = Name::REFER_SUB;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::REFER_SUB));
        let word = c.token()?;
        let wanted = match word {
            _ if word.eq_ignore_ascii_case("true") => true,
            _ if word.eq_ignore_ascii_case("false") => false,
            _ => return Err(Self::bad_character(0)),
        };
        address::params(&mut c)?;
        Ok(ReferSub(wanted))
    }
}

impl fmt::Display for ReferSub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
