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
//!
//! Beside the figure: for 64·T1 from the first 2xx of our INVITE, every 2xx gets its ACK, and one of another fork its BYE,
//! whatever became of the call (§13.2.2.4).

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
use offhook_sip_parser::header::CSeq;
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
    pub fn of_key(key: ClientKey) -> Self {
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
        dialog: Dialog,
        server: ServerId,
        request: Message,
    },
    /// Our 2xx is out and not acknowledged.
    Accepted {
        dialog: Dialog,
        answer: Answer,
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

impl State {
    fn dialog(&self) -> Option<&Dialog> {
        match self {
            State::Ringing { dialog, .. }
            | State::Accepted { dialog, .. }
            | State::Established { dialog, .. }
            | State::Closing { dialog, .. } => Some(dialog),
            State::Calling { .. } | State::Ended => None,
        }
    }

    fn dialog_mut(&mut self) -> Option<&mut Dialog> {
        match self {
            State::Ringing { dialog, .. }
            | State::Accepted { dialog, .. }
            | State::Established { dialog, .. }
            | State::Closing { dialog, .. } => Some(dialog),
            State::Calling { .. } | State::Ended => None,
        }
    }
}

/// Our 2xx, sent until it is acknowledged (§13.3.1.4).
#[derive(Debug)]
struct Answer {
    server: ServerId,
    /// How the INVITE counts, and its ACK with it.
    cseq: u32,
    response: Draft,
    interval: Duration,
}

offhook_core::slots! {
    pub(crate) enum Timer {
        /// Sends a 2xx again (§13.3.1.4).
        Again,
        /// Gives up waiting for an ACK.
        GiveUp,
        /// Gives up waiting for 2xx of other forks, 64·T1 after the first (§13.2.2.4). It outlives the call.
        Forks,
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
    /// Our INVITE, to be sent again when challenged; `None` once no 2xx can come any more, and in a UAS.
    invite: Option<connect::Invite>,
    /// Who answered it.
    branches: Vec<connect::Branch>,
    /// 2xx of forks that were too many. The layer takes the number away.
    pub(crate) forks_dropped: u64,
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
        self.stop_answering();
        self.tell(SessionEvent::Ended(cause));
        State::Ended
    }

    fn first_answer(&mut self, now: Instant, answer: &Answer) {
        self.respond(answer.server, answer.response.clone());
        self.timers.set(Timer::Again, now + answer.interval);
        self.timers.set(Timer::GiveUp, now + self.config.timing.give_up());
    }

    /// §13.3.1.4: T1, doubling up to T2, whatever the transport
    fn repeat_answer(&mut self, now: Instant, mut answer: Answer) -> Answer {
        answer.interval = (answer.interval * 2).min(self.config.timing.t2);
        self.timers.set(Timer::Again, now + answer.interval);
        self.respond(answer.server, answer.response.clone());
        answer
    }

    fn stop_answering(&mut self) {
        self.timers.stop(Timer::Again);
        self.timers.stop(Timer::GiveUp);
    }

    /// Counts a request of theirs; one out of order is refused (§12.2.2), and the answer is `false`.
    pub(crate) fn count(&mut self, id: ServerId, request: &Message) -> bool {
        let Some(Err(status)) = self.state.dialog_mut().map(|dialog| dialog.count_remote(request)) else { return true };
        let refusal = self.response(request, status);
        self.respond(id, refusal);
        false
    }

    /// Whether the call is over. 2xx of other forks may still come until its last timer has fired.
    pub(crate) fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    fn take_state(&mut self) -> State {
        mem::replace(&mut self.state, State::Ended)
    }

    /// Whether a request that came in belongs to this call's dialog.
    pub(crate) fn owns(&self, request: &Message) -> bool {
        self.state.dialog().is_some_and(|dialog| dialog.matches(request))
    }

    pub(crate) fn timeout(&mut self, now: Instant) {
        while let Some(timer) = self.timers.take_due(now) {
            self.fire(now, timer);
        }
    }

    fn fire(&mut self, now: Instant, timer: Timer) {
        self.state = match (self.take_state(), timer) {
            (state, Timer::Forks) => {
                self.forget_forks();
                state
            }
            (State::Accepted { dialog, answer, closing }, Timer::Again) => {
                let answer = self.repeat_answer(now, answer);
                State::Accepted { dialog, answer, closing }
            }
            // §13.3.1.4: the call is there, but nobody says so
            (State::Accepted { dialog, closing, .. }, Timer::GiveUp) => {
                self.bye(dialog, if closing { Cause::LocalHangUp } else { Cause::NoAck })
            }
            (State::Established { dialog, modify }, timer) => self.fire_modify(now, timer, dialog, modify),
            (state, _) => state,
        };
    }

    pub(crate) fn poll_output(&mut self) -> Output<SessionEvent, Transmit> {
        self.queue.pop_front().unwrap_or(Output::Timeout(self.timers.next()))
    }

    /// A response to a request of ours.
    pub(crate) fn receive_response(&mut self, now: Instant, key: ClientKey, response: &Message) {
        self.state = match self.take_state() {
            State::Calling { key: invite, closing } if invite == key => self.calling(now, key, closing, response),
            State::Closing { key: bye, dialog, cause } if bye == key => self.closing(dialog, key, cause, response),
            state => {
                self.again(key, response);
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

/// How a request counts; 0, which no INVITE that made or fitted a dialog has to be told from, if it does not.
fn cseq(request: &Message) -> u32 {
    request.typed::<CSeq>().ok().flatten().map_or(0, |cseq| cseq.number)
}

fn wrong_state<T>() -> Result<T, Error> {
    Err(Error::WrongState)
}
