//! The instant that virtual time counts from, and the date it stands for.

use offhook_core::WallClock;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// How far the epoch lies from the moment it is first asked for, so that a test may also count backwards from it.
const SLACK: Duration = Duration::from_secs(24 * 60 * 60);

/// 2026-01-01 00:00:00 UTC.
const UNIX_AT_EPOCH: Duration = Duration::from_secs(1_767_225_600);

/// The instant that virtual time counts from: one for the whole process, so that instants of different tests,
/// hosts and worlds can be compared. Instants of the 24 hours before it can be had too.
///
/// This is the only place in the family, outside the drivers, that asks the system for the time; what it answers
/// is never seen except as a difference.
#[allow(
    clippy::disallowed_methods,
    reason = "an Instant can be had from nowhere else; only differences to it are used"
)]
pub fn epoch() -> Instant {
    static EPOCH: OnceLock<Instant> = OnceLock::new();
    *EPOCH.get_or_init(|| Instant::now() + SLACK)
}

/// The wall clock of every simulation: it is 2026-01-01 00:00:00 UTC at the [`epoch`].
///
/// ```
/// use std::time::Duration;
/// let clock = offhook_sim::wall_clock();
/// assert_eq!(clock.unix(offhook_sim::epoch() + Duration::from_secs(5)), Duration::from_secs(1_767_225_605));
/// ```
pub fn wall_clock() -> WallClock {
    WallClock::new(epoch(), UNIX_AT_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_epoch_is_one_and_has_a_day_before_it() {
        assert_eq!(epoch(), epoch());
        assert!(epoch().checked_sub(SLACK).is_some());
    }

    #[test]
    fn the_simulation_begins_with_the_year_2026() {
        let days_since_1970 = 56 * 365 + 14; // 1972, 76 .. 2024 are leap years
        assert_eq!(wall_clock().unix(epoch()), Duration::from_secs(days_since_1970 * 86_400));
    }
}
