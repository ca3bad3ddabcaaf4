//! Two telephones over a network that loses, doubles and disorders: whole calls, both layers.

mod common;

use common::host::{Phone, Seen};
use offhook_sim::{Link, Record, World};
use offhook_sip_dialog::Cause;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

const CALLS: u32 = 4;

struct Run {
    calls: BTreeMap<String, (Seen, Option<Seen>)>,
    trace: Vec<Record>,
}

fn run(seed: u64, link: Link) -> Run {
    let (a, b): (SocketAddr, SocketAddr) = ("10.0.0.1:5061".parse().unwrap(), "10.0.0.2:5062".parse().unwrap());
    let mut world = World::new(seed);
    world.net_mut().set_default_link(link);
    world.net_mut().record();
    let alice = Phone::new(world.entropy(), a, b);
    let alice = world.add(alice, [a]);
    let bob = Phone::new(world.entropy(), b, a);
    let bob = world.add(bob, [b]);
    for phone in [alice, bob] {
        world.with(phone, |phone, now| phone.plan_calls(now, CALLS, Duration::from_secs(15)));
    }
    world.run_until_quiet(Duration::from_secs(600)).unwrap();
    let mut calls = BTreeMap::new();
    for (caller, callee) in [(alice, bob), (bob, alice)] {
        let (caller, callee) = (&world[caller], &world[callee]);
        assert!(caller.dialogs.is_empty() && caller.transactions.is_empty(), "something is left (seed {seed})");
        let own = format!("from{}", if std::ptr::eq(caller, &world[alice]) { 5061 } else { 5062 });
        for (name, seen) in caller.seen.iter().filter(|(name, _)| name.ends_with(&own)) {
            calls.insert(name.clone(), (seen.clone(), callee.seen.get(name).cloned()));
        }
    }
    Run { calls, trace: world.net().trace().to_vec() }
}

fn lossy(loss: f64) -> Link {
    let ms = Duration::from_millis;
    Link { loss, delay: ms(30), jitter: ms(60), reorder: 0.1, duplicate: 0.1, ..Link::default() }
}

/// Whether one end's story fits the other's.
fn agree(caller: Cause, callee: Option<Cause>) -> bool {
    use Cause::*;
    match (caller, callee) {
        (LocalHangUp, Some(RemoteHangUp | LocalHangUp | NoAck)) => true,
        (RemoteHangUp, Some(LocalHangUp | NoAck)) => true,
        (Rejected(said), Some(Refused(heard))) => said == heard,
        // The CANCEL came in time, or crossed the answer, the refusal or the other's BYE; or the INVITE never came
        (GaveUp, Some(Cancelled | RemoteHangUp | LocalHangUp | NoAck | Refused(_)) | None) => true,
        (Failed(_), Some(Refused(_) | NoAck | LocalHangUp) | None) => true,
        _ => false,
    }
}

#[test]
fn both_ends_agree_and_nothing_is_left_whatever_the_network_does() {
    let (mut answered, mut cancelled, mut crossed) = (0, 0, 0);
    for seed in 0..60 {
        let Run { calls, .. } = run(seed, lossy(0.2 + 0.1 * (seed % 2) as f64));
        assert_eq!(calls.len(), 2 * CALLS as usize);
        for (name, (caller, callee)) in calls {
            let story = format!("seed {seed}, {name}: {caller:?} and {callee:?}");
            assert_eq!(caller.ended.len(), 1, "{story}");
            assert!(callee.as_ref().is_none_or(|c| c.ended.len() == 1), "{story}");
            let there = callee.as_ref().map(|c| c.ended[0]);
            assert!(agree(caller.ended[0], there), "{story}");
            answered += u32::from(caller.answered && callee.is_some_and(|c| c.answered));
            cancelled += u32::from(there == Some(Cause::Cancelled));
            crossed += u32::from(caller.ended[0] == Cause::GaveUp && there == Some(Cause::RemoteHangUp));
        }
    }
    assert!(answered > 100 && cancelled > 20 && crossed > 2, "{answered} {cancelled} {crossed}");
}

#[test]
fn on_a_good_network_the_stories_are_the_same() {
    for seed in 0..10 {
        for (name, (caller, callee)) in run(seed, Link::default()).calls {
            let callee = callee.unwrap();
            assert_eq!(caller.answered, callee.answered, "{name} (seed {seed})");
            assert!(agree(caller.ended[0], Some(callee.ended[0])), "{name} (seed {seed})");
        }
    }
}

#[test]
fn equal_seeds_give_equal_traces() {
    let (one, two, other) = (run(3, lossy(0.3)), run(3, lossy(0.3)), run(4, lossy(0.3)));
    assert!(one.trace.len() > 100 && one.trace == two.trace && one.trace != other.trace);
}
