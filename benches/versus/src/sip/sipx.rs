//! sipx-sip: `parse_datagram` of `Bytes`, which also types the Request-URI; then `Headers::typed` and `typed_all`.

use super::{Parser, Split, Typed};
use bytes::Bytes;
use sipx_sip::headers::{CSeq, CallId, Contact, From, To, Via};
use sipx_sip::{Limits, parse_datagram};
use std::hint::black_box;

#[derive(Default)]
pub(super) struct Sipx;

impl Parser for Sipx {
    const WHO: &'static str = "sipx";

    fn split(&mut self, message: &Bytes) -> Option<Split> {
        let message = black_box(parse_datagram(message.clone(), &Limits::datagram()).ok()?);
        Some(Split { headers: message.headers().len(), body: message.body().len() })
    }

    fn typed(&mut self, message: &Bytes) -> Option<Typed> {
        let message = black_box(parse_datagram(message.clone(), &Limits::datagram()).ok()?);
        let headers = message.headers();
        let mut found = Typed::default();
        for via in headers.typed_all::<Via>() {
            black_box(via.ok()?);
            found.via += 1;
        }
        for contact in headers.typed_all::<Contact>() {
            black_box(contact.ok()?);
            found.contact += 1;
        }
        black_box(headers.typed::<From>()?.ok()?);
        black_box(headers.typed::<To>()?.ok()?);
        black_box(headers.typed::<CallId>()?.ok()?);
        found.single = 3;
        found.cseq = black_box(headers.typed::<CSeq>()?.ok()?).sequence;
        Some(found)
    }
}
