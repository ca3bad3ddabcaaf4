//! `Content-ID` (RFC 8262 §3.2, RFC 2045 §7).

use super::{Name, TypedHeader};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Cursor};
use std::fmt;

/// The name of the body, by which `cid:` URIs mean it; without its brackets, which some do not write.
///
/// ```
/// use offhook_sip_parser::header::{ContentId, TypedHeader};
/// assert_eq!(ContentId::parse(b"<target123@atlanta.example.com>")?.0, "target123@atlanta.example.com");
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentId<'a>(pub &'a str);

impl<'a> TypedHeader<'a> for ContentId<'a> {
    const NAME: Name = Name::CONTENT_ID;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::CONTENT_ID));
        let bracket = c.eat(b'<');
        let id = c.run(scan::Class::URI)?;
        if bracket && !c.eat(b'>') {
            return Err(c.error(ErrorKind::BadCharacter));
        }
        c.end()?;
        Ok(ContentId(id))
    }
}

impl fmt::Display for ContentId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}
