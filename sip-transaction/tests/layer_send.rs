//! What the layer does for requests of ours (RFC 3261 §9.1, §17.1, §18.1).

mod kit;

use bytes::Bytes;
use kit::{Node, answer, draft, flow, header, tcp};
use offhook_core::{Flow, Protocol};
use offhook_sip_parser::{Draft, Message, Method, Name, Status};
use offhook_sip_transaction::{ClientKey, Config, Error, Event, Failure, Input};

fn codes(said: &kit::Said) -> Vec<(u64, u16)> {
    let code = |event: &Event| match event {
        Event::Response { key, response } => (key.0, response.status().unwrap().code()),
        other => panic!("{other:?}"),
    };
    said.events.iter().map(code).collect()
}

#[test]
fn a_request_gets_a_via_with_a_branch_of_its_own_and_asks_for_the_port() {
    let mut node = Node::new();
    let one = node.request(0, 1, Method::Options).unwrap();
    let two = node.request(0, 2, Method::Options).unwrap();
    assert_eq!(one.sent[0].flow, flow());
    let via = header(&one.message(), Name::VIA).to_owned();
    assert!(via.starts_with("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK") && via.ends_with(";rport"), "{via}");
    assert_ne!(header(&two.message(), Name::VIA), via);
}

#[test]
fn sent_by_can_be_given_and_a_stream_needs_no_rport() {
    let mut node = Node::with(Config { sent_by: Some("bot.example.com:5070".into()), ..Config::default() });
    let input = Input::Request { key: ClientKey(1), flow: tcp(), request: draft(Method::Options) };
    let via = header(&node.tell(0, input).unwrap().message(), Name::VIA).to_owned();
    assert!(via.starts_with("SIP/2.0/TCP bot.example.com:5070;branch=z9hG4bK") && !via.contains("rport"), "{via}");
}

#[test]
fn a_response_is_matched_by_its_branch_and_the_method_of_its_cseq() {
    let mut node = Node::new();
    let sent = node.request(0, 7, Method::Options).unwrap().sent;
    let ok = answer(&sent[0], 200);
    let strays = [
        ok.replace("1 OPTIONS", "1 INVITE"),
        ok.replace("branch=z9hG4bK", "branch=z9hG4bKx"),
        ok.replace(";branch=", ";twig="),
    ];
    for stray in strays {
        assert!(node.receive(10, &stray).is_silent(), "{stray}");
    }
    let stream = Flow { protocol: Protocol::Tcp, ..flow() };
    assert!(node.receive_on(10, stream, &ok).is_silent(), "it went over UDP");
    assert_eq!(node.layer.counters().stray_responses, 4);

    let elsewhere = Flow { remote: "203.0.113.1:5060".parse().unwrap(), ..flow() };
    assert_eq!(codes(&node.receive_on(20, elsewhere, &ok)), [(7, 200)], "the address does not matter");
    assert!(node.receive(30, &ok).is_silent(), "again");
    assert_eq!(node.layer.counters().stray_responses, 4, "which is no stray");
    node.run_out();
    node.receive(90_000, &ok);
    assert_eq!(node.layer.counters().stray_responses, 5, "now it is");
}

#[test]
fn a_request_that_nobody_answers_fails_after_64_t1() {
    for (method, times) in [(Method::Invite, 7), (Method::Options, 11)] {
        let mut node = Node::new();
        node.request(0, 1, method).unwrap();
        let rest = node.run_out();
        assert_eq!(rest.events, [Event::Failed { key: ClientKey(1), failure: Failure::Timeout }]);
        assert_eq!(rest.sent.len(), times - 1);
        assert_eq!(node.layer.counters().retransmissions_sent, times as u64 - 1);
    }
}

#[test]
fn a_failed_invite_is_acknowledged_each_time_it_fails() {
    let mut node = Node::new();
    let sent = node.request(0, 1, Method::Invite).unwrap().sent;
    let busy = answer(&sent[0], 486);
    let said = node.receive(10, &busy);
    assert_eq!((codes(&said), said.sent.len(), said.sent[0].flow), (vec![(1, 486)], 1, flow()));
    assert_eq!(said.lines(), ["ACK sip:them@192.0.2.9 SIP/2.0"]);
    let elsewhere = Flow { remote: "203.0.113.1:5060".parse().unwrap(), ..flow() };
    let again = node.receive_on(20, elsewhere, &busy);
    assert_eq!((&again.sent, again.events.len()), (&said.sent, 0), "the ACK goes where the INVITE went");
    assert_eq!(node.layer.counters().retransmissions_sent, 1);
}

#[test]
fn every_2xx_of_an_invite_goes_up_and_is_not_acknowledged_here() {
    let mut node = Node::new();
    let sent = node.request(0, 1, Method::Invite).unwrap().sent;
    let ok = answer(&sent[0], 200);
    let fork = ok.replace("tag=peer", "tag=other");
    for ok in [&ok, &ok, &fork] {
        let said = node.receive(10, ok);
        assert_eq!((codes(&said), said.sent.len()), (vec![(1, 200)], 0));
    }
}

#[test]
fn the_ack_of_a_2xx_is_sent_once_with_a_branch_of_its_own() {
    let mut node = Node::new();
    let invite = node.request(0, 1, Method::Invite).unwrap().message();
    let said = node.tell(10, Input::Ack { flow: flow(), request: draft(Method::Ack) }).unwrap();
    assert_ne!(header(&said.message(), Name::VIA), header(&invite, Name::VIA));
    assert_eq!((said.sent[0].flow, node.layer.len()), (flow(), 1));
}

#[test]
fn a_cancel_waits_for_a_provisional_response_and_resembles_its_invite() {
    let mut node = Node::new();
    let mut request = draft(Method::Invite);
    request.append(Name::ROUTE, "<sip:p1;lr>, <sip:p2;lr>").append(Name::SUBJECT, "x");
    let sent = node.tell(0, Input::Request { key: ClientKey(1), flow: flow(), request }).unwrap().sent;
    let invite = Message::parse(sent[0].contents.clone()).unwrap();
    assert!(node.tell(10, Input::Cancel { key: ClientKey(1) }).unwrap().is_silent());

    let said = node.receive(20, answer(&sent[0], 100));
    assert_eq!((codes(&said), said.sent.len(), said.sent[0].flow), (vec![(1, 100)], 1, flow()));
    let cancel = Message::parse(said.sent[0].contents.clone()).unwrap();
    cancel.check().unwrap();
    for name in [Name::VIA, Name::FROM, Name::TO, Name::CALL_ID, Name::ROUTE] {
        assert_eq!(cancel.header(name), invite.header(name));
    }
    assert_eq!((cancel.uri(), header(&cancel, Name::CSEQ)), (invite.uri(), "1 CANCEL"));
    assert_eq!(cancel.header(Name::SUBJECT), None);

    assert!(node.tell(30, Input::Cancel { key: ClientKey(1) }).unwrap().is_silent(), "one is enough");
    assert_eq!(node.timeout(520).lines(), ["CANCEL sip:them@192.0.2.9 SIP/2.0"], "it is retransmitted");
    assert!(node.receive(600, answer(&said.sent[0], 200)).is_silent(), "its answer is nobody's business");
    let gone = node.receive(700, answer(&sent[0], 487));
    assert_eq!((codes(&gone), gone.lines()), (vec![(1, 487)], vec!["ACK sip:them@192.0.2.9 SIP/2.0".to_owned()]));
    assert!(node.run_out().events.is_empty());
}

#[test]
fn an_invite_whose_cancel_is_ignored_gives_up_64_t1_after_it() {
    let mut node = Node::new();
    let sent = node.request(0, 1, Method::Invite).unwrap().sent;
    node.receive(100, answer(&sent[0], 180));
    assert_eq!(node.timeout(100_000).next, None, "it may ring for ever");
    let cancel = node.tell(100_000, Input::Cancel { key: ClientKey(1) }).unwrap().sent;
    node.receive(100_100, answer(&cancel[0], 200));
    assert!(node.timeout(131_999).events.is_empty());
    let failed = node.timeout(132_000).events;
    assert_eq!(failed, [Event::Failed { key: ClientKey(1), failure: Failure::Timeout }]);
    node.run_out();
}

#[test]
fn a_cancel_of_what_is_over_or_never_was_is_refused_and_one_too_late_changes_nothing() {
    let mut node = Node::new();
    let cancel = || Input::Cancel { key: ClientKey(1) };
    assert_eq!(node.tell(0, cancel()).unwrap_err(), Error::NoTransaction);
    let sent = node.request(0, 1, Method::Invite).unwrap().sent;
    node.receive(10, answer(&sent[0], 486));
    assert!(node.tell(20, cancel()).unwrap().is_silent());
    node.run_out();
    assert_eq!(node.tell(90_000, cancel()).unwrap_err(), Error::NoTransaction);
}

#[test]
fn what_cannot_be_sent_is_refused_with_its_reason() {
    let mut node = Node::with(Config { max_clients: 2, ..Config::default() });
    let ask = |key, request| Input::Request { key: ClientKey(key), flow: flow(), request };
    node.tell(0, ask(1, draft(Method::Invite))).unwrap();
    assert_eq!(node.tell(0, ask(1, draft(Method::Options))).unwrap_err(), Error::KeyInUse);
    assert_eq!(node.tell(0, ask(2, draft(Method::Ack))).unwrap_err(), Error::WrongKind);
    assert_eq!(node.tell(0, ask(2, draft(Method::Cancel))).unwrap_err(), Error::WrongKind);
    let mut broken = draft(Method::Options);
    broken.remove(Name::TO);
    assert!(matches!(node.tell(0, ask(2, broken.clone())), Err(Error::Unwritable(e)) if e.to_string().contains("To")));
    let ack = |request| Input::Ack { flow: flow(), request };
    assert_eq!(node.tell(0, ack(draft(Method::Options))).unwrap_err(), Error::WrongKind);
    let mut broken = draft(Method::Ack);
    broken.remove(Name::FROM);
    assert!(matches!(node.tell(0, ack(broken)), Err(Error::Unwritable(_))));
    let request = Message::parse(Bytes::from(kit::from_peer("OPTIONS", "a"))).unwrap();
    let response = Draft::response(request.view(), Status::OK, None);
    assert_eq!(node.tell(0, ask(2, response)).unwrap_err(), Error::WrongKind);

    node.tell(0, ask(2, draft(Method::Options))).unwrap();
    assert_eq!(node.tell(0, ask(3, draft(Method::Options))).unwrap_err(), Error::Full);
    assert_eq!(node.layer.len(), 2);
}

#[test]
fn a_transport_that_fails_ends_what_went_over_it_and_nothing_else() {
    let mut node = Node::new();
    let other = Flow { remote: "192.0.2.10:5060".parse().unwrap(), ..flow() };
    for (key, flow, method) in [(3, flow(), Method::Options), (1, flow(), Method::Invite), (2, other, Method::Options)]
    {
        node.tell(0, Input::Request { key: ClientKey(key), flow, request: draft(method) }).unwrap();
    }
    let said = node.tell(10, Input::TransportFailed { flow: flow() }).unwrap();
    let failed = |key| Event::Failed { key: ClientKey(key), failure: Failure::Transport };
    assert_eq!(said.events, [failed(1), failed(3)]);
    assert_eq!((said.sent.len(), node.layer.len()), (0, 1));
}
