use super::*;
use bytes::Bytes;
use offhook_core::Protocol;

fn flow(protocol: Protocol, remote: &str) -> Flow {
    Flow { protocol, local: "192.0.2.1:5060".parse().unwrap(), remote: remote.parse().unwrap() }
}

fn request(flow: Flow) -> Transmit {
    Transmit { flow, contents: Bytes::from_static(b"OPTIONS sip:b@x SIP/2.0\r\n\r\n") }
}

fn response(flow: Flow, via: &str) -> Transmit {
    Transmit { flow, contents: format!("SIP/2.0 200 OK\r\nVia: {via};branch=z9hG4bKa\r\n\r\n").into() }
}

fn opened(route: Result<Route, Refused>) -> (ConnectionId, Flow) {
    match route {
        Ok(Route::Open { id, flow, .. }) => (id, flow),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_second_message_takes_the_same_connection_and_a_third_opens_anew_when_it_is_gone() {
    let (mut table, flow) = (Table::new(Config::default()), flow(Protocol::Tcp, "192.0.2.9:5060"));
    let (id, _) = opened(table.route(&request(flow)));
    assert_eq!(table.route(&request(flow)), Ok(Route::Use(id)));
    assert_eq!(table.closed(id, CloseReason::Ended), Some(flow));
    assert_eq!(table.closed(id, CloseReason::Ended), None);
    assert_ne!(opened(table.route(&request(flow))).0, id);
    assert_eq!((table.counters().opened, table.len()), (2, 1));
}

#[test]
fn a_response_goes_back_where_its_request_came_from_or_else_to_sent_by() {
    let (mut table, theirs) = (Table::new(Config::default()), flow(Protocol::Tcp, "192.0.2.9:40000"));
    let id = table.accept(theirs).unwrap();
    let answer = response(theirs, "SIP/2.0/TCP pc.example.com:5070");
    assert_eq!(table.route(&answer), Ok(Route::Use(id)));
    table.closed(id, CloseReason::Ended);
    // Never to the host that Via names: a stranger chose it.
    assert_eq!(opened(table.route(&answer)).1, flow(Protocol::Tcp, "192.0.2.9:5070"));
    assert_eq!(opened(table.route(&response(theirs, "SIP/2.0/TCP h"))).1.remote.port(), 5060);
}

#[test]
fn over_tls_nobody_is_trusted_whose_name_was_not_asked_for() {
    let (mut table, tls) = (Table::new(Config::default()), flow(Protocol::Tls, "192.0.2.9:5061"));
    assert_eq!(table.route(&request(tls)), Err(Refused::NoName));
    assert!(table.expect(tls, "Example.com"));
    assert!(table.expect(tls, "example.com"));
    assert!(!table.expect(tls, "example.org"), "one flow, one domain");
    let Ok(Route::Open { domain, .. }) = table.route(&request(tls)) else { panic!("a way") };
    assert_eq!(domain.as_deref(), Some("Example.com"));
    let theirs = flow(Protocol::Tls, "192.0.2.9:40000");
    let id = table.accept(theirs).unwrap();
    assert!(!table.expect(theirs, "example.com"), "who connected has proven nothing");
    table.closed(id, CloseReason::Ended);
    assert_eq!(table.route(&response(theirs, "SIP/2.0/TLS h:5099")), Err(Refused::NoName));
    assert_eq!(table.counters().no_connection, 2);
}

#[test]
fn names_that_strangers_make_up_are_bounded() {
    let mut table = Table::new(Config::default());
    for port in 1..=2 * MOST_NAMES as u16 {
        let mut tls = flow(Protocol::Tls, "192.0.2.9:5061");
        tls.remote.set_port(port);
        assert!(table.expect(tls, "example.com"));
    }
    assert!(table.names.len() <= MOST_NAMES);
}

#[test]
fn connections_are_bounded_in_all_and_for_each_source_and_closing_makes_room() {
    let config = Config { max_connections: 3, max_per_source: 2, ..Config::default() };
    let mut table = Table::new(config);
    let from = |remote: &str| flow(Protocol::Tcp, remote);
    let first = table.accept(from("192.0.2.9:1")).unwrap();
    table.accept(from("192.0.2.9:2")).unwrap();
    assert_eq!(table.accept(from("192.0.2.9:3")), Err(Refused::TooManyFromOne));
    let other = table.accept(from("192.0.2.8:1")).unwrap();
    assert_eq!(table.accept(from("192.0.2.7:1")), Err(Refused::TooMany));
    assert_eq!(table.route(&request(from("192.0.2.7:5060"))), Err(Refused::TooMany));
    table.closed(other, CloseReason::Idle);
    assert_eq!(table.accept(from("192.0.2.9:3")), Err(Refused::TooManyFromOne));
    table.closed(first, CloseReason::SlowMessage);
    table.accept(from("192.0.2.9:3")).unwrap();
    let c = table.counters();
    assert_eq!((c.accepted, c.refused, c.refused_source, c.idle, c.slow_senders), (4, 2, 2, 1, 1));
}

#[test]
fn an_alias_leads_requests_to_the_connection_but_never_to_another_address() {
    let (mut table, theirs) = (Table::new(Config::default()), flow(Protocol::Tls, "192.0.2.9:40000"));
    let id = table.accept(theirs).unwrap();
    let from = |via: &str| format!("OPTIONS sip:b@x SIP/2.0\r\nVia: {via};branch=z9hG4bKa\r\n\r\n");
    table.alias(id, from("SIP/2.0/TLS 203.0.113.7:5071").as_bytes());
    assert_eq!(table.counters().aliases, 0);
    table.alias(id, from("SIP/2.0/TLS 203.0.113.7:5071;alias").as_bytes());
    assert_eq!(table.counters().aliases, 1);
    assert_eq!(table.route(&request(flow(Protocol::Tls, "192.0.2.9:5071"))), Ok(Route::Use(id)));
    assert!(table.route(&request(flow(Protocol::Tls, "203.0.113.7:5071"))).is_err());
    table.closed(id, CloseReason::Ended);
    assert!(table.by_flow.is_empty());
}
