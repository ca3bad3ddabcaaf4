//! A whole call between two user agents in memory: INVITE with an offer, 180, 200 with the answer, ACK, BYE, 200. And
//! what one tick of sound costs on both sides of a call together: encode, RTP, jitter buffer, decode.
//!
//! Good numbers: a call under 150 µs for both sides together, so that one core sets up and ends thousands a second; a
//! pair of ticks under 3 µs, so that one core carries the sound of thousands of calls of 20 ms packets.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use offhook::Config;
use offhook::call::{Media, MediaAddress, MediaInput, MediaTerms};
use offhook::core::{Machine, Output, Protocol, WallClock};
use offhook::media::playout::Source;
use offhook::ua::{CallId, Event, Input, Outgoing, Ua};
use offhook_sim::{SeededEntropy, epoch};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

struct Phone {
    ua: Ua,
    address: MediaAddress,
    call: Option<CallId>,
    terms: Option<MediaTerms>,
    established: bool,
    ended: bool,
}

impl Phone {
    fn new(host: u8) -> Self {
        let at = |port| SocketAddr::from(([192, 0, 2, host], port));
        let ua = Ua::new(Config::default(), vec![(Protocol::Udp, at(5060))], Box::new(SeededEntropy::new(host.into())));
        let address = MediaAddress::pair(at(4000));
        Phone { ua, address, call: None, terms: None, established: false, ended: false }
    }

    /// Hands what is to be sent to the other side. Whether there was anything at all.
    fn turn(&mut self, now: Instant, other: &mut Phone) -> bool {
        let mut moved = false;
        loop {
            match self.ua.poll_output() {
                Output::Transmit(t) => {
                    let received = Input::Received { flow: t.flow.reversed(), contents: t.contents };
                    let Ok(()) = other.ua.handle_input(now, received);
                }
                Output::Event(Event::Incoming { call, .. }) => {
                    self.call = Some(call);
                    self.ua.answer(now, call, self.address).expect("it rings");
                }
                Output::Event(Event::Media { terms, .. }) => self.terms = Some(*terms),
                Output::Event(Event::Established { .. }) => self.established = true,
                Output::Event(Event::Ended { cause, .. }) => {
                    assert!(cause.is_normal(), "{cause}");
                    self.ended = true;
                }
                Output::Event(_) => {}
                Output::Timeout(_) => return moved,
            }
            moved = true;
        }
    }
}

struct Pair {
    caller: Phone,
    callee: Phone,
}

impl Pair {
    fn new() -> Self {
        Pair { caller: Phone::new(1), callee: Phone::new(2) }
    }

    fn settle(&mut self, now: Instant) {
        while self.caller.turn(now, &mut self.callee) | self.callee.turn(now, &mut self.caller) {}
    }

    fn establish(&mut self, now: Instant) -> CallId {
        let to = Outgoing::new("sip:bob@192.0.2.2".parse().expect("a URI"));
        let call = self.caller.ua.call(now, to, self.caller.address).expect("there is room");
        self.settle(now);
        assert!(self.caller.established && self.callee.established);
        call
    }

    /// A function of its own, so that a profile counts it alone.
    #[inline(never)]
    fn whole_call(&mut self, now: Instant) {
        let call = self.establish(now);
        self.caller.ua.hang_up(now, call).expect("there is a call");
        self.settle(now);
        assert!(self.caller.ended && self.callee.ended);
    }
}

/// Sound that costs nothing to make, so that the call's own work is measured.
struct Saw(i16);

impl Source for Saw {
    fn rate(&self) -> u32 {
        8000
    }

    fn read(&mut self, out: &mut [i16]) -> usize {
        for sample in &mut *out {
            self.0 = self.0.wrapping_add(331);
            *sample = self.0;
        }
        out.len()
    }

    fn remaining(&self) -> Option<u64> {
        None
    }
}

/// Both sides of a call's sound.
struct Sound {
    sides: [Media; 2],
    now: Instant,
}

impl Sound {
    fn new() -> Self {
        let mut pair = Pair::new();
        pair.establish(epoch());
        let side = |terms: Option<MediaTerms>| {
            let clock = WallClock::new(epoch(), Duration::from_secs(1_800_000_000));
            let entropy = Box::new(SeededEntropy::new(3));
            let mut media = Media::new(epoch(), terms.expect("agreed"), entropy, clock).expect("a codec");
            media.play(Saw(0)).expect("there is room");
            media
        };
        Sound { sides: [side(pair.caller.terms), side(pair.callee.terms)], now: epoch() }
    }

    /// A function of its own, so that a profile counts it alone.
    #[inline(never)]
    fn tick_pair(&mut self) {
        self.now += Duration::from_millis(20);
        let [a, b] = &mut self.sides;
        tick(self.now, a, b);
        tick(self.now, b, a);
    }
}

fn tick(now: Instant, from: &mut Media, to: &mut Media) {
    let Ok(()) = from.handle_input(now, MediaInput::Timeout);
    loop {
        match from.poll_output() {
            Output::Transmit(t) => {
                let received = MediaInput::Received { flow: t.flow.reversed(), contents: t.contents };
                let Ok(()) = to.handle_input(now, received);
            }
            Output::Event(_) => {}
            Output::Timeout(_) => return,
        }
    }
}

fn call(c: &mut Criterion) {
    let now = epoch();
    c.bench_function("call/whole_call_without_media", |b| {
        b.iter_batched_ref(Pair::new, |pair| pair.whole_call(now), BatchSize::SmallInput);
    });
    let mut sound = Sound::new();
    c.bench_function("call/media_tick_pair", |b| b.iter(|| sound.tick_pair()));
}

criterion_group!(benches, call);
criterion_main!(benches);
