//! Plays a script as a driver of one habit or another, and keeps what came out.

use super::{Law, Script, Violation};
use crate::clock::epoch;
use offhook_core::{Machine, Output};
use std::fmt::{self, Debug};
use std::time::{Duration, Instant};

/// More outputs in one drain than any machine has.
const ENDLESS: usize = 10_000;
/// More timers for one instant than any machine has, should it fire one at each timeout input.
const STUCK: usize = 1_000;
/// How many timers are followed in one telling.
const FIRINGS: usize = 100_000;
/// By how much a `now` is set back, and a slow driver late.
pub(super) const LAG: Duration = Duration::from_secs(1);

/// A driver's habits. The default is the good driver: each step drained, each timer on time.
#[derive(Debug, Clone, Default)]
pub(super) struct Habit {
    /// Polls again after each drain.
    pub(super) repolls: bool,
    /// Comes with timeouts before their time.
    pub(super) early: bool,
    /// Steps (by place) after which it neither drains nor fires.
    pub(super) joined: Vec<bool>,
    /// Before this step it shows the machine the time, then tells the step a `now` set back by so much.
    pub(super) set_back: Option<(usize, Duration)>,
    /// Fires no timer before the last step is done, and then each late and with a `now` from before.
    pub(super) slow: bool,
    /// Leaves this step out.
    pub(super) skips: Option<usize>,
    /// Asks whether the machine is finished.
    pub(super) asks: bool,
}

/// What came out after one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) cause: Cause,
    pub(super) at: Instant,
    pub(super) outputs: Vec<String>,
    pub(super) timeout: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    Made,
    Step(usize),
    Timer,
}

/// A whole telling: what came out, and which steps were refused.
#[derive(Debug, Default)]
pub(super) struct Telling {
    pub(super) segments: Vec<Segment>,
    pub(super) refused: Vec<Option<String>>,
}

/// The outputs and the closing timeout, times since the epoch.
impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for output in &self.outputs {
            write!(f, "{output}, ")?;
        }
        write!(f, "{}", Closing(self.timeout))
    }
}

struct Closing(Option<Instant>);

impl fmt::Display for Closing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => write!(f, "Timeout(None)"),
            Some(at) => write!(f, "Timeout({:?} after the epoch)", at.saturating_duration_since(epoch())),
        }
    }
}

pub(super) fn place<M>(script: &Script<M>, cause: Cause, at: Instant) -> String {
    let at = at.saturating_duration_since(epoch());
    match cause {
        Cause::Made => "the new machine".to_owned(),
        Cause::Step(index) => {
            let name = script.steps.get(index).map_or("", |step| &step.name);
            format!("step {index} {name:?}, {at:?} after the epoch")
        }
        Cause::Timer => format!("the timer {at:?} after the epoch"),
    }
}

pub(super) struct Player<'s, M> {
    pub(super) script: &'s Script<M>,
    pub(super) habit: Habit,
    pub(super) machine: M,
    pub(super) now: Instant,
    pub(super) telling: Telling,
    timeout: Option<Instant>,
    /// The latest time that the machine took; a refused step does not count.
    seen: Option<Instant>,
    finished: bool,
}

impl<'s, M: Machine> Player<'s, M>
where
    M::Event: Debug,
    M::Transmit: Debug,
{
    pub(super) fn new(script: &'s Script<M>, habit: Habit) -> Result<Self, Violation> {
        let (machine, now, telling) = ((script.make)(), epoch(), Telling::default());
        let mut player = Player { script, habit, machine, now, telling, timeout: None, seen: None, finished: false };
        player.drain(Cause::Made)?;
        Ok(player)
    }

    /// The whole script.
    pub(super) fn play(script: &'s Script<M>, habit: Habit) -> Result<Telling, Violation> {
        let mut player = Player::new(script, habit)?;
        player.steps(script.steps.len())?;
        player.fire_until(player.now + script.tail)?;
        if player.habit.asks {
            player.end()?;
        }
        Ok(player.telling)
    }

    /// The first `count` steps, with the timers before each of them.
    pub(super) fn steps(&mut self, count: usize) -> Result<(), Violation> {
        let mut last = None;
        for (index, step) in self.script.steps.iter().enumerate().take(count) {
            if self.habit.skips == Some(index) {
                self.telling.refused.push(None);
                continue;
            }
            let at = epoch() + step.at;
            let joins_last = index > 0 && self.joined(index - 1);
            if !joins_last && last != Some(at) && !self.habit.slow {
                self.fire_until(at)?;
            }
            last = Some(at);
            self.now = self.now.max(at);
            let mut told = self.now;
            if let Some((_, lag)) = self.habit.set_back.filter(|&(which, _)| which == index) {
                self.timeout_at(self.now);
                self.drain(Cause::Timer)?;
                told -= lag;
            }
            let refused = (step.apply)(&mut self.machine, told).err();
            if refused.is_none() {
                self.seen = self.seen.max(Some(told));
            }
            self.telling.refused.push(refused);
            if !self.joined(index) {
                self.drain(Cause::Step(index))?;
            }
        }
        Ok(())
    }

    fn joined(&self, index: usize) -> bool {
        self.habit.joined.get(index).copied().unwrap_or_default()
    }

    /// Fires what is due until `end`, itself included, and moves the time there.
    pub(super) fn fire_until(&mut self, end: Instant) -> Result<(), Violation> {
        let (mut firings, mut again) = (0, 0);
        while let Some(due) = self.timeout.filter(|&due| due <= end && firings < FIRINGS) {
            firings += 1;
            self.come_early(due)?;
            let overdue = Some(due) <= self.seen;
            let told = match self.habit.slow {
                true if overdue => due - LAG, // an earlier `now` counts as the latest seen, which is not before `due`
                true => self.now.max(due + LAG),
                false => self.now.max(due),
            };
            self.timeout_at(told);
            self.now = self.now.max(told);
            self.drain(Cause::Timer)?;
            again = if self.timeout == Some(due) { again + 1 } else { 0 };
            if again > STUCK {
                let now = told.saturating_duration_since(epoch());
                let how = format!("told {STUCK} timeouts with a `now` of {now:?} after the epoch");
                let expected = format!("another answer than {}, once it was due", Closing(Some(due)));
                return Err(self.broken(Law::Overdue, &how, expected, Closing(self.timeout).to_string()));
            }
        }
        if self.timeout.is_none_or(|due| due > end) {
            self.come_early(end)?;
        }
        self.now = self.now.max(end);
        Ok(())
    }

    /// Timeouts now and halfway to `next`, where they are early.
    fn come_early(&mut self, next: Instant) -> Result<(), Violation> {
        let halfway = self.now + next.saturating_duration_since(self.now) / 2;
        for early in [self.now, halfway] {
            if !self.habit.early || self.timeout.is_some_and(|due| due <= early) {
                continue;
            }
            self.now = early;
            let before = self.timeout;
            self.timeout_at(early);
            let (outputs, timeout) = self.poll()?;
            if !outputs.is_empty() || timeout != before {
                let found = Segment { cause: Cause::Timer, at: early, outputs, timeout }.to_string();
                let place = format!("with a timeout input {:?} after the epoch", early - epoch());
                return Err(self.broken(Law::EarlyTimeout, &place, Closing(before).to_string(), found));
            }
        }
        Ok(())
    }

    /// Polls until the timeout, and keeps what came.
    pub(super) fn drain(&mut self, cause: Cause) -> Result<(), Violation> {
        let (outputs, timeout) = self.poll()?;
        let segment = Segment { cause, at: self.now, outputs, timeout };
        let talks_on = self.finished && (!segment.outputs.is_empty() || timeout.is_some());
        self.timeout = timeout;
        self.telling.segments.push(segment);
        if self.habit.asks && !self.finished {
            self.finished = self.script.finished.as_ref().is_some_and(|finished| finished(&self.machine));
        }
        if talks_on || self.finished && timeout.is_some() {
            let found = self.telling.segments.last().map(Segment::to_string).unwrap_or_default();
            return Err(self.broken(Law::LastEvent, "of a finished machine", "Timeout(None)".to_owned(), found));
        }
        if self.habit.repolls {
            self.poll_again()?;
        }
        Ok(())
    }

    fn poll_again(&mut self) -> Result<(), Violation> {
        for _ in 0..2 {
            let found = match self.machine.poll_output() {
                Output::Timeout(at) if at == self.timeout => continue,
                Output::Timeout(at) => Closing(at).to_string(),
                Output::Transmit(transmit) => format!("Transmit({transmit:?})"),
                Output::Event(event) => format!("Event({event:?})"),
            };
            return Err(self.broken(Law::Drained, "polled again", Closing(self.timeout).to_string(), found));
        }
        Ok(())
    }

    fn poll(&mut self) -> Result<(Vec<String>, Option<Instant>), Violation> {
        let mut outputs = Vec::new();
        while outputs.len() < ENDLESS {
            match self.machine.poll_output() {
                Output::Transmit(transmit) => outputs.push(format!("Transmit({transmit:?})")),
                Output::Event(event) => outputs.push(format!("Event({event:?})")),
                Output::Timeout(at) => return Ok((outputs, at)),
            }
        }
        let found = format!("{ENDLESS} outputs, the last of them {}", outputs.pop().unwrap_or_default());
        Err(self.broken(Law::Drained, "drained", "a Timeout that ends the drain".to_owned(), found))
    }

    /// A finished machine stays so, whatever the time.
    fn end(&mut self) -> Result<(), Violation> {
        if !self.finished {
            let found = Closing(self.timeout).to_string();
            return Err(self.broken(
                Law::LastEvent,
                "at the end of the script",
                "a finished machine".to_owned(),
                found,
            ));
        }
        for later in [Duration::ZERO, LAG, self.script.tail] {
            self.now += later;
            self.timeout_at(self.now);
            self.drain(Cause::Timer)?;
        }
        Ok(())
    }

    fn timeout_at(&mut self, now: Instant) {
        (self.script.timeout)(&mut self.machine, now);
        self.seen = self.seen.max(Some(now));
    }

    fn broken(&self, law: Law, circumstance: &str, expected: String, found: String) -> Violation {
        let last = self.telling.segments.last();
        let place =
            last.map_or_else(|| place(self.script, Cause::Made, epoch()), |s| place(self.script, s.cause, s.at));
        Violation { law, place: format!("{place}, {circumstance}"), expected, found }
    }
}
