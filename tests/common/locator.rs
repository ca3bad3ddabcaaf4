//! A resolver with a zone, in virtual time.

use super::zone::Zone;
use offhook::core::{Machine, Output};
use offhook::resolve::{Affinity, Answer, Config, Event, Failure, Input, LookupId, QueryId, Resolver, Target, WhyNot};
use offhook_sim::{SeededEntropy, epoch};
use std::time::{Duration, Instant};

pub(crate) struct Locator {
    pub(crate) resolver: Resolver,
    pub(crate) zone: Zone,
    pub(crate) now: Instant,
    answers: Vec<(Instant, QueryId, Answer)>,
    pub(crate) events: Vec<(Instant, Event)>,
}

impl Locator {
    pub(crate) fn new(config: Config, zone: &str, seed: u64) -> Self {
        Locator {
            resolver: Resolver::new(config, Box::new(SeededEntropy::new(seed))),
            zone: Zone::new(zone),
            now: epoch(),
            answers: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Takes what the machine has to say now; when it wants to come back.
    fn drain(&mut self) -> Option<Instant> {
        loop {
            match self.resolver.poll_output() {
                Output::Transmit(query) => {
                    if let Some((delay, answer)) = self.zone.ask(&query) {
                        self.answers.push((self.now + delay, query.id, answer));
                    }
                }
                Output::Event(event) => self.events.push((self.now, event)),
                Output::Timeout(at) => return at,
            }
        }
    }

    /// Lets time pass until nothing is under way.
    pub(crate) fn run(&mut self) {
        while let Some(next) = self.drain().into_iter().chain(self.answers.iter().map(|(at, ..)| *at)).min() {
            self.now = self.now.max(next);
            let due: Vec<_> = self.answers.extract_if(.., |(at, ..)| *at <= self.now).collect();
            for (_, id, answer) in due {
                let Ok(()) = self.resolver.handle_input(self.now, Input::Answer { id, answer });
            }
            let Ok(()) = self.resolver.handle_input(self.now, Input::Timeout);
        }
    }

    pub(crate) fn wait(&mut self, time: Duration) {
        self.now += time;
        self.run();
    }

    pub(crate) fn begin(&mut self, uri: &str, affinity: Option<u64>) -> LookupId {
        let uri = uri.parse().expect("a URI");
        self.resolver.locate(self.now, &uri, affinity.map(Affinity)).expect("a lookup")
    }

    /// What a lookup came to last.
    pub(crate) fn outcome(&mut self, id: LookupId) -> Result<Target, WhyNot> {
        self.run();
        let of = |(_, event): &(Instant, Event)| match event {
            Event::Found { lookup, target } if *lookup == id => Some(Ok(target.clone())),
            Event::Exhausted { lookup, why } if *lookup == id => Some(Err(*why)),
            _ => None,
        };
        self.events.iter().rev().find_map(of).expect("it came to something")
    }

    pub(crate) fn fail(&mut self, id: LookupId, failure: Failure) -> Result<Target, WhyNot> {
        self.resolver.failed(self.now, id, failure).expect("it has a target");
        self.outcome(id)
    }

    /// The first target.
    pub(crate) fn first(&mut self, uri: &str) -> Result<Target, WhyNot> {
        let id = self.begin(uri, None);
        let outcome = self.outcome(id);
        self.resolver.forget(id);
        outcome
    }

    /// All targets in their order, if none of them is of use; and why there are no more.
    pub(crate) fn all(&mut self, uri: &str) -> (Vec<Target>, WhyNot) {
        let id = self.begin(uri, None);
        let mut found = Vec::new();
        let mut outcome = self.outcome(id);
        loop {
            match outcome {
                Ok(target) => found.push(target),
                Err(why) => return (found, why),
            }
            self.resolver.skip(self.now, id).expect("it has a target");
            outcome = self.outcome(id);
        }
    }

    /// The same as text: `UDP 192.0.2.1:5060`.
    pub(crate) fn texts(&mut self, uri: &str) -> Vec<String> {
        self.all(uri).0.iter().map(text).collect()
    }
}

pub(crate) fn text(target: &Target) -> String {
    format!("{} {}", target.protocol, target.address)
}
