//! The non-INVITE server transaction (RFC 3261 §17.2.2, RFC 4320).
//!
//! ```text
//!                       |request: to TU
//!                       V
//!                 +-----------+
//!                 |  Trying   |-------------+
//!                 +-----------+             | 200-699 from TU: send
//!     1xx from TU: send |                   |
//!        +-------+      V                   |
//!        | 1xx,  |  +-----------+           |
//!        |request+--| Proceeding|           |
//!        | send  +->|           |           |
//!        +-------+  +-----------+           |
//!            200-699 from TU: send|         |
//!     request: send     V         |         |
//!            +------+-----------+<+---------+
//!            +----->| Completed |
//!                   +-----------+  Timer J    +-----------+
//!                         +------------------>| Terminated|
//!                                             +-----------+
//! ```

use crate::Timing;
use crate::base::Base;
use bytes::Bytes;
use offhook_core::{Flow, Machine, Output, Transmit};
use offhook_sip_parser::Status;
use std::convert::Infallible;
use std::mem;
use std::time::Instant;

/// What a server transaction is told.
#[derive(Debug, Clone)]
pub enum ServerInput {
    /// The request came again.
    Request,
    /// Its ACK came (INVITE only).
    Ack,
    /// The layer above answers.
    Respond {
        /// The status of the response.
        status: Status,
        /// The response.
        contents: Bytes,
    },
    /// The time that it asked for has come.
    Timeout,
}

/// What a server transaction tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerEvent {
    /// The ACK of a 2xx came: the business of the layer above.
    Ack,
    /// The final response was never acknowledged (timer H).
    NoAck,
}

#[derive(Debug)]
enum State {
    Trying,
    Proceeding {
        last: Bytes,
    },
    /// `last` is `None` after a 408, which is never sent.
    Completed {
        last: Option<Bytes>,
    },
    Terminated,
}

offhook_core::slots! {
    pub(crate) enum Timer { J }
}

/// A non-INVITE server transaction.
#[derive(Debug)]
pub struct Server {
    base: Base<Timer, ServerEvent>,
    state: State,
}

impl Server {
    /// For a request whose responses go to `flow`.
    pub fn new(flow: Flow, timing: Timing) -> Self {
        Server { base: Base::new(flow, timing), state: State::Trying }
    }

    /// Whether it is over and can be forgotten once drained.
    pub fn is_terminated(&self) -> bool {
        matches!(self.state, State::Terminated)
    }

    pub(crate) fn is_answered(&self) -> bool {
        matches!(self.state, State::Completed { .. } | State::Terminated)
    }

    pub(crate) fn take_sent_again(&mut self) -> u64 {
        self.base.take_sent_again()
    }

    fn respond(&mut self, now: Instant, status: Status, contents: Bytes) -> State {
        if status.is_provisional() {
            self.base.send(contents.clone());
            return State::Proceeding { last: contents };
        }
        // RFC 4320 §4.2: the client has given up by itself by then, a 408 would only be a late stray
        let last = (status != Status::REQUEST_TIMEOUT).then_some(contents);
        if let Some(response) = &last {
            self.base.send(response.clone());
        }
        if self.base.flow.protocol.is_reliable() {
            return State::Terminated; // Timer J is zero
        }
        self.base.timers.set(Timer::J, now + self.base.timing.give_up());
        State::Completed { last }
    }
}

impl Machine for Server {
    type Input<'a> = ServerInput;
    type Event = ServerEvent;
    type Transmit = Transmit;
    type Error = Infallible;

    fn handle_input(&mut self, now: Instant, input: ServerInput) -> Result<(), Infallible> {
        let now = self.base.tick(now);
        let state = mem::replace(&mut self.state, State::Terminated);
        self.state = match (state, input) {
            (State::Trying | State::Proceeding { .. }, ServerInput::Respond { status, contents }) => {
                self.respond(now, status, contents)
            }
            (State::Proceeding { last }, ServerInput::Request) => {
                self.base.send_again(last.clone());
                State::Proceeding { last }
            }
            (State::Completed { last }, ServerInput::Request) => {
                if let Some(response) = &last {
                    self.base.send_again(response.clone());
                }
                State::Completed { last }
            }
            (State::Completed { last }, ServerInput::Timeout) => match self.base.timers.take_due(now) {
                Some(Timer::J) => State::Terminated,
                None => State::Completed { last },
            },
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
