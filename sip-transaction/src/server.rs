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
use bytes::Bytes;
use offhook_core::{Flow, Machine, Output, Timers, Transmit};
use offhook_sip_parser::Status;
use std::collections::VecDeque;
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
    Proceeding { last: Bytes },
    Completed { last: Bytes },
    Terminated,
}

offhook_core::slots! {
    pub(crate) enum Timer { J }
}

/// A non-INVITE server transaction.
#[derive(Debug)]
pub struct Server {
    flow: Flow,
    timing: Timing,
    state: State,
    timers: Timers<Timer>,
    queue: VecDeque<Output<ServerEvent>>,
}

impl Server {
    /// For a request whose responses go to `flow`.
    pub fn new(flow: Flow, timing: Timing) -> Self {
        Server { flow, timing, state: State::Trying, timers: Timers::default(), queue: VecDeque::new() }
    }

    /// Whether it is over and can be forgotten once drained.
    pub fn is_terminated(&self) -> bool {
        matches!(self.state, State::Terminated)
    }

    pub(crate) fn is_answered(&self) -> bool {
        matches!(self.state, State::Completed { .. } | State::Terminated)
    }

    fn send(&mut self, contents: Bytes) {
        self.queue.push_back(Output::Transmit(Transmit { flow: self.flow, contents }));
    }

    fn respond(&mut self, now: Instant, status: Status, contents: Bytes) -> State {
        if status.is_provisional() {
            self.send(contents.clone());
            return State::Proceeding { last: contents };
        }
        // RFC 4320 §4.2: the client has given up by itself by then, a 408 would only be a late stray
        if status == Status::REQUEST_TIMEOUT {
            return State::Terminated;
        }
        self.send(contents.clone());
        if self.flow.protocol.is_reliable() {
            return State::Terminated; // Timer J is zero
        }
        self.timers.set(Timer::J, now + self.timing.give_up());
        State::Completed { last: contents }
    }
}

impl Machine for Server {
    type Input<'a> = ServerInput;
    type Event = ServerEvent;
    type Transmit = Transmit;
    type Error = Infallible;

    fn handle_input(&mut self, now: Instant, input: ServerInput) -> Result<(), Infallible> {
        let state = mem::replace(&mut self.state, State::Terminated);
        self.state = match (state, input) {
            (State::Trying | State::Proceeding { .. }, ServerInput::Respond { status, contents }) => {
                self.respond(now, status, contents)
            }
            (State::Proceeding { last }, ServerInput::Request) => {
                self.send(last.clone());
                State::Proceeding { last }
            }
            (State::Completed { last }, ServerInput::Request) => {
                self.send(last.clone());
                State::Completed { last }
            }
            (State::Completed { last }, ServerInput::Timeout) => match self.timers.take_due(now) {
                Some(Timer::J) => State::Terminated,
                None => State::Completed { last },
            },
            (state, _) => state, // absorbed, as the figure says
        };
        Ok(())
    }

    fn poll_output(&mut self) -> Output<ServerEvent> {
        self.queue.pop_front().unwrap_or(Output::Timeout(self.timers.next()))
    }
}
