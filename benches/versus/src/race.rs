//! Contestants, and the race of them by turns.

// A program that measures is its own driver: the clock is what it is for.
#![allow(clippy::disallowed_methods)]

use crate::allocations;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long one turn lasts, about.
const TURN: Duration = Duration::from_millis(1);

/// One who does one thing with one message, as often as asked.
pub(crate) struct Contestant {
    /// The message's name.
    pub(crate) message: String,
    /// Whose code it is.
    pub(crate) who: &'static str,
    /// How deep it goes.
    pub(crate) depth: &'static str,
    /// The size of the message.
    pub(crate) bytes: usize,
    work: Box<dyn FnMut(u32)>,
}

impl Contestant {
    /// `work` is what is measured, with the end of what it gives back.
    pub(crate) fn new<T>(
        message: &str,
        who: &'static str,
        depth: &'static str,
        bytes: usize,
        mut work: impl FnMut() -> T + 'static,
    ) -> Self {
        // The loop is inside, so that what a turn adds is one indirect call, not one for each operation.
        let work = Box::new(move |times| {
            for _ in 0..times {
                black_box(work());
            }
        });
        Contestant { message: message.to_owned(), who, depth, bytes, work }
    }

    /// Does it so many times.
    pub(crate) fn repeat(&mut self, times: u32) {
        (self.work)(times);
    }

    fn time(&mut self, times: u32) -> Duration {
        let start = Instant::now();
        self.repeat(times);
        start.elapsed()
    }

    /// How many times make a turn; warms up on the way.
    fn times_in_a_turn(&mut self) -> u32 {
        let mut times = 1;
        while self.time(times) < TURN && times < u32::MAX / 2 {
            times *= 2;
        }
        // The last doubling went past the turn by up to as much again.
        let took = self.time(times).max(Duration::from_nanos(1));
        let fit = f64::from(times) * TURN.as_secs_f64() / took.as_secs_f64();
        (fit as u32).max(1)
    }
}

/// What came of it.
pub(crate) struct Measured {
    pub(crate) message: String,
    pub(crate) who: &'static str,
    pub(crate) depth: &'static str,
    pub(crate) bytes: usize,
    /// Nanoseconds of one operation in the best round.
    pub(crate) ns: f64,
    /// And in the middle one.
    pub(crate) median_ns: f64,
    pub(crate) allocations: u64,
    pub(crate) instructions: Option<u64>,
}

/// Lets them all run, one after the other, `rounds` times.
pub(crate) fn run(field: &mut [Contestant], rounds: u32) -> Vec<Measured> {
    let times: Vec<u32> = field.iter_mut().map(Contestant::times_in_a_turn).collect();
    let mut laps: Vec<Vec<f64>> = field.iter().map(|_| Vec::with_capacity(rounds as usize)).collect();
    for _ in 0..rounds {
        for ((contestant, &times), laps) in field.iter_mut().zip(&times).zip(&mut laps) {
            laps.push(contestant.time(times).as_nanos() as f64 / f64::from(times));
        }
    }
    let measured = |(contestant, mut laps): (&mut Contestant, Vec<f64>)| {
        laps.sort_by(f64::total_cmp);
        let at = |i: usize| laps.get(i).copied().unwrap_or(f64::NAN);
        Measured {
            ns: at(0),
            median_ns: at(laps.len() / 2),
            allocations: allocations::count(|| contestant.repeat(1)),
            instructions: None,
            message: contestant.message.clone(),
            who: contestant.who,
            depth: contestant.depth,
            bytes: contestant.bytes,
        }
    };
    field.iter_mut().zip(laps).map(measured).collect()
}
