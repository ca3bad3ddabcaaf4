//! The jitter buffer under what networks and senders do.

use bytes::Bytes;
use offhook_media::jitter::{Config, JitterBuffer, Packet, Pulled, Stats};
use proptest::prelude::*;
use std::time::Duration;

const TICK: u32 = 160;

fn packet(seq: u64, timestamp: u32, samples: u32) -> Packet {
    let payload = Bytes::from(vec![0; samples as usize]);
    Packet { seq, timestamp, payload_type: 0, samples, payload }
}

fn buffer() -> JitterBuffer {
    JitterBuffer::new(Config::new(8000))
}

/// A listener: asks every 20 ms for what its own supply lacks.
#[derive(Default)]
struct Ear {
    supply: u32,
    heard: Vec<u64>,
    missing: u32,
    silent: u32,
}

impl Ear {
    fn tick(&mut self, buffer: &mut JitterBuffer) {
        while self.supply < TICK {
            match buffer.pull(TICK - self.supply) {
                Pulled::Packet(p) => {
                    self.heard.push(p.seq);
                    self.supply += p.samples;
                }
                Pulled::Missing(n) => {
                    assert!(n > 0 && n <= TICK);
                    self.missing += n;
                    self.supply += n;
                }
                Pulled::Empty => {
                    self.silent += TICK - self.supply;
                    self.supply = TICK;
                }
            }
        }
        self.supply -= TICK;
    }
}

/// `arrivals(n)`: what comes before tick `n`.
fn play(ticks: u64, mut arrivals: impl FnMut(u64) -> Vec<Packet>) -> (Ear, Stats, JitterBuffer) {
    let (mut ear, mut buffer) = (Ear::default(), buffer());
    for n in 0..ticks {
        arrivals(n).into_iter().for_each(|p| buffer.push(p));
        ear.tick(&mut buffer);
        assert!(buffer.depth() <= Duration::from_millis(500));
    }
    (ear, buffer.stats(), buffer)
}

#[test]
fn packets_of_every_length_play_in_order_without_a_hole() {
    for ptime in [10u64, 20, 30, 40, 60] {
        let samples = ptime as u32 * 8;
        let mut sent = 0;
        let (ear, stats, _) = play(500, |n| {
            let from = sent;
            sent = (n * 20).div_ceil(ptime);
            (from..sent).map(|i| packet(i, 7 + i as u32 * samples, samples)).collect()
        });
        let played = ear.heard.len() as u64;
        assert!(ear.heard.iter().copied().eq(0..played), "{ptime} ms");
        assert!(played * ptime >= 9_800, "{ptime} ms: {played} packets in 10 s");
        assert!(stats.skipped == 0 && stats.late == 0 && stats.missing <= 480, "{ptime} ms: {stats:?}");
    }
}

#[test]
fn reordered_packets_are_put_in_order_and_copies_are_refused() {
    let (ear, stats, _) = play(50, |n| match n % 2 {
        0 => vec![packet(n + 1, (n as u32 + 1) * TICK, TICK), packet(n, n as u32 * TICK, TICK)],
        _ => vec![packet(n, n as u32 * TICK, TICK)],
    });
    assert!(ear.heard.iter().copied().eq(0..ear.heard.len() as u64));
    assert_eq!((stats.accepted, stats.duplicates, stats.late, stats.missing), (50, 25, 0, 0));
}

#[test]
fn a_copy_of_what_was_played_is_a_duplicate_and_what_never_came_in_time_is_late() {
    let mut sent_late = false;
    let (ear, stats, _) = play(50, |n| match n {
        10 => vec![],
        20 => {
            sent_late = true;
            vec![packet(20, 20 * TICK, TICK), packet(10, 10 * TICK, TICK), packet(11, 11 * TICK, TICK)]
        }
        n => vec![packet(n, n as u32 * TICK, TICK)],
    });
    assert!(sent_late && !ear.heard.contains(&10));
    assert_eq!((stats.late, stats.duplicates, stats.missing), (1, 1, u64::from(TICK)));
}

#[test]
fn each_lost_packet_is_a_hole_of_its_own_length() {
    let (ear, stats, _) = play(100, |n| if n % 10 == 5 { vec![] } else { vec![packet(n, n as u32 * TICK, TICK)] });
    assert_eq!((ear.missing, stats.missing), (10 * TICK, u64::from(10 * TICK)));
    assert_eq!((stats.late, stats.jumps, stats.refills, stats.skipped, stats.inserted), (0, 0, 0, 0, 0));
}

#[test]
fn sequence_numbers_used_by_other_payloads_leave_no_hole() {
    let (ear, stats, _) = play(50, |n| vec![packet(n * 3, n as u32 * TICK, TICK)]);
    assert_eq!((ear.missing, stats.missing), (0, 0));
    assert!(ear.heard.len() >= 47);
}

#[test]
fn what_is_delayed_by_the_network_is_played_when_it_comes() {
    // 120 ms of nothing, then all of it at once.
    let (ear, stats, _) = play(500, |n| match n {
        20..26 => vec![],
        26 => (20..=26).map(|i| packet(i, i as u32 * TICK, TICK)).collect(),
        n => vec![packet(n, n as u32 * TICK, TICK)],
    });
    let gone: Vec<u64> = (0..490).filter(|n| !ear.heard.contains(n)).collect();
    assert_eq!((stats.late, stats.refills), (0, 0));
    assert_eq!(gone.len() as u64, stats.skipped, "only to shorten the delay again");
    assert!(stats.skipped >= 3 && gone.iter().all(|&n| n > 26), "{gone:?}");
}

#[test]
fn a_sender_whose_clock_is_off_never_drifts_away() {
    for (promille, tick_of) in [(1005u64, "fast"), (995, "slow")] {
        let mut sent = 0;
        let (_, stats, buffer) = play(30_000, |n| {
            let from = sent;
            sent = n * promille / 1000;
            (from..sent).map(|i| packet(i, i as u32 * TICK, TICK)).collect()
        });
        // 10 minutes at 0.5 % are 3 s: 150 packets too many or too few.
        let changed = if promille > 1000 { stats.skipped } else { stats.missing / u64::from(TICK) + stats.inserted };
        assert!((130..=165).contains(&changed), "{tick_of}: {stats:?}");
        assert!(stats.late == 0 && stats.overflow == 0 && stats.refills == 0, "{tick_of}: {stats:?}");
        assert!(buffer.depth() <= Duration::from_millis(100), "{tick_of}: {:?}", buffer.depth());
    }
}

#[test]
fn a_jump_of_the_timestamps_is_followed_at_once() {
    for jump in [0x4000_0000u32, 0xF000_0000, 50_000] {
        let (ear, stats, _) = play(100, |n| {
            let jump = if n >= 50 { jump } else { 0 };
            vec![packet(n, (n as u32 * TICK).wrapping_add(jump), TICK)]
        });
        assert_eq!((stats.jumps, ear.missing), (1, 0), "{jump:#x}");
        assert!(ear.heard.len() >= 97);
    }
}

#[test]
fn a_sender_that_begins_anew_below_is_heard_again() {
    let (ear, stats, _) = play(200, |n| {
        let seq = if n < 100 { 60_000 + n } else { n - 100 };
        vec![packet(seq, n as u32 * TICK, TICK)]
    });
    assert_eq!(stats.jumps, 1);
    assert!(ear.heard.iter().filter(|&&seq| seq < 60_000).count() > 60);
}

#[test]
fn after_a_pause_each_talkspurt_is_played_whole() {
    // 100 ms of talk, 900 ms of nothing; the timestamps go on (RFC 3551 §4.1).
    let (ear, stats, _) =
        play(500, |n| if n % 50 < 5 { vec![packet(n / 50 * 5 + n % 50, n as u32 * TICK, TICK)] } else { vec![] });
    assert!(ear.heard.iter().copied().eq(0..50));
    assert_eq!((stats.refills, stats.jumps, stats.late), (10, 0, 0));
    assert!(ear.silent > 300 * TICK);
}

#[test]
fn one_lonely_packet_is_played() {
    let (ear, ..) = play(10, |n| if n == 0 { vec![packet(9, 5, TICK)] } else { vec![] });
    assert_eq!(ear.heard, [9]);
}

#[test]
fn a_flood_is_bounded_and_the_oldest_goes() {
    let mut buffer = buffer();
    for n in 0..10_000u64 {
        buffer.push(packet(n, n as u32 * TICK, TICK));
    }
    assert_eq!(buffer.depth(), Duration::from_millis(500));
    assert_eq!(buffer.stats().overflow, 10_000 - 25);
    assert!(matches!(buffer.pull(TICK), Pulled::Packet(p) if p.seq == 9_975));
    for n in 0..10_000u64 {
        buffer.push(packet(20_000 + n, n as u32, 1)); // 1 sample each
    }
    assert!(buffer.depth() < Duration::from_millis(500) + Duration::from_millis(64));
    buffer.push(packet(99_999, 0, 0));
    buffer.push(packet(99_999, 0, 80_000));
    assert_eq!(buffer.stats().invalid, 2);
}

proptest! {
    #[test]
    fn any_packets_never_panic_and_stay_bounded(
        ops in prop::collection::vec((prop_oneof![0u64..50, any::<u64>()], prop_oneof![0u32..9000, any::<u32>()], 0u32..5000, 0u8..4), 0..300)
    ) {
        let mut buffer = buffer();
        for (seq, timestamp, samples, pulls) in ops {
            let before = buffer.stats();
            buffer.push(Packet { seq, timestamp, payload_type: 0, samples, payload: Bytes::new() });
            let s = buffer.stats();
            let count = |s: Stats| s.accepted + s.late + s.duplicates + s.invalid;
            prop_assert!((1..=2).contains(&(count(s) - count(before))));
            for _ in 0..pulls {
                if let Pulled::Missing(n) = buffer.pull(TICK) {
                    prop_assert!(n > 0 && n <= TICK);
                }
            }
            prop_assert!(buffer.depth() <= Duration::from_millis(500));
        }
    }
}
