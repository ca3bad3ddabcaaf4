//! RFC 3261 §14.2, RFC 6141: they change the call.

mod common;

use bytes::Bytes;
use common::{In, Out, Sent, T1, text};
use offhook_sip_dialog::Error;
use offhook_sip_parser::{Name, Status};

/// §14.2
#[test]
fn a_reinvite_while_one_waits_gets_500_with_retry_after_up_to_10_s() {
    let mut call = In::offered();
    let mut waits = Vec::new();
    for cseq in 12..60 {
        let again = call.theirs("INVITE", cseq);
        call.node.request(again);
        let Sent::Response(_, refusal) = call.node.one() else { panic!("a refusal") };
        assert_eq!(refusal.status(), Some(Status::SERVER_INTERNAL_ERROR));
        waits.push(text(&refusal, Name::RETRY_AFTER).parse::<u32>().unwrap());
    }
    assert!(waits.iter().all(|wait| *wait <= 10) && waits.iter().any(|wait| *wait != waits[0]), "{waits:?}");
    call.node.layer.answer_offer(call.node.now, call.session, Ok(None)).unwrap();
    assert_eq!(call.node.out(), ["200 INVITE"]);
}

/// §14.2: it is an answer as the first was.
#[test]
fn the_2xx_of_a_reinvite_is_sent_again_until_its_ack() {
    let mut call = In::offer_accepted();
    let first = call.theirs("ACK", 10); // the ACK of the first INVITE, late
    call.node.ack(first);
    call.node.pass(3 * T1);
    assert_eq!(call.node.out(), ["200 INVITE", "200 INVITE"]);
    let ack = call.theirs("ACK", 11);
    call.node.ack(ack);
    assert_eq!(call.node.out(), ["Acknowledged"]);
    assert_eq!(call.node.drain(), None);
}

/// §14.2
#[test]
fn a_reinvite_that_nobody_acknowledges_ends_the_call() {
    let mut call = In::offer_accepted();
    call.node.pass(64 * T1);
    assert_eq!(call.node.out().last().unwrap(), "BYE");
}

/// §14.2
#[test]
fn a_refused_or_cancelled_reinvite_leaves_the_call_as_it_was() {
    let mut call = In::offered();
    let (now, id) = (call.node.now, call.session);
    call.node.layer.answer_offer(now, id, Err(Status::NOT_ACCEPTABLE_HERE)).unwrap();
    assert_eq!(call.node.out(), ["488 INVITE"]);
    let again = call.theirs("INVITE", 12);
    call.server = call.node.request(again);
    assert_eq!(call.node.out(), ["Offer"]);
    call.cancel();
    assert_eq!(call.node.out(), ["200 CANCEL", "487 INVITE"]);
    assert_eq!(call.node.layer.answer_offer(now, id, Ok(None)), Err(Error::WrongState));
    assert_eq!((call.node.layer.len(), call.node.drain()), (1, None));
}

/// RFC 6141 §4.6
#[test]
fn their_new_contact_counts_once_we_accept_it_and_not_before() {
    for (answer, target) in
        [(Ok(None), "sip:them@192.0.2.99"), (Err(Status::NOT_ACCEPTABLE_HERE), "sip:them@192.0.2.9")]
    {
        let mut call = In::offered();
        call.node.layer.answer_offer(call.node.now, call.session, answer).unwrap();
        let ack = call.theirs("ACK", 11);
        call.node.ack(ack);
        call.node.out();
        call.hang_up();
        let Sent::Request(_, bye, _) = call.node.one() else { panic!("a BYE") };
        assert_eq!(bye.uri().unwrap().text(), target);
    }
}

/// §14.2: a caller may be asked as well, and answers with its Contact.
#[test]
fn a_caller_answers_a_reinvite_too() {
    let mut call = Out::established();
    let offer = call.theirs("INVITE", 1);
    call.node.request(offer);
    let body = Some(("application/sdp", Bytes::from_static(b"v=0\r\n")));
    call.node.layer.answer_offer(call.node.now, call.session, Ok(body)).unwrap();
    let Sent::Response(_, answer) = call.node.one() else { panic!("an answer") };
    assert_eq!((text(&answer, Name::CONTACT).as_str(), &answer.body()[..]), (common::CONTACT, &b"v=0\r\n"[..]));
    let ack = call.theirs("ACK", 1);
    call.node.ack(ack);
    assert_eq!(call.node.out(), ["Answered", "Offer", "Acknowledged"][1..]);
}

#[test]
fn a_refusal_is_a_status_of_300_or_more() {
    let mut call = In::offered();
    for status in [Status::RINGING, Status::OK] {
        assert_eq!(call.node.layer.answer_offer(call.node.now, call.session, Err(status)), Err(Error::WrongState));
    }
    assert!(call.node.out().is_empty());
}
