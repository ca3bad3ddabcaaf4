//! The dialog layer, on the transaction layer.

use crate::drive::{drain, here, there};
use crate::peer::Peer;
use crate::steps::{Step, number, steps};
use bytes::Bytes;
use offhook_core::{Flow, Machine, Output};
use offhook_sim::{SeededEntropy, epoch};
use offhook_sip_dialog::auth::Credentials;
use offhook_sip_dialog::{self as dialog, Connect, SessionId};
use offhook_sip_parser::Status;
use offhook_sip_transaction as transaction;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

const SDP: &str = "application/sdp";
const US: &str = "<sip:us@192.0.2.1>";

/// Datagrams and time, below an application that answers every call and every offer; at the end all calls are hung up,
/// and then none may be left.
///
/// `a`, `b`, `c`: a datagram from one of three peers. `p`: the peer answers our last request (`200 body`). `i`: it sends
/// a request within the dialog (`BYE`). `q`: we call it; `h`: we hang up the oldest call. `m`: calls that come in are
/// answered no more, but left to ring. `r`: they are refused (`486`). `f`: the transport fails. `t`: time alone.
pub fn sip_dialog(data: &[u8]) {
    let config = dialog::Config { max_sessions: 4, ..dialog::Config::default() };
    let transactions = transaction::Config { max_servers: 16, max_clients: 64, ..transaction::Config::default() };
    let mut node = Node {
        transactions: transaction::Layer::new(transactions, Box::new(SeededEntropy::new(1))),
        dialogs: dialog::Layer::new(config, Box::new(SeededEntropy::new(2))),
        now: epoch(),
        next: None,
        peer: Peer::default(),
        manner: Manner::Accept,
    };
    for step in steps(data) {
        node.pass(step.wait);
        node.act(&step);
        assert!(node.dialogs.len() <= 4, "{} calls are kept", node.dialogs.len());
    }
    node.end();
}

/// What becomes of calls that come in.
#[derive(Clone, Copy)]
enum Manner {
    Accept,
    Ring,
    Refuse(Status),
}

struct Node {
    transactions: transaction::Layer,
    dialogs: dialog::Layer,
    now: Instant,
    next: Option<Instant>,
    peer: Peer,
    manner: Manner,
}

impl Node {
    fn flow(op: u8) -> Flow {
        Flow::udp(here(5060), there(9 + op % 3, 5060))
    }

    fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(at) = self.next.filter(|&at| at <= until) {
            self.now = self.now.max(at);
            self.wake();
        }
        self.now = until;
    }

    fn wake(&mut self) {
        let _ = self.transactions.handle_input(self.now, transaction::Input::Timeout);
        let _ = self.dialogs.handle_input(self.now, dialog::Input::Timeout);
        self.settle();
    }

    fn act(&mut self, step: &Step<'_>) {
        let contents = match step.op {
            b'p' => self.peer.answer(step.data),
            b'i' => self.peer.request(step.data),
            b'q' => return self.connect(step.data),
            b'h' => return self.hang_up(),
            b'm' => return self.manner = Manner::Ring,
            b'r' => {
                return self.manner =
                    Manner::Refuse(number(step.data).and_then(Status::new).unwrap_or(Status::DECLINE));
            }
            b'f' => {
                let failed = transaction::Input::TransportFailed { flow: Self::flow(b'a') };
                let _ = self.transactions.handle_input(self.now, failed);
                return self.settle();
            }
            b't' => return self.wake(),
            _ => Some(Bytes::copy_from_slice(step.data)),
        };
        if let Some(contents) = contents {
            let received = transaction::Input::Received { flow: Self::flow(step.op), contents };
            let _ = self.transactions.handle_input(self.now, received);
            self.settle();
        }
    }

    fn connect(&mut self, body: &[u8]) {
        let connect = Connect::new(US, "sip:peer@192.0.2.9".parse().expect("a URI"), US)
            .body(SDP, body.to_vec())
            .credentials(Some(Credentials::new("us", "secret")));
        let _ = self.dialogs.connect(self.now, connect);
        self.settle();
    }

    fn hang_up(&mut self) {
        if let Some(&session) = self.dialogs.sessions().first() {
            let _ = self.dialogs.hang_up(self.now, session);
            self.settle();
        }
    }

    /// Moves what both layers say until they are quiet.
    fn settle(&mut self) {
        for _ in 0..1000 {
            let (mut down, mut up, mut events) = (VecDeque::new(), VecDeque::new(), VecDeque::new());
            let peer = &mut self.peer;
            let first = drain(&mut self.transactions, |output| match output {
                Output::Transmit(t) => peer.hear(&t.contents),
                Output::Event(event) => up.push_back(event),
                Output::Timeout(_) => {}
            });
            let second = drain(&mut self.dialogs, |output| match output {
                Output::Transmit(t) => down.push_back(t),
                Output::Event(event) => events.push_back(event),
                Output::Timeout(_) => {}
            });
            self.next = first.into_iter().chain(second).min();
            if down.is_empty() && up.is_empty() && events.is_empty() {
                return;
            }
            down.into_iter().for_each(|t| self.carry(t));
            for event in up {
                let taken = self.dialogs.handle_input(self.now, dialog::Input::Transaction(event));
                assert!(taken.is_ok(), "what the transaction layer tells is refused: {taken:?}");
            }
            events.into_iter().for_each(|e| self.event(e));
        }
        panic!("two layers that never come to rest");
    }

    fn carry(&mut self, transmit: dialog::Transmit) {
        let flow = Self::flow(b'a');
        let input = match transmit {
            dialog::Transmit::Request { key, request, .. } => transaction::Input::Request { key, flow, request },
            dialog::Transmit::Ack { request, .. } => transaction::Input::Ack { flow, request },
            dialog::Transmit::Cancel { key } => transaction::Input::Cancel { key },
            dialog::Transmit::Response { id, response } => transaction::Input::Respond { id, response },
        };
        let failed = match &input {
            transaction::Input::Request { key, .. } => Some(*key),
            _ => None,
        };
        if self.transactions.handle_input(self.now, input).is_err()
            && let Some(key) = failed
        {
            let event = transaction::Event::Failed { key, failure: transaction::Failure::Transport };
            let _ = self.dialogs.handle_input(self.now, dialog::Input::Transaction(event));
        }
    }

    fn event(&mut self, event: dialog::Event) {
        let body = || Some((SDP, Bytes::from_static(b"v=0\r\n")));
        match event {
            dialog::Event::Incoming { session, .. } => self.answer(session),
            dialog::Event::Offer { session, .. } => drop(self.dialogs.answer_offer(self.now, session, Ok(body()))),
            dialog::Event::Request { id, request, .. } => self.dialogs.respond(id, &request, Status::OK, |_| {}),
            _ => {}
        }
    }

    /// A call that has come in this moment may be gone already.
    fn answer(&mut self, session: SessionId) {
        let body = Some((SDP, Bytes::from_static(b"v=0\r\n")));
        let _ = self.dialogs.progress(self.now, session, Status::RINGING, US, None);
        let _ = match self.manner {
            Manner::Accept => self.dialogs.accept(self.now, session, US, body, None),
            Manner::Ring => Ok(()),
            Manner::Refuse(status) => self.dialogs.reject(self.now, session, status),
        };
    }

    fn end(mut self) {
        for session in self.dialogs.sessions() {
            let _ = self.dialogs.hang_up(self.now, session);
            self.settle();
        }
        for _ in 0..1000 {
            let Some(at) = self.next else { break };
            self.now = self.now.max(at);
            self.wake();
        }
        assert_eq!((self.next, self.dialogs.len()), (None, 0), "all was hung up, and no call is left");
    }
}
