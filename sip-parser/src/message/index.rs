//! The one pass over a message: where its start line, headers and body are.

use super::entries::Entries;
use crate::config::Limits;
use crate::error::{ErrorKind, ParseError, Place};
use crate::header::{Key, Name};
use crate::scan;

/// Where one header stands. The value runs without its surrounding white space; folding inside stays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name_at: u32,
    pub(crate) value_at: u32,
    pub(crate) value_len: u32,
    pub(crate) name_len: u16,
    /// [`Name::id`], 0 for a name that is not known.
    pub(crate) id: u8,
    /// The [`Rank`] of the next line of that name.
    pub(crate) next: Rank,
}

/// The place of a line among the lines, from 1. 0 where there is none, [`FAR`] for all that are behind the first 254.
pub(crate) type Rank = u8;

/// Further on: to be looked for.
pub(crate) const FAR: Rank = Rank::MAX;

/// The names with an id below are met in nearly every message; where their lines stand is kept.
pub(crate) const COMMON: usize = 16;

/// Where the parts of the start line and the body stand, and the first line of each common name.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Layout {
    /// 0 for a request.
    pub(crate) status: u16,
    /// Method of a request.
    pub(crate) method: (u32, u32),
    /// Request-URI, or reason phrase.
    pub(crate) rest: (u32, u32),
    pub(crate) body: (u32, u32),
    pub(crate) first: [Rank; COMMON],
}

/// Room for the places of a message's parts: up to 64 headers without an allocation, and reusable from message to
/// message.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pub(crate) layout: Layout,
    pub(crate) entries: Entries,
    /// Whether the start line was read, so that what was found before a fault can be answered.
    pub(crate) has_start: bool,
}

impl Index {
    /// An empty one.
    pub fn new() -> Self {
        Index::default()
    }

    /// Fills the index from `bytes`. After an error it holds what was found before the fault.
    pub(crate) fn fill(&mut self, bytes: &[u8], limits: &Limits) -> Result<(), ParseError> {
        self.entries.clear();
        self.layout = Layout::default();
        self.has_start = false;
        if u32::try_from(bytes.len()).is_err() {
            return Err(ParseError::new(ErrorKind::TooLarge, Place::Headers, bytes.len()));
        }
        // Empty lines before the start line are keep-alives or the end of the last message (§7.5).
        let at = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        scan::looked(at);
        let line =
            line(bytes, at).ok_or_else(|| ParseError::new(ErrorKind::Truncated, Place::StartLine, bytes.len()))?;
        if line.next - at > limits.start_line {
            return Err(ParseError::new(ErrorKind::TooLarge, Place::StartLine, at + limits.start_line));
        }
        let version = self.start_line(line.text, at)?;
        self.has_start = true;
        let at = self.headers(bytes, line.next, limits);
        // What stands before a fault is wanted for the answer.
        self.layout.first = chain(self.entries.as_mut_slice());
        if let Ok(at) = at {
            self.layout.body = (at as u32, at as u32);
        }
        // Another version explains whatever else is odd.
        version?;
        let at = at?;
        // A bad length is told last: what stands behind it is wanted for the answer.
        let length = self.content_length(bytes)?;
        self.body(bytes, at, length, limits)
    }

    /// Reads the header lines that begin at `at`. Where the body begins.
    #[inline(never)]
    fn headers(&mut self, bytes: &[u8], mut at: usize, limits: &Limits) -> Result<usize, ParseError> {
        // Where all is short, no line is too long.
        let is_long = bytes.len() > limits.header_line.min(limits.head);
        let mut count = 0;
        while let Some((entry, next)) = header_line(bytes, at)? {
            if is_long || count == limits.headers {
                within_limits(count, at, next, limits)?;
            }
            count += 1;
            self.entries.push(entry);
            at = next;
        }
        // There may be no header, but a start line.
        if at > limits.head {
            return Err(ParseError::new(ErrorKind::TooLarge, Place::Headers, limits.head));
        }
        Ok(at + if bytes.get(at) == Some(&b'\r') { 2 } else { 1 })
    }

    /// What Content-Length says, however often it is there.
    fn content_length(&self, bytes: &[u8]) -> Result<Option<usize>, ParseError> {
        const ID: u8 = Name::CONTENT_LENGTH.id();
        let Some(before) = self.layout.first.get(usize::from(ID)).and_then(|rank| rank.checked_sub(1)) else {
            return Ok(None);
        };
        let lines = self.entries.as_slice().iter().skip(before.into()).filter(|entry| entry.id == ID);
        scan::looked(self.entries.as_slice().len());
        lines.into_iter().try_fold(None, |before, entry| content_length(bytes, entry, before).map(Some))
    }

    /// `Ok(Err)` for a request that is whole but for its version.
    fn start_line(&mut self, line: &[u8], at: usize) -> Result<Result<(), ParseError>, ParseError> {
        let fault = |kind, i: usize| ParseError::new(kind, Place::StartLine, at + i);
        let place = |i: usize| (at + i) as u32;
        let space = scan::find(b' ', line).ok_or_else(|| fault(ErrorKind::Truncated, line.len()))?;
        let (first, tail) = (line.get(..space).unwrap_or_default(), line.get(space + 1..).unwrap_or_default());
        if first.len() >= 4 && first.get(..4).is_some_and(|s| s.eq_ignore_ascii_case(b"SIP/")) {
            if first.get(4..) != Some(b"2.0") {
                return Err(fault(ErrorKind::Version, 4));
            }
            let code = tail.get(..3).unwrap_or_default();
            if !matches!(tail.get(3), None | Some(b' ')) || !code.iter().all(u8::is_ascii_digit) || code.len() != 3 {
                return Err(fault(ErrorKind::BadNumber, space + 1));
            }
            self.layout.status = code.iter().fold(0, |n, d| n * 10 + u16::from(d - b'0'));
            if !(100..700).contains(&self.layout.status) {
                return Err(fault(ErrorKind::BadNumber, space + 1));
            }
            let reason = (space + 5).min(line.len());
            self.layout.rest = (place(reason), place(line.len()));
            return Ok(Ok(()));
        }
        scan::looked(line.len());
        if let Some(i) = first.iter().position(|&b| !scan::is_token(b)) {
            return Err(fault(ErrorKind::BadCharacter, i));
        }
        if first.is_empty() {
            return Err(fault(ErrorKind::BadCharacter, 0));
        }
        let last = memchr::memrchr(b' ', tail).ok_or_else(|| fault(ErrorKind::Truncated, line.len()))?;
        let version = tail.get(last + 1..).unwrap_or_default();
        if !version.get(..4).is_some_and(|s| s.eq_ignore_ascii_case(b"SIP/")) {
            return Err(fault(ErrorKind::BadCharacter, space + 1 + last + 1));
        }
        if last == 0 {
            return Err(fault(ErrorKind::Truncated, space + 1));
        }
        self.layout.method = (place(0), place(space));
        self.layout.rest = (place(space + 1), place(space + 1 + last));
        let is_known = version.get(4..) == Some(b"2.0");
        Ok(if is_known { Ok(()) } else { Err(fault(ErrorKind::Version, space + 1 + last + 1)) })
    }

    /// A datagram's body is what Content-Length says, and all the rest without one (§18.3).
    fn body(&mut self, bytes: &[u8], at: usize, length: Option<usize>, limits: &Limits) -> Result<(), ParseError> {
        let rest = bytes.len() - at;
        let length = length.unwrap_or(rest);
        if length > limits.body {
            return Err(ParseError::new(ErrorKind::TooLarge, Place::Body, at));
        }
        if length > rest {
            return Err(ParseError::new(ErrorKind::Truncated, Place::Body, bytes.len()));
        }
        self.layout.body = (at as u32, (at + length) as u32);
        Ok(())
    }
}

/// Hangs each line of a common name before the next one of it; the first of each.
pub(crate) fn chain(entries: &mut [Entry]) -> [Rank; COMMON] {
    scan::looked(entries.len());
    let mut first = [0; COMMON];
    for (i, entry) in entries.iter_mut().enumerate().rev() {
        if let Some(first) = first.get_mut(usize::from(entry.id)) {
            entry.next = *first;
            *first = Rank::try_from(i + 1).unwrap_or(FAR);
        }
    }
    first
}

/// Whether there is room for one more line than `count`.
#[cold]
fn within_limits(count: usize, at: usize, next: usize, limits: &Limits) -> Result<(), ParseError> {
    let (kind, place, at) = match () {
        () if next - at > limits.header_line => (ErrorKind::TooLarge, Place::HeaderLine, at + limits.header_line),
        () if next > limits.head => (ErrorKind::TooLarge, Place::Headers, limits.head),
        () if count == limits.headers => (ErrorKind::TooMany, Place::Headers, at),
        () => return Ok(()),
    };
    Err(ParseError::new(kind, place, at))
}

/// What Content-Length says; `before` is what an earlier one said.
fn content_length(bytes: &[u8], e: &Entry, before: Option<usize>) -> Result<usize, ParseError> {
    let at = e.value_at as usize;
    let fault = |kind| ParseError::new(kind, Place::Header(Name::CONTENT_LENGTH), at);
    let value = bytes.get(at..at + e.value_len as usize).unwrap_or_default();
    scan::looked(3 * value.len());
    let n: usize = std::str::from_utf8(value)
        .ok()
        .filter(|v| v.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|v| v.parse().ok())
        .ok_or_else(|| fault(ErrorKind::BadNumber))?;
    if before.is_some_and(|m| m != n) { Err(fault(ErrorKind::Repeated)) } else { Ok(n) }
}

struct Line<'a> {
    text: &'a [u8],
    next: usize,
}

/// The line that begins at `at`, without its end: CRLF, or the lone LF that some devices write.
fn line(bytes: &[u8], at: usize) -> Option<Line<'_>> {
    let rest = bytes.get(at..)?;
    let end = scan::find(b'\n', rest)?;
    let text = rest.get(..end)?;
    Some(Line { text: text.strip_suffix(b"\r").unwrap_or(text), next: at + end + 1 })
}

/// The header line that begins at `at`, with what is folded onto it (§7.3.1), and where the next begins; `None` for the
/// empty line that ends the headers.
#[inline]
fn header_line(bytes: &[u8], at: usize) -> Result<Option<(Entry, usize)>, ParseError> {
    let Some(line) = bytes.get(at..) else { return Err(cut_off(at)) };
    // As nearly every line is: a known name, a colon, one space, a value that is not folded.
    let known = line.first_chunk().and_then(Key::before_colon).and_then(|key| Some((key.name()?.id(), key.len())));
    let (id, name_len, mut from) = match known {
        Some((id, len)) => (id, len as u16, len + 1),
        None if matches!(line, [b'\n', ..] | [b'\r', b'\n', ..]) => return Ok(None),
        None => name(line).map_err(|e| ParseError { at: at + e.at, ..e })?,
    };
    while let Some(b' ' | b'\t') = line.get(from) {
        scan::looked(1);
        from += 1;
    }
    let Some((value, len)) = line.get(from..).and_then(|value| Some((value, scan::find(b'\n', value)?))) else {
        return Err(cut_off(bytes.len()));
    };
    let is_folded = matches!(value.get(len + 1), Some(b' ' | b'\t'));
    let (from, value, len) = match value.first() {
        Some(b'\r') if len > 1 => unfold(from, value, len).ok_or_else(|| cut_off(bytes.len()))?,
        _ if is_folded => unfold(from, value, len).ok_or_else(|| cut_off(bytes.len()))?,
        _ => (from, value.get(..len).unwrap_or_default(), len),
    };
    let value_len = scan::trim_end(value).len() as u32;
    let entry = Entry { name_at: at as u32, value_at: (at + from) as u32, value_len, name_len, id, next: 0 };
    Ok(Some((entry, at + from + len + 1)))
}

/// Every byte is there, and no line end that should be.
fn cut_off(at: usize) -> ParseError {
    ParseError::new(ErrorKind::Truncated, Place::Headers, at)
}

/// The name that a line begins with, whatever stands between it and its colon: its id, its length, where the value begins.
#[cold]
fn name(line: &[u8]) -> Result<(u8, u16, usize), ParseError> {
    let fault = |at| ParseError::new(ErrorKind::BadCharacter, Place::Headers, at);
    let len = line.iter().position(|&b| !scan::is_token(b)).ok_or_else(|| cut_off(line.len()))?;
    let colon = len + line.iter().skip(len).take_while(|b| matches!(b, b' ' | b'\t')).count();
    scan::looked(colon + 1);
    let name = line.get(..len).filter(|name| !name.is_empty() && line.get(colon) == Some(&b':'));
    match name {
        Some(name) => {
            let len = u16::try_from(len).map_err(|_| fault(0))?;
            Ok((Name::lookup_bytes(name).map_or(0, Name::id), len, colon + 1))
        }
        // A line that does not end is cut off; one that does is wrong where its colon should be.
        None if memchr::memchr(b'\n', line).is_none() => Err(cut_off(line.len())),
        None => Err(fault(colon)),
    }
}

/// Goes on to the end of a value that is folded after `len` bytes: where it begins, its bytes, and how far its last line
/// end is from there.
#[cold]
fn unfold(from: usize, value: &[u8], mut len: usize) -> Option<(usize, &[u8], usize)> {
    while matches!(value.get(len + 1), Some(b' ' | b'\t')) {
        len += 1 + memchr::memchr(b'\n', value.get(len + 1..)?)?;
    }
    let whole = value.get(..len)?;
    let lead = whole.iter().take_while(|&&b| scan::is_space(b)).count();
    scan::looked(len + lead);
    Some((from + lead, whole.get(lead..)?, len - lead))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_headers(n: usize) -> Vec<u8> {
        format!("OPTIONS sip:b@x SIP/2.0\r\n{}\r\n", "X: y\r\n".repeat(n)).into_bytes()
    }

    #[test]
    fn up_to_64_headers_are_indexed_without_an_allocation() {
        let mut index = Index::new();
        for n in [64, 3, 64] {
            index.fill(&with_headers(n), &Limits::default()).unwrap();
            assert_eq!((index.entries.as_slice().len(), index.entries.heap()), (n, 0));
        }
    }

    #[test]
    fn an_index_that_grew_is_reused_as_it_is() {
        let mut index = Index::new();
        index.fill(&with_headers(200), &Limits::default()).unwrap();
        let heap = index.entries.heap();
        index.fill(&with_headers(200), &Limits::default()).unwrap();
        assert_eq!((index.entries.as_slice().len(), index.entries.heap()), (200, heap));
        index.fill(&with_headers(3), &Limits::default()).unwrap();
        assert_eq!(index.entries.as_slice().len(), 3);
    }
}
