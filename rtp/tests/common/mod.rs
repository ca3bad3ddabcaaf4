//! Two ends, a clock and a seed.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use bytes::{Bytes, BytesMut};
use offhook_core::{Entropy, Flow, Machine, Output, Transmit, WallClock};
use offhook_rtp::rtcp::Cname;
use offhook_rtp::{Audio, AudioPayload, Config, Event, Header, Input, PayloadType, SeqNo, Session, Ssrc, Terms};
use offhook_sim::epoch;
use std::time::{Duration, Instant};

pub const EVENTS: PayloadType = PayloadType::new(101).unwrap();

/// xorshift64.
pub struct Seed(pub u64);

impl Entropy for Seed {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            *byte = self.0 as u8;
        }
    }

    fn fork(&mut self) -> Box<dyn Entropy> {
        Box::new(Seed(self.u64() | 1))
    }
}

pub fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// A's view; B's is the reverse.
pub fn flow() -> Flow {
    Flow::udp("192.0.2.1:4000".parse().unwrap(), "192.0.2.2:5000".parse().unwrap())
}

pub fn terms(flow: Flow) -> Terms {
    let mut terms = Terms::new(flow, vec![PayloadType::PCMU, PayloadType::PCMA]);
    terms.dtmf_receive = Some(EVENTS);
    terms.dtmf_send = Some(EVENTS);
    terms
}

pub fn session(now: Instant, seed: u64, terms: Terms) -> Session {
    let clock = WallClock::new(now, Duration::from_secs(1_700_000_000));
    Session::new(now, Config::new(Cname::new("a@example.com").unwrap(), terms), Box::new(Seed(seed)), clock)
}

pub type Out = Output<Event, Transmit>;

/// Everything up to the timeout, and the timeout.
pub fn drain(session: &mut Session) -> (Vec<Transmit>, Vec<Event>, Option<Instant>) {
    let (mut transmits, mut events) = (Vec::new(), Vec::new());
    loop {
        match session.poll_output() {
            Output::Transmit(transmit) => transmits.push(transmit),
            Output::Event(event) => events.push(event),
            Output::Timeout(at) => return (transmits, events, at),
        }
    }
}

/// What the peer at the other end of `flow` sends.
pub fn receive(session: &mut Session, now: Instant, flow: Flow, contents: impl Into<Bytes>) {
    session.handle_input(now, Input::Received { flow, contents: contents.into() }).unwrap();
}

pub fn packet(payload_type: PayloadType, sequence: u16, timestamp: u32, ssrc: u32, payload: &[u8]) -> Bytes {
    let mut buffer = BytesMut::new();
    let sequence = SeqNo(sequence);
    Header { marker: false, payload_type, sequence, timestamp, ssrc: Ssrc(ssrc) }.write_to(&mut buffer);
    buffer.extend_from_slice(payload);
    buffer.freeze()
}

pub fn sound(sequence: u16, ssrc: u32) -> Bytes {
    packet(PayloadType::PCMU, sequence, u32::from(sequence) * 160, ssrc, &[0x55; 160])
}

pub fn speech() -> Option<AudioPayload<'static>> {
    Some(AudioPayload { payload_type: PayloadType::PCMU, data: &[0xff; 160] })
}

pub fn audio(events: &[Event]) -> Vec<&Audio> {
    events.iter().filter_map(|event| if let Event::Audio(audio) = event { Some(audio) } else { None }).collect()
}

/// Two sessions and a network with a constant delay, in steps of one millisecond.
pub struct Pair {
    pub now: Instant,
    pub began: Instant,
    pub a: Session,
    pub b: Session,
    pub delay: Duration,
    pub in_flight: Vec<(Instant, bool, Transmit)>,
    /// (to b, packet), everything that was sent.
    pub wire: Vec<(Duration, bool, Bytes)>,
    pub events_a: Vec<Event>,
    pub events_b: Vec<Event>,
    /// Whether the n-th packet of RTP is lost.
    pub lose: fn(usize) -> bool,
}

impl Pair {
    pub fn new(seed: u64, delay: Duration) -> Pair {
        let now = epoch();
        let (a, b) = (session(now, seed, terms(flow())), session(now, seed + 1, terms(flow().reversed())));
        let (in_flight, wire, events_a, events_b) = (vec![], vec![], vec![], vec![]);
        Pair { now, began: now, a, b, delay, in_flight, wire, events_a, events_b, lose: |_| false }
    }

    /// Both speak, if asked, for so long.
    pub fn run(&mut self, time: Duration, a_speaks: bool, b_speaks: bool) {
        let end = self.now + time;
        while self.now < end {
            let elapsed = self.now - self.began;
            if elapsed.as_millis().is_multiple_of(20) {
                self.a.send(self.now, 160, if a_speaks { speech() } else { None }).unwrap();
                self.b.send(self.now, 160, if b_speaks { speech() } else { None }).unwrap();
            }
            self.exchange();
            self.now += ms(1);
        }
    }

    pub fn exchange(&mut self) {
        let (due, later) = std::mem::take(&mut self.in_flight).into_iter().partition(|&(at, ..)| at <= self.now);
        self.in_flight = later;
        let due: Vec<(Instant, bool, Transmit)> = due;
        for (_, to_b, Transmit { flow, contents }) in due {
            receive(if to_b { &mut self.b } else { &mut self.a }, self.now, flow.reversed(), contents);
        }
        for to_b in [true, false] {
            let session = if to_b { &mut self.a } else { &mut self.b };
            let (transmits, events, timeout) = {
                session.handle_input(self.now, Input::Timeout).unwrap();
                drain(session)
            };
            assert!(timeout.is_none_or(|at| at > self.now));
            (if to_b { &mut self.events_a } else { &mut self.events_b }).extend(events);
            for transmit in transmits {
                self.wire.push((self.now - self.began, to_b, transmit.contents.clone()));
                if offhook_rtp::is_rtcp(&transmit.contents) || !(self.lose)(self.wire.len()) {
                    self.in_flight.push((self.now + self.delay, to_b, transmit));
                }
            }
        }
    }
}
