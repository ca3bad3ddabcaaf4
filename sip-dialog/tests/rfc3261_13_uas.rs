//! RFC 3261 §13.3, §9.2: being called.

mod common;

use common::{CONTACT, In, Node, Sent, T1, invite, message, text};
use offhook_sip_dialog::{Cause, Error};
use offhook_sip_parser::{Name, Status};
use std::time::Duration;

/// §13.3.1.4
#[test]
fn a_2xx_is_sent_again_from_t1_to_t2_until_its_ack_comes() {
    let mut call = In::accepted();
    let start = call.node.now;
    let mut times = Vec::new();
    while times.len() < 6 {
        let at = call.node.drain().unwrap();
        let wait = at - call.node.now;
        call.node.pass(wait);
        assert_eq!(call.node.out(), ["200 INVITE"]);
        times.push((at - start).as_millis());
    }
    assert_eq!(times, [500, 1_500, 3_500, 7_500, 11_500, 15_500]);
    let ack = call.theirs("ACK", 10);
    call.node.ack(ack);
    assert_eq!(call.node.out(), ["Acknowledged"]);
    assert_eq!(call.node.drain(), None);
}

/// §13.3.1.4
#[test]
fn without_an_ack_in_64_t1_the_call_is_hung_up() {
    let mut call = In::accepted();
    call.node.pass(64 * T1 - Duration::from_millis(1));
    assert!(call.node.out().iter().all(|name| name == "200 INVITE"));
    call.node.pass(Duration::from_millis(1));
    let Sent::Request(key, bye, _) = call.node.one() else { panic!("a BYE") };
    let ok = offhook_sip_parser::Draft::response(bye.view(), Status::OK, None);
    call.node.response(key, common::written(&ok));
    assert_eq!(call.node.ended(), Cause::NoAck);
    assert_eq!(call.node.drain(), None);
}

/// §13.2.2.4: an ACK counts as its INVITE does.
#[test]
fn an_ack_that_counts_otherwise_acknowledges_nothing() {
    let mut call = In::accepted();
    let other = call.theirs("ACK", 9);
    call.node.ack(other);
    assert!(call.node.out().is_empty() && call.node.drain().is_some());
}

#[test]
fn an_ack_for_nothing_is_counted() {
    let mut call = In::accepted();
    let stray = call.theirs_with("ACK", 10, "another-call", "tag", "them");
    call.node.ack(stray);
    assert!(call.node.out().is_empty());
    assert_eq!(call.node.layer.counters().stray_acks, 1);
}

/// §9.2
#[test]
fn a_cancel_is_answered_200_and_its_invite_487() {
    let mut call = In::ringing();
    call.cancel();
    let sent = call.node.sent();
    let names: Vec<_> = sent.iter().map(Sent::name).collect();
    assert_eq!(names, ["200 CANCEL", "487 INVITE"]);
    // §9.2: with the same tag
    let tag = format!("<sip:us@example.com>;tag={}", call.tag);
    assert!(sent.iter().all(|s| text(s.message(), Name::TO) == tag));
    assert_eq!(call.node.ended(), Cause::Cancelled);
    assert!(call.node.layer.is_empty());
    call.cancel(); // it crosses the 487
    assert_eq!(call.node.out(), ["200 CANCEL"]);
}

/// §9.2
#[test]
fn a_cancel_that_comes_too_late_changes_nothing() {
    for mut call in [In::accepted(), In::established()] {
        call.cancel();
        assert_eq!(call.node.out(), ["200 CANCEL"]);
        assert_eq!(call.node.layer.len(), 1);
    }
}

/// §9.2
#[test]
fn a_cancel_of_nothing_gets_481() {
    let mut call = In::ringing();
    call.node.cancel(None, message(
        "CANCEL sip:us@x SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKno\r\nFrom: <sip:a@a>;tag=1\r\nTo: <sip:us@x>\r\n\
         Call-ID: no\r\nCSeq: 1 CANCEL\r\n\r\n",
    ));
    assert_eq!(call.node.out(), ["481 CANCEL"]);
    assert_eq!(call.node.layer.len(), 1);
}

/// §12.1.1: every answer that makes the dialog has the same tag, and says where we are.
#[test]
fn answers_carry_one_tag_our_contact_and_allow() {
    let mut call = In::ringing();
    call.accept();
    let Sent::Response(id, answer) = call.node.one() else { panic!("an answer") };
    assert_eq!(id, call.server);
    assert!(text(&answer, Name::TO).ends_with(&call.tag));
    assert_eq!(text(&answer, Name::CONTACT), CONTACT);
    assert!(answer.header(Name::ALLOW).is_some());
    assert_eq!((text(&answer, Name::CONTENT_TYPE).as_str(), &answer.body()[..]), ("application/sdp", &b"v=0\r\n"[..]));
}

#[test]
fn statuses_that_fit_no_verb_are_refused() {
    let mut call = In::ringing();
    let (now, id) = (call.node.now, call.session);
    for status in [Status::TRYING, Status::OK, Status::BUSY_HERE] {
        assert_eq!(call.node.layer.progress(now, id, status, CONTACT, None), Err(Error::WrongState));
    }
    for status in [Status::RINGING, Status::OK] {
        assert_eq!(call.node.layer.reject(now, id, status), Err(Error::WrongState));
    }
    assert!(call.node.out().is_empty());
}

#[test]
fn two_callers_are_two_calls() {
    let mut node = Node::new();
    node.request(invite("Contact: <sip:them@192.0.2.9>\r\n"));
    node.request(invite("Contact: <sip:them@192.0.2.9>\r\n"));
    let ids = node.layer.sessions();
    assert_eq!((node.out().len(), ids.len()), (2, 2));
    node.layer.reject(node.now, ids[0], Status::BUSY_HERE).unwrap();
    assert_eq!(node.out(), ["486 INVITE", "Ended(Refused(Status(486)))"]);
    assert_eq!(node.layer.sessions(), [ids[1]]);
    assert_eq!(node.layer.hang_up(node.now, ids[0]), Err(Error::NoSession));
}
