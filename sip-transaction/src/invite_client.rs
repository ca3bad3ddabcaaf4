//! The INVITE client transaction (RFC 3261 §17.1.1, RFC 6026 §7.2).
//!
//! ```text
//!                     |INVITE from TU, send it
//!     Timer A         V
//!     send +---->+-----------+  Timer B, transport error: tell TU
//!          +-----|  Calling  |-----------------------+
//!                +-----------+                       |
//!   300-699: ACK,  |  |  | 2xx: to TU                |
//!     to TU        |  |  +-----------------+         |
//!      +-----------+  | 1xx: to TU         |         |
//!      |              V                    |         |
//!      |         +-----------+ 1xx: to TU  |         |
//!      |         | Proceeding|--+          |         |
//!      |         |           |<-+          |         |
//!      |         +-----------+ 2xx: to TU  V         |
//!      | 300-699:  |       +------->+-----------+    |
//!      | ACK,to TU |                | Accepted  |--+ | 2xx: to TU
//!      V           V                |           |<-+ |
//!    +-----------+ 300-699: ACK     +-----------+    |
//!    | Completed |--+                     | Timer M  |
//!    |           |<-+   Timer D           V          V
//!    +-----------+----------------->+-------------------+
//!                 transport error   |    Terminated     |
//!                                   +-------------------+
//! ```
//!
//! A CANCEL waits for the first provisional response (§9.1). Once it may be sent, the INVITE has 64·T1 left to be
//! answered, as the peer may be one that ignores CANCEL.

use crate::base::Base;
use crate::client::{ClientEvent, ClientInput};
use crate::via;
use crate::{Failure, Timing};
use bytes::Bytes;
use offhook_core::{Flow, Machine, Output, Transmit};
use offhook_sip_parser::Message;
use std::convert::Infallible;
use std::mem;
use std::time::{Duration, Instant};

#[derive(Debug)]
enum State {
    Calling { interval: Duration, cancel: bool },
    Proceeding { cancelled: bool },
    Completed { ack: Option<Bytes> },
    Accepted,
    Terminated,
}

offhook_core::slots! {
    pub(crate) enum Timer { A, B, D, M }
}

/// An INVITE client transaction.
#[derive(Debug)]
pub struct InviteClient {
    base: Base<Timer, ClientEvent>,
    request: Bytes,
    state: State,
}

impl InviteClient {
    /// Sends `request` on `flow`: an INVITE that would pass [`Message::check`], as its ACK and CANCEL are made of it. Of one
    /// that would not there are none.
    pub fn new(now: Instant, flow: Flow, request: Bytes, timing: Timing) -> Self {
        let mut base = Base::new(flow, timing);
        let now = base.tick(now);
        base.timers.set(Timer::B, now + timing.give_up());
        if !flow.protocol.is_reliable() {
            base.timers.set(Timer::A, now + timing.t1);
        }
        base.send(request.clone());
        InviteClient { base, request, state: State::Calling { interval: timing.t1, cancel: false } }
    }

    /// Whether it is over and can be forgotten once drained.
    pub fn is_terminated(&self) -> bool {
        matches!(self.state, State::Terminated)
    }

    pub(crate) fn flow(&self) -> Flow {
        self.base.flow
    }

    /// The CANCEL of its INVITE.
    pub(crate) fn cancel(&self) -> Option<Bytes> {
        via::cancel_for(self.request.clone())
    }

    pub(crate) fn take_sent_again(&mut self) -> u64 {
        self.base.take_sent_again()
    }

    fn fail(&mut self, failure: Failure) -> State {
        self.base.timers.clear();
        self.base.tell(ClientEvent::Failed(failure));
        State::Terminated
    }

    fn cancel_now(&mut self, now: Instant) -> State {
        self.base.timers.set(Timer::B, now + self.base.timing.give_up());
        self.base.tell(ClientEvent::CancelNow);
        State::Proceeding { cancelled: true }
    }

    /// A response while the INVITE is pending. `cancel`: it is to be given up. `cancelled`: a CANCEL is under way.
    fn respond(&mut self, now: Instant, r: &Message, cancel: bool, cancelled: bool, state: State) -> State {
        let Some(status) = r.status() else { return state };
        if status.is_provisional() {
            self.base.timers.stop(Timer::A);
            if !cancelled {
                self.base.timers.stop(Timer::B);
            }
            self.base.tell(ClientEvent::Response(r.clone()));
            return if cancel && !cancelled { self.cancel_now(now) } else { State::Proceeding { cancelled } };
        }
        self.base.timers.clear();
        if status.is_success() {
            self.base.tell(ClientEvent::Response(r.clone()));
            self.base.timers.set(Timer::M, now + self.base.timing.give_up());
            return State::Accepted;
        }
        // §17.1.1.3: the ACK goes where the INVITE went
        let ack = via::ack_for_failure(self.request.clone(), r);
        if let Some(ack) = &ack {
            self.base.send(ack.clone());
        }
        self.base.tell(ClientEvent::Response(r.clone()));
        if self.base.flow.protocol.is_reliable() {
            return State::Terminated; // Timer D is zero
        }
        self.base.timers.set(Timer::D, now + self.base.timing.d());
        State::Completed { ack }
    }

    fn fire(&mut self, now: Instant, timer: Timer, state: State) -> State {
        match (state, timer) {
            (State::Calling { interval, cancel }, Timer::A) => {
                let interval = interval * 2;
                self.base.timers.set(Timer::A, now + interval);
                self.base.send_again(self.request.clone());
                State::Calling { interval, cancel }
            }
            (State::Calling { .. } | State::Proceeding { .. }, Timer::B) => self.fail(Failure::Timeout),
            (State::Completed { .. }, Timer::D) | (State::Accepted, Timer::M) => State::Terminated,
            (state, _) => state,
        }
    }
}

impl Machine for InviteClient {
    type Input<'a> = ClientInput<'a>;
    type Event = ClientEvent;
    type Transmit = Transmit;
    type Error = Infallible;

    fn handle_input(&mut self, now: Instant, input: ClientInput<'_>) -> Result<(), Infallible> {
        let now = self.base.tick(now);
        let state = mem::replace(&mut self.state, State::Terminated);
        self.state = match (state, input) {
            (state @ State::Calling { cancel, .. }, ClientInput::Response(r)) => {
                self.respond(now, r, cancel, false, state)
            }
            (state @ State::Proceeding { cancelled }, ClientInput::Response(r)) => {
                self.respond(now, r, false, cancelled, state)
            }
            (State::Completed { ack }, ClientInput::Response(r)) => {
                if let Some(again) = ack.clone().filter(|_| r.status().is_some_and(|s| s.is_final() && !s.is_success()))
                {
                    self.base.send_again(again);
                }
                State::Completed { ack }
            }
            // RFC 6026 §7.2: every 2xx goes up, of a retransmission and of another fork alike
            (State::Accepted, ClientInput::Response(r)) => {
                if r.status().is_some_and(|s| s.is_success()) {
                    self.base.tell(ClientEvent::Response(r.clone()));
                }
                State::Accepted
            }
            (State::Calling { interval, .. }, ClientInput::Cancel) => State::Calling { interval, cancel: true },
            (State::Proceeding { cancelled: false }, ClientInput::Cancel) => self.cancel_now(now),
            (
                State::Calling { .. } | State::Proceeding { .. } | State::Completed { .. },
                ClientInput::TransportFailed,
            ) => self.fail(Failure::Transport),
            (mut state, ClientInput::Timeout) => {
                while let Some(timer) = self.base.timers.take_due(now) {
                    state = self.fire(now, timer, state);
                }
                state
            }
            (state, _) => state, // absorbed, as the figure says
        };
        Ok(())
    }

    fn poll_output(&mut self) -> Output<ClientEvent> {
        self.base.poll()
    }
}

#[cfg(test)]
mod tests;
