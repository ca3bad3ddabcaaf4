//! What a draft writes by itself (RFC 3261 §8.1.1, §8.2.6, §9.1, §12.1.1, §17.1.1.3).

use bytes::Bytes;
use offhook_sip_parser::header::Via;
use offhook_sip_parser::{Draft, ErrorKind, Message, Method, Name, Status};

const INVITE: &[u8] = b"INVITE sip:bob@biloxi.example.com SIP/2.0\r\n\
Via: SIP/2.0/UDP p.example.com;branch=z9hG4bK2\r\n\
Via: SIP/2.0/UDP pc33.example.com;branch=z9hG4bK1;received=192.0.2.1\r\n\
Max-Forwards: 69\r\n\
Route: <sip:p1.example.com;lr>\r\n\
Record-Route: <sip:p.example.com;lr>\r\n\
From: J\xfcrgen <sip:alice@example.com>;tag=19283\r\n\
To: <sip:bob@biloxi.example.com>\r\n\
Call-ID: a84b4c76e66710\r\n\
CSeq: 63104 INVITE\r\n\
Timestamp: 54\r\n\
Contact: <sip:alice@pc33.example.com>\r\n\
\r\n";

fn invite() -> Message {
    Message::parse(Bytes::from_static(INVITE)).unwrap()
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split(|&b| b == b'\n').map(|l| l.strip_suffix(b"\r").unwrap_or(l)).filter(|l| !l.is_empty()).collect()
}

/// §17.1.1.3 and its example.
#[test]
fn the_ack_of_a_failure_takes_the_invites_hop_and_the_responses_to() {
    let invite = invite();
    let busy = Draft::response(invite.view(), Status::BUSY_HERE, Some("99sa0xk")).response_bytes();
    let busy = Message::parse(busy).unwrap();
    let ack = Draft::ack(invite.view(), busy.view()).unwrap();
    assert_eq!(ack.missing(), None);
    assert_eq!(
        lines(&ack.request_bytes(&invite.required::<Via<'_>>().unwrap())),
        [
            &b"ACK sip:bob@biloxi.example.com SIP/2.0"[..],
            b"Via: SIP/2.0/UDP p.example.com;branch=z9hG4bK2",
            b"Max-Forwards: 70",
            b"From: J\xfcrgen <sip:alice@example.com>;tag=19283",
            b"To: <sip:bob@biloxi.example.com>;tag=99sa0xk",
            b"Call-ID: a84b4c76e66710",
            b"CSeq: 63104 ACK",
            b"Route: <sip:p1.example.com;lr>",
            b"Content-Length: 0",
        ]
    );
}

#[test]
fn a_cancel_is_the_invites_but_for_the_method() {
    let invite = invite();
    let cancel = Draft::cancel(invite.view()).unwrap();
    assert_eq!(cancel.missing(), None);
    let bytes = cancel.request_bytes(&invite.required::<Via<'_>>().unwrap());
    let cancel = Message::parse(bytes).unwrap();
    cancel.check().unwrap();
    for name in [Name::FROM, Name::TO, Name::CALL_ID, Name::ROUTE] {
        assert_eq!(cancel.header(name), invite.header(name));
    }
    assert_eq!((cancel.method(), cancel.header(Name::CSEQ)), (Some(Method::Cancel), Some(&b"63104 CANCEL"[..])));
    let broken = Message::parse(Bytes::from_static(b"INVITE sip:b@x SIP/2.0\r\nCSeq: x\r\n\r\n")).unwrap();
    assert!(Draft::cancel(broken.view()).is_err());
}

/// §12.1.1
#[test]
fn only_a_response_that_makes_a_dialog_carries_the_route_back() {
    let in_dialog = String::from_utf8_lossy(INVITE).replace("biloxi.example.com>\r\n", "biloxi.example.com>;tag=1\r\n");
    let in_dialog = Message::parse(Bytes::from(in_dialog)).unwrap();
    let invite = invite();
    let route = |request: &Message, status, tag| {
        let response = Message::parse(Draft::response(request.view(), status, tag).response_bytes()).unwrap();
        response.header(Name::RECORD_ROUTE).map(<[u8]>::to_vec)
    };
    let whole = Some(b"<sip:p.example.com;lr>".to_vec());
    assert_eq!(route(&invite, Status::OK, Some("1")), whole);
    assert_eq!(route(&invite, Status::RINGING, Some("1")), whole);
    assert_eq!(route(&invite, Status::RINGING, None), None);
    assert_eq!(route(&invite, Status::TRYING, Some("1")), None);
    assert_eq!(route(&invite, Status::BUSY_HERE, Some("1")), None);
    assert_eq!(route(&in_dialog, Status::OK, Some("1")), None);
}

/// §8.2.6.1
#[test]
fn a_100_carries_the_timestamp() {
    let timestamp = |status| Draft::response(invite().view(), status, None).header(Name::TIMESTAMP).map(str::to_owned);
    assert_eq!((timestamp(Status::TRYING).as_deref(), timestamp(Status::OK)), (Some("54"), None));
}

#[test]
fn a_draft_says_what_it_lacks() {
    let request = |method| Draft::request(method, "sip:b@x".parse().unwrap(), "<sip:a@x>;tag=1", "<sip:b@x>", "c", 1);
    for (method, missing) in [
        (Method::Options, None),
        (Method::Subscribe, Some(Name::CONTACT)),
        (Method::Publish, Some(Name::EVENT)),
        (Method::Prack, Some(Name::RACK)),
    ] {
        assert_eq!(request(method.clone()).missing(), missing, "{method}");
    }
    assert_eq!(request(Method::Options).remove(Name::MAX_FORWARDS).missing(), Some(Name::MAX_FORWARDS));
    let invite = invite();
    let response = |status| Draft::response(invite.view(), status, Some("1")).missing();
    assert_eq!(response(Status::RINGING), None);
    assert_eq!(response(Status::OK), Some(Name::CONTACT));
    assert_eq!(response(Status::UNAUTHORIZED), Some(Name::WWW_AUTHENTICATE));
    let bare = Message::parse(Bytes::from_static(b"INVITE sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n\r\n")).unwrap();
    assert_eq!(Draft::response(bare.view(), Status::BAD_REQUEST, None).missing(), Some(Name::FROM));
}

#[test]
fn what_is_removed_leaves_the_rest_in_order() {
    let mut draft = Draft::response(invite().view(), Status::OK, Some("1"));
    for i in 0..3 {
        draft.append(Name::SUPPORTED, i).append(Name::ALLOW, i);
    }
    draft.remove(Name::SUPPORTED).remove(Name::VIA).append(Name::SERVER, "x");
    let bytes = draft.response_bytes();
    let expected: &[&[u8]] = &[b"Allow: 0", b"Allow: 1", b"Allow: 2", b"Server: x", b"Content-Length: 0"];
    assert!(lines(&bytes).ends_with(expected), "{}", String::from_utf8_lossy(&bytes));
    assert_eq!(
        (draft.header(Name::VIA), draft.header(Name::ALLOW), draft.header(Name::SERVER)),
        (None, Some("0"), Some("x"))
    );
}

#[test]
fn a_name_that_no_index_can_count_is_not_written() {
    let mut draft = Draft::response(invite().view(), Status::OK, None);
    assert!(draft.append_text(&"X".repeat(65_536), "1").is_err());
    assert!(draft.append_text(&"X".repeat(65_535), "1").is_ok());
}

/// §19.3 has a tag be a token, so one without a value is none.
#[test]
fn the_answer_to_an_empty_tag_has_ours_alone() {
    for (to, answered) in [
        (";tag", ";tag=own"),
        (";tag=", ";tag=own"),
        (" ;x=\"a;tag=\";Tag= ;y", " ;x=\"a;tag=\";y;tag=own"),
        (";tag=;tag=theirs", ";tag=;tag=theirs"),
    ] {
        let text = String::from_utf8_lossy(INVITE)
            .replace("biloxi.example.com>\r\nCall", &format!("biloxi.example.com>{to}\r\nCall"));
        let ringing = Draft::response(Message::parse(text.into()).unwrap().view(), Status::RINGING, Some("own"));
        assert_eq!(ringing.header(Name::TO), Some(&*format!("<sip:bob@biloxi.example.com>{answered}")), "{to}");
    }
}

/// §8.2.6.2: an answer takes every Via back, and every Record-Route that makes the dialog (§12.1.1).
#[test]
fn what_is_answered_leaves_room_for_the_answer() {
    let route = |vias: usize, routes: usize| {
        let hops = "v: SIP/2.0/UDP h;branch=z9hG4bKa\r\n".repeat(vias) + &"Record-Route: <sip:p;lr>\r\n".repeat(routes);
        Message::parse(
            format!(
                "INVITE sip:b@x SIP/2.0\r\n{hops}f: <sip:a@x>;tag=1\r\nt: <sip:b@x>\r\ni: c\r\nCSeq: 1 INVITE\r\n\r\n"
            )
            .into(),
        )
        .unwrap()
    };
    for (vias, routes) in [(192, 0), (1, 191)] {
        let request = route(vias, routes);
        assert_eq!(request.check(), Ok(()));
        let mut answer = Draft::response(request.view(), Status::OK, Some("2"));
        for i in 0..59 {
            answer.append(Name::SUPPORTED, i);
        }
        assert_eq!(Message::parse(answer.response_bytes()).unwrap().view().headers().len(), 256);
    }
    for (vias, routes) in [(193, 0), (1, 192)] {
        let request = route(vias, routes);
        let error = request.check().unwrap_err();
        assert_eq!((error.kind, error.status()), (ErrorKind::TooMany, Status::TOO_MANY_HOPS));
        assert!(Message::parse(Draft::response(request.view(), error.status(), Some("2")).response_bytes()).is_ok());
    }
}
