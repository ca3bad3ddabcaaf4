//! Every departure by name: taken at default, refused strictly at its byte, taken again where its switch is on. And what is
//! no departure: what the grammar allows, and what is refused always.

use offhook_sip_parser::header::{Authorization, From, TypedHeader, UserAgent, Via};
use offhook_sip_parser::{Departure, ErrorKind, Index, Leniency, MessageView, Name, Params, ParseError, Place, Status};
use proptest::collection::vec;
use proptest::prelude::*;

/// A message that departs from nothing.
const INVITE: &[u8] = b"INVITE sip:bob@example.com SIP/2.0\r\n\
    Via: SIP/2.0/UDP pc.example.com:5060;branch=z9hG4bKa;rport\r\n\
    Max-Forwards: 70\r\n\
    From: Alice <sip:alice@example.com>;tag=1\r\n\
    To: \"Bob\" <sip:bob@example.com>\r\n\
    Call-ID: a@example.com\r\n\
    CSeq: 1 INVITE\r\n\
    Contact: <sip:alice@192.0.2.1>\r\n\
    User-Agent: Phone/1.0 (x)\r\n\
    Supported: 100rel, timer\r\n\
    Date: Sat, 13 Nov 2010 23:29:00 GMT\r\n\
    Authorization: Digest username=\"alice\", realm=\"example.com\", nonce=\"84a4\", uri=\"sip:bob@example.com\",\r\n \
    response=\"7587245234b3434cc3412213e5f113a5\", algorithm=MD5, qop=auth, nc=00000001, cnonce=\"0a4f\"\r\n\
    Content-Type: application/sdp\r\n\
    Content-Length: 5\r\n\r\nhello";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]
    #[test]
    fn whatever_stands_in_a_message_each_departure_is_met_once_and_inside_it(
        edits in vec((0..INVITE.len(), 0..4usize, "[ -~]|[;,<>\"\\\\@:?=%*()\\[\\] \t\r\n\0é]{1,4}"), 1..5),
    ) {
        let mut bytes = INVITE.to_vec();
        for (at, len, text) in edits {
            let at = at.min(bytes.len());
            let end = (at + len).min(bytes.len());
            bytes.splice(at..end, text.bytes());
        }
        let mut index = Index::new();
        if let Ok(message) = MessageView::parse(&bytes, &mut index) {
            prop_assert_eq!(message.check_with(&Leniency::default()), message.check());
            let (mut taken, mut met) = (Leniency::strict(), vec![]);
            while let Err(e) = message.check_with(&taken) {
                prop_assert!(e.at <= bytes.len(), "{}", e);
                prop_assert!(!met.contains(&e.kind), "{} again", e);
                match e.kind {
                    ErrorKind::Departure(departure) => { taken.set(departure, true); }
                    // A fault of `check` itself: no switch takes it.
                    _ if taken.unreadable_headers => { prop_assert_eq!(message.check(), Err(e)); break; }
                    _ => { taken.unreadable_headers = true; continue; }
                }
                met.push(e.kind);
            }
        }
    }
}

type Edits = &'static [(&'static [u8], &'static [u8])];

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|w| w == needle)
}

#[track_caller]
fn edited(edits: Edits) -> Vec<u8> {
    edits.iter().fold(INVITE.to_vec(), |text, (from, to)| {
        let at = find(&text, from).unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(from)));
        [&text[..at], to, &text[at + from.len()..]].concat()
    })
}

fn check(bytes: &[u8], taken: &Leniency) -> Result<(), ParseError> {
    let mut index = Index::new();
    MessageView::parse(bytes, &mut index)?.check_with(taken)
}

/// The departure, the edits that bring it about, where it is met, and what stands at the byte.
const DEPARTURES: &[(Departure, Edits, Name, &[u8])] = &[
    (Departure::LfOnly, &[(b"INVITE\r\nC", b"INVITE\nC")], Name::CSEQ, b"\nContact"),
    (Departure::LoneCr, &[(b"70\r\n", b"70\r\r\n")], Name::MAX_FORWARDS, b"\r\r\n"),
    (Departure::NotUtf8, &[(b"\"Bob\"", b"\"B\xf6b\"")], Name::TO, b"\xf6b"),
    (Departure::Controls, &[(b"\"Bob\"", b"\"B\x07b\"")], Name::TO, b"\x07b"),
    (Departure::UnquotedDisplay, &[(b"Alice <", b"Alice, A. <")], Name::FROM, b", A."),
    (Departure::UnquotedDisplay, &[(b"Alice <", "Älice <".as_bytes())], Name::FROM, "Älice".as_bytes()),
    (Departure::SpacedBrackets, &[(b"<sip:alice@e", b"< sip:alice@e")], Name::FROM, b" sip:alice"),
    (Departure::SpacedBrackets, &[(b".com>;tag", b".com >;tag")], Name::FROM, b" >;tag"),
    (Departure::BareUri, &[(b"<sip:alice@192.0.2.1>", b"sip:alice@192.0.2.1?x=y")], Name::CONTACT, b"?x=y"),
    (
        Departure::BareUri,
        &[(b"Supported", b"Route: sip:p.example.com;lr\r\nSupported")],
        Name::ROUTE,
        b"sip:p.example.com",
    ),
    (Departure::BareTel, &[(b"Alice <sip:alice@example.com>", b"tel:+1212")], Name::FROM, b"tel:+1212"),
    (Departure::EmptyElements, &[(b"100rel, ", b"100rel,, ")], Name::SUPPORTED, b", timer"),
    (Departure::EmptyElements, &[(b", timer", b", timer,")], Name::SUPPORTED, b"\r\nDate"),
    (Departure::EmptyParams, &[(b";branch", b";;branch")], Name::VIA, b";;branch"),
    (Departure::EmptyParams, &[(b";tag=1", b";tag=1;")], Name::FROM, b";\r\nTo"),
    (Departure::EmptyParamValues, &[(b";rport", b";rport=")], Name::VIA, b"\r\nMax-Forwards"),
    (Departure::OddParamValues, &[(b"192.0.2.1>", b"192.0.2.1>;x=a/b;y")], Name::CONTACT, b"/b;y"),
    (Departure::RepeatedParams, &[(b";tag=1", b";tag=1;a;Tag=2")], Name::FROM, b"Tag=2"),
    (Departure::BracketedReceived, &[(b";rport", b";received=[2001:db8::1]")], Name::VIA, b"[2001:db8::1]"),
    (Departure::ThreeColons, &[(b"@192.0.2.1", b"@[2001:db8:::192.0.2.1]")], Name::CONTACT, b":::192"),
    (Departure::ThreeColons, &[(b"pc.example.com", b"[2001:db8:::192.0.2.1]")], Name::VIA, b":::192"),
    (Departure::OddHosts, &[(b"pc.example.com", b"my_pc.example.com")], Name::VIA, b"_pc"),
    (Departure::OddHosts, &[(b"sip:alice@192.0.2.1", b"sip:alice@192.0.2")], Name::CONTACT, b"2>"),
    (Departure::OddUris, &[(b"sip:alice@192", b"sip:al|ice@192")], Name::CONTACT, b"|ice"),
    (Departure::OddUris, &[(b"sip:alice@192", b"sip:al%4ice@192")], Name::CONTACT, b"%4ice"),
    (Departure::BareCookie, &[(b"z9hG4bKa", b"z9hG4bK")], Name::VIA, b"z9hG4bK;"),
    (
        Departure::MissingContentLength,
        &[(b"2.0/UDP", b"2.0/TCP"), (b"Content-Length: 5\r\n", b"")],
        Name::CONTENT_LENGTH,
        b"hello",
    ),
    (Departure::UntypedBody, &[(b"Content-Type: application/sdp\r\n", b"")], Name::CONTENT_TYPE, b"hello"),
    (Departure::RepeatedHeaders, &[(b"Supported", b"User-Agent: Other\r\nSupported")], Name::USER_AGENT, b"Other"),
    (Departure::EmptyHeaders, &[(b" Phone/1.0 (x)", b"")], Name::USER_AGENT, b"\r\nSupported"),
    (Departure::StarAmongContacts, &[(b"<sip:alice@192", b"*, <sip:alice@192")], Name::CONTACT, b"*, <"),
    (Departure::MissingCommas, &[(b"\"84a4\",", b"\"84a4\"")], Name::AUTHORIZATION, b"uri="),
    (Departure::AuthQuotes, &[(b"=MD5", b"=\"MD5\"")], Name::AUTHORIZATION, b"\"MD5\""),
    (Departure::AuthQuotes, &[(b"\"84a4\"", b"84a4")], Name::AUTHORIZATION, b"84a4"),
    (Departure::OddCallIds, &[(b"a@example", b"a@b@example")], Name::CALL_ID, b"@example"),
    (Departure::LargeMaxForwards, &[(b": 70", b": 256")], Name::MAX_FORWARDS, b"256"),
    (Departure::OddDates, &[(b"Sat", b"Sun")], Name::DATE, b"un, 13"),
    (Departure::OddDates, &[(b"13 Nov", b"3 Nov")], Name::DATE, b"Sat, 3"),
    (Departure::OddProducts, &[(b"(x)", b"[x]")], Name::USER_AGENT, b"[x]"),
];

#[test]
fn a_message_without_departures_is_taken_strictly() {
    assert_eq!(check(INVITE, &Leniency::strict()), Ok(()));
}

#[test]
fn every_departure_is_taken_at_default_and_refused_strictly_at_its_byte() {
    for (departure, edits, name, text) in DEPARTURES {
        let bytes = edited(edits);
        assert_eq!(check(&bytes, &Leniency::default()), Ok(()), "{departure}");
        let error = check(&bytes, &Leniency::strict()).expect_err("it is refused");
        assert_eq!((error.kind, error.place), (ErrorKind::Departure(*departure), Place::Header(*name)), "{error}");
        let shown = &bytes[error.at..];
        assert!(shown.starts_with(text), "{error}: {}", String::from_utf8_lossy(shown));
        assert_eq!(error.status(), Status::BAD_REQUEST);
        assert_eq!(check(&bytes, Leniency::strict().set(*departure, true)), Ok(()), "{departure}");
    }
}

#[test]
fn what_of_the_start_line_departs_is_told_there() {
    for (from, to, text) in [
        (&b"example.com SIP"[..], &b"example.com?Subject=x SIP"[..], &b"?Subject"[..]),
        (b"example.com SIP", b"example.com;method=BYE SIP", b"method=BYE"),
    ] {
        let at = find(INVITE, from).unwrap();
        let bytes = [&INVITE[..at], to, &INVITE[at + from.len()..]].concat();
        assert_eq!(check(&bytes, &Leniency::default()), Ok(()));
        let error = check(&bytes, &Leniency::strict()).unwrap_err();
        assert_eq!(
            (error.kind, error.place, Some(error.at)),
            (ErrorKind::Departure(Departure::RequestUriHeaders), Place::StartLine, find(&bytes, text))
        );
        assert_eq!(check(&bytes, Leniency::strict().set(Departure::RequestUriHeaders, true)), Ok(()));
    }
    let bytes = edited(&[(b"SIP/2.0\r\n", b"SIP/2.0\n")]);
    let error = check(&bytes, &Leniency::strict()).unwrap_err();
    assert_eq!((error.kind, error.place), (ErrorKind::Departure(Departure::LfOnly), Place::StartLine));
    assert_eq!(error.to_string(), "line end without CR in the start line at byte 34");
}

#[test]
fn rfc_2543_is_taken_strictly_too_unless_it_is_switched_off() {
    let mut stricter = Leniency::strict();
    stricter.rfc2543 = false;
    let edits: &[(Edits, Name)] = &[
        (&[(b";branch=z9hG4bKa", b";branch=1")], Name::VIA),
        (&[(b";branch=z9hG4bKa", b"")], Name::VIA),
        (&[(b";tag=1", b"")], Name::FROM),
        (&[(b"Max-Forwards: 70\r\n", b"")], Name::MAX_FORWARDS),
    ];
    for (edits, name) in edits {
        let bytes = edited(edits);
        assert_eq!(check(&bytes, &Leniency::strict()), Ok(()), "{name}");
        let error = check(&bytes, &stricter).unwrap_err();
        assert_eq!((error.kind, error.place), (ErrorKind::Departure(Departure::Rfc2543), Place::Header(*name)));
    }
}

#[test]
fn a_header_that_cannot_be_read_has_its_own_fault_and_is_left_to_who_asks_for_it() {
    let edits: &[(Edits, Name, ErrorKind, &[u8])] = &[
        (&[(b"GMT", b"EST")], Name::DATE, ErrorKind::Unsupported, b"EST"),
        (&[(b"100rel", b"100 rel")], Name::SUPPORTED, ErrorKind::BadCharacter, b"rel,"),
        (&[(b"Date", b"Expires: 3600.5\r\nDate")], Name::EXPIRES, ErrorKind::BadCharacter, b".5"),
        (&[(b"Date", b"Via: SIP/2.0/UDP\r\nDate")], Name::VIA, ErrorKind::Truncated, b"\r\nDate"),
    ];
    for (edits, name, kind, text) in edits {
        let bytes = edited(edits);
        assert_eq!(check(&bytes, &Leniency::default()), Ok(()), "{name}");
        let error = check(&bytes, &Leniency::strict()).unwrap_err();
        assert_eq!((error.kind, error.place, Some(error.at)), (*kind, Place::Header(*name), find(&bytes, text)));
        assert_eq!(check(&bytes, Leniency::strict().set(Departure::UnreadableHeaders, true)), Ok(()));
    }
}

#[test]
fn every_departure_has_a_test() {
    let elsewhere = [Departure::RequestUriHeaders, Departure::Rfc2543, Departure::UnreadableHeaders];
    for departure in Departure::ALL {
        assert!(
            elsewhere.contains(departure) || DEPARTURES.iter().any(|(d, ..)| d == departure),
            "{}",
            departure.as_str()
        );
    }
}

/// What looks odd and is the grammar's own.
const ALLOWED: &[Edits] = &[
    &[(b"INVITE sip:bob@example.com SIP/2.0", b"INVITE sip:bob@example.com sip/2.0")],
    &[(b"INVITE sip:", b"\r\n\r\nINVITE sip:")],
    &[(b"To: ", b"To \t: ")],
    &[(b"To: ", b"tO:")],
    &[(b";tag=1", b"\r\n ;\r\n\ttag = 1")],
    &[(b"SIP/2.0/UDP", b"SIP / 2.0 / UDP")],
    &[(b"Alice <", b"<")],
    &[(b"Alice <", b"Alice Mae Smith<")],
    &[(b"\"Bob\"", b"\"B\\\x07b\"")],
    &[(b"\"Bob\"", "\"Böb\"".as_bytes())],
    &[(b"\"Bob\"", b"\"\"")],
    &[(b"Supported: 100rel, timer", b"Supported:")],
    &[(b"Supported: 100rel, timer", b"k: 100rel\r\nk: timer")],
    &[(b"Alice <sip:alice@example.com>", b"sip:alice@example.com")],
    &[(b"Alice <sip:alice@example.com>", b"<tel:+1212;phone-context=+1>")],
    &[(b"Contact: <sip:alice@192.0.2.1>", b"Contact: *")],
    &[(b"Content-Length: 5", b"Content-Length: \t 005 ")],
    &[(b"Content-Length: 5\r\n", b"")],
    &[(b"Phone/1.0 (x)", b"Phone / 1.0 (a (b) \\) c) x")],
    &[(b"Digest username", b"Bearer abc.def-~+/==\r\nProxy-Authorization: Digest username")],
    &[(b"hello", b"hello, and what follows a datagram's body")],
];

#[test]
fn what_the_grammar_allows_is_taken_strictly() {
    for edits in ALLOWED {
        let bytes = edited(edits);
        assert_eq!(check(&bytes, &Leniency::strict()), Ok(()), "{}", String::from_utf8_lossy(edits[0].1));
    }
}

/// Where two readings exist, or a part is missing that nothing stands in for.
#[test]
fn what_has_two_meanings_is_refused_at_default_too() {
    let place = Place::Header;
    let edits: &[(Edits, ErrorKind, Place)] = &[
        // Which part is the URI?
        (&[(b"INVITE sip", b"INVITE  sip")], ErrorKind::BadCharacter, Place::StartLine),
        (&[(b".com SIP", b".com  SIP")], ErrorKind::BadCharacter, Place::StartLine),
        (&[(b"bob@example.com SIP", b"bob @ example.com SIP")], ErrorKind::BadCharacter, Place::StartLine),
        (&[(b"SIP/2.0\r\n", b"SIP/2.0 \r\n")], ErrorKind::BadCharacter, Place::StartLine),
        (&[(b"INVITE sip", b"INVITE\tsip")], ErrorKind::BadCharacter, Place::StartLine),
        // Who is called?
        (&[(b"bob@example.com SIP", b"@example.com SIP")], ErrorKind::BadCharacter, Place::StartLine),
        (&[(b"alice@example.com>", b"alice @example.com>")], ErrorKind::BadCharacter, place(Name::FROM)),
        (&[(b"\"Bob\"", b"\"\"Bob\"\"")], ErrorKind::BadCharacter, place(Name::TO)),
        (&[(b"\"Bob\"", b"\\\"Bob\\\"")], ErrorKind::Truncated, place(Name::TO)),
        // Where does the answer go?
        (&[(b"pc.example.com:5060;", b";")], ErrorKind::BadCharacter, place(Name::VIA)),
        // Where does the message end?
        (&[(b"Length: 5", b"Length: +5")], ErrorKind::BadNumber, place(Name::CONTENT_LENGTH)),
        (&[(b"Length: 5", b"Length: 5 5")], ErrorKind::BadNumber, place(Name::CONTENT_LENGTH)),
        (&[(b"Length: 5", b"Length: 5\r\nl: 4")], ErrorKind::Repeated, place(Name::CONTENT_LENGTH)),
        (&[(b"\r\n\r\nhello", b"\r\n")], ErrorKind::Truncated, Place::Headers),
        // Which body is it?
        (&[(b"Date", b"c: text/plain\r\nDate")], ErrorKind::Repeated, place(Name::CONTENT_TYPE)),
    ];
    for (edits, kind, place) in edits {
        let bytes = edited(edits);
        let error = check(&bytes, &Leniency::default()).unwrap_err();
        assert_eq!((error.kind, error.place), (*kind, *place), "{}", String::from_utf8_lossy(edits[0].1));
        assert_eq!(error.status(), Status::BAD_REQUEST);
    }
    for response in ["SIP/2.0  200 OK", "SIP/2.0\t200 OK", " SIP/2.0 200 OK"] {
        assert!(check(format!("{response}\r\n\r\n").as_bytes(), &Leniency::default()).is_err(), "{response}");
    }
}

#[test]
fn what_departs_is_read_as_it_is_meant() {
    let tel = From::parse(b"tel:+1212;tag=1").unwrap();
    assert_eq!((tel.uri.user(), tel.tag()), (Some("+1212"), Some("1")));
    let odd = From::parse("Müller, A. <sip:a@b>;tag=1".as_bytes()).unwrap();
    assert_eq!((odd.display_name().unwrap().as_ref(), odd.tag()), ("Müller, A.", Some("1")));
    let spaced = From::parse(b"\"A\" < sip:a@b > ; tag = 1;").unwrap();
    assert_eq!((spaced.uri.as_str(), spaced.tag()), ("sip:a@b", Some("1")));
    let auth = Authorization::parse(b"Digest realm=\"a\" nonce=b algorithm=\"MD5\"").unwrap();
    assert_eq!([auth.get("realm"), auth.get("nonce"), auth.get("algorithm")].map(Option::unwrap), ["a", "b", "MD5"]);
    let via = Via::parse(b"SIP/2.0/UDP [2001:db8:::192.0.2.1];rport=;received=[2001:db8::1]").unwrap();
    assert_eq!(via.sent_by.to_string(), "[2001:db8::c000:201]");
    assert_eq!((via.rport(), via.received().unwrap().to_string()), (None, "2001:db8::1".to_owned()));
}

#[test]
fn folding_is_written_as_the_space_that_it_means() {
    assert_eq!(Params::from_raw(";a\r\n =\t\r\n\t1;b=\"x \r\n  y\"").to_string(), ";a = 1;b=\"x y\"");
    assert_eq!(UserAgent("Phone\r\n (x)").to_string(), "Phone (x)");
    assert_eq!(From::parse(b"\"A\r\n B\" <sip:a@b>").unwrap().to_string(), "\"A B\" <sip:a@b>");
    let auth = Authorization::parse(b"Digest realm=\"a\",\r\n  nonce=\"b\"").unwrap();
    assert_eq!(auth.to_string(), "Digest realm=\"a\", nonce=\"b\"");
}

#[test]
fn a_switch_turned_on_alone_takes_its_departure_and_no_other() {
    for (a, edits, ..) in DEPARTURES {
        let bytes = edited(edits);
        for b in Departure::ALL {
            let checked = check(&bytes, Leniency::strict().set(*b, true));
            assert_eq!(checked.is_ok(), a == b, "{a} with {b}: {checked:?}");
        }
    }
}
