//! The world and its clock.

use super::{Host, HostId};
use crate::clock::epoch;
use crate::entropy::SeededEntropy;
use crate::net::{Net, Place};
use offhook_core::{Deadlines, Output};
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::ops::{Index, IndexMut};
use std::thread;
use std::time::{Duration, Instant};

/// How many inputs and outputs one instant may hold before the world calls it a livelock.
const LIVELOCK: u64 = 100_000;

/// Hosts, the network between them, and the time. It begins at the [`epoch`].
///
/// Everything is decided by the seed and by what the hosts do: arrivals come before timers, arrivals in the order that
/// the network gives them, timers in the order of time and then of [`add`](World::add).
///
/// See the [crate](crate) for a whole example.
///
/// # Panics
/// Every method that runs hosts panics, and names the seed, when 100,000 inputs and outputs pass without the time
/// moving on (see [`set_livelock`](World::set_livelock)).
pub struct World {
    seed: u64,
    entropy: SeededEntropy,
    now: Instant,
    net: Net,
    hosts: Vec<Box<dyn Host>>,
    places: BTreeMap<Place, usize>,
    deadlines: Deadlines<usize>,
    /// Hosts that have to be drained.
    touched: BTreeSet<usize>,
    /// Inputs and outputs since the time last moved.
    turns: u64,
    livelock: u64,
}

/// The limit came before the quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not quiet {elapsed:?} after the epoch: {in_flight} datagrams in flight, {armed} hosts with a timer (seed {seed})"
)]
pub struct NotQuiet {
    /// The time since the [`epoch`].
    pub elapsed: Duration,
    /// Datagrams on their way.
    pub in_flight: usize,
    /// Hosts with a timer armed.
    pub armed: usize,
    /// The world's seed.
    pub seed: u64,
}

impl World {
    /// An empty world.
    pub fn new(seed: u64) -> Self {
        World {
            seed,
            entropy: SeededEntropy::new(seed),
            now: epoch(),
            net: Net::new(seed),
            hosts: Vec::new(),
            places: BTreeMap::new(),
            deadlines: Deadlines::default(),
            touched: BTreeSet::new(),
            turns: 0,
            livelock: LIVELOCK,
        }
    }

    /// A source of random bytes for a host: another one at each call, decided by the seed.
    pub fn entropy(&mut self) -> SeededEntropy {
        self.entropy.child()
    }

    /// Adds a host that listens at these addresses. An [`IpAddr`](std::net::IpAddr) means all its ports, for a host
    /// that opens ports as it goes; the narrower [`Place`] wins.
    ///
    /// # Panics
    /// If another host has one of the places.
    pub fn add<H: Host>(&mut self, host: H, addresses: impl IntoIterator<Item = impl Into<Place>>) -> HostId<H> {
        let index = self.hosts.len();
        for place in addresses {
            let place = place.into();
            self.net.bind(place);
            if let Some(owner) = self.places.insert(place, index) {
                panic!("{place:?} belongs to host {owner}");
            }
        }
        self.hosts.push(Box::new(host));
        self.touched.insert(index);
        HostId::new(index)
    }

    /// Tells a host something, at this instant, and drains it.
    pub fn with<H: Host, R>(&mut self, id: HostId<H>, tell: impl FnOnce(&mut H, Instant) -> R) -> R {
        let now = self.now;
        let answer = tell(&mut self[id], now);
        self.drain();
        answer
    }

    /// The virtual time.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The virtual time since the [`epoch`].
    pub fn elapsed(&self) -> Duration {
        self.now - epoch()
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The network: its counters and its trace.
    pub fn net(&self) -> &Net {
        &self.net
    }

    /// The network: its links, its partitions.
    pub fn net_mut(&mut self) -> &mut Net {
        &mut self.net
    }

    /// How many inputs and outputs one instant may hold; 100,000 if not set.
    pub fn set_livelock(&mut self, bound: u64) {
        self.livelock = bound;
    }

    /// When something is due next: an arrival, a timer, or at once if a host was touched. `None`: the world is quiet.
    pub fn next_deadline(&self) -> Option<Instant> {
        let touched = (!self.touched.is_empty()).then_some(self.now);
        [touched, self.net.next_arrival(), self.deadlines.next()].into_iter().flatten().min()
    }

    /// Runs everything that is due until `instant`, itself included, and moves the clock there.
    pub fn run_until(&mut self, instant: Instant) {
        while self.step(instant) {}
        self.move_to(instant);
    }

    /// Runs for so long.
    pub fn run_for(&mut self, duration: Duration) {
        self.run_until(self.now + duration);
    }

    /// Runs until no datagram is in flight and no timer is armed, and answers when that was: a world in which all
    /// calls are over and nothing was left behind. The clock stays at the last thing that happened.
    ///
    /// # Errors
    /// [`NotQuiet`] when `limit`, counted from now, has passed; the clock stands there then.
    pub fn run_until_quiet(&mut self, limit: Duration) -> Result<Instant, NotQuiet> {
        let end = self.now + limit;
        while self.step(end) {}
        if self.next_deadline().is_none() {
            return Ok(self.now);
        }
        self.move_to(end);
        let (in_flight, armed) = (self.net.in_flight(), self.deadlines.len());
        Err(NotQuiet { elapsed: self.elapsed(), in_flight, armed, seed: self.seed })
    }

    /// Runs until `done` holds, looking after every input, and answers whether it did within `limit`, counted from now.
    pub fn run_until_true(&mut self, limit: Duration, mut done: impl FnMut(&World) -> bool) -> bool {
        let end = self.now + limit;
        self.drain();
        while !done(self) {
            if !self.step(end) {
                self.move_to(end);
                return done(self);
            }
        }
        true
    }

    /// One input to one host and its drain, if one is due until `end`.
    fn step(&mut self, end: Instant) -> bool {
        self.drain();
        let Some(next) = self.next_deadline().filter(|&next| next <= end) else { return false };
        self.move_to(next);
        self.turn();
        if let Some(arrived) = self.net.receive(self.now) {
            if let Some(index) = self.owner(arrived.flow.local) {
                self.hosts[index].receive(self.now, arrived.flow, arrived.contents);
                self.touched.insert(index);
            }
        } else if let Some(index) = self.deadlines.take_due(self.now) {
            self.hosts[index].timeout(self.now);
            self.touched.insert(index);
        }
        self.drain();
        true
    }

    fn drain(&mut self) {
        while let Some(index) = self.touched.pop_first() {
            loop {
                self.turn();
                match self.hosts[index].poll(self.now) {
                    Output::Transmit(transmit) => self.net.send(self.now, transmit),
                    Output::Timeout(at) => break self.deadlines.set(index, at),
                }
            }
        }
    }

    fn move_to(&mut self, instant: Instant) {
        if instant > self.now {
            self.now = instant;
            self.turns = 0;
        }
    }

    fn turn(&mut self) {
        self.turns += 1;
        if self.turns > self.livelock {
            let (turns, elapsed, seed) = (self.livelock, self.elapsed(), self.seed);
            panic!("livelock: {turns} inputs and outputs at one instant, {elapsed:?} after the epoch (seed {seed})");
        }
    }

    fn owner(&self, address: SocketAddr) -> Option<usize> {
        Place::around(address).iter().find_map(|place| self.places.get(place)).copied()
    }
}

impl<H: Host> Index<HostId<H>> for World {
    type Output = H;

    fn index(&self, id: HostId<H>) -> &H {
        let host: &dyn Any = &*self.hosts[id.index];
        host.downcast_ref().expect("the id comes from this world, which put the type in it")
    }
}

/// A host that was lent is drained when the world runs next; [`World::with`] does it at once.
impl<H: Host> IndexMut<HostId<H>> for World {
    fn index_mut(&mut self, id: HostId<H>) -> &mut H {
        self.touched.insert(id.index);
        let host: &mut dyn Any = &mut *self.hosts[id.index];
        host.downcast_mut().expect("the id comes from this world, which put the type in it")
    }
}

/// Says how the failure can be had again.
impl Drop for World {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("this world had the seed {} and stood {:?} after the epoch", self.seed, self.elapsed());
        }
    }
}
