//! The transaction layer.

use crate::drive::{drain, here, there};
use crate::peer::Peer;
use crate::steps::{Step, number, steps};
use bytes::Bytes;
use offhook_core::{Flow, Machine, Output};
use offhook_sim::{SeededEntropy, epoch};
use offhook_sip_parser::{Draft, Method, Status};
use offhook_sip_transaction::{ClientKey, Config, Event, Input, Layer, ServerId};
use std::collections::VecDeque;
use std::time::Instant;

/// Datagrams, commands of a layer above, and time, in any order; at the end all is answered or given up, and then
/// nothing may be left.
///
/// `a`, `b`, `c`: a datagram from one of three peers. `p`: the peer answers our last request (`180`, `200`).
/// `r`: the oldest open request is answered (`486`). `q`: a request of ours (`INVITE`); `x`: the newest is cancelled.
/// `k`: an ACK of a 2xx. `f`: the transport fails. `t`: time alone.
pub fn sip_transaction(data: &[u8]) {
    let config = Config { max_servers: 8, max_clients: 4, ..Config::default() };
    let mut node = Node {
        layer: Layer::new(config, Box::new(SeededEntropy::new(1))),
        now: epoch(),
        next: None,
        open: VecDeque::new(),
        peer: Peer::default(),
        keys: 0,
    };
    for step in steps(data) {
        node.pass(step.wait);
        node.act(&step);
        assert!(node.layer.len() <= 16, "{} transactions are kept", node.layer.len());
    }
    node.end();
}

struct Node {
    layer: Layer,
    now: Instant,
    next: Option<Instant>,
    open: VecDeque<(ServerId, Draft)>,
    peer: Peer,
    keys: u64,
}

impl Node {
    fn flow(op: u8) -> Flow {
        Flow::udp(here(5060), there(9 + op % 3, 5060))
    }

    fn pass(&mut self, time: std::time::Duration) {
        let until = self.now + time;
        while let Some(at) = self.next.filter(|&at| at <= until) {
            self.now = self.now.max(at);
            self.input(Input::Timeout);
        }
        self.now = until;
    }

    fn act(&mut self, step: &Step<'_>) {
        let flow = Self::flow(b'a');
        match step.op {
            b'p' => {
                if let Some(contents) = self.peer.answer(step.data) {
                    self.input(Input::Received { flow, contents });
                }
            }
            b'r' => self.respond(number(step.data).and_then(Status::new).unwrap_or(Status::OK)),
            b'q' => {
                self.keys += 1;
                let request = request(step.data);
                self.input(Input::Request { key: ClientKey(self.keys), flow, request });
            }
            b'x' => self.input(Input::Cancel { key: ClientKey(self.keys) }),
            b'k' => self.input(Input::Ack { flow, request: request(b"ACK") }),
            b'f' => self.input(Input::TransportFailed { flow }),
            b't' => self.input(Input::Timeout),
            op => {
                let contents = Bytes::copy_from_slice(step.data);
                self.input(Input::Received { flow: Self::flow(op), contents });
            }
        }
    }

    /// Answers the oldest request; it stays the oldest while that was provisional.
    fn respond(&mut self, status: Status) {
        let Some((id, draft)) = self.open.pop_front() else { return };
        let Ok(request) = offhook_sip_parser::Message::parse(draft.response_bytes()) else { return };
        let response = Draft::response(request.view(), status, Some("us"));
        if !status.is_final() {
            self.open.push_front((id, draft));
        }
        self.input(Input::Respond { id, response });
    }

    fn input(&mut self, input: Input) {
        // What a caller may not do is refused, and that is tried too.
        let _ = self.layer.handle_input(self.now, input);
        let (open, peer) = (&mut self.open, &mut self.peer);
        self.next = drain(&mut self.layer, |output| match output {
            Output::Transmit(t) => peer.hear(&t.contents),
            Output::Event(Event::Request { id, request, .. } | Event::Cancel { id, request, .. }) => {
                open.push_back((id, Draft::response(request.view(), Status::OK, Some("us"))));
            }
            _ => {}
        });
    }

    fn end(mut self) {
        while !self.open.is_empty() {
            self.respond(Status::SERVER_INTERNAL_ERROR);
        }
        for key in 1..=self.keys {
            self.input(Input::Cancel { key: ClientKey(key) });
        }
        for peer in b"abc" {
            self.input(Input::TransportFailed { flow: Self::flow(*peer) });
        }
        for _ in 0..1000 {
            let Some(at) = self.next else { break };
            self.now = self.now.max(at);
            self.input(Input::Timeout);
        }
        assert_eq!((self.next, self.layer.len()), (None, 0), "all was answered or given up, and nothing is left");
    }
}

fn request(data: &[u8]) -> Draft {
    let text = std::str::from_utf8(data).unwrap_or_default();
    let method = Method::parse(text).unwrap_or(Method::Options);
    let uri = "sip:peer@192.0.2.9".parse().expect("a URI");
    Draft::request(method, uri, "<sip:us@192.0.2.1>;tag=us", "<sip:peer@192.0.2.9>", "fuzz", 1)
}
