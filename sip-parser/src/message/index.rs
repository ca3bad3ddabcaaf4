//! The one pass over a message: where its start line, headers and body are.

use crate::config::Limits;
use crate::error::{ErrorKind, ParseError, Place};
use crate::header::Name;
use crate::scan;
use smallvec::SmallVec;

/// Where one header stands. The value runs without its surrounding white space; folding inside stays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name_at: u32,
    pub(crate) value_at: u32,
    pub(crate) value_len: u32,
    pub(crate) name_len: u16,
    /// [`Name::id`], 0 for a name that is not known.
    pub(crate) id: u8,
}

/// Where the parts of the start line and the body stand.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Layout {
    /// 0 for a request.
    pub(crate) status: u16,
    /// Method of a request.
    pub(crate) method: (u32, u32),
    /// Request-URI, or reason phrase.
    pub(crate) rest: (u32, u32),
    pub(crate) body: (u32, u32),
}

/// Room for the places of a message's parts: up to 64 headers without an allocation, and reusable from message to
/// message.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pub(crate) layout: Layout,
    pub(crate) entries: SmallVec<[Entry; 64]>,
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
        let mut at = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let line = line(bytes, at).ok_or(ParseError::new(ErrorKind::Truncated, Place::StartLine, bytes.len()))?;
        // Another version is told after the headers, which are wanted for the 505, and rather than a fault in them.
        let version = self.start_line(line.text, at)?;
        self.has_start = true;
        at = line.next;
        // A bad length is told last: what stands behind it is wanted for the answer.
        let mut length = Ok(None);
        while let Some(line) = header_line(bytes, at).or_else(|e| version.and(Err(e)))? {
            if line.next > limits.head || self.entries.len() == limits.headers {
                let at = if line.next > limits.head { limits.head } else { at };
                return Err(ParseError::new(ErrorKind::TooLarge, Place::Headers, at));
            }
            self.entries.push(line.entry);
            if line.entry.id == Name::CONTENT_LENGTH.id() {
                length = length.and_then(|before| content_length(bytes, &line.entry, before).map(Some));
            }
            at = line.next;
        }
        at += if bytes.get(at) == Some(&b'\r') { 2 } else { 1 };
        if at > limits.head + 2 {
            return Err(ParseError::new(ErrorKind::TooLarge, Place::Headers, limits.head));
        }
        self.layout.body = (at as u32, at as u32);
        version?;
        self.body(bytes, at, length?, limits)
    }

    /// `Ok(Err)` for a request that is whole but for its version.
    fn start_line(&mut self, line: &[u8], at: usize) -> Result<Result<(), ParseError>, ParseError> {
        let fault = |kind, i: usize| ParseError::new(kind, Place::StartLine, at + i);
        let place = |i: usize| (at + i) as u32;
        let space = memchr::memchr(b' ', line).ok_or(fault(ErrorKind::Truncated, line.len()))?;
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
        if let Some(i) = first.iter().position(|&b| !scan::is_token(b)) {
            return Err(fault(ErrorKind::BadCharacter, i));
        }
        if first.is_empty() {
            return Err(fault(ErrorKind::BadCharacter, 0));
        }
        let last = memchr::memrchr(b' ', tail).ok_or(fault(ErrorKind::Truncated, line.len()))?;
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

/// What Content-Length says; `before` is what an earlier one said.
fn content_length(bytes: &[u8], e: &Entry, before: Option<usize>) -> Result<usize, ParseError> {
    let at = e.value_at as usize;
    let fault = |kind| ParseError::new(kind, Place::Header(Name::CONTENT_LENGTH), at);
    let value = bytes.get(at..at + e.value_len as usize).unwrap_or_default();
    let n: usize = std::str::from_utf8(value)
        .ok()
        .filter(|v| v.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|v| v.parse().ok())
        .ok_or(fault(ErrorKind::BadNumber))?;
    if before.is_some_and(|m| m != n) { Err(fault(ErrorKind::Repeated)) } else { Ok(n) }
}

struct Line<'a> {
    text: &'a [u8],
    next: usize,
}

/// The line that begins at `at`, without its end: CRLF, or the lone LF that some devices write.
fn line(bytes: &[u8], at: usize) -> Option<Line<'_>> {
    let rest = bytes.get(at..)?;
    let end = memchr::memchr(b'\n', rest)?;
    let text = rest.get(..end)?;
    Some(Line { text: text.strip_suffix(b"\r").unwrap_or(text), next: at + end + 1 })
}

struct HeaderLine {
    entry: Entry,
    next: usize,
}

/// The header line that begins at `at`, with what is folded onto it (§7.3.1); `None` for the empty line that ends the
/// headers.
fn header_line(bytes: &[u8], at: usize) -> Result<Option<HeaderLine>, ParseError> {
    let missing = ParseError::new(ErrorKind::Truncated, Place::Headers, bytes.len());
    let line = bytes.get(at..).unwrap_or_default();
    let name_len = line.iter().position(|&b| !scan::is_token(b)).ok_or(missing)?;
    let mut colon = name_len;
    while matches!(line.get(colon), Some(b' ' | b'\t')) {
        colon += 1;
    }
    let after = line.get(colon + 1..).unwrap_or_default();
    let name = line.get(..name_len).unwrap_or_default();
    if name.is_empty() || line.get(colon) != Some(&b':') {
        return match line {
            [b'\n', ..] | [b'\r', b'\n', ..] => Ok(None),
            // A line that does not end is cut off; one that does is wrong where its colon should be.
            _ if memchr::memchr(b'\n', line).is_none() => Err(missing),
            _ => Err(ParseError::new(ErrorKind::BadCharacter, Place::Headers, at + colon)),
        };
    }
    let mut len = memchr::memchr(b'\n', after).ok_or(missing)?;
    while matches!(after.get(len + 1), Some(b' ' | b'\t')) {
        len += 1 + memchr::memchr(b'\n', after.get(len + 1..).unwrap_or_default()).ok_or(missing)?;
    }
    let raw = after.get(..len).unwrap_or_default();
    let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
    let lead = raw.iter().position(|&b| !scan::is_space(b)).unwrap_or(raw.len());
    let value_len = raw.get(lead..).unwrap_or_default().iter().rposition(|&b| !scan::is_space(b)).map_or(0, |i| i + 1);
    let entry = Entry {
        name_at: at as u32,
        value_at: (at + colon + 1 + lead) as u32,
        value_len: value_len as u32,
        name_len: u16::try_from(name_len).map_err(|_| ParseError::new(ErrorKind::BadCharacter, Place::Headers, at))?,
        id: Name::lookup_bytes(name).map_or(0, Name::id),
    };
    Ok(Some(HeaderLine { entry, next: at + colon + 1 + len + 1 }))
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
            assert_eq!((index.entries.len(), index.entries.spilled()), (n, false));
        }
    }

    #[test]
    fn an_index_that_grew_is_reused_as_it_is() {
        let mut index = Index::new();
        index.fill(&with_headers(200), &Limits::default()).unwrap();
        let capacity = index.entries.capacity();
        index.fill(&with_headers(200), &Limits::default()).unwrap();
        assert_eq!((index.entries.len(), index.entries.capacity()), (200, capacity));
    }
}
