//! rvoip-sip-core: `parse_message`, which types every header that it knows, the Request-URI too, and cannot stop
//! earlier. So it does more than `typed` asks, and has no `split`.

use super::{Parser, Split, Typed};
use bytes::Bytes;
use rvoip_sip_core::{TypedHeader, parse_message};
use std::hint::black_box;

#[derive(Default)]
pub(super) struct Rvoip;

impl Parser for Rvoip {
    const WHO: &'static str = "rvoip";
    const SPLITS: bool = false;

    fn split(&mut self, _: &Bytes) -> Option<Split> {
        None
    }

    fn typed(&mut self, message: &Bytes) -> Option<Typed> {
        let message = black_box(parse_message(message).ok()?);
        let mut found = Typed::default();
        for header in message.all_headers() {
            match header {
                TypedHeader::Via(via) => found.via += via.0.len(),
                TypedHeader::Contact(contact) => found.contact += contact.0.len(),
                TypedHeader::From(_) | TypedHeader::To(_) | TypedHeader::CallId(_) => found.single += 1,
                TypedHeader::CSeq(cseq) => found.cseq = cseq.seq,
                _ => {}
            }
        }
        Some(found)
    }
}
