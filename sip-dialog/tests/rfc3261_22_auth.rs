//! RFC 3261 §22, RFC 7616, RFC 8760: challenges.

mod common;

use common::{Out, Sent, all, connect, text};
use offhook_sip_dialog::Cause;
use offhook_sip_dialog::auth::Refusal;
use offhook_sip_dialog::auth::digest::{Algorithm, Inputs, Qop};
use offhook_sip_parser::header::{Authorization, TypedHeader};
use offhook_sip_parser::{Message, Name, Status};

fn challenge(header: &str, params: &str) -> String {
    format!("{header}: Digest {params}\r\n")
}

/// 401 or 407 to what is out; what is sent again, or why not.
fn challenged(call: &mut Out, status: u16, headers: &str) -> Result<Message, Cause> {
    call.answer(status, "them", headers);
    let sent = call.node.sent();
    match &sent[..] {
        [] => Err(call.node.ended()),
        [Sent::Request(key, request, _)] => {
            call.key = *key;
            call.invite = request.clone();
            Ok(request.clone())
        }
        other => panic!("{other:?}"),
    }
}

/// Whether the line answers the nonce with the password.
fn is_right(line: &str, request: &Message, body: Option<&[u8]>) -> bool {
    let answer = Authorization::parse(line.as_bytes()).unwrap();
    let get = |name: &str| answer.get(name).map(|v| v.into_owned());
    let (realm, nonce, cnonce) = (get("realm").unwrap(), get("nonce").unwrap(), get("cnonce"));
    let (uri, method) = (get("uri").unwrap(), request.method().unwrap());
    assert_eq!(uri, request.uri().unwrap().text());
    let count = get("nc").map(|nc| u32::from_str_radix(&nc, 16).unwrap());
    let qop = body.map_or(Qop::Auth, Qop::AuthInt);
    let inputs = Inputs {
        algorithm: get("algorithm").map_or(Algorithm::MD5, |a| Algorithm::parse(&a).unwrap()),
        username: "us",
        realm: &realm,
        nonce: &nonce,
        method: method.as_str(),
        uri: &uri,
        qop: cnonce.as_deref().map(|cnonce| (qop, cnonce, count.unwrap())),
    };
    inputs.is_right(&inputs.ha1("secret"), &get("response").unwrap())
}

/// §22.2
#[test]
fn a_challenged_invite_is_sent_again_with_an_answer_and_the_next_cseq() {
    let mut call = Out::calling();
    let first = call.invite.clone();
    let params = "realm=\"r\", nonce=\"n\", opaque=\"o\", qop=\"auth-int,auth\", algorithm=SHA-256";
    let second = challenged(&mut call, 401, &challenge("WWW-Authenticate", params)).unwrap();
    assert_eq!(text(&second, Name::CSEQ), "2 INVITE");
    for name in [Name::CALL_ID, Name::FROM, Name::TO, Name::CONTACT, Name::CONTENT_TYPE] {
        assert_eq!(text(&second, name), text(&first, name));
    }
    assert_eq!(second.body(), first.body());
    let line = text(&second, Name::AUTHORIZATION);
    assert!(is_right(&line, &second, None), "{line}");
    for part in ["username=\"us\"", "opaque=\"o\"", "qop=auth,", "nc=00000001", "algorithm=SHA-256,"] {
        assert!(line.contains(part), "{part} in {line}");
    }
}

/// RFC 7616 §3.4.3
#[test]
fn auth_int_protects_the_body() {
    let mut call = Out::calling();
    let params = "realm=\"r\", nonce=\"n\", qop=\"auth-int\"";
    let second = challenged(&mut call, 401, &challenge("WWW-Authenticate", params)).unwrap();
    assert!(is_right(&text(&second, Name::AUTHORIZATION), &second, Some(b"v=0\r\n")));
}

/// RFC 2069 style, as old registrars write it.
#[test]
fn a_challenge_without_qop_gets_an_answer_without_cnonce() {
    let mut call = Out::calling();
    let second = challenged(&mut call, 401, &challenge("WWW-Authenticate", "realm=\"r\", nonce=\"n\"")).unwrap();
    let line = text(&second, Name::AUTHORIZATION);
    assert!(is_right(&line, &second, None) && !line.contains("cnonce") && !line.contains("algorithm"), "{line}");
}

/// §22.2: the same challenge again means that the answer was wrong.
#[test]
fn a_wrong_password_ends_the_call() {
    let mut call = Out::calling();
    let headers = challenge("WWW-Authenticate", "realm=\"r\", nonce=\"n\", qop=\"auth\"");
    challenged(&mut call, 401, &headers).unwrap();
    let other = challenge("WWW-Authenticate", "realm=\"r\", nonce=\"another\", qop=\"auth\"");
    let cause = challenged(&mut call, 401, &other).unwrap_err();
    assert_eq!(cause, Cause::Unauthorized(Status::UNAUTHORIZED, Refusal::WrongCredentials));
    assert!(call.node.layer.is_empty() && call.node.drain().is_none());
}

/// RFC 7616 §3.3: `stale` says that the answer was right and the nonce old.
#[test]
fn a_stale_nonce_is_answered_anew_but_not_for_ever() {
    let mut call = Out::calling();
    let headers = |n: u32| challenge("WWW-Authenticate", &format!("realm=\"r\", nonce=\"n{n}\", stale=TRUE"));
    let second = challenged(&mut call, 401, &headers(1)).unwrap();
    let third = challenged(&mut call, 401, &headers(2)).unwrap();
    assert!(text(&second, Name::AUTHORIZATION).contains("nonce=\"n1\""));
    assert!(text(&third, Name::AUTHORIZATION).contains("nonce=\"n2\""));
    let rounds = (3..100).find_map(|n| challenged(&mut call, 401, &headers(n)).err().map(|cause| (n, cause)));
    assert_eq!(rounds, Some((9, Cause::Unauthorized(Status::UNAUTHORIZED, Refusal::WrongCredentials))));
}

/// Two realms that take turns, each with a new nonce, do not keep us calling.
#[test]
fn realms_that_take_turns_come_to_an_end() {
    let mut call = Out::calling();
    let ended = (0..100).find_map(|n| {
        let (status, header) = if n % 2 == 0 { (401, "WWW-Authenticate") } else { (407, "Proxy-Authenticate") };
        challenged(&mut call, status, &challenge(header, &format!("realm=\"r\", nonce=\"n{n}\""))).err()
    });
    assert!(matches!(ended, Some(Cause::Unauthorized(_, Refusal::WrongCredentials))), "{ended:?}");
}

#[test]
fn what_cannot_be_answered_ends_the_call_and_says_why() {
    let mut call = Out::with(connect());
    let cause = challenged(&mut call, 407, &challenge("Proxy-Authenticate", "realm=\"r\", nonce=\"n\"")).unwrap_err();
    assert_eq!(cause, Cause::Unauthorized(Status::PROXY_AUTHENTICATION_REQUIRED, Refusal::NoCredentials));
    for headers in [
        "",
        "WWW-Authenticate: Basic realm=\"r\"\r\n",
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=ROT13\r\n",
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth-conf\"\r\n",
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess\r\n",
        "WWW-Authenticate: Digest realm=\"r\"\r\n",
        "WWW-Authenticate: Digest nonce=\"n\"\r\n",
        "WWW-Authenticate: ,,,\r\n",
        "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n", // of another status
    ] {
        let mut call = Out::calling();
        let cause = challenged(&mut call, 401, headers).unwrap_err();
        assert_eq!(cause, Cause::Unauthorized(Status::UNAUTHORIZED, Refusal::NotUnderstood), "{headers}");
    }
}

/// RFC 8760 §2.4: of one realm's challenges the strongest.
#[test]
fn sha_256_goes_before_md5_whatever_their_order() {
    let one = |algorithm: &str| {
        challenge(
            "WWW-Authenticate",
            &format!("realm=\"r\", nonce=\"{algorithm}\", qop=\"auth\", algorithm={algorithm}"),
        )
    };
    for order in [["MD5", "SHA-256"], ["SHA-256", "MD5"]] {
        let mut call = Out::calling();
        let headers = order.map(one).concat();
        let second = challenged(&mut call, 401, &headers).unwrap();
        let lines = all(&second, Name::AUTHORIZATION);
        assert!(lines.len() == 1 && lines[0].contains("algorithm=SHA-256"), "{lines:?}");
        assert!(is_right(&lines[0], &second, None));
    }
}

/// §22.3: what was answered stays in the next request.
#[test]
fn a_proxy_and_a_server_may_both_ask() {
    let mut call = Out::calling();
    challenged(&mut call, 407, &challenge("Proxy-Authenticate", "realm=\"p\", nonce=\"a\", qop=\"auth\"")).unwrap();
    let headers = challenge("WWW-Authenticate", "realm=\"s\", nonce=\"b\", qop=\"auth\"");
    let third = challenged(&mut call, 401, &headers).unwrap();
    assert_eq!(text(&third, Name::CSEQ), "3 INVITE");
    let (server, proxy) = (all(&third, Name::AUTHORIZATION), all(&third, Name::PROXY_AUTHORIZATION));
    assert!(server.len() == 1 && proxy.len() == 1 && proxy[0].contains("nc=00000002"));
    assert!(is_right(&server[0], &third, None) && is_right(&proxy[0], &third, None));
}

/// §22.2: a BYE is challenged as anything else.
#[test]
fn a_challenged_bye_is_sent_again() {
    let mut call = Out::closing();
    let bye = call.theirs("BYE", 1);
    let headers = challenge("WWW-Authenticate", "realm=\"r\", nonce=\"n\", qop=\"auth\"");
    let response = call.reply(&bye, 401, "them", &headers);
    call.node.response(call.key, response.clone());
    let Sent::Request(key, bye, _) = call.node.one() else { panic!("a BYE") };
    assert!(key != call.key && text(&bye, Name::CSEQ) == "3 BYE");
    assert!(is_right(&text(&bye, Name::AUTHORIZATION), &bye, None));
    call.node.response(key, response); // refused again: it is over all the same
    assert_eq!(call.node.ended(), Cause::LocalHangUp);
}

#[test]
fn a_password_is_never_printed() {
    assert_eq!(format!("{:?}", common::password()), "Credentials(us, ..)");
    assert!(!format!("{:?}", connect().credentials(Some(common::password()))).contains("secret"));
}
