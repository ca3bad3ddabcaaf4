//! Whatever comes, the layer does not panic, keeps its bounds, and ends empty.

mod kit;

use bytes::Bytes;
use kit::{Node, answer, draft, flow, from_peer, tcp};
use offhook_core::Transmit;
use offhook_sip_parser::{Draft, Message, Method, Status};
use offhook_sip_transaction::{ClientKey, Config, Event, Input, ServerId};
use proptest::prelude::*;

#[test]
fn a_flood_of_100_000_invites_stays_within_the_bound() {
    const MAX: usize = 1000;
    let mut node = Node::with(Config { max_servers: MAX, ..Config::default() });
    let mut open = Vec::new();
    for n in 0..100_000 {
        for event in node.receive(0, from_peer("INVITE", &n.to_string())).events {
            let Event::Request { id, request, .. } = event else { panic!("{event:?}") };
            open.push((id, request));
        }
        assert!(node.layer.len() <= MAX);
    }
    assert_eq!((open.len(), node.layer.counters().overloaded), (MAX, 100_000 - MAX as u64));
    for (id, request) in open {
        node.respond(1, id, &request, 486).unwrap();
    }
    let rest = node.run_out();
    assert_eq!(rest.events.len(), MAX, "nobody acknowledged");
    assert_eq!(node.drain().next, None);
}

#[derive(Debug, Clone)]
enum Op {
    /// A request of the peer: method, branch, over a stream.
    Peer(&'static str, u8, bool),
    /// Our answer to the nth request that was told.
    Respond(usize, u16),
    Request(u64, bool, bool),
    Cancel(u64),
    /// The peer's answer to the nth request that we sent.
    Answer(usize, u16),
    Failed(bool),
    /// So many ms pass; the timers are told, or not.
    Wait(u64, bool),
    Bytes(Vec<u8>),
    /// A good request with one byte changed.
    Changed(usize, u8),
}

fn op() -> impl Strategy<Value = Op> {
    let code = prop_oneof![Just(100u16), Just(180), Just(200), Just(302), Just(408), Just(486), Just(503)];
    let method = prop_oneof![Just("INVITE"), Just("ACK"), Just("CANCEL"), Just("OPTIONS"), Just("BYE")];
    prop_oneof![
        4 => (method, 0u8..6, any::<bool>()).prop_map(|(m, b, s)| Op::Peer(m, b, s)),
        3 => (0usize..8, code.clone()).prop_map(|(n, c)| Op::Respond(n, c)),
        3 => (0u64..6, any::<bool>(), any::<bool>()).prop_map(|(k, i, s)| Op::Request(k, i, s)),
        1 => (0u64..6).prop_map(Op::Cancel),
        3 => (0usize..8, code).prop_map(|(n, c)| Op::Answer(n, c)),
        1 => any::<bool>().prop_map(Op::Failed),
        3 => (0u64..40_000, any::<bool>()).prop_map(|(t, f)| Op::Wait(t, f)),
        1 => proptest::collection::vec(any::<u8>(), 0..80).prop_map(Op::Bytes),
        1 => (0usize..200, any::<u8>()).prop_map(|(n, b)| Op::Changed(n, b)),
    ]
}

const SERVERS: usize = 3;
const CLIENTS: usize = 3;

struct Play {
    node: Node,
    now: u64,
    told: Vec<(ServerId, Message)>,
    sent: Vec<Transmit>,
}

impl Play {
    fn tell(&mut self, input: Input) {
        // A refusal is fine; what it may not do is the laws' business.
        let Ok(said) = self.node.tell(self.now, input) else { return };
        for event in said.events {
            if let Event::Request { id, request, .. } | Event::Cancel { id, request, .. } = event {
                self.told.push((id, request));
            }
        }
        self.sent.extend(said.sent.into_iter().filter(|t| !t.contents.starts_with(b"SIP/")));
        assert!(self.node.layer.len() <= SERVERS + 2 * CLIENTS);
    }

    fn receive(&mut self, stream: bool, contents: impl Into<Bytes>) {
        let flow = if stream { tcp() } else { flow() };
        self.tell(Input::Received { flow, contents: contents.into() });
    }

    fn respond(&mut self, n: usize, code: u16) {
        let Some((id, request)) = self.told.iter().rev().nth(n) else { return };
        let response = Draft::response(request.view(), Status::new(code).unwrap(), Some("us"));
        let id = *id;
        self.tell(Input::Respond { id, response });
    }

    fn apply(&mut self, op: Op) {
        match op {
            Op::Peer(method, branch, stream) => self.receive(stream, from_peer(method, &branch.to_string())),
            Op::Respond(n, code) => self.respond(n, code),
            Op::Request(key, invite, stream) => {
                let request = draft(if invite { Method::Invite } else { Method::Options });
                let flow = if stream { tcp() } else { flow() };
                self.tell(Input::Request { key: ClientKey(key), flow, request });
            }
            Op::Cancel(key) => self.tell(Input::Cancel { key: ClientKey(key) }),
            Op::Answer(n, code) => {
                let Some(sent) = self.sent.iter().rev().nth(n) else { return };
                let (stream, answer) = (sent.flow.protocol.is_reliable(), answer(sent, code));
                self.receive(stream, answer);
            }
            Op::Failed(stream) => self.tell(Input::TransportFailed { flow: if stream { tcp() } else { flow() } }),
            Op::Wait(ms, fires) => {
                self.now += ms;
                if fires {
                    self.tell(Input::Timeout);
                }
            }
            Op::Bytes(bytes) => self.receive(false, bytes),
            Op::Changed(n, byte) => {
                let mut bytes = from_peer("INVITE", "c").into_bytes();
                let n = n % bytes.len();
                bytes[n] = byte;
                self.receive(false, bytes);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut node = Node::new();
        node.receive(0, bytes);
    }

    #[test]
    fn any_line_in_a_request_is_survived(name in "Via|v|To|From|CSeq|Call-ID|Content-Length|[a-z-]{1,8}", value in ".{0,60}") {
        let mut node = Node::new();
        for method in ["INVITE", "ACK", "CANCEL", "OPTIONS"] {
            let text = from_peer(method, "a");
            let (start, rest) = text.split_once("\r\n").unwrap();
            node.receive(0, format!("{start}\r\n{name}: {value}\r\n{rest}"));
            node.receive(0, format!("SIP/2.0 200 OK\r\n{name}: {value}\r\n{rest}"));
        }
    }

    #[test]
    fn any_list_of_operations_keeps_the_bounds_and_ends_empty(ops in proptest::collection::vec(op(), 0..60)) {
        let config = Config { max_servers: SERVERS, max_clients: CLIENTS, ..Config::default() };
        let mut play = Play { node: Node::with(config), now: 0, told: Vec::new(), sent: Vec::new() };
        for op in ops {
            play.apply(op);
        }
        // What waits for the layers above alone: answer it, and give the rest up.
        for n in 0..play.told.len() {
            play.respond(n, 500);
        }
        for key in 0..6 {
            play.tell(Input::Cancel { key: ClientKey(key) });
        }
        play.node.run_out();
        prop_assert_eq!(play.node.drain().next, None);
    }
}
