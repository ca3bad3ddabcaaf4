//! A telephone in a simulated world: a transaction layer, a dialog layer, and a user who does things at times.

use super::CONTACT;
use bytes::Bytes;
use offhook_core::{Entropy, Flow, Machine, Output};
use offhook_sim::{Host, SeededEntropy};
use offhook_sip_dialog::{Cause, Config, Connect, Event, Input, Layer, SessionId, Transmit};
use offhook_sip_parser::Status;
use offhook_sip_transaction as transaction;
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// What the user will do. If the call is not so far, or further, nothing.
#[derive(Debug, Clone, Copy)]
enum Plan {
    Call(u32),
    Accept(SessionId),
    Reject(SessionId),
    HangUp(SessionId),
}

/// One call as its end saw it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Seen {
    pub(crate) answered: bool,
    pub(crate) ended: Vec<Cause>,
}

pub(crate) struct Phone {
    pub(crate) transactions: transaction::Layer,
    pub(crate) dialogs: Layer,
    /// By the user part of the target, which names the call on both ends.
    pub(crate) seen: BTreeMap<String, Seen>,
    names: HashMap<SessionId, String>,
    flow: Flow,
    user: SeededEntropy,
    plans: BTreeMap<(Instant, u64), Plan>,
    planned: u64,
}

impl Phone {
    pub(crate) fn new(mut entropy: SeededEntropy, local: SocketAddr, remote: SocketAddr) -> Self {
        Phone {
            transactions: transaction::Layer::new(transaction::Config::default(), entropy.fork()),
            dialogs: Layer::new(Config::default(), entropy.fork()),
            seen: BTreeMap::new(),
            names: HashMap::new(),
            flow: Flow::udp(local, remote),
            user: entropy,
            plans: BTreeMap::new(),
            planned: 0,
        }
    }

    /// Calls `count` times, at random within the next `within`.
    pub(crate) fn plan_calls(&mut self, now: Instant, count: u32, within: Duration) {
        for number in 0..count {
            let at = now + self.random(within);
            self.plan(at, Plan::Call(number));
        }
    }

    fn random(&mut self, below: Duration) -> Duration {
        Duration::from_millis(self.user.u64() % below.as_millis() as u64)
    }

    fn plan(&mut self, at: Instant, plan: Plan) {
        self.planned += 1;
        self.plans.insert((at, self.planned), plan);
    }

    fn carry_out(&mut self, now: Instant, plan: Plan) {
        // A plan that the call has overtaken is refused, as it should be.
        let _ = match plan {
            Plan::Call(number) => {
                let name = format!("call{number}from{}", self.flow.local.port());
                let target = format!("sip:{name}@{}", self.flow.remote).parse().unwrap();
                let contact = format!("<sip:{}>", self.flow.local);
                let session = self.dialogs.connect(now, Connect::new("<sip:caller@x>", target, &contact)).unwrap();
                self.names.insert(session, name.clone());
                self.seen.insert(name, Seen::default());
                let patience = self.random(Duration::from_secs(20));
                self.plan(now + patience, Plan::HangUp(session));
                Ok(())
            }
            Plan::Accept(session) => {
                let contact = format!("<sip:{}>", self.flow.local);
                self.dialogs.accept(now, session, &contact, None, None)
            }
            Plan::Reject(session) => self.dialogs.reject(now, session, Status::BUSY_HERE),
            Plan::HangUp(session) => self.dialogs.hang_up(now, session),
        };
    }

    fn react(&mut self, now: Instant, event: Event) {
        match event {
            Event::Incoming { session, request, .. } => {
                let name = request.uri().unwrap().user().unwrap().to_owned();
                assert_eq!(self.seen.insert(name.clone(), Seen::default()), None, "{name} came twice");
                self.names.insert(session, name);
                self.dialogs.progress(now, session, Status::RINGING, CONTACT, None).unwrap();
                let answer = now + self.random(Duration::from_secs(6));
                let rejects = self.user.u32().is_multiple_of(6);
                self.plan(answer, if rejects { Plan::Reject(session) } else { Plan::Accept(session) });
                let patience = self.random(Duration::from_secs(20));
                self.plan(now + patience, Plan::HangUp(session));
            }
            Event::Answered { session, .. } | Event::Acknowledged { session, .. } => {
                self.saw(session).answered = true;
            }
            Event::Ended { session, cause } => self.saw(session).ended.push(cause),
            Event::Progress { .. } => {}
            other => panic!("{other:?}"),
        }
    }

    fn saw(&mut self, session: SessionId) -> &mut Seen {
        self.seen.get_mut(&self.names[&session]).unwrap()
    }

    fn carry(&mut self, now: Instant, transmit: Transmit) {
        let flow = self.flow;
        let input = match transmit {
            Transmit::Request { key, request, .. } => transaction::Input::Request { key, flow, request },
            Transmit::Ack { request, .. } => transaction::Input::Ack { flow, request },
            Transmit::Cancel { key } => transaction::Input::Cancel { key },
            Transmit::Response { id, response } => transaction::Input::Respond { id, response },
        };
        self.transactions.handle_input(now, input).expect("the dialog layer asks for what can be done");
    }
}

impl Host for Phone {
    fn receive(&mut self, now: Instant, flow: Flow, contents: Bytes) {
        self.transactions.handle_input(now, transaction::Input::Received { flow, contents }).unwrap();
    }

    fn timeout(&mut self, now: Instant) {
        while let Some(entry) = self.plans.first_entry().filter(|e| e.key().0 <= now) {
            let plan = entry.remove();
            self.carry_out(now, plan);
        }
        self.transactions.handle_input(now, transaction::Input::Timeout).unwrap();
        self.dialogs.handle_input(now, Input::Timeout).unwrap();
    }

    fn poll(&mut self, now: Instant) -> Output<Infallible> {
        loop {
            let above = match self.dialogs.poll_output() {
                Output::Transmit(transmit) => {
                    self.carry(now, transmit);
                    continue;
                }
                Output::Event(event) => {
                    self.react(now, event);
                    continue;
                }
                Output::Timeout(at) => at,
            };
            let below = match self.transactions.poll_output() {
                Output::Transmit(transmit) => return Output::Transmit(transmit),
                Output::Event(event) => {
                    self.dialogs.handle_input(now, Input::Transaction(event)).unwrap();
                    continue;
                }
                Output::Timeout(at) => at,
            };
            let plan = self.plans.keys().next().map(|&(at, _)| at);
            return Output::Timeout([above, below, plan].into_iter().flatten().min());
        }
    }
}
