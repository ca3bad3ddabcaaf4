//! The buffer.

use crate::frame::{duration_of, samples_in};
use bytes::Bytes;
use std::collections::VecDeque;
use std::time::Duration;

/// More packets than this are never held, however short they are.
const MAX_PACKETS: usize = 512;

/// How a buffer behaves. Times are those of the sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Ticks per second of the RTP timestamps.
    pub clock_rate: u32,
    /// How much sound should be held when playing: what the network may be late by. 40 ms unless set.
    pub target: Duration,
    /// How much may be held; over it the oldest is dropped. 500 ms unless set.
    pub max: Duration,
    /// How far the depth may stay from the target before a packet is dropped or added. 15 ms unless set.
    pub slack: Duration,
    /// For how long it may. 1 s unless set.
    pub patience: Duration,
    /// After how long without a packet the buffer fills anew. 200 ms unless set.
    pub dry: Duration,
}

impl Config {
    /// The usual behaviour, for a clock rate in Hz.
    pub fn new(clock_rate: u32) -> Self {
        Config {
            clock_rate,
            target: Duration::from_millis(40),
            max: Duration::from_millis(500),
            slack: Duration::from_millis(15),
            patience: Duration::from_secs(1),
            dry: Duration::from_millis(200),
        }
    }

    fn samples(&self, duration: Duration) -> u32 {
        u32::try_from(samples_in(duration, self.clock_rate)).unwrap_or(u32::MAX)
    }
}

/// One packet of sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// Extended sequence number: the 16 bits of the packet with the count of their wraps above them.
    pub seq: u64,
    /// RTP timestamp.
    pub timestamp: u32,
    /// RTP payload type.
    pub payload_type: u8,
    /// How much sound it carries, in ticks of the RTP clock.
    pub samples: u32,
    /// The coded sound.
    pub payload: Bytes,
}

impl Packet {
    fn end(&self) -> u32 {
        self.timestamp.wrapping_add(self.samples)
    }
}

/// What to play next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pulled {
    /// Decode this. It may be shorter or longer than was asked for.
    Packet(Packet),
    /// Invent so many samples (RTP ticks, never 0): they were lost, are late, or time must be gained.
    Missing(u32),
    /// Nothing is playing: all that was asked for is silence.
    Empty,
}

/// What became of the packets, and what was done to keep time. Packets unless said otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Taken in.
    pub accepted: u64,
    /// Refused: their place had been played.
    pub late: u64,
    /// Refused: a copy was there.
    pub duplicates: u64,
    /// Refused: without sound, or with more than the buffer may hold.
    pub invalid: u64,
    /// Dropped, being the oldest, when too much was held.
    pub overflow: u64,
    /// Dropped because the depth stayed above the target: the sender's clock is fast, or a delay has gone.
    pub skipped: u64,
    /// Invented because the depth stayed below the target: the sender's clock is slow.
    pub inserted: u64,
    /// Samples invented in place of what was lost or late.
    pub missing: u64,
    /// Times that the buffer ran dry and filled anew.
    pub refills: u64,
    /// Times that the timestamps jumped and the buffer followed.
    pub jumps: u64,
}

/// Where the playing stands.
#[derive(Debug, Clone, Copy)]
enum Phase {
    /// Collecting; `waited` samples have been asked for since the first packet came.
    Filling { waited: u32 },
    Playing {
        /// The timestamp that is played next.
        timestamp: u32,
        /// Samples invented beyond that timestamp, because nothing was there.
        ahead: u32,
    },
}

/// A jitter buffer of fixed target delay; see the [module](crate::jitter).
#[derive(Debug, Clone)]
pub struct JitterBuffer {
    config: Config,
    /// By sequence number.
    queue: VecDeque<Packet>,
    /// Samples in the queue.
    depth: u32,
    phase: Phase,
    /// Everything below has been played or given up. None before the first packet was played.
    next_seq: Option<u64>,
    /// Which of the 64 numbers below `next_seq` were here, the nearest in bit 0.
    seen: u64,
    /// Samples refused as late since the last that was accepted.
    late_run: u32,
    /// Least and greatest depth met, and samples asked for, since the depth was last judged.
    window: Window,
    stats: Stats,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    least: u32,
    greatest: u32,
    samples: u32,
}

impl Window {
    const NEW: Window = Window { least: u32::MAX, greatest: 0, samples: 0 };
}

impl JitterBuffer {
    /// An empty buffer.
    pub fn new(config: Config) -> Self {
        JitterBuffer {
            config,
            queue: VecDeque::new(),
            depth: 0,
            phase: Phase::Filling { waited: 0 },
            next_seq: None,
            seen: 0,
            late_run: 0,
            window: Window::NEW,
            stats: Stats::default(),
        }
    }

    /// Takes a packet, in whatever order it comes.
    pub fn push(&mut self, packet: Packet) {
        let max = self.config.samples(self.config.max);
        if packet.samples == 0 || packet.samples > max {
            self.stats.invalid += 1;
            return;
        }
        if let Some(next) = self.next_seq
            && packet.seq < next
        {
            let below = next - packet.seq - 1;
            if below < 64 && self.seen >> below & 1 == 1 {
                self.stats.duplicates += 1;
                return;
            }
            self.stats.late += 1;
            self.late_run = self.late_run.saturating_add(packet.samples);
            if self.late_run <= max {
                return;
            }
            // Nothing but the past for so long: the sender has begun anew.
            self.reset();
            self.stats.jumps += 1;
        }
        let place = self.queue.iter().rposition(|p| p.seq <= packet.seq);
        if place.and_then(|i| self.queue.get(i)).is_some_and(|p| p.seq == packet.seq) {
            self.stats.duplicates += 1;
            return;
        }
        self.late_run = 0;
        self.stats.accepted += 1;
        self.depth = self.depth.saturating_add(packet.samples);
        self.queue.insert(place.map_or(0, |i| i + 1), packet);
        while self.depth > max || self.queue.len() > MAX_PACKETS {
            if !self.give_up_front() {
                break;
            }
            self.stats.overflow += 1;
        }
    }

    /// What to play next, when `wanted` samples (RTP ticks) are needed now. Ask again until they are filled; what a
    /// packet brings beyond them is the beginning of the next ones.
    pub fn pull(&mut self, wanted: u32) -> Pulled {
        let wanted = wanted.max(1);
        if let Phase::Filling { waited } = self.phase {
            let Some(first) = self.queue.front() else { return Pulled::Empty };
            let target = self.config.samples(self.config.target);
            if self.depth < target && waited < target {
                self.phase = Phase::Filling { waited: waited.saturating_add(wanted) };
                return Pulled::Empty;
            }
            self.phase = Phase::Playing { timestamp: first.timestamp, ahead: 0 };
            self.window = Window::NEW;
        }
        if let Some(inserted) = self.judge_depth(wanted) {
            return inserted;
        }
        let Phase::Playing { timestamp, ahead } = self.phase else { return Pulled::Empty };
        let Some(front) = self.queue.front() else { return self.run_dry(timestamp, ahead, wanted) };
        let gap = front.timestamp.wrapping_sub(timestamp);
        if gap > self.config.samples(self.config.max) {
            // Far ahead, or behind: the sender jumped. Its order is believed, its old clock is not.
            self.stats.jumps += 1;
        } else if gap > ahead {
            let missing = (gap - ahead).min(wanted);
            self.phase = Phase::Playing { timestamp, ahead: ahead + missing };
            self.stats.missing += u64::from(missing);
            return Pulled::Missing(missing);
        }
        self.take_front().map_or(Pulled::Empty, Pulled::Packet)
    }

    /// Forgets the stream: for a new source, or a change of clock. The counters stay.
    pub fn reset(&mut self) {
        self.queue.clear();
        self.depth = 0;
        self.phase = Phase::Filling { waited: 0 };
        self.next_seq = None;
        self.seen = 0;
        self.late_run = 0;
    }

    /// How much sound is held.
    pub fn depth(&self) -> Duration {
        duration_of(self.depth.into(), self.config.clock_rate)
    }

    /// The counters.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// The queue is empty while playing: invents for a while, then fills anew.
    fn run_dry(&mut self, timestamp: u32, ahead: u32, wanted: u32) -> Pulled {
        if ahead >= self.config.samples(self.config.dry) {
            self.phase = Phase::Filling { waited: 0 };
            self.stats.refills += 1;
            return Pulled::Empty;
        }
        self.phase = Phase::Playing { timestamp, ahead: ahead.saturating_add(wanted) };
        self.stats.missing += u64::from(wanted);
        Pulled::Missing(wanted)
    }

    /// Once per patience: if the depth never came down to where it should be, drops a packet; if it never came up,
    /// answers with an invention that takes no place.
    fn judge_depth(&mut self, wanted: u32) -> Option<Pulled> {
        let w = &mut self.window;
        w.least = w.least.min(self.depth);
        w.greatest = w.greatest.max(self.depth);
        w.samples = w.samples.saturating_add(wanted);
        if w.samples < self.config.samples(self.config.patience) {
            return None;
        }
        let judged = std::mem::replace(w, Window::NEW);
        let target = self.config.samples(self.config.target);
        let slack = self.config.samples(self.config.slack);
        let packet = self.queue.front().map_or(wanted, |p| p.samples);
        if judged.least > target.saturating_add(slack).max(packet) {
            if self.give_up_front() {
                self.stats.skipped += 1;
            }
            None
        } else if judged.greatest < target.saturating_sub(slack) {
            self.stats.inserted += 1;
            Some(Pulled::Missing(wanted))
        } else {
            None
        }
    }

    /// Takes the first packet and moves the place of playing behind it.
    fn take_front(&mut self) -> Option<Packet> {
        let packet = self.queue.pop_front()?;
        self.depth = self.depth.saturating_sub(packet.samples);
        let steps = packet.seq.saturating_sub(self.next_seq.unwrap_or(packet.seq)).saturating_add(1);
        let shift = u32::try_from(steps).unwrap_or(u32::MAX);
        self.seen = self.seen.checked_shl(shift).unwrap_or(0) | 1;
        self.next_seq = Some(packet.seq.saturating_add(1));
        if let Phase::Playing { .. } = self.phase {
            self.phase = Phase::Playing { timestamp: packet.end(), ahead: 0 };
        }
        Some(packet)
    }

    /// Drops the first packet unplayed; false if there is none.
    fn give_up_front(&mut self) -> bool {
        self.take_front().is_some()
    }
}
