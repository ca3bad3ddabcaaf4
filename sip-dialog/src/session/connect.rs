//! Calling: INVITE, its challenges, its answers (RFC 3261 §13.2, §22.2).

use super::{Body, Cause, Session, SessionEvent, SessionId, State, Timer};
use crate::Config;
use crate::auth::{Answer, Client as AuthClient, Credentials, write_answers};
use crate::dialog::{Dialog, remote_tag};
use crate::transmit::Transmit;
use bytes::Bytes;
use offhook_core::{Entropy, Timers};
use offhook_sip_parser::header::CSeq;
use offhook_sip_parser::{Draft, Message, Method, Name, Status, Uri};
use offhook_sip_transaction::ClientKey;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

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

/// Answerers of one INVITE that are kept apart; 2xx of still others are dropped.
const MAX_BRANCHES: usize = 16;

/// Our INVITE, ready to be sent again.
#[derive(Debug)]
pub(super) struct Invite {
    draft: Draft,
    body: Bytes,
    next_hop: Uri,
    /// The pre-loaded `Route` values.
    route: Vec<Box<str>>,
    cseq: u32,
    /// What it told the realms: its ACK tells them the same (§13.2.2.4).
    answers: Vec<Answer>,
}

/// One that answered our INVITE with a 2xx. A forked INVITE may find several; the first is the call.
#[derive(Debug)]
pub(super) struct Branch {
    remote_tag: Box<str>,
    ack: Draft,
    next_hop: Uri,
    /// Our BYE, if this is not the call and the BYE is not answered yet.
    bye: Option<(ClientKey, Dialog)>,
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
        let route: Vec<Box<str>> = connect.route.iter().map(|hop| format!("<{hop}>").into()).collect();
        for hop in &route {
            draft.append(Name::ROUTE, hop);
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
        let body = body.unwrap_or_default();
        let invite = Invite { draft, body, next_hop, route, cseq: 0, answers: Vec::new() };
        let mut session = Session {
            id,
            config,
            local: local.into(),
            local_tag: tag.as_str().into(),
            contact: connect.contact,
            indexed: None,
            invite: Some(invite),
            branches: Vec::new(),
            forks_dropped: 0,
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
        invite.answers = self.auth.answers(&invite.draft, &invite.body, &mut *self.entropy);
        write_answers(&mut invite.draft, &invite.answers);
        let transmit = Transmit::Request {
            session: self.id,
            key,
            request: invite.draft.clone(),
            next_hop: invite.next_hop.clone(),
        };
        self.send(transmit);
        State::Calling { key, closing }
    }

    /// A response to the INVITE.
    pub(super) fn calling(&mut self, now: Instant, key: ClientKey, closing: bool, response: &Message) -> State {
        let calling = State::Calling { key, closing };
        let Some(status) = response.status() else { return calling };
        if status.is_provisional() {
            if status != Status::TRYING && !closing {
                self.tell(SessionEvent::Progress(response.clone()));
            }
            return calling;
        }
        if status.is_success() {
            return self.answered(now, closing, response);
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
    fn answered(&mut self, now: Instant, closing: bool, response: &Message) -> State {
        let Some((dialog, is_whole)) = self.dialog(response) else { return State::Ended };
        self.timers.set(Timer::Forks, now + self.config.timing.give_up());
        self.acknowledge(&dialog);
        if closing {
            // The CANCEL came too late (§9.1)
            return self.bye(dialog, Cause::GaveUp);
        }
        if !is_whole {
            return self.bye(dialog, Cause::NoContact);
        }
        self.tell(SessionEvent::Answered(response.clone()));
        State::Established { dialog, modify: None }
    }

    /// The dialog that a 2xx makes, and whether it is one: a 2xx that names no Contact leaves no target. It is
    /// acknowledged, so that it is not sent for ever, and hung up, both by the way of the INVITE.
    fn dialog(&self, response: &Message) -> Option<(Dialog, bool)> {
        let invite = self.invite.as_ref()?;
        match Dialog::from_response(&self.local, &self.local_tag, invite.cseq, response) {
            Ok(dialog) => Some((dialog, true)),
            Err(_) => {
                let (cseq, target) = (invite.cseq, invite.draft.uri()?.clone());
                let (local, tag) = (&self.local, &self.local_tag);
                Some((Dialog::without_contact(local, tag, cseq, response, target, &invite.route), false))
            }
        }
    }

    fn acknowledge(&mut self, dialog: &Dialog) {
        let Some(invite) = &self.invite else { return };
        let (mut ack, next_hop) = dialog.ack(invite.cseq);
        write_answers(&mut ack, &invite.answers);
        let remote_tag = dialog.remote_tag().into();
        self.branches.push(Branch { remote_tag, ack: ack.clone(), next_hop: next_hop.clone(), bye: None });
        self.send(Transmit::Ack { session: self.id, request: ack, next_hop });
    }

    /// A response when the INVITE is answered already, to it or to a BYE that hangs up on a fork.
    pub(super) fn again(&mut self, key: ClientKey, response: &Message) {
        let (Some(status), Ok(Some(cseq))) = (response.status(), response.typed::<CSeq>()) else { return };
        if cseq.method == Method::Bye && !status.is_provisional() {
            self.fork_closed(key, response);
        } else if cseq.method == Method::Invite && status.is_success() && !self.branches.is_empty() {
            self.answered_again(response);
        }
    }

    /// The same 2xx again wants its ACK again; one of another fork wants an ACK and a BYE of its own (§13.2.2.4).
    fn answered_again(&mut self, response: &Message) {
        let tag = remote_tag(response);
        if let Some(branch) = self.branches.iter().find(|b| b.remote_tag == tag) {
            let (request, next_hop) = (branch.ack.clone(), branch.next_hop.clone());
            self.send(Transmit::Ack { session: self.id, request, next_hop });
        } else if self.branches.len() >= MAX_BRANCHES {
            self.forks_dropped += 1;
        } else if let Some((mut dialog, _)) = self.dialog(response) {
            self.acknowledge(&dialog);
            let key = self.send_bye(&mut dialog);
            self.fork_closing(key, dialog);
        }
    }

    fn fork_closing(&mut self, key: ClientKey, dialog: Dialog) {
        if let Some(branch) = self.branches.iter_mut().find(|b| *b.remote_tag == *dialog.remote_tag()) {
            branch.bye = Some((key, dialog));
        }
    }

    fn fork_closed(&mut self, key: ClientKey, response: &Message) {
        let branch = self.branches.iter_mut().find(|b| b.bye.as_ref().is_some_and(|(bye, _)| *bye == key));
        let Some((_, mut dialog)) = branch.and_then(|b| b.bye.take()) else { return };
        if self.wants_again(response) {
            let key = self.send_bye(&mut dialog);
            self.fork_closing(key, dialog);
        }
    }

    /// No 2xx of a fork can come any more (§13.2.2.4).
    pub(super) fn forget_forks(&mut self) {
        self.invite = None;
        self.branches.clear();
    }
}
