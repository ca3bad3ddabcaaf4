//! A minute on a network that loses every fifth datagram in each direction: RFC 3261's timers carry everything through, and
//! leave nothing behind.

mod common;

use common::*;
use offhook::RegistrationEvent;
use offhook::sip_dialog::Cause;
use offhook::ua::Ended;
use offhook_sim::{HostId, Link, World};

const LINK: Link = Link { loss: 0.2, delay: ms(20), jitter: ms(10), reorder: 0.0, duplicate: 0.0, corrupt: 0.0 };

struct Minute {
    world: World,
    server: HostId<Registrar>,
    phones: Vec<HostId<Phone>>,
}

/// Four phones register; 1 calls 2, 3 calls 4, and 2 calls 3; callers and callees hang up in turn; 4 calls 1, and gives up.
fn minute(seed: u64) -> Minute {
    let mut world = World::new(seed);
    world.net_mut().set_default_link(LINK);
    let server = registrar(&mut world, 9, Rules::default());
    let plans = [
        Plan::default(),
        Plan { answer: Some(secs(1)), ..Plan::default() }.hang_up(secs(4)),
        Plan { answer: Some(secs(1)), ..Plan::default() },
        Plan { answer: Some(secs(1)), ..Plan::default() }.hang_up(secs(3)),
    ];
    let phones: Vec<_> = plans.into_iter().zip(1..).map(|(plan, n)| phone(&mut world, n, plan)).collect();
    for (&id, n) in phones.iter().zip(1..) {
        world.with(id, |p, now| p.add_account(now, account(n, 9, PASSWORD)));
    }
    let dial = |world: &mut World, from: usize, to: u8| world.with(phones[from - 1], |p, now| p.dial(now, uri(to)));
    world.run_for(secs(2));
    dial(&mut world, 1, 2);
    dial(&mut world, 3, 4);
    world.run_for(secs(8));
    dial(&mut world, 2, 3);
    let given_up = dial(&mut world, 4, 1);
    world.run_for(secs(5));
    world.with(phones[3], |p, now| p.hang_up(now, given_up));
    world.run_until(offhook_sim::epoch() + secs(60));
    Minute { world, server, phones }
}

const SEEDS: std::ops::RangeInclusive<u64> = 1..=12;

#[test]
fn with_a_fifth_lost_each_way_everybody_registers_and_every_call_is_set_up_and_torn_down() {
    for seed in SEEDS {
        let Minute { mut world, server, phones } = minute(seed);
        let lost = world.net().counters();
        let share = lost.lost as f64 / lost.sent as f64;
        assert!((0.15..0.25).contains(&share), "the network lost {share}");
        assert_eq!(world[server].bindings.len(), 4);
        let mut calls = 0;
        for &id in &phones {
            let phone = &world[id];
            assert!(phone.is_registered());
            for line in phone.lines.values() {
                calls += 1;
                match line.cause().expect("the call is over") {
                    Ended::Session(Cause::LocalHangUp | Cause::RemoteHangUp) => {
                        assert!(line.established.is_some() && line.stats().rtp.packets_received > 50);
                    }
                    // Phone 1 never answers.
                    Ended::Session(Cause::GaveUp | Cause::Cancelled) => assert!(line.established.is_none()),
                    cause => panic!("{cause}"),
                }
            }
        }
        assert_eq!(calls, 8, "each of four calls, on both sides");

        // Timers run out; of all of them the refresh of the registration is left.
        world.run_for(secs(64));
        for &id in &phones {
            let phone = &world[id];
            assert!(phone.is_idle(), "a call, dialog, transaction or media is left (seed {seed})");
            let (at, last) = *phone.registrations().last().expect("registered");
            assert_eq!(last, RegistrationEvent::Registered { expires: secs(300) });
            assert_eq!(phone.next, Some(at + secs(230)), "a timer is left (seed {seed})");
        }

        let ids = phones.clone();
        ids.iter().for_each(|&id| world.with(id, |p, now| p.ua.shut_down(now)));
        world.run_until_quiet(secs(120)).expect("no timer is left");
        for &id in &phones {
            assert!(world[id].is_shut_down() && world[id].is_idle());
        }
        assert!(world[server].is_idle());
    }
}

#[test]
fn sound_with_a_fifth_lost_is_heard_with_holes_and_counted() {
    let mut world = World::new(7);
    let a = phone(&mut world, 1, Plan::default().tone(440.0));
    let b = phone(&mut world, 2, Plan::answers());
    let (out, back) = establish(&mut world, a, b, 2);
    world.net_mut().set_default_link(LINK);
    world.run_for(secs(8));
    let line = &world[b].lines[&back];
    let stats = line.stats();
    assert!((0.12..0.28).contains(&stats.rtp.loss()), "{}", stats.rtp);
    assert!(stats.rtp.mos.is_some_and(|mos| mos < 3.6), "{}", stats.rtp);
    assert_eq!(stats.skipped_ticks, 0);
    // Concealment hides much of it, so that the tone is still the tone, and as long as it was.
    let heard = tone_in(&line.heard);
    let pitch = offhook::media::score::dominant_frequency(heard, 8000);
    assert!((pitch - 440.0).abs() < 1.0, "{pitch} Hz");
    assert!(heard.len() > 8000 * 78 / 10, "{} samples", heard.len());
    assert!(world[a].lines[&out].ended.is_none());
}
