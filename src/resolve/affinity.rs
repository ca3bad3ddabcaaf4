//! Staying with the server that answered.

use super::destination::Destination;
use super::resolver::Target;
use std::collections::BTreeMap;

/// Names what shall stay with one server: a dialog, a registration. Its lookups of the same destination begin with the
/// target that succeeded last; a challenge, say, is answered where it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Affinity(pub u64);

/// What each has reached last.
#[derive(Debug, Default)]
pub(super) struct Affinities {
    reached: BTreeMap<Affinity, (Destination, Target)>,
}

impl Affinities {
    pub(super) fn get(&self, affinity: Affinity, destination: &Destination) -> Option<&Target> {
        self.reached.get(&affinity).filter(|(to, _)| to == destination).map(|(_, target)| target)
    }

    /// Whether there was room for it.
    pub(super) fn set(&mut self, affinity: Affinity, destination: Destination, target: Target, most: usize) -> bool {
        let fits = self.reached.len() < most || self.reached.contains_key(&affinity);
        if fits {
            self.reached.insert(affinity, (destination, target));
        }
        fits
    }

    pub(super) fn forget(&mut self, affinity: Affinity) {
        self.reached.remove(&affinity);
    }

    pub(super) fn len(&self) -> usize {
        self.reached.len()
    }
}
