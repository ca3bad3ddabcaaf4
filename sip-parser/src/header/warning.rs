//! `Warning` (RFC 3261 §20.43).

use super::auth::unescape;
use super::{Name, TypedHeader};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Cursor};
use std::borrow::Cow;
use std::fmt;

/// More about a status code, for people.
///
/// ```
/// use offhook_sip_parser::header::{TypedHeader, Warning};
/// let w = Warning::parse(b"307 isi.edu \"Session parameter 'foo' not understood\"")?;
/// assert_eq!((w.code, w.agent), (307, "isi.edu"));
/// assert_eq!(w.text(), "Session parameter 'foo' not understood");
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warning<'a> {
    /// Three digits; those of SIP begin with 3.
    pub code: u16,
    /// Who adds it: a host with perhaps a port, or a pseudonym.
    pub agent: &'a str,
    /// The text without its quotes and still escaped.
    pub raw_text: &'a str,
}

impl<'a> Warning<'a> {
    /// The text, unescaped.
    pub fn text(&self) -> Cow<'a, str> {
        unescape(self.raw_text.as_bytes())
    }
}

impl<'a> TypedHeader<'a> for Warning<'a> {
    const NAME: Name = Name::WARNING;
    const IS_LIST: bool = true;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::WARNING));
        let digits = c.run(scan::Class::DIGIT)?;
        let code = digits.parse().ok().filter(|_| digits.len() == 3);
        let code = code.ok_or(ParseError::new(ErrorKind::BadNumber, Place::Header(Name::WARNING), 0))?;
        space(&mut c)?;
        let agent = c.run(scan::Class::URI)?;
        space(&mut c)?;
        let before = c;
        let text = std::str::from_utf8(c.quoted()?)
            .map_err(|e| Self::bad_character(value.len() - before.rest().len() + 1 + e.valid_up_to()))?;
        c.end()?;
        Ok(Warning { code, agent, raw_text: text })
    }
}

fn space(c: &mut Cursor<'_>) -> Result<(), ParseError> {
    if !c.peek().is_some_and(scan::is_space) {
        return Err(c.error(ErrorKind::BadCharacter));
    }
    c.space();
    Ok(())
}

impl fmt::Display for Warning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03} {} \"", self.code, self.agent)?;
        scan::write_unfolded(f, self.raw_text)?;
        f.write_str("\"")
    }
}
