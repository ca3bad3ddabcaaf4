//! What reading costs grows with the length of what is read and with nothing else: counted in bytes that are looked at,
//! so that no clock has a say.

use crate::header::*;
use crate::scan::work_of;
use crate::{Index, Leniency, Limits, MessageView};

/// As phones and proxies write them.
const NORMAL: &str = "INVITE sip:bob@biloxi.example.com;transport=udp SIP/2.0\r\n\
Via: SIP/2.0/UDP ss1.atlanta.example.com:5060;branch=z9hG4bK2d4790.1\r\n\
Via: SIP/2.0/UDP client.atlanta.example.com:5060;branch=z9hG4bK74bf9;received=192.0.2.101;rport=5060\r\n\
Max-Forwards: 69\r\n\
Record-Route: <sip:ss1.atlanta.example.com;lr>\r\n\
From: \"Alice Liddell\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n\
To: Bob <sip:bob@biloxi.example.com>\r\n\
Call-ID: 3848276298220188511@atlanta.example.com\r\n\
CSeq: 2 INVITE\r\n\
Contact: <sip:alice@client.atlanta.example.com;transport=udp>;+sip.instance=\"<urn:uuid:0000-000A95A0E128>\"\r\n\
Proxy-Authorization: Digest username=\"alice\", realm=\"atlanta.example.com\", nonce=\"wf84f1ceczx41ae6cbe5aea9c8e88d359\",\
 opaque=\"\", uri=\"sip:bob@biloxi.example.com\", response=\"42ce3cef44b22f50c6a6071bc8\"\r\n\
Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY\r\n\
Supported: replaces, timer, 100rel\r\n\
User-Agent: Softphone Beta1.5 (build 7)\r\n\
Content-Type: application/sdp\r\n\
Content-Length: 0\r\n\r\n";

fn within(n: usize) -> Limits {
    Limits { start_line: n, header_line: n, head: n, headers: n, body: n }
}

/// Splits a message, looks up every name in it and types what a proxy and a user agent type; gives what could be read.
fn read(bytes: &[u8]) -> usize {
    let mut index = Index::new();
    let Ok(m) = MessageView::parse_with(bytes, &mut index, &within(bytes.len())) else { return 0 };
    let lines: usize = [Name::VIA, Name::WARNING, Name::other("X")].map(|name| m.header_all(name).count()).iter().sum();
    let _ = (m.uri(), m.required::<From<'_>>().map(|from| (from.tag(), from.display_name().map(|d| d.len()))));
    let _ = (m.required::<To<'_>>().map(|to| to.tag()), m.required::<CallId<'_>>(), m.required::<CSeq>());
    let _ = (m.typed::<Subject<'_>>(), m.typed::<UserAgent<'_>>(), m.typed::<MaxForwards>());
    let _ = m.typed::<ProxyAuthorization<'_>>().map(|a| a.map(|a| a.get("response").map(|v| v.len())));
    lines
        + m.typed_all::<Via<'_>>().filter(|v| v.as_ref().is_ok_and(|v| v.branch().is_some())).count()
        + m.typed_all::<Contact<'_>>().filter(Result::is_ok).count()
        + m.typed_all::<RecordRoute<'_>>().filter(|r| r.as_ref().is_ok_and(|r| r.uri.is_loose_router())).count()
        + m.typed_all::<Allow<'_>>().filter(Result::is_ok).count()
        + m.typed_all::<Supported<'_>>().filter(Result::is_ok).count()
        + m.typed_all::<Warning<'_>>().filter(Result::is_ok).count()
}

fn check(bytes: &[u8]) -> usize {
    let mut index = Index::new();
    let Ok(m) = MessageView::parse_with(bytes, &mut index, &within(bytes.len())) else { return 0 };
    // With one switched off the walk goes over everything, to the end.
    let all_but_one = Leniency { star_among_contacts: false, ..Leniency::default() };
    usize::from(m.check_with(&all_but_one).is_ok())
}

/// Messages that ask for more work than their length: 1 MB of one header, ten thousand headers, values and parameters,
/// deep quotes and comments.
fn extremes() -> Vec<(&'static str, String)> {
    const MB: usize = 1 << 20;
    let many = |piece: &str| piece.repeat(10_000);
    let long = |piece: &str| piece.repeat(MB / piece.len());
    let lines = [
        ("one header", format!("X: {}", long("z"))),
        ("one folded header", format!("X: {}z", long("z\r\n "))),
        ("one header of white space", format!("X: {}z", long(" "))),
        ("one name", long("X")),
        ("one subject", format!("Subject: {}", long("é"))),
        ("one display name", format!("f: {} <sip:a@b>", long("a "))),
        ("one display name of another encoding", format!("f: \"{}\" <sip:a@b>;tag=1", long("a"))),
        ("one display name without its address", format!("f: {}", long("a "))),
        ("one user", format!("f: <sip:{}@b>", long("a"))),
        ("one host", format!("f: <sip:{}>", long("a."))),
        ("one port", format!("f: <sip:a:{}>", long("0"))),
        ("parameters of a URI", format!("f: <sip:a@b{}>;tag=1", long(";a"))),
        ("headers of a URI", format!("f: <sip:a@b?a=b{}>;tag=1", long("&a=b"))),
        ("parameters", format!("f: <sip:a@b>{};tag=1", long(";a"))),
        ("empty parameters", format!("f: <sip:a@b>{};tag=1", long(";"))),
        ("spaced parameters", format!("f: <sip:a@b>{};tag=1", long(" ; a = b"))),
        ("quoted parameters", format!("f: <sip:a@b>{};tag=1", long(";a=\"\\\"\""))),
        ("deep quotes", format!("f: \"{}\" <sip:a@b>;tag=1", long("\\\""))),
        ("backslashes", format!("f: {} <sip:a@b>;tag=1", long("\\\\"))),
        ("a quote without its end", format!("f: \"{}", long("\\\""))),
        ("brackets", format!("f: {}", long("<"))),
        ("commas", format!("m: {}<sip:a@b>", many(","))),
        ("contacts", format!("m: {}<sip:a@b>", many("<sip:a@b>,"))),
        ("quoted contacts", format!("m: {}<sip:a@b>", many("\"\\\",\" <sip:a@b;p=,>,"))),
        ("a list in a quote without its end", format!("m: \"{}", many("<sip:a@b>,"))),
        ("a list in a bracket without its end", format!("m: <{}", many("sip:a@b,"))),
        ("options", format!("k: {}z", many("a,"))),
        ("hops", format!("Record-Route: {}<sip:p;lr>", many("<sip:p;lr>, "))),
        ("hops in Via", format!("v: {}SIP/2.0/UDP h", many("SIP/2.0/UDP h;branch=z9hG4bKa,"))),
        ("warnings", format!("Warning: {}307 h \"\"", many("307 h \"a, b\","))),
        ("pairs", format!("Proxy-Authorization: Digest {}response=1", many("a=b,"))),
        ("pairs without commas", format!("Proxy-Authorization: Digest {}response=1", many("a=\"b\" "))),
        ("deep comments", format!("User-Agent: {}{}", long("("), long(")"))),
        ("comments without their end", format!("User-Agent: {}", long("("))),
        ("comments", format!("User-Agent: {}", long("(a) "))),
        ("headers of one name", format!("{}X: y", many("X: y\r\n"))),
        ("headers of a common name", format!("{}v: SIP/2.0/UDP h", many("v: SIP/2.0/UDP h\r\n"))),
        ("headers of a known name", format!("{}Warning: 307 h \"\"", many("Warning: 307 h \"\"\r\n"))),
        ("headers of many names", (0..10_000).map(|i| format!("X{i}: y\r\n")).collect::<String>() + "X: y"),
        ("empty headers", format!("{}k:", many("k:\r\n"))),
        ("lengths", format!("{}l: 0", many("l: 0\r\n"))),
    ];
    let head = "OPTIONS sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKa\r\nMax-Forwards: 70\r\n";
    let tail = "To: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n";
    let from = |line: &str| if line.starts_with("f:") { "" } else { "From: <sip:a@x>;tag=1\r\n" };
    lines.into_iter().map(|(what, line)| (what, format!("{head}{}{line}\r\n{tail}", from(&line)))).collect()
}

/// Bytes looked at for each byte of a message.
fn rate(bytes: &[u8], read: fn(&[u8]) -> usize) -> f64 {
    let (looked, _) = work_of(|| read(bytes));
    looked as f64 / bytes.len() as f64
}

/// The worst of the extremes, in the rate of a normal message.
fn worst(work: fn(&[u8]) -> usize) -> (f64, &'static str) {
    let normal = rate(NORMAL.as_bytes(), work);
    let ratios = extremes().into_iter().map(|(what, message)| (rate(message.as_bytes(), work) / normal, what));
    ratios.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
}

#[test]
fn no_message_costs_half_more_by_the_byte_than_a_normal_one() {
    assert!(read(NORMAL.as_bytes()) > 10, "all of it is read");
    let (ratio, what) = worst(read);
    assert!(ratio <= 1.5, "{what}: {ratio:.2}");
}

/// A message of nothing but a URI is walked over more often than one with a few: thrice for its parts.
#[test]
fn no_message_costs_more_than_some_times_a_normal_one_to_check_strictly() {
    assert_eq!(check(NORMAL.as_bytes()), 1);
    let (ratio, what) = worst(check);
    assert!(ratio <= 2.5, "{what}: {ratio:.2}");
}

#[test]
fn a_long_header_is_no_dearer_than_two_of_half_its_length() {
    let of = |n: usize| {
        work_of(|| {
            read(
                format!("{}m: {}sip:a@b\r\n\r\n", "OPTIONS sip:b@x SIP/2.0\r\n", "<sip:a@b>;q=1,".repeat(n)).as_bytes(),
            )
        })
        .0
    };
    assert!(of(20_000) <= 2 * of(10_000));
}
