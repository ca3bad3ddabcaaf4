//! Their re-INVITE (RFC 3261 §14.2). One of ours is not here yet.

use super::{Body, Cause, Session, SessionEvent, State, Timer, wrong_state};
use crate::Error;
use crate::dialog::Dialog;
use offhook_sip_parser::{Draft, Message, Name, Status};
use offhook_sip_transaction::ServerId;
use std::time::{Duration, Instant};

/// How far a re-INVITE of theirs is.
#[derive(Debug)]
pub(super) enum Modify {
    /// The layer above thinks about it.
    Pending { server: ServerId, request: Message },
    /// Our 2xx is out and not acknowledged.
    Accepted { server: ServerId, response: Draft, interval: Duration },
}

impl Session {
    pub(crate) fn receive_reinvite(&mut self, id: ServerId, request: &Message) {
        self.state = match self.take_state() {
            State::Established { mut dialog, modify: None } => match dialog.count_remote(request) {
                Ok(()) => {
                    dialog.refresh_target(request);
                    self.tell(SessionEvent::Offer(request.clone()));
                    State::Established {
                        dialog,
                        modify: Some(Modify::Pending { server: id, request: request.clone() }),
                    }
                }
                Err(status) => {
                    let refusal = self.response(request, status);
                    self.respond(id, refusal);
                    State::Established { dialog, modify: None }
                }
            },
            // §14.2: one INVITE at a time; come back in a while
            state => {
                let mut refusal = self.response(request, Status::SERVER_INTERNAL_ERROR);
                let wait = self.entropy.u32() % 10;
                refusal.append(Name::RETRY_AFTER, wait);
                self.respond(id, refusal);
                state
            }
        };
    }

    /// Answers a re-INVITE: with a body, or with a refusal that leaves the call as it was.
    pub(crate) fn answer_modify(&mut self, now: Instant, answer: Result<Option<Body>, Status>) -> Result<(), Error> {
        match self.take_state() {
            State::Established { dialog, modify: Some(Modify::Pending { server, request }) } => {
                let modify = match answer {
                    Ok(body) => {
                        let mut draft = self.response(&request, Status::OK);
                        draft.append(Name::CONTACT, &self.contact).append(Name::ALLOW, &self.config.allow);
                        if let Some(body) = body {
                            draft.body(body.content_type, body.bytes);
                        }
                        self.respond(server, draft.clone());
                        let interval = self.config.timing.t1;
                        self.timers.set(Timer::Again, now + interval);
                        self.timers.set(Timer::GiveUp, now + self.config.timing.give_up());
                        Some(Modify::Accepted { server, response: draft, interval })
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
            (Some(Modify::Accepted { server, response, interval }), Timer::Again) => {
                let interval = (interval * 2).min(self.config.timing.t2);
                self.timers.set(Timer::Again, now + interval);
                self.respond(server, response.clone());
                State::Established { dialog, modify: Some(Modify::Accepted { server, response, interval }) }
            }
            // §14.2: as for the first INVITE
            (Some(Modify::Accepted { .. }), Timer::GiveUp) => self.bye(dialog, Cause::NoAck),
            (modify, _) => State::Established { dialog, modify },
        }
    }

    pub(super) fn acknowledged_modify(&mut self, request: &Message, dialog: Dialog, modify: Option<Modify>) -> State {
        let modify = match modify {
            Some(Modify::Accepted { .. }) => {
                self.timers.clear();
                self.tell(SessionEvent::Acknowledged(request.clone()));
                None
            }
            modify => modify, // the ACK of the first INVITE again
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
