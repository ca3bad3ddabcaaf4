//! From a URI to servers: RFC 3263 §4 and §5 with RFC 7984, and what zones and name servers may do to it.

mod common;

use common::{Locator, secs, text};
use offhook::core::Protocol::{self, Tcp, Tls, Udp, Ws, Wss};
use offhook::resolve::{Config, Error, Failure, Families, Resolver, WhyNot};
use offhook::sip_parser::Host;
use offhook_sim::{SeededEntropy, epoch};

/// The zone of RFC 3263 §4.1 and §4.2, with addresses.
const EXAMPLE: &str = "
    example.com            NAPTR 50  50 s SIPS+D2T _sips._tcp.example.com.
    example.com            NAPTR 90  50 s SIP+D2T  _sip._tcp.example.com
    example.com            NAPTR 100 50 s SIP+D2U  _sip._udp.example.com.
    _sips._tcp.example.com SRV 0 1 5061 server1.example.com
    _sip._tcp.example.com  SRV 0 1 5060 server1.example.com
    _sip._tcp.example.com  SRV 0 2 5060 server2.example.com
    _sip._udp.example.com  SRV 0 1 5060 server2.example.com
    server1.example.com    A 192.0.2.1
    server2.example.com    A 192.0.2.2
    example.com            A 192.0.2.9
";

fn config(protocols: &[Protocol]) -> Config {
    Config { protocols: protocols.to_vec(), ..Config::default() }
}

fn locator(protocols: &[Protocol], zone: &str) -> Locator {
    Locator::new(config(protocols), zone, 1)
}

#[test]
fn a_client_of_tcp_and_udp_takes_tcp_in_the_example_of_rfc_3263_4_1() {
    let mut it = locator(&[Udp, Tcp], EXAMPLE);
    let mut found = it.texts("sip:user@example.com");
    found.sort();
    assert_eq!(found, ["TCP 192.0.2.1:5060", "TCP 192.0.2.2:5060"]);
    assert_eq!(it.zone.asked[..2], ["example.com NAPTR", "_sip._tcp.example.com SRV"], "and no other service");
}

#[test]
fn a_client_that_has_tls_takes_it_for_a_sip_uri_where_naptr_prefers_it() {
    assert_eq!(locator(&[Udp, Tcp, Tls], EXAMPLE).texts("sip:user@example.com"), ["TLS 192.0.2.1:5061"]);
}

#[test]
fn the_next_order_is_not_taken_when_the_first_fails() {
    let (found, why) = locator(&[Udp, Tls], EXAMPLE).all("sip:user@example.com");
    assert!(found.iter().all(|target| target.protocol == Tls), "whoever blocks TLS would get UDP");
    assert_eq!(why, WhyNot::AllFailed);
}

#[test]
fn of_one_order_the_lower_preference_goes_first_and_the_other_follows() {
    let zone = "
        x.org NAPTR 1 20 s SIP+D2U _sip._udp.x.org
        x.org NAPTR 1 10 S sip+d2t _sip._tcp.x.org
        _sip._udp.x.org SRV 0 0 5070 a.x.org
        _sip._tcp.x.org SRV 0 0 5080 a.x.org
        a.x.org A 192.0.2.1
    ";
    assert_eq!(locator(&[Udp, Tcp], zone).texts("sip:x.org"), ["TCP 192.0.2.1:5080", "UDP 192.0.2.1:5070"]);
}

#[test]
fn naptr_of_other_flags_services_or_with_a_regexp_are_passed_over() {
    let zone = "
        x.org NAPTR 1 1 u SIP+D2U _sip._udp.wrong.org
        x.org NAPTR 1 1 - SIP+D2U _sip._udp.wrong.org
        x.org NAPTR 1 1 s E2U+sip _sip._udp.wrong.org
        x.org NAPTR 1 1 s SIP+D2S _sip._sctp.wrong.org
        x.org NAPTR 1 1 s SIP+D2U !^.*$!sip:wrong.org! _sip._udp.wrong.org
        x.org NAPTR 2 1 s SIP+D2U _sip._udp.elsewhere.net
        _sip._udp.elsewhere.net SRV 0 0 5070 a.x.org
        a.x.org A 192.0.2.1
    ";
    assert_eq!(locator(&[Udp], zone).texts("sip:x.org"), ["UDP 192.0.2.1:5070"]);
}

#[test]
fn without_naptr_srv_of_every_protocol_of_ours_is_asked_for_in_our_order() {
    let zone = "
        _sip._tcp.x.org SRV 0 0 5070 a.x.org
        _sip._udp.x.org SRV 0 0 5080 a.x.org
        a.x.org A 192.0.2.1
    ";
    let mut it = locator(&[Tcp, Udp, Tls], zone);
    assert_eq!(it.texts("sip:x.org"), ["TCP 192.0.2.1:5070", "UDP 192.0.2.1:5080"]);
    assert_eq!(it.zone.asked[..3], ["x.org NAPTR", "_sip._tcp.x.org SRV", "_sip._udp.x.org SRV"]);
}

#[test]
fn without_srv_the_domain_itself_is_the_host_at_the_default_port() {
    let zone = "x.org A 192.0.2.1";
    assert_eq!(locator(&[Udp, Tcp, Tls], zone).texts("sip:x.org"), ["UDP 192.0.2.1:5060"]);
    assert_eq!(locator(&[Udp, Tcp, Tls], zone).texts("sips:x.org"), ["TLS 192.0.2.1:5061"]);
    assert_eq!(locator(&[Tcp], zone).texts("sip:x.org"), ["TCP 192.0.2.1:5060"], "what there is");
    assert_eq!(locator(&[Ws], zone).texts("sip:x.org;transport=ws"), ["WS 192.0.2.1:80"], "RFC 7118 §5.5");
    assert_eq!(locator(&[Wss], zone).texts("sips:x.org;transport=ws"), ["WSS 192.0.2.1:443"]);
}

#[test]
fn a_transport_parameter_skips_naptr_and_asks_for_srv_of_that_transport() {
    let mut it = locator(&[Udp, Tcp, Tls], EXAMPLE);
    assert_eq!(it.texts("sip:example.com;transport=UDP"), ["UDP 192.0.2.2:5060"]);
    assert_eq!(it.texts("sip:example.com;transport=tls"), ["TLS 192.0.2.1:5061"]);
    assert_eq!(it.texts("sips:example.com;transport=tcp"), ["TLS 192.0.2.1:5061"]);
    assert!(it.zone.asked.iter().all(|asked| !asked.ends_with("NAPTR")));
}

#[test]
fn a_port_skips_naptr_and_srv() {
    let mut it = locator(&[Udp, Tls], EXAMPLE);
    assert_eq!(it.texts("sip:example.com:5060"), ["UDP 192.0.2.9:5060"]);
    assert_eq!(it.texts("sips:example.com:5071"), ["TLS 192.0.2.9:5071"]);
    assert!(it.zone.asked.iter().all(|asked| asked.ends_with(" A") || asked.ends_with(" AAAA")), "{:?}", it.zone.asked);
}

#[test]
fn an_address_is_asked_of_nobody() {
    let mut it = locator(&[Udp, Tcp, Tls, Ws], "");
    assert_eq!(it.texts("sip:192.0.2.7"), ["UDP 192.0.2.7:5060"]);
    assert_eq!(it.texts("sip:[2001:db8::7]:5070;transport=tcp"), ["TCP [2001:db8::7]:5070"]);
    assert_eq!(it.texts("sips:192.0.2.7"), ["TLS 192.0.2.7:5061"]);
    assert_eq!(it.texts("sip:192.0.2.7;transport=ws"), ["WS 192.0.2.7:80"]);
    assert!(it.zone.asked.is_empty());
}

#[test]
fn maddr_takes_the_place_of_the_host_but_not_of_the_name_in_the_certificate() {
    let mut it = locator(&[Udp, Tls], "");
    let target = it.first("sips:bob@example.com;maddr=192.0.2.5").expect("a target");
    assert_eq!((text(&target).as_str(), &*target.name), ("TLS 192.0.2.5:5061", "example.com"));
}

#[test]
fn the_certificate_is_that_of_the_uri_whatever_dns_says() {
    let zone = "
        example.com NAPTR 1 1 s SIPS+D2T _sips._tcp.evil.net
        _sips._tcp.evil.net SRV 0 0 5061 host.evil.net
        host.evil.net A 192.0.2.66
    ";
    let target = locator(&[Tls], zone).first("sips:bob@Example.COM").expect("a target");
    assert_eq!(&*target.name, "example.com", "RFC 5922 §7.2");
}

#[test]
fn sips_is_never_sent_without_tls() {
    let zone = "
        x.org NAPTR 1 1 s SIP+D2U _sip._udp.x.org
        x.org NAPTR 1 2 s SIP+D2T _sip._tcp.x.org
        _sip._udp.x.org SRV 0 0 5060 a.x.org
        _sip._tcp.x.org SRV 0 0 5060 a.x.org
        a.x.org A 192.0.2.1
        x.org A 192.0.2.2
    ";
    let mut it = locator(&[Udp, Tcp, Ws, Tls], zone);
    assert_eq!(it.texts("sips:x.org"), ["TLS 192.0.2.2:5061"], "the domain itself, by TLS");
    assert!(!it.zone.asked.contains(&"_sip._udp.x.org SRV".to_owned()));
    let resolver = Resolver::new(config(&[Udp, Tcp, Ws]), Box::new(SeededEntropy::new(1)));
    for uri in
        ["sips:x.org", "sips:192.0.2.1", "sips:x.org:5060", "sips:x.org;transport=tcp", "sips:x.org;transport=udp"]
    {
        assert_eq!(resolver.carries(&uri.parse().expect("a URI")), Err(Error::NoTransport), "{uri}");
    }
}

#[test]
fn what_no_transport_of_ours_leads_to_is_refused_at_once() {
    let resolver = Resolver::new(config(&[Udp]), Box::new(SeededEntropy::new(1)));
    for uri in ["tel:+15550100", "sip:x.org;transport=tcp", "sip:x.org;transport=sctp", "mailto:bob@x.org"] {
        assert_eq!(resolver.carries(&uri.parse().expect("a URI")), Err(Error::NoTransport), "{uri}");
    }
    for uri in ["sip:..", "sip:x.org;maddr=!"] {
        assert_eq!(resolver.carries(&uri.parse().expect("a URI")), Err(Error::NoHost), "{uri}");
    }
}

#[test]
fn naptr_of_websockets_leads_to_them() {
    let zone = "
        x.org NAPTR 1 1 s SIPS+D2W _sips._ws.x.org
        x.org NAPTR 1 2 s SIP+D2W _sip._ws.x.org
        _sips._ws.x.org SRV 0 0 443 a.x.org
        _sip._ws.x.org SRV 0 0 80 a.x.org
        a.x.org A 192.0.2.1
    ";
    assert_eq!(locator(&[Ws, Wss], zone).texts("sip:x.org"), ["WSS 192.0.2.1:443", "WS 192.0.2.1:80"]);
}

#[test]
fn both_families_are_asked_for_and_taken_in_turns() {
    let zone = "
        x.org A 192.0.2.1
        x.org A 192.0.2.2
        x.org A 192.0.2.3
        x.org AAAA 2001:db8::1
    ";
    let in_turns = |families, expected: &[&str]| {
        let config = Config { families, ..config(&[Udp]) };
        assert_eq!(Locator::new(config, zone, 1).texts("sip:x.org:5060"), expected, "{families:?}");
    };
    let (v4, v6) = (["UDP 192.0.2.1:5060", "UDP 192.0.2.2:5060", "UDP 192.0.2.3:5060"], "UDP [2001:db8::1]:5060");
    in_turns(Families::V6First, &[v6, v4[0], v4[1], v4[2]]);
    in_turns(Families::V4First, &[v4[0], v6, v4[1], v4[2]]);
    in_turns(Families::V4, &v4);
    in_turns(Families::V6, &[v6]);
}

#[test]
fn addresses_of_two_srv_targets_are_never_mixed() {
    let zone = "
        _sip._tcp.example.com SRV 10 1 5060 sip-1.example.com
        _sip._tcp.example.com SRV 20 1 5060 sip-2.example.com
        sip-1.example.com AAAA 2001:db8:58:c02::face
        sip-1.example.com A 192.0.2.45
        sip-2.example.com AAAA 2001:db8:58:c02::dead
        sip-2.example.com A 192.0.2.75
    ";
    let found = locator(&[Tcp], zone).texts("sip:example.com;transport=tcp");
    let order = ["[2001:db8:58:c02::face]", "192.0.2.45", "[2001:db8:58:c02::dead]", "192.0.2.75"];
    assert_eq!(found, order.map(|ip| format!("TCP {ip}:5060")), "RFC 7984 §4");
}

#[test]
fn a_service_that_is_decidedly_not_there_is_not_looked_for_at_the_domain() {
    let zone = "
        _sip._udp.x.org SRV 0 0 0 .
        x.org A 192.0.2.1
    ";
    assert_eq!(locator(&[Udp], zone).all("sip:x.org"), (vec![], WhyNot::NotFound), "RFC 2782, Target");
}

#[test]
fn absurd_records_are_passed_over() {
    let zone = "
        _sip._udp.x.org SRV 0 0 0 a.x.org
        _sip._udp.x.org SRV 1 0 5060 192.0.2.99
        _sip._udp.x.org SRV 2 0 5060 a..x.org
        _sip._udp.x.org SRV 3 0 5060 a.x.org
        a.x.org A 0.0.0.0
        a.x.org A 224.0.0.1
        a.x.org A 255.255.255.255
        a.x.org A 192.0.2.1
        a.x.org A 192.0.2.1
        a.x.org AAAA ::ffff:192.0.2.8
        a.x.org AAAA ::
        a.x.org AAAA ff02::1
    ";
    assert_eq!(locator(&[Udp], zone).texts("sip:x.org"), ["UDP 192.0.2.1:5060"]);
}

#[test]
fn aliases_and_loops_of_them_are_who_answers_s_to_follow() {
    let zone = "
        _sip._udp.x.org CNAME _sip._udp.y.org
        _sip._udp.y.org SRV 0 0 5070 loop.y.org
        _sip._udp.y.org SRV 1 0 5070 alias.y.org
        loop.y.org CNAME loop2.y.org
        loop2.y.org CNAME loop.y.org
        alias.y.org CNAME a.y.org
        a.y.org A 192.0.2.1
    ";
    assert_eq!(locator(&[Udp], zone).texts("sip:x.org"), ["UDP 192.0.2.1:5070"]);
}

#[test]
fn a_server_that_fails_on_naptr_or_is_silent_on_srv_is_passed_by() {
    let zone = "
        _sip._udp.x.org SILENT
        a.x.org A 192.0.2.1
        x.org A 192.0.2.2
        y.org SERVFAIL
        _sip._udp.y.org SRV 0 0 5070 a.x.org
    ";
    let mut it = locator(&[Udp], zone);
    let began = it.now;
    assert_eq!(it.texts("sip:x.org"), ["UDP 192.0.2.2:5060"]);
    assert_eq!(it.now - began, secs(5), "a query is given up then");
    assert_eq!(it.texts("sip:y.org"), ["UDP 192.0.2.1:5070"]);
    assert_eq!(it.resolver.counters().timeouts, 1);
}

#[test]
fn why_nothing_was_found_is_told() {
    let mut it = locator(&[Udp], "dead.org SERVFAIL");
    assert_eq!(it.first("sip:nowhere.invalid"), Err(WhyNot::NotFound));
    assert_eq!(it.first("sip:dead.org:5060"), Err(WhyNot::DnsFailed));
    assert!(it.resolver.is_empty());
}

#[test]
fn a_response_without_its_connection_goes_to_its_sent_by() {
    let mut it = locator(&[Udp, Tcp, Tls], EXAMPLE);
    let mut ask = |protocol, host, port| {
        let id = it.resolver.locate_sent_by(it.now, protocol, host, port).expect("a lookup");
        it.outcome(id).map(|target| text(&target)).expect("a target")
    };
    assert_eq!(ask(Tcp, Host::V4([192, 0, 2, 8].into()), None), "TCP 192.0.2.8:5060");
    assert_eq!(ask(Tls, Host::Name("example.com"), Some(5071)), "TLS 192.0.2.9:5071");
    assert_eq!(ask(Tls, Host::Name("example.com"), None), "TLS 192.0.2.1:5061");
    assert_eq!(ask(Udp, Host::Name("example.com"), None), "UDP 192.0.2.2:5060");
    assert!(it.zone.asked.iter().all(|asked| !asked.ends_with("NAPTR")), "§5 has none");
}

#[test]
fn the_same_query_in_flight_is_asked_once() {
    let mut it = locator(&[Udp], "a.org A 192.0.2.1\n a.org DELAY 100");
    let ids: Vec<_> = (0..50).map(|_| it.begin("sip:a.org:5060", None)).collect();
    for id in ids {
        assert_eq!(it.outcome(id).map(|t| text(&t)), Ok("UDP 192.0.2.1:5060".to_owned()));
    }
    assert_eq!(it.zone.asked, ["a.org AAAA", "a.org A"]);
    assert_eq!(it.resolver.counters().shared, 98);
}

#[test]
fn answers_are_remembered_for_their_time_to_live() {
    let mut it = locator(&[Udp], "a.org 30 A 192.0.2.1");
    it.first("sip:a.org:5060").expect("a target");
    it.zone.asked.clear();
    it.wait(secs(29));
    it.first("sip:a.org:5060").expect("a target");
    assert!(it.zone.asked.is_empty());
    it.wait(secs(1));
    it.first("sip:A.ORG:5060").expect("a target");
    assert_eq!(it.zone.asked, ["a.org A"], "the lack of AAAA holds for a minute");
}

#[test]
fn the_lack_of_records_and_failures_are_remembered_for_a_while() {
    let mut it = locator(&[Udp], "b.org SERVFAIL");
    let config = Config::default();
    for (uri, holds) in [("sip:a.org:5060", secs(60)), ("sip:b.org:5060", config.failure_ttl)] {
        it.first(uri).expect_err("nothing there");
        it.zone.asked.clear();
        it.wait(holds - secs(1));
        it.first(uri).expect_err("nothing there");
        assert!(it.zone.asked.is_empty(), "{uri}");
        it.wait(secs(1));
        it.first(uri).expect_err("nothing there");
        assert_eq!(it.zone.asked.len(), 2, "{uri}");
    }
}

#[test]
fn tables_do_not_grow_over_their_bounds() {
    let config = Config { max_cached: 10, max_held: 3, max_affinities: 2, ..config(&[Udp]) };
    let zone: String = (0..40).map(|n| format!("h{n}.org A 192.0.2.{n}\n")).collect();
    let mut it = Locator::new(config, &zone, 1);
    for n in 1..40 {
        let id = it.begin(&format!("sip:h{n}.org:5060"), Some(n));
        it.outcome(id).expect("a target");
        if n % 2 == 0 {
            it.resolver.succeeded(id).expect("it has a target");
        } else {
            it.fail(id, Failure::Timeout).expect_err("no other");
        }
        let (cached, held, affinities) = it.resolver.remembered();
        assert!(cached <= 10 && held <= 3 && affinities <= 2);
    }
    assert!(it.resolver.is_empty());
    assert_eq!(it.resolver.counters().too_many_affinities, 17);
}

#[test]
fn lookups_over_the_bound_are_refused() {
    let mut resolver = Resolver::new(Config { max_lookups: 2, ..config(&[Udp]) }, Box::new(SeededEntropy::new(1)));
    let uri = "sip:a.org".parse().expect("a URI");
    let id = resolver.locate(epoch(), &uri, None).expect("there is room");
    resolver.locate(epoch(), &uri, None).expect("there is room");
    assert_eq!(resolver.locate(epoch(), &uri, None), Err(Error::Full));
    resolver.forget(id);
    resolver.locate(epoch(), &uri, None).expect("there is room again");
    assert_eq!(resolver.counters().refused, 1);
}

#[test]
fn a_zone_of_a_thousand_servers_costs_no_more_queries_and_targets_than_the_bounds() {
    let mut zone: String = (0..1000).map(|n| format!("_sip._udp.x.org SRV {n} 0 5060 h{n}.x.org\n")).collect();
    zone.extend((0..1000).map(|n| format!("h{n}.x.org AAAA 2001:db8::{n}\n")));
    let mut it = locator(&[Udp], &zone);
    assert_eq!(it.texts("sip:x.org").len(), Config::default().max_targets);
    let barren: String = (0..1000).map(|n| format!("_sip._udp.x.org SRV {n} 0 5060 h{n}.x.org\n")).collect();
    let mut it = locator(&[Udp], &barren);
    assert_eq!(it.all("sip:x.org"), (vec![], WhyNot::NotFound));
    assert_eq!(it.zone.asked.len(), Config::default().max_queries);
}
