//! Which telephone events are understood, as `a=fmtp` lists them: `0-15,66` (RFC 4733 §2.4.1).

use crate::attribute::scan::number;
use crate::error::ValueError;
use std::fmt;

/// A set of telephone events, 0 to 255.
///
/// ```
/// use offhook_sdp::TelephoneEvents;
/// let events = TelephoneEvents::parse("0-15,66")?;
/// assert!(events.contains(11) && events.contains(66) && !events.contains(16));
/// assert_eq!(events.intersect(TelephoneEvents::DTMF), TelephoneEvents::DTMF);
/// assert_eq!(events.to_string(), "0-15,66");
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TelephoneEvents([u64; 4]);

impl TelephoneEvents {
    /// No event.
    pub const NONE: TelephoneEvents = TelephoneEvents([0; 4]);
    /// The sixteen digits, 0 to 15 (RFC 4733 §3.2); also what is meant where an fmtp is missing (RFC 4733 §2.4.1).
    pub const DTMF: TelephoneEvents = TelephoneEvents([0xffff, 0, 0, 0]);

    /// Reads a list of numbers and ranges that commas divide.
    ///
    /// # Errors
    /// One of them is no number up to 255, or a range runs down; the offset counts from the start of `list`.
    pub fn parse(list: &str) -> Result<Self, ValueError> {
        let mut events = TelephoneEvents::NONE;
        let mut at = 0;
        for part in list.split(',') {
            let error = ValueError { name: "fmtp", offset: at };
            let part_number = |text: &str| number::<u8>(text.trim()).ok_or(error);
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (part_number(first)?, part_number(last)?);
            if first > last {
                return Err(error);
            }
            (first..=last).for_each(|event| events.insert(event));
            at += part.len() + 1;
        }
        Ok(events)
    }

    /// Adds an event.
    pub fn insert(&mut self, event: u8) {
        self.0[usize::from(event >> 6)] |= 1 << (event & 63);
    }

    /// Whether an event is among them.
    pub fn contains(&self, event: u8) -> bool {
        self.0[usize::from(event >> 6)] >> (event & 63) & 1 == 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == TelephoneEvents::NONE
    }

    /// What both have.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        let mut both = self;
        both.0.iter_mut().zip(other.0).for_each(|(own, other)| *own &= other);
        both
    }

    /// The events, upwards.
    pub fn iter(&self) -> impl Iterator<Item = u8> + use<> {
        let events = *self;
        (0..=u8::MAX).filter(move |&event| events.contains(event))
    }
}

impl fmt::Display for TelephoneEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        let mut events = self.iter().peekable();
        while let Some(first) = events.next() {
            let mut last = first;
            while let Some(next) = events.next_if(|&next| last.checked_add(1) == Some(next)) {
                last = next;
            }
            if last == first {
                write!(f, "{between}{first}")?
            } else {
                write!(f, "{between}{first}-{last}")?
            }
            between = ",";
        }
        Ok(())
    }
}

impl fmt::Debug for TelephoneEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TelephoneEvents({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_ranges_are_read_and_written_in_order() {
        for (text, written) in
            [("0-11", "0-11"), ("0-15, 66", "0-15,66"), ("3,1,2", "1-3"), ("255", "255"), ("0-255", "0-255")]
        {
            assert_eq!(TelephoneEvents::parse(text).unwrap().to_string(), written);
        }
        assert_eq!(TelephoneEvents::DTMF.to_string(), "0-15");
        assert!(TelephoneEvents::NONE.is_empty());
    }

    #[test]
    fn an_error_points_at_the_part() {
        for (text, offset) in [("", 0), ("256", 0), ("1,x", 2), ("0-15,9-3", 5), ("1,", 2), ("-1", 0), ("1-2-3", 0)] {
            assert_eq!(TelephoneEvents::parse(text), Err(ValueError { name: "fmtp", offset }), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_set_reads_as_it_is_written(events in proptest::collection::vec(proptest::num::u8::ANY, 1..40)) {
            let mut set = TelephoneEvents::NONE;
            events.iter().for_each(|&event| set.insert(event));
            proptest::prop_assert_eq!(TelephoneEvents::parse(&set.to_string()), Ok(set));
            proptest::prop_assert!(events.iter().all(|&event| set.contains(event)));
        }
    }
}
