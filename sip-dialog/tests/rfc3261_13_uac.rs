//! RFC 3261 §13.2: calling.

mod common;

use common::{Node, Out, Sent, T1, all, connect, message, text};
use offhook_sip_dialog::{Cause, Event};
use offhook_sip_parser::Name;
use std::time::Duration;

const FIRST: &str = "Contact: <sip:them@192.0.2.9>\r\n";
const FORK: &str = "Contact: <sip:fork@192.0.2.10>\r\n";

/// §13.2.2.4: the ACK is passed down anew for each copy of the 2xx.
#[test]
fn a_2xx_that_comes_again_gets_its_ack_again() {
    let mut call = Out::calling();
    call.answer(200, "them", FIRST);
    let first = call.node.sent();
    call.answer(200, "them", FIRST);
    let Sent::Ack(ack, next_hop) = call.node.one() else { panic!("an ACK") };
    assert_eq!(first, [Sent::Ack(ack.clone(), next_hop.clone())]);
    assert_eq!((ack.uri().unwrap().text(), next_hop.as_str()), ("sip:them@192.0.2.9", "sip:them@192.0.2.9"));
    assert_eq!(text(&ack, Name::CSEQ), "1 ACK");
    // also once we have hung up
    call.hang_up();
    assert_eq!(call.node.out(), ["BYE", "Answered"]);
    call.answer(200, "them", FIRST);
    assert_eq!(call.node.out(), ["ACK"]);
}

/// §13.2.2.4
#[test]
fn a_2xx_of_another_fork_gets_ack_and_bye_and_the_call_goes_on() {
    let mut call = Out::established();
    call.answer(200, "fork", FORK);
    let sent = call.node.sent();
    let [Sent::Ack(ack, _), Sent::Request(bye_key, bye, _)] = &sent[..] else { panic!("{sent:?}") };
    for request in [ack, bye] {
        assert_eq!(request.uri().unwrap().text(), "sip:fork@192.0.2.10");
        assert_eq!(text(request, Name::TO), "<sip:them@example.com>;tag=fork");
    }
    assert_eq!(text(bye, Name::CSEQ), "2 BYE");
    call.node.response(*bye_key, call.reply(bye, 200, "fork", ""));
    assert!(call.node.out().is_empty());
    // the call itself: our next request counts 2 as well, in a dialog of its own
    call.hang_up();
    let Sent::Request(key, bye, _) = call.node.one() else { panic!("a BYE") };
    assert_eq!((text(&bye, Name::CSEQ).as_str(), bye.uri().unwrap().text()), ("2 BYE", "sip:them@192.0.2.9"));
    call.node.response(key, call.reply(&bye, 200, "them", ""));
    assert_eq!(call.node.ended(), Cause::LocalHangUp);
}

/// §13.2.2.4: each copy wants an ACK, and the fork is hung up on once.
#[test]
fn the_2xx_of_a_fork_that_comes_again_gets_its_ack_again_and_no_other_bye() {
    let mut call = Out::established();
    call.answer(200, "fork", FORK);
    assert_eq!(call.node.out(), ["ACK", "BYE"]);
    call.answer(200, "fork", FORK);
    assert_eq!(call.node.out(), ["ACK"]);
    call.answer(200, "them", FIRST);
    assert_eq!(call.node.out(), ["ACK"]);
}

/// §13.2.2.4: 2xx may come for 64·T1 after the first, whatever became of the call meanwhile.
#[test]
fn a_fork_that_answers_after_the_call_is_over_is_acknowledged_and_hung_up() {
    let mut call = Out::established();
    let bye = call.theirs("BYE", 20);
    call.node.request(bye);
    assert_eq!(call.node.out(), ["200 BYE", "Ended(RemoteHangUp)"]);
    assert!(call.node.layer.is_empty());
    call.node.pass(31 * 2 * T1);
    call.answer(200, "fork", FORK);
    assert_eq!(call.node.out(), ["ACK", "BYE"]);
    assert!(call.node.drain().is_some());
    call.node.pass(2 * T1);
    assert_eq!(call.node.drain(), None);
    call.answer(200, "fork", FORK);
    assert!(call.node.out().is_empty());
}

/// §22.2 for the BYE that a fork gets.
#[test]
fn the_bye_of_a_fork_answers_its_challenge() {
    let mut call = Out::established();
    call.answer(200, "fork", FORK);
    let sent = call.node.sent();
    let Some(Sent::Request(key, bye, _)) = sent.last() else { panic!("{sent:?}") };
    let challenge = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n";
    call.node.response(*key, call.reply(bye, 401, "fork", challenge));
    let Sent::Request(second, bye, _) = call.node.one() else { panic!("a BYE") };
    assert!(second != *key && text(&bye, Name::CSEQ) == "3 BYE" && bye.header(Name::AUTHORIZATION).is_some());
}

#[test]
fn forks_without_end_are_dropped_and_counted() {
    let mut call = Out::established();
    for n in 0..40 {
        call.answer(200, &format!("fork{n}"), FORK);
    }
    let byes = call.node.out().iter().filter(|name| *name == "BYE").count();
    assert_eq!((byes, call.node.layer.counters().forks_dropped), (15, 25));
}

/// §9.1
#[test]
fn giving_up_sends_cancel_and_the_487_ends_the_call() {
    let mut call = Out::calling();
    call.answer(180, "them", "");
    assert_eq!(call.node.out(), ["Progress"]);
    call.hang_up();
    assert_eq!(call.node.one(), Sent::Cancel(call.key));
    call.hang_up(); // once is enough
    call.answer(180, "them", "");
    assert!(call.node.out().is_empty());
    call.answer(487, "them", "");
    assert_eq!(call.node.ended(), Cause::GaveUp);
    assert!(call.node.layer.is_empty() && call.node.drain().is_none());
}

/// §9.1, §22.2: what is given up is the INVITE that was sent last.
#[test]
fn the_cancel_of_a_challenged_invite_names_the_newest_one() {
    let mut call = Out::calling();
    let first = call.key;
    call.answer(401, "them", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n");
    call.again();
    call.hang_up();
    let Sent::Cancel(key) = call.node.one() else { panic!("a CANCEL") };
    assert!(key == call.key && key != first);
}

/// §9.1, §15
#[test]
fn a_2xx_that_crosses_the_cancel_gets_ack_and_bye() {
    let mut call = Out::calling();
    call.hang_up();
    call.node.out();
    call.answer(200, "them", FIRST);
    let sent = call.node.sent();
    let [Sent::Ack(..), Sent::Request(key, bye, _)] = &sent[..] else { panic!("{sent:?}") };
    assert!(call.node.events().is_empty());
    call.node.response(*key, call.reply(bye, 200, "them", ""));
    assert_eq!(call.node.ended(), Cause::GaveUp);
}

/// §12.1.2, §13.2.2.4
#[test]
fn a_2xx_without_a_contact_gets_ack_and_bye_to_the_request_uri() {
    for headers in ["", "Contact: *\r\n", "Contact: <sip:them@h>\r\nRecord-Route: nonsense\r\n"] {
        let mut call = Out::with(connect().route(["sip:proxy.example.com;lr".parse().unwrap()]));
        call.answer(200, "them", headers);
        let sent = call.node.sent();
        let [Sent::Ack(ack, ack_hop), Sent::Request(key, bye, bye_hop)] = &sent[..] else { panic!("{sent:?}") };
        for (request, hop) in [(ack, ack_hop), (bye, bye_hop)] {
            assert_eq!(request.uri().unwrap().text(), "sip:them@example.com");
            assert_eq!(hop, "sip:proxy.example.com;lr");
            assert_eq!(all(request, Name::ROUTE), ["<sip:proxy.example.com;lr>"]);
        }
        call.node.response(*key, call.reply(bye, 200, "them", ""));
        assert_eq!(call.node.ended(), Cause::NoContact);
    }
}

/// §13.2.2.4, §22.1: a server must not challenge an ACK, so it shows what the INVITE showed.
#[test]
fn the_ack_carries_the_credentials_of_its_invite() {
    let mut call = Out::calling();
    call.answer(401, "them", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n");
    call.again();
    call.answer(407, "them", "Proxy-Authenticate: Digest realm=\"p\", nonce=\"m\", qop=\"auth\"\r\n");
    let invite = call.again();
    call.answer(200, "them", FIRST);
    let Sent::Ack(ack, _) = call.node.one() else { panic!("an ACK") };
    assert_eq!(text(&ack, Name::CSEQ), "3 ACK");
    for name in [Name::AUTHORIZATION, Name::PROXY_AUTHORIZATION] {
        assert_eq!(all(&ack, name), all(&invite, name));
        assert_eq!(all(&ack, name).len(), 1);
    }
}

/// §8.1.1, §13.2.1
#[test]
fn the_invite_has_what_an_invite_must_have() {
    let mut node = Node::new();
    let route = ["sip:p1;lr".parse().unwrap(), "sip:p2;lr".parse().unwrap()];
    let call = connect().route(route).header("X-Id", "7").header("not a token", "x");
    let session = node.layer.connect(node.now, call).unwrap();
    let Sent::Request(_, invite, next_hop) = node.one() else { panic!("an INVITE") };
    invite.check().unwrap();
    assert_eq!((invite.uri().unwrap().text(), next_hop.as_str()), ("sip:them@example.com", "sip:p1;lr"));
    assert_eq!(all(&invite, Name::ROUTE), ["<sip:p1;lr>", "<sip:p2;lr>"]);
    assert_eq!((text(&invite, Name::CSEQ).as_str(), text(&invite, Name::MAX_FORWARDS).as_str()), ("1 INVITE", "70"));
    assert_eq!(text(&invite, Name::CONTACT), common::CONTACT);
    assert!(!text(&invite, Name::TO).contains("tag="));
    assert!(text(&invite, Name::FROM).starts_with("<sip:us@example.com>;tag="));
    assert!(invite.header(Name::ALLOW).is_some() && &invite.body()[..] == b"v=0\r\n");
    assert_eq!(node.layer.sessions(), [session]);
}

/// §13.2.2.1
#[test]
fn provisional_answers_are_told_but_not_100() {
    let mut call = Out::calling();
    for status in [100, 180, 183, 199] {
        call.answer(status, "them", "");
    }
    let told: Vec<_> = call.node.events().iter().map(|e| matches!(e, Event::Progress { .. })).collect();
    assert_eq!(told, [true; 3]);
    call.node.pass(Duration::from_secs(3600));
    assert!(call.node.out().is_empty());
}

/// A response that no request of ours asked for.
#[test]
fn responses_to_nothing_change_nothing() {
    let mut call = Out::established();
    let stray = message(
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKx\r\nFrom: <sip:a@a>;tag=1\r\nTo: <sip:b@b>;tag=2\r\n\
         Call-ID: c\r\nCSeq: 1 OPTIONS\r\nContact: <sip:b@b>\r\n\r\n",
    );
    for key in [0, 1, u64::MAX, 1 << 20, 1 << 20 | 1, 1 << 20 | 9, 2 << 20 | 1] {
        call.node.response(offhook_sip_transaction::ClientKey(key), stray.clone());
    }
    assert!(call.node.out().is_empty());
}
