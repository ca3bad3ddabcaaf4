//! A message being written.

use super::one_line::OneLine;
use super::view::MessageView;
use crate::header::{CSeq, Name, To, TypedHeader, Via};
use crate::{Method, ParseError, Status, Uri};
use bytes::Bytes;
use std::fmt::{self, Display, Write as _};

/// A message that is not sent yet: whoever holds it may add to it and change it. Its constructors demand what a message
/// must have, and a request lacks only the Via that its transport writes.
///
/// A line break inside a value, a method or the Via is written as a space, so that nothing can smuggle in a header.
///
/// ```
/// use offhook_sip_parser::{Draft, Method, Name, header::{TypedHeader, Via}};
/// let mut draft = Draft::request(
///     Method::Options, "sip:bob@example.com".parse()?, "<sip:alice@example.com>;tag=1", "<sip:bob@example.com>", "x@y", 1);
/// draft.append(Name::USER_AGENT, "demo");
/// let bytes = draft.request_bytes(&Via::parse(b"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa")?);
/// assert!(bytes.starts_with(b"OPTIONS sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n"));
/// assert!(bytes.ends_with(b"User-Agent: demo\r\nContent-Length: 0\r\n\r\n"));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Clone)]
pub struct Draft {
    start: Start,
    head: Vec<u8>,
    lines: Vec<Line>,
    body: Bytes,
}

#[derive(Clone)]
enum Start {
    Request(Method, Uri),
    Response(Status, Option<Box<str>>),
}

/// `head[from..value]` is `Name: `, `head[value..to]` the value with its CRLF. Bytes, not text: what a peer wrote is
/// copied back as it stands, whatever its encoding.
#[derive(Clone, Copy)]
struct Line {
    from: usize,
    value: usize,
    to: usize,
}

/// Why a header cannot be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a header name is a token (RFC 3261 §25.1) of at most 65,535 bytes")]
pub struct BadName;

impl BadName {
    /// No name that is no token, or longer than an index can count.
    pub(super) fn check(name: &str) -> Result<(), BadName> {
        let is_name = !name.is_empty() && u16::try_from(name.len()).is_ok() && name.bytes().all(crate::scan::is_token);
        if is_name { Ok(()) } else { Err(BadName) }
    }
}

impl Draft {
    /// A request with its mandatory headers but Via (RFC 3261 §8.1.1); Max-Forwards is 70.
    pub fn request(
        method: Method,
        uri: Uri,
        from: impl Display,
        to: impl Display,
        call_id: impl Display,
        cseq: u32,
    ) -> Self {
        let mut draft = Draft::empty(Start::Request(method.clone(), uri));
        draft.append(Name::MAX_FORWARDS, 70);
        draft.append(Name::FROM, from);
        draft.append(Name::TO, to);
        draft.append(Name::CALL_ID, call_id);
        draft.append(Name::CSEQ, format_args!("{cseq} {method}"));
        draft
    }

    /// A response to `request` with Via, From, To, Call-ID and CSeq copied from it (§8.2.6.2). `to_tag` is added unless
    /// the To has one (an empty one is none, and gives way); a 100 needs none. One that makes a dialog carries the Record-Route back too (§12.1.1), and a 100 the
    /// Timestamp (§8.2.6.1).
    pub fn response(request: MessageView<'_>, status: Status, to_tag: Option<&str>) -> Self {
        let mut draft = Draft::empty(Start::Response(status, None));
        let has_tag = request.typed::<To<'_>>().ok().flatten().is_some_and(|t| t.tag().is_some());
        let makes_dialog = matches!(request.method(), Some(Method::Invite | Method::Subscribe | Method::Refer));
        draft.copy(request, Name::VIA);
        if makes_dialog && !has_tag && to_tag.is_some() && (101..300).contains(&status.code()) {
            draft.copy(request, Name::RECORD_ROUTE);
        }
        draft.copy_first(request, Name::FROM);
        match to_tag.filter(|_| !has_tag) {
            Some(tag) => draft.copy_tagged(request, tag),
            None => draft.copy_first(request, Name::TO),
        }
        draft.copy_first(request, Name::CALL_ID);
        draft.copy_first(request, Name::CSEQ);
        if status == Status::TRYING {
            draft.copy_first(request, Name::TIMESTAMP);
        }
        draft
    }

    /// The ACK of an INVITE that failed with `response` (§17.1.1.3): the INVITE's Request-URI, From, Call-ID, CSeq number
    /// and Route, the response's To. It is sent with the INVITE's Via.
    ///
    /// # Errors
    /// If the INVITE's Request-URI or CSeq cannot be read.
    pub fn ack(invite: MessageView<'_>, response: MessageView<'_>) -> Result<Self, ParseError> {
        Draft::same_hop(Method::Ack, invite, response)
    }

    /// The CANCEL of a request (§9.1): its Request-URI, From, To, Call-ID, CSeq number and Route. It is sent with the
    /// request's Via.
    ///
    /// # Errors
    /// If the Request-URI or CSeq of the request cannot be read.
    pub fn cancel(request: MessageView<'_>) -> Result<Self, ParseError> {
        Draft::same_hop(Method::Cancel, request, request)
    }

    /// A request that takes the same hop as another, in the same transaction space.
    fn same_hop(method: Method, request: MessageView<'_>, to: MessageView<'_>) -> Result<Self, ParseError> {
        let number = request.required::<CSeq>()?.number;
        let mut draft = Draft::empty(Start::Request(method.clone(), request.uri()?.to_owned()));
        draft.append(Name::MAX_FORWARDS, 70);
        draft.copy_first(request, Name::FROM);
        draft.copy_first(to, Name::TO);
        draft.copy_first(request, Name::CALL_ID);
        draft.append(Name::CSEQ, format_args!("{number} {method}"));
        draft.copy(request, Name::ROUTE);
        Ok(draft)
    }

    /// The first line of a header that may stand once: the answer to a request that doubled it is not doubled too.
    fn copy_first(&mut self, request: MessageView<'_>, name: Name) {
        let Some(value) = request.header(name) else { return };
        self.push_line(name.as_str(), |line| line.push_bytes(value).write_str(""));
    }

    /// The To with our tag. A `tag` without a value, which is none, does not stay beside it: it would be read first.
    fn copy_tagged(&mut self, request: MessageView<'_>, tag: &str) {
        let Some(value) = request.header(Name::TO) else { return };
        let to = To::parse(value).ok().filter(|to| to.params.has("tag"));
        let params = to.map(|to| to.params).unwrap_or_default();
        let before = match params.as_str() {
            "" => value.len(),
            text => text.as_ptr() as usize - value.as_ptr() as usize,
        };
        self.push_line(Name::TO.as_str(), |line| {
            line.push_bytes(value.get(..before).unwrap_or(value));
            params.iter().filter(|p| !p.name.eq_ignore_ascii_case("tag")).try_for_each(|p| write!(line, "{p}"))?;
            write!(line, ";tag={tag}")
        });
    }

    fn empty(start: Start) -> Self {
        Draft { start, head: Vec::with_capacity(512), lines: Vec::with_capacity(12), body: Bytes::new() }
    }

    /// The method, of a request.
    pub fn method(&self) -> Option<&Method> {
        match &self.start {
            Start::Request(method, _) => Some(method),
            Start::Response(..) => None,
        }
    }

    /// The Request-URI, of a request.
    pub fn uri(&self) -> Option<&Uri> {
        match &self.start {
            Start::Request(_, uri) => Some(uri),
            Start::Response(..) => None,
        }
    }

    /// The status, of a response.
    pub fn status(&self) -> Option<Status> {
        match &self.start {
            Start::Request(..) => None,
            Start::Response(status, _) => Some(*status),
        }
    }

    /// Replaces the registered reason phrase of a response.
    pub fn reason(&mut self, phrase: &str) -> &mut Self {
        if let Start::Response(_, reason) = &mut self.start {
            *reason = Some(phrase.chars().map(|c| if c.is_control() { ' ' } else { c }).collect());
        }
        self
    }

    /// Adds a line at the end. A Content-Length is not taken: the draft writes its own.
    pub fn append(&mut self, name: Name, value: impl Display) -> &mut Self {
        self.push_line(name.as_str(), |line| write!(line, "{value}"));
        self
    }

    /// Adds a line whose name is only known at run time; else like [`append`](Draft::append).
    pub fn append_text(&mut self, name: &str, value: &str) -> Result<&mut Self, BadName> {
        BadName::check(name)?;
        self.push_line(name, |line| line.write_str(value));
        Ok(self)
    }

    fn push_line(&mut self, name: &str, value: impl FnOnce(&mut OneLine<'_>) -> fmt::Result) {
        if Name::CONTENT_LENGTH.matches(name) {
            return;
        }
        let from = self.head.len();
        OneLine(&mut self.head).push_name(name);
        let at = self.head.len();
        // Writing to a buffer fails only if the value's own Display does; what it wrote until then stands.
        let _ = value(&mut OneLine(&mut self.head));
        self.head.extend_from_slice(b"\r\n");
        self.lines.push(Line { from, value: at, to: self.head.len() });
    }

    /// Removes every line of that name.
    pub fn remove(&mut self, name: Name) -> &mut Self {
        let mut lines = std::mem::take(&mut self.lines);
        // Where the next line that stays goes: never behind where it is.
        let mut end = 0;
        lines.retain_mut(|line| {
            if self.is_named(line, name) {
                return false;
            }
            self.head.copy_within(line.from..line.to, end);
            let width = line.from - end;
            *line = Line { from: end, value: line.value - width, to: line.to - width };
            end = line.to;
            true
        });
        self.head.truncate(end);
        self.lines = lines;
        self
    }

    /// Replaces every line of that name by one, at the end.
    pub fn set(&mut self, name: Name, value: impl Display) -> &mut Self {
        self.remove(name).append(name, value)
    }

    /// Adds every line of that name that `message` has, in order, as it is written there.
    pub fn copy(&mut self, message: MessageView<'_>, name: Name) -> &mut Self {
        for line in message.header_all(name) {
            self.push_line(name.as_str(), |to| to.push_bytes(line.value).write_str(""));
        }
        self
    }

    /// The value of the first line of that name; `None` also for one copied from a peer that is not UTF-8.
    pub fn header(&self, name: Name) -> Option<&str> {
        let line = self.lines.iter().find(|l| self.is_named(l, name))?;
        std::str::from_utf8(self.head.get(line.value..line.to - 2)?).ok()
    }

    /// Whether there is a line of that name.
    pub(super) fn has(&self, name: Name) -> bool {
        self.lines.iter().any(|l| self.is_named(l, name))
    }

    fn is_named(&self, line: &Line, name: Name) -> bool {
        let written = self.head.get(line.from..line.value - 2).and_then(|n| std::str::from_utf8(n).ok());
        written.is_some_and(|n| name.matches(n))
    }

    /// Sets the body and its Content-Type. Content-Length is written by itself.
    pub fn body(&mut self, content_type: impl Display, body: impl Into<Bytes>) -> &mut Self {
        self.body = body.into();
        self.set(Name::CONTENT_TYPE, content_type)
    }

    /// How many bytes its headers and its body have, without the start line and what is written last: Via and
    /// Content-Length.
    pub fn size(&self) -> usize {
        self.head.len() + self.body.len()
    }

    /// The bytes of a request, with `via` on top (RFC 3261 §18.1.1).
    pub fn request_bytes(&self, via: &Via<'_>) -> Bytes {
        self.bytes(Some(via))
    }

    /// The bytes of a response.
    pub fn response_bytes(&self) -> Bytes {
        self.bytes(None)
    }

    fn bytes(&self, via: Option<&Via<'_>>) -> Bytes {
        let mut out = Vec::with_capacity(self.head.len() + self.body.len() + 256);
        let mut line = OneLine(&mut out);
        let written = match &self.start {
            Start::Request(method, uri) => write!(line, "{method} {uri} SIP/2.0"),
            Start::Response(status, None) => write!(line, "SIP/2.0 {status}"),
            Start::Response(status, Some(reason)) => write!(line, "SIP/2.0 {} {reason}", status.code()),
        };
        debug_assert!(written.is_ok(), "a Vec grows");
        if let Some(via) = via {
            out.extend_from_slice(b"\r\nVia: ");
            let written = write!(OneLine(&mut out), "{via}");
            debug_assert!(written.is_ok(), "a Vec grows");
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.head);
        let written = write!(OneLine(&mut out), "Content-Length: {}", self.body.len());
        debug_assert!(written.is_ok(), "a Vec grows");
        out.extend_from_slice(b"\r\n\r\n");
        out.extend_from_slice(&self.body);
        out.into()
    }
}

/// The start line alone: headers may hold credentials.
impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.start {
            Start::Request(method, uri) => write!(f, "Draft({method} {uri})"),
            Start::Response(status, _) => write!(f, "Draft({status})"),
        }
    }
}
