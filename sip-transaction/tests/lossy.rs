//! Two layers over a bad network: everything completes or times out as the RFC says, and nothing is left.

mod kit;

use kit::{draft, ms};
use offhook_core::{Flow, Machine};
use offhook_sim::{HostId, Link, Solo, World, epoch, pcap};
use offhook_sip_parser::{Draft, Method, Name, Status, header::Via};
use offhook_sip_transaction::{ClientKey, Config, Event, Failure, Input, Layer};
use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;
use std::time::Duration;

const EACH: u64 = 100;

fn host(n: u8) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, n], 5060))
}

fn link(loss: f64) -> Link {
    Link { loss, delay: ms(40), jitter: ms(30), reorder: 0.1, duplicate: 0.1, ..Link::default() }
}

fn solo(world: &mut World) -> Solo<Layer> {
    let layer = Layer::new(Config::default(), Box::new(world.entropy()));
    Solo::new(layer, |flow, contents| Input::Received { flow, contents: contents.clone() }, || Input::Timeout)
}

/// Rings and is busy; answers everything else with 200.
fn answer(layer: &mut Layer, now: std::time::Instant, event: &Event) {
    let Event::Request { id, request, .. } = event else { return };
    let codes = if request.method() == Some(Method::Invite) { &[180, 486][..] } else { &[200] };
    for &code in codes {
        let response = Draft::response(request.view(), Status::new(code).unwrap(), Some("b"));
        layer.handle_input(now, Input::Respond { id: *id, response }).unwrap();
    }
}

struct Run {
    world: World,
    caller: HostId<Solo<Layer>>,
    called: HostId<Solo<Layer>>,
}

/// INVITEs with even keys, OPTIONS with odd ones, one each 20 ms.
fn run(seed: u64, link: Link) -> Run {
    let mut world = World::new(seed);
    world.net_mut().set_default_link(link);
    world.net_mut().record();
    let caller = solo(&mut world);
    let caller = world.add(caller, [host(1)]);
    let called = solo(&mut world).reacting(answer);
    let called = world.add(called, [host(2)]);
    for key in 0..2 * EACH {
        let method = if key % 2 == 0 { Method::Invite } else { Method::Options };
        let mut request = draft(method);
        request.set(Name::CALL_ID, key);
        world.with(caller, |caller, now| {
            let flow = Flow::udp(host(1), host(2));
            caller.machine.handle_input(now, Input::Request { key: ClientKey(key), flow, request }).unwrap();
        });
        world.run_for(ms(20));
    }
    world.run_until_quiet(Duration::from_secs(200)).unwrap();
    Run { world, caller, called }
}

/// What each request came to: the codes of its responses, `None` for a timeout.
fn outcomes(events: &[Event]) -> BTreeMap<u64, Vec<Option<u16>>> {
    let mut all = BTreeMap::<_, Vec<_>>::new();
    for event in events {
        match event {
            Event::Response { key, response } => {
                all.entry(key.0).or_default().push(Some(response.status().unwrap().code()));
            }
            Event::Failed { key, failure: Failure::Timeout } => all.entry(key.0).or_default().push(None),
            other => panic!("{other:?}"),
        }
    }
    all
}

#[test]
fn every_request_comes_to_one_end_and_nothing_is_left_behind() {
    for (seed, loss) in [(1, 0.2), (2, 0.2), (3, 0.3), (4, 0.3)] {
        let Run { world, caller, called } = run(seed, link(loss));
        let (caller, called) = (&world[caller], &world[called]);
        let outcomes = outcomes(&caller.events);
        assert_eq!(outcomes.len() as u64, 2 * EACH, "seed {seed}");
        for (key, codes) in &outcomes {
            let (end, before) = codes.split_last().unwrap();
            let expected = if key % 2 == 0 { 486 } else { 200 };
            assert!(*end == Some(expected) || end.is_none(), "seed {seed}, request {key}: {codes:?}");
            assert!(before.iter().all(|&code| code.is_some_and(|c| c < 200)), "seed {seed}, request {key}: {codes:?}");
        }
        let failed = outcomes.values().filter(|codes| codes.contains(&None)).count();
        assert!(failed <= 2, "seed {seed}: {failed} of {} timed out", outcomes.len());

        let branch = |event: &Event| match event {
            Event::Request { request, .. } => Some(request.required::<Via<'_>>().unwrap().branch().unwrap().to_owned()),
            _ => None,
        };
        let told: Vec<_> = called.events.iter().filter_map(branch).collect();
        assert_eq!(told.iter().collect::<HashSet<_>>().len(), told.len(), "seed {seed}: a request was told twice");

        assert!(caller.machine.is_empty() && called.machine.is_empty(), "seed {seed}");
        let counters = called.machine.counters();
        assert!(counters.retransmissions_received > 0 && counters.retransmissions_sent > 0);
        assert_eq!((counters.not_sip, counters.malformed_requests, counters.overloaded), (0, 0, 0));
    }
}

#[test]
fn over_a_good_network_nothing_is_sent_twice() {
    let Run { world, caller, called } = run(1, Link::default());
    for host in [caller, called] {
        let counters = world[host].machine.counters();
        assert_eq!((counters.retransmissions_sent, counters.retransmissions_received), (0, 0));
    }
    // INVITE 180 486 ACK, OPTIONS 200
    assert_eq!(world.net().counters().sent, EACH * (4 + 2));
}

#[test]
fn behind_a_dead_network_everything_times_out_at_64_t1() {
    let Run { world, caller, .. } = run(1, link(1.0));
    assert!(outcomes(&world[caller].events).values().all(|codes| codes == &[None]));
    assert_eq!(world.now(), epoch() + ms(20 * (2 * EACH - 1)) + Duration::from_secs(32), "64·T1 after the last");
    assert!(world[caller].machine.is_empty());
}

#[test]
fn two_runs_with_one_seed_give_the_same_bytes() {
    let capture = |seed| {
        let run = run(seed, link(0.3));
        let mut file = Vec::new();
        pcap::write_sent(&mut file, run.world.net().trace()).unwrap();
        pcap::write_arrived(&mut file, run.world.net().trace()).unwrap();
        file
    };
    assert!(capture(7) == capture(7));
    assert!(capture(7) != capture(8));
}
