//! Sends digits, one report per packet interval (RFC 4733 §2.5.1).

use super::digit::Digit;
use super::event::TelephoneEvent;
use crate::error::Error;
use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::Duration;

/// How many digits may wait: more than anyone dials at once, and half a minute of sound.
pub const QUEUE_LIMIT: usize = 128;
/// How long a digit sounds unless asked otherwise; ITU-T Q.24 asks receivers to take 40 ms.
pub const DEFAULT_DURATION: Duration = Duration::from_millis(100);
/// The least time between two digits unless asked otherwise: the pause of ITU-T Q.24.
pub const DEFAULT_GAP: Duration = Duration::from_millis(40);
/// The power level sent unless asked otherwise: -10 dBm0.
pub const DEFAULT_VOLUME: u8 = 10;

/// RFC 4733 §2.5.1.4: the last report of an event or segment is sent three times in all.
const REPEATS: u8 = 2;
/// RFC 4733 §2.5.1.3: the longest duration that one segment can say.
const SEGMENT: u64 = 0xFFFF;

/// The queue of digits and the one that sounds.
///
/// Asked once per packet interval by [`next_report`](Sender::next_report); the answer is what to send instead of sound.
#[derive(Debug)]
pub struct Sender {
    clock_rate: NonZeroU32,
    gap: u64,
    volume: u8,
    queue: VecDeque<(Digit, u64)>,
    state: State,
    /// Units since the last event ended; `None` before the first.
    since_end: Option<u64>,
}

/// A report to send in place of sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// The timestamp of the packet: when the event or the segment began.
    pub timestamp: u32,
    /// The marker bit: set on the first packet of an event.
    pub marker: bool,
    /// The payload.
    pub event: TelephoneEvent,
    /// Whether it is the very last packet of its event.
    pub last: bool,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Idle,
    Sounding(Tone),
    /// The final report of a segment or of the event goes out again.
    Repeating {
        tone: Tone,
        report: Report,
        left: u8,
    },
}

#[derive(Debug, Clone, Copy)]
struct Tone {
    digit: Digit,
    /// Timestamp at which the segment began.
    begin: u32,
    /// Units from there to now.
    elapsed: u64,
    /// Units from there to the end of the event.
    length: u64,
}

impl Sender {
    /// `gap`: the least time from the end of a digit to the next one. `volume`: dBm0 without the sign, 0 to 63.
    pub fn new(clock_rate: NonZeroU32, gap: Duration, volume: u8) -> Self {
        let gap = units(clock_rate, gap);
        Sender { clock_rate, gap, volume: volume.min(63), queue: VecDeque::new(), state: State::Idle, since_end: None }
    }

    /// Lets `digit` sound for `duration` when those before it are over. At least one timestamp unit is sent.
    pub fn push(&mut self, digit: Digit, duration: Duration) -> Result<(), Error> {
        if self.queue.len() >= QUEUE_LIMIT {
            return Err(Error::QueueFull { limit: QUEUE_LIMIT });
        }
        self.queue.push_back((digit, units(self.clock_rate, duration).max(1)));
        Ok(())
    }

    /// Forgets what waits and breaks off what sounds.
    pub fn clear(&mut self) {
        self.queue.clear();
        self.state = State::Idle;
    }

    /// Whether a digit sounds, is repeated or waits.
    pub fn is_busy(&self) -> bool {
        !self.queue.is_empty() || !matches!(self.state, State::Idle)
    }

    /// The report for the packet interval that begins at `timestamp` and is `samples` units long; `None`: send sound.
    pub fn next_report(&mut self, timestamp: u32, samples: u32) -> Option<Report> {
        let samples = u64::from(samples);
        if let Some(since_end) = &mut self.since_end {
            *since_end = since_end.saturating_add(samples);
        }
        match self.state {
            State::Idle => {
                // `since_end` counts to the end of this interval; the gap must be over at its beginning
                if self.since_end.is_some_and(|since| since - samples < self.gap) {
                    return None;
                }
                let (digit, length) = self.queue.pop_front()?;
                Some(self.report(Tone { digit, begin: timestamp, elapsed: samples, length }, true))
            }
            State::Sounding(mut tone) => {
                tone.elapsed += samples;
                Some(self.report(tone, false))
            }
            State::Repeating { mut tone, mut report, left } => {
                tone.elapsed += samples;
                report.marker = false;
                report.last = left == 1 && report.event.end;
                self.state = match left {
                    2.. => State::Repeating { tone, report, left: left - 1 },
                    _ if report.event.end => State::Idle,
                    // RFC 4733 §2.5.1.3: the next segment begins where this one ended
                    _ => State::Sounding(Tone {
                        begin: tone.begin.wrapping_add(SEGMENT as u32),
                        elapsed: tone.elapsed - SEGMENT,
                        length: tone.length - SEGMENT,
                        ..tone
                    }),
                };
                Some(report)
            }
        }
    }

    fn report(&mut self, tone: Tone, marker: bool) -> Report {
        let end = tone.elapsed >= tone.length && tone.length <= SEGMENT;
        let duration = tone.elapsed.min(tone.length).min(SEGMENT) as u16;
        let event = TelephoneEvent { code: tone.digit.code(), end, volume: self.volume, duration };
        let report = Report { timestamp: tone.begin, marker, event, last: false };
        let final_of_segment = !end && tone.length > SEGMENT && tone.elapsed >= SEGMENT;
        self.state = match end || final_of_segment {
            true => State::Repeating { tone, report, left: REPEATS },
            false => State::Sounding(tone),
        };
        if end {
            self.since_end = Some(tone.elapsed - tone.length);
        }
        report
    }
}

fn units(clock_rate: NonZeroU32, time: Duration) -> u64 {
    u64::try_from(time.as_nanos() * u128::from(clock_rate.get()) / 1_000_000_000).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: NonZeroU32 = NonZeroU32::new(8000).unwrap();

    fn digit(key: char) -> Digit {
        Digit::try_from(key).unwrap()
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_example_911_of_table_5_is_sent_as_printed() {
        let mut sender = Sender::new(RATE, ms(40), 10);
        let mut sent = Vec::new();
        for (key, begin, length) in [('9', 0, 200), ('1', 7040, 250), ('1', 11_200, 220)] {
            sender.push(digit(key), ms(length)).unwrap();
            for timestamp in (begin..).step_by(400) {
                let Some(report) = sender.next_report(timestamp, 400) else { break };
                sent.push((
                    report.marker,
                    report.timestamp,
                    report.event.code,
                    report.event.duration,
                    report.event.end,
                ));
            }
            assert!(!sender.is_busy());
        }
        // RFC 4733 §5, table 5, packets 1 to 20. The table's sender does not know that digit one and two are over when
        // it sends their last report, and defers the E bit to its repetition, as §2.5.1.2 allows. This one knows.
        let expected = [
            (true, 0, 9, 400, false),
            (false, 0, 9, 800, false),
            (false, 0, 9, 1200, false),
            (false, 0, 9, 1600, true),
            (false, 0, 9, 1600, true),
            (false, 0, 9, 1600, true),
            (true, 7040, 1, 400, false),
            (false, 7040, 1, 800, false),
            (false, 7040, 1, 1200, false),
            (false, 7040, 1, 1600, false),
            (false, 7040, 1, 2000, true),
            (false, 7040, 1, 2000, true),
            (false, 7040, 1, 2000, true),
            (true, 11_200, 1, 400, false),
            (false, 11_200, 1, 800, false),
            (false, 11_200, 1, 1200, false),
            (false, 11_200, 1, 1600, false),
            (false, 11_200, 1, 1760, true),
            (false, 11_200, 1, 1760, true),
            (false, 11_200, 1, 1760, true),
        ];
        assert_eq!(sent, expected);
    }

    /// All reports of `n` intervals of 20 ms from timestamp 0 on, `None` where sound is sent.
    fn run(sender: &mut Sender, n: u32) -> Vec<Option<Report>> {
        (0..n).map(|i| sender.next_report(i.wrapping_mul(160), 160)).collect()
    }

    #[test]
    fn between_two_digits_there_is_the_gap_at_least() {
        for (gap, expected) in [(40, 7 * 160), (50, 8 * 160), (0, 7 * 160), (200, 15 * 160)] {
            let mut sender = Sender::new(RATE, ms(gap), 10);
            sender.push(digit('1'), ms(100)).unwrap();
            sender.push(digit('2'), ms(100)).unwrap();
            let reports = run(&mut sender, 30);
            let second = reports.iter().flatten().find(|report| report.event.code == 2).unwrap();
            assert!(second.marker);
            assert_eq!(second.timestamp, expected, "gap of {gap} ms");
        }
    }

    #[test]
    fn the_last_packet_is_the_third_end() {
        let mut sender = Sender::new(RATE, ms(40), 10);
        sender.push(digit('1'), ms(1)).unwrap();
        let reports = run(&mut sender, 4);
        let seen: Vec<_> = reports.iter().flatten().map(|r| (r.marker, r.event.end, r.last)).collect();
        assert_eq!(seen, [(true, true, false), (false, true, false), (false, true, true)]);
    }

    #[test]
    fn an_event_longer_than_the_field_goes_on_in_contiguous_segments() {
        // RFC 4733 §2.5.1.3: 20 s = 160,000 units = 2 × 65,535 + 28,930
        let mut sender = Sender::new(RATE, ms(40), 10);
        sender.push(digit('5'), ms(20_000)).unwrap();
        let reports: Vec<Report> = run(&mut sender, 1100).into_iter().flatten().collect();
        assert_eq!(reports.iter().filter(|r| r.marker).count(), 1);
        assert!(reports[0].marker);
        for segment in 0..3 {
            let of_segment: Vec<&Report> = reports.iter().filter(|r| r.timestamp == segment * 65_535).collect();
            let last = of_segment.last().unwrap().event;
            assert_eq!((last.duration, last.end), if segment < 2 { (65_535, false) } else { (28_930, true) });
            assert_eq!(of_segment.iter().filter(|r| r.event.duration == last.duration).count(), 3);
            assert!(of_segment.windows(2).all(|pair| pair[0].event.duration <= pair[1].event.duration));
        }
        assert_eq!(reports.iter().map(|r| r.timestamp).max(), Some(2 * 65_535));
        assert_eq!(reports.len(), 1002, "1000 intervals of 20 ms, and the end twice more");
    }

    #[test]
    fn the_queue_is_bounded() {
        let mut sender = Sender::new(RATE, ms(40), 10);
        for _ in 0..QUEUE_LIMIT {
            sender.push(digit('0'), ms(100)).unwrap();
        }
        assert_eq!(sender.push(digit('0'), ms(100)), Err(Error::QueueFull { limit: QUEUE_LIMIT }));
        sender.clear();
        assert!(!sender.is_busy());
    }
}
