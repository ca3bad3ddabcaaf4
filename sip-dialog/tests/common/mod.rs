//! A dialog layer at hand, with both of its neighbours played by the test.

#![allow(dead_code, reason = "each test file uses a part")]

pub(crate) mod host;
pub(crate) mod scripts;

use bytes::Bytes;
use offhook_core::{Flow, Machine, Output};
use offhook_sim::{SeededEntropy, epoch};
use offhook_sip_dialog::auth::Credentials;
use offhook_sip_dialog::{Cause, Config, Connect, Event, Input, Layer, SessionId, Transmit};
use offhook_sip_parser::header::{TypedHeader, Via};
use offhook_sip_parser::{Draft, Message, Name, Status};
use offhook_sip_transaction::{self as transaction, ClientKey, Event as FromBelow, Failure, ServerId};
use std::time::{Duration, Instant};

pub(crate) const T1: Duration = Duration::from_millis(500);
pub(crate) const CONTACT: &str = "<sip:us@192.0.2.1>";

pub(crate) fn flow() -> Flow {
    Flow::udp("192.0.2.1:5060".parse().unwrap(), "192.0.2.9:5060".parse().unwrap())
}

pub(crate) fn message(text: &str) -> Message {
    Message::parse(Bytes::copy_from_slice(text.as_bytes())).unwrap_or_else(|e| panic!("{e} in {text}"))
}

/// As it would leave.
pub(crate) fn written(draft: &Draft) -> Message {
    if draft.status().is_some() {
        return Message::parse(draft.response_bytes()).unwrap();
    }
    let via = Via::parse(b"SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKours").unwrap();
    Message::parse(draft.request_bytes(&via)).unwrap()
}

pub(crate) fn text(message: &Message, name: Name) -> String {
    String::from_utf8_lossy(message.header(name).unwrap_or_else(|| panic!("no {name:?}"))).into_owned()
}

pub(crate) fn all(message: &Message, name: Name) -> Vec<String> {
    message.view().header_all(name).map(|h| String::from_utf8_lossy(h.value).into_owned()).collect()
}

/// Server transactions are named by the transaction layer alone; one that is fed requests names them for us.
pub(crate) struct Names(transaction::Layer, u64);

impl Names {
    pub(crate) fn new() -> Self {
        let entropy = Box::new(SeededEntropy::new(99));
        Names(transaction::Layer::new(transaction::Config::default(), entropy), 0)
    }

    pub(crate) fn next(&mut self) -> ServerId {
        self.1 += 1;
        let contents = format!(
            "OPTIONS sip:x@x SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK{}\r\nFrom: <sip:a@a>;tag=1\r\n\
             To: <sip:x@x>\r\nCall-ID: x\r\nCSeq: {} OPTIONS\r\n\r\n",
            self.1, self.1
        );
        let received = transaction::Input::Received { flow: flow(), contents: contents.into() };
        self.0.handle_input(epoch(), received).unwrap();
        loop {
            match self.0.poll_output() {
                Output::Event(FromBelow::Request { id, .. }) => return id,
                Output::Timeout(_) => panic!("no request"),
                _ => {}
            }
        }
    }
}

/// A layer, the time, and what it put out since last asked.
pub(crate) struct Node {
    pub(crate) layer: Layer,
    pub(crate) now: Instant,
    pub(crate) names: Names,
    sent: Vec<Sent>,
    events: Vec<Event>,
}

/// What went down, as the far side reads it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sent {
    Request(ClientKey, Message, String),
    Ack(Message, String),
    Cancel(ClientKey),
    Response(ServerId, Message),
}

impl Sent {
    /// `INVITE`, `ACK`, `CANCEL`, `200 INVITE`.
    pub(crate) fn name(&self) -> String {
        match self {
            Sent::Request(_, request, _) => request.method().unwrap().to_string(),
            Sent::Ack(..) => "ACK".to_owned(),
            Sent::Cancel(_) => "CANCEL".to_owned(),
            Sent::Response(_, response) => {
                let cseq = text(response, Name::CSEQ);
                let method = cseq.split(' ').nth(1).unwrap();
                format!("{} {method}", response.status().unwrap().code())
            }
        }
    }

    pub(crate) fn message(&self) -> &Message {
        match self {
            Sent::Request(_, message, _) | Sent::Ack(message, _) | Sent::Response(_, message) => message,
            Sent::Cancel(_) => panic!("a CANCEL is written below"),
        }
    }
}

/// `Answered`, `Ended(GaveUp)`: an event without its session.
pub(crate) fn event_name(event: &Event) -> String {
    match event {
        Event::Incoming { .. } => "Incoming".to_owned(),
        Event::Progress { .. } => "Progress".to_owned(),
        Event::Answered { .. } => "Answered".to_owned(),
        Event::Acknowledged { .. } => "Acknowledged".to_owned(),
        Event::Offer { .. } => "Offer".to_owned(),
        Event::Ended { cause, .. } => format!("Ended({cause:?})"),
        Event::Request { .. } => "Request".to_owned(),
        other => panic!("new event {other:?}"),
    }
}

impl Node {
    pub(crate) fn new() -> Self {
        Node::with(Config::default())
    }

    pub(crate) fn with(config: Config) -> Self {
        let layer = Layer::new(config, Box::new(SeededEntropy::new(7)));
        Node { layer, now: epoch(), names: Names::new(), sent: Vec::new(), events: Vec::new() }
    }

    pub(crate) fn drain(&mut self) -> Option<Instant> {
        loop {
            match self.layer.poll_output() {
                Output::Transmit(t) => self.sent.push(match t {
                    Transmit::Request { key, request, next_hop, .. } => {
                        Sent::Request(key, written(&request), next_hop.to_string())
                    }
                    Transmit::Ack { request, next_hop, .. } => Sent::Ack(written(&request), next_hop.to_string()),
                    Transmit::Cancel { key } => Sent::Cancel(key),
                    Transmit::Response { id, response } => Sent::Response(id, written(&response)),
                }),
                Output::Event(event) => self.events.push(event),
                Output::Timeout(at) => return at,
            }
        }
    }

    pub(crate) fn sent(&mut self) -> Vec<Sent> {
        self.drain();
        std::mem::take(&mut self.sent)
    }

    pub(crate) fn events(&mut self) -> Vec<Event> {
        self.drain();
        std::mem::take(&mut self.events)
    }

    /// The names of all that came out since last asked: messages, then events.
    pub(crate) fn out(&mut self) -> Vec<String> {
        self.drain();
        let (sent, events) = (std::mem::take(&mut self.sent), std::mem::take(&mut self.events));
        sent.iter().map(Sent::name).chain(events.iter().map(event_name)).collect()
    }

    /// The one message that went down since last asked.
    #[track_caller]
    pub(crate) fn one(&mut self) -> Sent {
        let mut sent = self.sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        sent.remove(0)
    }

    pub(crate) fn tell(&mut self, event: FromBelow) {
        self.layer.handle_input(self.now, Input::Transaction(event)).unwrap();
    }

    pub(crate) fn response(&mut self, key: ClientKey, response: Message) {
        self.tell(FromBelow::Response { key, response });
    }

    pub(crate) fn failed(&mut self, key: ClientKey, failure: Failure) {
        self.tell(FromBelow::Failed { key, failure });
    }

    pub(crate) fn request(&mut self, request: Message) -> ServerId {
        let id = self.names.next();
        self.tell(FromBelow::Request { id, request, flow: flow() });
        id
    }

    pub(crate) fn ack(&mut self, request: Message) {
        self.tell(FromBelow::Ack { request, flow: flow() });
    }

    pub(crate) fn cancel(&mut self, invite: Option<ServerId>, request: Message) -> ServerId {
        let id = self.names.next();
        self.tell(FromBelow::Cancel { id, invite, request, flow: flow() });
        id
    }

    /// Fires every timer until so long from now.
    pub(crate) fn pass(&mut self, duration: Duration) {
        let end = self.now + duration;
        while let Some(at) = self.drain().filter(|&at| at <= end) {
            self.now = at;
            self.layer.handle_input(at, Input::Timeout).unwrap();
        }
        self.now = end;
    }

    #[track_caller]
    pub(crate) fn ended(&mut self) -> Cause {
        match self.events().pop() {
            Some(Event::Ended { cause, .. }) => cause,
            other => panic!("{other:?}"),
        }
    }
}

/// A call of ours as the far side sees it.
pub(crate) struct Out {
    pub(crate) node: Node,
    pub(crate) session: SessionId,
    pub(crate) key: ClientKey,
    pub(crate) invite: Message,
}

pub(crate) fn connect() -> Connect {
    Connect::new("<sip:us@example.com>", "sip:them@example.com".parse().unwrap(), CONTACT)
        .body("application/sdp", "v=0\r\n")
}

pub(crate) fn password() -> Credentials {
    Credentials::new("us", "secret")
}

impl Out {
    /// Our INVITE is out.
    pub(crate) fn calling() -> Self {
        Out::with(connect().credentials(Some(password())))
    }

    pub(crate) fn with(connect: Connect) -> Self {
        let mut node = Node::new();
        let session = node.layer.connect(node.now, connect).unwrap();
        let Sent::Request(key, invite, _) = node.one() else { panic!("an INVITE") };
        Out { node, session, key, invite }
    }

    /// It is a call.
    pub(crate) fn established() -> Self {
        let mut out = Out::calling();
        out.answer(200, "them", "Contact: <sip:them@192.0.2.9>\r\n");
        assert_eq!(out.node.out(), ["ACK", "Answered"]);
        out
    }

    /// Our BYE is out, under `key`.
    pub(crate) fn closing() -> Self {
        let mut out = Out::established();
        out.hang_up();
        let Sent::Request(key, ..) = out.node.one() else { panic!("a BYE") };
        out.key = key;
        out
    }

    /// Takes up a request of ours that was sent again.
    #[track_caller]
    pub(crate) fn again(&mut self) -> Message {
        let Sent::Request(key, request, _) = self.node.one() else { panic!("a request") };
        self.key = key;
        self.invite = request.clone();
        request
    }

    pub(crate) fn hang_up(&mut self) {
        self.node.layer.hang_up(self.node.now, self.session).unwrap();
    }

    pub(crate) fn reply(&self, request: &Message, status: u16, tag: &str, headers: &str) -> Message {
        let draft = Draft::response(request.view(), Status::new(status).unwrap(), Some(tag));
        let text = String::from_utf8(draft.response_bytes().to_vec()).unwrap();
        message(&text.replace("Content-Length", &format!("{headers}Content-Length")))
    }

    /// The far side answers the INVITE.
    pub(crate) fn answer(&mut self, status: u16, tag: &str, headers: &str) {
        let response = self.reply(&self.invite, status, tag, headers);
        self.node.response(self.key, response);
    }

    /// A request of the far side within the call.
    pub(crate) fn theirs(&self, method: &str, cseq: u32) -> Message {
        let (from, call_id) = (text(&self.invite, Name::FROM), text(&self.invite, Name::CALL_ID));
        message(&format!(
            "{method} sip:us@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK{method}{cseq}\r\n\
             From: <sip:them@example.com>;tag=them\r\nTo: {from}\r\nCall-ID: {call_id}\r\nCSeq: {cseq} {method}\r\n\
             Contact: <sip:them@192.0.2.99>\r\nContent-Length: 0\r\n\r\n"
        ))
    }
}

/// Their INVITE, outside any dialog, that counts 10.
pub(crate) fn invite(headers: &str) -> Message {
    message(&format!(
        "INVITE sip:us@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKinvite\r\n\
         From: <sip:them@example.com>;tag=them\r\nTo: <sip:us@example.com>\r\nCall-ID: their-call\r\nCSeq: 10 INVITE\r\n\
         {headers}Content-Length: 0\r\n\r\n"
    ))
}

/// A call of theirs.
pub(crate) struct In {
    pub(crate) node: Node,
    pub(crate) session: SessionId,
    pub(crate) server: ServerId,
    pub(crate) tag: String,
}

impl In {
    /// It rings.
    pub(crate) fn ringing() -> Self {
        let mut node = Node::new();
        let server = node.request(invite("Contact: <sip:them@192.0.2.9>\r\n"));
        let Some(Event::Incoming { session, .. }) = node.events().pop() else { panic!("a call") };
        node.layer.progress(node.now, session, Status::RINGING, CONTACT, None).unwrap();
        let ringing = node.one();
        assert_eq!(ringing.name(), "180 INVITE");
        let to = text(ringing.message(), Name::TO);
        let tag = to.split("tag=").nth(1).unwrap().to_owned();
        In { node, session, server, tag }
    }

    /// Our 2xx is out.
    pub(crate) fn accepted() -> Self {
        let mut call = In::ringing();
        call.accept();
        assert_eq!(call.node.out(), ["200 INVITE"]);
        call
    }

    /// It is a call.
    pub(crate) fn established() -> Self {
        let mut call = In::accepted();
        let ack = call.theirs("ACK", 10);
        call.node.ack(ack);
        assert_eq!(call.node.out(), ["Acknowledged"]);
        call
    }

    /// A re-INVITE that counts 11 waits for its answer; `server` is its transaction.
    pub(crate) fn offered() -> Self {
        let mut call = In::established();
        let reinvite = call.theirs("INVITE", 11);
        call.server = call.node.request(reinvite);
        assert_eq!(call.node.out(), ["Offer"]);
        call
    }

    /// It is accepted and not acknowledged.
    pub(crate) fn offer_accepted() -> Self {
        let mut call = In::offered();
        call.node.layer.answer_offer(call.node.now, call.session, Ok(None)).unwrap();
        assert_eq!(call.node.out(), ["200 INVITE"]);
        call
    }

    pub(crate) fn accept(&mut self) {
        let body = Some(("application/sdp", Bytes::from_static(b"v=0\r\n")));
        self.node.layer.accept(self.node.now, self.session, CONTACT, body, Some(password())).unwrap();
    }

    pub(crate) fn hang_up(&mut self) {
        self.node.layer.hang_up(self.node.now, self.session).unwrap();
    }

    pub(crate) fn theirs(&self, method: &str, cseq: u32) -> Message {
        self.theirs_with(method, cseq, "their-call", &self.tag, "them")
    }

    pub(crate) fn theirs_with(&self, method: &str, cseq: u32, call_id: &str, ours: &str, theirs: &str) -> Message {
        message(&format!(
            "{method} sip:us@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK{method}{cseq}\r\n\
             From: <sip:them@example.com>;tag={theirs}\r\nTo: <sip:us@example.com>;tag={ours}\r\nCall-ID: {call_id}\r\n\
             CSeq: {cseq} {method}\r\nContact: <sip:them@192.0.2.99>\r\nContent-Length: 0\r\n\r\n"
        ))
    }

    /// Their CANCEL of the first INVITE.
    pub(crate) fn cancel(&mut self) {
        let server = self.server;
        let cancel = message(
            "CANCEL sip:us@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKinvite\r\n\
             From: <sip:them@example.com>;tag=them\r\nTo: <sip:us@example.com>\r\nCall-ID: their-call\r\n\
             CSeq: 10 CANCEL\r\nContent-Length: 0\r\n\r\n",
        );
        self.node.cancel(Some(server), cancel);
    }
}
