//! The sound of one call as a machine: what comes is buffered, decoded and heard; what is queued is encoded and sent, one
//! packet for each tick of the playout clock.
//!
//! ```text
//!  Input::Received ──> rtp::Session ──> JitterBuffer ──> Decoder ──┬──> taps (recording)
//!                           │ digits up                            └──> echo
//!  Transmit <─────── rtp::Session <──── Encoder <──── Player ──────┴──> taps
//! ```
//!
//! The clock is the call's own: a tick every packet time from the first one on, by [`MediaInput::Timeout`]. A driver that
//! comes late is served the ticks it missed, up to [`CATCH_UP`]; what is older is skipped and counted, so that a pause of
//! the process is heard as a pause and not as a burst.

use super::sides::Tap;
use super::terms::MediaTerms;
use crate::error::Error;
use bytes::{Bytes, BytesMut};
use offhook_core::{Entropy, Flow, Machine, Output, Transmit, WallClock};
use offhook_media::codec::{self, Decoder, Encoder};
use offhook_media::jitter::{self, JitterBuffer, Packet, Pulled};
use offhook_media::playout::{self, IntoSource, Mark, PlayId, Player, Unplayed};
use offhook_rtp::dtmf::Digit;
use offhook_rtp::rtcp::Cname;
use offhook_rtp::{AudioPayload, PayloadType, Session, Stats};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::{Duration, Instant};

/// Missed ticks that are made up for at once.
const CATCH_UP: u32 = 10;

/// What a [`Media`] is told; its verbs are methods.
#[derive(Debug, Clone)]
pub enum MediaInput {
    /// A datagram came: RTP or RTCP.
    Received {
        /// Our address and the sender's.
        flow: Flow,
        /// The bytes.
        contents: Bytes,
    },
    /// The time that was asked for has come.
    Timeout,
}

/// What a [`Media`] tells.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum MediaEvent {
    /// The other side pressed a key.
    Digit {
        /// Which.
        digit: char,
        /// For how long.
        duration: Duration,
    },
    /// A digit of ours has left.
    DigitSent {
        /// Which.
        digit: char,
    },
    /// A clip has begun to be played.
    PlayStarted(PlayId),
    /// A clip has been played to its end.
    PlayFinished(PlayId),
    /// A mark has been reached: all that was queued before it has been played.
    Mark(Mark),
    /// The first sound of theirs has come.
    Heard,
    /// Their sound comes from, and ours goes to, another address than they said.
    FlowChanged(Flow),
    /// A tap (a recording) failed and was taken off.
    TapFailed(offhook_media::Error),
    /// The machine is closed. Nothing follows.
    Closed,
}

/// How the call sounds, as far as numbers tell.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MediaStats {
    /// Packets, loss, jitter, round trip, MOS estimate.
    pub rtp: Stats,
    /// What the jitter buffer did.
    pub jitter: jitter::Stats,
    /// Ticks that were skipped because the driver came too late.
    pub skipped_ticks: u64,
    /// Payloads that could not be decoded.
    pub undecodable: u64,
    /// What the first tap that failed said: a recording may be cut short. Told here too, as events may be lost.
    pub tap_failed: Option<offhook_media::Error>,
}

/// One call's sound.
pub struct Media {
    terms: MediaTerms,
    rtp: Session,
    /// The latest time seen: an earlier one is treated as this.
    now: Instant,
    encoder: Box<dyn Encoder>,
    decoders: Vec<(PayloadType, Box<dyn Decoder>)>,
    jitter: JitterBuffer,
    player: Player,
    taps: Vec<Box<dyn Tap>>,
    echo: bool,
    /// The next tick; `None` once closed.
    next: Option<Instant>,
    /// Decoded and not heard yet: what a packet had beyond its tick.
    heard: Vec<i16>,
    sent: Vec<i16>,
    payload: BytesMut,
    skipped_ticks: u64,
    undecodable: u64,
    tap_failed: Option<offhook_media::Error>,
    is_heard: bool,
    queue: VecDeque<Output<MediaEvent>>,
}

impl Media {
    /// Begins: the first tick is now. An error if a codec of the terms is not known here.
    pub fn new(
        now: Instant,
        terms: MediaTerms,
        mut entropy: Box<dyn Entropy>,
        clock: WallClock,
    ) -> Result<Self, Error> {
        let codec = &terms.codec.codec;
        let coder = codec::by_name(&codec.name, codec.clock_rate).ok_or(Error::WrongState)?;
        let cname = Cname::random(&mut *entropy);
        let mut config = offhook_rtp::Config::new(cname, terms.rtp_terms());
        config.impairment = offhook_rtp::stats::emodel::Impairment::G711_CONCEALED;
        let mut media = Media {
            rtp: Session::new(now, config, entropy, clock),
            now,
            encoder: coder.encoder(),
            decoders: Vec::new(),
            jitter: JitterBuffer::new(jitter::Config::new(codec.clock_rate)),
            player: Player::new(coder.format().sample_rate)?,
            taps: Vec::new(),
            echo: false,
            next: Some(now),
            heard: Vec::new(),
            sent: Vec::new(),
            payload: BytesMut::new(),
            skipped_ticks: 0,
            undecodable: 0,
            tap_failed: None,
            is_heard: false,
            queue: VecDeque::new(),
            terms,
        };
        media.decoders = decoders(&media.terms);
        Ok(media)
    }

    /// Takes new terms, of a re-INVITE. What is queued and recorded goes on.
    pub fn update(&mut self, now: Instant, terms: MediaTerms) -> Result<(), Error> {
        let now = self.tick_clock(now);
        let codec = &terms.codec.codec;
        let coder = codec::by_name(&codec.name, codec.clock_rate).ok_or(Error::WrongState)?;
        self.rtp.update(now, terms.rtp_terms()).map_err(|_| Error::CallOver)?;
        if !codec.is_same(&self.terms.codec.codec) {
            self.encoder = coder.encoder();
        }
        self.decoders = decoders(&terms);
        self.terms = terms;
        self.drain_rtp();
        Ok(())
    }

    /// What was agreed.
    pub fn terms(&self) -> &MediaTerms {
        &self.terms
    }

    /// Samples per second of what taps hear.
    pub fn rate(&self) -> u32 {
        self.player.rate()
    }

    /// Queues something to be played, at any rate; it begins when what was queued before has ended.
    pub fn play(&mut self, source: impl IntoSource) -> Result<PlayId, Error> {
        Ok(self.player.queue(source)?)
    }

    /// A mark behind all that is queued: [`MediaEvent::Mark`] comes when that has really been played.
    pub fn mark(&mut self, mark: Mark) -> Result<(), Error> {
        Ok(self.player.mark(mark)?)
    }

    /// Stops playing, and says what was not played.
    pub fn clear(&mut self) -> Unplayed {
        self.player.clear()
    }

    /// How much has been played so far.
    pub fn played(&self) -> Duration {
        self.player.played()
    }

    /// Sends back what is heard.
    pub fn set_echo(&mut self, echo: bool) {
        self.echo = echo;
    }

    /// Lets somebody listen in, from the next tick on.
    pub fn add_tap(&mut self, tap: Box<dyn Tap>) {
        self.taps.push(tap);
    }

    /// Takes all taps off and finishes them.
    pub fn finish_taps(&mut self) {
        for tap in std::mem::take(&mut self.taps) {
            if let Err(error) = tap.finish() {
                self.tap_failed(error);
            }
        }
    }

    fn tap_failed(&mut self, error: offhook_media::Error) {
        self.tap_failed.get_or_insert(error);
        self.queue.push_back(Output::Event(MediaEvent::TapFailed(error)));
    }

    /// Presses a key for `duration`, after those that wait.
    pub fn send_digit(&mut self, now: Instant, digit: char, duration: Duration) -> Result<(), Error> {
        let now = self.tick_clock(now);
        let key = Digit::try_from(digit.to_ascii_uppercase()).map_err(|_| Error::BadDigit(digit))?;
        self.rtp.send_digit(now, key, duration).map_err(|e| match e {
            offhook_rtp::Error::DtmfNotNegotiated => Error::NoDigits,
            offhook_rtp::Error::QueueFull { limit } => Error::Media(offhook_media::Error::QueueFull { limit }),
            _ => Error::CallOver,
        })
    }

    /// Says BYE in RTCP and finishes the taps. [`MediaEvent::Closed`] is the last event.
    pub fn close(&mut self, now: Instant) {
        let now = self.tick_clock(now);
        if self.next.take().is_some() {
            self.finish_taps();
            let _ = self.rtp.close(now);
            self.drain_rtp();
        }
    }

    /// How it sounds.
    pub fn stats(&self) -> MediaStats {
        MediaStats {
            rtp: self.rtp.stats(),
            jitter: self.jitter.stats(),
            skipped_ticks: self.skipped_ticks,
            undecodable: self.undecodable,
            tap_failed: self.tap_failed,
        }
    }

    fn tick_clock(&mut self, now: Instant) -> Instant {
        self.now = self.now.max(now);
        self.now
    }

    fn samples_per_tick(&self) -> usize {
        (u64::from(self.player.rate()) * self.terms.ptime.as_millis() as u64 / 1000) as usize
    }

    fn ticks_per_packet(&self) -> u32 {
        (u64::from(self.terms.codec.codec.clock_rate) * self.terms.ptime.as_millis() as u64 / 1000) as u32
    }

    fn run_ticks(&mut self, now: Instant) {
        let mut made = 0;
        while let Some(due) = self.next.filter(|&due| due <= now) {
            if made == CATCH_UP {
                return self.skip(now, due);
            }
            made += 1;
            self.next = Some(due + self.terms.ptime);
            self.hear();
            self.say(now);
        }
    }

    /// The driver slept: let the time that is lost pass as silence.
    fn skip(&mut self, now: Instant, due: Instant) {
        let missed = ((now - due).as_nanos() / self.terms.ptime.as_nanos()) as u32 + 1;
        self.skipped_ticks += u64::from(missed);
        self.next = Some(due + self.terms.ptime * missed);
        self.jitter.reset();
        // The session's own clock must not stand still; a silence is what it is.
        let _ = self.rtp.send(now, self.ticks_per_packet().saturating_mul(missed), None);
    }

    /// One tick of theirs into `heard`.
    fn hear(&mut self) {
        let wanted = self.samples_per_tick();
        // Each turn adds a sample at least; the bound is for a decoder that breaks its word.
        for _ in 0..wanted {
            let missing = wanted.saturating_sub(self.heard.len());
            if missing == 0 {
                break;
            }
            match self.jitter.pull(missing as u32) {
                Pulled::Packet(packet) => self.decode(&packet),
                Pulled::Missing(count) => match self.decoders.first_mut() {
                    Some((_, decoder)) => decoder.conceal(count as usize, &mut self.heard),
                    None => self.heard.resize(wanted, 0),
                },
                Pulled::Empty => self.heard.resize(wanted, 0),
            }
        }
        self.heard.resize(self.heard.len().max(wanted), 0);
    }

    fn decode(&mut self, packet: &Packet) {
        let found = self.decoders.iter().position(|(pt, _)| pt.number() == packet.payload_type);
        let Some(found) = found else { return };
        // The one that speaks is the one that conceals.
        self.decoders.swap(0, found);
        if let Some((_, decoder)) = self.decoders.first_mut()
            && decoder.decode(&packet.payload, &mut self.heard).is_err()
        {
            self.undecodable += 1;
            self.heard.extend(std::iter::repeat_n(0, packet.samples as usize));
        }
    }

    /// One tick of ours onto the wire, and of both to the taps.
    fn say(&mut self, now: Instant) {
        let count = self.samples_per_tick();
        self.sent.clear();
        self.sent.resize(count, 0);
        self.player.pull(&mut self.sent);
        while let Some(event) = self.player.poll_event() {
            let event = match event {
                playout::Event::Started(id) => MediaEvent::PlayStarted(id),
                playout::Event::Finished(id) => MediaEvent::PlayFinished(id),
                playout::Event::Mark(mark) => MediaEvent::Mark(mark),
                _ => continue,
            };
            self.queue.push_back(Output::Event(event));
        }
        if self.echo {
            for (sent, heard) in self.sent.iter_mut().zip(&self.heard) {
                *sent = sent.saturating_add(*heard);
            }
        }
        // One event each, were all to fail at once.
        let mut failed = Vec::new();
        let heard = self.heard.get(..count).unwrap_or_default();
        self.taps.retain_mut(|tap| match tap.hear(heard, &self.sent) {
            Ok(()) => true,
            Err(error) => {
                failed.push(error);
                false
            }
        });
        failed.into_iter().for_each(|error| self.tap_failed(error));
        self.heard.drain(..count.min(self.heard.len()));
        self.send(now);
    }

    fn send(&mut self, now: Instant) {
        self.payload.clear();
        let encoded = self.encoder.encode(&self.sent, &mut self.payload).is_ok();
        let payload = PayloadType::new(self.terms.codec.send_pt)
            .filter(|_| encoded && self.terms.direction.sends())
            .map(|payload_type| AudioPayload { payload_type, data: &self.payload });
        let _ = self.rtp.send(now, self.ticks_per_packet(), payload);
        self.drain_rtp();
    }

    fn drain_rtp(&mut self) -> Option<Instant> {
        loop {
            match self.rtp.poll_output() {
                Output::Transmit(t) => self.queue.push_back(Output::Transmit(t)),
                Output::Event(event) => self.rtp_event(event),
                Output::Timeout(at) => return at,
            }
        }
    }

    fn rtp_event(&mut self, event: offhook_rtp::Event) {
        let tell = match event {
            offhook_rtp::Event::Audio(audio) => {
                if self.terms.direction.receives() {
                    self.buffer(audio);
                }
                (!std::mem::replace(&mut self.is_heard, true)).then_some(MediaEvent::Heard)
            }
            offhook_rtp::Event::Digit { digit, duration } => Some(MediaEvent::Digit { digit: digit.into(), duration }),
            offhook_rtp::Event::DigitSent { digit } => Some(MediaEvent::DigitSent { digit: digit.into() }),
            offhook_rtp::Event::SourceChanged { .. } => {
                self.jitter.reset();
                None
            }
            offhook_rtp::Event::FlowChanged { flow } => Some(MediaEvent::FlowChanged(flow)),
            offhook_rtp::Event::Closed => Some(MediaEvent::Closed),
            _ => None,
        };
        self.queue.extend(tell.map(Output::Event));
    }

    fn buffer(&mut self, audio: offhook_rtp::Audio) {
        let decoder = self.decoders.iter().find(|(pt, _)| *pt == audio.payload_type);
        let Some((_, decoder)) = decoder else { return };
        self.jitter.push(Packet {
            seq: audio.sequence,
            // The buffer counts on the wire's 32 bits.
            timestamp: audio.timestamp as u32,
            payload_type: audio.payload_type.number(),
            samples: decoder.samples_in(&audio.payload) as u32,
            payload: audio.payload,
        });
    }
}

fn decoders(terms: &MediaTerms) -> Vec<(PayloadType, Box<dyn Decoder>)> {
    terms
        .codecs
        .iter()
        .filter_map(|c| {
            let coder = codec::by_name(&c.codec.name, c.codec.clock_rate)?;
            Some((PayloadType::new(c.receive_pt)?, coder.decoder()))
        })
        .collect()
}

impl Machine for Media {
    type Input<'a> = MediaInput;
    type Event = MediaEvent;
    type Transmit = Transmit;
    type Error = Infallible;

    fn handle_input(&mut self, now: Instant, input: MediaInput) -> Result<(), Infallible> {
        let now = self.tick_clock(now);
        let rtp = match input {
            MediaInput::Received { flow, contents } => offhook_rtp::Input::Received { flow, contents },
            MediaInput::Timeout => {
                self.run_ticks(now);
                offhook_rtp::Input::Timeout
            }
        };
        let Ok(()) = self.rtp.handle_input(now, rtp);
        self.drain_rtp();
        Ok(())
    }

    fn poll_output(&mut self) -> Output<MediaEvent> {
        let rtp = self.drain_rtp();
        self.queue.pop_front().unwrap_or_else(|| Output::Timeout(self.next.into_iter().chain(rtp).min()))
    }
}
