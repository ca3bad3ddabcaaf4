//! The slots of the wheel: which one a time belongs to, and which is the next that is not empty.
//!
//! Time is cut into ticks of about a millisecond. Level 0 has a slot for each of the next 64 ticks, level 1 for each of the
//! next 64 runs of 64, and so on. A tick lies on the level of the highest group of six bits in which it differs from the
//! cursor, so all of a lower level is earlier than all of a higher one.

/// Nanoseconds of a tick, as a power of two.
const TICK: u32 = 20;
/// Slots of a level, as a power of two.
const GROUP: u32 = 6;

/// One end of a list.
pub(super) const NONE: u32 = u32::MAX;

/// A slot's level and its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    level: u8,
    number: u8,
}

/// A list of nodes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    pub(super) head: u32,
    /// No deadline in it is earlier.
    pub(super) least: u64,
}

const EMPTY: Slot = Slot { head: NONE, least: u64::MAX };

#[derive(Debug, Clone)]
struct Level {
    /// A bit for each slot that is not empty.
    used: u64,
    slots: [Slot; 1 << GROUP],
}

/// The levels that were needed so far, seen from the cursor.
#[derive(Debug, Clone, Default)]
pub(super) struct Slots {
    levels: Vec<Level>,
    cursor: u64,
}

impl Slots {
    /// Slots that are all empty, with the cursor at the tick of `at`.
    pub(super) fn starting(at: u64) -> Self {
        Slots { levels: Vec::new(), cursor: at >> TICK }
    }

    /// Where `at` belongs; `None` if its tick is not behind the cursor's.
    pub(super) fn place(&mut self, at: u64) -> Option<Place> {
        let tick = at >> TICK;
        if tick <= self.cursor {
            return None;
        }
        let level = (tick ^ self.cursor).ilog2() / GROUP;
        while self.levels.len() <= level as usize {
            self.levels.push(Level { used: 0, slots: [EMPTY; 1 << GROUP] });
        }
        Some(Place { level: level as u8, number: ((tick >> (level * GROUP)) & 63) as u8 })
    }

    pub(super) fn get(&self, place: Place) -> Slot {
        let level = self.levels.get(usize::from(place.level));
        level.and_then(|l| l.slots.get(usize::from(place.number))).copied().unwrap_or(EMPTY)
    }

    pub(super) fn put(&mut self, place: Place, slot: Slot) {
        let Some(level) = self.levels.get_mut(usize::from(place.level)) else { return };
        let bit = 1 << place.number;
        level.used = if slot.head == NONE { level.used & !bit } else { level.used | bit };
        if let Some(it) = level.slots.get_mut(usize::from(place.number)) {
            *it = if slot.head == NONE { EMPTY } else { slot };
        }
    }

    /// The earliest slot that is not empty.
    pub(super) fn first(&self) -> Option<Place> {
        let level = self.levels.iter().position(|l| l.used != 0)?;
        let number = self.levels.get(level)?.used.trailing_zeros();
        Some(Place { level: level as u8, number: number as u8 })
    }

    /// Empties a slot, which must be the [first](Slots::first), and moves the cursor to where it begins. What was in it.
    pub(super) fn open(&mut self, place: Place) -> Slot {
        let slot = self.get(place);
        self.put(place, EMPTY);
        let shift = u32::from(place.level) * GROUP;
        self.cursor = (((self.cursor >> shift) & !63) | u64::from(place.number)) << shift;
        slot
    }
}
