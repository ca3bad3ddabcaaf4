//! `Call-ID` (RFC 3261 §20.8).

use super::{Name, TypedHeader};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Cursor};
use std::fmt;

/// Groups the messages of a call, or the registrations of a client. Case-sensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallId<'a>(pub &'a str);

impl<'a> TypedHeader<'a> for CallId<'a> {
    const NAME: Name = Name::CALL_ID;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, Place::Header(Name::CALL_ID));
        let id = c.run(scan::is_word)?;
        if c.is_end() { Ok(CallId(id)) } else { Err(c.error(ErrorKind::BadCharacter)) }
    }
}

impl fmt::Display for CallId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
