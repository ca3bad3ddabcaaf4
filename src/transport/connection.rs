//! One stream (RFC 3261 §18.3, RFC 5626 §3.5.1, §4.4.1).
//!
//! ```text
//!            bytes: messages up, pongs down
//!              ┌────┐
//!              │    ▼    End, Close, bad bytes       all is written, or Timer Linger
//!  new ─────► Up ─────────────────────────► Draining ────────────────► Closed
//!              │                                                         ▲
//!              └── a timer, a full queue, the socket broke ──────────────┘
//! ```

use super::close::CloseReason;
use super::config::Config;
use bytes::Bytes;
use offhook_core::{Entropy, Machine, Output, Timers};
use offhook_sip_parser::stream::{Framed, Framer};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::{Duration, Instant};

/// Who made a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// We did, and so we keep it alive (RFC 5626 §4.4.1).
    Opened,
    /// The peer did, and must say something soon.
    Accepted,
}

/// What a [`Connection`] is told.
#[derive(Debug, Clone)]
pub enum Input<'a> {
    /// Bytes came.
    Received(&'a [u8]),
    /// The peer writes no more.
    End,
    /// The socket is of no more use.
    Broken,
    /// Write this message.
    Send(Bytes),
    /// So many bytes of what was transmitted were taken by the system.
    Written(usize),
    /// Write what waits, then end.
    Close,
    /// The time that was asked for has come.
    Timeout,
}

/// What a [`Connection`] tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A message, or what could be read of one whose framing is broken, to be answered 4xx.
    Message(Bytes),
    /// It is over; the socket can be closed.
    Closed(CloseReason),
}

#[derive(Debug)]
enum State {
    Up,
    /// `answer`: what was bad may still be answered.
    Draining {
        reason: CloseReason,
        answer: bool,
    },
    Closed,
}

offhook_core::slots! {
    enum Timer { First, Message, Write, Idle, Ping, Pong, Linger }
}

/// The machine of one connection. Its Transmit is bytes to write, in order.
///
/// It holds no more than the limits of one message, and counts as waiting whatever it transmitted and was not told to be
/// [written](Input::Written).
#[derive(Debug)]
pub struct Connection {
    config: Config,
    side: Side,
    framer: Framer,
    state: State,
    timers: Timers<Timer>,
    now: Instant,
    /// How long without traffic until we ping.
    ping: Duration,
    /// Whether the peer ever answered a ping, so that silence means something.
    answers_pings: bool,
    unwritten: usize,
    queue: VecDeque<Output<Event, Bytes>>,
}

const PING: Bytes = Bytes::from_static(b"\r\n\r\n");
const PONG: Bytes = Bytes::from_static(b"\r\n");

impl Connection {
    /// A connection that stands since `now`.
    pub fn new(now: Instant, side: Side, config: Config, entropy: &mut dyn Entropy) -> Self {
        // RFC 5626 §4.4.1: 80 to 100 %, so that a thousand do not ping as one
        let share = 0.8 + 0.2 * f64::from(entropy.u32()) / f64::from(u32::MAX);
        let mut connection = Connection {
            config,
            side,
            framer: Framer::new(config.limits),
            state: State::Up,
            timers: Timers::default(),
            now,
            ping: config.ping.mul_f64(share),
            answers_pings: false,
            unwritten: 0,
            queue: VecDeque::new(),
        };
        connection.timers.set(Timer::Idle, now + config.idle);
        match side {
            Side::Accepted => connection.timers.set(Timer::First, now + config.first_message),
            Side::Opened => connection.timers.set(Timer::Ping, now + connection.ping),
        }
        connection
    }

    /// Whether bytes wait to be written. Those of a connection that closes so are lost.
    pub fn is_writing(&self) -> bool {
        self.unwritten > 0
    }

    fn received(&mut self, now: Instant, mut bytes: &[u8]) {
        if !matches!(self.state, State::Up) || bytes.is_empty() {
            return;
        }
        self.timers.stop(Timer::Pong);
        let mut began = !self.framer.is_between();
        if self.side == Side::Accepted {
            self.timers.set(Timer::Idle, now + self.config.idle);
        } else {
            self.timers.set(Timer::Ping, now + self.ping);
        }
        loop {
            match self.framer.push(&mut bytes) {
                Ok(Framed::Message(message)) => {
                    began = false;
                    self.timers.stop(Timer::First);
                    self.timers.set(Timer::Idle, now + self.config.idle);
                    self.queue.push_back(Output::Event(Event::Message(message)));
                }
                // A peer that pings and does not read is one that does not read.
                Ok(Framed::Ping) => {
                    self.write(now, PONG);
                    if !matches!(self.state, State::Up) {
                        return;
                    }
                }
                Ok(Framed::Pong) => self.answers_pings = true,
                Ok(Framed::Incomplete) => break,
                Err(error) => {
                    let message = Bytes::copy_from_slice(self.framer.pending());
                    let answer = !message.is_empty();
                    if answer {
                        self.queue.push_back(Output::Event(Event::Message(message)));
                    }
                    return self.drain(now, CloseReason::BadBytes(error), answer);
                }
            }
        }
        match (self.framer.is_between(), began) {
            (true, _) => self.timers.stop(Timer::Message),
            // One message may not live on the time of the one before.
            (false, false) => self.timers.set(Timer::Message, now + self.config.message),
            (false, true) => {}
        }
    }

    fn send(&mut self, now: Instant, message: Bytes) {
        if let State::Draining { answer, .. } = &mut self.state {
            *answer = false;
        }
        if matches!(self.state, State::Closed) {
            return;
        }
        self.timers.set(Timer::Idle, now + self.config.idle);
        self.write(now, message);
    }

    fn write(&mut self, now: Instant, bytes: Bytes) {
        if self.unwritten > 0 && self.unwritten.saturating_add(bytes.len()) > self.config.write_queue {
            return self.close(CloseReason::QueueFull);
        }
        if bytes.is_empty() {
            return;
        }
        if self.unwritten == 0 {
            self.timers.set(Timer::Write, now + self.config.write);
        }
        if self.side == Side::Opened {
            self.timers.set(Timer::Ping, now + self.ping);
        }
        self.unwritten += bytes.len();
        self.queue.push_back(Output::Transmit(bytes));
    }

    fn written(&mut self, now: Instant, count: usize) {
        self.unwritten = self.unwritten.saturating_sub(count);
        match self.state {
            State::Draining { reason, answer: false } if self.unwritten == 0 => self.close(reason),
            State::Closed => {}
            _ if self.unwritten == 0 => self.timers.stop(Timer::Write),
            _ => self.timers.set(Timer::Write, now + self.config.write),
        }
    }

    /// Ends once all is written.
    fn drain(&mut self, now: Instant, reason: CloseReason, answer: bool) {
        if !matches!(self.state, State::Up) {
            return;
        }
        if self.unwritten == 0 && !answer {
            return self.close(reason);
        }
        self.timers.clear();
        self.timers.set(Timer::Linger, now + self.config.linger);
        self.state = State::Draining { reason, answer };
    }

    fn close(&mut self, reason: CloseReason) {
        if matches!(self.state, State::Closed) {
            return;
        }
        self.state = State::Closed;
        self.timers.clear();
        self.queue.push_back(Output::Event(Event::Closed(reason)));
    }

    fn fire(&mut self, now: Instant, timer: Timer) {
        match timer {
            Timer::First => self.close(CloseReason::NoMessage),
            Timer::Message => self.close(CloseReason::SlowMessage),
            Timer::Write => self.close(CloseReason::SlowReader),
            Timer::Idle => self.drain(now, CloseReason::Idle, false),
            Timer::Pong => self.close(CloseReason::NoPong),
            Timer::Linger => {
                let reason = match self.state {
                    State::Draining { reason, .. } => reason,
                    _ => CloseReason::Local,
                };
                self.close(reason);
            }
            Timer::Ping => {
                self.framer.expect_pong();
                if self.answers_pings {
                    self.timers.set(Timer::Pong, now + self.config.pong);
                }
                self.write(now, PING);
            }
        }
    }
}

impl Machine for Connection {
    type Input<'a> = Input<'a>;
    type Event = Event;
    type Transmit = Bytes;
    type Error = Infallible;

    fn handle_input(&mut self, now: Instant, input: Input<'_>) -> Result<(), Infallible> {
        self.now = self.now.max(now);
        let now = self.now;
        match input {
            Input::Received(bytes) => self.received(now, bytes),
            Input::End if self.framer.is_between() => self.drain(now, CloseReason::Ended, false),
            Input::End => self.drain(now, CloseReason::CutOff, false),
            Input::Broken => self.close(CloseReason::Broken),
            Input::Send(message) => self.send(now, message),
            Input::Written(count) => self.written(now, count),
            Input::Close => self.drain(now, CloseReason::Local, false),
            Input::Timeout => {
                while let Some(timer) = self.timers.take_due(now) {
                    self.fire(now, timer);
                }
            }
        }
        Ok(())
    }

    fn poll_output(&mut self) -> Output<Event, Bytes> {
        self.queue.pop_front().unwrap_or_else(|| Output::Timeout(self.timers.next()))
    }
}

#[cfg(test)]
mod tests;
