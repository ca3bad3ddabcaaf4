//! SIP on streams.

use bytes::Bytes;
use offhook_sip_parser::stream::{Framed, Framer};
use offhook_sip_parser::{Limits, Message};

/// A stream gives the same messages whole, byte by byte, and in pieces whose lengths the first byte chooses; and where the
/// framer ends a message, there the parser ends it too.
pub fn sip_stream(data: &[u8]) {
    let Some((&first, stream)) = data.split_first() else { return };
    let piece = usize::from(first % 61) + 1;
    let whole = frames(stream, stream.len().max(1));
    assert_eq!(frames(stream, 1), whole, "byte by byte");
    assert_eq!(frames(stream, piece), whole, "in pieces of {piece}");
    for message in &whole.0 {
        if let Ok(read) = Message::parse(message.clone()) {
            assert_eq!(read.bytes().len(), message.len());
            assert!(message.ends_with(&read.body()), "framer and parser agree on the body's end");
        }
    }
}

/// The messages, the count of keep-alives, and the error that ended the stream.
fn frames(stream: &[u8], piece: usize) -> (Vec<Bytes>, usize, Option<offhook_sip_parser::ErrorKind>) {
    let (mut framer, mut messages, mut pings) = (Framer::new(Limits::default()), Vec::new(), 0);
    for mut input in stream.chunks(piece) {
        loop {
            match framer.push(&mut input) {
                Ok(Framed::Message(message)) => messages.push(message),
                Ok(Framed::Ping | Framed::Pong) => pings += 1,
                Ok(Framed::Incomplete) => break,
                Err(error) => return (messages, pings, Some(error.kind)),
            }
        }
    }
    (messages, pings, None)
}
