//! Hears digits: each event once, whatever the network did to its reports (RFC 4733 §2.5.2).

use super::digit::Digit;
use super::event::TelephoneEvent;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// An event without a report for this long is over: three intervals (RFC 4733 §2.5.2.2) of the recommended 50 ms
/// (§2.5.1.2). Reports that come later still are not counted again.
pub const REPORT_TIMEOUT: Duration = Duration::from_millis(150);

/// RFC 4733 §2.5.2.3: a segment of a long event is exactly this long.
const SEGMENT: u64 = 0xFFFF;

/// A digit that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Which.
    pub digit: Digit,
    /// How long it lasted, as far as reports tell.
    pub duration: Duration,
}

/// The receiver of one source's events. The timestamp tells events apart; what came once is not taken again.
#[derive(Debug)]
pub struct Receiver {
    clock_rate: NonZeroU32,
    sounding: Option<Sounding>,
    done: Option<Done>,
}

#[derive(Debug, Clone, Copy)]
struct Sounding {
    digit: Digit,
    /// Timestamp of the event.
    begin: u64,
    /// Timestamp of its newest segment.
    segment: u64,
    /// The longest duration reported of that segment.
    duration: u16,
    deadline: Instant,
}

/// The newest event that is over.
#[derive(Debug, Clone, Copy)]
struct Done {
    digit: Digit,
    segment: u64,
    /// Its end was heard, so that nothing can continue it.
    ended: bool,
}

impl Receiver {
    /// `clock_rate`: of the timestamps, in Hz.
    pub fn new(clock_rate: NonZeroU32) -> Self {
        Receiver { clock_rate, sounding: None, done: None }
    }

    /// Takes a report that came at `now` in a packet with this timestamp, unwrapped to 64 bits. Answers the digits that
    /// it ends: the one before it, if its end was lost, and its own, if the E bit is set.
    pub fn report(
        &mut self,
        now: Instant,
        timestamp: u64,
        event: TelephoneEvent,
    ) -> impl Iterator<Item = Heard> + use<> {
        // RFC 4733 §2.3.5: a report of no duration is no report of a tone
        let before = match event.digit() {
            Some(digit) if event.duration > 0 && !self.is_past(timestamp, digit) => {
                self.take(now + REPORT_TIMEOUT, timestamp, digit, event.duration)
            }
            _ => None,
        };
        let ended = event.end && self.sounding.is_some_and(|tone| tone.segment == timestamp);
        let own = if ended { self.finish(true) } else { None };
        [before, own].into_iter().flatten()
    }

    /// Ends the digit whose reports stopped coming, if it is time.
    pub fn timeout(&mut self, now: Instant) -> Option<Heard> {
        self.deadline().filter(|&deadline| deadline <= now).and_then(|_| self.finish(false))
    }

    /// When [`timeout`](Self::timeout) wants to be called.
    pub fn deadline(&self) -> Option<Instant> {
        self.sounding.map(|tone| tone.deadline)
    }

    /// Forgets all, for a source that begins anew; ends the digit that sounds.
    pub fn reset(&mut self) -> Option<Heard> {
        let last = self.finish(false);
        self.done = None;
        last
    }

    /// Whether the report belongs to an event that is over (RFC 4733 §2.5.2.2: such reports are ignored).
    fn is_past(&mut self, timestamp: u64, digit: Digit) -> bool {
        let Some(done) = &mut self.done else { return false };
        if !done.ended && digit == done.digit && timestamp == done.segment + SEGMENT {
            done.segment = timestamp;
        }
        timestamp <= done.segment
    }

    /// Begins or lengthens a digit; answers the one before it, if that was still sounding.
    fn take(&mut self, deadline: Instant, timestamp: u64, digit: Digit, duration: u16) -> Option<Heard> {
        match &mut self.sounding {
            Some(tone) if timestamp < tone.segment => None,
            Some(tone) if timestamp == tone.segment => {
                tone.duration = tone.duration.max(duration);
                tone.deadline = deadline;
                None
            }
            // RFC 4733 §2.5.2.3: no gap to the segment before, so it is the same event
            Some(tone) if timestamp == tone.segment + SEGMENT && digit == tone.digit => {
                *tone = Sounding { segment: timestamp, duration, deadline, ..*tone };
                None
            }
            _ => {
                let before = self.finish(false);
                self.sounding = Some(Sounding { digit, begin: timestamp, segment: timestamp, duration, deadline });
                before
            }
        }
    }

    fn finish(&mut self, ended: bool) -> Option<Heard> {
        let Sounding { digit, begin, segment, duration, .. } = self.sounding.take()?;
        self.done = Some(Done { digit, segment, ended });
        let units = segment - begin + u64::from(duration);
        let nanos = u128::from(units) * 1_000_000_000 / u128::from(self.clock_rate.get());
        Some(Heard { digit, duration: Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use offhook_sim::epoch;

    const RATE: NonZeroU32 = NonZeroU32::new(8000).unwrap();

    fn event(code: u8, duration: u16, end: bool) -> TelephoneEvent {
        TelephoneEvent { code, end, volume: 10, duration }
    }

    /// Hears the reports 20 ms apart, then silence; answers code and milliseconds of each digit.
    fn hear(reports: &[(u64, TelephoneEvent)]) -> Vec<(u8, u128)> {
        let mut receiver = Receiver::new(RATE);
        let mut now = epoch();
        let mut heard = Vec::new();
        for &(timestamp, event) in reports {
            heard.extend(receiver.timeout(now));
            heard.extend(receiver.report(now, timestamp, event));
            now += Duration::from_millis(20);
        }
        heard.extend(receiver.timeout(now + REPORT_TIMEOUT));
        assert_eq!(receiver.deadline(), None);
        heard.into_iter().map(|h| (h.digit.code(), h.duration.as_millis())).collect()
    }

    #[test]
    fn three_ends_and_their_duplicates_are_one_digit() {
        let end = (1000, event(5, 800, true));
        assert_eq!(hear(&[(1000, event(5, 160, false)), end, end, end, end]), [(5, 100)]);
    }

    #[test]
    fn a_report_overtaken_by_the_end_does_not_begin_the_digit_again() {
        assert_eq!(hear(&[(1000, event(5, 800, true)), (1000, event(5, 640, false))]), [(5, 100)]);
    }

    #[test]
    fn a_late_shorter_report_does_not_shorten_the_digit() {
        let reports = [(9, event(5, 480, false)), (9, event(5, 320, false))];
        assert_eq!(hear(&reports), [(5, 60)]);
    }

    #[test]
    fn a_digit_without_its_end_is_ended_by_the_next_one() {
        let reports = [(1000, event(1, 640, false)), (3000, event(1, 160, false)), (3000, event(1, 320, true))];
        assert_eq!(hear(&reports), [(1, 80), (1, 40)]);
    }

    #[test]
    fn two_digits_can_end_with_one_report() {
        assert_eq!(hear(&[(1000, event(1, 640, false)), (3000, event(2, 800, true))]), [(1, 80), (2, 100)]);
    }

    #[test]
    fn a_digit_without_any_end_is_ended_by_the_clock_and_never_comes_back() {
        let t0 = epoch();
        let mut receiver = Receiver::new(RATE);
        assert_eq!(receiver.report(t0, 50, event(7, 160, false)).count(), 0);
        assert_eq!(receiver.timeout(t0 + REPORT_TIMEOUT - Duration::from_nanos(1)), None);
        let heard = receiver.timeout(t0 + REPORT_TIMEOUT).unwrap();
        assert_eq!((heard.digit.code(), heard.duration), (7, Duration::from_millis(20)));
        let late = t0 + Duration::from_secs(1);
        assert_eq!(receiver.report(late, 50, event(7, 800, true)).count(), 0);
        // a next segment of the same event is no new digit, a later event is
        assert_eq!(receiver.report(late, 50 + 65_535, event(7, 800, true)).count(), 0);
        assert_eq!(receiver.report(late, 200_000, event(7, 800, true)).count(), 1);
    }

    #[test]
    fn contiguous_segments_are_one_long_digit() {
        let reports = [
            (0, event(3, 65_535, false)),
            (65_535, event(3, 160, false)),
            (0, event(3, 65_535, false)),
            (65_535, event(3, 14_465, true)),
        ];
        assert_eq!(hear(&reports), [(3, 10_000)]);
    }

    #[test]
    fn a_zero_duration_and_an_event_that_is_no_digit_say_nothing() {
        assert_eq!(hear(&[(0, event(3, 0, false)), (0, event(3, 0, true)), (0, event(16, 800, true))]), []);
    }
}
