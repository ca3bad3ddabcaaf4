//! The world brings datagrams and timers to hosts, in virtual time, and repeats.

use bytes::Bytes;
use offhook_core::{Entropy, Flow, Output, Transmit};
use offhook_sim::{Host, Link, NotQuiet, Place, World, epoch, pcap};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

fn secs(s: u64) -> Duration {
    Duration::from_secs(s)
}

fn addr(host: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, host], 5060))
}

/// Says something each `interval` until `left` is 0, and answers what begins with '?'.
struct Talker {
    to: Flow,
    interval: Duration,
    next: Instant,
    left: u32,
    heard: Vec<(Duration, Flow, Bytes)>,
    outbox: VecDeque<Transmit>,
}

impl Talker {
    fn new(to: Flow, interval: Duration, left: u32) -> Self {
        Talker { to, interval, next: epoch(), left, heard: Vec::new(), outbox: VecDeque::new() }
    }

    fn silent() -> Self {
        Talker::new(Flow::udp(addr(0), addr(0)), secs(1), 0)
    }

    fn say(&mut self, contents: Bytes) {
        self.outbox.push_back(Transmit { flow: self.to, contents });
    }
}

impl Host for Talker {
    fn receive(&mut self, now: Instant, flow: Flow, contents: Bytes) {
        if contents.starts_with(b"?") {
            self.outbox.push_back(Transmit { flow, contents: contents.slice(1..) });
        }
        self.heard.push((now - epoch(), flow, contents));
    }

    fn timeout(&mut self, now: Instant) {
        if self.left > 0 && self.next <= now {
            self.left -= 1;
            self.next += self.interval;
            self.say(Bytes::from(format!("?{}", self.left)));
        }
    }

    fn poll(&mut self, _now: Instant) -> Output<Infallible> {
        match self.outbox.pop_front() {
            Some(transmit) => Output::Transmit(transmit),
            None => Output::Timeout((self.left > 0).then_some(self.next)),
        }
    }
}

#[test]
fn a_datagram_reaches_the_host_that_listens_as_that_host_sees_it() {
    let mut world = World::new(1);
    let a = world.add(Talker::new(Flow::udp(addr(1), addr(2)), secs(1), 1), [addr(1)]);
    let b = world.add(Talker::silent(), [addr(2)]);
    world.run_until_quiet(secs(1)).unwrap();
    let ms = Duration::from_millis;
    assert_eq!(world[b].heard, [(ms(1), Flow::udp(addr(2), addr(1)), Bytes::from_static(b"?0"))]);
    assert_eq!(world[a].heard, [(ms(2), Flow::udp(addr(1), addr(2)), Bytes::from_static(b"0"))]);
}

#[test]
fn a_host_with_an_ip_has_all_ports_but_those_that_another_host_took() {
    let mut world = World::new(2);
    let narrow = world.add(Talker::silent(), [addr(2)]);
    let wide = world.add(Talker::silent(), [addr(2).ip()]);
    let rest = world.add(Talker::silent(), [Place::Any]);
    let a = world.add(Talker::silent(), [addr(1)]);
    for to in [addr(2), SocketAddr::new(addr(2).ip(), 40_000), addr(9)] {
        world.with(a, |a, _| a.outbox.push_back(Transmit { flow: Flow::udp(addr(1), to), contents: Bytes::new() }));
    }
    world.run_until_quiet(secs(1)).unwrap();
    let heard = [narrow, wide, rest].map(|id| world[id].heard.iter().map(|h| h.1.local).collect::<Vec<_>>());
    assert_eq!(heard, [vec![addr(2)], vec![SocketAddr::new(addr(2).ip(), 40_000)], vec![addr(9)]]);
}

#[test]
#[should_panic(expected = "belongs to host 0")]
fn two_hosts_cannot_have_one_address() {
    let mut world = World::new(3);
    world.add(Talker::silent(), [addr(1)]);
    world.add(Talker::silent(), [addr(1)]);
}

#[test]
fn running_until_an_instant_does_what_is_due_then_and_nothing_later() {
    let mut world = World::new(4);
    let a = world.add(Talker::new(Flow::udp(addr(1), addr(2)), secs(10), 100), [addr(1)]);
    world.run_until(epoch() + secs(20));
    assert_eq!((world[a].left, world.elapsed()), (97, secs(20)), "at 0, 10 and 20 s");
    assert_eq!(world.next_deadline(), Some(epoch() + secs(20) + Duration::from_millis(1)), "the arrival");
    world.run_for(secs(5));
    assert_eq!((world[a].left, world.next_deadline()), (97, Some(epoch() + secs(30))));
}

#[test]
fn quiet_is_when_nothing_is_in_flight_and_nothing_armed() {
    let mut world = World::new(5);
    world.add(Talker::new(Flow::udp(addr(1), addr(2)), secs(10), 3), [addr(1)]);
    let seed = 5;
    assert_eq!(world.run_until_quiet(secs(15)), Err(NotQuiet { elapsed: secs(15), in_flight: 0, armed: 1, seed }));
    let quiet = epoch() + secs(20) + Duration::from_millis(1);
    assert_eq!(world.run_until_quiet(secs(15)), Ok(quiet));
    assert_eq!((world.now(), world.next_deadline()), (quiet, None));
}

#[test]
fn it_stops_as_soon_as_what_is_waited_for_is_true() {
    let mut world = World::new(6);
    world.add(Talker::new(Flow::udp(addr(1), addr(2)), secs(10), 9), [addr(1)]);
    let b = world.add(Talker::silent(), [addr(2)]);
    assert!(world.run_until_true(secs(60), |world| world[b].heard.len() == 3));
    assert_eq!(world.elapsed(), secs(20) + Duration::from_millis(1));
    assert!(!world.run_until_true(secs(5), |world| world[b].heard.len() == 4));
    assert_eq!(world.elapsed(), secs(25) + Duration::from_millis(1));
}

#[test]
fn a_host_that_was_lent_is_drained_at_the_next_run() {
    let mut world = World::new(7);
    let a = world.add(Talker::new(Flow::udp(addr(1), addr(2)), secs(1), 0), [addr(1)]);
    let b = world.add(Talker::silent(), [addr(2)]);
    world.run_until_quiet(secs(1)).unwrap();
    world[a].say(Bytes::from_static(b"now"));
    assert_eq!(world.next_deadline(), Some(world.now()));
    world.run_until_quiet(secs(1)).unwrap();
    assert_eq!(world[b].heard.len(), 1);
}

#[test]
fn a_day_of_keep_alives_passes_and_every_one_is_counted() {
    let mut world = World::new(8);
    world.net_mut().set_default_link(Link { delay: Duration::from_millis(40), ..Link::default() });
    let a = world.add(Talker::new(Flow::udp(addr(1), addr(2)), secs(20), 4_320), [addr(1)]);
    world.add(Talker::silent(), [addr(2)]);
    world.run_for(secs(86_400));
    assert_eq!(world[a].heard.len(), 4_320);
    assert_eq!(world.net().counters().delivered, 8_640);
}

#[test]
fn two_runs_with_the_same_seed_give_byte_identical_captures() {
    let capture = |seed| {
        let mut world = World::new(seed);
        let link = Link { loss: 0.2, jitter: Duration::from_millis(80), reorder: 0.1, corrupt: 0.1, ..Link::default() };
        world.net_mut().set_default_link(link);
        world.net_mut().record();
        let token = world.entropy().token();
        let a = world.add(Talker::new(Flow::udp(addr(1), addr(2)), secs(1), 200), [addr(1)]);
        world.add(Talker::new(Flow::udp(addr(2), addr(1)), secs(1), 200), [addr(2)]);
        world.with(a, |a, _| a.say(Bytes::copy_from_slice(token.as_str().as_bytes())));
        world.run_until_quiet(secs(300)).unwrap();
        let mut file = Vec::new();
        pcap::write_sent(&mut file, world.net().trace()).unwrap();
        pcap::write_arrived(&mut file, world.net().trace()).unwrap();
        file
    };
    assert_eq!(capture(9), capture(9));
    assert_ne!(capture(9), capture(10));
}

/// Always has something to do at once.
struct Restless;

impl Host for Restless {
    fn receive(&mut self, _now: Instant, _flow: Flow, _contents: Bytes) {}
    fn timeout(&mut self, _now: Instant) {}
    fn poll(&mut self, now: Instant) -> Output<Infallible> {
        Output::Timeout(Some(now))
    }
}

/// Never ends its drain.
struct Flood;

impl Host for Flood {
    fn receive(&mut self, _now: Instant, _flow: Flow, _contents: Bytes) {}
    fn timeout(&mut self, _now: Instant) {}
    fn poll(&mut self, _now: Instant) -> Output<Infallible> {
        Output::Transmit(Transmit { flow: Flow::udp(addr(1), addr(2)), contents: Bytes::new() })
    }
}

#[test]
fn a_livelock_is_found_and_its_panic_names_the_seed() {
    fn panic_of(host: impl Host) -> String {
        let mut world = World::new(4711);
        world.set_livelock(1_000);
        world.add(host, [addr(1)]);
        let run = catch_unwind(AssertUnwindSafe(|| world.run_for(secs(1))));
        *run.expect_err("a livelock").downcast::<String>().unwrap()
    }
    for text in [panic_of(Restless), panic_of(Flood)] {
        assert_eq!(text, "livelock: 1000 inputs and outputs at one instant, 0ns after the epoch (seed 4711)");
    }
}

#[test]
fn zero_delay_ping_pong_is_a_livelock_and_a_millisecond_is_none() {
    let world = |delay| {
        let mut world = World::new(12);
        world.set_livelock(1_000);
        world.net_mut().set_default_link(Link { delay, ..Link::default() });
        let a = world.add(Talker::silent(), [addr(1)]);
        world.add(Talker::silent(), [addr(2)]);
        let contents = Bytes::from(vec![b'?'; 10_000]); // each answer is one shorter
        world.with(a, |a, _| a.outbox.push_back(Transmit { flow: Flow::udp(addr(1), addr(2)), contents }));
        world
    };
    assert!(catch_unwind(AssertUnwindSafe(|| world(Duration::ZERO).run_for(secs(60)))).is_err());
    world(Duration::from_millis(1)).run_for(secs(60));
}
