//! Being called: 180, 2xx until it is acknowledged, refusal (RFC 3261 §13.3).

use super::modify::Modify;
use super::{Answer, Body, Cause, Session, SessionEvent, SessionId, State, cseq, wrong_state};
use crate::auth::{Client as AuthClient, Credentials};
use crate::dialog::Dialog;
use crate::{Config, Error};
use offhook_core::{Entropy, Timers};
use offhook_sip_parser::{Draft, Message, Name, ParseError, Status};
use offhook_sip_transaction::ServerId;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

impl Session {
    /// For an INVITE that makes a dialog; `Err` if it cannot.
    pub(crate) fn incoming(
        id: SessionId,
        config: Arc<Config>,
        server: ServerId,
        request: Message,
        mut entropy: Box<dyn Entropy>,
    ) -> Result<Session, ParseError> {
        let tag = entropy.token();
        let dialog = Dialog::from_request(&request, tag.as_str()).map_err(|crate::DialogError::Header(e)| e)?;
        Ok(Session {
            id,
            config,
            local: Box::default(),
            local_tag: tag.as_str().into(),
            contact: Box::default(),
            indexed: None,
            invite: None,
            branches: Vec::new(),
            forks_dropped: 0,
            auth: AuthClient::default(),
            entropy,
            state: State::Ringing { dialog, server, request },
            keys: 0,
            timers: Timers::default(),
            queue: VecDeque::new(),
        })
    }

    /// The transaction of their INVITE, the first or a later one, that a CANCEL may be about.
    pub(crate) fn pending(&self) -> Option<ServerId> {
        match &self.state {
            State::Ringing { server, .. } => Some(*server),
            State::Accepted { answer, .. } => Some(answer.server),
            State::Established { modify: Some(Modify::Pending { server, .. }), .. } => Some(*server),
            State::Established { modify: Some(Modify::Accepted(answer)), .. } => Some(answer.server),
            _ => None,
        }
    }

    pub(crate) fn progress(&mut self, status: Status, contact: &str, body: Option<Body>) -> Result<(), Error> {
        let State::Ringing { server, request, .. } = &self.state else { return wrong_state() };
        if !status.is_provisional() || status == Status::TRYING {
            return wrong_state();
        }
        let server = *server;
        let mut draft = self.dialog_response(&request.clone(), status, contact);
        if let Some(body) = body {
            draft.body(body.content_type, body.bytes);
        }
        self.respond(server, draft);
        Ok(())
    }

    /// A response that makes a dialog: it carries our Contact (§12.1.1).
    fn dialog_response(&self, request: &Message, status: Status, contact: &str) -> Draft {
        let mut draft = self.response(request, status);
        draft.append(Name::CONTACT, contact).append(Name::ALLOW, &self.config.allow);
        draft
    }

    pub(crate) fn accept(
        &mut self,
        now: Instant,
        contact: &str,
        body: Option<Body>,
        credentials: Option<Credentials>,
    ) -> Result<(), Error> {
        let State::Ringing { dialog, server, request } = &self.state else { return wrong_state() };
        let (dialog, server, request) = (dialog.clone(), *server, request.clone());
        let mut draft = self.dialog_response(&request, Status::OK, contact);
        if let Some(body) = body {
            draft.body(body.content_type, body.bytes);
        }
        self.contact = contact.into();
        self.auth = AuthClient::new(credentials);
        let answer = Answer { server, cseq: cseq(&request), response: draft, interval: self.config.timing.t1 };
        self.first_answer(now, &answer);
        self.state = State::Accepted { dialog, answer, closing: false };
        Ok(())
    }

    pub(crate) fn reject(&mut self, status: Status) -> Result<(), Error> {
        let State::Ringing { server, request, .. } = &self.state else { return wrong_state() };
        if !status.is_final() || status.is_success() {
            return wrong_state();
        }
        let server = *server;
        let draft = self.response(&request.clone(), status);
        self.respond(server, draft);
        self.state = self.end(Cause::Refused(status));
        Ok(())
    }

    /// Their CANCEL (§9.2). One that comes too late changes nothing.
    pub(crate) fn receive_cancel(&mut self, id: ServerId, request: &Message) {
        let ok = self.response(request, Status::OK);
        self.respond(id, ok);
        self.state = match self.take_state() {
            State::Ringing { server, request, .. } => {
                let terminated = self.response(&request, Status::REQUEST_TERMINATED);
                self.respond(server, terminated);
                self.end(Cause::Cancelled)
            }
            State::Established { dialog, modify } => {
                let modify = self.refuse_pending(modify);
                State::Established { dialog, modify }
            }
            state => state,
        };
    }

    /// Their ACK. It counts as the INVITE does (§13.2.2.4); one that counts otherwise is of an INVITE before.
    pub(crate) fn acknowledged(&mut self, request: &Message) {
        self.state = match self.take_state() {
            State::Accepted { dialog, answer, closing } if answer.cseq == cseq(request) => {
                self.stop_answering();
                if closing {
                    // §15: a callee says BYE only once its answer is acknowledged
                    self.bye(dialog, Cause::LocalHangUp)
                } else {
                    self.tell(SessionEvent::Acknowledged(request.clone()));
                    State::Established { dialog, modify: None }
                }
            }
            State::Established { dialog, modify } => self.acknowledged_modify(request, dialog, modify),
            state => state,
        };
    }
}
