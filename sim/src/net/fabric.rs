//! The network itself.

use super::{Fate, Link, Place, Record};
use crate::entropy::{SeededEntropy, mix};
use bytes::{Bytes, BytesMut};
use offhook_core::{Flow, Protocol, Transmit};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How late a datagram is that was to be overtaken and was not.
const HOLD: Duration = Duration::from_millis(100);

/// How many datagrams met what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counters {
    /// Left their sender.
    pub sent: u64,
    /// Arrived at a host: whole or corrupted, first copies and second ones.
    pub delivered: u64,
    /// Lost by the link.
    pub lost: u64,
    /// Swallowed by a partition or a block.
    pub blocked: u64,
    /// Given a second copy.
    pub duplicated: u64,
    /// Overtaken by the one sent next.
    pub reordered: u64,
    /// Changed in a byte.
    pub corrupted: u64,
    /// Arrived where nobody listens.
    pub unreachable: u64,
}

/// A network for datagrams. A [`World`](crate::World) has one; alone it is driven like this:
///
/// ```
/// use bytes::Bytes;
/// use offhook_core::{Flow, Transmit};
/// use offhook_sim::{Net, epoch};
///
/// let (a, b) = ("10.0.0.1:5060".parse().unwrap(), "10.0.0.2:5060".parse().unwrap());
/// let mut net = Net::new(1);
/// net.bind(b);
/// net.send(epoch(), Transmit { flow: Flow::udp(a, b), contents: Bytes::from_static(b"hi") });
///
/// let at = net.next_arrival().unwrap();
/// let arrived = net.receive(at).unwrap();
/// assert_eq!(arrived.flow, Flow::udp(b, a)); // as the receiver sees it
/// ```
#[derive(Debug)]
pub struct Net {
    seed: u64,
    default: Link,
    links: BTreeMap<(Place, Place), Link>,
    blocked: BTreeSet<(Place, Place)>,
    bound: BTreeSet<Place>,
    lanes: BTreeMap<(SocketAddr, SocketAddr), Lane>,
    in_flight: BTreeMap<Key, Datagram>,
    keys: u64,
    counters: Counters,
    trace: Option<Vec<Record>>,
}

/// When it arrives; among equals, in the order of these numbers.
type Key = (Instant, u64);

#[derive(Debug)]
struct Datagram {
    number: u64,
    flow: Flow,
    contents: Bytes,
    fate: Fate,
}

/// One direction between two addresses, while it lives.
#[derive(Debug)]
struct Lane {
    entropy: SeededEntropy,
    /// The latest arrival so far: jitter alone does not change the order.
    last: Option<Instant>,
    /// The datagram that waits to be overtaken.
    held: Option<Key>,
}

/// What chance says of one datagram. All is drawn for each, so that one knob does not turn another.
struct Dice {
    loss: f64,
    jitter: [f64; 2],
    reorder: f64,
    duplicate: f64,
    corrupt: f64,
    damage: u64,
}

impl Dice {
    fn roll(from: &mut SeededEntropy) -> Dice {
        Dice {
            loss: from.fraction(),
            jitter: [from.fraction(), from.fraction()],
            reorder: from.fraction(),
            duplicate: from.fraction(),
            corrupt: from.fraction(),
            damage: from.next(),
        }
    }
}

impl Net {
    /// A network with [`Link::default`] everywhere, where nobody listens yet.
    pub fn new(seed: u64) -> Self {
        Net {
            seed,
            default: Link::default(),
            links: BTreeMap::new(),
            blocked: BTreeSet::new(),
            bound: BTreeSet::new(),
            lanes: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            keys: 0,
            counters: Counters::default(),
            trace: None,
        }
    }

    /// The link wherever [`set_link`](Net::set_link) said nothing.
    ///
    /// # Panics
    /// If a chance is not 0 to 1.
    pub fn set_default_link(&mut self, link: Link) {
        self.default = link.checked();
    }

    /// The link in this one direction. Where several fit, the narrowest sender wins, then the narrowest receiver.
    ///
    /// # Panics
    /// If a chance is not 0 to 1.
    pub fn set_link(&mut self, from: impl Into<Place>, to: impl Into<Place>, link: Link) {
        self.links.insert((from.into(), to.into()), link.checked());
    }

    /// The link from one address to another.
    pub fn link(&self, from: SocketAddr, to: SocketAddr) -> Link {
        pairs(from, to).find_map(|pair| self.links.get(&pair)).copied().unwrap_or(self.default)
    }

    /// From now on nothing sent in this direction arrives: a firewall. What is in flight still does.
    pub fn block(&mut self, from: impl Into<Place>, to: impl Into<Place>) {
        self.blocked.insert((from.into(), to.into()));
    }

    /// Blocks both directions.
    pub fn partition(&mut self, one: impl Into<Place>, other: impl Into<Place>) {
        let (one, other) = (one.into(), other.into());
        self.block(one, other);
        self.block(other, one);
    }

    /// Takes back the block or the partition between these very places.
    pub fn heal(&mut self, one: impl Into<Place>, other: impl Into<Place>) {
        let (one, other) = (one.into(), other.into());
        self.blocked.remove(&(one, other));
        self.blocked.remove(&(other, one));
    }

    /// Takes back every block.
    pub fn heal_all(&mut self) {
        self.blocked.clear();
    }

    /// From now on somebody listens here.
    pub fn bind(&mut self, place: impl Into<Place>) {
        self.bound.insert(place.into());
    }

    /// Takes a datagram from `transmit.flow.local` to `transmit.flow.remote`. The sender's address is believed.
    ///
    /// # Panics
    /// If the flow is not UDP: this network carries datagrams only.
    pub fn send(&mut self, now: Instant, transmit: Transmit) {
        let Transmit { flow, contents } = transmit;
        assert_eq!(flow.protocol, Protocol::Udp, "the simulated network carries datagrams; the flow is {flow}");
        let (number, link, blocked) = (self.counters.sent, self.link(flow.local, flow.remote), self.is_blocked(flow));
        let lane = self.lanes.entry((flow.local, flow.remote)).or_insert_with(|| Lane::new(self.seed, flow));
        let dice = Dice::roll(&mut lane.entropy);

        self.counters.sent += 1;
        self.note(now, number, flow, &contents, Fate::Sent);
        if blocked {
            self.counters.blocked += 1;
            return self.note(now, number, flow, &contents, Fate::Blocked);
        }
        if dice.loss < link.loss {
            self.counters.lost += 1;
            return self.note(now, number, flow, &contents, Fate::Lost);
        }
        let whole = Datagram { number, flow, contents: contents.clone(), fate: Fate::Delivered };
        let first = if dice.corrupt < link.corrupt && !contents.is_empty() {
            self.counters.corrupted += 1;
            Datagram { contents: damaged(&contents, dice.damage), fate: Fate::Corrupted, ..whole }
        } else {
            whole
        };
        let [soon, later] = dice.jitter.map(|part| now + link.delay + link.jitter.mul_f64(part));
        if dice.reorder < link.reorder {
            self.hold(soon, first);
        } else {
            self.carry(soon, first);
        }
        if dice.duplicate < link.duplicate {
            self.counters.duplicated += 1;
            self.carry(soon.max(later), Datagram { number, flow, contents, fate: Fate::Delivered });
        }
    }

    /// When the next datagram arrives.
    pub fn next_arrival(&self) -> Option<Instant> {
        self.in_flight.first_key_value().map(|(&(at, _), _)| at)
    }

    /// How many datagrams are on their way.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// The next datagram that has arrived at `now` where somebody listens, on the flow as the receiver sees it: its
    /// own address is `flow.local`.
    pub fn receive(&mut self, now: Instant) -> Option<Transmit> {
        while let Some(entry) = self.in_flight.first_entry().filter(|entry| entry.key().0 <= now) {
            let Datagram { number, flow, contents, fate } = entry.remove();
            if Place::around(flow.remote).iter().any(|place| self.bound.contains(place)) {
                self.counters.delivered += 1;
                self.note(now, number, flow, &contents, fate);
                return Some(Transmit { flow: flow.reversed(), contents });
            }
            self.counters.unreachable += 1;
            self.note(now, number, flow, &contents, Fate::Unreachable);
        }
        None
    }

    /// What happened so far, in numbers.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// From now on keeps a [`Record`] of everything that happens.
    pub fn record(&mut self) {
        self.trace.get_or_insert_default();
    }

    /// What happened since [`record`](Net::record), in the order of time.
    pub fn trace(&self) -> &[Record] {
        self.trace.as_deref().unwrap_or_default()
    }

    fn is_blocked(&self, flow: Flow) -> bool {
        !self.blocked.is_empty() && pairs(flow.local, flow.remote).any(|pair| self.blocked.contains(&pair))
    }

    /// Puts a datagram behind those of its direction, and the one that waited for it behind it.
    fn carry(&mut self, at: Instant, datagram: Datagram) {
        let Some(lane) = self.lanes.get_mut(&(datagram.flow.local, datagram.flow.remote)) else { return };
        let at = lane.last.map_or(at, |last| last.max(at));
        lane.last = Some(at);
        let overtaken = lane.held.filter(|&(held_until, _)| at < held_until);
        let number = datagram.number;
        insert(&mut self.in_flight, &mut self.keys, at, datagram);
        // a second copy does not overtake its own first
        if let Some(key) = overtaken
            && self.in_flight.get(&key).is_some_and(|held| held.number != number)
            && let Some(held) = self.in_flight.remove(&key)
        {
            lane.held = None;
            self.counters.reordered += 1;
            insert(&mut self.in_flight, &mut self.keys, at, held);
        }
    }

    /// Lets a datagram wait for the next of its direction. One waits at a time; another one travels on.
    fn hold(&mut self, at: Instant, datagram: Datagram) {
        let Some(lane) = self.lanes.get_mut(&(datagram.flow.local, datagram.flow.remote)) else { return };
        if lane.held.is_some_and(|key| self.in_flight.contains_key(&key)) {
            return self.carry(at, datagram);
        }
        let at = lane.last.map_or(at, |last| last.max(at));
        lane.held = Some(insert(&mut self.in_flight, &mut self.keys, at + HOLD, datagram));
    }

    fn note(&mut self, at: Instant, number: u64, flow: Flow, contents: &Bytes, fate: Fate) {
        if let Some(trace) = &mut self.trace {
            trace.push(Record { at, number, flow, contents: contents.clone(), fate });
        }
    }
}

impl Lane {
    fn new(seed: u64, flow: Flow) -> Lane {
        let name = format!("{} {}", flow.local, flow.remote);
        Lane { entropy: SeededEntropy::new(mix(seed, name.as_bytes())), last: None, held: None }
    }
}

fn insert(in_flight: &mut BTreeMap<Key, Datagram>, keys: &mut u64, at: Instant, datagram: Datagram) -> Key {
    *keys += 1;
    in_flight.insert((at, *keys), datagram);
    (at, *keys)
}

/// The pairs of places that lie around a direction, the narrowest first.
fn pairs(from: SocketAddr, to: SocketAddr) -> impl Iterator<Item = (Place, Place)> {
    Place::around(from).into_iter().flat_map(move |from| Place::around(to).into_iter().map(move |to| (from, to)))
}

/// The same bytes with one of them changed.
fn damaged(contents: &Bytes, damage: u64) -> Bytes {
    let mut bytes = BytesMut::from(&contents[..]);
    let place = (damage >> 8) as usize % bytes.len();
    bytes[place] ^= (damage as u8).max(1);
    bytes.freeze()
}
