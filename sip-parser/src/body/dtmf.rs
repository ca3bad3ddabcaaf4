//! Digits in INFO: `application/dtmf-relay` and `application/dtmf`. No RFC defines the two; this is what Cisco made and
//! all others send.

use crate::error::{ErrorKind, ParseError, Place};
use std::fmt;
use std::time::Duration;

/// One key press. Its `Display` is the body of `application/dtmf-relay`; that of `application/dtmf` is the signal alone.
///
/// ```
/// use offhook_sip_parser::body::Dtmf;
/// let pressed = Dtmf::parse(b"Signal=5\r\nDuration=160\r\n")?;
/// assert_eq!((pressed.signal(), pressed.duration().unwrap().as_millis()), ('5', 160));
/// assert_eq!(pressed.to_string(), "Signal=5\r\nDuration=160\r\n");
/// assert_eq!(Dtmf::parse(b"#")?.signal(), '#');
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dtmf {
    signal: char,
    duration: Option<Duration>,
}

impl Dtmf {
    /// A press of `signal`: `0` to `9`, `*`, `#`, `A` to `D`, or `!` for a hook flash. `None` for any other. The duration
    /// is written in whole milliseconds.
    pub fn new(signal: char, duration: Option<Duration>) -> Option<Self> {
        let signal = signal.to_ascii_uppercase();
        matches!(signal, '0'..='9' | '*' | '#' | 'A'..='D' | '!').then_some(Dtmf { signal, duration })
    }

    /// The key, in upper case.
    pub fn signal(&self) -> char {
        self.signal
    }

    /// How long it was held, if the body says so.
    pub fn duration(&self) -> Option<Duration> {
        self.duration
    }

    /// Reads either body. Of `application/dtmf-relay` it takes spaces around `=`, any case, lines that it does not know,
    /// and the event numbers of RFC 4733 §3.2 (10 to 16) for the keys that have no digit.
    ///
    /// # Errors
    /// No signal or one that is no key; a duration that is no number.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        let (mut found, mut duration, mut at) = (None, None, 0);
        for line in body.split_inclusive(|&b| b == b'\n') {
            let fault = |kind| ParseError::new(kind, Place::Body, at);
            let text = std::str::from_utf8(line).map_err(|_| fault(ErrorKind::BadCharacter))?.trim();
            match text.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
                Some((name, value)) if name.eq_ignore_ascii_case("Signal") => {
                    found = found.or(Some(signal(value).ok_or(fault(ErrorKind::BadCharacter))?));
                }
                Some((name, value)) if name.eq_ignore_ascii_case("Duration") => {
                    let ms: u32 = value.parse().map_err(|_| fault(ErrorKind::BadNumber))?;
                    duration = duration.or(Some(Duration::from_millis(ms.into())));
                }
                None if !text.is_empty() && found.is_none() => {
                    found = Some(signal(text).ok_or(fault(ErrorKind::BadCharacter))?);
                }
                _ => {}
            }
            at += line.len();
        }
        let signal = found.ok_or(ParseError::new(ErrorKind::Missing, Place::Body, body.len()))?;
        Ok(Dtmf { signal, duration })
    }
}

fn signal(text: &str) -> Option<char> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Dtmf::new(c, None).map(|d| d.signal),
        _ => "*#ABCD!".chars().nth(text.parse::<usize>().ok()?.checked_sub(10)?),
    }
}

impl fmt::Display for Dtmf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signal={}\r\n", self.signal)?;
        match self.duration {
            Some(duration) => write!(f, "Duration={}\r\n", duration.as_millis()),
            None => Ok(()),
        }
    }
}
