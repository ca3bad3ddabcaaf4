//! SIP messages.

use crate::headers::every_header;
use crate::mutations::mutated;
use crate::sip_body::sip_body;
use crate::sip_stream::sip_stream;
use bytes::Bytes;
use offhook_sip_parser::header::{CSeq, CallId, From, To, TypedHeader, Via};
use offhook_sip_parser::strategies::{Choices, NearlyValidMessage, ValidMessage};
use offhook_sip_parser::{Draft, ErrorKind, Index, Leniency, Limits, Message, MessageView, Name, Status};
use std::fmt::Display;

/// A message goes through everything that reads SIP: as a datagram, on a stream that is cut as its length says, and its
/// body as what it says to be and as everything else.
pub fn whole_message(data: &[u8]) {
    sip_message(data);
    sip_stream(&[&[data.len() as u8], data].concat());
    if let Ok(view) = MessageView::parse(data, &mut Index::new())
        && let Some(kind) = view.header(Name::CONTENT_TYPE)
    {
        sip_body(&[kind, b"\n", view.body()].concat());
    }
}

/// This many messages, valid and nearly valid by turns, the same in every run.
pub fn generated_messages(count: u64) -> Vec<Vec<u8>> {
    let message = |n: u64| {
        let choices: Vec<u8> = (0..64).flat_map(|i| mutated(&(n * 64 + i).to_be_bytes(), n ^ i)).collect();
        let mut choices = Choices::new(&choices);
        if n.is_multiple_of(2) {
            ValidMessage::choose(&mut choices).into()
        } else {
            NearlyValidMessage::choose(&mut choices).into()
        }
    };
    (0..count).map(message).collect()
}

/// A message is read in every way, asked everything, answered, and the answer read again.
pub fn sip_message(data: &[u8]) {
    let mut index = Index::new();
    let view = MessageView::parse(data, &mut index);
    let owned = Message::parse_or_salvage(Bytes::copy_from_slice(data), &Limits::default());
    match (view, owned) {
        (Ok(view), Ok(owned)) => {
            read(view);
            assert_eq!(view.as_bytes(), owned.bytes());
            assert_eq!(view.body(), owned.body());
            assert_eq!(view.check(), owned.check());
            check(view);
            answer(owned.view());
        }
        (Err(error), Err(malformed)) => {
            assert_eq!(error, malformed.error);
            let _ = (error.status(), error.to_string());
            // What was saved from a bad message is answered too.
            if let Some(message) = malformed.message {
                read(message.view());
                answer(message.view());
            }
        }
        (view, owned) => panic!("borrowed {view:?} and owned {owned:?} do not agree"),
    }
}

/// Each departure that is taken makes no message worse, and a fault is inside the message.
fn check(view: MessageView<'_>) {
    assert_eq!(view.check_with(&Leniency::default()), view.check());
    let strict = view.check_with(&Leniency::strict());
    if let Err(error) = strict {
        assert!(error.at <= view.as_bytes().len(), "{error}");
        if let ErrorKind::Departure(departure) = error.kind {
            let taken = view.check_with(Leniency::strict().set(departure, true));
            assert_ne!(taken.err().map(|e| e.kind), Some(error.kind));
        }
    }
    // What is taken strictly is taken at default.
    assert!(strict.is_err() || view.check().is_ok());
}

fn read(view: MessageView<'_>) {
    let _ = (view.start_line(), view.method(), view.status(), view.reason(), view.check());
    let _ = view.uri().map(|uri| uri.to_owned());
    let _ = format!("{view:?}");
    for header in view.headers() {
        let _ = (header.name(), header.value);
    }
    every_header(view);
}

/// A response to a whole request is whole, whatever the request was like.
fn answer(request: MessageView<'_>) {
    let whole = request.check();
    let bytes = Draft::response(request, Status::OK, Some("tag")).response_bytes();
    // It may have more lines than the request, where that has as many as are read: all of its Vias are in it.
    let limits = Limits { headers: 1024, head: 1 << 20, ..Limits::default() };
    let response = match Message::parse_with(bytes, &limits) {
        Ok(response) => response,
        Err(error) => panic!("the answer cannot be read: {error}"),
    };
    assert_eq!(response.status(), Some(Status::OK));
    if whole.is_ok() {
        assert_eq!(response.check(), Ok(()), "the answer to a whole message is whole");
        let (sent, came) = (response.view(), request);
        assert_eq!(text::<Via<'_>>(sent), text::<Via<'_>>(came));
        assert_eq!(text::<From<'_>>(sent), text::<From<'_>>(came));
        assert_eq!(text::<CallId<'_>>(sent), text::<CallId<'_>>(came));
        assert_eq!(text::<CSeq>(sent), text::<CSeq>(came));
        assert!(response.required::<To<'_>>().is_ok_and(|to| to.tag().is_some()), "the answer has a To tag");
    }
}

/// A header as text, each run of white space as one: a draft unfolds what it copies character by character, and a value
/// that is written makes one space of a fold.
fn text<'a, T: TypedHeader<'a> + Display>(message: MessageView<'a>) -> String {
    let text = message.required::<T>().map(|t| t.to_string()).expect("it was checked");
    text.split(['\r', '\n', '\0', ' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
