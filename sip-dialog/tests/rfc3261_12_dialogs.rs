//! RFC 3261 §12: what belongs to a dialog, how it counts, where its requests go.

mod common;

use common::{In, Node, Out, Sent, invite, text};
use offhook_sip_dialog::{Config, Event};
use offhook_sip_parser::{Name, Status};

/// §12.2.2
#[test]
fn a_request_with_another_tag_or_call_id_gets_481_and_the_call_goes_on() {
    let mut call = In::established();
    let ours = call.tag.clone();
    for request in [
        call.theirs_with("BYE", 20, "their-call", "wrong", "them"),
        call.theirs_with("BYE", 20, "their-call", &ours, "wrong"),
        call.theirs_with("BYE", 20, "another-call", &ours, "them"),
    ] {
        call.node.request(request);
        assert_eq!(call.node.out(), ["481 BYE"]);
    }
    assert_eq!(call.node.layer.counters().no_dialog, 3);
    let bye = call.theirs("BYE", 20);
    call.node.request(bye);
    assert_eq!(call.node.out(), ["200 BYE", "Ended(RemoteHangUp)"]);
}

/// §12.2.2
#[test]
fn a_lower_cseq_gets_500_and_the_call_goes_on() {
    let mut call = In::established();
    let old = call.theirs("BYE", 9);
    call.node.request(old);
    assert_eq!(call.node.out(), ["500 BYE"]);
    assert_eq!((call.node.layer.counters().out_of_order, call.node.layer.len()), (1, 1));
}

/// §12.2.2: every request counts, also one that is no business of calls.
#[test]
fn a_request_before_one_that_was_passed_up_is_out_of_order() {
    let mut call = In::established();
    let info = call.theirs("INFO", 30);
    call.node.request(info);
    let Some(Event::Request { session, .. }) = call.node.events().pop() else { panic!("a request") };
    assert_eq!(session, Some(call.session));
    let late = call.theirs("BYE", 29);
    call.node.request(late);
    assert_eq!(call.node.out(), ["500 BYE"]);
}

/// §12.1.1, §12.1.2: the UAC has no number of theirs yet, the first is taken as it is.
#[test]
fn a_callee_may_begin_to_count_anywhere() {
    let mut call = Out::established();
    for cseq in [4_000, 4_001] {
        let info = call.theirs("INFO", cseq);
        call.node.request(info);
        assert_eq!(call.node.out(), ["Request"]);
    }
    let late = call.theirs("INFO", 3_999);
    call.node.request(late);
    assert_eq!(call.node.out(), ["500 INFO"]);
}

/// §12.1.1, §16.12.1.1: the answer carries the route back, and our BYE takes it.
#[test]
fn a_callee_copies_the_record_route_and_follows_it() {
    let mut node = Node::new();
    let route = "Record-Route: <sip:p1;lr>, <sip:p2;lr>\r\nRecord-Route: <sip:p3;lr>\r\n";
    node.request(invite(&format!("{route}Contact: <sip:them@192.0.2.9>\r\n")));
    let session = node.layer.sessions()[0];
    node.layer.accept(node.now, session, common::CONTACT, None, None).unwrap();
    let answer = node.one();
    assert_eq!(common::all(answer.message(), Name::RECORD_ROUTE), ["<sip:p1;lr>, <sip:p2;lr>", "<sip:p3;lr>"]);
    let to = text(answer.message(), Name::TO);
    let ack = common::message(&format!(
        "ACK sip:us@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKa\r\n\
         From: <sip:them@example.com>;tag=them\r\nTo: {to}\r\nCall-ID: their-call\r\nCSeq: 10 ACK\r\n\r\n"
    ));
    node.ack(ack);
    node.layer.hang_up(node.now, session).unwrap();
    let Sent::Request(_, bye, next_hop) = node.one() else { panic!("a BYE") };
    assert_eq!(common::all(&bye, Name::ROUTE), ["<sip:p1;lr>", "<sip:p2;lr>", "<sip:p3;lr>"]);
    assert_eq!((next_hop.as_str(), bye.uri().unwrap().text()), ("sip:p1;lr", "sip:them@192.0.2.9"));
    assert_eq!((text(&bye, Name::FROM), text(&bye, Name::CSEQ)), (to, "1 BYE".to_owned()));
}

/// §12.2.2, and §15.1.2 for BYE.
#[test]
fn a_request_for_a_call_that_is_over_gets_481() {
    let mut call = In::established();
    let bye = call.theirs("BYE", 20);
    call.node.request(bye);
    call.node.out();
    for method in ["BYE", "INVITE", "INFO"] {
        let late = call.theirs(method, 21);
        call.node.request(late);
        assert_eq!(call.node.out(), [format!("481 {method}")]);
    }
    let ack = call.theirs("ACK", 10);
    call.node.ack(ack);
    assert!(call.node.out().is_empty());
    assert_eq!(call.node.layer.counters().stray_acks, 1);
}

/// §8.2.2.3
#[test]
fn a_required_extension_unknown_here_gets_420_with_unsupported() {
    let mut node = Node::new();
    node.request(invite("Require: 100rel, timer\r\nRequire: x\r\nContact: <sip:them@192.0.2.9>\r\n"));
    let refusal = node.one();
    assert_eq!(refusal.name(), "420 INVITE");
    assert_eq!(common::all(refusal.message(), Name::UNSUPPORTED), ["100rel", "timer", "x"]);
    assert!(node.layer.is_empty() && node.events().is_empty());
}

/// §8.1.1.8: an INVITE names exactly one SIP URI.
#[test]
fn an_invite_without_a_contact_gets_400() {
    for contact in ["", "Contact: *\r\n", "Contact: <sip:\r\n", "Contact: <>\r\n"] {
        let mut node = Node::new();
        node.request(invite(contact));
        assert_eq!(node.out(), ["400 INVITE"], "{contact}");
        assert!(node.layer.is_empty() && node.layer.counters().malformed == 1);
    }
}

/// §21.5.4
#[test]
fn over_the_bound_a_call_gets_503_with_retry_after() {
    let mut node = Node::with(Config { max_sessions: 1, ..Config::default() });
    node.request(invite("Contact: <sip:them@192.0.2.9>\r\n"));
    assert_eq!(node.out(), ["Incoming"]);
    node.request(invite("Contact: <sip:them@192.0.2.9>\r\n"));
    let Sent::Response(_, refusal) = node.one() else { panic!("a refusal") };
    assert_eq!(refusal.status(), Some(Status::SERVICE_UNAVAILABLE));
    assert_eq!(text(&refusal, Name::RETRY_AFTER), "5");
    assert_eq!(node.layer.connect(node.now, common::connect()), Err(offhook_sip_dialog::Error::Full));
    assert_eq!((node.layer.len(), node.layer.counters().overloaded), (1, 1));
}
