//! The same seed is the same run, byte for byte: what makes a failure one that can be had again.

mod common;

use common::*;
use offhook_sim::{Link, World, pcap};

/// Everything that was on the network: registrations, calls with sound and digits, over a bad line.
fn capture(seed: u64) -> [Vec<u8>; 2] {
    let mut world = World::new(seed);
    world.net_mut().record();
    let link = Link { loss: 0.1, jitter: ms(30), reorder: 0.05, duplicate: 0.05, corrupt: 0.01, ..Link::default() };
    world.net_mut().set_default_link(link);
    registrar(&mut world, 9, Rules::default());
    let phones: Vec<_> = (1..=6)
        .map(|n| {
            let plan = if n % 2 == 0 { Plan::answers().tone(1000.0) } else { Plan::default().tone(440.0) };
            phone(&mut world, n, Plan { digits: "19*#", ..plan })
        })
        .collect();
    for (&id, n) in phones.iter().zip(1..) {
        world.with(id, |p, now| p.add_account(now, account(n, 9, PASSWORD)));
    }
    for (&id, to) in phones.iter().zip([2, 0, 4, 0, 6, 0]) {
        if to != 0 {
            world.with(id, |p, now| p.dial(now, uri(to)));
        }
    }
    world.run_for(secs(4));
    // In one instant, with many calls and transactions open: the order must not be that of a hash.
    phones.iter().for_each(|&id| world.with(id, |p, now| p.ua.shut_down(now)));
    world.run_for(secs(40));
    let (mut sent, mut arrived) = (Vec::new(), Vec::new());
    pcap::write_sent(&mut sent, world.net().trace()).expect("written");
    pcap::write_arrived(&mut arrived, world.net().trace()).expect("written");
    [sent, arrived]
}

#[test]
fn two_runs_with_the_same_seed_give_byte_identical_packet_traces() {
    let (first, second) = (capture(61), capture(61));
    assert!(first[0].len() > 100_000, "{} bytes are a trace to compare", first[0].len());
    // Not assert_eq!: nobody wants to read them.
    assert!(first == second);
}

#[test]
fn another_seed_gives_another_trace() {
    assert!(capture(62) != capture(63));
}
