//! The laws by name.

use std::fmt;

/// A law of [`offhook_core::Machine`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Law {
    /// The same inputs and the same entropy give the same outputs.
    Deterministic = 1,
    /// A drained machine answers the same `Timeout` until the next input.
    Drained,
    /// An early timeout input changes nothing.
    EarlyTimeout,
    /// Inputs may come in batches before a drain: outputs queue, nothing is lost.
    Batches,
    /// An earlier `now` is treated as the latest one seen, and a deadline at or before `now` fires at once.
    Overdue,
    /// No bytes from the network can panic it.
    AnyBytes,
    /// `poll_output` never fails; what ends a machine is its last `Event`, and after it come only `Timeout(None)`.
    LastEvent,
    /// An `Err` leaves it as it was.
    Refused,
}

impl Law {
    /// The law's number, 1 to 8.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The law in one sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Law::Deterministic => "the same inputs and the same entropy give the same outputs",
            Law::Drained => "a drained machine answers the same `Timeout` until the next input",
            Law::EarlyTimeout => "an early timeout input changes nothing",
            Law::Batches => "inputs may come in batches before a drain: outputs queue, nothing is lost",
            Law::Overdue => {
                "an earlier `now` is treated as the latest one seen, and a deadline at or before `now` fires at once"
            }
            Law::AnyBytes => "no bytes from the network can panic it",
            Law::LastEvent => {
                "`poll_output` never fails; what ends a machine is its last `Event`, and after it come only `Timeout(None)`"
            }
            Law::Refused => "an `Err` leaves it as it was",
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "law {}: {}", self.number(), self.sentence())
    }
}

/// A law that a machine broke, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which law.
    pub law: Law,
    /// After which step or timer of the script, and in which telling of it.
    pub place: String,
    /// What the law demands.
    pub expected: String,
    /// What the machine did.
    pub found: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { law, place, expected, found } = self;
        write!(f, "broken {law}\n     at: {place}\nexpected: {expected}\n  found: {found}")
    }
}

impl std::error::Error for Violation {}
