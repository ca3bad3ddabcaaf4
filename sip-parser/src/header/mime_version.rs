//! `MIME-Version` (RFC 3261 §20.24).

use super::{Name, TypedHeader};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::Cursor;
use std::fmt;

/// The version of MIME that the body follows.
///
/// ```
/// use offhook_sip_parser::header::{MimeVersion, TypedHeader};
/// assert_eq!(MimeVersion::parse(b"1.0")?, MimeVersion::ONE);
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MimeVersion {
    /// Before the dot.
    pub major: u32,
    /// After it.
    pub minor: u32,
}

impl MimeVersion {
    /// The only one there is: 1.0.
    pub const ONE: MimeVersion = MimeVersion { major: 1, minor: 0 };
}

impl<'a> TypedHeader<'a> for MimeVersion {
    const NAME: Name = Name::MIME_VERSION;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::MIME_VERSION));
        let major = c.number()?;
        if !c.eat(b'.') {
            return Err(c.error(ErrorKind::BadCharacter));
        }
        let minor = c.number()?;
        c.end()?;
        Ok(MimeVersion { major, minor })
    }
}

impl fmt::Display for MimeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}
