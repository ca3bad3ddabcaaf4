//! A message that borrows its bytes and its index.

use super::index::{Entry, FAR, Index, Layout, Rank};
use crate::config::Limits;
use crate::error::{ErrorKind, ParseError, Place};
use crate::header::{Name, TypedHeader};
use crate::scan::{SplitList, looked};
use crate::{Method, Status, UriView};
use std::fmt;

/// A message as it stands in `bytes`. Small and `Copy`; see [`Message`](super::Message) for one that owns.
#[derive(Clone, Copy)]
pub struct MessageView<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) layout: Layout,
    pub(crate) entries: &'a [Entry],
}

/// The first line of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartLine<'a> {
    /// `METHOD uri SIP/2.0`
    Request {
        /// The method.
        method: Method,
        /// The Request-URI as written.
        uri: &'a [u8],
    },
    /// `SIP/2.0 status reason`
    Response {
        /// The status code.
        status: Status,
        /// The reason phrase as written.
        reason: &'a [u8],
    },
}

/// One header line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderView<'a> {
    name: &'a [u8],
    /// The value, trimmed; folding stays in it.
    pub value: &'a [u8],
    /// Where the value begins, in bytes from the start of the message.
    pub at: usize,
    id: u8,
}

impl<'a> HeaderView<'a> {
    fn new(bytes: &'a [u8], e: &Entry) -> Self {
        let slice = |at: u32, len: usize| bytes.get(at as usize..at as usize + len).unwrap_or_default();
        HeaderView {
            name: slice(e.name_at, usize::from(e.name_len)),
            value: slice(e.value_at, e.value_len as usize),
            at: e.value_at as usize,
            id: e.id,
        }
    }

    /// The name as spelled.
    pub fn name(&self) -> &'a str {
        std::str::from_utf8(self.name).unwrap_or_default()
    }

    /// Where the name begins, in bytes from the start of the message.
    pub(crate) fn name_at(&self) -> usize {
        // The colon and its white space stand between.
        self.at - (self.value.as_ptr() as usize - self.name.as_ptr() as usize)
    }

    /// Whether this line carries `name`.
    pub fn is(&self, name: Name) -> bool {
        is_named(self.id, || self.name, name_id(name), name)
    }
}

/// Compares by number where the line's name is a known one, by text where it is not.
pub(super) fn is_named<'a>(line: u8, text: impl FnOnce() -> &'a [u8], id: u8, name: Name) -> bool {
    if line != 0 { line == id } else { id == 0 && text().eq_ignore_ascii_case(name.as_str().as_bytes()) }
}

pub(super) fn name_id(name: Name) -> u8 {
    if name.id() != 0 { name.id() } else { Name::lookup(name.as_str()).map_or(0, Name::id) }
}

impl<'a> MessageView<'a> {
    /// Indexes `bytes`, one datagram or one framed message, with the default [`Limits`].
    pub fn parse(bytes: &'a [u8], index: &'a mut Index) -> Result<Self, ParseError> {
        Self::parse_with(bytes, index, &Limits::default())
    }

    /// Indexes `bytes` within `limits`.
    pub fn parse_with(bytes: &'a [u8], index: &'a mut Index, limits: &Limits) -> Result<Self, ParseError> {
        index.fill(bytes, limits)?;
        Ok(MessageView { bytes, layout: index.layout, entries: index.entries.as_slice() })
    }

    fn slice(&self, (from, to): (u32, u32)) -> &'a [u8] {
        self.bytes.get(from as usize..to as usize).unwrap_or_default()
    }

    /// All the bytes, as they came.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether this is a request.
    pub fn is_request(&self) -> bool {
        self.layout.status == 0
    }

    /// The start line.
    pub fn start_line(&self) -> StartLine<'a> {
        match (self.method(), self.status()) {
            (Some(method), _) => StartLine::Request { method, uri: self.slice(self.layout.rest) },
            (None, Some(status)) => StartLine::Response { status, reason: self.slice(self.layout.rest) },
            (None, None) => unreachable!("a message without a status is a request"),
        }
    }

    /// The method of a request.
    pub fn method(&self) -> Option<Method> {
        self.is_request().then(|| Method::from_token(self.slice(self.layout.method)))
    }

    /// The status of a response.
    pub fn status(&self) -> Option<Status> {
        Status::new(self.layout.status)
    }

    /// The reason phrase of a response; bytes that are not UTF-8 read as an empty one.
    pub fn reason(&self) -> Option<&'a str> {
        (!self.is_request()).then(|| std::str::from_utf8(self.slice(self.layout.rest)).unwrap_or_default())
    }

    /// The Request-URI. An error for a response and for a URI that is none.
    pub fn uri(&self) -> Result<UriView<'a>, ParseError> {
        if !self.is_request() {
            return Err(ParseError::new(ErrorKind::Missing, Place::StartLine, 0));
        }
        let (from, to) = self.layout.rest;
        UriView::parse_bytes(self.slice((from, to)))
            .map_err(|(kind, at)| ParseError::new(kind, Place::StartLine, from as usize + at))
    }

    /// All before the body: what comes before the start line, the headers and the empty line.
    pub(crate) fn head(&self) -> &'a [u8] {
        self.slice((0, self.layout.body.0))
    }

    /// The body.
    pub fn body(&self) -> &'a [u8] {
        self.slice(self.layout.body)
    }

    /// Every header line in order.
    pub fn headers(&self) -> Headers<'a> {
        Headers { bytes: self.bytes, entries: self.entries.iter() }
    }

    /// Every line of that name, in order.
    pub fn header_all(&self, name: Name) -> impl Iterator<Item = HeaderView<'a>> + use<'a> {
        Lines::new(self, name)
    }

    /// The value of the first line of that name.
    pub fn header(&self, name: Name) -> Option<&'a [u8]> {
        self.header_all(name).next().map(|h| h.value)
    }

    /// The first `T`, if there is one.
    pub fn typed<T: TypedHeader<'a>>(&self) -> Result<Option<T>, ParseError> {
        match self.first_value(T::NAME, T::IS_LIST) {
            Some((line, value)) => read(&line, value).map(Some),
            None => Ok(None),
        }
    }

    /// The first `T`; an error of kind [`Missing`](ErrorKind::Missing) if there is none.
    pub fn required<T: TypedHeader<'a>>(&self) -> Result<T, ParseError> {
        match self.first_value(T::NAME, T::IS_LIST) {
            Some((line, value)) => read(&line, value),
            None => Err(ParseError::new(ErrorKind::Missing, Place::Header(T::NAME), self.layout.body.0 as usize)),
        }
    }

    /// The first line of that name that has a value, and the first of its values.
    #[inline]
    fn first_value(&self, name: Name, is_list: bool) -> Option<(HeaderView<'a>, &'a [u8])> {
        let mut lines = Lines::new(self, name);
        if !is_list {
            return lines.next().map(|line| (line, line.value));
        }
        lines.find_map(|line| Some((line, SplitList::new(line.value).next()?)))
    }

    /// Every `T` in order: of all lines and, for a list header, of all elements of each.
    pub fn typed_all<T: TypedHeader<'a>>(&self) -> impl Iterator<Item = Result<T, ParseError>> + use<'a, T> {
        let mut lines = Lines::new(self, T::NAME);
        let mut current = None;
        std::iter::from_fn(move || {
            loop {
                if let Some((line, parts)) = &mut current
                    && let Some(value) = SplitList::next(parts)
                {
                    return Some(read(line, value));
                }
                let line = lines.next()?;
                let parts = if T::IS_LIST { SplitList::new(line.value) } else { SplitList::whole(line.value) };
                current = Some((line, parts));
            }
        })
    }
}

/// The lines of one name.
struct Lines<'a> {
    bytes: &'a [u8],
    entries: &'a [Entry],
    name: Name,
    id: u8,
    /// Of the next line, where it is known.
    rank: Rank,
    /// How many lines have been looked at where it is not.
    seen: usize,
}

impl<'a> Lines<'a> {
    #[inline]
    fn new(message: &MessageView<'a>, name: Name) -> Self {
        let id = name_id(name);
        let known = message.layout.first.get(usize::from(id)).filter(|_| id != 0);
        let (rank, seen) = known.map_or((FAR, 0), |&rank| (rank, usize::from(FAR) - 1));
        Lines { bytes: message.bytes, entries: message.entries, name, id, rank, seen }
    }

    /// The next line by looking at each.
    fn search(&mut self) -> Option<HeaderView<'a>> {
        let rest = self.entries.get(self.seen..)?;
        let found = rest.iter().position(|e| {
            let text = || HeaderView::new(self.bytes, e).name;
            is_named(e.id, text, self.id, self.name)
        });
        looked(found.map_or(rest.len(), |i| i + 1));
        self.seen = found.map_or(self.entries.len(), |i| self.seen + i + 1);
        found.and_then(|i| rest.get(i)).map(|e| HeaderView::new(self.bytes, e))
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = HeaderView<'a>;

    #[inline]
    fn next(&mut self) -> Option<HeaderView<'a>> {
        if self.rank == FAR {
            return self.search();
        }
        let entry = self.entries.get(usize::from(self.rank.checked_sub(1)?))?;
        self.rank = entry.next;
        Some(HeaderView::new(self.bytes, entry))
    }
}

/// Reads a value that is part of `line`; an error's place counts from the start of the message.
#[inline]
fn read<'a, T: TypedHeader<'a>>(line: &HeaderView<'a>, value: &'a [u8]) -> Result<T, ParseError> {
    let before = value.as_ptr() as usize - line.value.as_ptr() as usize;
    T::parse(value).map_err(|e| ParseError { at: e.at + line.at + before, ..e })
}

/// The start line alone: headers may hold credentials.
impl fmt::Debug for MessageView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.bytes.split(|&b| b == b'\r' || b == b'\n').find(|l| !l.is_empty()).unwrap_or_default();
        write!(f, "Message({:?}, {} bytes)", String::from_utf8_lossy(line), self.bytes.len())
    }
}

/// The header lines of a message in order.
#[derive(Debug, Clone)]
pub struct Headers<'a> {
    bytes: &'a [u8],
    entries: std::slice::Iter<'a, Entry>,
}

impl<'a> Iterator for Headers<'a> {
    type Item = HeaderView<'a>;

    fn next(&mut self) -> Option<HeaderView<'a>> {
        self.entries.next().map(|e| HeaderView::new(self.bytes, e))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl ExactSizeIterator for Headers<'_> {}
