//! One call as a machine (RFC 3261 §13 to §15), a file per verb: connect, accept, modify, close.
//!
//! ```text
//!  connect ──> Calling ──2xx: ACK──────────────────> Established ──close: BYE──> Closing ──any answer──> Ended
//!                 │ close: CANCEL, then as answered       ^   │                                            ^
//!                 └──failure──────────────────────────────┼───┼── BYE comes: 200 ─────────────────────────┤
//!                                                    ACK  │   │                                            │
//!  INVITE  ──> Ringing ──accept: 2xx, again until ACK──> Accepted ──no ACK in 64·T1: BYE──> Closing        │
//!                 └──reject, CANCEL comes: 487, BYE comes──────────────────────────────────────────────────┘
//! ```

mod accept;
mod close;
mod connect;
mod modify;

pub use connect::Connect;

use crate::auth::{Client as AuthClient, Refusal};
use crate::dialog::Dialog;
use crate::transmit::Transmit;
use crate::{Config, Error};
use bytes::Bytes;
use offhook_core::{Entropy, Output, Timers};
use offhook_sip_parser::{Draft, Message, Name, Status};
use offhook_sip_transaction::{ClientKey, Failure, ServerId};
use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Names a call; never used twice by a [`Layer`](crate::Layer).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub(crate) u64);

/// Bits of a [`ClientKey`] that count the requests of one session.
const KEY_BITS: u32 = 20;

impl SessionId {
    /// The session that a request of ours belongs to, from the key it was sent under.
    pub(crate) fn of_key(key: ClientKey) -> Self {
        SessionId(key.0 >> KEY_BITS)
    }
}

/// Why a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// We hung up.
    LocalHangUp,
    /// They hung up.
    RemoteHangUp,
    /// They gave up before it was answered.
    Cancelled,
    /// We gave up before it was answered.
    GaveUp,
    /// We refused it.
    Refused(Status),
    /// They refused it, or something on the way did.
    Rejected(Status),
    /// A challenge could not be answered; the status is that of the challenge.
    Unauthorized(Status, Refusal),
    /// Nobody answered, or it could not be sent.
    Failed(Failure),
    /// They never acknowledged our answer.
    NoAck,
    /// Their answer has no usable Contact.
    NoContact,
}

/// What a session tells; the layer adds which one.
#[derive(Debug)]
pub(crate) enum SessionEvent {
    Progress(Message),
    Answered(Message),
    Acknowledged(Message),
    Offer(Message),
    Ended(Cause),
}

#[derive(Debug)]
enum State {
    /// Our INVITE is out.
    Calling {
        key: ClientKey,
        closing: bool,
    },
    /// Their INVITE waits for our answer.
    Ringing {
        server: ServerId,
        request: Message,
    },
    /// Our 2xx is out and not acknowledged.
    Accepted {
        dialog: Dialog,
        server: ServerId,
        response: Draft,
        interval: Duration,
        closing: bool,
    },
    /// It is a call. `modify`: a re-INVITE of theirs that waits for, or has got, its answer.
    Established {
        dialog: Dialog,
        modify: Option<modify::Modify>,
    },
    /// Our BYE is out.
    Closing {
        key: ClientKey,
        dialog: Dialog,
        cause: Cause,
    },
    Ended,
}

offhook_core::slots! {
    pub(crate) enum Timer {
        /// Sends a 2xx again (§13.3.1.4).
        Again,
        /// Gives up waiting for an ACK.
        GiveUp,
    }
}

pub(crate) struct Session {
    id: SessionId,
    config: Arc<Config>,
    /// Our From value with our tag, and the tag alone.
    local: Box<str>,
    pub(crate) local_tag: Box<str>,
    contact: Box<str>,
    /// What the layer has noted of [`Session::pending`].
    pub(crate) indexed: Option<ServerId>,
    /// Our INVITE, to be sent again when challenged; `None` once it is answered, and in a UAS.
    invite: Option<connect::Invite>,
    /// The ACK of our INVITE's 2xx, to be sent again when that comes again.
    ack: Option<connect::Ack>,
    auth: AuthClient,
    entropy: Box<dyn Entropy>,
    state: State,
    keys: u64,
    timers: Timers<Timer>,
    queue: VecDeque<Output<SessionEvent, Transmit>>,
}

impl Session {
    fn key(&mut self) -> ClientKey {
        self.keys += 1;
        ClientKey(self.id.0 << KEY_BITS | self.keys)
    }

    fn send(&mut self, transmit: Transmit) {
        self.queue.push_back(Output::Transmit(transmit));
    }

    fn tell(&mut self, event: SessionEvent) {
        self.queue.push_back(Output::Event(event));
    }

    fn respond(&mut self, id: ServerId, response: Draft) {
        self.send(Transmit::Response { id, response });
    }

    /// A response in this dialog, with our tag and product.
    fn response(&self, request: &Message, status: Status) -> Draft {
        let mut draft = Draft::response(request.view(), status, Some(&self.local_tag));
        if let Some(product) = &self.config.product {
            draft.append(Name::SERVER, product);
        }
        draft
    }

    fn end(&mut self, cause: Cause) -> State {
        self.timers.clear();
        self.invite = None;
        self.ack = None;
        self.tell(SessionEvent::Ended(cause));
        State::Ended
    }

    pub(crate) fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    fn take_state(&mut self) -> State {
        mem::replace(&mut self.state, State::Ended)
    }

    /// Whether a request that came in belongs to this call's dialog.
    pub(crate) fn owns(&self, request: &Message) -> bool {
        match &self.state {
            State::Accepted { dialog, .. } | State::Established { dialog, .. } | State::Closing { dialog, .. } => {
                dialog.matches(request)
            }
            State::Ringing { request: invite, .. } => {
                Dialog::from_request(invite, &self.local_tag).is_ok_and(|dialog| dialog.matches(request))
            }
            State::Calling { .. } | State::Ended => false,
        }
    }

    pub(crate) fn timeout(&mut self, now: Instant) {
        while let Some(timer) = self.timers.take_due(now) {
            self.fire(now, timer);
        }
    }

    fn fire(&mut self, now: Instant, timer: Timer) {
        self.state = match (self.take_state(), timer) {
            (State::Accepted { dialog, server, response, interval, closing }, Timer::Again) => {
                self.repeat_answer(now, dialog, server, response, interval, closing)
            }
            // §13.3.1.4: the call is there, but nobody says so
            (State::Accepted { dialog, .. }, Timer::GiveUp) => self.bye(dialog, Cause::NoAck),
            (State::Established { dialog, modify }, timer) => self.fire_modify(now, timer, dialog, modify),
            (state, _) => state,
        };
    }

    pub(crate) fn poll_output(&mut self) -> Output<SessionEvent, Transmit> {
        self.queue.pop_front().unwrap_or(Output::Timeout(self.timers.next()))
    }

    /// A response to a request of ours.
    pub(crate) fn receive_response(&mut self, key: ClientKey, response: &Message) {
        self.state = match self.take_state() {
            State::Calling { key: invite, closing } if invite == key => self.calling(key, closing, response),
            State::Closing { key: bye, dialog, cause } if bye == key => self.closing(dialog, key, cause, response),
            state => {
                self.again(response);
                state
            }
        };
    }

    /// A request of ours came to nothing.
    pub(crate) fn fail(&mut self, key: ClientKey, failure: Failure) {
        self.state = match self.take_state() {
            State::Calling { key: invite, closing } if invite == key => {
                self.end(if closing { Cause::GaveUp } else { Cause::Failed(failure) })
            }
            // Nobody answers the BYE: the call is over all the same (§15.1.1)
            State::Closing { key: bye, cause, .. } if bye == key => self.end(cause),
            state => state,
        };
    }
}

/// A body and its type.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) content_type: Box<str>,
    pub(crate) bytes: Bytes,
}

fn wrong_state<T>() -> Result<T, Error> {
    Err(Error::WrongState)
}
