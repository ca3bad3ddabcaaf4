//! `In-Reply-To` (RFC 3261 §20.21).

use super::{Name, TypedHeader};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Cursor};
use std::fmt;

/// The Call-ID of a call that this one returns.
///
/// ```
/// use offhook_sip_parser::header::{InReplyTo, TypedHeader};
/// assert_eq!(InReplyTo::parse(b"70710@saturn.bell-tel.com")?.0, "70710@saturn.bell-tel.com");
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InReplyTo<'a>(pub &'a str);

impl<'a> TypedHeader<'a> for InReplyTo<'a> {
    const NAME: Name = Name::IN_REPLY_TO;
    const IS_LIST: bool = true;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::IN_REPLY_TO));
        let id = c.run(scan::Class::WORD)?;
        if c.is_end() { Ok(InReplyTo(id)) } else { Err(c.error(ErrorKind::BadCharacter)) }
    }
}

impl fmt::Display for InReplyTo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
