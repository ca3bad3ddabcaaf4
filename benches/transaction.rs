//! Two transaction layers back to back, without sockets: INVITE, 180, 200, ACK, BYE, 200. Every message is written, sent,
//! read and matched; the transactions then wait out their timers in the same layers, and are thrown away with them.
//!
//! A good number: under 40 µs for the six messages and both sides, which is 25,000 calls a second on a core.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use offhook::core::{Flow, Machine, Output};
use offhook::sip_parser::{Draft, Message, Method, Name, Status};
use offhook::sip_transaction::{ClientKey, Config, Event, Input, Layer, ServerId};
use offhook_sim::{SeededEntropy, epoch};
use std::hint::black_box;
use std::time::Instant;

struct Pair {
    caller: Layer,
    callee: Layer,
    flow: Flow,
}

impl Pair {
    fn new() -> Self {
        let layer = |seed| Layer::new(Config::default(), Box::new(SeededEntropy::new(seed)));
        let flow = Flow::udp(([192, 0, 2, 1], 5060).into(), ([192, 0, 2, 2], 5060).into());
        Pair { caller: layer(1), callee: layer(2), flow }
    }

    fn draft(&self, method: Method, cseq: u32) -> Draft {
        let uri = "sip:bob@192.0.2.2".parse().expect("a URI");
        let (from, to) = ("<sip:alice@192.0.2.1>;tag=a1", "<sip:bob@192.0.2.2>");
        let mut draft = Draft::request(method, uri, from, to, "bench-call", cseq);
        draft.append(Name::CONTACT, "<sip:alice@192.0.2.1>");
        draft
    }

    /// A request of the caller, as the callee hears it.
    fn ask(&mut self, now: Instant, key: u64, method: Method, cseq: u32) -> (ServerId, Message) {
        let (flow, request) = (self.flow, self.draft(method, cseq));
        self.caller.handle_input(now, Input::Request { key: ClientKey(key), flow, request }).expect("a request");
        carry(now, &mut self.caller, &mut self.callee);
        match self.callee.poll_output() {
            Output::Event(Event::Request { id, request, .. }) => (id, request),
            other => panic!("no request: {other:?}"),
        }
    }

    /// A response of the callee, as the caller hears it.
    fn tell(&mut self, now: Instant, id: ServerId, request: &Message, status: Status) {
        let response = Draft::response(request.view(), status, Some("b1"));
        self.callee.handle_input(now, Input::Respond { id, response }).expect("a response");
        carry(now, &mut self.callee, &mut self.caller);
        while let Output::Event(event) = self.caller.poll_output() {
            black_box(event);
        }
    }

    /// A function of its own, so that a profile counts it alone.
    #[inline(never)]
    fn call(&mut self, now: Instant) {
        let (id, invite) = self.ask(now, 1, Method::Invite, 1);
        self.tell(now, id, &invite, Status::RINGING);
        self.tell(now, id, &invite, Status::OK);
        let ack = Input::Ack { flow: self.flow, request: self.draft(Method::Ack, 1) };
        self.caller.handle_input(now, ack).expect("an ACK");
        carry(now, &mut self.caller, &mut self.callee);
        assert!(matches!(self.callee.poll_output(), Output::Event(Event::Ack { .. })));
        let (id, bye) = self.ask(now, 2, Method::Bye, 2);
        self.tell(now, id, &bye, Status::OK);
    }
}

fn carry(now: Instant, from: &mut Layer, to: &mut Layer) {
    while let Output::Transmit(t) = from.poll_output() {
        let received = Input::Received { flow: t.flow.reversed(), contents: t.contents };
        to.handle_input(now, received).expect("it takes what comes");
    }
}

fn transaction(c: &mut Criterion) {
    let now = epoch();
    c.bench_function("transaction/call_of_six_messages", |b| {
        b.iter_batched_ref(Pair::new, |pair| pair.call(now), BatchSize::SmallInput);
    });
}

criterion_group!(benches, transaction);
criterion_main!(benches);
