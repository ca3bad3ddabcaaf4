//! Whose packets are taken: strict, symmetric, on one port and on two.

mod common;

use common::*;
use offhook_core::Flow;
use offhook_rtp::rtcp::CompoundWriter;
use offhook_rtp::{Event, RtcpPath, SourcePolicy, Ssrc, Terms};
use offhook_sim::epoch;

fn from(remote: &str) -> Flow {
    Flow { remote: remote.parse().unwrap(), ..flow() }
}

fn report(ssrc: u32) -> bytes::Bytes {
    let mut buffer = bytes::BytesMut::new();
    CompoundWriter::new(&mut buffer).receiver_report(Ssrc(ssrc), &[]);
    buffer.freeze()
}

#[test]
fn strict_takes_the_signalled_address_only() {
    let now = epoch();
    let mut session = session(now, 1, Terms { source_policy: SourcePolicy::Strict, ..terms(flow()) });
    receive(&mut session, now, from("192.0.2.2:5001"), sound(1, 7));
    assert_eq!(drain(&mut session).1, []);
    receive(&mut session, now, flow(), sound(2, 7));
    assert_eq!(audio(&drain(&mut session).1).len(), 1);
    assert_eq!(session.stats().strangers, 1);
}

#[test]
fn symmetric_follows_the_first_address_once() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    let nat = from("203.0.113.9:61000");
    session.send(now, 160, speech()).unwrap();
    assert_eq!(drain(&mut session).0[0].flow, flow(), "the signalled address until another is heard");
    receive(&mut session, now, nat, sound(1, 7));
    receive(&mut session, now, from("203.0.113.10:61000"), sound(2, 7));
    receive(&mut session, now, flow(), sound(2, 7));
    let (_, events, _) = drain(&mut session);
    assert_eq!(events[0], Event::FlowChanged { flow: nat });
    assert_eq!(audio(&events).len(), 1);
    assert_eq!(session.stats().strangers, 2);
    session.send(now, 160, speech()).unwrap();
    assert_eq!(drain(&mut session).0[0].flow, nat);
    // the same signalled address again: what was learnt is kept
    session.update(now, terms(flow())).unwrap();
    session.send(now, 160, speech()).unwrap();
    assert_eq!(drain(&mut session).0[0].flow, nat);
    // a new one: it may be learnt anew
    session.update(now, terms(from("192.0.2.99:9000"))).unwrap();
    session.send(now, 160, speech()).unwrap();
    assert_eq!(drain(&mut session).0[0].flow, from("192.0.2.99:9000"));
}

#[test]
fn once_the_signalled_address_was_heard_nobody_else_is() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    receive(&mut session, now, flow(), sound(1, 7));
    drain(&mut session);
    receive(&mut session, now, from("203.0.113.9:61000"), sound(2, 7));
    assert_eq!(drain(&mut session).1, []);
    assert_eq!(session.stats().strangers, 1);
}

#[test]
fn a_packet_that_is_not_of_the_negotiated_kind_teaches_no_address() {
    let now = epoch();
    let mut session = session(now, 1, terms(flow()));
    let nat = from("203.0.113.9:61000");
    receive(&mut session, now, nat, packet(offhook_rtp::PayloadType::new(3).unwrap(), 1, 0, 7, &[0; 33]));
    receive(&mut session, now, nat, &[0; 60][..]);
    receive(&mut session, now, nat, report(7));
    assert_eq!(drain(&mut session).1, []);
    let stats = session.stats();
    assert_eq!((stats.unknown_payload, stats.malformed, stats.strangers), (1, 1, 1));
}

#[test]
fn rtcp_on_its_own_port_is_learnt_from_the_host_of_rtp_only() {
    let now = epoch();
    let rtcp = Flow::udp("192.0.2.1:4001".parse().unwrap(), "192.0.2.2:5001".parse().unwrap());
    let mut session = session(now, 1, Terms { rtcp: RtcpPath::Flow(rtcp), ..terms(flow()) });
    let from = |remote: &str| Flow { remote: remote.parse().unwrap(), ..rtcp };
    receive(&mut session, now, from("203.0.113.9:61001"), report(7));
    assert_eq!(session.stats().strangers, 1, "before RTP nobody is believed");
    receive(&mut session, now, Flow { remote: "203.0.113.9:61000".parse().unwrap(), ..flow() }, sound(1, 7));
    receive(&mut session, now, from("198.51.100.1:61001"), report(7));
    receive(&mut session, now, from("203.0.113.9:61001"), report(7));
    receive(&mut session, now, from("203.0.113.9:61002"), report(7));
    let (_, events, _) = drain(&mut session);
    assert!(events.contains(&Event::RtcpFlowChanged { flow: from("203.0.113.9:61001") }));
    assert_eq!(session.stats().strangers, 3);
    session.send(now, 160, speech()).unwrap();
    session.close(now).unwrap();
    let (transmits, ..) = drain(&mut session);
    assert_eq!(transmits[1].flow, from("203.0.113.9:61001"));
}
