//! Targets that failed lately.

use offhook_core::Protocol;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Instant;

/// Until when each is held down.
#[derive(Debug, Default)]
pub(super) struct Holds {
    until: BTreeMap<(Protocol, SocketAddr), Instant>,
}

impl Holds {
    pub(super) fn is_held(&self, now: Instant, protocol: Protocol, address: SocketAddr) -> bool {
        self.until.get(&(protocol, address)).is_some_and(|&until| now < until)
    }

    /// Holds a target until then, or as it is held already if that is longer.
    pub(super) fn hold(&mut self, now: Instant, protocol: Protocol, address: SocketAddr, until: Instant, most: usize) {
        let key = (protocol, address);
        if !self.until.contains_key(&key) && self.until.len() >= most {
            self.until.retain(|_, until| now < *until);
            if self.until.len() >= most {
                let soonest = self.until.iter().min_by_key(|&(key, until)| (*until, *key)).map(|(key, _)| *key);
                soonest.map(|key| self.until.remove(&key));
            }
        }
        if most > 0 {
            let held = self.until.entry(key).or_insert(until);
            *held = until.max(*held);
        }
    }

    pub(super) fn free(&mut self, protocol: Protocol, address: SocketAddr) {
        self.until.remove(&(protocol, address));
    }

    pub(super) fn len(&self) -> usize {
        self.until.len()
    }
}
