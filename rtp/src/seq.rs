//! Numbers that wrap: sequence numbers and timestamps (RFC 3550 §5.1, A.1).

use std::fmt;

/// A jump of the sequence number at least this far ahead is not believed at once (RFC 3550 A.1, `MAX_DROPOUT`).
pub const MAX_DROPOUT: u16 = 3000;
/// A packet at most this far behind is late, not a jump (RFC 3550 A.1, `MAX_MISORDER`).
pub const MAX_MISORDER: u16 = 100;

/// A sequence number, modulo 65536.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SeqNo(pub u16);

impl SeqNo {
    /// The one after it.
    pub fn next(self) -> SeqNo {
        SeqNo(self.0.wrapping_add(1))
    }

    /// How far it is ahead of `other`, the shorter way round: -32768 to 32767.
    pub fn ahead_of(self, other: SeqNo) -> i16 {
        self.0.wrapping_sub(other.0).cast_signed()
    }
}

impl fmt::Display for SeqNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What [`SeqTracker::update`] thinks of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Ahead of all before it; its extended number.
    Newest(u64),
    /// The newest again or an older one; its extended number.
    Late(u64),
    /// A jump too far to believe; drop the packet.
    Jump,
    /// The second packet in sequence after a jump: the source has begun anew. Start a new tracker with it.
    Restart,
}

/// Extends the sequence numbers of one source with the count of their cycles (RFC 3550 A.1).
///
/// Extended numbers begin in cycle one, so that a packet older than the first has a number too.
#[derive(Debug, Clone)]
pub struct SeqTracker {
    first: u64,
    highest: u64,
    after_jump: Option<SeqNo>,
}

impl SeqTracker {
    /// Begins with the first packet of a source; its extended number is [`highest`](Self::highest).
    pub fn new(first: SeqNo) -> Self {
        let first = 1 << 16 | u64::from(first.0);
        SeqTracker { first, highest: first, after_jump: None }
    }

    /// Takes the next packet.
    pub fn update(&mut self, seq: SeqNo) -> Arrival {
        // the lower 16 bits of the extended number are the number on the wire
        let ahead = seq.0.wrapping_sub(self.highest as u16);
        match ahead {
            1..MAX_DROPOUT => {
                self.highest += u64::from(ahead);
                Arrival::Newest(self.highest)
            }
            0 => Arrival::Late(self.highest),
            _ if ahead.wrapping_neg() <= MAX_MISORDER => Arrival::Late(self.highest - u64::from(ahead.wrapping_neg())),
            _ if self.after_jump == Some(seq) => Arrival::Restart,
            _ => {
                self.after_jump = Some(seq.next());
                Arrival::Jump
            }
        }
    }

    /// The highest extended number so far.
    pub fn highest(&self) -> u64 {
        self.highest
    }

    /// The highest number as an RTCP report says it: cycles counted from zero (RFC 3550 §6.4.1).
    pub fn highest_reported(&self) -> u32 {
        (self.highest - (1 << 16)) as u32
    }

    /// How many packets should have come, from the first to the highest (RFC 3550 A.3).
    pub fn expected(&self) -> u64 {
        self.highest - self.first + 1
    }
}

/// Extends the timestamps of one source to 64 bits. They begin at 2^32 or above, so that an older one fits.
#[derive(Debug, Clone, Default)]
pub struct TimestampUnwrapper {
    highest: Option<u64>,
}

impl TimestampUnwrapper {
    /// The extended timestamp: the one nearest to the highest so far.
    pub fn unwrap(&mut self, timestamp: u32) -> u64 {
        let Some(highest) = self.highest else {
            return *self.highest.insert(1 << 32 | u64::from(timestamp));
        };
        let ahead = timestamp.wrapping_sub(highest as u32).cast_signed();
        let extended = highest.saturating_add_signed(i64::from(ahead));
        self.highest = Some(highest.max(extended));
        extended
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_compare_round_the_wrap() {
        assert_eq!(SeqNo(2).ahead_of(SeqNo(65534)), 4);
        assert_eq!(SeqNo(65534).ahead_of(SeqNo(2)), -4);
        assert_eq!(SeqNo(65535).next(), SeqNo(0));
    }

    #[test]
    fn cycles_are_counted_over_the_wrap_and_late_packets_stay_in_their_cycle() {
        let mut tracker = SeqTracker::new(SeqNo(65534));
        assert_eq!(tracker.update(SeqNo(1)), Arrival::Newest((2 << 16) + 1));
        assert_eq!(tracker.update(SeqNo(65535)), Arrival::Late((1 << 16) + 65535));
        assert_eq!(tracker.update(SeqNo(1)), Arrival::Late((2 << 16) + 1));
        assert_eq!((tracker.expected(), tracker.highest_reported()), (4, (1 << 16) + 1));
    }

    #[test]
    fn a_jump_is_believed_at_the_second_packet_in_sequence() {
        let mut tracker = SeqTracker::new(SeqNo(10));
        assert_eq!(tracker.update(SeqNo(10 + MAX_DROPOUT)), Arrival::Jump);
        assert_eq!(tracker.update(SeqNo(40_000)), Arrival::Jump);
        assert_eq!(tracker.update(SeqNo(11)), Arrival::Newest((1 << 16) + 11));
        assert_eq!(tracker.update(SeqNo(40_001)), Arrival::Restart);
    }

    #[test]
    fn the_edges_of_dropout_and_misorder_are_those_of_the_rfc() {
        let mut tracker = SeqTracker::new(SeqNo(0));
        assert_eq!(tracker.update(SeqNo(MAX_DROPOUT - 1)), Arrival::Newest((1 << 16) + 2999));
        assert_eq!(tracker.update(SeqNo(2999 - MAX_MISORDER)), Arrival::Late((1 << 16) + 2899));
        assert_eq!(tracker.update(SeqNo(2999 - MAX_MISORDER - 1)), Arrival::Jump);
    }

    #[test]
    fn a_timestamp_older_than_the_first_has_a_number() {
        let mut unwrapper = TimestampUnwrapper::default();
        assert_eq!(unwrapper.unwrap(0), 1 << 32);
        assert_eq!(unwrapper.unwrap(0xffff_ff60), (1 << 32) - 160);
        assert_eq!(unwrapper.unwrap(160), (1 << 32) + 160);
    }

    proptest! {
        #[test]
        fn steps_add_up(start: u32, steps in proptest::collection::vec(0u32..1 << 31, 0..50)) {
            let mut unwrapper = TimestampUnwrapper::default();
            let mut expected = unwrapper.unwrap(start);
            for step in steps {
                expected += u64::from(step);
                prop_assert_eq!(unwrapper.unwrap(expected as u32), expected);
            }
        }

        #[test]
        fn extended_numbers_keep_their_lower_half(first: u16, rest: Vec<u16>) {
            let mut tracker = SeqTracker::new(SeqNo(first));
            for seq in rest {
                if let Arrival::Newest(extended) | Arrival::Late(extended) = tracker.update(SeqNo(seq)) {
                    prop_assert_eq!(extended as u16, seq);
                }
            }
        }
    }
}
