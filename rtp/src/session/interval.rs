//! When the next report is due (RFC 3550 §6.2, §6.3).

use offhook_core::Entropy;
use std::time::{Duration, Instant};

/// The least time between two reports (RFC 3550 §6.2). In a call of two its bandwidth is below any share, so that it is
/// the deterministic interval, too.
const MINIMUM: Duration = Duration::from_secs(5);

/// The schedule of reports, with timer reconsideration.
#[derive(Debug)]
pub(crate) struct Interval {
    /// When the last report left; before the first, when the session began.
    last: Instant,
    /// None has left yet.
    is_initial: bool,
}

impl Interval {
    pub(crate) fn new(now: Instant) -> Self {
        Interval { last: now, is_initial: true }
    }

    /// When the timer is to expire first (RFC 3550 §6.3.2).
    pub(crate) fn first(&self, entropy: &mut dyn Entropy) -> Instant {
        self.last + self.draw(entropy)
    }

    /// The timer has expired: whether a report is to be sent, and when the timer is to expire next (RFC 3550 §6.3.6).
    pub(crate) fn expire(&mut self, now: Instant, entropy: &mut dyn Entropy) -> (bool, Instant) {
        let reconsidered = self.last + self.draw(entropy);
        if reconsidered > now {
            return (false, reconsidered);
        }
        self.last = now;
        self.is_initial = false;
        (true, now + self.draw(entropy))
    }

    /// RFC 3550 §6.3.1: half of the minimum at first, times 0.5 to 1.5, divided by e - 3/2.
    fn draw(&self, entropy: &mut dyn Entropy) -> Duration {
        let interval = if self.is_initial { MINIMUM / 2 } else { MINIMUM };
        let factor = 0.5 + f64::from(entropy.u32()) / f64::from(u32::MAX);
        interval.mul_f64(factor / (std::f64::consts::E - 1.5))
    }
}
