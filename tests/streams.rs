//! What the user agent does on streams, without any: which flow a request takes, what Contact says, and what becomes of a
//! registration whose connection is gone.

use bytes::Bytes;
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

/// A user agent that is asked for ways and finds all of them at one address.
struct Rig {
    ua: Ua,
    now: Instant,
    sent: Vec<(Flow, Message)>,
    events: Vec<Event>,
    asked: Vec<String>,
    next: Option<Instant>,
}

const FAR: &str = "198.51.100.7";

impl Rig {
    fn new(protocols: &[Protocol]) -> Self {
        let locals = protocols.iter().map(|&p| (p, at("192.0.2.1:5060"))).collect();
        let ua = Ua::new(Config::default(), locals, Box::new(SeededEntropy::new(1)));
        Rig { ua, now: epoch(), sent: vec![], events: vec![], asked: vec![], next: None }
    }

    fn drain(&mut self) {
        loop {
            match self.ua.poll_output() {
                Output::Transmit(t) => self.sent.push((t.flow, Message::parse(t.contents).expect("a message"))),
                Output::Event(Event::Way(query)) => {
                    self.asked.push(query.host.to_string());
                    let remote = SocketAddr::new(FAR.parse().expect("an address"), query.port);
                    let flow = Flow { protocol: query.protocol, local: at("192.0.2.1:5060"), remote };
                    let Ok(()) = self.ua.handle_input(self.now, Input::Way { id: query.id, flow: Some(flow) });
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
