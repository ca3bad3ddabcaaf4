//! One slot per timer of a small machine.

use std::time::Instant;

/// A timer name: an enum whose variants are the slots. Made by [`slots!`](crate::slots).
pub trait Slot: Copy + Eq + 'static {
    /// Storage: an array with one place per variant.
    type Table: AsRef<[Option<Instant>]> + AsMut<[Option<Instant>]> + Default + Clone + std::fmt::Debug;
    /// Every variant, in the order of declaration.
    const ALL: &'static [Self];
    /// The place of this variant in [`Slot::ALL`].
    fn index(self) -> usize;
}

/// Declares an enum of timers for [`Timers`].
///
/// ```
/// offhook_core::slots! {
///     /// The timers of RFC 3261 figure 5.
///     pub enum Timer {
///         /// Retransmits the request.
///         A,
///         /// Gives up.
///         B,
///     }
/// }
/// let mut timers = offhook_core::Timers::<Timer>::default();
/// let now = offhook_sim::epoch();
/// timers.set(Timer::B, now);
/// assert_eq!(timers.next(), Some(now));
/// assert_eq!(timers.take_due(now), Some(Timer::B));
/// assert_eq!(timers.next(), None);
/// ```
#[macro_export]
macro_rules! slots {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        $vis enum $name { $($(#[$vmeta])* $variant),+ }

        impl $crate::Slot for $name {
            type Table = [Option<::std::time::Instant>; [$($name::$variant),+].len()];
            const ALL: &'static [Self] = &[$($name::$variant),+];
            fn index(self) -> usize {
                self as usize
            }
        }
    };
}

/// The deadlines of one machine: one slot per variant of `K`.
#[derive(Debug, Clone)]
pub struct Timers<K: Slot> {
    table: K::Table,
}

impl<K: Slot> Default for Timers<K> {
    fn default() -> Self {
        Timers { table: K::Table::default() }
    }
}

impl<K: Slot> Timers<K> {
    /// Arms `timer` for `at`, replacing what it was armed for.
    pub fn set(&mut self, timer: K, at: Instant) {
        self.table.as_mut()[timer.index()] = Some(at);
    }

    /// Disarms `timer`.
    pub fn stop(&mut self, timer: K) {
        self.table.as_mut()[timer.index()] = None;
    }

    /// Disarms all.
    pub fn clear(&mut self) {
        self.table.as_mut().fill(None);
    }

    /// When `timer` is due, if it is armed.
    pub fn get(&self, timer: K) -> Option<Instant> {
        self.table.as_ref()[timer.index()]
    }

    /// The earliest deadline.
    pub fn next(&self) -> Option<Instant> {
        self.table.as_ref().iter().flatten().min().copied()
    }

    /// Disarms and answers the earliest timer that is due at `now`; of equal ones the first declared.
    pub fn take_due(&mut self, now: Instant) -> Option<K> {
        let (at, timer) = K::ALL.iter().filter_map(|&k| Some((self.get(k)?, k))).min_by_key(|&(at, _)| at)?;
        (at <= now).then(|| self.stop(timer))?;
        Some(timer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use offhook_sim::epoch;
    use std::time::Duration;

    slots! { enum T { A, B, C } }

    #[test]
    fn the_earliest_is_taken_first_and_only_when_due() {
        let t0 = epoch();
        let mut timers = Timers::<T>::default();
        timers.set(T::A, t0 + Duration::from_millis(20));
        timers.set(T::C, t0 + Duration::from_millis(10));
        assert_eq!(timers.take_due(t0), None);
        assert_eq!(timers.next(), Some(t0 + Duration::from_millis(10)));
        assert_eq!(timers.take_due(t0 + Duration::from_millis(30)), Some(T::C));
        assert_eq!(timers.take_due(t0 + Duration::from_millis(30)), Some(T::A));
        assert_eq!(timers.take_due(t0 + Duration::from_millis(30)), None);
    }

    #[test]
    fn of_equal_deadlines_the_first_declared_goes_first() {
        let t0 = epoch();
        let mut timers = Timers::<T>::default();
        timers.set(T::C, t0);
        timers.set(T::B, t0);
        assert_eq!(timers.take_due(t0), Some(T::B));
        assert_eq!(timers.take_due(t0), Some(T::C));
    }
}
