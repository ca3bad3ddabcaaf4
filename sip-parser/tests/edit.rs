//! What a proxy and a back-to-back user agent do to a message (RFC 3261 §16, RFC 3581, RFC 3665), line by line.

use bytes::{Bytes, BytesMut};
use offhook_sip_parser::header::{NameAddr, Route, TypedHeader, Via};
use offhook_sip_parser::{Edit, ErrorKind, Message, Name, ParseError, Place, Status, Uri, UriView};

/// The INVITE of RFC 3665 §3.2 F1, with compact forms, a folded line, a header nobody knows and a list of hops.
const INVITE: &str = "INVITE sip:bob@biloxi.example.com SIP/2.0\r\n\
v:SIP/2.0/TCP client.atlanta.example.com:5060;branch=z9hG4bK74bf9 , SIP/2.0/UDP h;branch=z9hG4bKb\r\n\
max-forwards:  70\r\n\
X-Room : 7\r\n\
Route: <sip:ss1.atlanta.example.com;lr>,\r\n <sip:ss2.biloxi.example.com;lr>\r\n\
f: Alice <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n\
t: Bob\r\n <sip:bob@biloxi.example.com>\r\n\
i: 3848276298220188511@atlanta.example.com\r\n\
CSeq: 1 INVITE\r\n\
k: 100rel, timer ,replaces\r\n\
c: application/sdp\r\n\
l : 3\r\n\
\r\n\
v=0";

fn message(text: &str) -> Message {
    Message::parse(Bytes::copy_from_slice(text.as_bytes())).unwrap()
}

fn uri(text: &str) -> Uri {
    text.parse().unwrap()
}

/// What `text` is after `edit`, which is also what both ways to write it say.
fn edited(text: &str, edit: impl FnOnce(&mut Edit<'_>)) -> String {
    let message = message(text);
    let mut editing = Edit::new(&message);
    edit(&mut editing);
    let mut out = BytesMut::from(&b"before"[..]);
    editing.write_to(&mut out);
    let bytes = editing.finish();
    assert_eq!(&out[6..], bytes);
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Ends a chain of verbs.
fn done(_: &mut Edit<'_>) {}

fn invite(edit: impl FnOnce(&mut Edit<'_>)) -> String {
    edited(INVITE, edit)
}

const VIA: &[u8] = b"SIP/2.0/TCP ss1.atlanta.example.com:5060;branch=z9hG4bK2d4790.1";
const OUR_VIA: &str = "Via: SIP/2.0/TCP ss1.atlanta.example.com:5060;branch=z9hG4bK2d4790.1\r\n";

#[test]
fn what_is_not_edited_is_the_same_bytes_shared() {
    let m = message(INVITE);
    assert_eq!(Edit::new(&m).finish().as_ptr(), m.bytes().as_ptr());
    assert_eq!(Edit::new(&m).message().bytes().as_ptr(), m.bytes().as_ptr());
    let mut edit = Edit::new(&m);
    edit.note_source("192.0.2.1:5060".parse().unwrap()).unwrap();
    assert_ne!(edit.finish().as_ptr(), m.bytes().as_ptr());
    assert_eq!(Edit::of(m.view()).finish(), m.bytes());
    assert_eq!(Edit::of(m.view()).message(), m);
}

#[test]
fn a_proxy_forwards_as_rfc_3261_16_6_says_and_touches_nothing_else() {
    let ours = uri("sip:ss1.atlanta.example.com;lr");
    let got = invite(|e| {
        assert!(e.pop_route().unwrap());
        assert_eq!(e.decrement_max_forwards(), Ok(Some(69)));
        e.push_record_route(&NameAddr::new(ours.view())).push_via(&Via::parse(VIA).unwrap());
    });
    let expected = INVITE
        .replacen("v:", &format!("{OUR_VIA}v:"), 1)
        .replace("max-forwards:  70\r\n", "Record-Route: <sip:ss1.atlanta.example.com;lr>\r\nmax-forwards:  69\r\n")
        .replace("<sip:ss1.atlanta.example.com;lr>,\r\n <sip:ss2", "<sip:ss2");
    assert_eq!(got, expected);
}

#[test]
fn a_response_loses_the_topmost_via_and_keeps_the_others_of_its_line() {
    assert_eq!(
        invite(|e| assert!(e.pop_via().unwrap())),
        INVITE.replace("SIP/2.0/TCP client.atlanta.example.com:5060;branch=z9hG4bK74bf9 , ", "")
    );
    let got = invite(|e| assert_eq!([e.pop_via(), e.pop_via(), e.pop_via()], [Ok(true), Ok(true), Ok(false)]));
    assert!(!got.contains("\r\nv:") && got.starts_with("INVITE sip:bob@biloxi.example.com SIP/2.0\r\nmax-forwards:"));
}

#[test]
fn popping_what_was_pushed_gives_the_bytes_back() {
    let hop = uri("sip:p.example.com;lr");
    assert_eq!(invite(|e| assert!(e.push_via(&Via::parse(VIA).unwrap()).pop_via().unwrap())), INVITE);
    assert_eq!(invite(|e| assert!(e.push_route(&NameAddr::new(hop.view())).pop_route().unwrap())), INVITE);
    assert_eq!(invite(|e| assert_eq!(e.append(Name::SUBJECT, "x").remove(Name::SUBJECT), 1)), INVITE);
    assert_eq!(invite(|e| assert!(e.add_value(Name::SUPPORTED, "x").remove_value(Name::SUPPORTED, "X"))), INVITE);
}

#[test]
fn the_source_is_noted_in_the_topmost_via_alone() {
    let source = "192.0.2.9:7000".parse().unwrap();
    let noted = |via: &str| {
        let got = edited(&format!("OPTIONS sip:b@x SIP/2.0\r\nVIA: {via}\r\n\r\n"), |e| {
            e.note_source(source).unwrap();
        });
        got["OPTIONS sip:b@x SIP/2.0\r\nVIA: ".len()..].trim_end().to_owned()
    };
    assert_eq!(noted("SIP/2.0/UDP 192.0.2.9"), "SIP/2.0/UDP 192.0.2.9");
    // RFC 3581 §4 and its example in §6
    assert_eq!(noted("SIP/2.0/UDP h;rport;branch=b"), "SIP/2.0/UDP h;branch=b;received=192.0.2.9;rport=7000");
    assert_eq!(
        noted("SIP / 2.0/UDP\r\n  h , SIP/2.0/UDP i"),
        "SIP / 2.0/UDP\r\n  h;received=192.0.2.9 , SIP/2.0/UDP i"
    );
    assert_eq!(noted("SIP/2.0/UDP h;branch=b;received=203.0.113.5"), "SIP/2.0/UDP h;branch=b;received=192.0.2.9");
    assert_eq!(noted("SIP/2.0/UDP 192.0.2.9;received=203.0.113.5;x=\"a;b\""), "SIP/2.0/UDP 192.0.2.9;x=\"a;b\"");
}

#[test]
fn max_forwards_counts_down_to_zero_and_is_added_where_it_is_missing() {
    assert_eq!(
        edited("OPTIONS sip:b@x SIP/2.0\r\nMax-Forwards: 0\r\n\r\n", |e| {
            assert_eq!(e.decrement_max_forwards(), Ok(None));
        }),
        "OPTIONS sip:b@x SIP/2.0\r\nMax-Forwards: 0\r\n\r\n"
    );
    let none = "OPTIONS sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nTo: <sip:b@x>\r\n\r\n";
    assert_eq!(
        edited(none, |e| assert_eq!(e.decrement_max_forwards(), Ok(Some(70)))),
        none.replace("To:", "Max-Forwards: 70\r\nTo:")
    );
}

/// RFC 3261 §16.12.1.2: U1, P1, P2 (strict), P3, U2; the request as U1 sends it once the dialog stands.
#[test]
fn a_request_traverses_a_strict_router_as_rfc_3261_16_12_1_2_shows() {
    let p1 = "BYE sip:callee@u2.domain.com SIP/2.0\r\nRoute: <sip:middle.example.com>\r\nRoute: <sip:p3.example.com;lr>\r\n\r\n";
    let to_p2 = edited(p1, |e| assert!(e.route_strictly().unwrap()));
    assert_eq!(
        to_p2,
        "BYE sip:middle.example.com SIP/2.0\r\nRoute: <sip:p3.example.com;lr>\r\nRoute: <sip:callee@u2.domain.com>\r\n\r\n"
    );
    // P2 knows nothing of `lr`: it sends to the first hop by the Request-URI.
    let to_p3 = "BYE sip:p3.example.com;lr SIP/2.0\r\nRoute: <sip:callee@u2.domain.com>\r\n\r\n";
    assert_eq!(edited(to_p3, |e| assert!(e.restore_uri().unwrap())), "BYE sip:callee@u2.domain.com SIP/2.0\r\n\r\n");
}

#[test]
fn a_loose_router_or_none_leaves_the_request_uri() {
    assert_eq!(invite(|e| assert!(!e.route_strictly().unwrap())), INVITE);
    let plain = "BYE sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n\r\n";
    assert_eq!(edited(plain, |e| assert_eq!([e.route_strictly(), e.restore_uri()], [Ok(false), Ok(false)])), plain);
}

#[test]
fn strict_routing_takes_a_hop_out_of_a_list_and_puts_the_target_behind_all() {
    let got = edited("BYE sip:b@x SIP/2.0\r\nRoute: <sip:p1>, <sip:p2;lr>\r\nX: y\r\n\r\n", |e| {
        assert!(e.route_strictly().unwrap());
        assert_eq!(e.uri().unwrap().as_str(), "sip:p1");
    });
    assert_eq!(got, "BYE sip:p1 SIP/2.0\r\nRoute: <sip:p2;lr>\r\nRoute: <sip:b@x>\r\nX: y\r\n\r\n");
    // §16.4, and the way back in one.
    let back = edited(&got, |e| {
        assert!(e.restore_uri().unwrap());
        e.push_route(&NameAddr::new(UriView::parse("sip:p1").unwrap()));
    });
    assert_eq!(back, "BYE sip:b@x SIP/2.0\r\nRoute: <sip:p1>\r\nRoute: <sip:p2;lr>\r\nX: y\r\n\r\n");
}

/// RFC 3261 §16.12.1.3: a proxy between two networks rewrites the value that it put in.
#[test]
fn a_record_route_is_rewritten_in_the_response() {
    let text = "SIP/2.0 200 OK\r\nRecord-Route: <sip:p2;lr>, <sip:u2@inner.example.com;lr> ,<sip:p0;lr>\r\n\r\n";
    let outer = uri("sip:outer.example.com;lr");
    let got = edited(text, |e| {
        let ours = |v: &[u8]| Route::parse(v).is_ok_and(|r| r.uri.user() == Some("u2"));
        assert!(e.replace_value(Name::RECORD_ROUTE, ours, NameAddr::new(outer.view())));
        assert!(!e.replace_value(Name::RECORD_ROUTE, ours, "x"));
    });
    assert_eq!(got, text.replace("<sip:u2@inner.example.com;lr>", "<sip:outer.example.com;lr>"));
}

#[test]
fn hops_are_pushed_in_their_order() {
    let (a, b) = (uri("sip:a;lr"), uri("sip:b;lr"));
    let got = invite(|e| {
        e.push_routes([&a, &b].into_iter().map(|u| NameAddr::new(u.view())));
    });
    assert_eq!(got, INVITE.replace("Route: <", "Route: <sip:a;lr>\r\nRoute: <sip:b;lr>\r\nRoute: <"));
}

#[test]
fn a_new_body_has_its_type_and_its_length() {
    let got = invite(|e| {
        e.set_body("text/plain", "four and more");
        assert_eq!(e.body(), b"four and more");
    });
    let expected = INVITE.replace("application/sdp", "text/plain").replace("l : 3", "l : 13");
    assert_eq!(got, expected.replace("v=0", "four and more"));
    let bare = "MESSAGE sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nContent-Encoding: gzip\r\n\r\nzip";
    assert_eq!(
        edited(bare, |e| done(e.set_body("text/plain", "hi"))),
        "MESSAGE sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi"
    );
    assert_eq!(
        invite(|e| done(e.remove_body())),
        INVITE.replace("c: application/sdp\r\n", "").replace("l : 3\r\n\r\nv=0", "l : 0\r\n\r\n")
    );
}

#[test]
fn a_datagram_gets_the_length_that_a_stream_needs() {
    let bare = "MESSAGE sip:b@x SIP/2.0\nVia: SIP/2.0/UDP h\n\nabc";
    assert_eq!(
        edited(bare, |e| done(e.require_length())),
        "MESSAGE sip:b@x SIP/2.0\nVia: SIP/2.0/UDP h\nContent-Length: 3\r\n\nabc"
    );
    assert_eq!(invite(|e| done(e.require_length())), INVITE);
}

/// Else a second request in the same datagram would be one of its own on a stream.
#[test]
fn what_stands_around_a_message_is_not_forwarded() {
    let text = format!("\r\n\r\n{INVITE}BYE sip:b@x SIP/2.0\r\n\r\n");
    assert_eq!(edited(&text, |e| assert_eq!(e.append(Name::SUBJECT, "x").remove(Name::SUBJECT), 1)), INVITE);
}

#[test]
fn the_start_line_is_replaced() {
    let to = uri("sips:bob@192.0.2.4");
    let got = invite(|e| {
        e.set_uri(&to).unwrap();
        assert_eq!(e.uri().unwrap(), to);
    });
    assert_eq!(got, INVITE.replace("sip:bob@biloxi.example.com SIP", "sips:bob@192.0.2.4 SIP"));
    let response = "SIP/2.0 180 Ringing\r\nVia: SIP/2.0/UDP h\r\n\r\n";
    let set =
        |e: &mut Edit<'_>| done(e.set_status(Status::new(183).unwrap()).unwrap().set_reason("Läutet\r\nX: y").unwrap());
    assert_eq!(edited(response, set), response.replace("180 Ringing", "183 Läutet  X: y"));
    edited(response, |e| assert_eq!(e.set_uri(&to).unwrap_err().place, Place::StartLine));
    invite(|e| assert_eq!(e.set_reason("x").unwrap_err().place, Place::StartLine));
}

#[test]
fn lines_are_added_replaced_and_removed_where_they_stand() {
    assert_eq!(
        invite(|e| done(e.replace(Name::TO, "<sip:c@x>"))),
        INVITE.replace("Bob\r\n <sip:bob@biloxi.example.com>", "<sip:c@x>")
    );
    assert_eq!(invite(|e| assert_eq!(e.remove(Name::other("x-ROOM")), 1)), INVITE.replace("X-Room : 7\r\n", ""));
    assert_eq!(invite(|e| done(e.prepend(Name::SUPPORTED, "a"))), INVITE.replace("k:", "Supported: a\r\nk:"));
    assert_eq!(
        invite(|e| done(e.append_text("X-a", "b").unwrap())),
        INVITE.replace("l : 3\r\n", "l : 3\r\nX-a: b\r\n")
    );
    let doubled = "OPTIONS sip:b@x SIP/2.0\r\nA: 1\r\nB: 2\r\na: 3\r\n\r\n";
    assert_eq!(
        edited(doubled, |e| done(e.replace(Name::other("a"), 4))),
        "OPTIONS sip:b@x SIP/2.0\r\nA: 4\r\nB: 2\r\n\r\n"
    );
}

#[test]
fn values_of_a_list_come_and_go_alone() {
    let tokens = |from: &str, to: &str| INVITE.replace("k: 100rel, timer ,replaces", &format!("k: {from}{to}"));
    let list = "100rel, timer ,replaces";
    assert_eq!(invite(|e| assert!(e.remove_value(Name::SUPPORTED, "TIMER"))), tokens("100rel, replaces", ""));
    assert_eq!(invite(|e| assert!(e.remove_value(Name::SUPPORTED, "100rel"))), tokens("timer ,replaces", ""));
    assert_eq!(invite(|e| assert!(e.remove_value(Name::SUPPORTED, "replaces"))), tokens("100rel, timer", ""));
    assert_eq!(invite(|e| done(e.add_value(Name::SUPPORTED, "gruu"))), tokens(list, ", gruu"));
    assert_eq!(invite(|e| done(e.add_value(Name::SUPPORTED, "Timer"))), INVITE);
    assert_eq!(
        invite(|e| assert_eq!(e.remove_values(Name::SUPPORTED, |_| true), 3)),
        INVITE.replace("k: 100rel, timer ,replaces\r\n", "")
    );
}

#[test]
fn nothing_written_ends_its_line() {
    let evil = "a\r\nContent-Length: 0\r\n\r\nBYE\n\0";
    let got = invite(|e| {
        e.append(Name::SUBJECT, evil).replace(Name::TO, evil).add_value(Name::SUPPORTED, evil);
        e.set_body(evil, "v=0");
        assert!(e.append_text("a b", "").is_err() && e.append_text("", "").is_err());
    });
    let m = message(&got);
    assert_eq!(m.view().headers().count(), message(INVITE).view().headers().count() + 1);
    assert_eq!((m.body(), m.header(Name::CONTENT_LENGTH)), (Bytes::from("v=0"), Some(&b"3"[..])));
}

#[test]
fn a_content_length_is_not_taken_from_the_caller() {
    let got = invite(|e| {
        e.append(Name::CONTENT_LENGTH, 0).prepend(Name::other("l"), 0).replace(Name::CONTENT_LENGTH, 0);
        e.append_text("L", "0").unwrap().add_value(Name::CONTENT_LENGTH, "0");
        assert_eq!((e.remove(Name::CONTENT_LENGTH), e.remove_value(Name::CONTENT_LENGTH, "3")), (0, false));
    });
    assert_eq!(got, INVITE);
}

#[test]
fn a_list_that_cannot_be_read_is_an_error_that_names_it_and_changes_nothing() {
    let text = "BYE sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP\r\nRoute: <sip:\r\nMax-Forwards: x\r\n\r\n";
    let fault = |kind, name, at| ParseError { kind, place: Place::Header(name), at };
    let got = edited(text, |e| {
        assert_eq!(e.pop_via(), Err(fault(ErrorKind::Truncated, Name::VIA, 37)));
        assert_eq!(e.note_source(([192, 0, 2, 1], 1).into()).err(), Some(fault(ErrorKind::Truncated, Name::VIA, 37)));
        for verb in [Edit::pop_route, Edit::route_strictly, Edit::restore_uri] {
            assert_eq!(verb(e).map_err(|e| e.place), Err(Place::Header(Name::ROUTE)));
        }
        assert_eq!(e.decrement_max_forwards().map_err(|e| e.at), Err(text.find("x\r\n\r\n").unwrap()));
    });
    assert_eq!(got, text);
}

#[test]
fn what_could_be_read_of_a_broken_message_can_be_edited() {
    for rest in ["", "Fau lt: x\r\nTo: y\r\n\r\nbody", "Content-Length: 99\r\n\r\nshort", "Cut: of"] {
        let text = format!("BYE sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h;rport\r\n{rest}");
        let salvaged = Message::parse_or_salvage(Bytes::from(text.clone()), &Default::default()).unwrap_err().message;
        let salvaged = salvaged.unwrap();
        let mut edit = Edit::new(&salvaged);
        edit.note_source(([192, 0, 2, 1], 5).into()).unwrap().append(Name::SUBJECT, "x");
        let got = edit.message();
        assert_eq!(got.header(Name::VIA), Some(&b"SIP/2.0/UDP h;received=192.0.2.1;rport=5"[..]), "{text}");
        assert!(Message::parse(got.bytes().clone()).is_err(), "it is no better than it was: {text}");
    }
}

#[test]
fn a_strict_routers_uri_loses_what_a_request_uri_may_not_hold() {
    let text = INVITE.replace("<sip:ss1.atlanta.example.com;lr>", "<sip:ss1.example.com;method=BYE;x=1?Subject=hi>");
    let routed = edited(&text, |edit| assert_eq!(edit.route_strictly(), Ok(true)));
    assert!(routed.starts_with("INVITE sip:ss1.example.com;x=1 SIP/2.0\r\n"), "{routed}");
}
