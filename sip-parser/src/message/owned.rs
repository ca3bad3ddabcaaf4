//! A message that owns its bytes, for queues and state.

use super::index::{Entry, Index, Layout};
use super::view::MessageView;
use crate::config::Limits;
use crate::error::ParseError;
use crate::header::{Name, TypedHeader};
use crate::leniency::Leniency;
use crate::{Method, Status, UriView};
use bytes::Bytes;
use std::fmt;
use std::sync::Arc;

/// A message over [`Bytes`]. Cloning it copies neither text nor index.
#[derive(Clone)]
pub struct Message {
    bytes: Bytes,
    layout: Layout,
    entries: Arc<[Entry]>,
}

/// Bytes that are not a whole message, and what could be read of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// What was wrong.
    pub error: ParseError,
    /// The start line and the headers before the fault; `None` when the start line itself is bad. A request of another
    /// version is here with all its headers.
    pub message: Option<Message>,
}

impl Message {
    /// Indexes one datagram or one framed message with the default [`Limits`].
    pub fn parse(bytes: Bytes) -> Result<Self, ParseError> {
        Self::parse_with(bytes, &Limits::default())
    }

    /// Indexes `bytes` within `limits`.
    pub fn parse_with(bytes: Bytes, limits: &Limits) -> Result<Self, ParseError> {
        Self::parse_or_salvage(bytes, limits).map_err(|malformed| malformed.error)
    }

    /// Like [`parse_with`](Message::parse_with), but keeps what was read before the fault, so that a bad request can be
    /// answered.
    pub fn parse_or_salvage(bytes: Bytes, limits: &Limits) -> Result<Self, Box<Malformed>> {
        let mut index = Index::new();
        let read = index.fill(&bytes, limits);
        let message = || Message { bytes, layout: index.layout, entries: index.entries.as_slice().into() };
        match read {
            Ok(()) => Ok(message()),
            Err(error) => Err(Box::new(Malformed { error, message: index.has_start.then(message) })),
        }
    }

    /// A message whose parts are known.
    pub(super) fn from_parts(bytes: Bytes, layout: Layout, entries: Arc<[Entry]>) -> Self {
        Message { bytes, layout, entries }
    }

    /// The same, borrowed: every reading method is there.
    pub fn view(&self) -> MessageView<'_> {
        MessageView { bytes: &self.bytes, layout: self.layout, entries: &self.entries }
    }

    /// All the bytes, as they came.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The body, sharing the message's bytes.
    pub fn body(&self) -> Bytes {
        let (from, to) = self.layout.body;
        self.bytes.slice(from as usize..to as usize)
    }

    /// Whether this is a request.
    pub fn is_request(&self) -> bool {
        self.view().is_request()
    }

    /// The method of a request.
    pub fn method(&self) -> Option<Method> {
        self.view().method()
    }

    /// The status of a response.
    pub fn status(&self) -> Option<Status> {
        self.view().status()
    }

    /// See [`MessageView::uri`].
    pub fn uri(&self) -> Result<UriView<'_>, ParseError> {
        self.view().uri()
    }

    /// See [`MessageView::header`].
    pub fn header(&self, name: Name) -> Option<&[u8]> {
        self.view().header(name)
    }

    /// See [`MessageView::typed`].
    pub fn typed<'a, T: TypedHeader<'a>>(&'a self) -> Result<Option<T>, ParseError> {
        self.view().typed()
    }

    /// See [`MessageView::required`].
    pub fn required<'a, T: TypedHeader<'a>>(&'a self) -> Result<T, ParseError> {
        self.view().required()
    }

    /// See [`MessageView::typed_all`].
    pub fn typed_all<'a, T: TypedHeader<'a>>(&'a self) -> impl Iterator<Item = Result<T, ParseError>> + use<'a, T> {
        self.view().typed_all()
    }

    /// See [`MessageView::check`].
    pub fn check(&self) -> Result<(), ParseError> {
        self.view().check()
    }

    /// See [`MessageView::check_with`].
    pub fn check_with(&self, taken: &Leniency) -> Result<(), ParseError> {
        self.view().check_with(taken)
    }
}

impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Message {}

/// The start line alone: headers may hold credentials.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}
