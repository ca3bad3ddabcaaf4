//! What strangers send: nothing of it grows without bound, all of it is counted, and what runs is not hurt.

mod kit;

use kit::{Node, answer, flow, from_peer, header};
use offhook_core::Flow;
use offhook_sip_parser::{Message, Method, Name};
use offhook_sip_transaction::{Config, Event, PerSource, ServerId};

const MAX: usize = 50;

/// A node with a call that comes in and a request that goes out, both open.
struct Running {
    node: Node,
    id: ServerId,
    invite: Message,
    options: offhook_core::Transmit,
}

impl Running {
    fn new() -> Self {
        let mut node = Node::with(Config { max_servers: MAX, ..Config::default() });
        let said = node.receive(0, from_peer("INVITE", "running"));
        let [Event::Request { id, request, .. }] = &said.events[..] else { panic!("{said:?}") };
        let (id, invite) = (*id, request.clone());
        node.respond(0, id, &invite, 180).unwrap();
        let options = node.request(0, 1, Method::Options).unwrap().sent.remove(0);
        Running { node, id, invite, options }
    }

    /// Both go on as if nothing had been.
    #[track_caller]
    fn goes_on(mut self, after: u64) {
        let again = self.node.receive(after, from_peer("INVITE", "running"));
        assert_eq!(again.lines(), ["SIP/2.0 180 Ringing"]);
        assert_eq!(self.node.respond(after, self.id, &self.invite, 486).unwrap().lines(), ["SIP/2.0 486 Busy Here"]);
        assert!(self.node.receive(after, from_peer("ACK", "running")).is_silent());
        let answered = self.node.receive(after, answer(&self.options, 200));
        assert!(matches!(answered.events[..], [Event::Response { .. }]), "{answered:?}");
    }
}

#[test]
fn a_flood_of_invites_with_new_branches_is_bounded_and_counted() {
    let mut running = Running::new();
    for n in 0..1000 {
        running.node.receive(1, from_peer("INVITE", &format!("flood{n}")));
        assert!(running.node.layer.len() <= MAX + 1);
    }
    assert_eq!(running.node.layer.counters().overloaded, 1000 - (MAX as u64 - 1));
    running.goes_on(2);
}

#[test]
fn responses_to_nothing_are_dropped_and_counted() {
    let mut running = Running::new();
    let good = answer(&running.options, 200);
    for n in 0..1000 {
        let branch = good.find("z9hG4bK").unwrap() + 7;
        let mut stray = good.clone();
        stray.replace_range(branch..branch + 4, &format!("{n:04}"));
        assert!(running.node.receive(1, stray).is_silent());
    }
    assert_eq!(running.node.layer.counters().stray_responses, 1000);
    running.goes_on(2);
}

#[test]
fn a_forged_via_aims_no_answer_at_a_third_party() {
    let mut running = Running::new();
    let victim = "203.0.113.5";
    for (n, forged) in
        ["received=203.0.113.5", "rport=9", "maddr=203.0.113.5", "received=203.0.113.5;rport"].iter().enumerate()
    {
        let via = format!("SIP/2.0/UDP {victim};branch=z9hG4bKforged{n};{forged}");
        let said = running.node.receive(1, kit::text("OPTIONS", &via));
        let [Event::Request { id, request, .. }] = &said.events[..] else { panic!("{said:?}") };
        let sent = running.node.respond(1, *id, request, 200).unwrap().sent;
        assert_eq!(sent[0].flow.remote.ip(), flow().remote.ip(), "{forged}");
        assert!(header(request, Name::VIA).contains("received=192.0.2.9"));
    }
    // With the branch of what runs but another sender's name, it is another transaction.
    let via = format!("SIP/2.0/UDP {victim};branch=z9hG4bKrunning");
    let said = running.node.receive(1, kit::text("CANCEL", &via));
    assert!(matches!(said.events[..], [Event::Cancel { invite: None, .. }]), "{said:?}");
    running.goes_on(2);
}

#[test]
fn cancels_without_an_invite_are_bounded_and_counted() {
    let mut running = Running::new();
    for n in 0..1000 {
        for event in running.node.receive(1, from_peer("CANCEL", &format!("none{n}"))).events {
            let Event::Cancel { invite, .. } = event else { panic!("{event:?}") };
            assert_eq!(invite, None);
        }
        assert!(running.node.layer.len() <= MAX + 1);
    }
    let counters = running.node.layer.counters();
    assert_eq!((counters.cancels_of_nothing, counters.overloaded), (MAX as u64 - 1, 1001 - MAX as u64));
    running.goes_on(2);
}

#[test]
fn acks_keep_nothing_and_those_of_a_failure_are_absorbed() {
    let mut running = Running::new();
    running.node.receive(0, from_peer("INVITE", "acked"));
    let said = running.node.receive(0, from_peer("INVITE", "refused"));
    let [Event::Request { id, request, .. }] = &said.events[..] else { panic!("{said:?}") };
    running.node.respond(0, *id, request, 486).unwrap();
    let open = running.node.layer.len();
    for n in 0..1000 {
        assert!(running.node.receive(1, from_peer("ACK", "refused")).is_silent());
        assert!(running.node.receive(1, from_peer("ACK", "acked")).is_silent(), "before any answer");
        let up = running.node.receive(1, from_peer("ACK", &format!("2xx{n}")));
        assert!(matches!(up.events[..], [Event::Ack { .. }]), "it may be of a 2xx");
    }
    assert_eq!((running.node.layer.len(), running.node.layer.counters().acks_absorbed), (open, 2000));
    running.goes_on(2);
}

#[test]
fn a_request_that_came_on_another_way_is_answered_482() {
    let mut running = Running::new();
    let first = from_peer("INVITE", "running");
    let merged = first
        .replace("bKrunning", "bKother")
        .replace("SIP20UDP192029branchz9hG4bKother", "SIP20UDP192029branchz9hG4bKrunning");
    let said = running.node.receive(1, &merged);
    assert_eq!(said.lines(), ["SIP/2.0 482 Loop Detected"]);
    let to = header(&said.message(), Name::TO).to_owned();
    assert_eq!(running.node.receive(1, &merged).message().header(Name::TO), Some(to.as_bytes()), "and so again");
    let ack = merged.replace("INVITE", "ACK").replace("To: <sip:us@192.0.2.1>", &format!("To: {to}"));
    assert!(running.node.receive(1, ack).is_silent());
    let within = merged.replace("bKother", "bKthird").replace("To: <sip:us@192.0.2.1>", "To: <sip:us@192.0.2.1>;tag=x");
    assert!(matches!(running.node.receive(1, within).events[..], [Event::Request { .. }]), "with a To tag it is none");
    let next = merged.replace("bKother", "bKnext").replace("CSeq: 1", "CSeq: 2");
    assert!(
        matches!(running.node.receive(1, next).events[..], [Event::Request { .. }]),
        "another CSeq is another request"
    );
    let counters = running.node.layer.counters();
    assert_eq!((counters.merged, counters.acks_absorbed), (2, 1));
    running.goes_on(2);
}

#[test]
fn when_the_first_is_over_the_same_on_another_way_is_a_new_request() {
    let mut node = Node::new();
    let first = from_peer("OPTIONS", "a");
    let said = node.receive(0, &first);
    let Event::Request { id, request, .. } = &said.events[0] else { panic!("{said:?}") };
    node.respond(0, *id, request, 200).unwrap();
    let other = first.replace(";branch=z9hG4bKa", ";branch=z9hG4bKb");
    assert_eq!(node.receive(31_999, &other).lines(), ["SIP/2.0 482 Loop Detected"]);
    node.timeout(32_000);
    assert_eq!(node.receive(32_001, &other).events.len(), 1);
}

#[test]
fn a_source_that_asks_too_often_is_refused_and_no_other() {
    let mut running = Running::new();
    running.node.layer.set_admission(Box::new(PerSource::new(10, 5, 100)));
    let knock =
        |running: &mut Running, after, n: u64| running.node.receive(after, from_peer("OPTIONS", &format!("knock{n}")));
    let told = (0..20).filter(|&n| !knock(&mut running, 1, n).events.is_empty()).count();
    assert_eq!((told, running.node.layer.counters().refused), (5, 15));
    assert_eq!(knock(&mut running, 1, 99).lines(), ["SIP/2.0 503 Service Unavailable"]);
    assert_eq!(header(&knock(&mut running, 1, 98).message(), Name::RETRY_AFTER), "1");
    let other = Flow { remote: "192.0.2.10:5060".parse().unwrap(), ..flow() };
    assert_eq!(running.node.receive_on(1, other, from_peer("OPTIONS", "other")).events.len(), 1);
    assert!(running.node.receive(1, from_peer("ACK", "storm")).is_silent());
    assert_eq!(running.node.layer.counters().unadmitted, 1);
    assert_eq!(knock(&mut running, 101, 100).events.len(), 1, "one comes every 100 ms");
    running.goes_on(102);
}

#[test]
fn the_accounts_of_sources_are_bounded() {
    let mut node = Node::new();
    node.layer.set_admission(Box::new(PerSource::new(1, 1, 3)));
    let from = |n: u8| Flow { remote: ([198, 51, 100, n], 5060).into(), ..flow() };
    let told = |node: &mut Node, after, n| {
        node.receive_on(after, from(n), from_peer("OPTIONS", &format!("{n}at{after}"))).events.len()
    };
    assert_eq!((1..=5).map(|n| told(&mut node, 0, n)).collect::<Vec<_>>(), [1, 1, 1, 0, 0]);
    assert_eq!(told(&mut node, 2000, 5), 1, "the others have come back into time");
    let v6 = |host: u16| Flow { remote: format!("[2001:db8::{host:x}]:5060").parse().unwrap(), ..flow() };
    let one = node.receive_on(2000, v6(1), from_peer("OPTIONS", "v6a")).events.len();
    let two = node.receive_on(2000, v6(2), from_peer("OPTIONS", "v6b")).events.len();
    assert_eq!((one, two), (1, 0), "an IPv6 network is one source");
}
