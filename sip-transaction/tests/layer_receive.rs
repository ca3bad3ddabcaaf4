//! What the layer makes of what it receives (RFC 3261 §8.2, §17.2.3, §18.2; RFC 3581).

mod kit;

use kit::{Node, flow, from_peer, header, tcp, text};
use offhook_core::Flow;
use offhook_sip_parser::{Message, Method, Name, Status};
use offhook_sip_transaction::{Config, Error, Event};

fn request_of(said: &kit::Said) -> &Message {
    match &said.events[..] {
        [Event::Request { request, .. } | Event::Cancel { request, .. } | Event::Ack { request, .. }] => request,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_request_is_matched_by_branch_sent_by_and_method() {
    let mut node = Node::new();
    let via = |host: &str, branch: &str| format!("SIP/2.0/UDP {host};branch=z9hG4bK{branch}");
    let first = node.receive(0, text("OPTIONS", &via("192.0.2.9", "a"))).id();
    let others = [
        text("OPTIONS", &via("192.0.2.9", "b")),
        text("OPTIONS", &via("192.0.2.9:5061", "a")),
        text("OPTIONS", &via("pc.example.com", "a")),
        text("INFO", &via("192.0.2.9", "a")),
        text("options", &via("192.0.2.9", "a")),
    ];
    for other in others {
        assert_ne!(node.receive(1, &other).id(), first, "{other}");
    }
    assert!(node.receive(2, text("OPTIONS", &via("192.0.2.9", "A"))).is_silent(), "tokens have no case");
    assert_eq!((node.layer.len(), node.layer.counters().retransmissions_received), (6, 1));
}

#[test]
fn a_retransmission_is_absorbed_and_answered_as_before() {
    let mut node = Node::new();
    let options = from_peer("OPTIONS", "a");
    let said = node.receive(0, &options);
    assert!(node.receive(500, &options).is_silent(), "nothing to answer yet");
    let first = node.respond(600, said.id(), request_of(&said), 200).unwrap();
    let again = node.receive(1500, &options);
    assert_eq!((again.sent, again.events), (first.sent, vec![]));
    let counters = node.layer.counters();
    assert_eq!((counters.retransmissions_received, counters.retransmissions_sent), (2, 1));
}

#[test]
fn an_invite_gets_its_100_after_200_ms_and_that_is_no_retransmission() {
    let mut node = Node::new();
    node.receive(0, from_peer("INVITE", "a").replace("CSeq", "Timestamp: 54\r\nCSeq"));
    assert!(node.timeout(199).is_silent());
    let trying = node.timeout(200).message();
    assert_eq!(trying.status(), Some(Status::TRYING));
    assert_eq!((header(&trying, Name::TO), header(&trying, Name::TIMESTAMP)), ("<sip:us@192.0.2.1>", "54"));
    assert_eq!(node.layer.counters().retransmissions_sent, 0);
}

#[test]
fn the_ack_of_a_failure_is_absorbed_and_that_of_a_2xx_goes_up() {
    for (code, branch, goes_up) in [(486, "a", false), (200, "b", true), (200, "a", true)] {
        let mut node = Node::new();
        let said = node.receive(0, from_peer("INVITE", "a"));
        node.respond(100, said.id(), request_of(&said), code).unwrap();
        let acked = node.receive(200, from_peer("ACK", branch));
        assert_eq!(matches!(acked.events[..], [Event::Ack { .. }]), goes_up, "{code} {branch}");
        assert!(acked.sent.is_empty() && node.run_out().events.is_empty(), "no NoAck");
        assert_eq!(node.layer.counters().retransmissions_received, 0, "an ACK is none");
    }
}

#[test]
fn a_failure_that_is_never_acknowledged_is_told() {
    let mut node = Node::new();
    let said = node.receive(0, from_peer("INVITE", "a"));
    let id = said.id();
    node.respond(0, id, request_of(&said), 486).unwrap();
    let rest = node.run_out();
    assert_eq!((rest.events, rest.sent.len()), (vec![Event::NoAck { id }], 10));
    assert_eq!(node.layer.counters().retransmissions_sent, 10);
}

#[test]
fn an_answer_is_given_once_and_only_to_an_open_request() {
    let mut node = Node::new();
    let said = node.receive(0, from_peer("INVITE", "a"));
    let (id, request) = (said.id(), request_of(&said));
    node.respond(0, id, request, 180).unwrap();
    node.respond(0, id, request, 486).unwrap();
    for code in [183, 200, 486] {
        assert_eq!(node.respond(1, id, request, code).unwrap_err(), Error::AlreadyAnswered);
    }
    node.run_out();
    assert_eq!(node.respond(99_000, id, request, 486).unwrap_err(), Error::NoTransaction);
}

#[test]
fn a_2xx_may_be_sent_again_and_nothing_else() {
    let mut node = Node::new();
    let said = node.receive(0, from_peer("INVITE", "a"));
    let (id, request) = (said.id(), request_of(&said));
    for _ in 0..3 {
        assert_eq!(node.respond(0, id, request, 200).unwrap().lines(), ["SIP/2.0 200 OK"]);
    }
    assert_eq!(node.layer.counters().retransmissions_sent, 2);
    assert_eq!(node.respond(1, id, request, 180).unwrap_err(), Error::AlreadyAnswered);
}

#[test]
fn a_cancel_finds_its_invite_and_has_a_transaction_of_its_own() {
    let mut node = Node::new();
    let invite = node.receive(0, from_peer("INVITE", "a")).id();
    let said = node.receive(10, from_peer("CANCEL", "a"));
    assert!(matches!(said.events[..], [Event::Cancel { invite: Some(id), .. }] if id == invite));
    assert_ne!(said.id(), invite);
    assert!(node.receive(20, from_peer("CANCEL", "a")).is_silent(), "again");
    let ok = node.respond(30, said.id(), request_of(&said), 200).unwrap().message();
    assert_eq!(header(&ok, Name::CSEQ), "1 CANCEL");

    let stray = node.receive(40, from_peer("CANCEL", "b"));
    assert!(matches!(stray.events[..], [Event::Cancel { invite: None, .. }]));
}

#[test]
fn what_is_missing_or_wrong_is_answered_400_and_not_kept() {
    let good = from_peer("OPTIONS", "a");
    let cases = [
        ("Missing CSeq", good.replace("CSeq: 1 OPTIONS\r\n", ""), "missing in CSeq"),
        ("Missing in To", good.replace("To: <sip:us@192.0.2.1>\r\n", ""), "missing in To"),
        ("Missing From", good.replace("From: <sip:them@192.0.2.9>;tag=1\r\n", ""), "missing in From"),
        ("Missing Call-ID", good.replace("Call-ID: ", "X: "), "missing in Call-ID"),
        ("CSeq of another method", good.replace("1 OPTIONS", "1 INVITE"), "contradiction in CSeq"),
        ("two To", good.replace("To: ", "To: <sip:x@y>\r\nTo: "), "repeated in To"),
        ("truncated body", good.replace("Length: 0", "Length: 5"), "truncated in the body"),
        ("header section without end", good.trim_end().to_owned() + "\r\n", "truncated in the header section"),
        (
            "a line that is none",
            good.replace("Content-Length: 0", "what is this"),
            "bad character in the header section",
        ),
    ];
    for (name, text, fault) in cases {
        let mut node = Node::new();
        let peer = Flow { remote: "198.51.100.7:6000".parse().unwrap(), ..flow() };
        let said = node.receive_on(0, peer, &text);
        let answer = said.message();
        assert_eq!(answer.status(), Some(Status::BAD_REQUEST), "{name}");
        assert!(
            said.lines()[0].to_ascii_lowercase().contains(&fault.to_ascii_lowercase()),
            "{name}: {}",
            said.lines()[0]
        );
        // RFC 3261 §18.2.2: to the address that it came from, at the port that the Via names or means
        assert_eq!(said.sent[0].flow, Flow { remote: "198.51.100.7:5060".parse().unwrap(), ..flow() }, "{name}");
        let via = "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKa;received=198.51.100.7";
        assert_eq!(header(&answer, Name::VIA), via, "{name}");
        assert!(node.layer.is_empty() && said.next.is_none());
        assert_eq!((node.layer.counters().malformed_requests, node.layer.counters().malformed_dropped), (1, 0));
    }
}

#[test]
fn another_version_is_answered_505_where_anything_is_known_of_it() {
    let mut node = Node::new();
    let via = text("OPTIONS", "SIP/7.0/UDP 192.0.2.9;branch=z9hG4bKa");
    assert!(node.receive(0, via).is_silent(), "a Via that cannot be read names nobody to answer");
    let line = from_peer("OPTIONS", "a").replace("192.0.2.1 SIP/2.0\r\n", "192.0.2.1 SIP/7.0\r\n");
    let answer = node.receive(0, &line).message();
    assert_eq!(answer.status(), Some(Status::VERSION_NOT_SUPPORTED));
    assert_eq!(header(&answer, Name::VIA), "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKa");
    let response = line.replace("OPTIONS sip:us@192.0.2.1 SIP/7.0", "SIP/7.0 200 OK");
    assert!(node.receive(0, response).is_silent() && node.receive(0, line.replace("OPTIONS", "ACK")).is_silent());
    let counters = node.layer.counters();
    assert_eq!((counters.malformed_requests, counters.malformed_dropped, counters.not_sip), (1, 2, 1));
}

#[test]
fn a_uri_of_an_unreadable_kind_is_answered_with_the_status_of_its_fault() {
    let mut node = Node::new();
    let said = node.receive(0, from_peer("OPTIONS", "a").replace("OPTIONS sip:us@192.0.2.1", "OPTIONS sip:@"));
    assert_eq!(said.message().status(), Some(Status::BAD_REQUEST));
}

#[test]
fn the_answer_to_a_malformed_request_that_comes_again_is_the_same() {
    let mut node = Node::new();
    let bad = from_peer("INVITE", "a").replace("Call-ID", "Max-Forwards: x\r\nCall-ID");
    let (first, again) = (node.receive(0, &bad), node.receive(500, &bad));
    assert_eq!(first.sent, again.sent, "RFC 3261 §8.2.7");
    let other = node.receive(600, bad.replace("Call-ID: ", "Call-ID: d")).message();
    assert_ne!(header(&other, Name::TO), header(&first.message(), Name::TO));
}

#[test]
fn the_ack_of_a_stateless_refusal_is_absorbed() {
    let mut node = Node::new();
    let bad = from_peer("INVITE", "a").replace("Call-ID", "Max-Forwards: x\r\nCall-ID");
    let refusal = node.receive(0, bad).message();
    let ack = from_peer("ACK", "a").replace("<sip:us@192.0.2.1>\r\n", &format!("{}\r\n", header(&refusal, Name::TO)));
    assert!(node.receive(10, &ack).is_silent());
    assert_eq!(node.receive(10, ack.replace("a\r\nFrom", "b\r\nFrom")).events.len(), 1, "that of another goes up");
}

#[test]
fn what_is_not_sip_is_counted_and_left_unanswered() {
    let mut node = Node::new();
    for noise in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\x00\x01\x00\x00!\x12\xa4B", b"SIP/2.0", b"x", b"\xff\xfe"] {
        assert!(node.receive(0, noise).is_silent());
    }
    assert_eq!(node.layer.counters().not_sip, 5);
}

#[test]
fn empty_lines_and_nuls_keep_alive() {
    let mut node = Node::new();
    for nothing in [&b"\r\n\r\n"[..], b"\r\n", b"\0", b""] {
        assert!(node.receive(0, nothing).is_silent());
    }
    assert_eq!(node.layer.counters().keep_alives, 4);
}

#[test]
fn malformed_acks_and_responses_and_what_has_no_via_are_dropped() {
    let mut node = Node::new();
    let response = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n\r\n".to_owned();
    let no_via = from_peer("OPTIONS", "a").replace("Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKa\r\n", "");
    let ack_of_2543 = text("ACK", "SIP/2.0/UDP 192.0.2.9;branch=1");
    for text in [from_peer("ACK", "a").replace("CSeq: 1", "CSeq: x"), response, no_via, ack_of_2543] {
        assert!(node.receive(0, &text).is_silent(), "{text}");
    }
    assert_eq!(node.layer.counters().malformed_dropped, 4);
}

#[test]
fn a_branch_without_the_magic_cookie_is_refused() {
    let mut node = Node::new();
    for via in ["SIP/2.0/UDP 192.0.2.9", "SIP/2.0/UDP 192.0.2.9;branch=1", "SIP/2.0/UDP 192.0.2.9;branch=z9hG4b"] {
        let said = node.receive(0, text("INVITE", via));
        assert_eq!(said.lines(), ["SIP/2.0 400 Via branch lacks the magic cookie z9hG4bK"]);
        assert_eq!(header(&said.message(), Name::VIA), via);
    }
    assert!(node.layer.is_empty() && node.layer.counters().rfc_2543 == 3);
}

#[test]
fn over_the_bound_a_request_is_answered_503_with_retry_after_and_not_kept() {
    let mut node = Node::with(Config { max_servers: 1, ..Config::default() });
    let first = node.receive(0, from_peer("INVITE", "a"));
    let said = node.receive(0, from_peer("INVITE", "b"));
    let refusal = said.message();
    assert_eq!(refusal.status(), Some(Status::SERVICE_UNAVAILABLE));
    assert_eq!(header(&refusal, Name::RETRY_AFTER), "5");
    assert_eq!((node.layer.len(), node.layer.counters().overloaded), (1, 1));
    assert_eq!(node.receive(10, from_peer("INVITE", "a")).lines(), ["SIP/2.0 100 Trying"], "the open one goes on");

    node.respond(20, first.id(), request_of(&first), 486).unwrap();
    node.run_out();
    assert_eq!(node.receive(99_000, from_peer("INVITE", "b")).events.len(), 1, "there is room again");
}

#[test]
fn what_the_source_adds_to_the_via_comes_back_in_every_response() {
    let nat = Flow { remote: "198.51.100.7:6000".parse().unwrap(), ..flow() };
    let plain = "SIP/2.0/UDP 10.0.0.5:5062;branch=z9hG4bKa";
    let cases = [
        (plain.to_owned(), format!("{plain};received=198.51.100.7"), "198.51.100.7:5062"),
        (format!("{plain};rport"), format!("{plain};received=198.51.100.7;rport=6000"), "198.51.100.7:6000"),
        (
            format!("{plain};rport=99;received=203.0.113.1, SIP/2.0/UDP h;branch=z9hG4bKz;rport=5"),
            format!("{plain};received=198.51.100.7;rport=6000, SIP/2.0/UDP h;branch=z9hG4bKz;rport=5"),
            "198.51.100.7:6000",
        ),
    ];
    for (via, noted, to) in cases {
        let mut node = Node::new();
        let said = node.receive_on(0, nat, text("INVITE", &via));
        assert_eq!(header(request_of(&said), Name::VIA), noted);
        let [Event::Request { flow: from, .. }] = said.events[..] else { panic!("a request") };
        assert_eq!(from, nat, "the flow is told as it is");
        let mut answers = node.timeout(200).sent;
        answers.extend(node.respond(300, said.id(), request_of(&said), 486).unwrap().sent);
        answers.extend(node.receive_on(400, nat, text("INVITE", &via)).sent);
        assert_eq!(answers.len(), 3);
        for answer in answers {
            assert_eq!(answer.flow.remote.to_string(), to);
            assert_eq!(header(&Message::parse(answer.contents).unwrap(), Name::VIA), noted);
        }
    }
}

#[test]
fn on_a_stream_answers_go_back_on_it_and_nothing_is_repeated() {
    let mut node = Node::new();
    let said = node.receive_on(0, tcp(), text("OPTIONS", "SIP/2.0/TCP 192.0.2.9:5080;branch=z9hG4bKa"));
    let answered = node.respond(10, said.id(), request_of(&said), 200).unwrap();
    assert_eq!((answered.sent[0].flow, answered.next, node.layer.is_empty()), (tcp(), None, true));
}

#[test]
fn a_response_to_a_stateful_request_copies_what_the_rfc_names() {
    let mut node = Node::new();
    let said = node.receive(0, from_peer("OPTIONS", "a"));
    let answer = node.respond(1, said.id(), request_of(&said), 200).unwrap().message();
    for name in [Name::VIA, Name::FROM, Name::CALL_ID, Name::CSEQ] {
        assert_eq!(answer.header(name), request_of(&said).header(name));
    }
    assert_eq!(header(&answer, Name::TO), "<sip:us@192.0.2.1>;tag=us");
    assert_eq!(request_of(&said).method(), Some(Method::Options));
}
