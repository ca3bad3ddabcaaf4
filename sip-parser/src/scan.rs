//! Byte classes of RFC 3261 §25.1 and a cursor over a value.
//!
//! Written by hand rather than with `nom`: a value is a handful of runs over a 256-entry table, and a cursor keeps the
//! byte offset of a fault for free, which combinators have to carry along.

use crate::error::{ErrorKind, ParseError, Place};

const TOKEN: u8 = 1;
const HOST: u8 = 2;
const DIGIT: u8 = 4;
/// May stand in a URI as it is written in a message: anything printable but what delimits it.
const URI: u8 = 8;
/// `word` of §25.1: Call-ID.
const WORD: u8 = 16;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0u8; 256];
    let mut b = 0usize;
    while b < 256 {
        let c = b as u8;
        if c.is_ascii_alphanumeric() {
            table[b] |= TOKEN | HOST | WORD;
        }
        if c.is_ascii_digit() {
            table[b] |= DIGIT;
        }
        if is_token_byte(c) {
            table[b] |= TOKEN | WORD;
        }
        if matches!(c, b'(' | b')' | b'<' | b'>' | b':' | b'\\' | b'"' | b'/' | b'[' | b']' | b'?' | b'{' | b'}' | b'@')
        {
            table[b] |= WORD;
        }
        if matches!(c, b'-' | b'.' | b'_') {
            table[b] |= HOST;
        }
        if c > b' ' && c != 0x7f && !matches!(c, b'<' | b'>' | b'"') {
            table[b] |= URI;
        }
        b += 1;
    }
    table
}

/// The same as [`is_token`], for constants.
pub(crate) const fn is_token_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~')
}

pub(crate) fn is_token(b: u8) -> bool {
    CLASS[usize::from(b)] & TOKEN != 0
}

pub(crate) fn is_host(b: u8) -> bool {
    CLASS[usize::from(b)] & HOST != 0
}

pub(crate) fn is_digit(b: u8) -> bool {
    CLASS[usize::from(b)] & DIGIT != 0
}

pub(crate) fn is_uri(b: u8) -> bool {
    CLASS[usize::from(b)] & URI != 0
}

pub(crate) fn is_word(b: u8) -> bool {
    CLASS[usize::from(b)] & WORD != 0
}

/// White space inside a value. CR and LF occur there only as folding (§7.3.1), which reads as a space.
pub(crate) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n')
}

pub(crate) fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b, rest @ ..] = bytes
        && is_space(*b)
    {
        bytes = rest;
    }
    while let [rest @ .., b] = bytes
        && is_space(*b)
    {
        bytes = rest;
    }
    bytes
}

/// Writes text on one line: folding reads as a space (§7.3.1), and so it is written.
pub(crate) fn write_unfolded(f: &mut std::fmt::Formatter<'_>, text: &str) -> std::fmt::Result {
    let mut rest = text;
    while let Some(fold) = rest.find(['\r', '\n']) {
        let (line, tail) = rest.split_at(fold);
        f.write_str(line.trim_end_matches([' ', '\t']))?;
        f.write_str(" ")?;
        rest = tail.trim_start_matches([' ', '\t', '\r', '\n']);
    }
    f.write_str(rest)
}

/// Reads a value from the left and knows where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    /// As much of `bytes` as is UTF-8, so that the pieces need no second look: all of it, as a rule.
    text: &'a str,
    at: usize,
    place: Place,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8], place: Place) -> Self {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => bytes.get(..e.valid_up_to()).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default(),
        };
        Cursor { bytes, text, at: 0, place }
    }

    /// What stands from `from` to here, as text.
    fn since(&self, from: usize) -> Result<&'a str, ParseError> {
        if let Some(text) = self.text.get(from..self.at) {
            return Ok(text);
        }
        // Behind a display name in another encoding.
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
        self.at += if found { text.len() } else { 0 };
        found
    }

    pub(crate) fn bump(&mut self) {
        self.at = (self.at + 1).min(self.bytes.len());
    }

    pub(crate) fn error(&self, kind: ErrorKind) -> ParseError {
        let kind = if kind == ErrorKind::BadCharacter && self.is_end() { ErrorKind::Truncated } else { kind };
        ParseError::new(kind, self.place, self.at)
    }

    pub(crate) fn space(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
    }

    /// Takes `b` if it is next.
    pub(crate) fn eat(&mut self, b: u8) -> bool {
        let found = self.peek() == Some(b);
        self.at += usize::from(found);
        found
    }

    /// Takes `b` with white space on either side (the `COMMA`, `SLASH`, `EQUAL` … of §25.1).
    pub(crate) fn eat_spaced(&mut self, b: u8) -> bool {
        let before = *self;
        self.space();
        if self.eat(b) {
            self.space();
            return true;
        }
        *self = before;
        false
    }

    pub(crate) fn expect_spaced(&mut self, b: u8) -> Result<(), ParseError> {
        if self.eat_spaced(b) { Ok(()) } else { Err(self.error(ErrorKind::BadCharacter)) }
    }

    pub(crate) fn take_while(&mut self, class: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let len = rest.iter().position(|&b| !class(b)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    /// Any bytes of a class, as text.
    pub(crate) fn text_while(&mut self, class: impl Fn(u8) -> bool) -> Result<&'a str, ParseError> {
        let from = self.at;
        self.take_while(class);
        self.since(from)
    }

    /// At least one byte of a class.
    pub(crate) fn run(&mut self, class: impl Fn(u8) -> bool) -> Result<&'a str, ParseError> {
        let run = self.text_while(class)?;
        if run.is_empty() { Err(self.error(ErrorKind::BadCharacter)) } else { Ok(run) }
    }

    pub(crate) fn token(&mut self) -> Result<&'a str, ParseError> {
        self.run(is_token)
    }

    pub(crate) fn number(&mut self) -> Result<u32, ParseError> {
        let before = *self;
        let digits = self.run(is_digit)?;
        digits.parse().map_err(|_| before.error(ErrorKind::BadNumber))
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
                    let raw = self.bytes.get(from..self.at).unwrap_or_default();
                    self.at += 1;
                    return Ok(raw);
                }
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
                None => {
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

/// Splits a list value at the commas that stand outside quotes and angle brackets.
pub(crate) struct SplitList<'a> {
    rest: Option<&'a [u8]>,
    /// Whether the rest is one element whatever it holds.
    is_whole: bool,
}

impl<'a> SplitList<'a> {
    pub(crate) fn new(value: &'a [u8]) -> Self {
        // As a rule there is one element, and that is soon seen.
        SplitList { rest: Some(value), is_whole: memchr::memchr(b',', value).is_none() }
    }

    /// The value as the one element of its list.
    pub(crate) fn whole(value: &'a [u8]) -> Self {
        SplitList { rest: Some(value), is_whole: true }
    }
}

impl<'a> Iterator for SplitList<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.is_whole {
            return self.rest.take().filter(|value| !value.is_empty());
        }
        loop {
            let value = self.rest?;
            let (mut quoted, mut angle, mut escaped) = (false, false, false);
            let comma = value.iter().position(|&b| {
                if escaped {
                    escaped = false;
                } else if quoted {
                    escaped = b == b'\\';
                    quoted = b != b'"';
                } else {
                    match b {
                        b'"' => quoted = true,
                        b'<' => angle = true,
                        b'>' => angle = false,
                        b',' => return !angle,
                        _ => {}
                    }
                }
                false
            });
            let item = match comma {
                Some(i) => {
                    self.rest = value.get(i + 1..);
                    value.get(..i).unwrap_or_default()
                }
                None => {
                    self.rest = None;
                    value
                }
            };
            let item = trim(item);
            // An empty element says nothing (RFC 3261 §7.3.1 allows none, devices send them).
            if !item.is_empty() {
                return Some(item);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_quotes_and_brackets_do_not_split() {
        let items: Vec<_> = SplitList::new(b"\"a,\\\",b\" <sip:x@y;p=1,2> , <sip:z@w>,").collect();
        assert_eq!(items, [&b"\"a,\\\",b\" <sip:x@y;p=1,2>"[..], b"<sip:z@w>"]);
    }

    #[test]
    fn an_unclosed_quote_is_truncated() {
        let mut c = Cursor::new(b"\"abc\\", Place::Uri);
        assert_eq!(c.quoted(), Err(ParseError::new(ErrorKind::Truncated, Place::Uri, 5)));
    }
}
