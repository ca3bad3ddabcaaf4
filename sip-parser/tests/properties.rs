//! What holds for every value: written and read again it is the same, nothing can be smuggled in, nothing panics.

mod common;

use offhook_sip_parser::header::*;
use offhook_sip_parser::{
    Draft, Host, HostPort, Index, Limits, Message, MessageView, Method, Name, Params, Status, Uri, UriView,
};
use proptest::collection::vec;
use proptest::prelude::*;
use std::fmt::{Debug, Display};
use std::net::{Ipv4Addr, Ipv6Addr};

/// `token` of RFC 3261 §25.1.
const TOKEN: &str = "[a-zA-Z0-9.!%*_+`'~-]{1,12}";
/// Inside quotes: text and quoted pairs.
const QUOTED: &str = "([ !#-\\[\\]-~é日]|\\\\[ -~]){0,12}";
/// `user@host`, of a `sip` URI, with all the parts that it may have.
const SIP_URI: &str = "sips?:([a-zA-Z0-9_.!~*'()&=+$,;?/%-]{1,8}(:[a-z0-9&=+$,%]{0,5})?@)?\
    ([a-z][a-z0-9-]{0,6}(\\.[a-z]{2,4})?|192\\.0\\.2\\.[0-9]|\\[2001:db8::[0-9a-f]{1,4}\\])\
    (:[1-9][0-9]{0,3})?(;[a-z]{1,6}(=[a-zA-Z0-9._%\\[\\]/:&+$-]{1,6})?){0,3}(\\?[a-z]{1,4}=[a-z0-9%]{0,6})?";

fn uri() -> impl Strategy<Value = String> {
    prop_oneof![4 => SIP_URI, 1 => "tel:\\+[0-9]{3,12}(;ext=[0-9]{1,4})?", 1 => "[a-z][a-z0-9+.-]{0,8}:[!#-;=?-~]{1,12}"]
}

fn params() -> impl Strategy<Value = String> {
    let value =
        prop_oneof![Just(String::new()), TOKEN.prop_map(|v| format!("={v}")), QUOTED.prop_map(|v| format!("=\"{v}\""))];
    vec((TOKEN, value).prop_map(|(name, value)| format!(";{name}{value}")), 0..4).prop_map(|all| all.concat())
}

fn host() -> impl Strategy<Value = Host<'static>> {
    prop_oneof![
        any::<[u8; 4]>().prop_map(|a| Host::V4(Ipv4Addr::from(a))),
        any::<[u8; 16]>().prop_map(|a| Host::V6(Ipv6Addr::from(a))),
        prop::sample::select(vec!["example.com", "localhost", "a_b.example.", "x1"]).prop_map(Host::Name),
    ]
}

fn method() -> impl Strategy<Value = Method> {
    prop_oneof![prop::sample::select(Method::KNOWN), TOKEN.prop_map(|m| Method::parse(&m).unwrap())]
}

/// `parse(write(x)) == x`, alone and inside a message, where the header is known.
fn survives<T>(value: T) -> Result<(), TestCaseError>
where
    T: Display + Debug + PartialEq + for<'a> TypedHeader<'a>,
{
    let text = value.to_string();
    let read = T::parse(text.as_bytes());
    prop_assert_eq!(read.as_ref(), Ok(&value), "{}", text);
    Ok(())
}

/// The same for a header that borrows, whose type at another lifetime is another type.
macro_rules! survives {
    ($ty:ident, $value:expr) => {{
        let value: $ty<'_> = $value;
        let text = value.to_string();
        prop_assert_eq!(&$ty::parse(text.as_bytes()), &Ok(value), "{}", text);
        let message = format!("SIP/2.0 200 OK\r\n{}: {text}\r\n\r\n", $ty::NAME);
        let mut index = Index::new();
        let message = MessageView::parse(message.as_bytes(), &mut index).unwrap();
        prop_assert_eq!(message.typed_all::<$ty<'_>>().collect::<Vec<_>>(), [Ok(value)], "{}", text);
    }};
}

proptest! {
    #[test]
    fn addresses_survive(uri in uri(), display in prop::option::of(QUOTED), params in params()) {
        let uri = UriView::parse(&uri).map_err(|e| TestCaseError::fail(format!("{uri}: {e}")))?;
        let display = display.as_deref().map(str::as_bytes);
        let address = NameAddr { display, uri, params: Params::from_raw(&params) };
        survives!(From, From(address));
        survives!(To, To(address));
        survives!(Route, Route(address));
        survives!(RecordRoute, RecordRoute(address));
        survives!(Contact, Contact::Address(address));
    }

    #[test]
    fn an_address_of_any_spelling_is_the_same_when_written_again(
        text in prop_oneof![
            "[\"<>;a\\\\@: ,=é]{0,6}(sip:[ab@:;?=]{1,6})?[\">;= a\\\\]{0,6}",
            "[a\\\\é, ]{0,4}<sip:a@b>(;[ab]=[\"<>a\\\\]{0,4}){0,2}",
            "\"[a\\\\é,\"]{0,4}\" ?<sip:a@b> ?(; ?a ?= ?\"[<;a\\\\]{0,3}\")?",
        ]
    ) {
        if let Ok(From(read)) = From::parse(text.as_bytes()) {
            survives!(From, From(read));
        }
    }

    #[test]
    fn vias_survive(protocol in TOKEN, host in host(), port in any::<Option<u16>>(), params in params()) {
        survives!(Via, Via { protocol: &protocol, sent_by: HostPort { host, port }, params: Params::from_raw(&params) });
    }

    #[test]
    fn numbers_and_tokens_survive(n in any::<u32>(), c in 0u32..1 << 31, method in method(), token in TOKEN) {
        survives(MaxForwards(n))?;
        survives(Expires(n))?;
        survives(MinExpires(n))?;
        survives(ContentLength(n))?;
        survives(RetryAfter(n))?;
        survives(CSeq { number: c, method })?;
        survives!(Allow, Allow(&token));
        survives!(Supported, Supported(&token));
        survives!(Require, Require(&token));
        survives!(ProxyRequire, ProxyRequire(&token));
        survives!(Unsupported, Unsupported(&token));
    }

    #[test]
    fn call_ids_and_content_types_survive(
        id in "[a-zA-Z0-9.!%*_+`'~()<>:\\\\\"/\\[\\]?{}-]{1,20}(@[a-z0-9.]{1,9})?", kind in TOKEN, subtype in TOKEN, params in params(),
    ) {
        survives!(CallId, CallId(&id));
        survives!(ContentType, ContentType { kind: &kind, subtype: &subtype, params: Params::from_raw(&params) });
    }

    #[test]
    fn challenges_and_credentials_survive_and_answer(scheme in TOKEN, pairs in vec((TOKEN, QUOTED, any::<bool>()), 1..5)) {
        let list: Vec<_> = pairs.iter().map(|(k, v, bare)| if *bare { format!("{k}=x") } else { format!("{k}=\"{v}\"") }).collect();
        let text = format!("{scheme} {}", list.join(", "));
        survives!(WwwAuthenticate, WwwAuthenticate::parse(text.as_bytes()).unwrap());
        survives!(ProxyAuthenticate, ProxyAuthenticate::parse(text.as_bytes()).unwrap());
        survives!(Authorization, Authorization::parse(text.as_bytes()).unwrap());
        survives!(ProxyAuthorization, ProxyAuthorization::parse(text.as_bytes()).unwrap());
        let read = Authorization::parse(text.as_bytes()).unwrap();
        for (name, ..) in &pairs {
            let (_, value, bare) = pairs.iter().find(|(k, ..)| k.eq_ignore_ascii_case(name)).unwrap();
            let mut plain = String::new();
            let mut chars = value.chars();
            while let Some(c) = chars.next() {
                plain.extend(if c == '\\' { chars.next() } else { Some(c) });
            }
            let got = read.get(name).unwrap();
            prop_assert_eq!(got.as_ref(), if *bare { "x" } else { &plain });
        }
    }

    #[test]
    fn a_list_is_its_elements_on_one_line_or_on_many(uris in vec((uri(), prop::option::of(QUOTED), params()), 1..5), folded in any::<bool>()) {
        let one = |(uri, display, params): &(String, Option<String>, String)| {
            Route(NameAddr { display: display.as_deref().map(str::as_bytes), uri: UriView::parse(uri).unwrap(), params: Params::from_raw(params) }).to_string()
        };
        let texts: Vec<_> = uris.iter().map(one).collect();
        let glue = if folded { " ,\r\n\t" } else { "\r\nRoute: " };
        let message = format!("SIP/2.0 200 OK\r\nRoute: {}\r\n\r\n", texts.join(glue));
        let mut index = Index::new();
        let message = MessageView::parse(message.as_bytes(), &mut index).unwrap();
        let read: Vec<_> = message.typed_all::<Route<'_>>().map(|r| r.unwrap().to_string()).collect();
        prop_assert_eq!(read, texts);
    }

    #[test]
    fn a_uri_is_any_text_or_an_error_with_its_place(text in prop_oneof![".{0,40}", "sips?:.{0,30}", "sip:[a@:;?=\\[\\]0-9]{0,12}", SIP_URI]) {
        match UriView::parse(&text) {
            Err(e) => prop_assert!(e.at <= text.len(), "{e}"),
            Ok(uri) => {
                prop_assert_eq!(uri.to_string(), &text[..]);
                let owned: Uri = text.parse().unwrap();
                prop_assert_eq!(owned.view(), uri);
                prop_assert_eq!((owned.user(), owned.host(), owned.port()), (uri.user(), uri.host(), uri.port()));
                let whole = [uri.params().as_str(), uri.headers().unwrap_or_default(), uri.user().unwrap_or_default()];
                prop_assert!(whole.iter().all(|part| text.contains(part)));
                // It stands in a request line and between brackets without being taken for more or less.
                let line = format!("OPTIONS {text} SIP/2.0\r\nTo: <{text}>;x\r\n\r\n");
                let mut index = Index::new();
                let message = MessageView::parse(line.as_bytes(), &mut index).unwrap();
                prop_assert_eq!(message.uri(), Ok(uri));
                prop_assert_eq!(message.required::<To<'_>>().unwrap().uri, uri);
            }
        }
    }
}

const VIA: &[u8] = b"SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa;rport";

fn draft() -> Draft {
    let uri = "sip:b@example.com".parse().unwrap();
    Draft::request(Method::Options, uri, "<sip:a@example.com>;tag=1", "<sip:b@example.com>", "x@y", 7)
}

/// As a value stands in a message: on one line and without white space around it.
fn one_line(value: &str) -> String {
    value.replace(['\r', '\n', '\0'], " ")
}

fn trimmed(value: &str) -> &str {
    value.trim_matches([' ', '\t'])
}

#[derive(Debug, Clone)]
enum Edit {
    Append(Name, String),
    AppendText(&'static str, String),
    Set(Name, String),
    Remove(Name),
}

/// Names that alias each other: compact, of another case, known and given as other.
fn edit() -> impl Strategy<Value = Edit> {
    let name = || {
        let names = [
            Name::CONTACT,
            Name::ROUTE,
            Name::SUPPORTED,
            Name::other("X-Room"),
            Name::other("m"),
            Name::other("route"),
        ];
        prop::sample::select(names.to_vec())
    };
    let text = prop::sample::select(vec!["m", "ROUTE", "k", "x-room", "X-Other"]);
    let value = || prop_oneof!["[ -~]{0,12}", ".{0,6}", "[a\r\n\0 ]{0,6}"];
    prop_oneof![
        3 => (name(), value()).prop_map(|(n, v)| Edit::Append(n, v)),
        2 => (text, value()).prop_map(|(n, v)| Edit::AppendText(n, v)),
        2 => (name(), value()).prop_map(|(n, v)| Edit::Set(n, v)),
        1 => name().prop_map(Edit::Remove),
    ]
}

/// Whether two spellings name one header.
fn same(a: &str, b: &str) -> bool {
    let full = |n: &str| Name::lookup(n).map_or(n.to_lowercase(), |n| n.as_str().to_lowercase());
    full(a) == full(b)
}

#[test]
fn a_draft_writes_its_own_content_length_and_no_other() {
    let mut draft = draft();
    draft.append(Name::CONTENT_LENGTH, 9).set(Name::other("l"), 8).body("text/plain", "four");
    draft.append_text("content-length", "7").unwrap();
    let bytes = draft.request_bytes(&Via::parse(VIA).unwrap());
    let message = Message::parse(bytes).unwrap();
    let lengths: Vec<_> = message.view().header_all(Name::CONTENT_LENGTH).map(|h| h.value).collect();
    assert_eq!(lengths, [b"4"]);
}

proptest! {
    #[test]
    fn a_draft_is_a_list_of_lines(edits in vec(edit(), 0..24), body in vec(any::<u8>(), 0..20)) {
        let mut draft = draft();
        let mut model: Vec<(String, String)> = [
            ("Max-Forwards", "70"), ("From", "<sip:a@example.com>;tag=1"), ("To", "<sip:b@example.com>"), ("Call-ID", "x@y"), ("CSeq", "7 OPTIONS"),
        ].map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec();
        for edit in &edits {
            match edit {
                Edit::Append(name, value) => {
                    draft.append(*name, value);
                    model.push((name.to_string(), one_line(value)));
                }
                Edit::AppendText(name, value) => {
                    draft.append_text(name, value).unwrap();
                    model.push((name.to_string(), one_line(value)));
                }
                Edit::Set(name, value) => {
                    draft.set(*name, value);
                    model.retain(|(n, _)| !same(n, name.as_str()));
                    model.push((name.to_string(), one_line(value)));
                }
                Edit::Remove(name) => {
                    draft.remove(*name);
                    model.retain(|(n, _)| !same(n, name.as_str()));
                }
            }
            for name in [Name::CONTACT, Name::ROUTE, Name::SUPPORTED, Name::other("X-Room"), Name::CSEQ] {
                let first = model.iter().find(|(n, _)| same(n, name.as_str())).map(|(_, v)| v.as_str());
                prop_assert_eq!(draft.header(name), first, "{}", name);
            }
        }
        draft.body("text/plain", body.clone());
        model.push(("Content-Type".to_owned(), "text/plain".to_owned()));
        model.insert(0, ("Via".to_owned(), String::from_utf8(VIA.to_vec()).unwrap()));
        model.push(("Content-Length".to_owned(), body.len().to_string()));

        let bytes = draft.request_bytes(&Via::parse(VIA).unwrap());
        let mut index = Index::new();
        let message = MessageView::parse(&bytes, &mut index).unwrap();
        prop_assert_eq!(message.check(), Ok(()));
        prop_assert_eq!(message.body(), body);
        let read: Vec<_> = message.headers().map(|h| (h.name().to_owned(), String::from_utf8(h.value.to_vec()).unwrap())).collect();
        let model: Vec<_> = model.iter().map(|(n, v)| (n.clone(), trimmed(v).to_owned())).collect();
        prop_assert_eq!(read, model);
    }

    #[test]
    fn what_goes_into_a_draft_comes_out_of_the_message(
        method in method(), uri in uri(), from in SIP_URI, to in SIP_URI, id in "[a-z0-9]{1,9}@[a-z]{1,9}", cseq in 0u32..1 << 31,
        code in 100u16..700, tag in TOKEN, reason in "[ -~é]{0,20}",
    ) {
        let uri: Uri = uri.parse().unwrap();
        let (from, to) = (NameAddr::new(UriView::parse(&from).unwrap()), NameAddr::new(UriView::parse(&to).unwrap()));
        let draft = Draft::request(method.clone(), uri.clone(), format_args!("{from};tag={tag}"), to, &id, cseq);
        prop_assert_eq!((draft.method(), draft.uri(), draft.status()), (Some(&method), Some(&uri), None));
        let request = Message::parse(draft.request_bytes(&Via::parse(VIA).unwrap())).unwrap();
        prop_assert_eq!(request.check(), Ok(()));
        prop_assert_eq!(request.method(), Some(method.clone()));
        prop_assert_eq!(request.uri(), Ok(uri.view()));
        prop_assert_eq!(request.required::<From<'_>>().unwrap().uri, from.uri);
        prop_assert_eq!(request.required::<From<'_>>().unwrap().tag(), Some(&tag[..]));
        prop_assert_eq!(request.required::<To<'_>>().unwrap().0, to);
        prop_assert_eq!(request.required::<CallId<'_>>().unwrap().0, &id);
        prop_assert_eq!(request.required::<CSeq>().unwrap(), CSeq { number: cseq, method });

        let status = Status::new(code).unwrap();
        let mut draft = Draft::response(request.view(), status, Some(&tag));
        let response = Message::parse(draft.reason(&reason).response_bytes()).unwrap();
        prop_assert_eq!(response.check(), Ok(()));
        prop_assert_eq!((response.status(), response.view().reason()), (Some(status), Some(&reason[..])));
        prop_assert_eq!(response.required::<To<'_>>().unwrap().tag(), Some(&tag[..]));
        for name in [Name::VIA, Name::FROM, Name::CALL_ID, Name::CSEQ] {
            prop_assert_eq!(response.header(name), request.header(name));
        }
        // A tag that is there is kept.
        let again = Draft::response(response.view(), status, Some("other")).response_bytes();
        let again = Message::parse(again).unwrap();
        prop_assert_eq!(again.header(Name::TO), response.header(Name::TO));
    }

    #[test]
    fn nothing_put_into_a_draft_can_add_a_header(
        evil in vec("([a-z:;= ]|\r\n|\n|\r|\0|\r\nEvil: 1\r\n|\r\n\r\n|\u{85}|\u{2028}){0,8}", 10),
    ) {
        let mut draft = Draft::request(
            Method::Options, "sip:b@x".parse().unwrap(), &evil[1], &evil[2], &evil[3], 1);
        draft.append(Name::USER_AGENT, &evil[4]).set(Name::SUBJECT, &evil[5]);
        let _ = draft.append_text("X-Y", &evil[6]);
        prop_assert_eq!(draft.append_text(&format!("{}\r", evil[6]), "x").err().is_some(), true);
        draft.body(&evil[7], "body");
        let via = Via {
            protocol: &evil[8],
            sent_by: HostPort { host: Host::Name(&evil[9]), port: None },
            params: Params::from_raw(&evil[0]),
        };
        let bytes = draft.request_bytes(&via);
        let lines: Vec<_> = bytes.split(|&b| b == b'\n').map(|l| String::from_utf8_lossy(l).into_owned()).collect();
        let names: Vec<_> = lines.iter().skip(1).map(|l| l.split(':').next().unwrap()).collect();
        prop_assert_eq!(names, [
            "Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq", "User-Agent", "Subject", "X-Y", "Content-Type", "Content-Length", "\r", "body",
        ]);
        prop_assert!(!bytes.contains(&0));

        let request = Message::parse("OPTIONS sip:b@x SIP/2.0\r\nVia: a\r\nFrom: b\r\nTo: c\r\nCall-ID: d\r\nCSeq: 1 OPTIONS\r\n\r\n".into()).unwrap();
        let mut draft = Draft::response(request.view(), Status::OK, Some(&evil[0]));
        let bytes = draft.reason(&evil[1]).response_bytes();
        prop_assert_eq!(bytes.iter().filter(|&&b| b == b'\n').count(), 8);
        prop_assert_eq!(bytes.iter().filter(|&&b| b == b'\r').count(), 8);
    }

    #[test]
    fn a_response_gives_back_what_the_request_wrote_in_whatever_encoding(junk in vec(1u8..=255, 0..20)) {
        let junk: Vec<_> = junk.into_iter().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
        let mut bytes = b"OPTIONS sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: \"x".to_vec();
        bytes.extend_from_slice(&junk);
        bytes.extend_from_slice(b"x\" <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: d\r\nCSeq: 1 OPTIONS\r\n\r\n");
        let request = Message::parse(bytes.into()).unwrap();
        let response = Message::parse(Draft::response(request.view(), Status::OK, Some("t")).response_bytes()).unwrap();
        prop_assert_eq!(response.header(Name::FROM), request.header(Name::FROM));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..300)) {
        survive(&bytes)?;
    }

    #[test]
    fn a_head_of_any_values_is_read_or_refused(values in vec((0usize..HEADS.len(), prop_oneof![
        vec(any::<u8>(), 0..30), "[\"<>;:=,@\\\\ a/0-9*\\[\\]()\r\n]{0,24}".prop_map(String::into_bytes)]), 0..12)) {
        let mut bytes = b"INVITE sip:b@x SIP/2.0\r\n".to_vec();
        for (name, value) in &values {
            bytes.extend_from_slice(HEADS[*name].as_bytes());
            bytes.extend(value.iter().map(|&b| if b == b'\n' { b'\t' } else { b }));
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        survive(&bytes)?;
    }

    #[test]
    fn a_message_changed_anywhere_is_read_or_refused(changes in vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..8)) {
        let mut bytes = WHOLE.to_vec();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        survive(&bytes)?;
    }
}

const HEADS: &[&str] = &[
    "Via: SIP/2.0/",
    "Via:",
    "From:",
    "To: <sip:",
    "To: \"",
    "Call-ID:",
    "CSeq: 1",
    "m:",
    "Contact: <sip:a@b>;",
    "Route:",
    "Record-Route: <",
    "Max-Forwards:",
    "Expires: 1",
    "Content-Type: a/b",
    "Allow:",
    "Supported:",
    "Authorization: Digest a=",
    "WWW-Authenticate:",
    "Proxy-Authenticate: Digest",
    "Proxy-Authorization: x y=\"",
    "Retry-After:",
    "Content-Length:",
    "X",
];

const WHOLE: &[u8] = b"REGISTER sips:[2001:db8::1]:5061;transport=tls SIP/2.0\r\n\
    Via: SIP/2.0/TLS h:5061;branch=z9hG4bKa;received=192.0.2.1;rport=5, SIP/2.0/UDP [2001:db8::2]\r\n\
    f: \"A \\\" \xe9\" <sip:a:pw@example.com;lr?x=y>;tag=1;q=\"a;b\"\r\nTo: sip:b@example.com;x=y\r\nCall-ID: a@b\r\n\
    CSeq:\r\n 1 REGISTER\r\nContact: <sip:a@192.0.2.1>;expires=60, *\r\nRoute: <sip:p;lr>,<sip:q;lr>\r\nExpires: 60\r\n\
    Authorization: Digest username=\"a\", realm=\"b\\\\\", nonce=\"c\", uri=\"sip:d\", response=\"e\", qop=auth\r\n\
    Content-Type: multipart/mixed;boundary=\"--a\"\r\nAllow: INVITE, ACK\r\nl: 3\r\n\r\nabc";

/// Every door, and that view, owned message and salvage agree.
fn survive(bytes: &[u8]) -> Result<(), TestCaseError> {
    let mut index = Index::new();
    let read = MessageView::parse(bytes, &mut index);
    let owned = Message::parse_or_salvage(bytes.to_vec().into(), &Limits::default());
    match (read, owned) {
        (Ok(view), Ok(owned)) => {
            prop_assert_eq!(view.as_bytes(), bytes);
            prop_assert_eq!(view.check(), owned.check());
            prop_assert_eq!(view.body(), &owned.body()[..]);
            let _ = (common::read_all(&view), Draft::response(view, Status::OK, Some("t")).response_bytes());
            let names =
                |v: MessageView<'_>| v.headers().map(|h| (h.name().to_owned(), h.value.to_vec())).collect::<Vec<_>>();
            prop_assert_eq!(names(view), names(owned.view()));
        }
        (Err(error), Err(malformed)) => {
            prop_assert_eq!(error, malformed.error);
            prop_assert!(error.at <= bytes.len());
            let _ = error.status();
            if let Some(message) = &malformed.message {
                let _ = (common::read_all(&message.view()), message.check(), message.body());
                let answer = Draft::response(message.view(), error.status(), Some("t")).response_bytes();
                prop_assert!(Message::parse(answer).is_ok());
            }
        }
        (read, owned) => prop_assert!(false, "{read:?} and {owned:?}"),
    }
    Ok(())
}

#[test]
fn the_message_that_is_changed_is_whole() {
    let mut index = Index::new();
    let message = MessageView::parse(WHOLE, &mut index).unwrap();
    assert_eq!((message.check(), common::read_all(&message)), (Ok(()), Ok(())));
}
