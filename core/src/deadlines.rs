//! One deadline for each of many.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::time::Instant;

/// When each of many machines wants to be woken: at most one deadline per key.
///
/// Every operation costs O(log n) and nothing is left behind by a key that is gone. The order of equal deadlines is
/// the order of the keys, so that two runs agree.
#[derive(Debug, Clone)]
pub struct Deadlines<K> {
    by_time: BTreeSet<(Instant, K)>,
    by_key: HashMap<K, Instant>,
}

impl<K> Default for Deadlines<K> {
    fn default() -> Self {
        Deadlines { by_time: BTreeSet::new(), by_key: HashMap::new() }
    }
}

impl<K: Copy + Ord + Hash> Deadlines<K> {
    /// Sets, moves or (with `None`) removes the deadline of `key`.
    pub fn set(&mut self, key: K, at: Option<Instant>) {
        if self.by_key.get(&key).copied() == at {
            return;
        }
        if let Some(old) = self.by_key.remove(&key) {
            self.by_time.remove(&(old, key));
        }
        if let Some(at) = at {
            self.by_time.insert((at, key));
            self.by_key.insert(key, at);
        }
    }

    /// The earliest deadline.
    pub fn next(&self) -> Option<Instant> {
        self.by_time.first().map(|&(at, _)| at)
    }

    /// Removes and answers the key whose deadline is earliest, if it is due at `now`.
    pub fn take_due(&mut self, now: Instant) -> Option<K> {
        let &(at, key) = self.by_time.first()?;
        if at > now {
            return None;
        }
        self.set(key, None);
        Some(key)
    }

    /// How many keys have a deadline.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether no key has one.
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use offhook_sim::epoch;
    use std::time::Duration;

    #[test]
    fn a_key_has_one_deadline_and_leaves_nothing_behind() {
        let t0 = epoch();
        let mut d = Deadlines::default();
        d.set(1u64, Some(t0 + Duration::from_secs(5)));
        d.set(2, Some(t0 + Duration::from_secs(1)));
        d.set(1, Some(t0));
        assert_eq!((d.len(), d.next()), (2, Some(t0)));
        assert_eq!(d.take_due(t0), Some(1));
        assert_eq!(d.take_due(t0), None);
        d.set(2, None);
        assert!(d.is_empty() && d.by_time.is_empty() && d.next().is_none());
    }
}
