//! A layer with its clock, and the messages that a peer writes.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part of it")]

use bytes::Bytes;
use offhook_core::{Flow, Machine, Output, Protocol, Transmit};
use offhook_sim::{SeededEntropy, epoch};
use offhook_sip_parser::{Draft, Message, Method, Name, Status};
use offhook_sip_transaction::{ClientKey, Config, Error, Event, Input, Layer, ServerId};
use std::time::{Duration, Instant};

pub fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

pub fn at(after: u64) -> Instant {
    epoch() + ms(after)
}

pub fn flow() -> Flow {
    Flow::udp("192.0.2.1:5060".parse().unwrap(), "192.0.2.9:5060".parse().unwrap())
}

pub fn tcp() -> Flow {
    Flow { protocol: Protocol::Tcp, remote: "192.0.2.9:40123".parse().unwrap(), ..flow() }
}

/// A request of the peer at [`flow`]'s other end.
pub fn text(method: &str, via: &str) -> String {
    // Another way, another call, so that they are not merged requests.
    let call: String = via.chars().filter(char::is_ascii_alphanumeric).collect();
    format!(
        "{method} sip:us@192.0.2.1 SIP/2.0\r\nVia: {via}\r\nFrom: <sip:them@192.0.2.9>;tag=1\r\n\
         To: <sip:us@192.0.2.1>\r\nCall-ID: {call}\r\nCSeq: 1 {method}\r\nContent-Length: 0\r\n\r\n"
    )
}

pub fn from_peer(method: &str, branch: &str) -> String {
    text(method, &format!("SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK{branch}"))
}

/// A request of ours.
pub fn draft(method: Method) -> Draft {
    let uri = "sip:them@192.0.2.9".parse().unwrap();
    Draft::request(method, uri, "<sip:us@192.0.2.1>;tag=a", "<sip:them@192.0.2.9>", "d@x", 1)
}

/// The peer's answer to a request of ours.
pub fn answer(request: &Transmit, code: u16) -> String {
    let request = Message::parse(request.contents.clone()).unwrap();
    let bytes = Draft::response(request.view(), Status::new(code).unwrap(), Some("peer")).response_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a drain gave.
#[derive(Debug, Default)]
pub struct Said {
    pub sent: Vec<Transmit>,
    pub events: Vec<Event>,
    pub next: Option<Instant>,
}

impl Said {
    /// The first words of what was sent.
    pub fn lines(&self) -> Vec<String> {
        let line =
            |t: &Transmit| String::from_utf8_lossy(t.contents.split(|&b| b == b'\r').next().unwrap()).into_owned();
        self.sent.iter().map(line).collect()
    }

    /// The one message that was sent, when nothing else was said.
    #[track_caller]
    pub fn message(&self) -> Message {
        assert_eq!((self.sent.len(), &self.events[..]), (1, &[][..]));
        Message::parse(self.sent[0].contents.clone()).unwrap()
    }

    /// The id of the one request that was told.
    #[track_caller]
    pub fn id(&self) -> ServerId {
        let [Event::Request { id, .. } | Event::Cancel { id, .. }] = self.events[..] else {
            panic!("not one request: {:?}", self.events)
        };
        id
    }

    pub fn is_silent(&self) -> bool {
        self.sent.is_empty() && self.events.is_empty()
    }
}

pub struct Node {
    pub layer: Layer,
}

impl Node {
    pub fn new() -> Self {
        Node::with(Config::default())
    }

    pub fn with(config: Config) -> Self {
        Node { layer: Layer::new(config, Box::new(SeededEntropy::new(1))) }
    }

    pub fn drain(&mut self) -> Said {
        let mut said = Said::default();
        loop {
            match self.layer.poll_output() {
                Output::Transmit(transmit) => said.sent.push(transmit),
                Output::Event(event) => said.events.push(event),
                Output::Timeout(next) => {
                    said.next = next;
                    return said;
                }
            }
        }
    }

    pub fn tell(&mut self, after: u64, input: Input) -> Result<Said, Error> {
        self.layer.handle_input(at(after), input)?;
        Ok(self.drain())
    }

    pub fn receive_on(&mut self, after: u64, flow: Flow, contents: impl AsRef<[u8]>) -> Said {
        let contents = Bytes::copy_from_slice(contents.as_ref());
        self.tell(after, Input::Received { flow, contents }).unwrap()
    }

    pub fn receive(&mut self, after: u64, contents: impl AsRef<[u8]>) -> Said {
        self.receive_on(after, flow(), contents)
    }

    pub fn request(&mut self, after: u64, key: u64, method: Method) -> Result<Said, Error> {
        self.tell(after, Input::Request { key: ClientKey(key), flow: flow(), request: draft(method) })
    }

    pub fn respond(&mut self, after: u64, id: ServerId, to: &Message, code: u16) -> Result<Said, Error> {
        let response = Draft::response(to.view(), Status::new(code).unwrap(), Some("us"));
        self.tell(after, Input::Respond { id, response })
    }

    pub fn timeout(&mut self, after: u64) -> Said {
        self.tell(after, Input::Timeout).unwrap()
    }

    /// Lets all timers run, and looks that nothing is left.
    #[track_caller]
    pub fn run_out(&mut self) -> Said {
        let mut all = Said::default();
        for _ in 0..10_000_000 {
            let said = self.drain();
            all.sent.extend(said.sent);
            all.events.extend(said.events);
            let Some(next) = said.next else { break };
            self.layer.handle_input(next, Input::Timeout).unwrap();
        }
        assert!(self.layer.is_empty(), "{} transactions are left without a timer", self.layer.len());
        all
    }
}

pub fn header(message: &Message, name: Name) -> &str {
    std::str::from_utf8(message.header(name).expect("the header is there")).unwrap()
}
