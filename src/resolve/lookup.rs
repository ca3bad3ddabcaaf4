//! One lookup: the steps that are left, and what they lead to.

use super::affinity::Affinity;
use super::cache::{Known, Question};
use super::config::Config;
use super::destination::Destination;
use super::hold::Holds;
use super::order;
use super::record::{DomainName, RecordType};
use super::resolver::{Target, WhyNot};
use offhook_core::{Entropy, Protocol};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;

/// A step on the way to targets. Each leads to later kinds only, so that a lookup ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Which transports has the domain?
    Naptr { name: DomainName },
    /// Which hosts has the service?
    Srv { protocol: Protocol, name: DomainName },
    /// The domain itself as a host, if no SRV was found (RFC 3263 §4.2).
    Fallback { protocol: Protocol, name: DomainName },
    /// Which addresses has the host?
    Host { protocol: Protocol, name: DomainName, port: u16 },
    /// There it is.
    Target { protocol: Protocol, address: SocketAddr },
}

/// What a lookup wants.
#[derive(Debug)]
pub(super) enum Next {
    /// To know these before it goes on, and those as well while it waits.
    Know { now: Vec<Question>, soon: Vec<Question> },
    /// To have this tried.
    Try(Target),
    /// Nothing: there are no more targets.
    End(WhyNot),
}

#[derive(Debug)]
pub(super) struct Lookup {
    pub(super) destination: Destination,
    pub(super) affinity: Option<Affinity>,
    /// What is being tried.
    pub(super) current: Option<Target>,
    /// Asked, and not answered yet.
    pub(super) waiting: BTreeSet<Question>,
    /// How many queries were sent for it.
    pub(super) queries: usize,
    steps: VecDeque<Step>,
    known: BTreeMap<Question, Known>,
    /// Where its affinity leads, if to the same destination before.
    first: Option<Target>,
    /// Those that are held down: after all others.
    held: VecDeque<Target>,
    seen: BTreeSet<(Protocol, SocketAddr)>,
    tried: usize,
    found_srv: bool,
    dns_failed: bool,
}

impl Lookup {
    pub(super) fn new(
        destination: Destination,
        steps: Vec<Step>,
        affinity: Option<Affinity>,
        first: Option<Target>,
    ) -> Self {
        Lookup {
            destination,
            affinity,
            current: None,
            waiting: BTreeSet::new(),
            queries: 0,
            steps: steps.into(),
            known: BTreeMap::new(),
            first,
            held: VecDeque::new(),
            seen: BTreeSet::new(),
            tried: 0,
            found_srv: false,
            dns_failed: false,
        }
    }

    pub(super) fn knows(&self, question: &Question) -> bool {
        self.known.contains_key(question)
    }

    pub(super) fn learn(&mut self, question: Question, known: Known) {
        self.waiting.remove(&question);
        self.dns_failed |= known == Known::Failed;
        self.known.insert(question, known);
    }

    /// Goes on until it needs to know something, or has a target, or is at the end.
    pub(super) fn next(&mut self, now: Instant, config: &Config, holds: &Holds, entropy: &mut dyn Entropy) -> Next {
        if self.tried >= config.max_targets {
            return Next::End(WhyNot::AllFailed);
        }
        // What the affinity leads to is tried though it is held down: a dialog is there and nowhere else
        if let Some(first) = self.first.take()
            && self.is_new(&first, config)
        {
            return self.attempt(first);
        }
        while let Some(step) = self.steps.pop_front() {
            let unknown: Vec<Question> = questions(&step, config).into_iter().filter(|q| !self.knows(q)).collect();
            let is_needed = !matches!(step, Step::Fallback { .. } if self.found_srv);
            if !unknown.is_empty() && is_needed {
                self.steps.push_front(step);
                return Next::Know { now: unknown, soon: self.soon(config) };
            }
            match step {
                Step::Naptr { name } => self.naptr(&name, config),
                Step::Srv { protocol, name } => self.srv(protocol, &name, config, entropy),
                Step::Fallback { .. } if self.found_srv => {}
                Step::Fallback { protocol, name } => self.host(protocol, &name, protocol.default_port(), config),
                Step::Host { protocol, name, port } => self.host(protocol, &name, port, config),
                Step::Target { protocol, address } => {
                    let target = Target { protocol, address, name: self.destination.name.clone() };
                    if !self.is_new(&target, config) {
                        continue;
                    }
                    if !holds.is_held(now, protocol, address) {
                        return self.attempt(target);
                    }
                    if self.held.len() < config.max_targets {
                        self.held.push_back(target);
                    }
                }
            }
        }
        match self.held.pop_front() {
            Some(target) => self.attempt(target),
            None if self.tried > 0 => Next::End(WhyNot::AllFailed),
            None if self.dns_failed => Next::End(WhyNot::DnsFailed),
            None => Next::End(WhyNot::NotFound),
        }
    }

    pub(super) fn is_last(&self) -> bool {
        self.steps.is_empty() && self.held.is_empty()
    }

    fn attempt(&mut self, target: Target) -> Next {
        self.tried += 1;
        self.current = Some(target.clone());
        Next::Try(target)
    }

    /// The one gate of every target: not seen before, of a family and a protocol that may be used for this URI.
    fn is_new(&mut self, target: &Target, config: &Config) -> bool {
        self.destination.allows(target.protocol, config)
            && config.families.reach(target.address.ip())
            && self.seen.insert((target.protocol, target.address))
    }

    /// The SRV questions of the next steps: RFC 3263 §4.1 has them asked together.
    fn soon(&self, config: &Config) -> Vec<Question> {
        let srv = |step: &&Step| matches!(step, Step::Srv { .. });
        self.steps.iter().take_while(srv).flat_map(|step| questions(step, config)).collect()
    }

    fn push(&mut self, steps: Vec<Step>) {
        steps.into_iter().rev().for_each(|step| self.steps.push_front(step));
    }

    fn known(&self, name: &DomainName, kind: RecordType) -> Known {
        self.known.get(&(name.clone(), kind)).cloned().unwrap_or(Known::Nothing)
    }

    fn naptr(&mut self, name: &DomainName, config: &Config) {
        let known = self.known(name, RecordType::Naptr);
        let usable = |protocol| self.destination.allows(protocol, config);
        let found = order::naptr(known.records(), usable);
        let srv = |&(protocol, name): &(Protocol, &str)| Some(Step::Srv { protocol, name: DomainName::new(name)? });
        let mut steps: Vec<Step> = found.iter().filter_map(srv).take(config.max_records).collect();
        match steps.first() {
            Some(&Step::Srv { protocol, .. }) => steps.push(Step::Fallback { protocol, name: name.clone() }),
            _ => steps = self.destination.without_naptr(name, config),
        }
        self.push(steps);
    }

    fn srv(&mut self, protocol: Protocol, name: &DomainName, config: &Config, entropy: &mut dyn Entropy) {
        let known = self.known(name, RecordType::Srv);
        let ordered = order::srv(known.records(), entropy, config.max_records);
        self.found_srv |= !ordered.is_empty();
        let host = |srv: &&super::Srv| {
            let port = Some(srv.port).filter(|&port| port != 0)?;
            Some(Step::Host { protocol, name: DomainName::new(&srv.target)?, port })
        };
        let steps = ordered.iter().filter_map(host).collect();
        self.push(steps);
    }

    fn host(&mut self, protocol: Protocol, name: &DomainName, port: u16, config: &Config) {
        let (v4, v6) = (self.known(name, RecordType::A), self.known(name, RecordType::Aaaa));
        let found = order::addresses(v4.records(), v6.records(), config.families, config.max_records);
        let target = |ip| Step::Target { protocol, address: SocketAddr::new(ip, port) };
        self.push(found.into_iter().map(target).collect());
    }
}

/// What a step has to know.
fn questions(step: &Step, config: &Config) -> Vec<Question> {
    match step {
        Step::Naptr { name } => vec![(name.clone(), RecordType::Naptr)],
        Step::Srv { name, .. } => vec![(name.clone(), RecordType::Srv)],
        Step::Fallback { name, .. } | Step::Host { name, .. } => {
            let kinds: &[RecordType] = match config.families {
                super::Families::V4 => &[RecordType::A],
                super::Families::V6 => &[RecordType::Aaaa],
                _ => &[RecordType::Aaaa, RecordType::A],
            };
            kinds.iter().map(|&kind| (name.clone(), kind)).collect()
        }
        Step::Target { .. } => Vec::new(),
    }
}
