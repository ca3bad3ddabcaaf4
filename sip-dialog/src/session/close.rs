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
            State::Accepted { dialog, answer, .. } => self.state = State::Accepted { dialog, answer, closing: true },
            State::Established { dialog, modify } => {
                self.refuse_pending(modify);
                self.state = self.bye(dialog, Cause::LocalHangUp);
            }
            state => {
                self.state = state;
                return Err(Error::WrongState);
            }
        }
        Ok(())
    }

    /// Says BYE; the call ends with `cause` when that is answered, or nobody answers.
    pub(super) fn bye(&mut self, mut dialog: Dialog, cause: Cause) -> State {
        self.stop_answering();
        let key = self.send_bye(&mut dialog);
        State::Closing { key, dialog, cause }
    }

    pub(super) fn send_bye(&mut self, dialog: &mut Dialog) -> ClientKey {
        let key = self.key();
        let (mut request, next_hop) = dialog.request(Method::Bye);
        self.auth.authorize(&mut request, b"", &mut *self.entropy);
        self.send(Transmit::Request { session: self.id, key, request, next_hop });
        key
    }

    /// Whether a response is a challenge that we can answer.
    pub(super) fn wants_again(&mut self, response: &Message) -> bool {
        matches!(response.status(), Some(Status::UNAUTHORIZED | Status::PROXY_AUTHENTICATION_REQUIRED))
            && self.auth.take_challenge(response).is_ok()
    }

    /// A response to our BYE.
    pub(super) fn closing(&mut self, dialog: Dialog, key: ClientKey, cause: Cause, response: &Message) -> State {
        match response.status() {
            Some(status) if status.is_final() && self.wants_again(response) => self.bye(dialog, cause),
            Some(status) if status.is_final() => self.end(cause),
            _ => State::Closing { key, dialog, cause },
        }
    }

    /// Their BYE, already counted.
    pub(crate) fn receive_bye(&mut self, id: ServerId, request: &Message) {
        let ok = self.response(request, Status::OK);
        self.respond(id, ok);
        self.state = match self.take_state() {
            // §15.1.2: a BYE in an early dialog; the INVITE still wants its answer
            State::Ringing { server, request: invite, .. } => {
                let terminated = self.response(&invite, Status::REQUEST_TERMINATED);
                self.respond(server, terminated);
                self.end(Cause::Cancelled)
            }
            State::Accepted { .. } => self.end(Cause::RemoteHangUp),
            State::Established { modify, .. } => {
                self.refuse_pending(modify);
                self.end(Cause::RemoteHangUp)
            }
            state => state, // both hang up at once
        };
    }
}
