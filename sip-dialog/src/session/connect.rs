//! Calling: INVITE, its challenges, its answers (RFC 3261 §13.2, §22.2).

use super::{Body, Cause, Session, SessionEvent, SessionId, State};
use crate::Config;
use crate::auth::{Client as AuthClient, Credentials};
use crate::dialog::Dialog;
use crate::transmit::Transmit;
use bytes::Bytes;
use offhook_core::{Entropy, Timers};
use offhook_sip_parser::header::{CSeq, To};
use offhook_sip_parser::{Draft, Message, Method, Name, Status, Uri};
use offhook_sip_transaction::ClientKey;
use std::collections::VecDeque;
use std::sync::Arc;

/// What a call of ours is made of.
#[derive(Debug, Clone)]
pub struct Connect {
    pub(crate) from: Box<str>,
    pub(crate) target: Uri,
    pub(crate) to: Option<Box<str>>,
    pub(crate) contact: Box<str>,
    pub(crate) body: Option<Body>,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) route: Vec<Uri>,
    pub(crate) headers: Vec<(Box<str>, Box<str>)>,
}

impl Connect {
    /// `from` is a From value without a tag: `"Alice" <sip:alice@example.com>`; `contact` a Contact value.
    pub fn new(from: &str, target: Uri, contact: &str) -> Self {
        Connect {
            from: from.into(),
            target,
            to: None,
            contact: contact.into(),
            body: None,
            credentials: None,
            route: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// The body: an offer as a rule.
    pub fn body(mut self, content_type: &str, bytes: impl Into<Bytes>) -> Self {
        self.body = Some(Body { content_type: content_type.into(), bytes: bytes.into() });
        self
    }

    /// What challenges are answered with.
    pub fn credentials(mut self, credentials: Option<Credentials>) -> Self {
        self.credentials = credentials;
        self
    }

    /// Proxies to pass first (RFC 3261 §8.1.2): the pre-loaded route.
    pub fn route(mut self, route: impl IntoIterator<Item = Uri>) -> Self {
        self.route.extend(route);
        self
    }

    /// A header more. A name that is no token is left out.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

/// Our INVITE, ready to be sent again.
#[derive(Debug)]
pub(super) struct Invite {
    draft: Draft,
    body: Bytes,
    next_hop: Uri,
    cseq: u32,
}

/// The ACK of our INVITE's first 2xx.
#[derive(Debug)]
pub(super) struct Ack {
    /// Whose 2xx it was.
    remote_tag: Box<str>,
    request: Draft,
    next_hop: Uri,
}

impl Session {
    pub(crate) fn connect(
        id: SessionId,
        config: Arc<Config>,
        connect: Connect,
        mut entropy: Box<dyn Entropy>,
    ) -> Session {
        let tag = entropy.token();
        let call_id = entropy.token();
        let local = format!("{};tag={tag}", connect.from);
        let to = connect.to.unwrap_or_else(|| format!("<{}>", connect.target).into());
        let next_hop = connect.route.first().unwrap_or(&connect.target).clone();
        let mut draft = Draft::request(Method::Invite, connect.target, &local, &to, call_id, 1);
        for hop in &connect.route {
            draft.append(Name::ROUTE, format_args!("<{hop}>"));
        }
        draft.append(Name::CONTACT, &connect.contact).append(Name::ALLOW, &config.allow);
        if let Some(product) = &config.product {
            draft.append(Name::USER_AGENT, product);
        }
        for (name, value) in &connect.headers {
            let _ = draft.append_text(name, value);
        }
        let body = connect.body.map(|b| {
            draft.body(b.content_type, b.bytes.clone());
            b.bytes
        });
        let invite = Invite { draft, body: body.unwrap_or_default(), next_hop, cseq: 0 };
        let mut session = Session {
            id,
            config,
            local: local.into(),
            local_tag: tag.as_str().into(),
            contact: connect.contact,
            indexed: None,
            invite: Some(invite),
            ack: None,
            auth: AuthClient::new(connect.credentials),
            entropy,
            state: State::Ended,
            keys: 0,
            timers: Timers::default(),
            queue: VecDeque::new(),
        };
        session.state = session.invite(false);
        session
    }

    /// Sends the INVITE with the next CSeq and what the realms want to see.
    fn invite(&mut self, closing: bool) -> State {
        let key = self.key();
        let Some(invite) = &mut self.invite else { return State::Ended };
        invite.cseq += 1;
        invite.draft.set(Name::CSEQ, format_args!("{} INVITE", invite.cseq));
        self.auth.authorize(&mut invite.draft, &invite.body, &mut *self.entropy);
        let transmit = Transmit::Request { key, request: invite.draft.clone(), next_hop: invite.next_hop.clone() };
        self.send(transmit);
        State::Calling { key, closing }
    }

    /// A response to the INVITE.
    pub(super) fn calling(&mut self, key: ClientKey, closing: bool, response: &Message) -> State {
        let calling = State::Calling { key, closing };
        let Some(status) = response.status() else { return calling };
        if status.is_provisional() {
            if status != Status::TRYING && !closing {
                self.tell(SessionEvent::Progress(response.clone()));
            }
            return calling;
        }
        if status.is_success() {
            return self.answered(closing, response);
        }
        if matches!(status, Status::UNAUTHORIZED | Status::PROXY_AUTHENTICATION_REQUIRED) && !closing {
            return match self.auth.take_challenge(response) {
                Ok(()) => self.invite(false),
                Err(refusal) => self.end(Cause::Unauthorized(status, refusal)),
            };
        }
        self.end(if closing { Cause::GaveUp } else { Cause::Rejected(status) })
    }

    /// The first 2xx: it makes the dialog, and wants its ACK whatever we think of it.
    fn answered(&mut self, closing: bool, response: &Message) -> State {
        let cseq = self.invite.as_ref().map_or(1, |i| i.cseq);
        match Dialog::from_response(&self.local, &self.local_tag, cseq, response) {
            Ok(dialog) => {
                let (mut draft, next_hop) = dialog.ack(cseq);
                self.auth.authorize(&mut draft, b"", &mut *self.entropy);
                let remote_tag = dialog.remote_tag().into();
                self.ack = Some(Ack { remote_tag, request: draft.clone(), next_hop: next_hop.clone() });
                self.send(Transmit::Ack { request: draft, next_hop });
                self.invite = None;
                if closing {
                    // The CANCEL came too late (§9.1)
                    return self.bye(dialog, Cause::GaveUp);
                }
                self.tell(SessionEvent::Answered(response.clone()));
                State::Established { dialog, modify: None }
            }
            Err(_) => self.hang_up_without_contact(cseq, response),
        }
    }

    /// A 2xx that names no Contact leaves no target for a dialog. It is acknowledged, so that it is not sent for ever, and
    /// hung up, both to where the INVITE went.
    fn hang_up_without_contact(&mut self, cseq: u32, response: &Message) -> State {
        let Some(invite) = self.invite.take() else { return self.end(Cause::NoContact) };
        let Some(target) = invite.draft.uri().cloned() else { return self.end(Cause::NoContact) };
        let to = String::from_utf8_lossy(response.header(Name::TO).unwrap_or_default()).into_owned();
        let local = self.local.clone();
        let call_id = String::from_utf8_lossy(response.header(Name::CALL_ID).unwrap_or_default()).into_owned();
        let ack = Draft::request(Method::Ack, target.clone(), &local, &to, &call_id, cseq);
        self.send(Transmit::Ack { request: ack, next_hop: invite.next_hop.clone() });
        let key = self.key();
        let bye = Draft::request(Method::Bye, target, &local, &to, &call_id, cseq + 1);
        self.send(Transmit::Request { key, request: bye, next_hop: invite.next_hop });
        self.end(Cause::NoContact)
    }

    /// A response when the INVITE is answered already: the same 2xx again wants its ACK again; one of another fork wants
    /// an ACK and a BYE of its own (§13.2.2.4).
    pub(super) fn again(&mut self, response: &Message) {
        let (Ok(Some(cseq)), Ok(Some(to)), Some(ack)) =
            (response.typed::<CSeq>(), response.typed::<To<'_>>(), &self.ack)
        else {
            return;
        };
        if cseq.method != Method::Invite || !response.status().is_some_and(|s| s.is_success()) {
            return;
        }
        if to.tag().unwrap_or_default() == &*ack.remote_tag {
            let (request, next_hop) = (ack.request.clone(), ack.next_hop.clone());
            self.send(Transmit::Ack { request, next_hop });
        } else if let Ok(mut dialog) = Dialog::from_response(&self.local, &self.local_tag, cseq.number, response) {
            let (request, next_hop) = dialog.ack(cseq.number);
            self.send(Transmit::Ack { request, next_hop });
            let key = self.key();
            let (mut request, next_hop) = dialog.request(Method::Bye);
            self.auth.authorize(&mut request, b"", &mut *self.entropy);
            self.send(Transmit::Request { key, request, next_hop });
        }
    }
}
