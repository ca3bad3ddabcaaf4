//! The editing itself: start line, body, and writing it out.

use super::lines::{Lines, Piece};
use crate::error::{ErrorKind, ParseError, Place};
use crate::header::Name;
use crate::message::index::{Entry, Layout, chain};
use crate::message::one_line::OneLine;
use crate::message::{Message, MessageView};
use crate::{Status, Uri, UriView};
use bytes::{Bytes, BytesMut};
use std::fmt::{self, Display, Write as _};

/// A received message being edited, written out in one pass when it is done. Every verb sees what those before it did; one
/// that fails changes nothing.
///
/// What is written on a line cannot end it: CR, LF and NUL become spaces, and in a name whatever is no token an underscore.
/// Content-Length is kept right and is not taken from the caller. A message that was changed is written without what stood
/// around it: empty lines before it, and bytes behind its body, which on a stream would be taken for the next message.
///
/// A stateless proxy in ten lines (RFC 3261 §16.11), but for the choice of the branch and the next hop:
///
/// ```
/// use bytes::Bytes;
/// use offhook_sip_parser::{Edit, Message, ParseError, Status, header::{NameAddr, Via}};
/// use std::net::SocketAddr;
///
/// /// What goes on: a request to the next hop, a response to the hop that is now on top.
/// fn forward(message: &Message, from: SocketAddr, us: &Via<'_>, route: &NameAddr<'_>) -> Result<Bytes, ParseError> {
///     let mut edit = Edit::new(message);
///     if !message.is_request() {
///         edit.pop_via()?;                                    // §16.7 step 3
///         return Ok(edit.finish());
///     }
///     edit.note_source(from)?.push_via(us).push_record_route(route);
///     match edit.decrement_max_forwards()? {
///         Some(_) => Ok(edit.finish()),
///         None => Ok(offhook_sip_parser::Draft::response(message.view(), Status::TOO_MANY_HOPS, Some("p")).response_bytes()),
///     }
/// }
/// # use offhook_sip_parser::header::TypedHeader;
/// # let text = "OPTIONS sip:b@x SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z9hG4bKa\r\nMax-Forwards: 9\r\nf: <sip:a@x>;tag=1\r\n\
/// #     t: <sip:b@x>\r\ni: c\r\nCSeq: 1 OPTIONS\r\nl: 0\r\n\r\n";
/// # let (us, uri) = (Via::parse(b"SIP/2.0/UDP p;branch=z9hG4bKb")?, "sip:p;lr".parse::<offhook_sip_parser::Uri>()?);
/// # let there = forward(&Message::parse(text.into())?, ([192, 0, 2, 9], 5060).into(), &us, &NameAddr::new(uri.view()))?;
/// # assert_eq!(there, text
/// #     .replace("v: ", "Via: SIP/2.0/UDP p;branch=z9hG4bKb\r\nv: ").replace("bKa\r\n", "bKa;received=192.0.2.9\r\nRecord-Route: <sip:p;lr>\r\n")
/// #     .replace(": 9", ": 8"));
/// # Ok::<(), ParseError>(())
/// ```
pub struct Edit<'a> {
    view: MessageView<'a>,
    whole: Option<&'a Message>,
    start: Start,
    pub(super) lines: Lines<'a>,
    /// The empty line, or all that could not be read.
    blank: Piece,
    body: Option<Bytes>,
}

/// The start line with its end, and where its Request-URI or its reason phrase stands in the same bytes.
#[derive(Clone, Copy)]
struct Start {
    piece: Piece,
    status: u16,
    method_len: u32,
    rest: (u32, u32),
}

impl<'a> Edit<'a> {
    /// Edits `message`. If it is left as it is, [`finish`](Edit::finish) and [`message`](Edit::message) share its bytes.
    pub fn new(message: &'a Message) -> Self {
        Edit { whole: Some(message), ..Edit::of(message.view()) }
    }

    /// Edits a message that is only borrowed.
    pub fn of(view: MessageView<'a>) -> Self {
        let (bytes, layout) = (view.bytes, view.layout);
        let lead = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let body = layout.body.0 as usize;
        // A message that is not whole keeps what was not read of it.
        let is_whole = body > 0;
        let end = match bytes.get(body.saturating_sub(2)) {
            _ if !is_whole => unread(&view),
            Some(b'\r') => body - 2,
            _ => body - 1,
        } as u32;
        let old = |from, to| Piece { from, to, is_new: false };
        let first = view.entries.first().map_or(end, |e| e.name_at);
        let start = Start {
            piece: old(lead as u32, first),
            status: layout.status,
            method_len: layout.method.1 - layout.method.0,
            rest: layout.rest,
        };
        let blank = old(end, if is_whole { layout.body.0 } else { bytes.len() as u32 });
        Edit { view, whole: None, start, lines: Lines::new(bytes, view.entries, end), blank, body: None }
    }

    /// The Request-URI as it is now.
    ///
    /// # Errors
    /// Of a response, and if it is no URI.
    pub fn uri(&self) -> Result<UriView<'_>, ParseError> {
        self.expect(true)?;
        let (from, to) = self.start.rest;
        let text = self.lines.bytes(Piece { from, to, ..self.start.piece });
        UriView::parse_bytes(text).map_err(|(kind, at)| {
            let before = if self.start.piece.is_new { from - self.start.piece.from } else { from };
            ParseError::new(kind, Place::StartLine, before as usize + at)
        })
    }

    /// Replaces the Request-URI (RFC 3261 §16.6 step 2).
    ///
    /// # Errors
    /// Of a response.
    pub fn set_uri<S: AsRef<str>>(&mut self, uri: &Uri<S>) -> Result<&mut Self, ParseError> {
        self.expect(true)?;
        let Start { piece, rest, .. } = self.start;
        let from = self.lines.room();
        self.lines.copy(Piece { to: rest.0, ..piece });
        let at = self.lines.text.len();
        self.lines.text.extend_from_slice(uri.as_str().as_bytes());
        let rest_end = self.lines.text.len();
        self.lines.copy(Piece { from: rest.1, ..piece });
        self.restart(from, (at, rest_end));
        Ok(self)
    }

    /// Replaces the status line by that of `status`, with its registered phrase.
    ///
    /// # Errors
    /// Of a request.
    pub fn set_status(&mut self, status: Status) -> Result<&mut Self, ParseError> {
        self.status_line(status.code(), status.phrase())
    }

    /// Replaces the reason phrase; control characters become spaces.
    ///
    /// # Errors
    /// Of a request.
    pub fn set_reason(&mut self, phrase: &str) -> Result<&mut Self, ParseError> {
        self.status_line(self.start.status, phrase)
    }

    fn status_line(&mut self, code: u16, phrase: &str) -> Result<&mut Self, ParseError> {
        self.expect(false)?;
        let from = self.lines.room();
        let mut line = OneLine(&mut self.lines.text);
        let written = write!(line, "SIP/2.0 {code} ");
        debug_assert!(written.is_ok(), "a Vec grows");
        let at = self.lines.text.len();
        let mut line = OneLine(&mut self.lines.text);
        for c in phrase.chars() {
            let written = line.write_char(if c.is_control() { ' ' } else { c });
            debug_assert!(written.is_ok(), "a Vec grows");
        }
        let end = self.lines.text.len();
        self.lines.text.extend_from_slice(b"\r\n");
        self.start.status = code;
        self.restart(from, (at, end));
        Ok(self)
    }

    /// The start line is what was written since `from`.
    fn restart(&mut self, from: usize, rest: (usize, usize)) {
        self.start.piece = Piece { from: from as u32, to: self.lines.text.len() as u32, is_new: true };
        self.start.rest = (rest.0 as u32, rest.1 as u32);
    }

    fn expect(&self, request: bool) -> Result<(), ParseError> {
        let fault = ParseError::new(ErrorKind::Missing, Place::StartLine, 0);
        if self.view.is_request() == request { Ok(()) } else { Err(fault) }
    }

    /// The body as it is now.
    pub fn body(&self) -> &[u8] {
        self.body.as_deref().unwrap_or(self.view.body())
    }

    /// Replaces the body, its Content-Type and its Content-Length. Content-Encoding and Content-Language, which told of the
    /// old one, go with it; what it is for (Content-Disposition) stays.
    pub fn set_body(&mut self, content_type: impl Display, body: impl Into<Bytes>) -> &mut Self {
        self.replace(Name::CONTENT_TYPE, content_type);
        self.lay(body.into())
    }

    /// Removes the body and every header that told of it.
    pub fn remove_body(&mut self) -> &mut Self {
        self.remove(Name::CONTENT_TYPE);
        self.remove(Name::CONTENT_DISPOSITION);
        self.lay(Bytes::new())
    }

    fn lay(&mut self, body: Bytes) -> &mut Self {
        self.remove(Name::CONTENT_ENCODING);
        self.remove(Name::CONTENT_LANGUAGE);
        self.body = Some(body);
        self.write_length()
    }

    /// Adds Content-Length if there is none, as a stream needs it and a datagram does not (§18.3, §20.14).
    pub fn require_length(&mut self) -> &mut Self {
        if self.lines.named(Name::CONTENT_LENGTH).next().is_none() {
            self.write_length();
        }
        self
    }

    fn write_length(&mut self) -> &mut Self {
        let len = self.body().len();
        self.put(Name::CONTENT_LENGTH, len);
        self
    }

    fn is_untouched(&self) -> bool {
        self.lines.text.is_empty() && self.lines.table.len() == self.view.entries.len() && self.body.is_none()
    }

    /// Bytes of the message as it would be written now.
    fn len(&self) -> usize {
        let width = |p: Piece| (p.to - p.from) as usize;
        width(self.start.piece) + self.lines.len() + width(self.blank) + self.body().len()
    }

    /// Writes the message to the end of `out`.
    pub fn write_to(&self, out: &mut BytesMut) {
        if self.is_untouched() {
            out.extend_from_slice(self.view.bytes);
            return;
        }
        out.reserve(self.len());
        self.lines.write_to(self.start.piece, out);
        out.extend_from_slice(self.lines.bytes(self.blank));
        out.extend_from_slice(self.body());
    }

    /// The bytes: those that came, shared, if nothing was changed in a [`Message`].
    pub fn finish(self) -> Bytes {
        match self.whole {
            Some(message) if self.is_untouched() => message.bytes().clone(),
            _ => self.bytes(),
        }
    }

    fn bytes(&self) -> Bytes {
        let mut out = BytesMut::new();
        self.write_to(&mut out);
        out.freeze()
    }

    /// The message. It is not parsed again: where its lines stand is known.
    pub fn message(self) -> Message {
        if self.is_untouched() {
            let owned = || Message::from_parts(self.bytes(), self.view.layout, self.view.entries.into());
            return self.whole.cloned().unwrap_or_else(owned);
        }
        let moved = |at: u32| at - self.start.piece.from;
        let mut at = moved(self.start.piece.to);
        let line = |l: &super::lines::Line| {
            let entry = l.entry(at);
            at += l.piece.to - l.piece.from;
            entry
        };
        let mut entries: Vec<Entry> = self.lines.table.iter().map(line).collect();
        let body = at + (self.blank.to - self.blank.from);
        let body = if self.view.layout.body.0 == 0 { (0, 0) } else { (body, body + self.body().len() as u32) };
        let rest = (moved(self.start.rest.0), moved(self.start.rest.1));
        let (status, method, first) = (self.start.status, (0, self.start.method_len), chain(&mut entries));
        Message::from_parts(self.bytes(), Layout { status, method, rest, body, first }, entries.into())
    }
}

/// Where what could not be read of a message begins: behind its last line.
fn unread(view: &MessageView<'_>) -> usize {
    let last = view.entries.last().map_or(view.layout.rest.1, |e| e.value_at + e.value_len);
    let mut at = last as usize;
    let ends = |at: usize| memchr::memchr(b'\n', view.bytes.get(at..).unwrap_or_default()).map(|i| at + i + 1);
    while let Some(end) = ends(at) {
        at = end;
        if !matches!(view.bytes.get(end), Some(b' ' | b'\t')) {
            return at;
        }
    }
    view.bytes.len()
}

/// The start line alone: headers may hold credentials.
impl fmt::Debug for Edit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = String::from_utf8_lossy(self.lines.bytes(self.start.piece));
        write!(f, "Edit({:?}, {} bytes)", line.trim_end(), self.len())
    }
}
