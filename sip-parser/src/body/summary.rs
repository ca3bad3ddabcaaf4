//! `application/simple-message-summary`: what waits in a mailbox (RFC 3842).

use super::fields::{Field, Fields};
use crate::error::{ErrorKind, ParseError, Place};
use crate::header::Name;
use crate::scan::Cursor;
use std::fmt::{self, Write as _};

/// The state of a mailbox.
///
/// ```
/// use offhook_sip_parser::body::{Counts, MessageSummary};
/// let text = MessageSummary::text(true, Some("sip:bob@example.com"), &[("Voice-Message", Counts::new(2, 8))]);
/// assert_eq!(text, "Messages-Waiting: yes\r\nMessage-Account: sip:bob@example.com\r\nVoice-Message: 2/8\r\n");
/// let summary = MessageSummary::parse(text.as_bytes())?;
/// assert!(summary.is_waiting());
/// assert_eq!(summary.voice()?.unwrap().new, 2);
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageSummary<'a> {
    is_waiting: bool,
    lines: Fields<'a>,
    body: &'a [u8],
    /// Where the messages' own headers begin.
    messages: usize,
}

/// How many messages of one class. More than 2³² - 1 reads as that (RFC 3842 §3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Counts {
    /// Not heard or read yet.
    pub new: u32,
    /// Heard or read.
    pub old: u32,
    /// How many of the new and of the old are urgent, if it is said.
    pub urgent: Option<(u32, u32)>,
}

const WAITING: Name = Name::other("Messages-Waiting");
const ACCOUNT: Name = Name::other("Message-Account");

impl<'a> MessageSummary<'a> {
    /// Reads a body.
    ///
    /// # Errors
    /// No `Messages-Waiting: yes` or `no`, and a line that is none.
    pub fn parse(body: &'a [u8]) -> Result<Self, ParseError> {
        let (lines, messages) = Fields::parse(body, 0)?;
        let waiting = lines.header_all(WAITING).next();
        let waiting = waiting.ok_or(ParseError::new(ErrorKind::Missing, Place::Body, body.len()))?;
        let is_waiting = match waiting.value {
            value if value.eq_ignore_ascii_case(b"yes") => true,
            value if value.eq_ignore_ascii_case(b"no") => false,
            _ => return Err(ParseError::new(ErrorKind::BadCharacter, Place::Body, waiting.at)),
        };
        Ok(MessageSummary { is_waiting, lines, body, messages: messages.unwrap_or(body.len()) })
    }

    /// Whether anything new waits: the lamp.
    pub fn is_waiting(&self) -> bool {
        self.is_waiting
    }

    /// Whose mailbox it is: a URI, if it is named and UTF-8.
    pub fn account(&self) -> Option<&'a str> {
        self.lines.header_all(ACCOUNT).next()?.text()
    }

    /// Every class that is counted (`Voice-Message`, `Fax-Message` …, RFC 3458 §6.2) in order, as spelled.
    pub fn counts(&self) -> impl Iterator<Item = Result<(&'a str, Counts), ParseError>> + use<'a> {
        self.lines
            .iter()
            .filter(|line| !line.is(WAITING) && !line.is(ACCOUNT))
            .map(|line| Ok((line.name, counts(&line)?)))
    }

    /// The count of `Voice-Message`, the class that phones show.
    ///
    /// # Errors
    /// A count that cannot be read.
    pub fn voice(&self) -> Result<Option<Counts>, ParseError> {
        self.lines.header_all(Name::other("Voice-Message")).next().map(|line| counts(&line)).transpose()
    }

    /// The headers of messages that came since the last summary, one item for each message.
    pub fn messages(&self) -> impl Iterator<Item = Result<Fields<'a>, ParseError>> + use<'a> {
        let (body, mut at) = (self.body, self.messages);
        std::iter::from_fn(move || {
            let rest = body.get(at..).filter(|rest| !rest.is_empty())?;
            let read = Fields::parse(rest, at);
            // After a fault nothing more is tried: where the next begins is not known.
            at = read.as_ref().ok().and_then(|(_, next)| *next).unwrap_or(body.len());
            Some(read.map(|(fields, _)| fields))
        })
        .filter(|message| !message.as_ref().is_ok_and(Fields::is_empty))
    }

    /// The body that says this. Line breaks in what is given are written as spaces.
    pub fn text(is_waiting: bool, account: Option<&str>, counts: &[(&str, Counts)]) -> String {
        let clean = |text: &str| text.replace(|c: char| c.is_control(), " ");
        let mut out = format!("{WAITING}: {}\r\n", if is_waiting { "yes" } else { "no" });
        // Writing to a String does not fail.
        if let Some(account) = account {
            let _ = write!(out, "{ACCOUNT}: {}\r\n", clean(account));
        }
        for (class, counts) in counts {
            let _ = write!(out, "{}: {counts}\r\n", clean(class));
        }
        out
    }
}

fn counts(line: &Field<'_>) -> Result<Counts, ParseError> {
    let mut c = Cursor::new(line.value, &Place::Body);
    let read = |c: &mut Cursor<'_>| -> Result<Counts, ParseError> {
        let (new, old) = pair(c)?;
        c.space();
        let urgent = if c.eat_spaced(b'(') {
            let urgent = pair(c)?;
            c.expect_spaced(b')')?;
            Some(urgent)
        } else {
            None
        };
        c.end()?;
        Ok(Counts { new, old, urgent })
    };
    read(&mut c).map_err(|e| ParseError { at: e.at + line.at, ..e })
}

fn pair(c: &mut Cursor<'_>) -> Result<(u32, u32), ParseError> {
    let count = |c: &mut Cursor<'_>| -> Result<u32, ParseError> {
        Ok(c.run_while(|b| b.is_ascii_digit())?.parse().unwrap_or(u32::MAX))
    };
    let new = count(c)?;
    c.expect_spaced(b'/')?;
    Ok((new, count(c)?))
}

impl Counts {
    /// Counts without a word on urgency.
    pub fn new(new: u32, old: u32) -> Self {
        Counts { new, old, urgent: None }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.new, self.old)?;
        match self.urgent {
            Some((new, old)) => write!(f, " ({new}/{old})"),
            None => Ok(()),
        }
    }
}
