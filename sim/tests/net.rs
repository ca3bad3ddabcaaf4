//! The network does what its links say, and the same for the same seed.

use bytes::Bytes;
use offhook_core::{Flow, Protocol, Transmit};
use offhook_sim::{Fate, Link, Net, Place, epoch};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn addr(host: u8, port: u16) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, host], port))
}

fn net(seed: u64, link: Link) -> Net {
    let mut net = Net::new(seed);
    net.bind(Place::Any);
    net.set_default_link(link);
    net.record();
    net
}

/// Sends `count` numbered datagrams, one each 20 ms, and answers the numbers that arrived, and when.
fn stream(net: &mut Net, count: u32) -> Vec<(Duration, u32)> {
    for n in 0..count {
        let contents = Bytes::copy_from_slice(&n.to_be_bytes());
        net.send(epoch() + ms(20) * n, Transmit { flow: Flow::udp(addr(1, 5060), addr(2, 5060)), contents });
    }
    let mut arrived = Vec::new();
    while let Some(at) = net.next_arrival() {
        if let Some(got) = net.receive(at) {
            arrived.push((at - epoch(), u32::from_be_bytes(got.contents[..].try_into().unwrap())));
        }
    }
    arrived
}

fn numbers(arrived: &[(Duration, u32)]) -> Vec<u32> {
    arrived.iter().map(|&(_, n)| n).collect()
}

#[test]
fn by_default_all_arrives_in_order_after_a_millisecond() {
    let arrived = stream(&mut net(1, Link::default()), 100);
    assert!(arrived.iter().zip(0..).all(|(&got, n)| got == (ms(20) * n + ms(1), n)), "{arrived:?}");
}

#[test]
fn it_loses_duplicates_and_corrupts_as_often_as_the_link_says() {
    let link = Link { loss: 0.2, duplicate: 0.1, corrupt: 0.05, ..Link::default() };
    let mut net = net(2, link);
    stream(&mut net, 10_000);
    let counters = net.counters();
    assert_eq!(counters.sent, 10_000);
    assert!((1_850..2_150).contains(&counters.lost), "{counters:?}");
    assert!((700..900).contains(&counters.duplicated), "of the 8,000 not lost: {counters:?}");
    assert!((340..460).contains(&counters.corrupted), "{counters:?}");
    assert_eq!(counters.delivered, counters.sent - counters.lost + counters.duplicated);
}

#[test]
fn jitter_spreads_over_its_range_and_never_changes_the_order() {
    let arrived = stream(&mut net(3, Link { delay: ms(50), jitter: ms(200), ..Link::default() }), 1_000);
    assert_eq!(numbers(&arrived), (0..1_000).collect::<Vec<_>>());
    let travel = |&(at, n): &(Duration, u32)| at - ms(20) * n;
    assert!(arrived.iter().map(travel).all(|t| (ms(50)..=ms(250)).contains(&t)));
    assert!(arrived.iter().map(travel).min() < Some(ms(110)) && arrived.iter().map(travel).max() > Some(ms(240)));
}

#[test]
fn a_reordered_datagram_arrives_after_the_one_sent_next() {
    let mut net = net(4, Link { reorder: 0.1, ..Link::default() });
    let arrived = numbers(&stream(&mut net, 1_000));
    let late: Vec<_> = arrived.windows(2).filter(|pair| pair[0] > pair[1]).collect();
    assert!(late.iter().all(|pair| pair[0] == pair[1] + 1), "{late:?}");
    assert_eq!(late.len() as u64, net.counters().reordered);
    assert!((60..140).contains(&late.len()), "{}", late.len());
}

#[test]
fn a_reordered_datagram_that_nothing_follows_is_late_and_not_lost() {
    let mut net = net(4, Link { reorder: 1.0, ..Link::default() });
    assert_eq!(stream(&mut net, 1), [(ms(101), 0)]);
    assert_eq!(net.counters().reordered, 0);
}

#[test]
fn a_corrupted_datagram_differs_in_one_byte() {
    let mut net = net(5, Link { corrupt: 1.0, ..Link::default() });
    stream(&mut net, 200);
    let of = |fate| net.trace().iter().filter(move |r| r.fate == fate).map(|r| &r.contents);
    assert_eq!(of(Fate::Corrupted).count(), 200);
    for (sent, got) in of(Fate::Sent).zip(of(Fate::Corrupted)) {
        assert_eq!(sent.iter().zip(got).filter(|(a, b)| a != b).count(), 1);
    }
}

#[test]
fn the_same_seed_gives_the_same_trace_and_another_seed_another() {
    let link = Link { loss: 0.1, jitter: ms(30), reorder: 0.1, duplicate: 0.1, corrupt: 0.1, ..Link::default() };
    let trace = |seed| {
        let mut net = net(seed, link);
        stream(&mut net, 500);
        net.trace().to_vec()
    };
    assert_eq!(trace(6), trace(6));
    assert_ne!(trace(6), trace(7));
}

#[test]
fn neither_other_traffic_nor_another_knob_changes_what_is_lost() {
    let lost = |link, noise: bool| {
        let mut net = net(8, link);
        if noise {
            let flow = Flow::udp(addr(7, 1), addr(2, 5060));
            (0..50).for_each(|_| net.send(epoch(), Transmit { flow, contents: Bytes::from_static(b"talk") }));
        }
        stream(&mut net, 200);
        let ours = |flow: Flow| flow.local == addr(1, 5060);
        net.trace().iter().filter(|r| r.fate == Fate::Lost && ours(r.flow)).map(|r| r.at).collect::<Vec<Instant>>()
    };
    let lossy = Link { loss: 0.3, ..Link::default() };
    assert_eq!(lost(lossy, false), lost(lossy, true));
    assert_eq!(lost(lossy, false), lost(Link { duplicate: 0.5, corrupt: 0.5, jitter: ms(9), ..lossy }, false));
}

#[test]
fn of_several_links_the_narrowest_counts_and_each_direction_has_its_own() {
    let slow = |delay| Link { delay: ms(delay), ..Link::default() };
    let (a, b) = (addr(1, 5060), addr(2, 5060));
    let mut net = net(9, slow(1));
    net.set_link(Place::Any, b.ip(), slow(2));
    net.set_link(a.ip(), Place::Any, slow(3));
    net.set_link(a, b, slow(4));
    assert_eq!(net.link(a, b), slow(4));
    assert_eq!(net.link(addr(1, 9), b), slow(3));
    assert_eq!(net.link(addr(3, 9), b), slow(2));
    assert_eq!(net.link(b, a), slow(1));
}

#[test]
fn a_partition_swallows_both_directions_until_it_is_healed_and_a_block_one() {
    let (a, b): (IpAddr, IpAddr) = (addr(1, 0).ip(), addr(2, 0).ip());
    let mut net = net(10, Link::default());
    let both = |net: &mut Net| {
        let before = net.counters().blocked;
        for flow in [Flow::udp(addr(1, 5), addr(2, 6)), Flow::udp(addr(2, 6), addr(1, 5))] {
            net.send(epoch(), Transmit { flow, contents: Bytes::new() });
        }
        net.counters().blocked - before
    };
    net.partition(a, b);
    assert_eq!(both(&mut net), 2);
    net.heal(b, a);
    assert_eq!(both(&mut net), 0);
    net.block(addr(1, 5), Place::Any);
    assert_eq!(both(&mut net), 1);
    net.heal_all();
    assert_eq!(both(&mut net), 0);
}

#[test]
fn where_nobody_listens_nothing_is_received_and_it_is_counted() {
    let mut net = Net::new(11);
    net.bind(addr(2, 5060));
    for port in [5060, 5061] {
        net.send(epoch(), Transmit { flow: Flow::udp(addr(1, 1), addr(2, port)), contents: Bytes::new() });
    }
    let late = epoch() + ms(1);
    assert_eq!(net.receive(epoch()), None, "it has not arrived yet");
    assert_eq!(net.receive(late).map(|got| got.flow), Some(Flow::udp(addr(2, 5060), addr(1, 1))));
    assert_eq!(net.receive(late), None);
    assert_eq!((net.counters().unreachable, net.in_flight()), (1, 0));
}

#[test]
#[should_panic(expected = "carries datagrams")]
fn a_stream_is_refused_loudly() {
    let flow = Flow { protocol: Protocol::Tcp, ..Flow::udp(addr(1, 1), addr(2, 2)) };
    Net::new(12).send(epoch(), Transmit { flow, contents: Bytes::new() });
}

#[test]
#[should_panic(expected = "a link's loss is a chance")]
fn a_percentage_is_no_chance() {
    Net::new(13).set_default_link(Link { loss: 20.0, ..Link::default() });
}
