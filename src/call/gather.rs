//! Waiting for digits.

use offhook_core::{Machine, Output};
use std::convert::Infallible;
use std::time::{Duration, Instant};

/// Collects digits until there are enough, a final one comes, or the caller takes too long.
///
/// ```
/// use offhook::call::{Gather, GatherEnd, GatherInput};
/// use offhook::core::{Machine, Output};
/// # let now = offhook_sim::epoch();
/// let mut gather = Gather::new().until('#');
/// for digit in "42#".chars() {
///     let Ok(()) = gather.handle_input(now, GatherInput::Digit(digit));
/// }
/// let Output::Event(gathered) = gather.poll_output() else { panic!("done") };
/// assert_eq!((gathered.digits.as_str(), gathered.end), ("42", GatherEnd::Terminator('#')));
/// ```
#[derive(Debug, Clone)]
pub struct Gather {
    max: usize,
    terminators: Vec<char>,
    first: Duration,
    next: Duration,
    digits: String,
    deadline: Option<Instant>,
    latest: Option<Instant>,
    done: Option<Gathered>,
    is_over: bool,
}

/// What a [`Gather`] is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatherInput {
    /// Begin to wait. The first digit does that too.
    Start,
    /// A key was pressed.
    Digit(char),
    /// The time that was asked for has come.
    Timeout,
}

/// What was gathered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered {
    /// The digits, without the terminator.
    pub digits: String,
    /// What ended it.
    pub end: GatherEnd,
}

/// What ended a [`Gather`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GatherEnd {
    /// As many digits as were asked for.
    Enough,
    /// A final one.
    Terminator(char),
    /// The caller took too long.
    Timeout,
}

/// Digits that are kept at most, whatever was asked for.
const MOST: usize = 128;

impl Default for Gather {
    fn default() -> Self {
        Gather::new()
    }
}

impl Gather {
    /// Up to 128 digits, 8 s to the first and 4 s to each more.
    pub fn new() -> Self {
        Gather {
            max: MOST,
            terminators: Vec::new(),
            first: Duration::from_secs(8),
            next: Duration::from_secs(4),
            digits: String::new(),
            deadline: None,
            latest: None,
            done: None,
            is_over: false,
        }
    }

    /// Ends with this many digits, 1 to 128.
    pub fn max(mut self, digits: usize) -> Self {
        self.max = digits.clamp(1, MOST);
        self
    }

    /// Ends with this key, which is not part of the result. May be said more than once.
    pub fn until(mut self, key: char) -> Self {
        self.terminators.push(key);
        self
    }

    /// How long to wait for the first digit.
    pub fn timeout(mut self, first: Duration) -> Self {
        self.first = first;
        self
    }

    /// How long to wait for each digit more.
    pub fn between(mut self, next: Duration) -> Self {
        self.next = next;
        self
    }

    fn end(&mut self, end: GatherEnd) {
        self.deadline = None;
        self.is_over = true;
        self.done = Some(Gathered { digits: std::mem::take(&mut self.digits), end });
    }

    fn digit(&mut self, now: Instant, digit: char) {
        if self.terminators.contains(&digit) {
            return self.end(GatherEnd::Terminator(digit));
        }
        self.digits.push(digit);
        if self.digits.chars().count() >= self.max {
            return self.end(GatherEnd::Enough);
        }
        self.deadline = Some(now + self.next);
    }
}

impl Machine for Gather {
    type Input<'a> = GatherInput;
    type Event = Gathered;
    type Transmit = Infallible;
    type Error = Infallible;

    fn handle_input(&mut self, now: Instant, input: GatherInput) -> Result<(), Infallible> {
        let now = self.latest.map_or(now, |latest| latest.max(now));
        self.latest = Some(now);
        match input {
            _ if self.is_over => {}
            GatherInput::Start if self.deadline.is_none() => self.deadline = Some(now + self.first),
            GatherInput::Start => {}
            GatherInput::Digit(digit) => self.digit(now, digit),
            GatherInput::Timeout => {
                if self.deadline.is_some_and(|at| at <= now) {
                    self.end(GatherEnd::Timeout);
                }
            }
        }
        Ok(())
    }

    fn poll_output(&mut self) -> Output<Gathered, Infallible> {
        match self.done.take() {
            Some(gathered) => Output::Event(gathered),
            None => Output::Timeout(self.deadline),
        }
    }
}
