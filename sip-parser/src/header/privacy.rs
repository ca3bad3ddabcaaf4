//! `Privacy` (RFC 3323 §4.2, RFC 3325 §9.3, RFC 7044 §10.1).

use super::shapes::words;
use super::{Name, TypedHeader};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Cursor};
use std::fmt;

/// What the network shall hide. The values are separated by semicolons; the commas that some write are taken too.
///
/// ```
/// use offhook_sip_parser::header::{Privacy, PrivacyValue, TypedHeader};
/// let privacy = Privacy::parse(b"id; critical")?;
/// assert!(privacy.iter().eq([PrivacyValue::Id, PrivacyValue::Critical]) && privacy.has(PrivacyValue::Id));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Privacy<'a> {
    raw: &'a str,
}

words! {
    /// One thing to hide.
    PrivacyValue {
        /// Headers that name the user and that it cannot leave out itself.
        Header = "header",
        /// Where the media goes.
        Session = "session",
        /// Who the user is, wherever it stands.
        User = "user",
        /// Nothing, whatever the network's rule is.
        None = "none",
        /// Refuse the request if it cannot be done.
        Critical = "critical",
        /// The asserted identity.
        Id = "id",
        /// The entries of History-Info.
        History = "history",
    }
}

impl<'a> Privacy<'a> {
    /// The values in order.
    pub fn iter(&self) -> impl Iterator<Item = PrivacyValue<'a>> + use<'a> {
        self.raw.split([';', ',']).map(str::trim_ascii).filter(|word| !word.is_empty()).map(PrivacyValue::of)
    }

    /// Whether `value` is among them.
    pub fn has(&self, value: PrivacyValue<'_>) -> bool {
        self.iter().any(|v| v == value)
    }
}

impl<'a> TypedHeader<'a> for Privacy<'a> {
    const NAME: Name = Name::PRIVACY;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::PRIVACY));
        let mut whole = c;
        loop {
            c.space();
            c.run(scan::Class::TOKEN)?;
            c.space();
            if c.is_end() {
                break;
            }
            if !c.eat(b';') && !c.eat(b',') {
                return Err(c.error(ErrorKind::BadCharacter));
            }
        }
        Ok(Privacy { raw: whole.take_rest()? })
    }
}

impl fmt::Display for Privacy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::scan::write_unfolded(f, self.raw)
    }
}
