//! What the user agent does on streams, without any: which flow a request takes, what Contact says, and what becomes of a
//! registration whose connection is gone.

mod common;

use bytes::Bytes;
use common::Zone;
use offhook::call::MediaAddress;
use offhook::core::{Flow, Machine, Output, Protocol};
use offhook::sip_parser::{Draft, Message, Method, Name, Status};
use offhook::ua::{Event, Input, Outgoing, Ua};
use offhook::{Account, Config, RegistrationEvent};
use offhook_sim::{SeededEntropy, epoch};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

fn at(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

/// A user agent that is asked for ways, and finds all but one.
struct Rig {
    ua: Ua,
    now: Instant,
    sent: Vec<(Flow, Message)>,
    events: Vec<Event>,
    asked: Vec<String>,
    zone: Zone,
    unreachable: Option<SocketAddr>,
    next: Option<Instant>,
}

const FAR: &str = "198.51.100.7";

/// One server, and a domain that has two.
const ZONE: &str = "
    example.com            A 198.51.100.7
    _sip._udp.two.example  SRV 10 0 5060 a.two.example
    _sip._udp.two.example  SRV 20 0 5060 b.two.example
    _sip._tcp.two.example  SRV 10 0 5060 a.two.example
    _sip._tcp.two.example  SRV 20 0 5060 b.two.example
    _sips._tcp.two.example SRV 10 0 5061 a.two.example
    _sips._tcp.two.example SRV 20 0 5061 b.two.example
    a.two.example          A 198.51.100.7
    b.two.example          A 198.51.100.8
";

impl Rig {
    fn new(protocols: &[Protocol]) -> Self {
        let locals = protocols.iter().map(|&p| (p, at("192.0.2.1:5060"))).collect();
        let ua = Ua::new(Config::default(), locals, Box::new(SeededEntropy::new(1)));
        let zone = Zone::new(ZONE);
        Rig { ua, now: epoch(), sent: vec![], events: vec![], asked: vec![], zone, unreachable: None, next: None }
    }

    fn drain(&mut self) {
        loop {
            match self.ua.poll_output() {
                Output::Transmit(t) => self.sent.push((t.flow, Message::parse(t.contents).expect("a message"))),
                Output::Event(Event::Way(query)) => {
                    self.asked.push(query.name.to_string());
                    let flow = Flow { protocol: query.protocol, local: at("192.0.2.1:5060"), remote: query.remote };
                    let flow = Some(flow).filter(|_| self.unreachable != Some(query.remote));
                    let Ok(()) = self.ua.handle_input(self.now, Input::Way { id: query.id, flow });
                }
                Output::Event(Event::Dns(query)) => {
                    let (_, answer) = self.zone.ask(&query).expect("an answer");
                    let Ok(()) = self.ua.handle_input(self.now, Input::Dns { id: query.id, answer });
                }
                Output::Event(event) => self.events.push(event),
                Output::Timeout(next) => return self.next = next,
            }
        }
    }

    fn input(&mut self, input: Input) {
        let Ok(()) = self.ua.handle_input(self.now, input);
        self.drain();
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.next.filter(|at| *at <= end) {
            self.now = at;
            self.input(Input::Timeout);
        }
        self.now = end;
    }

    fn call(&mut self, to: &str, header: usize) {
        let outgoing = Outgoing::new(to.parse().expect("a URI")).header("X-Long", &"x".repeat(header));
        let media = MediaAddress::pair(at("192.0.2.1:4000"));
        self.ua.call(self.now, outgoing, media).expect("a call");
        self.drain();
    }

    fn last(&self) -> (Flow, String) {
        let (flow, message) = self.sent.last().expect("something was sent");
        (*flow, String::from_utf8_lossy(message.bytes()).into_owned())
    }

    /// Answers the last request, with what its kind of answer needs.
    fn answer(&mut self, status: Status, more: &[(Name, &str)]) {
        let (flow, request) = self.sent.last().cloned().expect("a request");
        let mut draft = Draft::response(request.view(), status, Some("far"));
        for (name, value) in more {
            draft.append(*name, value);
        }
        self.input(Input::Received { flow, contents: draft.response_bytes() });
    }
}

fn invite(via: &str, more: &str) -> Bytes {
    let text = format!(
        "INVITE sip:bot@192.0.2.1 SIP/2.0\r\nVia: {via};branch=z9hG4bKa\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:bot@192.0.2.1>\r\n\
         Call-ID: c\r\nCSeq: 1 INVITE\r\nContact: <sip:a@10.0.0.9:7000;transport=tcp>\r\n{more}Content-Length: 0\r\n\r\n"
    );
    Bytes::from(text)
}

/// A call that came in over TCP and is answered; then we hang up. The flow of the BYE.
fn hung_up(rig: &mut Rig, more: &str, lost: bool) -> Flow {
    let flow = Flow { protocol: Protocol::Tcp, local: at("192.0.2.1:5060"), remote: at("198.51.100.7:40000") };
    rig.input(Input::Received { flow, contents: invite("SIP/2.0/TCP 10.0.0.9:7000", more) });
    let call = rig.events.iter().find_map(|event| match event {
        Event::Incoming { call, .. } => Some(*call),
        _ => None,
    });
    let call = call.expect("it rings");
    rig.ua.answer(rig.now, call, MediaAddress::pair(at("192.0.2.1:4000"))).expect("it rings");
    rig.drain();
    let tag = rig.sent.last().expect("a 200").1.required::<offhook::sip_parser::header::To<'_>>().expect("To").tag();
    let ack = format!(
        "ACK sip:bot@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/TCP 10.0.0.9:7000;branch=z9hG4bKb\r\nFrom: <sip:a@x>;tag=1\r\n\
         To: <sip:bot@192.0.2.1>;tag={}\r\nCall-ID: c\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n",
        tag.expect("a tag")
    );
    if lost {
        rig.input(Input::Closed { flow });
    }
    // Without an answer in the ACK the call ends at once: that BYE is the one that is looked at.
    rig.input(Input::Received { flow, contents: Bytes::from(ack) });
    let (flow, message) = rig.sent.last().expect("a BYE");
    assert_eq!(message.method(), Some(Method::Bye));
    *flow
}

#[test]
fn a_caller_that_is_connected_directly_is_hung_up_on_over_its_connection_whatever_its_contact() {
    let flow = hung_up(&mut Rig::new(&[Protocol::Tcp]), "", false);
    assert_eq!(flow.remote, at("198.51.100.7:40000"));
}

#[test]
fn when_that_connection_is_gone_the_contact_is_tried() {
    let flow = hung_up(&mut Rig::new(&[Protocol::Tcp]), "", true);
    assert_eq!(flow.remote, at("10.0.0.9:7000"));
}

#[test]
fn a_proxy_that_wants_to_stay_keeps_its_connection_if_it_is_that_host() {
    let route = |host: &str| format!("Record-Route: <sip:{host}:5070;transport=tcp;lr>\r\n");
    let flow = hung_up(&mut Rig::new(&[Protocol::Tcp]), &route(FAR), false);
    assert_eq!(flow.remote, at("198.51.100.7:40000"));
    let flow = hung_up(&mut Rig::new(&[Protocol::Tcp]), &route("203.0.113.5"), false);
    assert_eq!(flow.remote, at("203.0.113.5:5070"));
}

#[test]
fn who_is_called_by_sips_is_told_a_sips_contact_and_reached_by_the_flow_that_proved_the_domain() {
    let mut rig = Rig::new(&[Protocol::Tls]);
    rig.call("sips:bob@example.com", 0);
    let (invited, invite) = rig.last();
    assert!(invite.contains("Contact: <sips:192.0.2.1:5060>"), "{invite}");
    assert!(invite.contains("Via: SIP/2.0/TLS 192.0.2.1:5060;branch="), "{invite}");
    let asked = rig.asked.len();
    let contact = format!("<sips:bob@{FAR}>");
    rig.answer(Status::OK, &[(Name::CONTACT, &contact)]);
    assert!(rig.asked.iter().skip(asked).all(|host| host != FAR), "nobody has to prove to be an address");
    let ack = rig.sent.iter().find(|(_, m)| m.method() == Some(Method::Ack)).expect("an ACK");
    assert_eq!(ack.0, invited);
}

#[test]
fn a_large_request_takes_tcp_only_where_we_listen_on_it_and_falls_back_once() {
    let mut rig = Rig::new(&[Protocol::Udp]);
    rig.call("sip:bob@198.51.100.7", 1200);
    assert_eq!(rig.last().0.protocol, Protocol::Udp);
    let mut rig = Rig::new(&[Protocol::Udp, Protocol::Tcp]);
    rig.call("sip:bob@198.51.100.7", 10);
    assert_eq!(rig.last().0.protocol, Protocol::Udp);
    rig.call("sip:bob@198.51.100.7", 1200);
    let (flow, invite) = rig.last();
    assert_eq!(flow.protocol, Protocol::Tcp);
    rig.input(Input::TransportFailed { flow });
    let (again, datagram) = rig.last();
    assert_eq!((again.protocol, again.remote), (Protocol::Udp, flow.remote));
    assert!(invite.contains("SIP/2.0/TCP") && datagram.contains("SIP/2.0/UDP"));
    rig.input(Input::TransportFailed { flow: again });
    assert!(matches!(rig.events.last(), Some(Event::Ended { .. })));
}

#[test]
fn one_that_is_answered_does_not_go_out_again_when_its_connection_breaks() {
    let mut rig = Rig::new(&[Protocol::Udp, Protocol::Tcp]);
    rig.call("sip:bob@198.51.100.7", 1200);
    rig.answer(Status::RINGING, &[]);
    let (flow, count) = (rig.last().0, rig.sent.len());
    rig.input(Input::TransportFailed { flow });
    assert_eq!(rig.sent.len(), count);
    assert!(matches!(rig.events.last(), Some(Event::Ended { .. })));
}

#[test]
fn a_registration_whose_connection_is_gone_is_made_anew_but_not_more_than_once_a_minute() {
    let mut rig = Rig::new(&[Protocol::Tls]);
    let account = Account::new("sips:bot@example.com").expect("a name").registrar("sips:example.com").expect("a URI");
    rig.ua.add_account(rig.now, account.expires(Duration::from_secs(3600)));
    rig.drain();
    let flow = rig.last().0;
    rig.answer(Status::OK, &[(Name::CONTACT, "<sips:bot@192.0.2.1:5060>;expires=3600")]);
    assert!(matches!(rig.events.last(), Some(Event::Registration { event: RegistrationEvent::Registered { .. }, .. })));
    rig.input(Input::Closed { flow });
    rig.pass(Duration::from_secs(59));
    assert_eq!(rig.sent.len(), 1);
    rig.pass(Duration::from_secs(6));
    assert_eq!(rig.sent.len(), 2);
    rig.answer(Status::OK, &[(Name::CONTACT, "<sips:bot@192.0.2.1:5060>;expires=3600")]);
    rig.pass(Duration::from_secs(600));
    rig.input(Input::Closed { flow: Flow { remote: at("203.0.113.1:5061"), ..flow } });
    rig.pass(Duration::from_secs(10));
    assert_eq!(rig.sent.len(), 2, "another connection than the one that calls come over");
    rig.input(Input::TransportFailed { flow });
    rig.pass(Duration::from_secs(5));
    assert_eq!(rig.sent.len(), 3);
}

#[test]
fn a_connection_that_cannot_be_made_leads_to_the_next_server_and_the_call_stays_there() {
    let mut rig = Rig::new(&[Protocol::Tls]);
    rig.call("sips:bob@two.example", 0);
    let (first, _) = rig.last();
    assert_eq!(first.remote, at("198.51.100.7:5061"));
    rig.input(Input::TransportFailed { flow: first });
    let (second, invite) = rig.last();
    assert_eq!((second.protocol, second.remote), (Protocol::Tls, at("198.51.100.8:5061")));
    assert!(invite.starts_with("INVITE ") && rig.events.is_empty());
    rig.answer(Status::OK, &[(Name::CONTACT, "<sips:bob@198.51.100.8>")]);
    let ack = rig.sent.iter().find(|(_, m)| m.method() == Some(Method::Ack)).expect("an ACK");
    assert_eq!(ack.0, second);
    assert!(rig.asked.iter().all(|host| host == "two.example"), "the flow that proved the domain: {:?}", rig.asked);
}

#[test]
fn a_request_whose_kept_connection_cannot_be_made_again_is_not_sent_there_twice() {
    let mut rig = Rig::new(&[Protocol::Tcp]);
    rig.call("sip:bob@198.51.100.7;transport=tcp", 0);
    // Without an answer in the 200 the call is hung up at once.
    rig.answer(Status::OK, &[(Name::CONTACT, "<sip:bob@198.51.100.7;transport=tcp>")]);
    let (flow, bye) = rig.last();
    assert!(bye.starts_with("BYE "), "{bye}");
    let count = rig.sent.len();
    rig.input(Input::TransportFailed { flow });
    assert_eq!(rig.sent.len(), count);
}

#[test]
fn a_connection_that_is_closed_without_a_word_leads_to_the_next_server_but_not_once_it_rings() {
    for rings in [false, true] {
        let mut rig = Rig::new(&[Protocol::Tcp]);
        rig.call("sip:bob@two.example;transport=tcp", 0);
        let (first, _) = rig.last();
        if rings {
            rig.answer(Status::RINGING, &[]);
        }
        rig.input(Input::Closed { flow: first });
        assert_eq!(rig.sent.len(), if rings { 1 } else { 2 });
        assert!(!rig.events.iter().any(|event| matches!(event, Event::Ended { .. })));
    }
}

#[test]
fn every_server_of_a_secure_domain_has_to_prove_the_name_of_the_uri_and_one_without_a_flow_is_passed_over() {
    let mut rig = Rig::new(&[Protocol::Tls]);
    rig.unreachable = Some(at("198.51.100.7:5061"));
    rig.call("sips:bob@two.example", 0);
    let (flow, _) = rig.last();
    assert_eq!((flow.protocol, flow.remote), (Protocol::Tls, at("198.51.100.8:5061")));
    assert_eq!(rig.asked, ["two.example", "two.example"], "never a name out of DNS");
}

#[test]
fn a_large_request_tries_the_same_server_by_udp_before_it_goes_to_the_next() {
    let mut rig = Rig::new(&[Protocol::Udp, Protocol::Tcp]);
    rig.call("sip:bob@two.example;transport=udp", 1200);
    let mut taken = Vec::new();
    while !matches!(rig.events.last(), Some(Event::Ended { .. })) {
        let (flow, _) = rig.last();
        taken.push(format!("{} {}", flow.protocol, flow.remote.ip()));
        rig.input(Input::TransportFailed { flow });
    }
    assert_eq!(taken, ["TCP 198.51.100.7", "UDP 198.51.100.7", "TCP 198.51.100.8", "UDP 198.51.100.8"]);
}

#[test]
fn a_request_that_the_kept_connection_cannot_carry_goes_to_the_contact() {
    let mut rig = Rig::new(&[Protocol::Tcp]);
    let flow = hung_up(&mut rig, "", false);
    rig.input(Input::TransportFailed { flow });
    let (again, bye) = rig.last();
    assert!(bye.starts_with("BYE "));
    assert_eq!(again.remote, at("10.0.0.9:7000"));
}

#[test]
fn a_registration_that_moved_to_another_server_is_made_anew_when_that_connection_is_gone() {
    let mut rig = Rig::new(&[Protocol::Tcp]);
    let account = Account::new("sip:bot@two.example").expect("a name");
    let account = account.registrar("sip:two.example;transport=tcp").expect("a URI");
    rig.ua.add_account(rig.now, account.expires(Duration::from_secs(3600)));
    rig.drain();
    let (first, _) = rig.last();
    rig.input(Input::TransportFailed { flow: first });
    let (second, _) = rig.last();
    assert_eq!(second.remote, at("198.51.100.8:5060"));
    rig.answer(Status::OK, &[(Name::CONTACT, "<sip:bot@192.0.2.1:5060;transport=tcp>;expires=3600")]);
    rig.pass(Duration::from_secs(120));
    rig.input(Input::Closed { flow: first });
    rig.pass(Duration::from_secs(10));
    assert_eq!(rig.sent.len(), 2, "calls come over the other one");
    rig.input(Input::Closed { flow: second });
    rig.pass(Duration::from_secs(10));
    assert_eq!(rig.sent.len(), 3);
}
