//! Timer values and bounds.

use std::time::Duration;

/// The base values that every timer of RFC 3261 §17 derives from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// Estimate of a round trip. Default 500 ms.
    pub t1: Duration,
    /// Longest interval between retransmissions of a non-INVITE request or an INVITE response. Default 4 s.
    pub t2: Duration,
    /// Longest time that a message stays in the network. Default 5 s.
    pub t4: Duration,
}

impl Timing {
    /// 64·T1: how long a transaction waits before it gives up (timers B, F, H, J, L, M).
    pub fn give_up(&self) -> Duration {
        self.t1 * 64
    }

    /// Timer D: at least 32 s on an unreliable transport (§17.1.1.2).
    pub fn d(&self) -> Duration {
        self.give_up().max(Duration::from_secs(32))
    }
}

impl Default for Timing {
    fn default() -> Self {
        Timing { t1: Duration::from_millis(500), t2: Duration::from_secs(4), t4: Duration::from_secs(5) }
    }
}

/// How a [`Layer`](crate::Layer) behaves.
#[derive(Debug, Clone)]
pub struct Config {
    /// Timer values.
    pub timing: Timing,
    /// Open server transactions at most; over it a request is answered 503 with Retry-After, statelessly. Default 100,000.
    pub max_servers: usize,
    /// Open client transactions at most; over it a request is refused with [`Error::Full`](crate::Error). The CANCELs of
    /// open INVITEs may go over it. Default 100,000.
    pub max_clients: usize,
    /// Whether a request that came before on another way (RFC 3261 §8.2.2.2), forked somewhere and merged here, is answered
    /// 482. A proxy forwards it instead: to a proxy it may be a spiral. Default `true`.
    pub refuse_merged: bool,
    /// What to write as `sent-by` in Via instead of the flow's own address: a public name or address, with its port.
    pub sent_by: Option<Box<str>>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            timing: Timing::default(),
            max_servers: 100_000,
            max_clients: 100_000,
            refuse_merged: true,
            sent_by: None,
        }
    }
}
