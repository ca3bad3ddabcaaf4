//! Bodies of several parts (RFC 2046 §5.1).

use super::fields::{Fields, line_width};
use crate::error::{ErrorKind, ParseError, Place};
use crate::header::{ContentType, Name, TypedHeader};
use std::borrow::Cow;

/// The parts of a multipart body in order, whatever its subtype: `mixed`, `alternative` (the last that one understands is
/// meant, §5.1.4), `related` (one is the [`root`](Multipart::root), RFC 2387).
///
/// A part that itself is multipart is given whole; [`Part::multipart`] reads it, so how deep to go is the caller's
/// choice. What stands before the first part and after the last says nothing (§5.1.1). A body that ends without its
/// closing delimiter gives the part that was begun and then an error.
#[derive(Debug, Clone)]
pub struct Multipart<'a> {
    body: &'a [u8],
    boundary: Cow<'a, str>,
    start: Option<Cow<'a, str>>,
    state: State,
    /// Where `body` stands in the outermost body.
    base: usize,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Nothing is read yet.
    Preamble,
    /// Behind a delimiter line.
    Part(usize),
    /// The body ended inside a part.
    CutOff,
    Done,
}

/// One part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// Its header lines. Without a Content-Type it is plain text (§5.1).
    pub headers: Fields<'a>,
    /// What it carries, without the line end that belongs to the delimiter.
    pub content: &'a [u8],
    /// Where `content` begins, in bytes from the start of the body.
    pub at: usize,
}

impl<'a> Multipart<'a> {
    /// The parts of `body`, whose Content-Type is `content_type`.
    ///
    /// # Errors
    /// A type other than multipart, and one without a boundary. The 70 characters of §5.1.1 are the writer's bound.
    pub fn parse(content_type: &ContentType<'a>, body: &'a [u8]) -> Result<Self, ParseError> {
        let fault = |kind| ParseError::new(kind, Place::Header(Name::CONTENT_TYPE), 0);
        if !content_type.kind.eq_ignore_ascii_case("multipart") {
            return Err(fault(ErrorKind::Unsupported));
        }
        let boundary = content_type.params.value("boundary").map(unquote).filter(|b| !b.is_empty());
        let boundary = boundary.ok_or(fault(ErrorKind::Missing))?;
        if boundary.bytes().any(|b| b.is_ascii_control()) || boundary.ends_with(' ') {
            return Err(fault(ErrorKind::BadCharacter));
        }
        let start = content_type.params.value("start").map(unquote);
        Ok(Multipart { body, boundary, start, state: State::Preamble, base: 0 })
    }

    /// The first of the remaining parts that has this type.
    ///
    /// # Errors
    /// What is wrong before it.
    pub fn find(mut self, kind: &str, subtype: &str) -> Result<Option<Part<'a>>, ParseError> {
        self.find_map(|part| match part {
            Ok(part) if part.content_type().is_ok_and(|t| t.is(kind, subtype)) => Some(Ok(part)),
            Ok(_) => None,
            Err(e) => Some(Err(e)),
        })
        .transpose()
    }

    /// The part that the others of a `multipart/related` belong to: the one whose Content-ID the `start` parameter names,
    /// and the first without one (RFC 2387 §3.2).
    ///
    /// # Errors
    /// What is wrong before it.
    pub fn root(mut self) -> Result<Option<Part<'a>>, ParseError> {
        let Some(start) = self.start.take() else { return self.next().transpose() };
        self.find_map(|part| match part {
            Ok(part) if part.headers.header(CONTENT_ID) == Some(start.as_bytes()) => Some(Ok(part)),
            Ok(_) => None,
            Err(e) => Some(Err(e)),
        })
        .transpose()
    }

    /// The next delimiter line from `from` on, which is the start of a line.
    fn delimiter(&self, from: usize) -> Option<Delimiter> {
        let mut at = from;
        loop {
            let rest = self.body.get(at..).filter(|rest| !rest.is_empty())?;
            let width = line_width(rest);
            if let Some(is_last) = self.is_delimiter(rest.get(..width).unwrap_or_default()) {
                return Some(Delimiter { at, next: at + width, is_last });
            }
            at += width;
        }
    }

    /// Whether a line is a delimiter, and the last. White space after it is a mail gateway's (§5.1.1).
    fn is_delimiter(&self, line: &[u8]) -> Option<bool> {
        let tail = line.strip_prefix(b"--")?.strip_prefix(self.boundary.as_bytes())?;
        let (tail, is_last) = match tail.strip_prefix(b"--") {
            Some(tail) => (tail, true),
            None => (tail, false),
        };
        tail.trim_ascii().is_empty().then_some(is_last)
    }

    fn part(&self, from: usize, to: usize) -> Result<Part<'a>, ParseError> {
        let bytes = self.body.get(from..to).unwrap_or_default();
        let at = self.base + from;
        let (headers, content) = Fields::parse(bytes, at)?;
        let at = content.unwrap_or(at + bytes.len());
        Ok(Part { headers, content: bytes.get(at - self.base - from..).unwrap_or_default(), at })
    }

    fn fault(&self, kind: ErrorKind) -> ParseError {
        ParseError::new(kind, Place::Body, self.base + self.body.len())
    }
}

const CONTENT_ID: Name = Name::other("Content-ID");

struct Delimiter {
    at: usize,
    next: usize,
    is_last: bool,
}

impl<'a> Iterator for Multipart<'a> {
    type Item = Result<Part<'a>, ParseError>;

    fn next(&mut self) -> Option<Self::Item> {
        let from = match self.state {
            State::Done => return None,
            State::CutOff => {
                self.state = State::Done;
                return Some(Err(self.fault(ErrorKind::Truncated)));
            }
            State::Part(from) => from,
            State::Preamble => match self.delimiter(0) {
                Some(first) if first.is_last => {
                    self.state = State::Done;
                    return None;
                }
                Some(first) => first.next,
                None => {
                    self.state = State::Done;
                    return Some(Err(self.fault(ErrorKind::Missing)));
                }
            },
        };
        match self.delimiter(from) {
            Some(next) => {
                self.state = if next.is_last { State::Done } else { State::Part(next.next) };
                // The line end before a delimiter is the delimiter's, unless it ends the delimiter before.
                let bytes = self.body.get(from..next.at).unwrap_or_default();
                let bytes = bytes.strip_suffix(b"\n").map_or(bytes, |b| b.strip_suffix(b"\r").unwrap_or(b));
                Some(self.part(from, from + bytes.len()))
            }
            None if from >= self.body.len() => {
                self.state = State::Done;
                Some(Err(self.fault(ErrorKind::Truncated)))
            }
            None => {
                self.state = State::CutOff;
                Some(self.part(from, self.body.len()))
            }
        }
    }
}

impl std::iter::FusedIterator for Multipart<'_> {}

impl<'a> Part<'a> {
    /// Its type; `text/plain` where it names none (§5.1).
    ///
    /// # Errors
    /// A Content-Type that cannot be read.
    pub fn content_type(&self) -> Result<ContentType<'a>, ParseError> {
        match self.headers.typed()? {
            Some(content_type) => Ok(content_type),
            None => ContentType::parse(b"text/plain"),
        }
    }

    /// The parts of this part, if it is multipart itself.
    ///
    /// # Errors
    /// As [`Multipart::parse`].
    pub fn multipart(&self) -> Result<Multipart<'a>, ParseError> {
        let inner =
            Multipart::parse(&self.content_type()?, self.content).map_err(|e| ParseError { at: self.at, ..e })?;
        Ok(Multipart { base: self.at, ..inner })
    }
}

/// A parameter's value without its quotes, unescaped.
fn unquote(value: &str) -> Cow<'_, str> {
    let Some(inner) = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) else { return Cow::Borrowed(value) };
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    Cow::Owned(out)
}
