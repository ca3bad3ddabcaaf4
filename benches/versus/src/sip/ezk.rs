//! ezk-sip-types: `PullParser` for the lines, `MessageLine` and `Line` for what is in them, and `Headers` for all of
//! them, as its documentation shows it; the body as long as its `ContentLength` says. Then `Headers::get_named`. It also
//! types the Request-URI, and it copies every value on `insert`, the only way in.

use super::{Parser, Split, Typed};
use bytes::Bytes;
use ezk_sip_types::header::typed::{CSeq, CallID, Contact, ContentLength, FromTo, Via};
use ezk_sip_types::msg::{Line, MessageLine, PullParser};
use ezk_sip_types::parse::Parse;
use ezk_sip_types::{Headers, Name};
use std::hint::black_box;
use std::str::from_utf8;

#[derive(Default)]
pub(super) struct Ezk;

fn read(message: &Bytes) -> Option<(MessageLine, Headers, Bytes)> {
    let mut lines = PullParser::new(message, 0);
    let start = from_utf8(lines.next()?.ok()?).ok()?;
    let (_, start) = MessageLine::parse(message)(start).ok()?;
    let mut headers = Headers::with_capacity(16);
    for line in &mut lines {
        let (_, line) = Line::parse(message, from_utf8(line.ok()?).ok()?).ok()?;
        headers.insert(line.name, line.value);
    }
    let head = lines.head_end();
    let ContentLength(length) = headers.get_named().ok()?;
    (head + length <= message.len()).then(|| (start, headers, message.slice(head..head + length)))
}

impl Parser for Ezk {
    const WHO: &'static str = "ezk";

    fn split(&mut self, message: &Bytes) -> Option<Split> {
        let (start, headers, body) = read(message)?;
        black_box(start);
        Some(Split { headers: headers.iter().count(), body: body.len() })
    }

    fn typed(&mut self, message: &Bytes) -> Option<Typed> {
        let (start, headers, body) = read(message)?;
        black_box((start, body));
        let via = black_box(headers.get_named::<Vec<Via>>().ok()?).len();
        let contact = black_box(headers.get_named::<Vec<Contact>>().ok()?).len();
        black_box(headers.get::<FromTo>(Name::FROM).ok()?);
        black_box(headers.get::<FromTo>(Name::TO).ok()?);
        black_box(headers.get_named::<CallID>().ok()?);
        let cseq = black_box(headers.get_named::<CSeq>().ok()?).cseq;
        Some(Typed { via, contact, single: 3, cseq })
    }
}
