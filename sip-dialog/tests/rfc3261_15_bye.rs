//! RFC 3261 §15: hanging up.

mod common;

use common::{In, Out, Sent, T1, text};
use offhook_sip_dialog::Cause;
use offhook_sip_parser::{Draft, Name, Status};
use offhook_sip_transaction::Failure;

/// §15: a callee says BYE only once its 2xx is acknowledged.
#[test]
fn a_hang_up_between_our_2xx_and_its_ack_waits_for_the_ack() {
    let mut call = In::accepted();
    call.hang_up();
    call.node.pass(T1);
    assert_eq!(call.node.out(), ["200 INVITE"]);
    let ack = call.theirs("ACK", 10);
    call.node.ack(ack);
    let Sent::Request(key, bye, _) = call.node.one() else { panic!("a BYE") };
    let ok = Draft::response(bye.view(), Status::OK, None);
    call.node.response(key, common::written(&ok));
    assert_eq!(call.node.ended(), Cause::LocalHangUp);
}

/// §15: or until the transaction times out.
#[test]
fn a_hang_up_whose_ack_never_comes_is_still_ours() {
    let mut call = In::accepted();
    call.hang_up();
    call.node.pass(64 * T1);
    let sent = call.node.sent();
    let Some(Sent::Request(key, ..)) = sent.last() else { panic!("{sent:?}") };
    call.node.failed(*key, Failure::Timeout);
    assert_eq!(call.node.ended(), Cause::LocalHangUp);
}

/// §15.1.2: the INVITE still gets its final answer.
#[test]
fn a_bye_in_an_early_dialog_ends_the_invite_with_487() {
    let mut call = In::ringing();
    let bye = call.theirs("BYE", 11);
    call.node.request(bye);
    assert_eq!(call.node.out(), ["200 BYE", "487 INVITE", "Ended(Cancelled)"]);
}

/// §15.1.1: any answer, or none, ends the call.
#[test]
fn a_bye_ends_the_call_whatever_is_answered() {
    for status in [200, 202, 302, 408, 481, 500, 603] {
        let mut call = Out::closing();
        let bye = call.theirs("BYE", 1); // any request of theirs will do to copy from
        let response = call.reply(&bye, status, "them", "");
        call.node.response(call.key, response);
        assert_eq!(call.node.ended(), Cause::LocalHangUp, "{status}");
    }
    for failure in [Failure::Timeout, Failure::Transport] {
        let mut call = Out::closing();
        call.node.failed(call.key, failure);
        assert_eq!(call.node.ended(), Cause::LocalHangUp);
    }
    let mut call = Out::closing();
    let bye = call.theirs("BYE", 1);
    let response = call.reply(&bye, 100, "them", "");
    call.node.response(call.key, response);
    assert!(call.node.out().is_empty() && call.node.layer.len() == 1);
}

#[test]
fn both_may_hang_up_at_once() {
    let mut call = Out::closing();
    let bye = call.theirs("BYE", 1);
    call.node.request(bye.clone());
    assert_eq!(call.node.out(), ["200 BYE"]);
    let response = call.reply(&bye, 481, "them", "");
    call.node.response(call.key, response);
    assert_eq!(call.node.out(), ["Ended(LocalHangUp)"]);
}

/// §14.2, §15: what waits for an answer gets one.
#[test]
fn a_hang_up_leaves_no_reinvite_unanswered() {
    let mut call = In::offered();
    call.hang_up();
    assert_eq!(call.node.out(), ["487 INVITE", "BYE"]);
    let mut call = In::offered();
    let bye = call.theirs("BYE", 12);
    call.node.request(bye);
    assert_eq!(call.node.out(), ["200 BYE", "487 INVITE", "Ended(RemoteHangUp)"]);
}

/// §12.2.1.1, §15.1.1
#[test]
fn a_bye_goes_to_their_contact_with_the_next_cseq() {
    let mut call = Out::established();
    call.hang_up();
    let Sent::Request(_, bye, next_hop) = call.node.one() else { panic!("a BYE") };
    assert_eq!((bye.uri().unwrap().text(), next_hop.as_str()), ("sip:them@192.0.2.9", "sip:them@192.0.2.9"));
    assert_eq!(text(&bye, Name::CSEQ), "2 BYE");
    assert_eq!(text(&bye, Name::FROM), text(&call.invite, Name::FROM));
    assert_eq!(text(&bye, Name::CALL_ID), text(&call.invite, Name::CALL_ID));
}
