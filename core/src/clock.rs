//! The one tie between monotonic and civil time.

use std::time::{Duration, Instant};

/// An [`Instant`] tied once to Unix time, for NTP timestamps and dates. It does not follow later changes of the
/// system's clock: two timestamps of one machine always differ by the time that really passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WallClock {
    at: Instant,
    unix: Duration,
}

/// Seconds from the NTP epoch (1900) to the Unix epoch (RFC 5905 §6).
const NTP_TO_UNIX: u64 = 2_208_988_800;

impl WallClock {
    /// `unix` is the time since 1970-01-01 00:00 UTC at the instant `at`.
    pub fn new(at: Instant, unix: Duration) -> Self {
        WallClock { at, unix }
    }

    /// Time since 1970-01-01 00:00 UTC.
    pub fn unix(&self, now: Instant) -> Duration {
        match now.checked_duration_since(self.at) {
            Some(later) => self.unix + later,
            None => self.unix.saturating_sub(self.at - now),
        }
    }

    /// NTP timestamp: 32 bits of seconds since 1900, 32 bits of fraction (RFC 3550 §4). Wraps in 2036, as it should.
    pub fn ntp(&self, now: Instant) -> u64 {
        let unix = self.unix(now);
        let fraction = (u64::from(unix.subsec_nanos()) << 32) / 1_000_000_000;
        (unix.as_secs().wrapping_add(NTP_TO_UNIX) << 32) | fraction
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use offhook_sim::epoch;

    #[test]
    fn ntp_counts_from_1900_in_both_directions_of_time() {
        let t0 = epoch() + Duration::from_secs(10);
        let clock = WallClock::new(t0, Duration::new(1, 500_000_000));
        assert_eq!(clock.ntp(t0), ((NTP_TO_UNIX + 1) << 32) | (1 << 31));
        assert_eq!(clock.unix(t0 + Duration::from_secs(2)), Duration::new(3, 500_000_000));
        assert_eq!(clock.unix(t0 - Duration::from_secs(1)), Duration::from_millis(500));
    }
}
