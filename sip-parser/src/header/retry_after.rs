//! All of `Retry-After` (RFC 3261 §20.33); [`RetryAfter`](super::RetryAfter) is its number alone.

use super::{Name, TypedHeader, address, shapes};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::Cursor;
use crate::uri::Params;
use std::fmt;

/// In how many seconds to try again, why, and for how long one may.
///
/// ```
/// use offhook_sip_parser::header::{RetryAfterDetails, TypedHeader};
/// let retry = RetryAfterDetails::parse(b"120 (I'm in a meeting);duration=3600")?;
/// assert_eq!((retry.seconds, retry.comment, retry.duration()), (120, Some("I'm in a meeting"), Some(3600)));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfterDetails<'a> {
    /// The wait in seconds.
    pub seconds: u32,
    /// The comment without its outer parentheses and still escaped.
    pub comment: Option<&'a str>,
    /// The parameters as written.
    pub params: Params<'a>,
}

impl RetryAfterDetails<'_> {
    /// For how many seconds the callee can be reached after the wait.
    pub fn duration(&self) -> Option<u32> {
        shapes::number(self.params, "duration")
    }
}

impl<'a> TypedHeader<'a> for RetryAfterDetails<'a> {
    const NAME: Name = Name::RETRY_AFTER;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::RETRY_AFTER));
        let seconds = c.number()?;
        c.space();
        let comment = if c.peek() == Some(b'(') { Some(comment(&mut c)?) } else { None };
        Ok(RetryAfterDetails { seconds, comment, params: address::params(&mut c)? })
    }
}

/// Comments nest, and a backslash takes the meaning of what follows (RFC 3261 §25.1).
fn comment<'a>(c: &mut Cursor<'a>) -> Result<&'a str, ParseError> {
    c.bump();
    let mut from = *c;
    let mut depth = 1;
    loop {
        match c.peek() {
            None => return Err(c.error(ErrorKind::Truncated)),
            Some(b'\\') => c.bump(),
            Some(b'(') => depth += 1,
            Some(b')') => depth -= 1,
            Some(_) => {}
        }
        if depth == 0 {
            break;
        }
        c.bump();
    }
    let len = from.rest().len() - c.rest().len();
    let text = from.take_rest()?.get(..len).ok_or(c.error(ErrorKind::BadCharacter))?;
    c.bump();
    Ok(text)
}

impl fmt::Display for RetryAfterDetails<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.seconds)?;
        if let Some(comment) = self.comment {
            f.write_str(" (")?;
            crate::scan::write_unfolded(f, comment)?;
            f.write_str(")")?;
        }
        self.params.fmt(f)
    }
}
