//! The strategies keep their word, and this parser passes what they demand of every parser.

mod common;

use bytes::Bytes;
use common::typed::{TYPED, read_back, read_line};
use offhook_sip_parser::body::Multipart;
use offhook_sip_parser::header::{ContentType, NameAddr, ReplyTo, TypedHeader};
use offhook_sip_parser::strategies::*;
use offhook_sip_parser::stream::{Framed, Framer};
use offhook_sip_parser::{Draft, Host, Index, Limits, Message, MessageView, Method, Name, ParseError, Status, UriView};
use proptest::collection::vec;
use proptest::prelude::*;

/// Parsed, whole, and every typed header readable.
fn read(bytes: &[u8]) -> Result<(), ParseError> {
    let mut index = Index::new();
    let message = MessageView::parse(bytes, &mut index)?;
    let (whole, values) = (message.check(), read_back(&message));
    whole?;
    values.map(|_| ())
}

/// What `src/header/mod.rs` gives out that is no header.
const PARTS: &[&str] = &[
    "AuthParams",
    "Directive",
    "DiversionReason",
    "EarlyMedia",
    "HistoryIndex",
    "Name",
    "NameAddr",
    "Party",
    "PrivacyValue",
    "Refresher",
    "Retargeting",
    "StateReason",
    "Substate",
    "TypedHeader",
];

#[test]
fn no_typed_header_is_forgotten() {
    let source = include_str!("../src/header/mod.rs");
    let uses = source.split("pub use ").skip(1).filter_map(|rest| rest.split_once("::")?.1.split(';').next());
    let given: Vec<_> =
        uses.flat_map(|list| list.split(['{', '}', ',', '\n', ' '])).filter(|t| !t.is_empty()).collect();
    for ty in given.iter().filter(|ty| !PARTS.contains(ty)) {
        assert!(TYPED.iter().any(|(name, _)| name == ty), "{ty} is missing in tests/common/typed.rs");
    }
    for (ty, name) in TYPED {
        assert!(given.contains(ty), "{ty}");
        assert!(header_names().any(|n| n == *name), "{name} is missing in src/strategies/header.rs");
    }
    assert_eq!(header_names().count(), TYPED.len() - 1, "RetryAfter and RetryAfterDetails are of one name");
}

/// The flaws that this parser lets pass, and why.
const BORNE: &[(&str, &str)] = &[
    ("LengthTooSmall", "a datagram's rest is dropped (RFC 3261 §18.3)"),
    ("LengthMissing", "a datagram's end is the body's (§18.3)"),
    ("LengthTwice", "it says the same twice"),
    ("BareDisplayName", "devices send them, and the meaning is plain"),
    ("NotUtf8", "old devices send them"),
    ("BadEscape", "a URI is unescaped by who uses it"),
    ("EmptyParts", "they say nothing"),
    ("OldBranch", "RFC 2543 had no cookie"),
    ("BareLf", "devices send it, and the meaning is plain"),
    // One shorter than the limit of all headers together passes.
    ("LongValue", ""),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_value_of_every_header_reads_back(line in header_line()) {
        let read = read_line(line.name, &line.value);
        prop_assert!(read.is_ok_and(|count| count > 0), "{read:?}");
    }

    #[test]
    fn a_valid_message_is_whole_and_every_typed_header_in_it_readable(message in valid_message()) {
        prop_assert_eq!(read(message.as_bytes()), Ok(()));
        let parsed = Message::parse(message.as_bytes().to_vec().into()).unwrap();
        prop_assert_eq!(&parsed.body()[..], message.body());
        prop_assert_eq!(parsed.bytes(), message.as_bytes());
        if parsed.is_request() {
            let answer = Draft::response(parsed.view(), Status::OK, Some("t")).response_bytes();
            prop_assert_eq!(Message::parse(answer).unwrap().check(), Ok(()));
        }
        let kind = parsed.typed::<ContentType<'_>>().unwrap();
        if let Some(kind) = kind.filter(|kind| kind.kind.eq_ignore_ascii_case("multipart")) {
            let body = parsed.body();
            prop_assert!(Multipart::parse(&kind, &body).unwrap().all(|part| part.is_ok()));
        }
    }

    #[test]
    fn a_request_is_a_request_and_a_response_a_response(request in valid_request(), response in valid_response()) {
        prop_assert!(Message::parse(Vec::from(request).into()).unwrap().is_request());
        prop_assert!(!Message::parse(Vec::from(response).into()).unwrap().is_request());
    }

    #[test]
    fn a_stream_gives_its_messages_however_it_is_cut(
        messages in vec(valid_message(), 1..4), cuts in vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let stream: Vec<u8> = messages.iter().flat_map(|m| m.as_bytes().to_vec()).collect();
        let mut cuts: Vec<_> = cuts.iter().map(|c| c.index(stream.len())).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let mut framer = Framer::new(Limits::default());
        let mut framed = Vec::new();
        for piece in cuts.windows(2) {
            let mut rest = &stream[piece[0]..piece[1]];
            while let Framed::Message(bytes) = framer.push(&mut rest).unwrap() {
                framed.push(bytes);
            }
        }
        prop_assert_eq!(framed, messages.into_iter().map(|m| Bytes::from(Vec::from(m))).collect::<Vec<_>>());
    }

    #[test]
    fn what_must_be_refused_is_refused_and_nothing_panics(near in nearly_valid()) {
        let read = read(near.as_bytes());
        prop_assert!(!near.must_be_refused() || read.is_err());
        let _ = Message::parse_or_salvage(Vec::from(near).into(), &Limits::default());
    }

    #[test]
    fn uris_hosts_and_addresses_are_what_they_say(uri in uri(), host in host(), address in name_addr(), token in token()) {
        prop_assert_eq!(UriView::parse(&uri).unwrap().to_string(), &uri[..]);
        prop_assert!(Host::parse(&host).is_some(), "{}", host);
        let read: NameAddr<'_> = ReplyTo::parse(address.as_bytes()).unwrap().0;
        let text = ReplyTo(read).to_string();
        let again = ReplyTo::parse(text.as_bytes()).unwrap();
        // Folding is not written again.
        prop_assert!(again.0 == read || address.contains('\n') && again.to_string() == text, "{}", text);
        prop_assert!(Method::parse(&token).is_some());
    }
}

#[test]
fn each_flaw_alone_is_refused_or_borne_as_it_is_meant_to_be() {
    for &flaw in Flaw::ALL {
        let text = format!("{flaw:?}");
        let borne = BORNE.iter().any(|(name, _)| text.starts_with(name));
        assert!(!(borne && flaw.must_be_refused()), "{text}");
        let config =
            ProptestConfig { cases: 100, failure_persistence: None, max_global_rejects: 10_000, ..Default::default() };
        let run = proptest::test_runner::TestRunner::new(config).run(&nearly_valid_with(flaw), |near| {
            prop_assert_eq!(near.flaws(), [flaw]);
            let read = read(near.as_bytes());
            if text != "LongValue" {
                prop_assert_eq!(read.is_ok(), borne, "{:?}", read);
            }
            Ok(())
        });
        assert!(run.is_ok(), "{text}: {}", run.unwrap_err());
    }
}

#[test]
fn the_values_of_one_header_are_asked_for_by_its_name() {
    let config = ProptestConfig { cases: 20, failure_persistence: None, ..Default::default() };
    for name in header_names() {
        let run = proptest::test_runner::TestRunner::new(config.clone()).run(&header_value(name), |value| {
            prop_assert!(read_line(name, &value).is_ok_and(|count| count > 0));
            Ok(())
        });
        assert!(run.is_ok(), "{name}: {}", run.unwrap_err());
    }
    assert!(HeaderLine::choose_of(Name::other("X-Room"), &mut Choices::new(&[])).is_none());
}
