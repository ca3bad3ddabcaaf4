//! `User-to-User` (RFC 7433 §4).

use super::shapes::plain;
use super::{Name, TypedHeader, address};
use crate::error::{ParseError, Place};
use crate::scan::Cursor;
use crate::uri::Params;
use std::fmt;

/// Data that one user's application sends to the other's, and the network does not look at.
///
/// ```
/// use offhook_sip_parser::header::{TypedHeader, UserToUser};
/// let uui = UserToUser::parse(b"56a390f3d2b7310023a2;encoding=hex;purpose=foo;content=bar")?;
/// assert_eq!((uui.data, uui.is_hex(), uui.purpose(), uui.content()), ("56a390f3d2b7310023a2", true, Some("foo"), Some("bar")));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserToUser<'a> {
    /// A token or a quoted string, with its quotes.
    pub data: &'a str,
    /// The parameters as written.
    pub params: Params<'a>,
}

impl<'a> UserToUser<'a> {
    /// Whether the data is octets in hexadecimal.
    pub fn is_hex(&self) -> bool {
        self.encoding().is_some_and(|e| e.eq_ignore_ascii_case("hex"))
    }

    /// The `encoding` parameter.
    pub fn encoding(&self) -> Option<&'a str> {
        plain(self.params, "encoding")
    }

    /// The `purpose` parameter: the package that the data belongs to; `isdn-uui` if there is none (RFC 7434 §8).
    pub fn purpose(&self) -> Option<&'a str> {
        plain(self.params, "purpose")
    }

    /// The `content` parameter: what the package's data is.
    pub fn content(&self) -> Option<&'a str> {
        plain(self.params, "content")
    }
}

impl<'a> TypedHeader<'a> for UserToUser<'a> {
    const NAME: Name = Name::USER_TO_USER;
    const IS_LIST: bool = true;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::USER_TO_USER));
        let data = if c.peek() == Some(b'"') {
            let mut from = c;
            c.quoted()?;
            let len = from.rest().len() - c.rest().len();
            let all = from.take_rest()?;
            all.get(..len).ok_or(Self::bad_character(0))?
        } else {
            c.token()?
        };
        Ok(UserToUser { data, params: address::params(&mut c)? })
    }
}

impl fmt::Display for UserToUser<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.data, self.params)
    }
}
