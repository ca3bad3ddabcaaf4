//! Hanging up, from either side and at any time (RFC 3261 §15, §9).

use super::{Cause, Session, State};
use crate::Error;
use crate::dialog::Dialog;
use crate::transmit::Transmit;
use offhook_sip_parser::{Message, Method, Status};
use offhook_sip_transaction::{ClientKey, ServerId};

impl Session {
    /// Ends the call in the way that its state asks for. A call that rings here is refused with `status`.
    pub(crate) fn hang_up(&mut self, status: Status) -> Result<(), Error> {
        match self.take_state() {
            State::Calling { key, closing } => {
                if !closing {
                    self.send(Transmit::Cancel { key });
                }
                self.state = State::Calling { key, closing: true };
            }
            state @ State::Ringing { .. } => {
                self.state = state;
                return self.reject(status);
            }
            State::Accepted { dialog, server, response, interval, .. } => {
                self.state = State::Accepted { dialog, server, response, interval, closing: true };
            }
            State::Established { dialog, .. } => self.state = self.bye(dialog, Cause::LocalHangUp),
            state => {
                self.state = state;
                return Err(Error::WrongState);
            }
        }
        Ok(())
    }

    /// Says BYE; the call ends with `cause` when that is answered, or nobody answers.
    pub(super) fn bye(&mut self, mut dialog: Dialog, cause: Cause) -> State {
        self.timers.clear();
        let key = self.key();
        let (mut request, next_hop) = dialog.request(Method::Bye);
        self.auth.authorize(&mut request, b"", &mut *self.entropy);
        self.send(Transmit::Request { key, request, next_hop });
        State::Closing { key, dialog, cause }
    }

    /// A response to our BYE.
    pub(super) fn closing(&mut self, dialog: Dialog, key: ClientKey, cause: Cause, response: &Message) -> State {
        match response.status() {
            Some(status) if status.is_provisional() => State::Closing { key, dialog, cause },
            Some(Status::UNAUTHORIZED | Status::PROXY_AUTHENTICATION_REQUIRED)
                if self.auth.take_challenge(response).is_ok() =>
            {
                self.bye(dialog, cause)
            }
            _ => self.end(cause),
        }
    }

    /// Their BYE.
    pub(crate) fn receive_bye(&mut self, id: ServerId, request: &Message) {
        let ok = self.response(request, Status::OK);
        self.state = match self.take_state() {
            // §15.1.2: a BYE in an early dialog; the INVITE still wants its answer
            State::Ringing { server, request: invite } => {
                self.respond(id, ok);
                let terminated = self.response(&invite, Status::REQUEST_TERMINATED);
                self.respond(server, terminated);
                self.end(Cause::Cancelled)
            }
            State::Accepted { mut dialog, server, response, interval, closing } => {
                if let Err(status) = dialog.count_remote(request) {
                    let refusal = self.response(request, status);
                    self.respond(id, refusal);
                    State::Accepted { dialog, server, response, interval, closing }
                } else {
                    self.respond(id, ok);
                    self.end(Cause::RemoteHangUp)
                }
            }
            State::Established { mut dialog, modify } => {
                if let Err(status) = dialog.count_remote(request) {
                    let refusal = self.response(request, status);
                    self.respond(id, refusal);
                    State::Established { dialog, modify }
                } else {
                    self.respond(id, ok);
                    self.refuse_pending(modify);
                    self.end(Cause::RemoteHangUp)
                }
            }
            // Both hang up at once
            State::Closing { key, dialog, cause } => {
                self.respond(id, ok);
                State::Closing { key, dialog, cause }
            }
            state => {
                self.respond(id, ok);
                state
            }
        };
    }
}
