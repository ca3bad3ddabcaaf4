//! The user agent as a machine: it owns every layer, moves one's Transmit down into the next and their Events up.
//!
//! ```text
//!   verbs: add_account, call, answer, ...      Event: Incoming, Media, Ended, ...
//!        │                                           ^
//!   ┌────V───────────────────────────────────────────┴─────┐
//!   │ calls (offer/answer)    registrations    ways         │
//!   │ resolve: where URIs lead (RFC 3263)                   │
//!   │ sip-dialog: dialogs, sessions, digest                 │
//!   │ sip-transaction: retransmission, matching             │
//!   └────┬───────────────────────────────────────────^─────┘
//!     Transmit: bytes on a Flow               Input: Received
//! ```
//!
//! A call's media is a machine of its own ([`Media`](crate::call::Media)): [`Event::Media`] hands over what it needs, so
//! that many calls spread over cores while signalling stays one calm machine.

mod calls;
mod event;
mod registrations;
mod streams;
mod ways;

pub use calls::Outgoing;
pub use event::{CallId, Ended, Event, Input, Query, QueryId};

use crate::account::{Account, AccountId};
use crate::config::Config;
use crate::registration::Registration;
use calls::Call;
use offhook_core::{Deadlines, Entropy, Machine, Output, Protocol, Transmit};
use offhook_sip_dialog::{self as dialog, SessionId};
use offhook_sip_parser::{Name, Status};
use offhook_sip_transaction::{self as transaction, ClientKey};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;
use streams::Switched;
use ways::Ways;

/// A SIP user agent, sans-IO. See [`crate::driver`] for one that runs on tokio, and `examples/blocking_loop.rs` for one
/// that runs in a loop of one's own.
///
/// Outputs come in three kinds: datagrams to send, [`Event`]s, and when to come back. Two events ask for what only a driver
/// knows: [`Event::Dns`] what name servers say, [`Event::Way`] our own address on the way to another.
pub struct Ua {
    config: Config,
    locals: Vec<(Protocol, SocketAddr)>,
    entropy: Box<dyn Entropy>,
    now: Option<Instant>,
    transactions: transaction::Layer,
    dialogs: dialog::Layer,
    accounts: BTreeMap<AccountId, (Account, Option<Registration>)>,
    calls: BTreeMap<CallId, Call>,
    by_session: BTreeMap<SessionId, CallId>,
    /// When a call that rings is given up.
    ring_limits: Deadlines<CallId>,
    ways: Ways,
    switched: Switched,
    last_call: u64,
    shutting_down: bool,
    shut_down_told: bool,
    queue: VecDeque<Output<Event>>,
}

/// Transaction keys from here on are registrations'; below they are the dialog layer's.
const REGISTRATION_KEYS: u64 = 1 << 63;
/// Bits of a registration's key that count its requests.
const REGISTER_BITS: u32 = 32;
/// Where a transaction's key says which attempt at its request it is: four bits that neither 2³⁸ sessions nor 2²⁶ accounts
/// reach.
const ATTEMPT_BITS: u32 = 58;

impl Ua {
    /// A user agent that listens at `locals`. An unspecified address (`0.0.0.0`) is one too: then every flow that comes in
    /// and every answered [`Query`] must carry the address that is meant.
    pub fn new(config: Config, locals: Vec<(Protocol, SocketAddr)>, mut entropy: Box<dyn Entropy>) -> Self {
        let transactions = transaction::Config {
            timing: config.timing,
            max_servers: config.max_transactions,
            max_clients: config.max_transactions,
            ..transaction::Config::default()
        };
        let dialogs = dialog::Config {
            timing: config.timing,
            max_sessions: config.max_calls,
            product: config.product.clone(),
            ..dialog::Config::default()
        };
        let ways = Ways::new(config.resolve.clone(), &locals, entropy.fork());
        Ua {
            transactions: transaction::Layer::new(transactions, entropy.fork()),
            dialogs: dialog::Layer::new(dialogs, entropy.fork()),
            config,
            locals,
            entropy,
            now: None,
            accounts: BTreeMap::new(),
            calls: BTreeMap::new(),
            by_session: BTreeMap::new(),
            ring_limits: Deadlines::default(),
            ways,
            switched: Switched::default(),
            last_call: 0,
            shutting_down: false,
            shut_down_told: false,
            queue: VecDeque::new(),
        }
    }

    /// What the transaction layer dropped or refused so far.
    pub fn transaction_counters(&self) -> transaction::Counters {
        self.transactions.counters()
    }

    /// What the dialog layer dropped or refused so far.
    pub fn dialog_counters(&self) -> dialog::Counters {
        self.dialogs.counters()
    }

    /// Whether nothing is kept any more: no call, no dialog, no transaction.
    pub fn is_idle(&self) -> bool {
        self.calls.is_empty() && self.dialogs.is_empty() && self.transactions.is_empty() && self.ways.is_empty()
    }

    /// How servers were located so far.
    pub fn resolve_counters(&self) -> crate::resolve::Counters {
        self.ways.counters()
    }

    /// How many calls there are.
    pub fn calls(&self) -> usize {
        self.calls.len()
    }

    /// Hangs up every call, takes every registration back, and refuses new calls with 503. [`Event::ShutDown`] says when
    /// that is done.
    pub fn shut_down(&mut self, now: Instant) {
        let now = self.tick(now);
        if self.shutting_down {
            return;
        }
        self.shutting_down = true;
        let calls: Vec<_> = self.calls.keys().copied().collect();
        for call in calls {
            let _ = self.hang_up(now, call);
        }
        for (&id, (_, registration)) in &mut self.accounts {
            if let Some(registration) = registration {
                self.ways.give_up_account(id);
                registration.stop(now);
            }
        }
        self.settle(now);
        self.end_shut_down();
    }

    fn end_shut_down(&mut self) {
        let registered = self.accounts.values().any(|(_, r)| r.as_ref().is_some_and(|r| !r.is_idle()));
        if self.shutting_down && self.calls.is_empty() && !registered && !self.shut_down_told {
            self.shut_down_told = true;
            self.queue.push_back(Output::Event(Event::ShutDown));
        }
    }

    fn tick(&mut self, now: Instant) -> Instant {
        let now = self.now.map_or(now, |latest| latest.max(now));
        self.now = Some(now);
        now
    }

    /// Moves everything that the layers have to say, until all are quiet.
    fn settle(&mut self, now: Instant) {
        loop {
            let mut moved = self.settle_registrations(now) | self.settle_ways(now);
            while let Output::Event(event) | Output::Transmit(event) = self.next_dialog() {
                moved = true;
                match event {
                    FromDialogs::Event(event) => self.dialog_event(now, event),
                    FromDialogs::Transmit(transmit) => self.carry(now, transmit),
                }
            }
            loop {
                match self.transactions.poll_output() {
                    Output::Transmit(t) => self.queue.push_back(Output::Transmit(t)),
                    Output::Event(event) => {
                        if !self.resend_small(now, &event)
                            && let Some(event) = self.watch(now, event)
                        {
                            self.transaction_event(now, event);
                        }
                    }
                    Output::Timeout(_) => break,
                }
                moved = true;
            }
            if !moved {
                break;
            }
        }
        self.end_shut_down();
    }

    fn next_dialog(&mut self) -> Output<FromDialogs, FromDialogs> {
        match self.dialogs.poll_output() {
            Output::Event(e) => Output::Event(FromDialogs::Event(e)),
            Output::Transmit(t) => Output::Transmit(FromDialogs::Transmit(t)),
            Output::Timeout(at) => Output::Timeout(at),
        }
    }

    fn transaction_event(&mut self, now: Instant, event: transaction::Event) {
        let key = match &event {
            transaction::Event::Response { key, .. } | transaction::Event::Failed { key, .. } => Some(*key),
            _ => None,
        };
        if let Some(ClientKey(key)) = key.filter(|k| k.0 >= REGISTRATION_KEYS) {
            let account = AccountId(((key - REGISTRATION_KEYS) >> REGISTER_BITS) as u32);
            if let Some((_, Some(registration))) = self.accounts.get_mut(&account) {
                match event {
                    transaction::Event::Response { key, response } => registration.receive(now, key, &response),
                    transaction::Event::Failed { key, failure } => registration.fail(now, key, failure),
                    _ => {}
                }
            }
            return;
        }
        // The dialog layer refuses nothing that the transaction layer tells.
        let _ = self.dialogs.handle_input(now, dialog::Input::Transaction(event));
    }

    fn dialog_event(&mut self, now: Instant, event: dialog::Event) {
        match event {
            dialog::Event::Incoming { session, request, flow } => self.incoming(now, session, request, flow),
            dialog::Event::Progress { session, response } => self.progressed(session, response),
            dialog::Event::Answered { session, response } => self.answered(now, session, &response),
            dialog::Event::Acknowledged { session, request } => self.acknowledged(now, session, &request),
            dialog::Event::Offer { session, request } => self.offered(now, session, &request),
            dialog::Event::Ended { session, cause } => self.session_ended(session, cause),
            dialog::Event::Request { id, request, .. } => {
                let is_options = request.method() == Some(offhook_sip_parser::Method::Options);
                let (status, allow) = match is_options {
                    true if self.shutting_down => (Status::SERVICE_UNAVAILABLE, false),
                    true => (Status::OK, true),
                    false => (Status::METHOD_NOT_ALLOWED, true),
                };
                self.dialogs.respond(id, &request, status, |draft| {
                    if allow {
                        draft.append(Name::ALLOW, dialog::Config::default().allow);
                    }
                    if is_options {
                        draft.append(Name::ACCEPT, calls::SDP);
                    }
                });
            }
            _ => {}
        }
    }
}

enum FromDialogs {
    Event(dialog::Event),
    Transmit(dialog::Transmit),
}

impl Machine for Ua {
    type Input<'a> = Input;
    type Event = Event;
    type Transmit = Transmit;
    type Error = std::convert::Infallible;

    fn handle_input(&mut self, now: Instant, input: Input) -> Result<(), Self::Error> {
        let now = self.tick(now);
        match input {
            Input::Received { flow, contents } => {
                // The transaction layer refuses nothing that it receives.
                let _ = self.transactions.handle_input(now, transaction::Input::Received { flow, contents });
            }
            Input::Dns { id, answer } => self.ways.answered(now, id, answer),
            Input::Way { id, flow } => self.way_found(now, id, flow),
            Input::TransportFailed { flow } => {
                self.flow_closed(now, flow);
                let _ = self.transactions.handle_input(now, transaction::Input::TransportFailed { flow });
            }
            Input::Closed { flow } => {
                self.flow_closed(now, flow);
                self.cut_off(now, flow);
            }
            Input::Timeout => {
                let _ = self.transactions.handle_input(now, transaction::Input::Timeout);
                let _ = self.dialogs.handle_input(now, dialog::Input::Timeout);
                self.ways.timeout(now);
                for (_, registration) in self.accounts.values_mut() {
                    if let Some(registration) = registration {
                        registration.timeout(now);
                    }
                }
                while let Some(call) = self.ring_limits.take_due(now) {
                    self.rang_too_long(now, call);
                }
            }
        }
        self.settle(now);
        Ok(())
    }

    fn poll_output(&mut self) -> Output<Event> {
        if let Some(output) = self.queue.pop_front() {
            return output;
        }
        // The layers are drained by `settle`, so that they answer only the time here.
        let mut next = self.ring_limits.next();
        let mut least = |at: Option<Instant>| next = next.into_iter().chain(at).min();
        if let Output::Timeout(at) = self.transactions.poll_output() {
            least(at);
        }
        if let Output::Timeout(at) = self.dialogs.poll_output() {
            least(at);
        }
        least(self.ways.next_timeout());
        for (_, registration) in self.accounts.values_mut() {
            if let Some(Output::Timeout(at)) = registration.as_mut().map(Registration::poll_output) {
                least(at);
            }
        }
        Output::Timeout(next)
    }
}
