//! All the lookups of one node, as one machine.

use super::affinity::{Affinities, Affinity};
use super::cache::{Cache, Known, Question};
use super::config::Config;
use super::destination::Destination;
use super::error::{Error, Failure};
use super::hold::Holds;
use super::lookup::{Lookup, Next, Step};
use super::record::{Answer, DomainName, RecordType};
use offhook_core::{Deadlines, Entropy, Machine, Output, Protocol};
use offhook_sip_parser::{Host, Uri};
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

/// Names a lookup; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookupId(u64);

/// Names a [`Query`]; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueryId(u64);

/// A question for a name server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// To be given back with the answer.
    pub id: QueryId,
    /// The name.
    pub name: DomainName,
    /// What kind of records.
    pub kind: RecordType,
}

/// What a [`Resolver`] is told; its verbs are methods.
#[derive(Debug, Clone)]
pub enum Input {
    /// The answer to a [`Query`].
    Answer {
        /// Which. One that is not open any more is passed over.
        id: QueryId,
        /// What was found.
        answer: Answer,
    },
    /// The time that was asked for has come.
    Timeout,
}

/// A place where a server may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The transport.
    pub protocol: Protocol,
    /// Address and port.
    pub address: SocketAddr,
    /// The name that the far end's certificate must have (RFC 5922 §7.2): a domain or an address, of the URI.
    pub name: Arc<str>,
}

/// What a [`Resolver`] tells.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Try this; then say [`succeeded`](Resolver::succeeded) or [`failed`](Resolver::failed).
    Found {
        /// The lookup.
        lookup: LookupId,
        /// Where.
        target: Target,
    },
    /// There is nothing more to try. The lookup has ended.
    Exhausted {
        /// The lookup.
        lookup: LookupId,
        /// Why.
        why: WhyNot,
    },
}

/// Why a lookup ended without success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WhyNot {
    /// Name servers know no address.
    #[error("the name has no usable address")]
    NotFound,
    /// Name servers did not answer.
    #[error("the name servers do not answer")]
    DnsFailed,
    /// All targets, or as many as are tried, failed.
    #[error("none of the servers answers")]
    AllFailed,
}

/// What happened so far. Each only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counters {
    /// Queries asked.
    pub queries: u64,
    /// Questions answered from what is remembered.
    pub remembered: u64,
    /// Questions that a query in flight answers as well.
    pub shared: u64,
    /// Queries given up after [`Config::query_timeout`].
    pub timeouts: u64,
    /// Answers to no open query.
    pub stray_answers: u64,
    /// Lookups refused because of [`Config::max_lookups`].
    pub refused: u64,
    /// Questions not asked because of [`Config::max_queries`].
    pub too_many_queries: u64,
    /// Affinities not remembered because of [`Config::max_affinities`].
    pub too_many_affinities: u64,
    /// Targets that failed.
    pub failovers: u64,
}

struct Flight {
    question: Question,
    lookups: Vec<LookupId>,
}

/// The resolver: see the [module](super).
pub struct Resolver {
    config: Config,
    entropy: Box<dyn Entropy>,
    now: Option<Instant>,
    lookups: BTreeMap<LookupId, Lookup>,
    flights: BTreeMap<QueryId, Flight>,
    by_question: BTreeMap<Question, QueryId>,
    deadlines: Deadlines<QueryId>,
    cache: Cache,
    holds: Holds,
    affinities: Affinities,
    last: u64,
    counters: Counters,
    queue: VecDeque<Output<Event, Query>>,
}

impl Resolver {
    /// One that knows nothing yet.
    pub fn new(config: Config, entropy: Box<dyn Entropy>) -> Self {
        Resolver {
            config,
            entropy,
            now: None,
            lookups: BTreeMap::new(),
            flights: BTreeMap::new(),
            by_question: BTreeMap::new(),
            deadlines: Deadlines::default(),
            cache: Cache::default(),
            holds: Holds::default(),
            affinities: Affinities::default(),
            last: 0,
            counters: Counters::default(),
            queue: VecDeque::new(),
        }
    }

    /// What happened so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Lookups that have not ended.
    pub fn len(&self) -> usize {
        self.lookups.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lookups.is_empty()
    }

    /// The queries that wait for an answer, oldest first.
    pub fn open_queries(&self) -> Vec<Query> {
        let query = |(&id, flight): (&QueryId, &Flight)| {
            let (name, kind) = flight.question.clone();
            Query { id, name, kind }
        };
        self.flights.iter().map(query).collect()
    }

    /// What is kept: answers, targets that are held down or no more, affinities.
    pub fn remembered(&self) -> (usize, usize, usize) {
        (self.cache.len(), self.holds.len(), self.affinities.len())
    }

    /// Whether a lookup of `uri` can be begun at all.
    pub fn carries(&self, uri: &Uri) -> Result<(), Error> {
        Destination::of_uri(uri)?.steps(&self.config).map(drop)
    }

    /// Where a URI leads whose host is an address, so that nobody need be asked. `None` for all others, with `maddr` too.
    pub fn address_of(&self, uri: &Uri) -> Option<Target> {
        uri.host()?.ip().filter(|_| uri.params().value("maddr").is_none())?;
        let destination = Destination::of_uri(uri).ok()?;
        match destination.steps(&self.config).ok()?.first()? {
            &Step::Target { protocol, address } => Some(Target { protocol, address, name: destination.name }),
            _ => None,
        }
    }

    /// Looks for where `uri` leads (RFC 3263 §4): the Request-URI, or the URI of the first route. With an affinity it begins
    /// where the last one of the same destination succeeded.
    pub fn locate(&mut self, now: Instant, uri: &Uri, affinity: Option<Affinity>) -> Result<LookupId, Error> {
        self.begin(now, Destination::of_uri(uri)?, affinity)
    }

    /// Looks for where a response goes whose connection is gone (RFC 3263 §5), by protocol and sent-by of its top Via.
    pub fn locate_sent_by(
        &mut self,
        now: Instant,
        protocol: Protocol,
        host: Host<'_>,
        port: Option<u16>,
    ) -> Result<LookupId, Error> {
        self.begin(now, Destination::of_sent_by(protocol, host, port)?, None)
    }

    fn begin(&mut self, now: Instant, destination: Destination, affinity: Option<Affinity>) -> Result<LookupId, Error> {
        let steps = destination.steps(&self.config)?;
        if self.lookups.len() >= self.config.max_lookups {
            self.counters.refused += 1;
            return Err(Error::Full);
        }
        let now = self.tick(now);
        let first = affinity.and_then(|affinity| self.affinities.get(affinity, &destination)).cloned();
        self.last += 1;
        let id = LookupId(self.last);
        self.lookups.insert(id, Lookup::new(destination, steps, affinity, first));
        self.advance(now, id);
        Ok(id)
    }

    /// The target of a lookup failed (RFC 3263 §4.3): it is held down, and the next one follows.
    pub fn failed(&mut self, now: Instant, id: LookupId, failure: Failure) -> Result<(), Error> {
        let lookup = self.lookups.get_mut(&id).ok_or(Error::NoLookup)?;
        let target = lookup.current.take().ok_or(Error::NoTarget)?;
        let now = self.tick(now);
        self.counters.failovers += 1;
        let hold = match failure {
            Failure::Unavailable { retry_after: Some(asked) } => asked.min(self.config.longest_hold),
            Failure::Unavailable { retry_after: None } | Failure::Timeout | Failure::Transport => self.config.hold_down,
        };
        self.holds.hold(now, target.protocol, target.address, now + hold, self.config.max_held);
        self.advance(now, id);
        Ok(())
    }

    /// The target of a lookup is of no use for what it was looked up for, though nothing speaks against it otherwise.
    pub fn skip(&mut self, now: Instant, id: LookupId) -> Result<(), Error> {
        self.lookups.get_mut(&id).ok_or(Error::NoLookup)?.current.take().ok_or(Error::NoTarget)?;
        let now = self.tick(now);
        self.advance(now, id);
        Ok(())
    }

    /// The target of a lookup answered. The lookup has ended; its affinity begins there from now on.
    pub fn succeeded(&mut self, id: LookupId) -> Result<(), Error> {
        let lookup = self.lookups.get(&id).ok_or(Error::NoLookup)?;
        let target = lookup.current.clone().ok_or(Error::NoTarget)?;
        self.holds.free(target.protocol, target.address);
        if let Some(lookup) = self.end(id)
            && let Some(affinity) = lookup.affinity
        {
            let most = self.config.max_affinities;
            let fits = self.affinities.set(affinity, lookup.destination, target, most);
            self.counters.too_many_affinities += u64::from(!fits);
        }
        Ok(())
    }

    /// Ends a lookup that nobody waits for any more, and its queries unless others wait for them.
    pub fn forget(&mut self, id: LookupId) {
        self.end(id);
    }

    /// Whether a lookup has nothing to try after what it has found, so that nobody need be ready to try again.
    pub fn is_last(&self, id: LookupId) -> bool {
        self.lookups.get(&id).is_none_or(Lookup::is_last)
    }

    fn end(&mut self, id: LookupId) -> Option<Lookup> {
        let lookup = self.lookups.remove(&id)?;
        self.leave(id, &lookup);
        Some(lookup)
    }

    /// A lookup waits no more for what it asked.
    fn leave(&mut self, id: LookupId, lookup: &Lookup) {
        for question in &lookup.waiting {
            let Some(&query) = self.by_question.get(question) else { continue };
            let Some(flight) = self.flights.get_mut(&query) else { continue };
            flight.lookups.retain(|&other| other != id);
            if flight.lookups.is_empty() {
                self.flights.remove(&query);
                self.by_question.remove(question);
                self.deadlines.set(query, None);
            }
        }
    }

    /// Ends an affinity.
    pub fn forget_affinity(&mut self, affinity: Affinity) {
        self.affinities.forget(affinity);
    }

    /// Forgets all answers of name servers: the network has changed.
    pub fn clear_cache(&mut self) {
        self.cache.clear();
    }

    fn tick(&mut self, now: Instant) -> Instant {
        let now = self.now.map_or(now, |latest| latest.max(now));
        self.now = Some(now);
        now
    }

    /// Takes a lookup as far as it comes.
    fn advance(&mut self, now: Instant, id: LookupId) {
        let Some(mut lookup) = self.lookups.remove(&id) else { return };
        if lookup.current.is_none() {
            loop {
                let questions = match lookup.next(now, &self.config, &self.holds, &mut *self.entropy) {
                    Next::Try(target) => break self.tell(Event::Found { lookup: id, target }),
                    Next::End(why) => {
                        self.leave(id, &lookup);
                        return self.tell(Event::Exhausted { lookup: id, why });
                    }
                    Next::Know { now: needed, soon } => {
                        let waits_for = needed.len();
                        needed.into_iter().chain(soon).enumerate().map(move |(i, q)| (i < waits_for, q))
                    }
                };
                let mut waits = false;
                for (is_needed, question) in questions {
                    self.learn(now, id, &mut lookup, &question);
                    waits |= is_needed && !lookup.knows(&question);
                }
                if waits {
                    break;
                }
            }
        }
        self.lookups.insert(id, lookup);
    }

    fn tell(&mut self, event: Event) {
        self.queue.push_back(Output::Event(event));
    }

    /// Answers a question from what is remembered, or has it asked.
    fn learn(&mut self, now: Instant, id: LookupId, lookup: &mut Lookup, question: &Question) {
        if lookup.knows(question) || lookup.waiting.contains(question) {
            return;
        }
        if let Some(known) = self.cache.get(now, question) {
            self.counters.remembered += 1;
            return lookup.learn(question.clone(), known.clone());
        }
        if lookup.queries >= self.config.max_queries {
            self.counters.too_many_queries += 1;
            return lookup.learn(question.clone(), Known::Nothing);
        }
        lookup.queries += 1;
        lookup.waiting.insert(question.clone());
        let flight = self.by_question.get(question).and_then(|query| self.flights.get_mut(query));
        if let Some(flight) = flight {
            self.counters.shared += 1;
            return flight.lookups.push(id);
        }
        self.counters.queries += 1;
        self.last += 1;
        let query = QueryId(self.last);
        self.flights.insert(query, Flight { question: question.clone(), lookups: vec![id] });
        self.by_question.insert(question.clone(), query);
        self.deadlines.set(query, Some(now + self.config.query_timeout));
        let (name, kind) = question.clone();
        self.queue.push_back(Output::Transmit(Query { id: query, name, kind }));
    }

    fn answered(&mut self, now: Instant, id: QueryId, answer: Answer) {
        let Some(flight) = self.flights.remove(&id) else {
            self.counters.stray_answers += 1;
            return;
        };
        self.by_question.remove(&flight.question);
        self.deadlines.set(id, None);
        let config = &self.config;
        let (known, ttl) = match answer {
            Answer::Records { records, ttl } if !records.is_empty() => {
                (Known::Records(records.into()), ttl.min(config.longest_ttl))
            }
            Answer::Records { ttl, .. } | Answer::Nothing { ttl } => {
                (Known::Nothing, ttl.min(config.longest_negative_ttl))
            }
            // Nothing to be remembered: it costs no query
            Answer::Unsupported => (Known::Nothing, std::time::Duration::ZERO),
            Answer::Failed => (Known::Failed, config.failure_ttl),
        };
        self.cache.insert(now, flight.question.clone(), known.clone(), now + ttl, config.max_cached);
        for lookup in flight.lookups {
            if let Some(lookup) = self.lookups.get_mut(&lookup) {
                lookup.learn(flight.question.clone(), known.clone());
            }
            self.advance(now, lookup);
        }
    }
}

impl Machine for Resolver {
    type Input<'a> = Input;
    type Event = Event;
    type Transmit = Query;
    type Error = Infallible;

    fn handle_input(&mut self, now: Instant, input: Input) -> Result<(), Infallible> {
        let now = self.tick(now);
        match input {
            Input::Answer { id, answer } => self.answered(now, id, answer),
            Input::Timeout => {
                while let Some(id) = self.deadlines.take_due(now) {
                    self.counters.timeouts += 1;
                    self.answered(now, id, Answer::Failed);
                }
            }
        }
        Ok(())
    }

    fn poll_output(&mut self) -> Output<Event, Query> {
        self.queue.pop_front().unwrap_or_else(|| Output::Timeout(self.deadlines.next()))
    }
}
