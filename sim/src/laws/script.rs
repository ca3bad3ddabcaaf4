//! What is done to a machine, and when.

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// How long timers are followed after the last step, if not said otherwise.
const TAIL: Duration = Duration::from_secs(300);

/// One thing done to the machine: an input, or a verb.
pub(super) struct Step<M> {
    pub(super) at: Duration,
    pub(super) name: String,
    pub(super) apply: Box<Apply<M>>,
}

/// Does it; the error is told as its `Debug` text.
type Apply<M> = dyn Fn(&mut M, Instant) -> Result<(), String>;
type Timeout<M> = dyn Fn(&mut M, Instant);
type Finished<M> = dyn Fn(&M) -> bool;

/// A machine and what is done to it. Timers fire between the steps by themselves.
pub struct Script<M> {
    pub(super) make: Box<dyn Fn() -> M>,
    pub(super) timeout: Box<Timeout<M>>,
    pub(super) steps: Vec<Step<M>>,
    pub(super) finished: Option<Box<Finished<M>>>,
    pub(super) tail: Duration,
}

impl<M> Script<M> {
    /// `make` gives a new machine, the same each time (with a [`SeededEntropy`](crate::SeededEntropy) of the same
    /// seed, and times from the [`epoch`](crate::epoch)); `timeout` passes it its timeout input.
    pub fn new(make: impl Fn() -> M + 'static, timeout: impl Fn(&mut M, Instant) + 'static) -> Self {
        Script { make: Box::new(make), timeout: Box::new(timeout), steps: Vec::new(), finished: None, tail: TAIL }
    }

    /// Adds a step, so long after the [`epoch`](crate::epoch). Steps at the same time are done in the order of adding.
    /// `apply` gives the machine the `now` that it is given; the laws of time are checked with it.
    ///
    /// # Panics
    /// If it comes before the last one.
    pub fn step<E: Debug>(
        mut self,
        at: Duration,
        name: impl Into<String>,
        apply: impl Fn(&mut M, Instant) -> Result<(), E> + 'static,
    ) -> Self {
        let name = name.into();
        assert!(self.steps.last().is_none_or(|last| last.at <= at), "step {name:?} comes before the one added last");
        let apply = Box::new(move |machine: &mut M, now| apply(machine, now).map_err(|error| format!("{error:?}")));
        self.steps.push(Step { at, name, apply });
        self
    }

    /// How the machine says that it is over, asked after each drain. With it law 7 is checked, and it is a violation
    /// if the machine is not over at the end of the script.
    pub fn finished_when(mut self, finished: impl Fn(&M) -> bool + 'static) -> Self {
        self.finished = Some(Box::new(finished));
        self
    }

    /// How long timers are followed after the last step; 5 minutes if not said.
    pub fn tail(mut self, tail: Duration) -> Self {
        self.tail = tail;
        self
    }
}
