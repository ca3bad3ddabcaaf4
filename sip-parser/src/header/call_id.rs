//! `Call-ID` (RFC 3261 §20.8).

use super::{Name, TypedHeader};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{Class, Cursor, looked};
use std::fmt;

/// Groups the messages of a call, or the registrations of a client. Case-sensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallId<'a>(pub &'a str);

impl<'a> TypedHeader<'a> for CallId<'a> {
    const NAME: Name = Name::CALL_ID;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        looked(value.len());
        match std::str::from_utf8(value) {
            Ok(id) if !id.is_empty() && Class::WORD.len(value) == id.len() => Ok(CallId(id)),
            _ => {
                let mut c = Cursor::new(value, &Place::Header(Name::CALL_ID));
                c.skip(Class::WORD);
                Err(c.error(ErrorKind::BadCharacter))
            }
        }
    }
}

impl fmt::Display for CallId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
