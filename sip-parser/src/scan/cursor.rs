//! A cursor over a value.

use super::class::{Class, is_digit, is_space, is_token};
use super::work::looked;
use crate::error::{ErrorKind, ParseError, Place};

/// Reads a value from the left and knows where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    /// As much of `bytes` as is UTF-8, so that the pieces need no second look: all of it, as a rule.
    text: &'a str,
    at: usize,
    place: &'a Place,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8], place: &'a Place) -> Self {
        looked(bytes.len());
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => bytes.get(..e.valid_up_to()).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default(),
        };
        Cursor { bytes, text, at: 0, place }
    }

    /// Over a value of which no piece is asked for as text.
    pub(crate) fn of_bytes(bytes: &'a [u8], place: &'a Place) -> Self {
        Cursor { bytes, text: "", at: 0, place }
    }

    /// What stands from `from` to here, as text.
    #[inline]
    pub(crate) fn since(&self, from: usize) -> Result<&'a str, ParseError> {
        if let Some(text) = self.text.get(from..self.at) {
            return Ok(text);
        }
        // Behind a display name in another encoding.
        looked(self.at - from);
        std::str::from_utf8(self.bytes.get(from..self.at).unwrap_or_default()).map_err(|e| {
            let mut c = *self;
            c.at = from + e.valid_up_to();
            c.error(ErrorKind::BadCharacter)
        })
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(crate) fn is_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// All that is left, as text.
    pub(crate) fn take_rest(&mut self) -> Result<&'a str, ParseError> {
        let from = self.at;
        self.at = self.bytes.len();
        self.since(from)
    }

    /// Takes `text` if it is next, to the letter.
    pub(crate) fn eat_text(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text.as_bytes());
        looked(text.len());
        self.at += if found { text.len() } else { 0 };
        found
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Goes on by `n` bytes, which are there.
    pub(crate) fn skip_bytes(&mut self, n: usize) {
        self.at += n;
    }

    pub(crate) fn bump(&mut self) {
        self.at = (self.at + 1).min(self.bytes.len());
    }

    pub(crate) fn error(&self, kind: ErrorKind) -> ParseError {
        let kind = if kind == ErrorKind::BadCharacter && self.is_end() { ErrorKind::Truncated } else { kind };
        ParseError::new(kind, *self.place, self.at)
    }

    /// A fault that was found at so many bytes from here.
    pub(crate) fn fault(&self, (kind, at): (ErrorKind, usize)) -> ParseError {
        ParseError::new(kind, *self.place, self.at + at)
    }

    pub(crate) fn space(&mut self) {
        let from = self.at;
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
        looked(self.at - from);
    }

    /// Takes `b` if it is next.
    pub(crate) fn eat(&mut self, b: u8) -> bool {
        let found = self.peek() == Some(b);
        self.at += usize::from(found);
        found
    }

    /// Takes `b` with white space on either side (the `COMMA`, `SLASH`, `EQUAL` … of §25.1).
    pub(crate) fn eat_spaced(&mut self, b: u8) -> bool {
        let before = self.at;
        self.space();
        if self.eat(b) {
            self.space();
            return true;
        }
        self.at = before;
        false
    }

    pub(crate) fn expect_spaced(&mut self, b: u8) -> Result<(), ParseError> {
        if self.eat_spaced(b) { Ok(()) } else { Err(self.error(ErrorKind::BadCharacter)) }
    }

    /// Takes the bytes of a class, however many.
    #[inline]
    pub(crate) fn skip(&mut self, class: Class) -> usize {
        let len = class.len(self.rest());
        self.at += len;
        len
    }

    /// At least one byte of a class.
    #[inline]
    pub(crate) fn run(&mut self, class: Class) -> Result<&'a str, ParseError> {
        let from = self.at;
        if self.skip(class) == 0 { Err(self.error(ErrorKind::BadCharacter)) } else { self.since(from) }
    }

    pub(crate) fn take_while(&mut self, class: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let len = rest.iter().position(|&b| !class(b)).unwrap_or(rest.len());
        looked(len + 1);
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    /// Any bytes that `class` holds, as text.
    pub(crate) fn text_while(&mut self, class: impl Fn(u8) -> bool) -> Result<&'a str, ParseError> {
        let from = self.at;
        self.take_while(class);
        self.since(from)
    }

    /// At least one byte that `class` holds.
    pub(crate) fn run_while(&mut self, class: impl Fn(u8) -> bool) -> Result<&'a str, ParseError> {
        let run = self.text_while(class)?;
        if run.is_empty() { Err(self.error(ErrorKind::BadCharacter)) } else { Ok(run) }
    }

    /// Tokens are short: a byte at a time is soon done.
    #[inline]
    pub(crate) fn token(&mut self) -> Result<&'a str, ParseError> {
        let from = self.at;
        while self.peek().is_some_and(is_token) {
            self.at += 1;
        }
        looked(self.at - from + 1);
        if self.at == from { Err(self.error(ErrorKind::BadCharacter)) } else { self.since(from) }
    }

    pub(crate) fn number(&mut self) -> Result<u32, ParseError> {
        let before = *self;
        let digits = self.take_while(is_digit);
        if digits.is_empty() {
            return Err(self.error(ErrorKind::BadCharacter));
        }
        let add = |n: u64, d: &u8| (n * 10 + u64::from(d - b'0')).min(u64::from(u32::MAX) + 1);
        u32::try_from(digits.iter().fold(0, add)).map_err(|_| before.error(ErrorKind::BadNumber))
    }

    /// A quoted string, without its quotes and still escaped.
    pub(crate) fn quoted(&mut self) -> Result<&'a [u8], ParseError> {
        if !self.eat(b'"') {
            return Err(self.error(ErrorKind::BadCharacter));
        }
        let from = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    looked(self.at - from + 1);
                    let raw = self.bytes.get(from..self.at).unwrap_or_default();
                    self.at += 1;
                    return Ok(raw);
                }
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
                None => {
                    looked(self.bytes.len() - from);
                    self.at = self.bytes.len();
                    return Err(self.error(ErrorKind::Truncated));
                }
            }
        }
    }

    pub(crate) fn end(&mut self) -> Result<(), ParseError> {
        self.space();
        if self.is_end() { Ok(()) } else { Err(self.error(ErrorKind::BadCharacter)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unclosed_quote_is_truncated() {
        let mut c = Cursor::new(b"\"abc\\", &Place::Uri);
        assert_eq!(c.quoted(), Err(ParseError::new(ErrorKind::Truncated, Place::Uri, 5)));
    }
}
