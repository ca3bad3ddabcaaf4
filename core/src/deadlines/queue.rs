//! The deadlines themselves, in lists that hang on the slots.

use super::slots::{NONE, Place, Slot, Slots};
use foldhash::fast::FixedState;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::time::{Duration, Instant};

/// Where the first deadline stands on our own scale of nanoseconds: in its middle, as others may be earlier.
const ORIGIN: u64 = 1 << 62;

/// How far before the first deadline the cursor begins, some minutes.
const LEAD: u64 = 1 << 40;

/// In a slot of so many deadlines the least is looked for again when it goes.
const FEW: usize = 16;

/// When each of many machines wants to be woken: at most one deadline per key.
///
/// Setting, moving, removing and taking one cost the same with a thousand keys and with a million, but for those of one
/// and the same millisecond, which are sorted; a key that is gone leaves nothing behind. The order of equal deadlines is
/// the order of the keys, so that two runs agree. Keys are told apart by a quick hash: they are to be chosen by the
/// program, not by a peer.
#[derive(Debug, Clone)]
pub struct Deadlines<K> {
    /// What [`ORIGIN`] stands for.
    origin: Option<Instant>,
    slots: Slots,
    /// Those whose time has come, or nearly: the tick of the cursor and before.
    near: BTreeSet<(u64, K)>,
    nodes: Vec<Node<K>>,
    by_key: HashMap<K, u32, FixedState>,
}

#[derive(Debug, Clone)]
struct Node<K> {
    key: K,
    at: u64,
    /// `None` for one of `near`.
    place: Option<Place>,
    before: u32,
    after: u32,
}

impl<K> Default for Deadlines<K> {
    fn default() -> Self {
        let (slots, near, by_key) = (Slots::default(), BTreeSet::new(), HashMap::default());
        Deadlines { origin: None, slots, near, nodes: Vec::new(), by_key }
    }
}

impl<K: Copy + Ord + Hash> Deadlines<K> {
    /// Sets, moves or (with `None`) removes the deadline of `key`.
    pub fn set(&mut self, key: K, at: Option<Instant>) {
        let old = self.by_key.get(&key).copied();
        match (old, at.map(|at| self.scaled(at))) {
            (None, None) => {}
            (Some(node), None) => self.remove(node),
            (Some(node), Some(at)) => {
                if self.node(node).is_some_and(|n| n.at != at) {
                    self.unlink(node);
                    self.link(node, at);
                }
            }
            (None, Some(at)) => {
                let node = self.nodes.len() as u32;
                self.nodes.push(Node { key, at, place: None, before: NONE, after: NONE });
                self.by_key.insert(key, node);
                self.link(node, at);
            }
        }
    }

    /// The earliest deadline. Where very many lie close together and the earliest was taken back, it may be that one still:
    /// never later than the earliest, and exact once [`take_due`](Deadlines::take_due) was asked at that time.
    pub fn next(&self) -> Option<Instant> {
        self.least().and_then(|at| self.instant(at))
    }

    /// Removes and answers the key whose deadline is earliest, if it is due at `now`.
    pub fn take_due(&mut self, now: Instant) -> Option<K> {
        let now = self.since_origin(self.origin?, now);
        loop {
            if let Some(&(at, key)) = self.near.first() {
                let node = self.by_key.get(&key).copied().filter(|_| at <= now)?;
                self.remove(node);
                return Some(key);
            }
            let place = self.slots.first().filter(|&place| self.slots.get(place).least <= now)?;
            let mut node = self.slots.open(place).head;
            while let Some(&Node { at, after, .. }) = self.node(node) {
                self.link(node, at);
                node = after;
            }
        }
    }

    /// How many keys have a deadline.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether no key has one.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn least(&self) -> Option<u64> {
        let near = self.near.first().map(|&(at, _)| at);
        near.or_else(|| self.slots.first().map(|place| self.slots.get(place).least))
    }

    fn node(&self, node: u32) -> Option<&Node<K>> {
        self.nodes.get(node as usize)
    }

    /// Hangs a node into the slot of `at`.
    fn link(&mut self, node: u32, at: u64) {
        let place = self.slots.place(at);
        let Some(key) = self.node(node).map(|n| n.key) else { return };
        let mut after = NONE;
        match place {
            None => {
                self.near.insert((at, key));
            }
            Some(place) => {
                let slot = self.slots.get(place);
                after = slot.head;
                self.slots.put(place, Slot { head: node, least: slot.least.min(at) });
                if let Some(second) = self.nodes.get_mut(after as usize) {
                    second.before = node;
                }
            }
        }
        if let Some(n) = self.nodes.get_mut(node as usize) {
            *n = Node { key, at, place, before: NONE, after };
        }
    }

    /// Takes a node out of its slot.
    fn unlink(&mut self, node: u32) {
        let Some(&Node { key, at, place, before, after }) = self.node(node) else { return };
        let Some(place) = place else {
            self.near.remove(&(at, key));
            return;
        };
        if let Some(n) = self.nodes.get_mut(after as usize) {
            n.before = before;
        }
        let mut slot = self.slots.get(place);
        match self.nodes.get_mut(before as usize) {
            Some(n) => n.after = after,
            None => slot.head = after,
        }
        if slot.least == at {
            slot.least = self.least_of(slot.head).unwrap_or(at);
        }
        self.slots.put(place, slot);
    }

    /// The least of a list, if that is short.
    fn least_of(&self, head: u32) -> Option<u64> {
        let list = std::iter::successors(self.node(head), |n| self.node(n.after));
        let mut least = u64::MAX;
        for (i, node) in list.enumerate() {
            if i == FEW {
                return None;
            }
            least = least.min(node.at);
        }
        Some(least)
    }

    fn remove(&mut self, node: u32) {
        self.unlink(node);
        if (node as usize) >= self.nodes.len() {
            return;
        }
        self.by_key.remove(&self.nodes.swap_remove(node as usize).key);
        // The last one took its number.
        if let Some(&Node { key, place, before, after, .. }) = self.node(node) {
            self.by_key.insert(key, node);
            if let Some(n) = self.nodes.get_mut(after as usize) {
                n.before = node;
            }
            match (self.nodes.get_mut(before as usize), place) {
                (Some(n), _) => n.after = node,
                (None, Some(place)) => self.slots.put(place, Slot { head: node, ..self.slots.get(place) }),
                (None, None) => {}
            }
        }
        self.shrink();
    }

    /// Gives memory back when three quarters of it are empty.
    fn shrink(&mut self) {
        if self.is_empty() {
            *self = Deadlines::default();
        } else if self.nodes.capacity() > 64 && self.nodes.len() < self.nodes.capacity() / 4 {
            self.nodes.shrink_to(self.nodes.len() * 2);
            self.by_key.shrink_to(self.nodes.len() * 2);
        }
    }

    fn scaled(&mut self, at: Instant) -> u64 {
        let origin = *self.origin.get_or_insert_with(|| {
            self.slots = Slots::starting(ORIGIN - LEAD);
            at
        });
        self.since_origin(origin, at)
    }

    fn since_origin(&self, origin: Instant, at: Instant) -> u64 {
        let nanos = |d: Duration| u64::try_from(d.as_nanos()).unwrap_or(ORIGIN).min(ORIGIN);
        match at.checked_duration_since(origin) {
            Some(later) => ORIGIN + nanos(later),
            None => ORIGIN - nanos(origin.saturating_duration_since(at)),
        }
    }

    fn instant(&self, at: u64) -> Option<Instant> {
        match at.checked_sub(ORIGIN) {
            Some(later) => self.origin?.checked_add(Duration::from_nanos(later)),
            None => self.origin?.checked_sub(Duration::from_nanos(ORIGIN - at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use offhook_sim::epoch;

    fn at(ms: u64) -> Instant {
        epoch() + Duration::from_millis(ms)
    }

    #[test]
    fn a_key_has_one_deadline_and_leaves_nothing_behind() {
        let mut d = Deadlines::default();
        d.set(1u64, Some(at(5000)));
        d.set(2, Some(at(1000)));
        d.set(1, Some(at(0)));
        assert_eq!((d.len(), d.next()), (2, Some(at(0))));
        assert_eq!(d.take_due(at(0)), Some(1));
        assert_eq!(d.take_due(at(0)), None);
        assert_eq!(d.next(), Some(at(1000)));
        d.set(2, None);
        assert!(d.is_empty() && d.near.is_empty() && d.by_key.capacity() == 0 && d.next().is_none());
    }

    #[test]
    fn equal_deadlines_come_in_the_order_of_their_keys() {
        let mut d = Deadlines::default();
        for key in [3, 1, 2] {
            d.set(key, Some(at(40_000)));
        }
        assert_eq!([0, 0, 0].map(|_| d.take_due(at(40_000))), [Some(1), Some(2), Some(3)]);
    }

    #[test]
    fn memory_is_given_back_as_the_keys_go() {
        let mut d = Deadlines::default();
        (0..100_000u32).for_each(|key| d.set(key, Some(at(u64::from(key)))));
        (100..100_000).for_each(|key| d.set(key, None));
        assert!(d.nodes.capacity() < 1000 && d.by_key.capacity() < 1000);
        assert_eq!((d.len(), d.next()), (100, Some(at(0))));
    }

    /// What the wheel is to be: all deadlines in one sorted set.
    #[derive(Default)]
    struct Sorted(BTreeSet<(Instant, u8)>);

    impl Sorted {
        fn set(&mut self, key: u8, at: Option<Instant>) {
            self.0.retain(|&(_, k)| k != key);
            self.0.extend(at.map(|at| (at, key)));
        }

        fn take_due(&mut self, now: Instant) -> Option<u8> {
            let &first = self.0.first().filter(|&&(at, _)| at <= now)?;
            self.0.remove(&first);
            Some(first.1)
        }
    }

    /// Twelve keys, so that every list is short and `next` is exact; then two hundred, where it may be early.
    #[test]
    fn the_wheel_does_what_a_sorted_set_does() {
        let mut state = 1u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for keys in [12, 200] {
            let (mut wheel, mut sorted) = (Deadlines::default(), Sorted::default());
            let mut now = 20_000_000_000_000;
            for _ in 0..40_000 {
                let key = random(keys) as u8;
                let span = 1 << random(45);
                let deadline = match random(8) {
                    0 | 1 => None,
                    2 => Some(now - random(span).min(now)),
                    _ => Some(now + random(span)),
                };
                let deadline = deadline.map(|ns| epoch() + Duration::from_nanos(ns));
                wheel.set(key, deadline);
                sorted.set(key, deadline);
                let first = sorted.0.first().map(|&(at, _)| at);
                assert!(wheel.next() == first || keys > 12 && wheel.next().is_some_and(|at| Some(at) < first));
                if random(4) == 0 {
                    let span = 1 << random(42);
                    now += random(span);
                    let instant = epoch() + Duration::from_nanos(now);
                    loop {
                        let taken = sorted.take_due(instant);
                        assert_eq!(wheel.take_due(instant), taken);
                        if taken.is_none() {
                            break;
                        }
                    }
                    assert!(wheel.next().is_none_or(|at| at > instant), "it does not ask to be woken at once");
                }
                assert_eq!((wheel.len(), wheel.nodes.len()), (sorted.0.len(), wheel.by_key.len()));
            }
        }
    }
}
