//! Room for header lines that is inline for the usual number of them.

use super::index::Entry;
use arrayvec::ArrayVec;

/// Lines that stand in one piece: up to 64 inline, all on the heap as soon as there are more.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entries {
    near: ArrayVec<Entry, 64>,
    /// All of them, once there are too many. It keeps its room when it is emptied.
    far: Vec<Entry>,
}

impl Entries {
    pub(crate) fn as_slice(&self) -> &[Entry] {
        if self.far.is_empty() { &self.near } else { &self.far }
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [Entry] {
        if self.far.is_empty() { &mut self.near } else { &mut self.far }
    }

    pub(crate) fn clear(&mut self) {
        self.near.clear();
        self.far.clear();
    }

    #[inline]
    pub(crate) fn push(&mut self, entry: Entry) {
        if self.near.try_push(entry).is_err() {
            self.push_far(entry);
        }
    }

    #[cold]
    fn push_far(&mut self, entry: Entry) {
        if self.far.is_empty() {
            self.far.extend_from_slice(&self.near);
        }
        self.far.push(entry);
    }

    #[cfg(test)]
    pub(crate) fn heap(&self) -> usize {
        self.far.capacity()
    }
}
