//! What was heard of one source (RFC 3550 A.1, A.3, A.8).

use crate::seq::{Arrival, SeqNo, SeqTracker};
use crate::stats::totals::Counts;

/// How many sequence numbers behind the highest are remembered, to tell a duplicate from a late packet.
const WINDOW: u64 = 128;

/// The state of one source.
#[derive(Debug)]
pub(crate) struct Reception {
    sequence: SeqTracker,
    /// Bit n: the packet n before the highest came.
    seen: u128,
    received: u64,
    duplicates: u64,
    reordered: u64,
    transit: Option<u32>,
    /// Jitter times 16 (RFC 3550 A.8).
    jitter: u32,
    expected_prior: u64,
    received_prior: u64,
}

/// What to do with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// New; its extended sequence number.
    Take(u64),
    /// Came before.
    Duplicate,
    /// Not believed.
    Drop,
    /// The source begins anew with it.
    Restart,
}

impl Reception {
    /// Begins with the first packet, which is counted.
    pub(crate) fn new(first: SeqNo) -> Self {
        Reception {
            sequence: SeqTracker::new(first),
            seen: 1,
            received: 1,
            duplicates: 0,
            reordered: 0,
            transit: None,
            jitter: 0,
            expected_prior: 0,
            received_prior: 0,
        }
    }

    pub(crate) fn highest(&self) -> u64 {
        self.sequence.highest()
    }

    /// Counts a packet that is not the first.
    pub(crate) fn receive(&mut self, sequence: SeqNo) -> Verdict {
        let before = self.sequence.highest();
        match self.sequence.update(sequence) {
            Arrival::Newest(extended) => {
                self.received += 1;
                self.seen =
                    u32::try_from(extended - before).ok().and_then(|n| self.seen.checked_shl(n)).unwrap_or(0) | 1;
                Verdict::Take(extended)
            }
            Arrival::Late(extended) => {
                // at most MAX_MISORDER behind, which the window holds
                let bit = 1u128 << (before - extended).min(WINDOW - 1);
                self.received += 1;
                if self.seen & bit != 0 {
                    self.duplicates += 1;
                    return Verdict::Duplicate;
                }
                self.seen |= bit;
                self.reordered += 1;
                Verdict::Take(extended)
            }
            Arrival::Jump => Verdict::Drop,
            Arrival::Restart => Verdict::Restart,
        }
    }

    /// RFC 3550 A.8: `arrival` on the clock of the timestamps. For packets whose timestamp is the time of sampling.
    pub(crate) fn measure(&mut self, arrival: u32, timestamp: u32) {
        let transit = arrival.wrapping_sub(timestamp);
        if let Some(before) = self.transit.replace(transit) {
            let difference = transit.wrapping_sub(before).cast_signed().unsigned_abs();
            // a jump of the sender's clock is not the network's jitter; the bound also keeps the sum in its type
            let difference = difference.min(1 << 24);
            self.jitter = self.jitter + difference - ((self.jitter + 8) >> 4);
        }
    }

    /// Interarrival jitter in timestamp units.
    pub(crate) fn jitter(&self) -> u32 {
        self.jitter >> 4
    }

    pub(crate) fn counts(&self) -> Counts {
        let expected = self.sequence.expected();
        let unique = self.received - self.duplicates;
        Counts {
            received: self.received,
            duplicates: self.duplicates,
            reordered: self.reordered,
            expected,
            lost: expected.saturating_sub(unique),
        }
    }

    /// What a report block says, and begins a new interval: fraction lost, cumulative loss, highest sequence number
    /// (RFC 3550 A.3).
    pub(crate) fn report(&mut self) -> (u8, i32, u32) {
        let expected = self.sequence.expected();
        let lost = expected.cast_signed() - self.received.cast_signed();
        let expected_interval = expected - self.expected_prior;
        let lost_interval = expected_interval.saturating_sub(self.received - self.received_prior);
        self.expected_prior = expected;
        self.received_prior = self.received;
        let fraction = (lost_interval << 8).checked_div(expected_interval).unwrap_or(0).min(255);
        let lost = lost.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
        (fraction as u8, lost, self.sequence.highest_reported())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(sequence: &[u16]) -> Reception {
        let mut reception = Reception::new(SeqNo(sequence[0]));
        for &seq in &sequence[1..] {
            reception.receive(SeqNo(seq));
        }
        reception
    }

    #[test]
    fn lost_late_and_duplicate_are_told_apart() {
        let counts = hear(&[10, 11, 13, 12, 12, 16]).counts();
        assert_eq!((counts.received, counts.expected), (6, 7));
        assert_eq!((counts.lost, counts.reordered, counts.duplicates), (2, 1, 1));
    }

    #[test]
    fn a_packet_older_than_the_first_is_late_and_not_negative_loss() {
        let counts = hear(&[10, 9]).counts();
        assert_eq!((counts.reordered, counts.lost, counts.duplicates), (1, 0, 0));
    }

    #[test]
    fn a_gap_wider_than_the_window_forgets_it() {
        let mut reception = hear(&[10, 10 + 500]);
        assert_eq!(reception.receive(SeqNo(500)), Verdict::Take((1 << 16) + 500));
        assert_eq!(reception.receive(SeqNo(500)), Verdict::Duplicate);
    }

    #[test]
    fn the_fraction_is_that_of_the_interval_in_256ths() {
        let mut reception = hear(&[0, 1, 3]);
        assert_eq!(reception.report(), (64, 1, 3));
        reception.receive(SeqNo(4));
        assert_eq!(reception.report(), (0, 1, 4));
        assert_eq!(reception.report(), (0, 1, 4));
        // RFC 3550 A.3: duplicates count as received, so that a loss can be negative
        let mut reception = hear(&[0, 0, 0]);
        assert_eq!(reception.report(), (0, -2, 0));
    }

    #[test]
    fn jitter_is_the_smoothed_difference_of_transit_times() {
        let mut reception = Reception::new(SeqNo(0));
        reception.measure(1000, 0);
        reception.measure(1160, 160);
        assert_eq!(reception.jitter(), 0);
        // 16 units late: A.8 in integers gives 16/16 = 1, then decays by a sixteenth
        reception.measure(1336, 320);
        assert_eq!((reception.jitter, reception.jitter()), (16, 1));
        reception.measure(1496, 480);
        assert_eq!(reception.jitter, 16 - ((16 + 8) >> 4));
    }

    #[test]
    fn jitter_does_not_overflow() {
        let mut reception = Reception::new(SeqNo(0));
        for i in 0..1000u32 {
            reception.measure(i.wrapping_mul(0x7fff_ffff), 0);
        }
        assert!(reception.jitter() <= 1 << 24);
    }
}
