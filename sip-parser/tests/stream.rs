//! The push framer: any split, any bytes, every limit.

mod common;

use bytes::Bytes;
use offhook_sip_parser::stream::{Framed, Framer};
use offhook_sip_parser::{ErrorKind, Limits, Message, Name, ParseError, Place, Status};
use proptest::prelude::*;
use std::fs;

const LENGTH: Place = Place::Header(Name::CONTENT_LENGTH);

/// What comes out, in order, and the error that ended it.
fn frame_with(framer: &mut Framer, pieces: &[&[u8]]) -> (Vec<Framed>, Option<ParseError>) {
    let mut out = Vec::new();
    for mut piece in pieces.iter().copied() {
        loop {
            match framer.push(&mut piece) {
                Ok(Framed::Incomplete) => break,
                Ok(framed) => out.push(framed),
                Err(e) => {
                    let left = piece.len();
                    assert_eq!(
                        (framer.push(&mut piece), piece.len()),
                        (Err(e), left),
                        "dead is dead, and takes nothing"
                    );
                    return (out, Some(e));
                }
            }
        }
        assert!(piece.is_empty(), "incomplete has taken all");
    }
    (out, None)
}

fn frame(stream: &[u8]) -> (Vec<Framed>, Option<ParseError>) {
    frame_with(&mut Framer::default(), &[stream])
}

fn refused(stream: impl AsRef<[u8]>, limits: Limits) -> (ErrorKind, Place, usize) {
    let mut framer = Framer::new(limits);
    let (out, error) = frame_with(&mut framer, &[stream.as_ref()]);
    assert_eq!(out, []);
    // A byte at a time it is the same, so nothing hangs on the pieces.
    let single: Vec<_> = stream.as_ref().chunks(1).collect();
    assert_eq!(frame_with(&mut Framer::new(limits), &single).1, error);
    let error = error.expect("refused");
    (error.kind, error.place, error.at)
}

fn message(text: &str) -> Framed {
    Framed::Message(Bytes::copy_from_slice(text.as_bytes()))
}

const OPTIONS: &str = "OPTIONS sip:b@x SIP/2.0\r\nContent-Length: 4\r\nX: y\r\n\r\nab\r\n";
const OK: &str = "SIP/2.0 200 OK\r\nX: 1\r\n 2\r\nl:\r\n 0\r\n\r\n";

#[test]
fn pipelined_messages_come_out_one_by_one_and_byte_for_byte() {
    let (out, error) = frame([OPTIONS, OK, OPTIONS].concat().as_bytes());
    assert_eq!((out, error), (vec![message(OPTIONS), message(OK), message(OPTIONS)], None));
}

#[test]
fn the_length_is_found_in_any_spelling() {
    for line in ["Content-Length: 2", "content-length:2", "l: 2", "L \t:  2  ", "CONTENT-LENGTH:\r\n\t 2", "l:002"] {
        let text = format!("MESSAGE sip:b@x SIP/2.0\r\nA: b\r\n{line}\r\n\r\nhi");
        assert_eq!(frame(format!("{text}{OK}").as_bytes()).0, [message(&text), message(OK)], "{line}");
    }
    let bare = "MESSAGE sip:b@x SIP/2.0\nl: 2\n\nhi";
    assert_eq!(frame(format!("{bare}{OK}").as_bytes()).0, [message(bare), message(OK)], "lone LF, as on datagrams");
    let twice = "MESSAGE sip:b@x SIP/2.0\r\nl: 2\r\nContent-Length: 2\r\n\r\nhi";
    assert_eq!(frame(twice.as_bytes()).0, [message(twice)], "two that agree");
}

#[test]
fn a_length_that_is_missing_doubtful_or_no_number_kills_the_stream() {
    let limits = Limits::default();
    let bad = |lines: &str| refused(format!("OPTIONS sip:b@x SIP/2.0\r\n{lines}\r\n"), limits);
    assert_eq!(bad("X: l\r\n"), (ErrorKind::Missing, LENGTH, 33));
    assert_eq!(bad(""), (ErrorKind::Missing, LENGTH, 27));
    assert_eq!(bad("X: y\r\n l: 5\r\n"), (ErrorKind::Missing, LENGTH, 40), "what is folded is no header");
    assert_eq!(bad("l: 1\r\nContent-Length: 2\r\n"), (ErrorKind::Repeated, LENGTH, 47));
    for number in ["-1", "", "1, 1", "0x1", "1 1", "99999999999999999999999"] {
        assert_eq!(bad(&format!("l: {number}\r\nX: y\r\n")).0, ErrorKind::BadNumber, "{number}");
    }
    let mut framer = Framer::default();
    let (_, error) = frame_with(&mut framer, &[b"OPTIONS sip:b@x SIP/2.0\r\nCall-ID: 7\r\n\r\n"]);
    assert_eq!(error.unwrap().status(), Status::BAD_REQUEST);
    let rest = Message::parse(Bytes::copy_from_slice(framer.pending())).unwrap();
    assert_eq!(rest.header(Name::CALL_ID), Some(&b"7"[..]), "enough is left to answer");
}

#[test]
fn a_body_that_is_too_large_is_refused_before_it_comes() {
    let head = "MESSAGE sip:b@x SIP/2.0\r\nContent-Length: 104857600\r\nX";
    assert_eq!(refused(head, Limits::default()), (ErrorKind::TooLarge, Place::Body, 41));
    let error = frame(head.as_bytes()).1.unwrap();
    assert_eq!(error.status(), Status::REQUEST_ENTITY_TOO_LARGE);
    assert_eq!(error.to_string(), "too large in the body at byte 41");
    let limits = Limits { body: 4, ..Limits::default() };
    assert_eq!(frame_with(&mut Framer::new(limits), &[OPTIONS.as_bytes()]).0, [message(OPTIONS)]);
}

#[test]
fn every_limit_holds_to_the_byte_and_names_itself() {
    let limits = Limits { start_line: 25, header_line: 30, head: 73, headers: 3, body: 0 };
    let start = "OPTIONS sip:b@x SIP/2.0\r\n";
    let line = |n: usize| format!("X: {}\r\n", "y".repeat(n - 5));
    let full = format!("{start}{}{}l: 0\r\n\r\n", line(30), line(12));
    assert_eq!(full.len(), 75, "the empty line is not counted");
    assert_eq!(frame_with(&mut Framer::new(limits), &[full.as_bytes()]), (vec![message(&full)], None));

    assert_eq!(refused(format!("X{full}"), limits), (ErrorKind::TooLarge, Place::StartLine, 25));
    assert_eq!(refused(format!("{start}{}", line(31)), limits), (ErrorKind::TooLarge, Place::HeaderLine, 55));
    let folded = format!("{start}{} {}", line(20), line(10));
    assert_eq!(refused(folded, limits), (ErrorKind::TooLarge, Place::HeaderLine, 55));
    let head = format!("{start}{}{}l: 0\r\n", line(30), line(13));
    assert_eq!(refused(head, limits), (ErrorKind::TooLarge, Place::Headers, 73));
    let many = format!("{start}{}X", line(5).repeat(3));
    assert_eq!(refused(many, limits), (ErrorKind::TooMany, Place::Headers, 40));
    let status = |kind, place| ParseError { kind, place, at: 0 }.status();
    assert_eq!(status(ErrorKind::TooLarge, Place::StartLine), Status::REQUEST_URI_TOO_LONG);
    assert_eq!(status(ErrorKind::TooLarge, Place::HeaderLine), Status::MESSAGE_TOO_LARGE);
    assert_eq!(status(ErrorKind::TooMany, Place::Headers), Status::MESSAGE_TOO_LARGE);
}

#[test]
fn a_slow_flood_of_header_bytes_is_bounded() {
    for flood in ["X: y\r\n", " folded\r\n", "y", "\r\n y", "\u{0}"] {
        let mut framer = Framer::default();
        let mut error = None;
        let start = b"OPTIONS sip:b@x SIP/2.0\r\nX: ";
        for byte in start.iter().chain(flood.as_bytes().iter().cycle().take(1_000_000)) {
            if let Err(e) = framer.push(&mut &[*byte][..]) {
                error = Some(e);
            }
            assert!(framer.pending().len() <= 65_535);
        }
        assert!(matches!(error.unwrap().kind, ErrorKind::TooLarge | ErrorKind::TooMany), "{flood:?}");
    }
    let mut framer = Framer::default();
    let flood = [b'X'; 100_000];
    assert!(framer.push(&mut &flood[..]).is_err() && framer.pending().len() <= 8_192, "not kept, then refused");
}

#[test]
fn garbage_is_refused_at_its_first_byte_or_its_first_empty_line() {
    let limits = Limits::default();
    assert_eq!(refused([0x16, 3, 1, 0, 200], limits), (ErrorKind::BadCharacter, Place::StartLine, 0), "TLS");
    assert_eq!(refused(" x", limits), (ErrorKind::BadCharacter, Place::StartLine, 0));
    assert_eq!(refused("GET / HTTP/1.1\r\nHost: x\r\n\r\n", limits), (ErrorKind::Missing, LENGTH, 27));
    assert_eq!(refused("OPTIONS sip:b@x SIP/2.0\r\n\rX", limits), (ErrorKind::BadCharacter, Place::HeaderLine, 26));
}

#[test]
fn two_line_ends_between_messages_are_a_ping_and_one_awaited_is_a_pong() {
    let stream = format!("\r\n\r\n{OPTIONS}\r\n\r\n\r\n\r\n{OK}");
    let pinged = vec![Framed::Ping, message(OPTIONS), Framed::Ping, Framed::Ping, message(OK)];
    let single: Vec<_> = stream.as_bytes().chunks(1).collect();
    assert_eq!(frame(stream.as_bytes()).0, pinged);
    assert_eq!(frame_with(&mut Framer::default(), &single).0, pinged);

    let mut framer = Framer::default();
    framer.expect_pong();
    let stream = format!("\r\n{OK}\r\n\r\n");
    assert_eq!(frame_with(&mut framer, &[stream.as_bytes()]).0, [Framed::Pong, message(OK), Framed::Ping]);
    // Their pong and their own ping together are both, in whichever order they came.
    framer.expect_pong();
    assert_eq!(frame_with(&mut framer, &[b"\r\n\r", b"\n\r\n"]).0, [Framed::Pong, Framed::Ping]);
    // Line ends that nobody waits for, or that are none, say nothing.
    assert_eq!(frame(format!("\r\n{OK}\n\n\r\r{OK}\r\n").as_bytes()).0, [message(OK), message(OK)]);
}

#[test]
fn a_websocket_frame_is_a_message_or_a_keep_alive() {
    assert_eq!(Framed::of_frame(Bytes::from_static(b"\r\n\r\n")), Framed::Ping);
    assert_eq!(Framed::of_frame(Bytes::from_static(b"\r\n")), Framed::Pong);
    assert_eq!(Framed::of_frame(Bytes::new()), Framed::Incomplete);
    assert_eq!(Framed::of_frame(Bytes::from_static(b"SIP/2.0 200 OK\r\n\r\n")), message("SIP/2.0 200 OK\r\n\r\n"));
}

#[test]
fn an_end_within_a_message_is_seen() {
    let mut framer = Framer::default();
    assert!(framer.is_between());
    for cut in 1..OPTIONS.len() {
        let mut framer = Framer::default();
        assert_eq!(frame_with(&mut framer, &[&OPTIONS.as_bytes()[..cut]]), (vec![], None));
        assert!(!framer.is_between() && framer.pending() == &OPTIONS.as_bytes()[..cut]);
    }
    assert_eq!(frame_with(&mut framer, &[OPTIONS.as_bytes()]).0.len(), 1);
    assert!(framer.is_between() && framer.pending().is_empty());
}

#[test]
fn real_messages_are_framed_as_they_parse() {
    let Some(folder) = common::vectors("sip-real/messages") else { return };
    let (mut framed, mut stream) = (Vec::new(), Vec::new());
    for file in fs::read_dir(folder).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let Ok(message) = Message::parse(bytes.into()) else { continue };
        // Without a length it is for datagrams; what follows the body is, on a stream, the next message.
        if message.header(Name::CONTENT_LENGTH).is_none() {
            continue;
        }
        let end = message.body().as_ptr() as usize + message.body().len() - message.bytes().as_ptr() as usize;
        let whole = message.bytes().slice(..end);
        let lead = whole.iter().take_while(|b| b.is_ascii_whitespace()).count();
        stream.extend_from_slice(&whole);
        framed.push(Framed::Message(whole.slice(lead..)));
    }
    assert!(framed.len() > 400);
    assert_eq!(frame(&stream).0.into_iter().filter(|f| matches!(f, Framed::Message(_))).collect::<Vec<_>>(), framed);
}

/// A message as a peer may write it, and what may stand before it.
fn any_message() -> impl Strategy<Value = (String, String)> {
    let header = "[A-Z][a-z-]{1,8} ?: ?[ -~]{0,20}(\r\n [a-z]{0,5}){0,2}\r?\n";
    let length = prop::sample::select(vec!["l: ", "Content-Length:\r\n ", "CONTENT-LENGTH : ", "L:"]);
    let headers = || prop::collection::vec(header, 0..4);
    ("(\r\n){0,4}", headers(), length, headers(), "[ -~\r\n]{0,40}").prop_map(|(before, a, length, b, body)| {
        let (a, b) = (a.concat(), b.concat());
        (before, format!("MESSAGE sip:b@x SIP/2.0\r\n{a}{length}{}\r\n{b}\r\n{body}", body.len()))
    })
}

proptest! {
    #[test]
    fn any_split_of_a_stream_gives_the_same(
        messages in prop::collection::vec(any_message(), 1..6),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let stream: String = messages.iter().map(|(before, message)| format!("{before}{message}")).collect();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len())).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let pieces: Vec<_> = cuts.windows(2).map(|w| &stream.as_bytes()[w[0]..w[1]]).collect();
        let whole = frame(stream.as_bytes());
        prop_assert_eq!(frame_with(&mut Framer::default(), &pieces), whole.clone());
        let framed: Vec<_> = whole.0.into_iter().filter(|f| *f != Framed::Ping).collect();
        let expected: Vec<_> = messages.iter().map(|(_, text)| message(text)).collect();
        prop_assert_eq!(framed, expected);
    }

    #[test]
    fn any_bytes_are_framed_or_refused_and_what_parses_is_whole(
        stream in prop::collection::vec(prop_oneof![
            prop::sample::select(b"\r\n :lL0123 \t".to_vec()), any::<u8>()], 0..200),
        size in 1usize..50,
        opened in any::<bool>(),
    ) {
        let stream = [if opened { &b"OPTIONS sip:b@x SIP/2.0\r\nl:1"[..] } else { b"" }, &stream].concat();
        let pieces: Vec<_> = stream.chunks(size).collect();
        let (framed, error) = frame_with(&mut Framer::default(), &pieces);
        prop_assert_eq!(frame(&stream), (framed.clone(), error));
        for message in framed {
            let Framed::Message(bytes) = message else { continue };
            if let Ok(message) = Message::parse(bytes.clone()) {
                // Framer and parser read the same length, or one could be slipped past the other.
                prop_assert!(bytes.ends_with(&message.body()));
                let end = message.body().as_ptr() as usize + message.body().len();
                prop_assert_eq!(end, bytes.as_ptr() as usize + bytes.len());
            }
        }
    }
}
