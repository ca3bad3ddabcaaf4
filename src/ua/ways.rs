//! From a URI to a flow, and from a server that fails to the next (RFC 3263).
//!
//! ```text
//!   find_way ──> resolve ──> Target ──> our own address, or Event::Way ──> Flow ──> the errand runs
//!                   ^                                                                  │
//!                   └── failed: 503, no response, not sent (§4.3) ─────────────────────┘
//! ```
//!
//! A request of a call that keeps its connection takes that, and looks for a way only if it is gone.
//!
//! The transactions of one request are told apart by bits of their keys; the layer above sees one request and, of all its
//! attempts, the answer of the last.

use super::{ATTEMPT_BITS, CallId, Event, Input, Query, QueryId, REGISTRATION_KEYS, Ua};
use crate::account::AccountId;
use crate::resolve::{self, Affinity, Answer, Failure, Families, LookupId, Resolver, Target};
use offhook_core::{Entropy, Flow, Machine, Output, Protocol};
use offhook_sip_dialog as dialog;
use offhook_sip_parser::header::RetryAfter;
use offhook_sip_parser::{Draft, Message, Status, Uri};
use offhook_sip_transaction::{self as transaction, ClientKey};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// Attempts that a key can count.
const MAX_ATTEMPTS: usize = 15;

/// Whose requests these are: they stay with one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Call(CallId),
    Account(AccountId),
}

impl Owner {
    fn affinity(self) -> Affinity {
        match self {
            Owner::Call(call) => Affinity(call.0),
            Owner::Account(account) => Affinity(REGISTRATION_KEYS | u64::from(account.0)),
        }
    }
}

/// What waits for a way.
pub(super) enum Errand {
    /// A request of the dialog layer or of a registration.
    Send { owner: Option<Owner>, key: ClientKey, request: Draft },
    /// The ACK of a 2xx.
    Ack { owner: Option<Owner>, request: Draft },
    /// The first REGISTER: its Contact depends on the way.
    Register(AccountId),
    /// A call of ours: its Contact and its offer depend on the way.
    Call(CallId),
    /// A request that was sent already, and is sent to the next server.
    Again { key: ClientKey },
}

impl Errand {
    fn owner(&self) -> Option<Owner> {
        match *self {
            Errand::Send { owner, .. } | Errand::Ack { owner, .. } => owner,
            Errand::Register(account) => Some(Owner::Account(account)),
            Errand::Call(call) => Some(Owner::Call(call)),
            Errand::Again { .. } => None,
        }
    }
}

/// How a request came to its flow.
enum Course {
    /// It was looked for.
    Found(LookupId),
    /// The call had it. The URI is looked for once the flow is gone.
    Kept(Uri),
}

/// A request of ours that has no final response.
struct Attempt {
    owner: Option<Owner>,
    course: Course,
    /// What is sent again; `None` if there is no other server.
    request: Option<Draft>,
    /// How many servers came before.
    number: u64,
    /// Where it went, but for its size; the request may name our address.
    flow: Flow,
    /// Whether there was a provisional response: from then on it is in its server's hands.
    answered: bool,
    cancelled: bool,
    /// What the last server said, while the next is looked for.
    failed: Option<transaction::Event>,
}

impl Attempt {
    /// Whether another server may have it.
    fn can_move(&self) -> bool {
        self.request.is_some() && !self.cancelled
    }
}

pub(super) struct Ways {
    resolver: Resolver,
    errands: BTreeMap<LookupId, Errand>,
    asked: BTreeMap<QueryId, (LookupId, Target)>,
    /// Ways that were found before there was a request: its first one takes them.
    ready: BTreeMap<Affinity, (LookupId, Flow)>,
    attempts: BTreeMap<ClientKey, Attempt>,
    last: u64,
}

fn key_of_attempt(key: ClientKey, number: u64) -> ClientKey {
    ClientKey(key.0 | number << ATTEMPT_BITS)
}

/// The key that the layer above knows, and which attempt it is.
fn attempt_of_key(key: ClientKey) -> (ClientKey, u64) {
    let number = key.0 >> ATTEMPT_BITS & MAX_ATTEMPTS as u64;
    (ClientKey(key.0 & !((MAX_ATTEMPTS as u64) << ATTEMPT_BITS)), number)
}

impl Ways {
    pub(super) fn new(
        mut config: resolve::Config,
        locals: &[(Protocol, SocketAddr)],
        entropy: Box<dyn Entropy>,
    ) -> Self {
        config.max_targets = config.max_targets.min(MAX_ATTEMPTS);
        config.protocols.clear();
        for &(protocol, _) in locals {
            if !config.protocols.contains(&protocol) {
                config.protocols.push(protocol);
            }
        }
        config.families = match (locals.iter().any(|(_, a)| a.is_ipv4()), locals.iter().any(|(_, a)| a.is_ipv6())) {
            (true, false) => Families::V4,
            (false, true) => Families::V6,
            _ => config.families,
        };
        Ways {
            resolver: Resolver::new(config, entropy),
            errands: BTreeMap::new(),
            asked: BTreeMap::new(),
            ready: BTreeMap::new(),
            attempts: BTreeMap::new(),
            last: 0,
        }
    }

    pub(super) fn counters(&self) -> resolve::Counters {
        self.resolver.counters()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.errands.is_empty() && self.attempts.is_empty() && self.ready.is_empty() && self.resolver.is_empty()
    }

    /// Whether a way to `uri` can be looked for at all.
    pub(super) fn carries(&self, uri: &Uri) -> bool {
        self.resolver.carries(uri).is_ok()
    }

    /// Where a URI leads that itself says it.
    pub(super) fn address_of(&self, uri: &Uri) -> Option<Target> {
        self.resolver.address_of(uri)
    }

    pub(super) fn answered(&mut self, now: Instant, id: resolve::QueryId, answer: Answer) {
        let Ok(()) = self.resolver.handle_input(now, resolve::Input::Answer { id, answer });
    }

    pub(super) fn timeout(&mut self, now: Instant) {
        let Ok(()) = self.resolver.handle_input(now, resolve::Input::Timeout);
    }

    /// When the resolver, which `settle` has drained, wants to be woken.
    pub(super) fn next_timeout(&mut self) -> Option<Instant> {
        match self.resolver.poll_output() {
            Output::Timeout(at) => at,
            _ => None,
        }
    }

    /// Looks no more for the way of a call that is given up.
    pub(super) fn give_up_call(&mut self, call: CallId) {
        self.give_up(|errand| matches!(errand, Errand::Call(c) if *c == call));
    }

    /// Looks no more for the way of a registration that is given up.
    pub(super) fn give_up_account(&mut self, account: AccountId) {
        self.give_up(|errand| matches!(errand, Errand::Register(a) if *a == account));
    }

    fn give_up(&mut self, is_meant: impl Fn(&Errand) -> bool) {
        if let Some(lookup) = self.errands.iter().find_map(|(&id, errand)| is_meant(errand).then_some(id)) {
            self.end(lookup);
        }
    }

    /// Forgets where the requests of a call or an account went.
    pub(super) fn forget(&mut self, owner: Owner) {
        let affinity = owner.affinity();
        if let Some((lookup, _)) = self.ready.remove(&affinity) {
            self.end(lookup);
        }
        self.resolver.forget_affinity(affinity);
    }

    fn end(&mut self, lookup: LookupId) {
        self.errands.remove(&lookup);
        self.asked.retain(|_, (l, _)| *l != lookup);
        self.resolver.forget(lookup);
    }
}

impl Ua {
    /// Finds the way to `uri` for an errand, and runs it: as soon as one is found, and our own address on it.
    pub(super) fn find_way(&mut self, now: Instant, uri: &Uri, errand: Errand) {
        let owner = errand.owner();
        if let (Errand::Send { .. }, Some(owner)) = (&errand, owner)
            && let Some((lookup, flow)) = self.ways.ready.remove(&owner.affinity())
        {
            return self.run(now, Course::Found(lookup), errand, flow);
        }
        if let Some(Owner::Call(call)) = owner
            && let Some(flow) = self.kept_flow(call, uri)
        {
            return self.run(now, Course::Kept(uri.clone()), errand, flow);
        }
        match self.ways.resolver.locate(now, uri, owner.map(Owner::affinity)) {
            Ok(lookup) => drop(self.ways.errands.insert(lookup, errand)),
            Err(_) => self.no_way(now, errand),
        }
    }

    /// Moves what the resolver has to say. Whether there was anything.
    pub(super) fn settle_ways(&mut self, now: Instant) -> bool {
        let mut moved = false;
        loop {
            match self.ways.resolver.poll_output() {
                Output::Transmit(query) => self.queue.push_back(Output::Event(Event::Dns(query))),
                Output::Event(resolve::Event::Found { lookup, target }) => self.target_found(now, lookup, target),
                Output::Event(resolve::Event::Exhausted { lookup, .. }) => {
                    if let Some(errand) = self.ways.errands.remove(&lookup) {
                        self.no_way(now, errand);
                    }
                }
                Output::Timeout(_) => return moved,
            }
            moved = true;
        }
    }

    fn target_found(&mut self, now: Instant, lookup: LookupId, target: Target) {
        // Given up since it was found
        if !self.ways.errands.contains_key(&lookup) {
            return;
        }
        let Target { protocol, address: remote, .. } = target;
        // Whom to expect at the far end of a secure flow, the driver has to know.
        if !protocol.is_secure()
            && let Some(local) = self.own_address(protocol, remote.ip())
        {
            return self.flow_found(now, lookup, Flow { protocol, local, remote });
        }
        self.ways.last += 1;
        let id = QueryId(self.ways.last);
        let query = Query { id, protocol, remote, name: target.name.clone() };
        self.ways.asked.insert(id, (lookup, target));
        self.queue.push_back(Output::Event(Event::Way(query)));
    }

    /// Our own address on the way to `remote`, if the sockets alone tell it.
    fn own_address(&self, protocol: Protocol, remote: IpAddr) -> Option<SocketAddr> {
        let fits = |a: &SocketAddr| !a.ip().is_unspecified() && a.is_ipv4() == remote.is_ipv4();
        // A socket on loopback does not reach beyond it, and one elsewhere need not be found there.
        let here = |a: &SocketAddr| a.ip().is_loopback() == remote.is_loopback();
        let own = || self.locals.iter().filter(|(p, a)| *p == protocol && fits(a)).map(|&(_, a)| a);
        own().find(|a| here(a)).or_else(|| own().next())
    }

    pub(super) fn way_found(&mut self, now: Instant, id: QueryId, flow: Option<Flow>) {
        let Some((lookup, _)) = self.ways.asked.remove(&id) else { return };
        match flow {
            Some(flow) => self.flow_found(now, lookup, flow),
            // There is no lookup without its errand here
            None => drop(self.ways.resolver.failed(now, lookup, Failure::Transport)),
        }
    }

    fn flow_found(&mut self, now: Instant, lookup: LookupId, flow: Flow) {
        if let Some(errand) = self.ways.errands.remove(&lookup) {
            self.run(now, Course::Found(lookup), errand, flow);
        }
    }

    fn run(&mut self, now: Instant, course: Course, errand: Errand, flow: Flow) {
        if let (Errand::Register(_) | Errand::Call(_), Some(owner), &Course::Found(lookup)) =
            (&errand, errand.owner(), &course)
        {
            self.ways.ready.insert(owner.affinity(), (lookup, flow));
        }
        match errand {
            Errand::Register(account) => self.registrar_found(now, account, Some(flow)),
            Errand::Call(call) => self.callee_found(now, call, Some(flow)),
            Errand::Ack { request, .. } => {
                self.end_course(&course);
                let sent = self.transactions.handle_input(now, transaction::Input::Ack { flow, request });
                debug_assert!(sent.is_ok(), "an ACK of the dialog layer can be written");
            }
            Errand::Send { owner, key, request } => {
                let is_last = matches!(course, Course::Found(lookup) if self.ways.resolver.is_last(lookup));
                let again = (!is_last).then(|| request.clone());
                let attempt = Attempt {
                    owner,
                    course,
                    request: again,
                    number: 0,
                    flow,
                    answered: false,
                    cancelled: false,
                    failed: None,
                };
                self.ways.attempts.insert(key, attempt);
                if let Some(Owner::Account(account)) = owner {
                    self.keep_registered(account, flow);
                }
                self.attempt(now, key, 0, flow, request);
            }
            Errand::Again { key } => self.again(now, course, key, flow),
        }
    }

    fn end_course(&mut self, course: &Course) {
        if let Course::Found(lookup) = *course {
            self.ways.resolver.forget(lookup);
        }
    }

    fn keep_registered(&mut self, account: AccountId, flow: Flow) {
        if let Some((_, Some(registration))) = self.accounts.get_mut(&account) {
            registration.keep(flow);
        }
    }

    /// Sends a request to another server: the same, as its own transaction (RFC 3263 §4.3).
    fn again(&mut self, now: Instant, course: Course, key: ClientKey, flow: Flow) {
        let (Course::Found(lookup), Some(attempt)) = (course, self.ways.attempts.get_mut(&key)) else { return };
        // Its Contact and its offer name an address that a server of the other family may not reach; and the flow that
        // was kept and is gone may be where its URI leads too.
        if attempt.flow.local.is_ipv4() != flow.local.is_ipv4() || attempt.flow == flow {
            self.ways.errands.insert(lookup, Errand::Again { key });
            let _ = self.ways.resolver.skip(now, lookup);
            return;
        }
        let is_last = self.ways.resolver.is_last(lookup);
        let request = if is_last { attempt.request.take() } else { attempt.request.clone() };
        attempt.number += 1;
        attempt.flow = flow;
        attempt.failed = None;
        let (number, owner) = (attempt.number, attempt.owner);
        match owner {
            Some(Owner::Account(account)) => self.keep_registered(account, flow),
            Some(Owner::Call(call)) => {
                if let Some(call) = self.calls.get_mut(&call) {
                    call.go_over(flow);
                }
            }
            None => {}
        }
        if let Some(request) = request {
            self.attempt(now, key, number, flow, request);
        }
    }

    fn attempt(&mut self, now: Instant, key: ClientKey, number: u64, flow: Flow, request: Draft) {
        let sent_as = key_of_attempt(key, number);
        let flow = self.by_size(sent_as, flow, &request);
        let request = transaction::Input::Request { key: sent_as, flow, request };
        if self.transactions.handle_input(now, request).is_err() {
            self.switched.forget(sent_as);
            if let Some(attempt) = self.ways.attempts.remove(&key) {
                self.end_course(&attempt.course);
            }
            self.not_sent(now, key);
        }
    }

    fn no_way(&mut self, now: Instant, errand: Errand) {
        match errand {
            Errand::Register(account) => self.registrar_found(now, account, None),
            Errand::Call(call) => self.callee_found(now, call, None),
            // An ACK that cannot be sent shows as a 2xx that comes again.
            Errand::Ack { .. } => {}
            Errand::Send { key, .. } => self.not_sent(now, key),
            Errand::Again { key } => {
                let said = self.ways.attempts.remove(&key).and_then(|attempt| attempt.failed);
                match said {
                    Some(event) => self.transaction_event(now, event),
                    None => self.not_sent(now, key),
                }
            }
        }
    }

    fn not_sent(&mut self, now: Instant, key: ClientKey) {
        self.transaction_event(now, transaction::Event::Failed { key, failure: transaction::Failure::Transport });
    }

    /// Looks at what a transaction says before the layer above does. `None`: that has nothing to do with it.
    pub(super) fn watch(&mut self, now: Instant, event: transaction::Event) -> Option<transaction::Event> {
        let (key, number, event) = match event {
            transaction::Event::Response { key, response } => {
                let (key, number) = attempt_of_key(key);
                (key, number, transaction::Event::Response { key, response })
            }
            transaction::Event::Failed { key, failure } => {
                let (key, number) = attempt_of_key(key);
                (key, number, transaction::Event::Failed { key, failure })
            }
            event => return Some(event),
        };
        // After the final response: a 2xx again, an ACK that is not sent
        let Some(attempt) = self.ways.attempts.get_mut(&key) else { return Some(event) };
        if attempt.number != number || attempt.failed.is_some() {
            return None;
        }
        let failure = match &event {
            transaction::Event::Response { response, .. } => match response.status() {
                Some(status) if status.is_provisional() => {
                    attempt.answered = true;
                    return Some(event);
                }
                Some(Status::SERVICE_UNAVAILABLE) => Some(Failure::Unavailable { retry_after: retry_after(response) }),
                _ => None,
            },
            transaction::Event::Failed { .. } if attempt.answered => None,
            transaction::Event::Failed { failure: transaction::Failure::Timeout, .. } => Some(Failure::Timeout),
            _ => Some(Failure::Transport),
        };
        let next = match (failure, &attempt.course) {
            (Some(_), _) if !attempt.can_move() => None,
            (Some(_), &Course::Found(lookup)) => Some(lookup),
            // What only the flow lacks, another may have; what the far end says is said.
            (Some(Failure::Transport), Course::Kept(uri)) => {
                self.ways.resolver.locate(now, uri, attempt.owner.map(Owner::affinity)).ok()
            }
            _ => None,
        };
        if let Some(lookup) = next {
            attempt.failed = Some(event);
            self.ways.errands.insert(lookup, Errand::Again { key });
            let before = std::mem::replace(&mut attempt.course, Course::Found(lookup));
            if let (Some(failure), Course::Found(_)) = (failure, before) {
                let _ = self.ways.resolver.failed(now, lookup, failure);
            }
            return None;
        }
        if let Some(Attempt { course: Course::Found(lookup), .. }) = self.ways.attempts.remove(&key) {
            let _ = match failure {
                Some(failure) => self.ways.resolver.failed(now, lookup, failure),
                None if matches!(event, transaction::Event::Response { .. }) => self.ways.resolver.succeeded(lookup),
                None => Ok(()),
            };
            self.ways.resolver.forget(lookup);
        }
        Some(event)
    }

    /// A connection was closed with all that was sent written. What has no response at all and another server to go to
    /// goes there; the rest may be answered over another connection.
    pub(super) fn cut_off(&mut self, now: Instant, flow: Flow) {
        let is_meant = |attempt: &Attempt| {
            let waits = !attempt.answered && attempt.failed.is_none();
            attempt.flow == flow && waits && attempt.can_move() && matches!(attempt.course, Course::Found(_))
        };
        let attempts = self.ways.attempts.iter().filter(|(_, attempt)| is_meant(attempt));
        let keys: Vec<_> = attempts.map(|(&key, attempt)| key_of_attempt(key, attempt.number)).collect();
        for key in keys {
            let failed = transaction::Event::Failed { key, failure: transaction::Failure::Transport };
            let passed = self.watch(now, failed);
            debug_assert!(passed.is_none(), "it has another server");
        }
    }

    /// Takes what the dialog layer wants sent.
    pub(super) fn carry(&mut self, now: Instant, transmit: dialog::Transmit) {
        match transmit {
            dialog::Transmit::Request { session, key, request, next_hop } => {
                let owner = self.by_session.get(&session).copied().map(Owner::Call);
                self.find_way(now, &next_hop, Errand::Send { owner, key, request });
            }
            dialog::Transmit::Ack { session, request, next_hop } => {
                let owner = self.by_session.get(&session).copied().map(Owner::Call);
                self.find_way(now, &next_hop, Errand::Ack { owner, request });
            }
            dialog::Transmit::Cancel { key } => self.cancel(now, key),
            dialog::Transmit::Response { id, response } => {
                // A transaction that is over by now has nothing left to answer.
                let _ = self.transactions.handle_input(now, transaction::Input::Respond { id, response });
            }
        }
    }

    /// Gives up an INVITE: where it is, or before it is anywhere.
    fn cancel(&mut self, now: Instant, key: ClientKey) {
        let is_of =
            |errand: &Errand| matches!(errand, Errand::Send { key: k, .. } | Errand::Again { key: k } if *k == key);
        let waiting = self.ways.errands.iter().find(|(_, errand)| is_of(errand)).map(|(&lookup, _)| lookup);
        if let Some(lookup) = waiting
            && let Some(errand) = self.ways.errands.remove(&lookup)
        {
            self.ways.end(lookup);
            return self.no_way(now, errand);
        }
        let number = self.ways.attempts.get_mut(&key).map_or(0, |attempt| {
            attempt.cancelled = true;
            attempt.number
        });
        let key = key_of_attempt(key, number);
        self.switched.forget(key);
        // A transaction that is over by now has nothing left to cancel.
        let _ = self.transactions.handle_input(now, transaction::Input::Cancel { key });
    }

    /// Answers an [`Event::Way`], given our own address on the way.
    pub fn way_to(query: &Query, local: SocketAddr) -> Input {
        let flow = Flow { protocol: query.protocol, local, remote: query.remote };
        Input::Way { id: query.id, flow: Some(flow) }
    }

    /// Answers an [`Event::Dns`] where there is no DNS: only addresses lead anywhere.
    pub fn no_dns(query: &resolve::Query) -> Input {
        Input::Dns { id: query.id, answer: Answer::Unsupported }
    }
}

fn retry_after(response: &Message) -> Option<Duration> {
    response.typed::<RetryAfter>().ok().flatten().map(|r| Duration::from_secs(r.0.into()))
}
