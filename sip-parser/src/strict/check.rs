//! The walk over a whole message.

use super::grammar::{self, Walk, Walked};
use super::lines;
use super::rules::Rule;
use crate::error::{ErrorKind, ParseError, Place};
use crate::header::{Contact, From, Name, Via};
use crate::leniency::{Departure, Leniency};
use crate::message::{HeaderView, MessageView};

impl<'a> MessageView<'a> {
    /// Checks like [`check`](MessageView::check), and refuses every departure from the grammar that `taken` does not take,
    /// with an error of kind [`Departure`](ErrorKind::Departure) that names it. With [`Leniency::default`] it is `check`
    /// and costs as little; any other looks at every byte of the head.
    ///
    /// ```
    /// use offhook_sip_parser::{Departure, ErrorKind, Index, Leniency, MessageView};
    /// let bytes = b"OPTIONS sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKa\r\nMax-Forwards: 70\r\n\
    ///     From: A. Bell <sip:a@example.com>;tag=1\r\nTo: < sip:b@example.com>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n\r\n";
    /// let mut index = Index::new();
    /// let message = MessageView::parse(bytes, &mut index)?;
    /// assert_eq!(message.check_with(&Leniency::default()), Ok(()));
    /// let error = message.check_with(&Leniency::strict()).unwrap_err();
    /// assert_eq!(error.kind, ErrorKind::Departure(Departure::SpacedBrackets));
    /// assert_eq!(error.to_string(), "space inside angle brackets in To at byte 135");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    pub fn check_with(&self, taken: &Leniency) -> Result<(), ParseError> {
        self.check()?;
        if *taken == Leniency::default() {
            return Ok(());
        }
        lines::walk(self, taken)?;
        if self.is_request() {
            request_uri(self, taken)?;
        }
        for line in self.headers() {
            if let Some(rule) = Name::lookup(line.name()).and_then(Rule::of) {
                header(&line, rule, taken)?;
            }
        }
        once(self, taken)?;
        whole(self, taken)
    }
}

fn request_uri(message: &MessageView<'_>, taken: &Leniency) -> Walked {
    let uri = message.uri()?;
    let text = uri.text();
    let from = text.as_ptr() as usize - message.as_bytes().as_ptr() as usize;
    let walk = Walk::new(text.as_bytes(), &Place::StartLine, taken);
    let walked = match uri.headers() {
        Some(headers) => walk.met_at(Departure::RequestUriHeaders, text.len() - headers.len() - 1),
        None => Ok(()),
    };
    let walked = walked.and_then(|()| match uri.params().get("method") {
        Some(p) => walk.met_at(Departure::RequestUriHeaders, p.name.as_ptr() as usize - text.as_ptr() as usize),
        None => Ok(()),
    });
    walked.and_then(|()| walk.uri(text.as_bytes(), 0)).map_err(|e| ParseError { at: e.at + from, ..e })
}

/// One line: each of its elements is read, then walked over.
fn header(line: &HeaderView<'_>, rule: &Rule, taken: &Leniency) -> Walked {
    let place = Place::Header(rule.name);
    let elements = grammar::elements(line.value);
    let is_empty = line.value.is_empty();
    if is_empty && rule.may_be_empty {
        return Ok(());
    }
    for (at, element) in elements.take(if rule.is_list { usize::MAX } else { 1 }) {
        let element = if rule.is_list { element } else { line.value };
        let mut walk = Walk::new(element, &place, taken);
        let walked = match (rule.read)(element) {
            _ if is_empty => walk.met(Departure::EmptyHeaders),
            _ if element.is_empty() => walk.met(Departure::EmptyElements),
            Err(_) if taken.takes(Departure::UnreadableHeaders) => Ok(()),
            Err(e) => Err(ParseError { place, ..e }),
            Ok(()) => (rule.walk)(&mut walk),
        };
        let base = line.at + if rule.is_list { at } else { 0 };
        walked.map_err(|e| ParseError { at: e.at + base, ..e })?;
    }
    Ok(())
}

/// No header that may stand once stands again.
fn once(message: &MessageView<'_>, taken: &Leniency) -> Walked {
    if taken.takes(Departure::RepeatedHeaders) {
        return Ok(());
    }
    let mut seen: Vec<Name> = Vec::new();
    for line in message.headers() {
        let Some(rule) = Name::lookup(line.name()).and_then(Rule::of).filter(|rule| rule.is_single) else { continue };
        if seen.contains(&rule.name) {
            return refused(Departure::RepeatedHeaders, rule.name, line.at);
        }
        seen.push(rule.name);
    }
    Ok(())
}

/// What is told by more than one header.
fn whole(message: &MessageView<'_>, taken: &Leniency) -> Walked {
    let met = |departure, name, at| if taken.takes(departure) { Ok(()) } else { refused(departure, name, at) };
    let head = message.head().len();
    let via = message.required::<Via<'_>>()?;
    let is_stream = ["TCP", "TLS", "SCTP", "TLS-SCTP"].iter().any(|p| via.protocol.eq_ignore_ascii_case(p));
    if is_stream && message.header(Name::CONTENT_LENGTH).is_none() {
        met(Departure::MissingContentLength, Name::CONTENT_LENGTH, head)?;
    }
    if !message.body().is_empty() && message.header(Name::CONTENT_TYPE).is_none() {
        met(Departure::UntypedBody, Name::CONTENT_TYPE, head)?;
    }
    if message.is_request() {
        if message.header(Name::MAX_FORWARDS).is_none() {
            met(Departure::Rfc2543, Name::MAX_FORWARDS, head)?;
        }
        if let Some(line) = message.header_all(Name::FROM).next()
            && message.required::<From<'_>>()?.tag().is_none()
        {
            met(Departure::Rfc2543, Name::FROM, line.at + line.value.len())?;
        }
    }
    let mut contacts = message.typed_all::<Contact<'_>>();
    let has_star = contacts.any(|c| c == Ok(Contact::Any));
    if has_star && message.typed_all::<Contact<'_>>().nth(1).is_some() {
        let line = message.header_all(Name::CONTACT).find(|line| memchr::memchr(b'*', line.value).is_some());
        met(Departure::StarAmongContacts, Name::CONTACT, line.map_or(0, |line| line.at))?;
    }
    Ok(())
}

fn refused(departure: Departure, name: Name, at: usize) -> Walked {
    Err(ParseError::new(ErrorKind::Departure(departure), Place::Header(name), at))
}
