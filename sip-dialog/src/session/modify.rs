//! Their re-INVITE (RFC 3261 §14.2). One of ours is not here yet.

use super::{Answer, Body, Cause, Session, SessionEvent, State, Timer, cseq, wrong_state};
use crate::Error;
use crate::dialog::Dialog;
use offhook_sip_parser::{Message, Name, Status};
use offhook_sip_transaction::ServerId;
use std::time::Instant;

/// How far a re-INVITE of theirs is.
#[derive(Debug)]
pub(super) enum Modify {
    /// The layer above thinks about it.
    Pending { server: ServerId, request: Message },
    /// Our 2xx is out and not acknowledged.
    Accepted(Answer),
}

impl Session {
    /// Their re-INVITE, already counted.
    pub(crate) fn receive_reinvite(&mut self, id: ServerId, request: &Message) {
        self.state = match self.take_state() {
            State::Established { dialog, modify: None } => {
                self.tell(SessionEvent::Offer(request.clone()));
                State::Established { dialog, modify: Some(Modify::Pending { server: id, request: request.clone() }) }
            }
            // §15.1.1: with our BYE the session is over
            state @ State::Closing { .. } => {
                let refusal = self.response(request, Status::CALL_OR_TRANSACTION_DOES_NOT_EXIST);
                self.respond(id, refusal);
                state
            }
            // §14.2: one INVITE at a time; come back in a while
            state => {
                let mut refusal = self.response(request, Status::SERVER_INTERNAL_ERROR);
                let wait = self.entropy.u32() % 11;
                refusal.append(Name::RETRY_AFTER, wait);
                self.respond(id, refusal);
                state
            }
        };
    }

    /// Answers a re-INVITE: with a body, or with a refusal that leaves the call as it was.
    pub(crate) fn answer_modify(&mut self, now: Instant, answer: Result<Option<Body>, Status>) -> Result<(), Error> {
        if answer.as_ref().is_err_and(|status| !status.is_final() || status.is_success()) {
            return wrong_state();
        }
        match self.take_state() {
            State::Established { mut dialog, modify: Some(Modify::Pending { server, request }) } => {
                let modify = match answer {
                    Ok(body) => {
                        let mut draft = self.response(&request, Status::OK);
                        draft.append(Name::CONTACT, &self.contact).append(Name::ALLOW, &self.config.allow);
                        if let Some(body) = body {
                            draft.body(body.content_type, body.bytes);
                        }
                        // RFC 6141 §4.6: with the 2xx, and not before, they are where they say now
                        dialog.refresh_target(&request);
                        let interval = self.config.timing.t1;
                        let answer = Answer { server, cseq: cseq(&request), response: draft, interval };
                        self.first_answer(now, &answer);
                        Some(Modify::Accepted(answer))
                    }
                    Err(status) => {
                        let refusal = self.response(&request, status);
                        self.respond(server, refusal);
                        None
                    }
                };
                self.state = State::Established { dialog, modify };
                Ok(())
            }
            state => {
                self.state = state;
                wrong_state()
            }
        }
    }

    pub(super) fn fire_modify(&mut self, now: Instant, timer: Timer, dialog: Dialog, modify: Option<Modify>) -> State {
        match (modify, timer) {
            (Some(Modify::Accepted(answer)), Timer::Again) => {
                let answer = self.repeat_answer(now, answer);
                State::Established { dialog, modify: Some(Modify::Accepted(answer)) }
            }
            // §14.2: as for the first INVITE
            (Some(Modify::Accepted(_)), Timer::GiveUp) => self.bye(dialog, Cause::NoAck),
            (modify, _) => State::Established { dialog, modify },
        }
    }

    pub(super) fn acknowledged_modify(&mut self, request: &Message, dialog: Dialog, modify: Option<Modify>) -> State {
        let modify = match modify {
            Some(Modify::Accepted(answer)) if answer.cseq == cseq(request) => {
                self.stop_answering();
                self.tell(SessionEvent::Acknowledged(request.clone()));
                None
            }
            modify => modify, // the ACK of an INVITE before, again
        };
        State::Established { dialog, modify }
    }

    /// A re-INVITE that waits gets no answer any more: it is cancelled, or the call ends. The call stays as it was.
    pub(super) fn refuse_pending(&mut self, modify: Option<Modify>) -> Option<Modify> {
        let Some(Modify::Pending { server, request }) = modify else { return modify };
        let refusal = self.response(&request, Status::REQUEST_TERMINATED);
        self.respond(server, refusal);
        None
    }
}
