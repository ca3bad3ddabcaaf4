//! The resolver keeps the laws of every machine, and no zone makes it ask, try or run for ever.

mod common;

use common::{Locator, ms, secs};
use offhook::core::{Machine, Protocol};
use offhook::resolve::{
    Affinity, Answer, Config, Event, Failure, Families, Input, LookupId, Naptr, Query, Record, RecordType, Resolver,
    Srv, Target, WhyNot,
};
use offhook_sim::laws::{self, Script};
use offhook_sim::{SeededEntropy, epoch};
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A resolver that remembers what it asked and found, so that a script can answer.
struct Watched {
    it: Resolver,
    queries: Vec<Query>,
    lookups: Vec<LookupId>,
}

impl Machine for Watched {
    type Input<'a> = Input;
    type Event = Event;
    type Transmit = Query;
    type Error = std::convert::Infallible;

    fn handle_input(&mut self, now: Instant, input: Input) -> Result<(), Self::Error> {
        self.it.handle_input(now, input)
    }

    fn poll_output(&mut self) -> offhook::core::Output<Event, Query> {
        self.it.poll_output()
    }
}

fn watched() -> Watched {
    let config = Config { protocols: vec![Protocol::Udp, Protocol::Tcp], families: Families::V4, ..Config::default() };
    Watched { it: Resolver::new(config, Box::new(SeededEntropy::new(3))), queries: Vec::new(), lookups: Vec::new() }
}

fn srv(weight: u16, target: &str) -> Record {
    Record::Srv(Srv { priority: 1, weight, port: 5060, target: target.into() })
}

#[test]
fn the_resolver_keeps_the_laws() {
    let locate = |uri: &'static str, affinity: Option<u64>| {
        move |w: &mut Watched, now| {
            let uri = uri.parse().expect("a URI");
            w.it.locate(now, &uri, affinity.map(Affinity)).map(|id| w.lookups.push(id))
        }
    };
    // Queries are numbered with the lookups, so that a script knows the numbers of a run without reading its outputs.
    let answer = |name: &'static str, kind: RecordType, answer: Answer| {
        move |w: &mut Watched, now| {
            let open = w.it.open_queries();
            let query = open.into_iter().find(|q| q.name.as_str() == name && q.kind == kind).ok_or("not asked")?;
            w.queries.push(query.clone());
            let Ok(()) = w.it.handle_input(now, Input::Answer { id: query.id, answer: answer.clone() });
            Ok::<(), &str>(())
        }
    };
    let failed = |nth: usize, failure: Failure| {
        move |w: &mut Watched, now| {
            let id = w.lookups.get(nth).copied().expect("a lookup");
            w.it.failed(now, id, failure)
        }
    };
    let records = |records: Vec<Record>| Answer::Records { records, ttl: secs(60) };
    let a = |last: u8| records(vec![Record::Address([192, 0, 2, last].into())]);
    let script = Script::new(watched, |w: &mut Watched, now| {
        let Ok(()) = w.it.handle_input(now, Input::Timeout);
    });
    let script = script
        .step(ms(0), "looks for x.org", locate("sip:x.org", Some(1)))
        .step(ms(0), "and again", locate("sip:x.org", None))
        .step(ms(0), "and for nothing", locate("tel:1", None))
        .step(ms(1), "fails too soon", failed(0, Failure::Timeout))
        .step(ms(10), "no NAPTR", answer("x.org", RecordType::Naptr, Answer::Nothing { ttl: secs(9) }))
        .step(
            ms(20),
            "SRV",
            answer("_sip._udp.x.org", RecordType::Srv, records(vec![srv(5, "a.x.org"), srv(5, "b.x.org")])),
        )
        .step(ms(30), "an answer to nothing", answer("x.org", RecordType::Naptr, Answer::Failed))
        .step(ms(40), "a.x.org", answer("a.x.org", RecordType::A, a(1)))
        .step(ms(40), "b.x.org", answer("b.x.org", RecordType::A, a(2)))
        .step(ms(50), "503", failed(0, Failure::Unavailable { retry_after: Some(secs(3)) }))
        .step(ms(60), "an address", locate("sip:192.0.2.9", None))
        .step(secs(20), "looks for x.org later", locate("sip:x.org;transport=udp", Some(1)));
    laws::check(&script);
}

const KINDS: [&str; 5] = ["SIP+D2U", "SIP+D2T", "SIPS+D2T", "SIP+D2W", "SIPS+D2W"];

/// A name of a small world, so that records lead to one another and back.
fn name() -> impl Strategy<Value = String> {
    let service =
        prop_oneof![Just(""), Just("_sip._udp."), Just("_sip._tcp."), Just("_sips._tcp."), Just("_sips._ws.")];
    (service, "[abc]").prop_map(|(service, domain)| format!("{service}{domain}.org"))
}

fn line() -> impl Strategy<Value = String> {
    let small = 0u16..4;
    prop_oneof![
        (name(), small.clone(), small.clone(), "[sSua-]", 0..KINDS.len(), name())
            .prop_map(|(n, o, p, f, k, r)| format!("{n} 0 NAPTR {o} {p} {f} {} {r}", KINDS[k])),
        (name(), small.clone(), any::<u16>(), small.clone(), prop_oneof![name(), Just(".".to_owned())])
            .prop_map(|(n, p, w, port, t)| format!("{n} 9 SRV {p} {w} {port} {t}")),
        (name(), any::<u8>()).prop_map(|(n, ip)| format!("{n} A 192.0.2.{ip}")),
        (name(), any::<u8>()).prop_map(|(n, ip)| format!("{n} AAAA 2001:db8::{ip:x}")),
        (name(), name()).prop_map(|(n, to)| format!("{n} CNAME {to}")),
        (name(), 0u32..9000).prop_map(|(n, late)| format!("{n} DELAY {late}")),
        (name(), prop_oneof![Just("SILENT"), Just("SERVFAIL")]).prop_map(|(n, how)| format!("{n} {how}")),
    ]
}

fn uri() -> impl Strategy<Value = String> {
    let params =
        prop_oneof![Just(""), Just(";transport=tcp"), Just(";transport=ws"), Just(":5070"), Just(";maddr=b.org")];
    ("sips?", "[abc]", params).prop_map(|(scheme, domain, params)| format!("{scheme}:u@{domain}.org{params}"))
}

/// A zone that is as random as its answers.
fn any_answer() -> impl Strategy<Value = Answer> {
    let text = || "[a-z.+0-9_]{0,9}".prop_map(Box::<str>::from);
    let record = prop_oneof![
        (any::<[u16; 2]>(), text(), text(), text(), text()).prop_map(|(n, flags, service, regexp, replacement)| {
            Record::Naptr(Naptr { order: n[0], preference: n[1], flags, service, regexp, replacement })
        }),
        (any::<[u16; 3]>(), text())
            .prop_map(|(n, target)| { Record::Srv(Srv { priority: n[0], weight: n[1], port: n[2], target }) }),
        any::<std::net::IpAddr>().prop_map(Record::Address),
    ];
    prop_oneof![
        (proptest::collection::vec(record, 0..6), any::<u32>())
            .prop_map(|(records, ttl)| Answer::Records { records, ttl: Duration::from_secs(ttl.into()) }),
        Just(Answer::Nothing { ttl: Duration::MAX }),
        Just(Answer::Failed),
        Just(Answer::Unsupported),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_zone_ends_within_the_bounds_and_sips_stays_secure(
        lines in proptest::collection::vec(line(), 0..60),
        uri in uri(),
        seed: u64,
    ) {
        let protocols = vec![Protocol::Udp, Protocol::Tcp, Protocol::Tls, Protocol::Ws, Protocol::Wss];
        let config = Config { protocols, ..Config::default() };
        let mut it = Locator::new(config.clone(), &lines.join("\n"), seed);
        let began = it.now;
        let (found, _) = it.all(&uri);
        prop_assert!(it.zone.asked.len() <= config.max_queries, "{:?}", it.zone.asked);
        prop_assert!(found.len() <= config.max_targets);
        prop_assert!(it.now - began <= config.query_timeout * config.max_queries as u32);
        prop_assert!(it.resolver.is_empty());
        let mut once: Vec<_> = found.iter().map(|t: &Target| (t.protocol, t.address)).collect();
        once.sort();
        once.dedup();
        prop_assert_eq!(once.len(), found.len(), "each is tried once");
        if uri.starts_with("sips") {
            prop_assert!(found.iter().all(|target| target.protocol.is_secure()), "{:?}", found);
        }
    }

    #[test]
    fn targets_come_in_the_order_of_priorities(
        priorities in proptest::collection::vec(0u16..5, 1..8),
        weights in proptest::collection::vec(any::<u16>(), 8),
        seed: u64,
    ) {
        let mut zone = String::new();
        let mut of = BTreeMap::new();
        for (n, priority) in priorities.iter().enumerate() {
            zone += &format!("_sip._udp.x.org SRV {priority} {} 5060 h{n}.org\nh{n}.org A 192.0.2.{n}\n", weights[n]);
            of.insert(format!("UDP 192.0.2.{n}:5060"), *priority);
        }
        let config = Config { protocols: vec![Protocol::Udp], ..Config::default() };
        let found = Locator::new(config, &zone, seed).texts("sip:x.org;transport=udp");
        let order: Vec<u16> = found.iter().map(|text| of[text]).collect();
        prop_assert_eq!(found.len(), priorities.len());
        prop_assert!(order.is_sorted(), "{:?}", order);
    }

    #[test]
    fn no_answer_can_panic_it_or_keep_it_asking(
        answers in proptest::collection::vec(any_answer(), 1..12),
        uri in uri(),
    ) {
        let protocols = vec![Protocol::Udp, Protocol::Tls, Protocol::Wss];
        let mut it = Resolver::new(Config { protocols, ..Config::default() }, Box::new(SeededEntropy::new(1)));
        let Ok(id) = it.locate(epoch(), &uri.parse().expect("a URI"), None) else { return Ok(()) };
        let answers = RefCell::new(answers.into_iter().cycle());
        let mut end: Option<WhyNot> = None;
        for _ in 0..200 {
            match it.poll_output() {
                offhook::core::Output::Transmit(query) => {
                    let answer = answers.borrow_mut().next().expect("there is always one");
                    let Ok(()) = it.handle_input(epoch(), Input::Answer { id: query.id, answer });
                }
                offhook::core::Output::Event(Event::Found { .. }) => it.failed(epoch(), id, Failure::Timeout).expect("a target"),
                offhook::core::Output::Event(Event::Exhausted { why, .. }) => end = Some(why),
                _ => break,
            }
        }
        prop_assert!(end.is_some() && it.is_empty());
    }
}
