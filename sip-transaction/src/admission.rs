//! Who may open a transaction.

use offhook_core::Flow;
use offhook_sip_parser::Message;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

/// What becomes of a new request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is told to the layer above.
    Admit,
    /// It is answered 503, statelessly. An ACK is dropped.
    Refuse {
        /// How long the sender is asked to stay away, in seconds.
        retry_after: u32,
    },
    /// It is dropped without a word.
    Drop,
}

/// Asked about every new request before anything is kept of it; of an ACK too if it belongs to no open INVITE. Not asked
/// about retransmissions, the ACK of a failure, and responses, so that what runs is not hurt by what knocks.
pub trait Admission: Send {
    /// What becomes of `request`, which came at `now` on `flow`.
    fn admit(&mut self, now: Instant, flow: &Flow, request: &Message) -> Verdict;
}

/// So many requests a second from each source address, and some more at once. The 64 bits of an IPv6 network are one
/// source.
#[derive(Debug, Clone)]
pub struct PerSource {
    interval: Duration,
    tolerance: Duration,
    max_sources: usize,
    /// When the next request of a source would come if it came in time. Of one that is not here: now.
    due: HashMap<IpAddr, Instant>,
    /// When to look again for those that came back into time.
    sweep: Option<Instant>,
}

impl PerSource {
    /// `rate` requests a second from each source, at least 1, and `burst` at once. Of `max_sources` at a time the account is
    /// kept; while so many are ahead of their time, all others are refused.
    pub fn new(rate: u32, burst: u32, max_sources: usize) -> Self {
        let interval = Duration::from_secs(1) / rate.max(1);
        let tolerance = interval.saturating_mul(burst.saturating_sub(1));
        PerSource { interval, tolerance, max_sources, due: HashMap::new(), sweep: None }
    }

    fn make_room(&mut self, now: Instant) -> bool {
        if self.due.len() >= self.max_sources && self.sweep.is_none_or(|at| at <= now) {
            self.due.retain(|_, due| *due > now);
            // Not for each packet of a flood: as long as a source needs to come back into time, at the longest.
            self.sweep = now.checked_add((self.tolerance + self.interval) / 4);
        }
        self.due.len() < self.max_sources
    }
}

impl Admission for PerSource {
    fn admit(&mut self, now: Instant, flow: &Flow, _: &Message) -> Verdict {
        let source = match flow.remote.ip() {
            IpAddr::V6(a) => Ipv6Addr::from_bits(a.to_bits() >> 64 << 64).into(),
            v4 => v4,
        };
        let known = self.due.get(&source).copied();
        let due = known.unwrap_or(now).max(now);
        let ahead = due - now;
        if ahead > self.tolerance || known.is_none() && !self.make_room(now) {
            let seconds = ahead.saturating_sub(self.tolerance).as_secs();
            return Verdict::Refuse { retry_after: u32::try_from(seconds).unwrap_or(u32::MAX).saturating_add(1) };
        }
        self.due.insert(source, due + self.interval);
        Verdict::Admit
    }
}
