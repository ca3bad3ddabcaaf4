//! The INVITE server transaction (RFC 3261 §17.2.1, RFC 6026 §7.1).
//!
//! ```text
//!                        |INVITE: to TU
//!     INVITE: send last  V
//!     +----------->+-----------+ 1xx from TU: send; 100 after 200 ms of silence
//!     +------------| Proceeding|--+
//!                  |           |<-+
//!                  +-----------+
//!   300-699 from TU: |       | 2xx from TU: send
//!    send            |       +-------------------+
//!                    V                           V  2xx from TU: send
//!   INVITE: send +-----------+              +-----------+--+
//!   Timer G: send| Completed |--+           | Accepted  |<-+  INVITE: nothing
//!                |           |<-+           |           |--+  ACK: to TU
//!                +-----------+              +-----------+<-+
//!          ACK |       | Timer H: tell TU        | Timer L
//!              V       +----------------------+  |
//!        +-----------+  Timer I               V  V
//!        | Confirmed |------------------->+-----------+
//!        +-----------+                    | Terminated|
//!                                         +-----------+
//! ```

use crate::Timing;
use crate::base::Base;
use crate::server::{ServerEvent, ServerInput};
use bytes::Bytes;
use offhook_core::{Flow, Machine, Output, Transmit};
use offhook_sip_parser::{Draft, Message, Status};
use std::convert::Infallible;
use std::mem;
use std::time::{Duration, Instant};

/// §17.2.1: how long the layer above may be silent before the transaction says 100 for it.
const TRYING_AFTER: Duration = Duration::from_millis(200);

#[derive(Debug)]
enum State {
    /// Nobody said anything yet; the 100 is made of the INVITE when its turn comes.
    Silent {
        invite: Message,
    },
    /// `last` is the provisional response to repeat.
    Proceeding {
        last: Bytes,
    },
    Completed {
        last: Bytes,
        interval: Duration,
    },
    Accepted,
    Confirmed,
    Terminated,
}

offhook_core::slots! {
    pub(crate) enum Timer {
        /// Sends the 100.
        Trying,
        G,
        H,
        I,
        L,
    }
}

/// An INVITE server transaction.
#[derive(Debug)]
pub struct InviteServer {
    base: Base<Timer, ServerEvent>,
    state: State,
}

impl InviteServer {
    /// For an INVITE whose responses go to `flow`. A 100 is sent if the layer above is silent for 200 ms or the INVITE
    /// comes again before that.
    pub fn new(now: Instant, flow: Flow, invite: Message, timing: Timing) -> Self {
        let mut base = Base::new(flow, timing);
        let now = base.tick(now);
        base.timers.set(Timer::Trying, now + TRYING_AFTER);
        InviteServer { base, state: State::Silent { invite } }
    }

    /// Whether it is over and can be forgotten once drained.
    pub fn is_terminated(&self) -> bool {
        matches!(self.state, State::Terminated)
    }

    /// Whether `status` can be sent no more.
    pub(crate) fn is_answered(&self, status: Status) -> bool {
        match self.state {
            State::Silent { .. } | State::Proceeding { .. } => false,
            State::Accepted => !status.is_success(),
            State::Completed { .. } | State::Confirmed | State::Terminated => true,
        }
    }

    pub(crate) fn take_sent_again(&mut self) -> u64 {
        self.base.take_sent_again()
    }

    fn respond(&mut self, now: Instant, status: Status, contents: Bytes) -> State {
        self.base.timers.stop(Timer::Trying);
        self.base.send(contents.clone());
        if status.is_provisional() {
            return State::Proceeding { last: contents };
        }
        if status.is_success() {
            self.base.timers.set(Timer::L, now + self.base.timing.give_up());
            return State::Accepted;
        }
        self.base.timers.set(Timer::H, now + self.base.timing.give_up());
        if !self.base.flow.protocol.is_reliable() {
            self.base.timers.set(Timer::G, now + self.base.timing.t1);
        }
        State::Completed { last: contents, interval: self.base.timing.t1 }
    }

    fn trying(&mut self, invite: &Message) -> State {
        self.base.timers.stop(Timer::Trying);
        let last = Draft::response(invite.view(), Status::TRYING, None).response_bytes();
        self.base.send(last.clone());
        State::Proceeding { last }
    }

    fn acknowledged(&mut self, now: Instant) -> State {
        self.base.timers.clear();
        if self.base.flow.protocol.is_reliable() {
            return State::Terminated; // Timer I is zero
        }
        self.base.timers.set(Timer::I, now + self.base.timing.t4);
        State::Confirmed
    }

    fn fire(&mut self, now: Instant, timer: Timer, state: State) -> State {
        match (state, timer) {
            (State::Silent { invite }, Timer::Trying) => self.trying(&invite),
            (State::Completed { last, interval }, Timer::G) => {
                let interval = (interval * 2).min(self.base.timing.t2);
                self.base.timers.set(Timer::G, now + interval);
                self.base.send_again(last.clone());
                State::Completed { last, interval }
            }
            (State::Completed { .. }, Timer::H) => {
                self.base.timers.clear();
                self.base.tell(ServerEvent::NoAck);
                State::Terminated
            }
            (State::Accepted, Timer::L) | (State::Confirmed, Timer::I) => State::Terminated,
            (state, _) => state,
        }
    }
}

impl Machine for InviteServer {
    type Input<'a> = ServerInput;
    type Event = ServerEvent;
    type Transmit = Transmit;
    type Error = Infallible;

    fn handle_input(&mut self, now: Instant, input: ServerInput) -> Result<(), Infallible> {
        let now = self.base.tick(now);
        let state = mem::replace(&mut self.state, State::Terminated);
        self.state = match (state, input) {
            (State::Silent { .. } | State::Proceeding { .. }, ServerInput::Respond { status, contents }) => {
                self.respond(now, status, contents)
            }
            (State::Silent { invite }, ServerInput::Request) => self.trying(&invite),
            (State::Proceeding { last }, ServerInput::Request) => {
                self.base.send_again(last.clone());
                State::Proceeding { last }
            }
            (State::Completed { last, interval }, ServerInput::Request) => {
                self.base.send_again(last.clone());
                State::Completed { last, interval }
            }
            (State::Completed { .. }, ServerInput::Ack) => self.acknowledged(now),
            // RFC 6026 §7.1: the layer above retransmits its 2xx through here, and hears of the ACK
            (State::Accepted, ServerInput::Respond { status, contents }) if status.is_success() => {
                self.base.send_again(contents);
                State::Accepted
            }
            (State::Accepted, ServerInput::Ack) => {
                self.base.tell(ServerEvent::Ack);
                State::Accepted
            }
            (mut state, ServerInput::Timeout) => {
                while let Some(timer) = self.base.timers.take_due(now) {
                    state = self.fire(now, timer, state);
                }
                state
            }
            (state, _) => state, // absorbed, as the figure says
        };
        Ok(())
    }

    fn poll_output(&mut self) -> Output<ServerEvent> {
        self.base.poll()
    }
}

#[cfg(test)]
mod tests;
