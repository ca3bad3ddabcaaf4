//! The queue and its events.

use super::{IntoSource, Source};
use crate::frame::duration_of;
use crate::resample::output_len;
use crate::{Error, MAX_RATE, MIN_RATE, Resampler};
use std::collections::VecDeque;
use std::time::Duration;

/// One thing that was queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlayId(u64);

/// A place between two things queued; the number is the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark(pub u64);

/// What has really been played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Its first sample was pulled.
    Started(PlayId),
    /// Its last sample was pulled.
    Finished(PlayId),
    /// Everything queued before the mark was pulled.
    Mark(Mark),
}

/// What [`Player::clear`] took away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unplayed {
    /// Samples at the player's rate. Of a source that does not know its end, only what was read from it is counted.
    pub samples: u64,
    /// How long they would have sounded.
    pub duration: Duration,
    /// What was cut off or never begun, in order.
    pub plays: Vec<PlayId>,
    /// The marks that were not reached, in order.
    pub marks: Vec<Mark>,
}

/// The bounds of a player.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// How many sources and marks may wait. 1024 unless set.
    pub entries: usize,
    /// How many events may wait to be polled; over it the oldest is dropped and counted. 4096 unless set.
    pub events: usize,
}

impl Default for Config {
    fn default() -> Self {
        Config { entries: 1024, events: 4096 }
    }
}

enum Entry {
    Play { id: PlayId, source: Box<dyn Source>, started: bool },
    Mark(Mark),
}

/// Something to be told when the sample number `at` is reached.
struct Due {
    at: u64,
    event: Event,
}

/// A run of sources of one rate, resampled as one stream.
struct Segment {
    resampler: Resampler,
    /// The sample number of its first output.
    base: u64,
}

impl Segment {
    /// The sample number behind everything fed so far.
    fn end(&self) -> u64 {
        self.base.saturating_add(self.resampler.total())
    }
}

/// Plays what is queued; see the [module](crate::playout).
pub struct Player {
    rate: u32,
    config: Config,
    queue: VecDeque<Entry>,
    /// The stream being fed; None between streams.
    segment: Option<Segment>,
    /// A resampler to use again.
    idle: Option<Resampler>,
    /// Samples ready at the player's rate, from `head` on.
    ready: Vec<i16>,
    head: usize,
    /// What is read from a source at once.
    scratch: Vec<i16>,
    /// Samples of sources pulled since the beginning.
    position: u64,
    due: VecDeque<Due>,
    events: VecDeque<Event>,
    events_lost: u64,
    next_id: u64,
    paused: bool,
}

impl Player {
    /// A player that gives samples at `rate` Hz: the codec's.
    pub fn new(rate: u32) -> Result<Self, Error> {
        Player::with_config(rate, Config::default())
    }

    /// The same, with bounds of one's own.
    pub fn with_config(rate: u32, config: Config) -> Result<Self, Error> {
        if !(MIN_RATE..=MAX_RATE).contains(&rate) {
            return Err(Error::Rate { rate });
        }
        Ok(Player {
            rate,
            config,
            queue: VecDeque::new(),
            segment: None,
            idle: None,
            ready: Vec::new(),
            head: 0,
            scratch: Vec::new(),
            position: 0,
            due: VecDeque::new(),
            events: VecDeque::new(),
            events_lost: 0,
            next_id: 0,
            paused: false,
        })
    }

    /// Samples per second that are given.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// Speaks this when all before it is spoken.
    pub fn queue(&mut self, source: impl IntoSource) -> Result<PlayId, Error> {
        let source = Box::new(source.into_source());
        if !(MIN_RATE..=MAX_RATE).contains(&source.rate()) {
            return Err(Error::Rate { rate: source.rate() });
        }
        self.check_room()?;
        let id = PlayId(self.next_id);
        self.next_id += 1;
        self.queue.push_back(Entry::Play { id, source, started: false });
        Ok(id)
    }

    /// Tells when all that is queued so far is spoken; at the next pull if nothing is.
    pub fn mark(&mut self, mark: Mark) -> Result<(), Error> {
        self.check_room()?;
        self.queue.push_back(Entry::Mark(mark));
        Ok(())
    }

    /// Falls silent now and answers what was not played. No event comes for it any more.
    pub fn clear(&mut self) -> Unplayed {
        // Sources of one rate are one stream, whose length is rounded once.
        let (mut end, mut rate, mut count) = match &self.segment {
            Some(segment) => (segment.base, segment.resampler.from_rate(), segment.resampler.taken()),
            None => (self.fed_end(), self.rate, 0),
        };
        let (mut plays, mut marks) = (Vec::new(), Vec::new());
        for due in self.due.drain(..) {
            match due.event {
                Event::Finished(id) => plays.push(id),
                Event::Mark(mark) => marks.push(mark),
                Event::Started(_) => {}
            }
        }
        for entry in self.queue.drain(..) {
            match entry {
                Entry::Mark(mark) => marks.push(mark),
                Entry::Play { id, source, .. } => {
                    if source.rate() != rate {
                        end = end.saturating_add(output_len(count, rate, self.rate));
                        (rate, count) = (source.rate(), 0);
                    }
                    count = count.saturating_add(source.remaining().unwrap_or(0));
                    plays.push(id);
                }
            }
        }
        let samples = end.saturating_add(output_len(count, rate, self.rate)).saturating_sub(self.position);
        self.idle = self.segment.take().map(|s| s.resampler).or(self.idle.take());
        self.ready.clear();
        self.head = 0;
        Unplayed { samples, duration: duration_of(samples, self.rate), plays, marks }
    }

    /// Gives silence until [`resume`](Player::resume). Nothing is lost.
    pub fn pause(&mut self) {
        self.paused = true;
    }

    /// Goes on where it was paused.
    pub fn resume(&mut self) {
        self.paused = false;
    }

    /// Whether it is paused.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Whether everything queued has been played.
    pub fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.due.is_empty() && self.head == self.ready.len()
    }

    /// How much has been played since the beginning, silence not counted.
    pub fn played(&self) -> Duration {
        duration_of(self.position, self.rate)
    }

    /// Fills `out` with what comes next, and with silence behind it. Answers how much of it is sound.
    pub fn pull(&mut self, out: &mut [i16]) -> usize {
        let mut filled = 0;
        while !self.paused {
            let ready = self.ready.get(self.head..).unwrap_or_default();
            let rest = out.get_mut(filled..).unwrap_or_default();
            let count = ready.len().min(rest.len());
            rest.iter_mut().zip(ready).for_each(|(place, &sample)| *place = sample);
            filled += count;
            self.head += count;
            self.position = self.position.saturating_add(count as u64);
            self.tell();
            if filled == out.len() || !self.feed() {
                break;
            }
        }
        // A mark right behind the last sample is reached now, not when more is asked for.
        while !self.paused && matches!(self.queue.front(), Some(Entry::Mark(_))) {
            self.feed();
            self.tell();
        }
        if let Some(rest) = out.get_mut(filled..) {
            rest.fill(0);
        }
        filled
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Events that nobody polled before there were too many.
    pub fn events_lost(&self) -> u64 {
        self.events_lost
    }

    fn check_room(&self) -> Result<(), Error> {
        let limit = self.config.entries;
        // What is fed but not yet pulled counts too: marks at one place are not bounded by samples.
        if self.queue.len() + self.due.len() / 2 >= limit { Err(Error::QueueFull { limit }) } else { Ok(()) }
    }

    /// Tells of everything that the position has reached.
    fn tell(&mut self) {
        while let Some(due) = self.due.front() {
            if self.position < due.at {
                return;
            }
            let Some(Due { event, .. }) = self.due.pop_front() else { return };
            self.push_event(event);
        }
    }

    fn push_event(&mut self, event: Event) {
        if self.events.len() >= self.config.events.max(1) {
            self.events.pop_front();
            self.events_lost += 1;
        }
        self.events.push_back(event);
    }

    /// The sample number behind everything fed so far.
    fn fed_end(&self) -> u64 {
        match &self.segment {
            Some(segment) => segment.end(),
            None => self.position.saturating_add((self.ready.len() - self.head) as u64),
        }
    }

    /// Makes more samples ready, or more events due; false when there is nothing more.
    fn feed(&mut self) -> bool {
        if self.head == self.ready.len() {
            self.ready.clear();
            self.head = 0;
        }
        let end = self.fed_end();
        match self.queue.front_mut() {
            None => self.end_segment(),
            Some(&mut Entry::Mark(mark)) => {
                self.due.push_back(Due { at: end, event: Event::Mark(mark) });
                self.queue.pop_front();
                true
            }
            Some(Entry::Play { id, source, started }) => {
                let (id, rate) = (*id, source.rate());
                if self.segment.as_ref().is_some_and(|s| s.resampler.from_rate() != rate) {
                    return self.end_segment();
                }
                self.scratch.resize((rate / 100) as usize, 0);
                let count = source.read(&mut self.scratch).min(self.scratch.len());
                let ends = count == 0 || source.remaining() == Some(0);
                let starts = !std::mem::replace(started, true);
                if ends {
                    self.queue.pop_front();
                }
                if self.segment.is_none() && count > 0 {
                    let idle = self.idle.take().filter(|r| r.from_rate() == rate);
                    if let Some(mut resampler) = idle.or_else(|| Resampler::new(rate, self.rate).ok()) {
                        resampler.reset();
                        self.segment = Some(Segment { resampler, base: end });
                    }
                }
                if let (Some(segment), Some(fresh)) = (&mut self.segment, self.scratch.get(..count)) {
                    segment.resampler.process(fresh, &mut self.ready);
                }
                let now = self.fed_end();
                if starts {
                    let at = end.saturating_add(1).min(now);
                    self.due.push_back(Due { at, event: Event::Started(id) });
                }
                if ends {
                    self.due.push_back(Due { at: now, event: Event::Finished(id) });
                }
                true
            }
        }
    }

    /// Lets out what the resampler holds back; false if there was no stream.
    fn end_segment(&mut self) -> bool {
        let Some(mut segment) = self.segment.take() else { return false };
        segment.resampler.flush(&mut self.ready);
        self.idle = Some(segment.resampler);
        true
    }
}

impl std::fmt::Debug for Player {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Player({} Hz, {:?} played, {} queued)", self.rate, self.played(), self.queue.len())
    }
}
