//! Which server is next (RFC 3263 §4.3), which are left alone for a while, and who stays where.

mod common;

use common::{Locator, secs, text};
use offhook::core::Protocol::Udp;
use offhook::resolve::{Affinity, Config, Error, Failure, WhyNot};
use std::collections::BTreeMap;

const THREE: &str = "
    _sip._udp.x.org SRV 1 0 5060 a.x.org
    _sip._udp.x.org SRV 2 0 5060 b.x.org
    _sip._udp.x.org SRV 3 0 5060 c.x.org
    a.x.org A 192.0.2.1
    b.x.org A 192.0.2.2
    c.x.org A 192.0.2.3
";
const URI: &str = "sip:x.org;transport=udp";
const BUSY: Failure = Failure::Unavailable { retry_after: None };

fn locator(zone: &str, seed: u64) -> Locator {
    Locator::new(Config { protocols: vec![Udp], ..Config::default() }, zone, seed)
}

fn names(found: &[String]) -> String {
    found.iter().map(|text| text.trim_start_matches("UDP 192.0.2.").trim_end_matches(":5060")).collect()
}

#[test]
fn each_kind_of_failure_leads_to_the_next_target_and_at_last_to_the_end() {
    let mut it = locator(THREE, 1);
    let id = it.begin(URI, None);
    let mut found = vec![it.outcome(id)];
    for failure in [Failure::Timeout, Failure::Transport, BUSY] {
        found.push(it.fail(id, failure));
    }
    let found: Vec<_> = found.into_iter().map(|outcome| outcome.map(|target| text(&target))).collect();
    let target = |n: u8| Ok(format!("UDP 192.0.2.{n}:5060"));
    assert_eq!(found, [target(1), target(2), target(3), Err(WhyNot::AllFailed)]);
    assert!(it.resolver.is_empty());
    assert_eq!(it.resolver.failed(it.now, id, BUSY), Err(Error::NoLookup));
    assert_eq!(it.resolver.counters().failovers, 3);
}

#[test]
fn hosts_are_asked_for_only_when_their_turn_comes() {
    let mut it = locator(THREE, 1);
    it.first(URI).expect("a target");
    assert_eq!(it.zone.asked, ["_sip._udp.x.org SRV", "a.x.org AAAA", "a.x.org A"]);
}

#[test]
fn a_failure_without_a_target_is_refused() {
    let mut it = locator("", 1);
    let id = it.begin("sip:x.org", None);
    assert_eq!(it.resolver.failed(it.now, id, BUSY), Err(Error::NoTarget));
    assert_eq!(it.resolver.succeeded(id), Err(Error::NoTarget));
}

#[test]
fn a_target_that_failed_comes_after_all_others_for_a_while() {
    let mut it = locator(THREE, 1);
    let id = it.begin(URI, None);
    it.outcome(id).expect("a target");
    it.fail(id, Failure::Timeout).expect("another");
    it.resolver.succeeded(id).expect("it has a target");
    it.wait(secs(59));
    assert_eq!(names(&it.texts(URI)), "231", "and it is not left out: it may be the only one");
    it.wait(secs(1));
    assert_eq!(names(&it.texts(URI)), "123");
}

#[test]
fn retry_after_says_for_how_long_within_reason() {
    for (asked, held) in [(0, 0), (7, 7), (1_000_000, 300)] {
        let mut it = locator(THREE, 1);
        let id = it.begin(URI, None);
        it.outcome(id).expect("a target");
        it.fail(id, Failure::Unavailable { retry_after: Some(secs(asked)) }).expect("another");
        it.resolver.forget(id);
        if held > 0 {
            it.wait(secs(held - 1));
            assert_eq!(names(&it.texts(URI)), "231", "{asked}");
            it.wait(secs(1));
        }
        assert_eq!(names(&it.texts(URI)), "123", "{asked}");
    }
}

#[test]
fn a_target_that_answers_is_held_down_no_more() {
    let mut it = locator(THREE, 1);
    let id = it.begin(URI, None);
    it.outcome(id).expect("a target");
    it.fail(id, BUSY).expect("another");
    it.resolver.forget(id);
    let id = it.begin("sip:192.0.2.1", None);
    it.outcome(id).expect("the same target");
    it.resolver.succeeded(id).expect("it has a target");
    assert_eq!(names(&it.texts(URI)), "123");
}

#[test]
fn who_reached_a_server_begins_there_again_and_others_do_not() {
    let equal = "
        _sip._udp.x.org SRV 1 1 5060 a.x.org
        _sip._udp.x.org SRV 1 1 5060 b.x.org
        a.x.org A 192.0.2.1
        b.x.org A 192.0.2.2
    ";
    let mut it = locator(equal, 5);
    let mut others = Vec::new();
    let id = it.begin(URI, Some(7));
    let reached = it.outcome(id).expect("a target");
    it.resolver.succeeded(id).expect("it has a target");
    for _ in 0..20 {
        let id = it.begin(URI, Some(7));
        assert_eq!(it.outcome(id), Ok(reached.clone()));
        it.resolver.forget(id);
        others.push(it.first(URI).expect("a target"));
    }
    assert!(others.iter().any(|other| *other != reached));
    let id = it.begin(URI, Some(7));
    it.outcome(id).expect("a target");
    let next = it.fail(id, Failure::Transport).expect("the other one");
    assert_ne!(next, reached, "it is tried once");
    it.resolver.succeeded(id).expect("it has a target");
    let id = it.begin(URI, Some(7));
    assert_eq!(it.outcome(id), Ok(next), "and it stays where it was received");
    it.resolver.forget_affinity(Affinity(7));
    assert_eq!(it.resolver.remembered().2, 0);
}

#[test]
fn an_affinity_holds_for_its_destination_alone() {
    let mut it = locator(THREE, 1);
    let id = it.begin("sip:192.0.2.77", Some(1));
    it.outcome(id).expect("a target");
    it.resolver.succeeded(id).expect("it has a target");
    let id = it.begin(URI, Some(1));
    assert_eq!(it.outcome(id).map(|target| text(&target)), Ok("UDP 192.0.2.1:5060".to_owned()));
}

/// How often each of these weights goes first, second … in a thousand lookups.
fn firsts(weights: &[u16]) -> BTreeMap<String, u32> {
    let mut zone = String::new();
    for (n, weight) in weights.iter().enumerate() {
        zone += &format!("_sip._udp.x.org SRV 1 {weight} 5060 h{n}.x.org\nh{n}.x.org A 192.0.2.{n}\n");
    }
    let mut count = BTreeMap::new();
    for seed in 0..1000 {
        *count.entry(names(&locator(&zone, seed).texts(URI))).or_default() += 1;
    }
    count
}

fn share(count: &BTreeMap<String, u32>, start: &str) -> u32 {
    count.iter().filter(|(order, _)| order.starts_with(start)).map(|(_, n)| n).sum()
}

#[test]
fn a_weight_of_two_goes_first_twice_as_often_as_a_weight_of_one() {
    // RFC 3263 §4.1's server1 and server2
    let count = firsts(&[1, 2]);
    assert!((610..720).contains(&share(&count, "1")), "{count:?}");
}

#[test]
fn shares_follow_weights_within_a_priority_and_so_do_those_of_what_is_left() {
    let count = firsts(&[100, 300, 600]);
    for (start, expected) in [("0", 100), ("1", 300), ("2", 600), ("21", 450), ("20", 150)] {
        let found = share(&count, start);
        assert!(found.abs_diff(expected) < 60, "{start}: {found} of about {expected}");
    }
    assert!(count.keys().all(|order| order.len() == 3), "every one is tried at last");
}

#[test]
fn a_weight_of_zero_has_a_small_chance_beside_others() {
    let found = share(&firsts(&[20, 0]), "1");
    assert!((20..90).contains(&found), "1 in 21 by RFC 2782, but {found}");
}

#[test]
fn equal_weights_of_zero_share_as_they_come() {
    let count = firsts(&[0, 0]);
    assert_eq!(share(&count, "0"), 1000, "nothing is drawn from: the order in which they came");
}

#[test]
fn the_example_of_rfc_2782_sends_a_quarter_to_the_old_box_and_all_else_to_the_new_fast_one() {
    let zone = "
        _sip._udp.example.com SRV 0 1 9 old-slow-box.example.com
        _sip._udp.example.com SRV 0 3 9 new-fast-box.example.com
        _sip._udp.example.com SRV 1 0 9 sysadmins-box.example.com
        _sip._udp.example.com SRV 1 0 9 server.example.com
        server.example.com A 172.30.79.10
        old-slow-box.example.com A 172.30.79.11
        sysadmins-box.example.com A 172.30.79.12
        new-fast-box.example.com A 172.30.79.13
    ";
    let mut new_first = 0;
    for seed in 0..1000 {
        let found = locator(zone, seed).texts("sip:example.com;transport=udp");
        let first: Vec<&str> = found.iter().map(|text| text.trim_start_matches("UDP 172.30.79.")).collect();
        assert_eq!(first[2..], ["12:9", "10:9"], "only when both of priority 0 are unreachable");
        new_first += u32::from(first[0] == "13:9");
    }
    assert!((700..800).contains(&new_first), "three quarters, but {new_first}");
}
