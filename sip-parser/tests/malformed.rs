//! What is not a message, or not a whole one: each fault has its kind, its place, its byte and its answer.

mod common;

use offhook_sip_parser::header::{CSeq, CallId, Contact, From, MaxForwards, Subject, Supported, To, Via};
use offhook_sip_parser::{
    Draft, ErrorKind, Index, Limits, Message, MessageView, Method, Name, ParseError, Place, Status,
};

const INVITE: &str = "INVITE sip:bob@example.com SIP/2.0\r\n\
    Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa\r\n\
    Max-Forwards: 70\r\n\
    From: Alice <sip:alice@example.com>;tag=1\r\n\
    To: <sip:bob@example.com>\r\n\
    Call-ID: a@example.com\r\n\
    CSeq: 1 INVITE\r\n\
    Contact: <sip:alice@192.0.2.1>\r\n\
    Content-Type: text/plain\r\n\
    Content-Length: 5\r\n\r\nhello";

/// Parses and checks.
fn fault(bytes: impl AsRef<[u8]>) -> Result<(), ParseError> {
    let mut index = Index::new();
    MessageView::parse(bytes.as_ref(), &mut index)?.check()
}

#[track_caller]
fn refused(bytes: impl AsRef<[u8]>, kind: ErrorKind, place: Place, at: usize, status: Status) {
    let error = fault(bytes).expect_err("it is refused");
    assert_eq!((error.kind, error.place, error.at, error.status()), (kind, place, at, status), "{error}");
}

/// The byte where `needle` ends in the message.
#[track_caller]
fn after(text: &str, needle: &str) -> usize {
    text.find(needle).expect("the message has it") + needle.len()
}

#[test]
fn a_datagram_that_is_not_sip_is_refused_at_its_start_line() {
    use ErrorKind::{BadCharacter, Truncated};
    let start = Place::StartLine;
    refused("", Truncated, start, 0, Status::BAD_REQUEST);
    refused("\r\n\r\n", Truncated, start, 4, Status::BAD_REQUEST);
    refused("\0", Truncated, start, 1, Status::BAD_REQUEST);
    refused("hello", Truncated, start, 5, Status::BAD_REQUEST);
    refused("hello\r\n\r\n", Truncated, start, 5, Status::BAD_REQUEST);
    refused("GET / HTTP/1.1\r\n\r\n", BadCharacter, start, 6, Status::BAD_REQUEST);
    refused(" INVITE sip:b@x SIP/2.0\r\n\r\n", BadCharacter, start, 0, Status::BAD_REQUEST);
    refused("INV\u{1}TE sip:b@x SIP/2.0\r\n\r\n", BadCharacter, start, 3, Status::BAD_REQUEST);
    refused("INVITE SIP/2.0\r\n\r\n", Truncated, start, 14, Status::BAD_REQUEST);
    refused("INVITE  SIP/2.0\r\n\r\n", Truncated, start, 7, Status::BAD_REQUEST);
    // A STUN binding request, and the first bytes of RTP and of a TLS hello.
    for bytes in
        [&b"\x00\x01\x00\x00\x21\x12\xa4\x42abcdefghijkl"[..], b"\x80\x00\x00\x01\n", b"\x16\x03\x01\x02\x00\n "]
    {
        let error = fault(bytes).unwrap_err();
        assert_eq!(error.place, Place::StartLine, "{error}");
    }
}

#[test]
fn another_version_deserves_a_505() {
    let request = INVITE.replace("SIP/2.0\r\nVia", "SIP/3.0\r\nVia");
    refused(&request, ErrorKind::Version, Place::StartLine, 27, Status::VERSION_NOT_SUPPORTED);
    refused("SIP/7.0 200 OK\r\n\r\n", ErrorKind::Version, Place::StartLine, 4, Status::VERSION_NOT_SUPPORTED);
    let via = INVITE.replace("Via: SIP/2.0", "Via: SIP/7.0");
    let at = after(&via, "Via: SIP/");
    refused(&via, ErrorKind::Version, Place::Header(Name::VIA), at, Status::VERSION_NOT_SUPPORTED);
}

#[test]
fn a_status_line_has_three_digits_from_100_to_699() {
    for bad in ["099 x", "700 x", "20 OK", "2000 OK", "20x OK", "", "4294967301 better not break"] {
        let text = format!("SIP/2.0 {bad}\r\n\r\n");
        refused(text, ErrorKind::BadNumber, Place::StartLine, 8, Status::BAD_REQUEST);
    }
    let mut index = Index::new();
    let view = MessageView::parse(b"SIP/2.0 486\r\n\r\n", &mut index).unwrap();
    assert_eq!((view.status(), view.reason(), view.method()), (Some(Status::BUSY_HERE), Some(""), None));
    assert_eq!(view.uri().unwrap_err().kind, ErrorKind::Missing);
}

#[test]
fn a_message_cut_anywhere_is_an_error_and_never_a_panic() {
    for end in 0..INVITE.len() {
        let bytes = &INVITE.as_bytes()[..end];
        let mut index = Index::new();
        let error = MessageView::parse(bytes, &mut index).unwrap_err();
        let head = after(INVITE, "\r\n\r\n");
        let place = match end {
            _ if end < after(INVITE, "SIP/2.0\r\n") => Place::StartLine,
            _ if end < head => Place::Headers,
            _ => Place::Body,
        };
        assert_eq!((error.kind, error.place, error.at), (ErrorKind::Truncated, place, end), "cut at {end}");
    }
    assert_eq!(fault(INVITE), Ok(()));
}

#[test]
fn what_was_read_before_the_fault_is_kept_for_the_answer() {
    let text = INVITE.replace("Content-Length: 5", "Content-Length: five");
    let malformed = Message::parse_or_salvage(text.into(), &Limits::default()).unwrap_err();
    assert_eq!(malformed.error.status(), Status::BAD_REQUEST);
    let request = malformed.message.expect("its headers are readable");
    assert_eq!((request.method(), request.body().len()), (Some(Method::Invite), 0));
    let answer = Draft::response(request.view(), malformed.error.status(), Some("b")).response_bytes();
    assert_eq!(fault(&answer), Ok(()));
    let text = "OPTIONS sip:b@x SIP/2.0\r\nl: five\r\n\r\n";
    let request = Message::parse_or_salvage(text.into(), &Limits::default()).unwrap_err().message.unwrap();
    assert_eq!(request.check().unwrap_err().at, text.len(), "missing where the headers end");
    let half = Message::parse_or_salvage("INVITE sip:b@x SIP/2.0\r\nVia: x\r\n;".into(), &Limits::default());
    assert!(half.unwrap_err().message.is_some_and(|m| m.header(Name::VIA) == Some(b"x")));
    assert!(Message::parse_or_salvage("nonsense\r\n\r\n".into(), &Limits::default()).unwrap_err().message.is_none());
}

#[test]
fn a_request_of_another_version_is_kept_with_its_headers_for_the_505() {
    let text = INVITE.replace("SIP/2.0\r\nVia", "SIP/3.0\r\nVia");
    let malformed = Message::parse_or_salvage(text.clone().into(), &Limits::default()).unwrap_err();
    assert_eq!(malformed.error.kind, ErrorKind::Version);
    let request = malformed.message.expect("its start line can be read");
    assert_eq!((request.method(), request.view().headers().count()), (Some(Method::Invite), 9));
    let answer = Draft::response(request.view(), malformed.error.status(), Some("b")).response_bytes();
    assert!(answer.starts_with(b"SIP/2.0 505 "));
    assert_eq!(fault(&answer), Ok(()));
    // What another version makes of its headers is not for us to fault.
    let odd = Message::parse_or_salvage(text.replace("To:", "To").into(), &Limits::default()).unwrap_err();
    assert_eq!((odd.error, odd.message.is_some()), (malformed.error, true));
    assert!(
        Message::parse_or_salvage("SIP/7.0 200 OK\r\n\r\n".into(), &Limits::default()).unwrap_err().message.is_none()
    );
}

#[test]
fn every_mandatory_header_is_missed_by_name() {
    for name in [Name::VIA, Name::FROM, Name::TO, Name::CALL_ID, Name::CSEQ] {
        let lines: Vec<_> = INVITE.split_inclusive("\r\n").filter(|l| !l.starts_with(name.as_str())).collect();
        let text = lines.concat();
        let at = after(&text, "\r\n\r\n");
        refused(&text, ErrorKind::Missing, Place::Header(name), at, Status::BAD_REQUEST);
    }
    let old = INVITE.replace("Max-Forwards: 70\r\n", "");
    assert_eq!(fault(old), Ok(()), "old peers send no Max-Forwards");
}

#[test]
fn a_doubled_single_header_is_refused_at_the_second() {
    for (name, line) in [
        (Name::FROM, "f: <sip:c@example.com>;tag=2"),
        (Name::TO, "To: <sip:c@example.com>"),
        (Name::CALL_ID, "i: b"),
        (Name::CSEQ, "CSeq: 1 INVITE"),
        (Name::MAX_FORWARDS, "Max-Forwards: 70"),
    ] {
        let text = INVITE.replace("Contact:", &format!("{line}\r\nContact:"));
        let at = text.rfind(line).unwrap() + line.find(": ").unwrap() + 2;
        refused(&text, ErrorKind::Repeated, Place::Header(name), at, Status::BAD_REQUEST);
    }
}

#[test]
fn the_answer_to_a_doubled_header_is_not_doubled() {
    let text = INVITE.replace("Contact:", "CSeq: 2 INVITE\r\nFrom: <sip:c@x>;tag=2\r\nt: <sip:d@x>\r\nContact:");
    let request = Message::parse(text.into()).unwrap();
    let status = request.check().unwrap_err().status();
    let answer = Draft::response(request.view(), status, Some("b")).response_bytes();
    assert_eq!(fault(answer), Ok(()));
}

#[test]
fn a_tag_without_a_value_is_none_and_the_answer_gets_one() {
    for tag in [";tag", ";tag=", ";TAG= ;x", ";tag=;tag", ";x=\";tag=1\";tag"] {
        let text = INVITE.replace("To: <sip:bob@example.com>", &format!("To: <sip:bob@example.com>{tag}"));
        let request = Message::parse(text.into()).unwrap();
        assert_eq!(request.required::<To<'_>>().unwrap().tag(), None, "{tag}");
        let answer = Message::parse(Draft::response(request.view(), Status::OK, Some("b")).response_bytes()).unwrap();
        assert_eq!(answer.required::<To<'_>>().unwrap().tag(), Some("b"), "{tag}");
    }
}

#[test]
fn cseq_must_name_the_method_of_the_request() {
    let text = INVITE.replace("1 INVITE", "1 BYE");
    let at = after(&text, "CSeq: ");
    refused(&text, ErrorKind::Mismatch, Place::Header(Name::CSEQ), at, Status::BAD_REQUEST);
    let text = INVITE.replace("1 INVITE", "1 invite");
    refused(&text, ErrorKind::Mismatch, Place::Header(Name::CSEQ), at, Status::BAD_REQUEST);
    for (bad, kind, off) in [
        ("x INVITE", ErrorKind::BadCharacter, 0),
        ("4294967296 INVITE", ErrorKind::BadNumber, 0),
        ("2147483648 INVITE", ErrorKind::BadNumber, 0),
        ("1", ErrorKind::Truncated, 1),
        ("1INVITE", ErrorKind::BadCharacter, 1),
        ("-1 INVITE", ErrorKind::BadCharacter, 0),
        ("1 INVITE x", ErrorKind::BadCharacter, 9),
    ] {
        let text = INVITE.replace("1 INVITE", bad);
        refused(&text, kind, Place::Header(Name::CSEQ), at + off, Status::BAD_REQUEST);
    }
}

#[test]
fn content_length_is_a_number_that_fits() {
    let place = Place::Header(Name::CONTENT_LENGTH);
    let at = after(INVITE, "Content-Length: ");
    let with = |value: &str| INVITE.replace("Content-Length: 5", &format!("Content-Length: {value}"));
    for bad in ["five", "-5", "+5", "5 5", "0x5", "5,5", "99999999999999999999999999", ""] {
        let error = fault(with(bad)).unwrap_err();
        assert_eq!((error.kind, error.place, error.at), (ErrorKind::BadNumber, place, at), "{bad}");
        assert_eq!(error.status(), Status::BAD_REQUEST);
    }
    let large = with("6");
    refused(&large, ErrorKind::Truncated, Place::Body, large.len(), Status::BAD_REQUEST);
    let huge = with("1048577");
    let head = after(&huge, "\r\n\r\n");
    refused(&huge, ErrorKind::TooLarge, Place::Body, head, Status::REQUEST_ENTITY_TOO_LARGE);

    let mut index = Index::new();
    let small = with("2");
    assert_eq!(MessageView::parse(small.as_bytes(), &mut index).unwrap().body(), b"he", "the rest is dropped (§18.3)");
    let none = INVITE.replace("Content-Length: 5\r\n", "");
    assert_eq!(MessageView::parse(none.as_bytes(), &mut index).unwrap().body(), b"hello");
    let twice = with("5\r\nl: 5");
    assert_eq!(fault(&twice), Ok(()), "the same length twice says nothing else");
    let two = with("5\r\nl: 4");
    refused(&two, ErrorKind::Repeated, place, after(&two, "l: "), Status::BAD_REQUEST);
}

#[test]
fn lines_may_end_in_lf_alone() {
    let text = INVITE.replace("\r\n", "\n");
    let mut index = Index::new();
    let m = MessageView::parse(text.as_bytes(), &mut index).unwrap();
    assert_eq!((m.check(), m.body(), m.headers().count()), (Ok(()), &b"hello"[..], 9));
}

#[test]
fn an_empty_value_is_a_value_unless_it_is_a_list() {
    let text = INVITE.replace("CSeq:", "Subject:\r\nSupported:\r\nCSeq:");
    let mut index = Index::new();
    let m = MessageView::parse(text.as_bytes(), &mut index).unwrap();
    assert_eq!(m.typed::<Subject<'_>>(), Ok(Some(Subject(""))));
    assert_eq!(m.typed_all::<Subject<'_>>().collect::<Vec<_>>(), [Ok(Subject(""))]);
    assert_eq!((m.typed::<Supported<'_>>(), m.typed_all::<Supported<'_>>().count()), (Ok(None), 0));
    let m = MessageView::parse(b"BYE sip:b@x SIP/2.0\r\nCSeq:\r\n\r\n", &mut index).unwrap();
    assert_eq!(m.typed_all::<CSeq>().next(), Some(Err(m.required::<CSeq>().unwrap_err())));
}

#[test]
fn folding_reads_as_a_space_and_empty_lines_before_the_message_as_nothing() {
    let text = INVITE
        .replace("Via: SIP/2.0/UDP ", "Via:\r\n SIP/2.0/UDP\r\n\t")
        .replace("CSeq: 1 INVITE", "CSeq: 1\r\n  INVITE")
        .replace("From: Alice <", "From: Alice\r\n Ann\r\n  <")
        .replace(";tag=1", "\r\n ;\r\n tag\r\n =\r\n 1");
    let text = format!("\r\n\r\n{text}");
    let mut index = Index::new();
    let m = MessageView::parse(text.as_bytes(), &mut index).unwrap();
    assert_eq!(m.check(), Ok(()));
    assert_eq!(m.required::<From<'_>>().unwrap().tag(), Some("1"));
    assert_eq!(m.required::<Via<'_>>().unwrap().sent_by.to_string(), "192.0.2.1:5060");
    assert_eq!((m.as_bytes(), m.headers().count()), (text.as_bytes(), 9));
    // A body that begins with a space is not folded onto the empty line.
    let m = MessageView::parse(b"BYE sip:b@x SIP/2.0\r\nl: 2\r\n\r\n x", &mut index).unwrap();
    assert_eq!(m.body(), b" x");
    // The start line takes no folding.
    let error = fault("BYE sip:b@x SIP/2.0\r\n x\r\n\r\n").unwrap_err();
    assert_eq!((error.kind, error.place), (ErrorKind::BadCharacter, Place::Headers));
}

#[test]
fn compact_forms_are_the_long_names() {
    let text = "INVITE sip:bob@example.com SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z9hG4bKa\r\nf: <sip:a@x>;tag=1\r\n\
        T : <sip:b@x>\r\nI:\tx\r\nCSEQ: 1 INVITE\r\nm: *\r\nk: 100rel, timer\r\nk: path\r\nl: 0\r\n\r\n";
    let mut index = Index::new();
    let m = MessageView::parse(text.as_bytes(), &mut index).unwrap();
    assert_eq!(m.check(), Ok(()));
    assert_eq!(m.required::<CallId<'_>>(), Ok(CallId("x")));
    assert_eq!(m.required::<Contact<'_>>(), Ok(Contact::Any));
    let supported: Vec<_> = m.typed_all::<Supported<'_>>().map(|s| s.unwrap().0).collect();
    assert_eq!(supported, ["100rel", "timer", "path"]);
    assert_eq!(m.header_all(Name::other("to")).map(|h| h.name()).collect::<Vec<_>>(), ["T"]);
}

#[test]
fn a_line_without_a_name_or_colon_is_refused_where_the_colon_should_be() {
    for (line, off) in
        [("Contact", 7), (": x", 0), ("Con tact: x", 4), ("Co\u{e9}: x", 2), ("text/plain", 4), ("\r", 0)]
    {
        let text = INVITE.replace("Contact:", &format!("{line}\r\nContact:"));
        let at = text.find(&format!("{line}\r\nContact:")).unwrap() + off;
        refused(&text, ErrorKind::BadCharacter, Place::Headers, at, Status::BAD_REQUEST);
    }
}

#[test]
fn faults_inside_a_value_are_told_by_the_byte_of_the_message() {
    let bad = |from: &str, to: &str, place, kind, mark: &str| {
        let text = INVITE.replace(from, to);
        refused(&text, kind, place, after(&text, mark), Status::BAD_REQUEST);
    };
    use ErrorKind::{BadCharacter, BadNumber};
    bad(
        "To: <sip:bob@example.com>",
        "To: <sip:bob@example.com>x",
        Place::Header(Name::TO),
        BadCharacter,
        "To: <sip:bob@example.com>",
    );
    bad("192.0.2.1:5060", "192.0.2.1:99999", Place::Header(Name::VIA), BadNumber, "Via: SIP/2.0/UDP 192.0.2.1:");
    bad("Call-ID: a@", "Call-ID: a b@", Place::Header(Name::CALL_ID), BadCharacter, "Call-ID: a");
    bad("Max-Forwards: 70", "Max-Forwards: x", Place::Header(Name::MAX_FORWARDS), BadCharacter, "Max-Forwards: ");
    bad(
        "sip:bob@example.com SIP",
        "sip:bob@example.com:0x1 SIP",
        Place::StartLine,
        BadCharacter,
        "INVITE sip:bob@example.com:0",
    );
    bad("sip:bob@example.com SIP", "sip:bob@exa mple.com SIP", Place::StartLine, BadCharacter, "INVITE sip:bob@exa");

    let contact = INVITE.replace("Contact: <sip:alice@192.0.2.1>", "Contact: <sip:a@x> , <sip:b@y:z>");
    let mut index = Index::new();
    let m = MessageView::parse(contact.as_bytes(), &mut index).unwrap();
    let faults: Vec<_> = m.typed_all::<Contact<'_>>().filter_map(Result::err).collect();
    assert_eq!(faults.len(), 1);
    assert_eq!((faults[0].kind, faults[0].at), (BadNumber, after(&contact, "<sip:b@y:")));
}

fn with_headers(n: usize) -> String {
    let many: String = (0..n).map(|i| format!("X-{i}: {i}\r\n")).collect();
    format!("OPTIONS sip:b@x SIP/2.0\r\n{many}\r\n")
}

#[test]
fn limits_hold_to_the_header_and_to_the_byte() {
    let mut index = Index::new();
    let full = with_headers(256);
    assert_eq!(MessageView::parse(full.as_bytes(), &mut index).unwrap().headers().count(), 256);
    let over = with_headers(257);
    refused(&over, ErrorKind::TooMany, Place::Headers, over.find("X-256").unwrap(), Status::MESSAGE_TOO_LARGE);

    let long = |n: usize| format!("OPTIONS sip:b@x SIP/2.0\r\nX: {}\r\n\r\n", "y".repeat(n));
    let rest = long(0).len();
    // The empty line is not counted.
    let limits = Limits { head: 1000, headers: 1, body: 0, ..Limits::default() };
    assert!(MessageView::parse_with(long(1002 - rest).as_bytes(), &mut index, &limits).is_ok());
    let error = MessageView::parse_with(long(1003 - rest).as_bytes(), &mut index, &limits).unwrap_err();
    assert_eq!((error.kind, error.place), (ErrorKind::TooLarge, Place::Headers));
    let lines =
        |n: usize| format!("OPTIONS sip:b@x SIP/2.0\r\n{}\r\n", format!("X: {}\r\n", "y".repeat(10_000)).repeat(n));
    assert!(MessageView::parse(lines(6).as_bytes(), &mut index).is_ok());
    refused(lines(7), ErrorKind::TooLarge, Place::Headers, 65_535, Status::MESSAGE_TOO_LARGE);
    // A line has a limit of its own, with its end, and so has the start line.
    let line = "OPTIONS sip:b@x SIP/2.0\r\n".len();
    assert!(MessageView::parse(long(16_384 - 5).as_bytes(), &mut index).is_ok());
    refused(long(16_384 - 4), ErrorKind::TooLarge, Place::HeaderLine, line + 16_384, Status::MESSAGE_TOO_LARGE);
    let start = |n: usize| format!("OPTIONS sip:{}@x SIP/2.0\r\n\r\n", "y".repeat(n));
    let rest = start(0).len() - 2;
    assert!(MessageView::parse(start(8_192 - rest).as_bytes(), &mut index).is_ok());
    let over = start(8_193 - rest);
    refused(over, ErrorKind::TooLarge, Place::StartLine, 8_192, Status::REQUEST_URI_TOO_LONG);
    let rest = long(0).len();
    let with_body = format!("{}z", long(0));
    let error = MessageView::parse_with(with_body.as_bytes(), &mut index, &limits).unwrap_err();
    assert_eq!((error.kind, error.place, error.at), (ErrorKind::TooLarge, Place::Body, rest));
    assert_eq!(error.status(), Status::REQUEST_ENTITY_TOO_LARGE);
    // Without a header the start line is the head, whatever its line end; and who wants no limit may say so.
    for (end, fits) in [("\n", 26), ("\r\n", 27)] {
        let bare = format!("OPTIONS sip:bob@x SIP/2.0{end}{end}");
        let head = |head| Limits { head, ..limits };
        assert!(MessageView::parse_with(bare.as_bytes(), &mut index, &head(fits)).is_ok());
        assert!(MessageView::parse_with(bare.as_bytes(), &mut index, &head(fits - 1)).is_err());
    }
    const MAX: usize = usize::MAX;
    let none = Limits { start_line: MAX, header_line: MAX, head: MAX, headers: MAX, body: MAX };
    assert!(MessageView::parse_with(full.as_bytes(), &mut index, &none).is_ok());
    // A long name is no different from a long value.
    let name = format!("OPTIONS sip:b@x SIP/2.0\r\n{}: x\r\n\r\n", "n".repeat(16_000));
    assert_eq!(MessageView::parse(name.as_bytes(), &mut index).unwrap().headers().next().unwrap().name().len(), 16_000);
}

#[test]
fn an_index_forgets_the_message_before() {
    let mut index = Index::new();
    assert_eq!(MessageView::parse(INVITE.as_bytes(), &mut index).unwrap().headers().count(), 9);
    assert!(MessageView::parse(b"nonsense", &mut index).is_err());
    let m = MessageView::parse(b"SIP/2.0 200 OK\r\nVia: x\r\n\r\n", &mut index).unwrap();
    assert_eq!((m.headers().count(), m.method(), m.body()), (1, None, &b""[..]));
}

#[test]
fn an_error_says_what_and_where() {
    let error = fault(INVITE.replace("192.0.2.1:5060", "192.0.2.1:x")).unwrap_err();
    assert_eq!(error.to_string(), "bad character in Via at byte 63");
    assert_eq!(MaxForwards(70).to_string(), "70");
}

#[test]
fn debug_shows_no_credential() {
    let text = INVITE.replace("Contact:", "Authorization: Digest username=\"a\", response=\"s3cr3t\"\r\nContact:");
    let message = Message::parse(text.clone().into()).unwrap();
    let draft = Draft::response(message.view(), Status::OK, None);
    let mut index = Index::new();
    let view = MessageView::parse(text.as_bytes(), &mut index).unwrap();
    for shown in [format!("{message:?}"), format!("{draft:?}"), format!("{view:?}")] {
        assert!(!shown.contains("s3cr3t") && !shown.contains("115, 51, 99"), "{shown}");
    }
}

#[test]
fn the_typed_values_of_a_whole_message_are_those_written() {
    let mut index = Index::new();
    let m = MessageView::parse(INVITE.as_bytes(), &mut index).unwrap();
    assert_eq!(common::read_all(&m), Ok(()));
    assert_eq!(m.required::<To<'_>>().unwrap().uri.user(), Some("bob"));
    assert_eq!(m.required::<CSeq>().unwrap(), CSeq { number: 1, method: Method::Invite });
}
