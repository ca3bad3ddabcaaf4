//! The IPv6 torture messages of RFC 5118, typed shortly by what each section is about, each with what it asks.

mod common;

use offhook_sip_parser::header::{Contact, To, Via};
use offhook_sip_parser::{
    Departure, ErrorKind, Host, Index, Leniency, MessageView, Name, ParseError, Place, Scheme, Status,
};

/// A message with that start line, Via lines and To; the rest is the same in all sections.
fn message(start: &str, vias: &str, to: &str) -> String {
    format!(
        "{start} SIP/2.0\r\nTo: {to}\r\nFrom: sip:user@example.com;tag=81x2\r\n{vias}Call-ID: SSG9559905523997077@hlau_4100\r\n\
         Max-Forwards: 70\r\nContact: \"Caller\" <sip:caller@[2001:db8::1]>\r\nCSeq: 98176 {}\r\nContent-Length: 0\r\n\r\n",
        start.split(' ').next().unwrap_or_default()
    )
}

const VIA: &str = "Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111\r\n";

fn v6(text: &str) -> Host<'static> {
    Host::V6(text.parse().expect("an address"))
}

/// Reads it to typed depth and gives the verdicts at default and strictly.
fn checked(text: &str, look: impl FnOnce(MessageView<'_>)) -> [Result<(), ParseError>; 2] {
    let mut index = Index::new();
    let m = MessageView::parse(text.as_bytes(), &mut index).expect("it is framed");
    assert_eq!(m.as_bytes(), text.as_bytes());
    if m.check().is_ok() {
        assert_eq!(common::read_all(&m), Ok(()));
        look(m);
    }
    [m.check(), m.check_with(&Leniency::strict())]
}

#[track_caller]
fn taken(text: &str, look: impl FnOnce(MessageView<'_>)) {
    assert_eq!(checked(text, look), [Ok(()), Ok(())]);
}

#[test]
fn s4_1_an_ipv6_reference_stands_in_request_uri_via_and_contact() {
    taken(&message("REGISTER sip:[2001:db8::10]", VIA, "sip:user@example.com"), |m| {
        let uri = m.uri().unwrap();
        assert_eq!(
            (uri.scheme(), uri.user(), uri.host(), uri.port()),
            (Scheme::Sip, None, Some(v6("2001:db8::10")), None)
        );
        assert_eq!(m.required::<Via<'_>>().unwrap().sent_by.host, v6("2001:db8::9:1"));
        let contact = m.required::<Contact<'_>>().unwrap();
        assert_eq!(contact.address().unwrap().uri.host(), Some(v6("2001:db8::1")));
    });
}

#[test]
fn s4_2_an_ipv6_address_without_brackets_is_no_host_and_deserves_a_400() {
    let text = message("REGISTER sip:2001:db8::10", VIA, "sip:user@example.com");
    let [at_default, strict] = checked(&text, |_| {});
    let error = at_default.unwrap_err();
    // What follows the first colon is a port.
    assert_eq!(
        (error.kind, error.place, error.at),
        (ErrorKind::BadNumber, Place::StartLine, text.find("db8").unwrap())
    );
    assert_eq!((error.status(), strict), (Status::BAD_REQUEST, at_default));
}

#[test]
fn s4_3_a_port_inside_the_brackets_is_part_of_the_address() {
    taken(&message("REGISTER sip:[2001:db8::10:5070]", VIA, "sip:user@example.com"), |m| {
        let uri = m.uri().unwrap();
        assert_eq!((uri.host(), uri.port()), (Some(v6("2001:db8::10:5070")), None));
    });
}

#[test]
fn s4_4_a_port_behind_the_brackets_is_the_port() {
    taken(&message("REGISTER sip:[2001:db8::10]:5070", VIA, "sip:user@example.com"), |m| {
        let uri = m.uri().unwrap();
        assert_eq!((uri.host(), uri.port()), (Some(v6("2001:db8::10")), Some(5070)));
    });
}

#[test]
fn s4_5_received_is_read_with_and_without_brackets() {
    let look = |m: MessageView<'_>| {
        let via = m.required::<Via<'_>>().unwrap();
        assert_eq!(via.received(), Some("2001:db8::9:255".parse().unwrap()));
        assert_eq!((via.sent_by.host, via.branch()), (v6("2001:db8::9:1"), Some("z9hG4bKas3-111")));
    };
    let with = "Via: SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111\r\n";
    let text = message("BYE sip:[2001:db8::10]", with, "sip:user@example.com;tag=bd76ya");
    let [at_default, strict] = checked(&text, look);
    let error = strict.unwrap_err();
    assert_eq!(at_default, Ok(()));
    assert_eq!(
        (error.kind, error.place),
        (ErrorKind::Departure(Departure::BracketedReceived), Place::Header(Name::VIA))
    );
    assert_eq!(error.at, text.find("[2001:db8::9:255]").unwrap());

    let without = "Via: SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3-111\r\n";
    taken(&message("OPTIONS sip:[2001:db8::10]", without, "sip:user@example.com"), look);
}

#[test]
fn s4_6_and_s4_8_the_body_is_handed_over_with_its_bare_addresses() {
    let body = "v=0\r\no=bob 280744730 28977631 IN IP4 host.example.com\r\ns=\r\nt=0 0\r\nm=audio 22334 RTP/AVP 0\r\n\
        c=IN IP4 192.0.2.1\r\nm=video 6024 RTP/AVP 107\r\nc=IN IP6 2001:db8::1\r\na=rtpmap:107 H263-1998/90000\r\n";
    let length = format!("Content-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let text = message("INVITE sip:user@[2001:db8::10]", VIA, "sip:user@[2001:db8::10]")
        .replace("Content-Length: 0\r\n\r\n", &length);
    taken(&text, |m| {
        assert_eq!(m.body(), body.as_bytes());
        let uri = m.uri().unwrap();
        assert_eq!((uri.user(), uri.host()), (Some("user"), Some(v6("2001:db8::10"))));
        assert_eq!(m.required::<To<'_>>().unwrap().uri.host(), Some(v6("2001:db8::10")));
    });
}

#[test]
fn s4_7_ipv4_and_ipv6_stand_side_by_side_in_via() {
    let vias = "Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111\r\n\
        Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144\r\n\
        Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200\r\n";
    taken(&message("BYE sip:user@host.example.net", vias, "sip:user@example.net;tag=9817--94"), |m| {
        let vias: Vec<_> = m.typed_all::<Via<'_>>().map(Result::unwrap).collect();
        let hops: Vec<_> = vias.iter().map(|v| v.sent_by.to_string()).collect();
        assert_eq!(hops, ["[2001:db8::9:1]:6050", "192.0.2.1", "[2001:db8::9:255]"]);
        assert_eq!(vias[2].received(), Some("192.0.2.200".parse().unwrap()));
    });
}

#[test]
fn s4_9_ipv4_mapped_addresses_are_addresses() {
    let vias = "Via: SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19\r\n\
        Via: SIP/2.0/UDP [::ffff:192.0.2.2];branch=z9hG4bKas3-111\r\n";
    let text = message("INVITE sip:user@example.com", vias, "sip:user@example.com")
        .replace("\"Caller\" <sip:caller@[2001:db8::1]>", "\"T. desk phone\" <sip:ted@[::ffff:192.0.2.2]>");
    taken(&text, |m| {
        let hops: Vec<_> = m.typed_all::<Via<'_>>().map(|v| v.unwrap().sent_by).collect();
        assert_eq!((hops[0].host, hops[0].port), (v6("::ffff:192.0.2.10"), Some(19823)));
        assert_eq!((hops[1].host, hops[1].port), (v6("::ffff:192.0.2.2"), None));
        let contact = m.required::<Contact<'_>>().unwrap();
        assert_eq!(contact.address().unwrap().uri.host(), Some(v6("::ffff:192.0.2.2")));
    });
}

#[test]
fn s4_10_a_third_colon_before_an_ipv4_part_is_overlooked_and_two_are_right() {
    let look = |m: MessageView<'_>| {
        assert_eq!(m.uri().unwrap().host(), Some(v6("2001:db8::192.0.2.1")));
        assert_eq!(m.required::<To<'_>>().unwrap().uri.host(), Some(v6("2001:db8::192.0.2.1")));
    };
    let via = "Via: SIP/2.0/UDP lab1.east.example.com;branch=z9hG4bKas3-111\r\n";
    let text = message("OPTIONS sip:user@[2001:db8:::192.0.2.1]", via, "sip:user@[2001:db8:::192.0.2.1]");
    let [at_default, strict] = checked(&text, look);
    let error = strict.unwrap_err();
    assert_eq!(at_default, Ok(()));
    assert_eq!((error.kind, error.place), (ErrorKind::Departure(Departure::ThreeColons), Place::StartLine));
    assert_eq!(error.at, text.find(":::").unwrap());

    taken(&message("OPTIONS sip:user@[2001:db8::192.0.2.1]", via, "sip:user@[2001:db8::192.0.2.1]"), look);
    // Without an IPv4 part behind them no grammar derives three.
    let text = message("OPTIONS sip:user@[2001:db8:::1]", via, "sip:user@example.com");
    assert_eq!(checked(&text, |_| {})[0].unwrap_err().kind, ErrorKind::BadCharacter);
}
