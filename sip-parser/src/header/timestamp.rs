//! `Timestamp` (RFC 3261 §20.38).

use super::{Name, TypedHeader};
use crate::error::{ParseError, Place};
use crate::scan::{self, Cursor};
use std::fmt;
use std::time::Duration;

/// When the request was sent, on a clock of its sender's own, and how long the answer was waited for. The text is kept,
/// for the answer repeats it.
///
/// ```
/// use offhook_sip_parser::header::{Timestamp, TypedHeader};
/// use std::time::Duration;
/// let t = Timestamp::parse(b"54.21 0.5")?;
/// assert_eq!((t.sent, t.delay_time()), ("54.21", Some(Duration::from_millis(500))));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp<'a> {
    /// Seconds with perhaps decimals, as written.
    pub sent: &'a str,
    /// What the answering side adds (§8.2.6.1): seconds from the request's arrival to its answer, as written.
    pub delay: Option<&'a str>,
}

impl Timestamp<'_> {
    /// The sender's clock when it sent the request; `None` if that is more than a [`Duration`] holds.
    pub fn sent_time(&self) -> Option<Duration> {
        duration(self.sent)
    }

    /// From the request's arrival to its answer.
    pub fn delay_time(&self) -> Option<Duration> {
        duration(self.delay?)
    }
}

/// Digits after the ninth decimal are cut off.
fn duration(text: &str) -> Option<Duration> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let seconds = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let digit = |b: u8| b.is_ascii_digit().then(|| u32::from(b - b'0'));
    let nanos = part.bytes().chain(std::iter::repeat(b'0')).take(9).try_fold(0, |n, b| Some(n * 10 + digit(b)?))?;
    Some(Duration::new(seconds, nanos))
}

impl<'a> TypedHeader<'a> for Timestamp<'a> {
    const NAME: Name = Name::TIMESTAMP;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::TIMESTAMP));
        let sent = decimal(&mut c)?;
        let delay = if c.peek().is_some_and(scan::is_space) {
            c.space();
            Some(decimal(&mut c)?)
        } else {
            None
        };
        c.end()?;
        Ok(Timestamp { sent, delay })
    }
}

/// Digits, or digits around a dot. The grammar lets a delay begin with its dot.
fn decimal<'a>(c: &mut Cursor<'a>) -> Result<&'a str, ParseError> {
    let before = *c;
    let text = c.run_while(|b| scan::is_digit(b) || b == b'.')?;
    if text == "." || text.bytes().filter(|&b| b == b'.').count() > 1 {
        return Err(before.error(crate::error::ErrorKind::BadNumber));
    }
    Ok(text)
}

impl fmt::Display for Timestamp<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sent)?;
        self.delay.map_or(Ok(()), |delay| write!(f, " {delay}"))
    }
}
