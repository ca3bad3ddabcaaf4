//! The session: its state and its doors.

use super::config::{Config, RtcpPath, Terms};
use super::control::RemoteClock;
use super::event::{Event, Input};
use super::interval::Interval;
use super::path::Path;
use super::receive::Source;
use super::send::Outgoing;
use crate::dtmf::{self, Digit};
use crate::error::Error;
use crate::ident::Ssrc;
use crate::seq::SeqNo;
use crate::stats::emodel;
use crate::stats::{Counts, RemoteReport, Stats};
use bytes::BytesMut;
use offhook_core::{Entropy, Machine, Output, Timers, Transmit, WallClock};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::{Duration, Instant};

offhook_core::slots! {
    /// What the session waits for.
    pub(crate) enum Timer {
        /// The next RTCP report.
        Report,
        /// A digit whose reports stopped coming.
        Digit,
    }
}

/// RTP and RTCP with one peer. See the [module](super) for the figure, the [crate](crate) for an example.
pub struct Session {
    pub(super) config: Config,
    pub(super) entropy: Box<dyn Entropy>,
    pub(super) wall_clock: WallClock,
    /// The latest time seen.
    pub(super) now: Instant,
    pub(super) began: Instant,
    pub(super) rtp: Path,
    /// The path of RTCP, where it has its own.
    pub(super) rtcp: Option<Path>,
    pub(super) outgoing: Outgoing,
    pub(super) digits_out: dtmf::Sender,
    pub(super) source: Option<Source>,
    /// A source not yet believed, and its next sequence number if it is real (RFC 3550 A.1).
    pub(super) candidate: Option<(Ssrc, SeqNo)>,
    pub(super) digits_in: dtmf::Receiver,
    pub(super) remote_clock: Option<RemoteClock>,
    pub(super) interval: Interval,
    /// What is counted outside of `source`.
    pub(super) stats: Stats,
    /// What was counted of sources that are gone.
    pub(super) past: Counts,
    pub(super) timers: Timers<Timer>,
    pub(super) outputs: VecDeque<Output<Event, Transmit>>,
    pub(super) scratch: BytesMut,
    is_closed: bool,
}

impl Session {
    /// Begins at `now`: SSRC, first sequence number and first timestamp are random (RFC 3550 §5.1).
    pub fn new(now: Instant, config: Config, mut entropy: Box<dyn Entropy>, wall_clock: WallClock) -> Self {
        let interval = Interval::new(now);
        let mut session = Session {
            rtp: Path::new(config.terms.flow),
            rtcp: own_path(&config.terms),
            outgoing: Outgoing::new(&mut entropy),
            digits_out: dtmf::Sender::new(config.clock_rate, config.digit_gap, config.digit_volume),
            digits_in: dtmf::Receiver::new(config.clock_rate),
            config,
            wall_clock,
            now,
            began: now,
            source: None,
            candidate: None,
            remote_clock: None,
            interval,
            stats: Stats::default(),
            past: Counts::default(),
            timers: Timers::default(),
            outputs: VecDeque::new(),
            scratch: BytesMut::new(),
            is_closed: false,
            entropy,
        };
        session.schedule_reports();
        session
    }

    /// Our source, until a collision makes us choose another (RFC 3550 §8.2).
    pub fn ssrc(&self) -> Ssrc {
        self.outgoing.ssrc
    }

    /// Sound has `duration`'s worth of digit instead, as soon as those before it are over.
    ///
    /// It goes out with the calls of [`send`](Self::send), and [`Event::DigitSent`] tells when it has.
    pub fn send_digit(&mut self, now: Instant, digit: Digit, duration: Duration) -> Result<(), Error> {
        self.open()?;
        if self.config.terms.dtmf_send.is_none() {
            return Err(Error::DtmfNotNegotiated);
        }
        self.digits_out.push(digit, duration)?;
        self.advance(now);
        Ok(())
    }

    /// Whether a digit sounds or waits.
    pub fn is_sending_digits(&self) -> bool {
        self.digits_out.is_busy()
    }

    /// Takes the terms of a later offer and answer. SSRC, sequence numbers and timestamps go on. An address that was
    /// learnt is kept if the signalled one is the same. Digits that wait are dropped if the peer no longer takes them.
    pub fn update(&mut self, now: Instant, terms: Terms) -> Result<(), Error> {
        self.open()?;
        self.advance(now);
        if terms.flow.remote != self.config.terms.flow.remote {
            self.outgoing.collided = false;
        }
        self.rtp.signal(terms.flow);
        match (&mut self.rtcp, terms.rtcp) {
            (Some(path), RtcpPath::Flow(flow)) => path.signal(flow),
            (path, _) => *path = own_path(&terms),
        }
        if terms.dtmf_send.is_none() {
            self.digits_out.clear();
        }
        self.config.terms = terms;
        self.schedule_reports();
        Ok(())
    }

    /// Whether [`close`](Session::close) was called: nothing more comes of it.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Says goodbye if anything was ever sent (RFC 3550 §6.3.7), and ends the session: [`Event::Closed`] is its last.
    pub fn close(&mut self, now: Instant) -> Result<(), Error> {
        self.open()?;
        self.advance(now);
        let last = self.digits_in.reset();
        self.heard(last);
        self.say_goodbye();
        self.timers.clear();
        self.digits_out.clear();
        self.event(Event::Closed);
        self.is_closed = true;
        Ok(())
    }

    /// What was counted until now, and what it is worth.
    pub fn stats(&self) -> Stats {
        let mut counts = self.past;
        let mut stats = self.stats.clone();
        if let Some(source) = &self.source {
            counts += source.reception.counts();
            stats.jitter = self.time(source.reception.jitter());
        }
        stats.packets_received = counts.received;
        stats.packets_expected = counts.expected;
        stats.lost = counts.lost;
        stats.duplicates = counts.duplicates;
        stats.reordered = counts.reordered;
        if counts.expected > 0 {
            let rating = emodel::rating(stats.one_way(), stats.loss(), self.config.impairment);
            stats.mos = Some(emodel::mean_opinion(rating));
        }
        stats
    }

    /// The newest report of the peer about our packets.
    pub fn remote_report(&self) -> Option<RemoteReport> {
        self.stats.remote
    }

    pub(super) fn open(&self) -> Result<(), Error> {
        if self.is_closed { Err(Error::Closed) } else { Ok(()) }
    }

    /// Time does not run backwards.
    pub(super) fn advance(&mut self, now: Instant) {
        self.now = self.now.max(now);
    }

    pub(super) fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    pub(super) fn heard(&mut self, digits: impl IntoIterator<Item = dtmf::Heard>) {
        for dtmf::Heard { digit, duration } in digits {
            self.event(Event::Digit { digit, duration });
        }
        match self.digits_in.deadline() {
            Some(deadline) => self.timers.set(Timer::Digit, deadline),
            None => self.timers.stop(Timer::Digit),
        }
    }

    /// Timestamp units as time.
    pub(super) fn time(&self, units: u32) -> Duration {
        Duration::from_secs(u64::from(units)) / self.config.clock_rate.get()
    }

    /// Time as timestamp units, wrapping.
    pub(super) fn units(&self, time: Duration) -> u32 {
        (time.as_nanos() * u128::from(self.config.clock_rate.get()) / 1_000_000_000) as u32
    }

    fn schedule_reports(&mut self) {
        match self.config.terms.rtcp {
            RtcpPath::Off => self.timers.stop(Timer::Report),
            _ if self.timers.get(Timer::Report).is_some() => {}
            _ => self.timers.set(Timer::Report, self.interval.first(&mut self.entropy)),
        }
    }
}

impl Machine for Session {
    type Input<'a> = Input;
    type Event = Event;
    type Transmit = Transmit;
    type Error = Infallible;

    fn handle_input(&mut self, now: Instant, input: Input) -> Result<(), Infallible> {
        if self.is_closed {
            return Ok(());
        }
        self.advance(now);
        match input {
            Input::Received { flow, contents } if crate::is_rtcp(&contents) => self.receive_rtcp(flow, &contents),
            Input::Received { flow, contents } => self.receive_rtp(flow, &contents),
            Input::Timeout => {
                while let Some(timer) = self.timers.take_due(self.now) {
                    match timer {
                        Timer::Report => self.report_timer(),
                        Timer::Digit => {
                            let digit = self.digits_in.timeout(self.now);
                            self.heard(digit);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn poll_output(&mut self) -> Output<Event, Transmit> {
        self.outputs.pop_front().unwrap_or_else(|| Output::Timeout(self.timers.next()))
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("ssrc", &self.outgoing.ssrc).field("rtp", &self.rtp).finish_non_exhaustive()
    }
}

fn own_path(terms: &Terms) -> Option<Path> {
    match terms.rtcp {
        RtcpPath::Flow(flow) => Some(Path::new(flow)),
        RtcpPath::Mux | RtcpPath::Off => None,
    }
}
