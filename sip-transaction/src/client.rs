//! The non-INVITE client transaction (RFC 3261 §17.1.2).
//!
//! ```text
//!                       |request from TU, send it
//!       Timer E         V
//!       send +---->+-----------+  Timer F, transport error: tell TU
//!            +-----|  Trying   |----------------+
//!                  +-----------+                |
//!      200-699: to TU |    | 1xx: to TU         |
//!        +------------+    V                    |
//!        |  Timer E  +-----------+  Timer F,    |
//!        |  send +-->| Proceeding|  error       |
//!        |       +---|           |-----------+  |
//!        |           +-----------+           |  |
//!        |   200-699: to TU |                |  |
//!        |                  V                V  V
//!        +---------->+-----------+ Timer K +-----------+
//!                    | Completed |-------->| Terminated|
//!                    +-----------+         +-----------+
//! ```

use crate::base::Base;
use crate::{Failure, Timing};
use bytes::Bytes;
use offhook_core::{Flow, Machine, Output, Transmit};
use offhook_sip_parser::Message;
use std::convert::Infallible;
use std::mem;
use std::time::{Duration, Instant};

/// What a client transaction is told.
#[derive(Debug, Clone, Copy)]
pub enum ClientInput<'a> {
    /// A response that matches it.
    Response(&'a Message),
    /// Give the INVITE up, as soon as that is allowed (§9.1). A non-INVITE transaction ignores it.
    Cancel,
    /// The transport could not send.
    TransportFailed,
    /// The time that it asked for has come.
    Timeout,
}

/// What a client transaction tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientEvent {
    /// A response for the layer above.
    Response(Message),
    /// Now a CANCEL may be sent.
    CancelNow,
    /// It ended without a final response.
    Failed(Failure),
}

#[derive(Debug)]
enum State {
    Trying { interval: Duration },
    Proceeding,
    Completed,
    Terminated,
}

offhook_core::slots! {
    pub(crate) enum Timer { E, F, K }
}

/// A non-INVITE client transaction.
#[derive(Debug)]
pub struct Client {
    base: Base<Timer, ClientEvent>,
    request: Bytes,
    state: State,
}

impl Client {
    /// Sends `request` on `flow`.
    pub fn new(now: Instant, flow: Flow, request: Bytes, timing: Timing) -> Self {
        let mut base = Base::new(flow, timing);
        let now = base.tick(now);
        base.timers.set(Timer::F, now + timing.give_up());
        if !flow.protocol.is_reliable() {
            base.timers.set(Timer::E, now + timing.t1);
        }
        base.send(request.clone());
        Client { base, request, state: State::Trying { interval: timing.t1 } }
    }

    /// Whether it is over and can be forgotten once drained.
    pub fn is_terminated(&self) -> bool {
        matches!(self.state, State::Terminated)
    }

    pub(crate) fn flow(&self) -> Flow {
        self.base.flow
    }

    pub(crate) fn take_sent_again(&mut self) -> u64 {
        self.base.take_sent_again()
    }

    fn fail(&mut self, failure: Failure) -> State {
        self.base.timers.clear();
        self.base.tell(ClientEvent::Failed(failure));
        State::Terminated
    }

    fn complete(&mut self, now: Instant, response: &Message) -> State {
        self.base.timers.clear();
        self.base.tell(ClientEvent::Response(response.clone()));
        if self.base.flow.protocol.is_reliable() {
            return State::Terminated; // Timer K is zero
        }
        self.base.timers.set(Timer::K, now + self.base.timing.t4);
        State::Completed
    }

    fn fire(&mut self, now: Instant, timer: Timer, state: State) -> State {
        match (state, timer) {
            // §17.1.2.2: the interval doubles up to T2, and is T2 once a provisional response came
            (State::Trying { interval }, Timer::E) => {
                let interval = (interval * 2).min(self.base.timing.t2);
                self.base.timers.set(Timer::E, now + interval);
                self.base.send_again(self.request.clone());
                State::Trying { interval }
            }
            (State::Proceeding, Timer::E) => {
                self.base.timers.set(Timer::E, now + self.base.timing.t2);
                self.base.send_again(self.request.clone());
                State::Proceeding
            }
            (State::Trying { .. } | State::Proceeding, Timer::F) => self.fail(Failure::Timeout),
            (State::Completed, Timer::K) => State::Terminated,
            (state, _) => state,
        }
    }
}

impl Machine for Client {
    type Input<'a> = ClientInput<'a>;
    type Event = ClientEvent;
    type Transmit = Transmit;
    type Error = Infallible;

    fn handle_input(&mut self, now: Instant, input: ClientInput<'_>) -> Result<(), Infallible> {
        let now = self.base.tick(now);
        let state = mem::replace(&mut self.state, State::Terminated);
        self.state = match (state, input) {
            (state @ (State::Trying { .. } | State::Proceeding), ClientInput::Response(r)) => match r.status() {
                Some(s) if s.is_final() => self.complete(now, r),
                Some(_) => {
                    self.base.tell(ClientEvent::Response(r.clone()));
                    State::Proceeding
                }
                None => state,
            },
            (State::Trying { .. } | State::Proceeding, ClientInput::TransportFailed) => self.fail(Failure::Transport),
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
