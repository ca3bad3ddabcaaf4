//! rsip: `SipMessage::try_from(&[u8])`, which also types the Request-URI; then `into_typed` of each header, which spares
//! the copy that `typed` makes. Its Call-ID is a string that the split has made.

use super::{Parser, Split, Typed};
use bytes::Bytes;
use rsip::headers::ToTypedHeader;
use rsip::prelude::HasHeaders;
use rsip::{Header, SipMessage};
use std::hint::black_box;

#[derive(Default)]
pub(super) struct Rsip;

impl Parser for Rsip {
    const WHO: &'static str = "rsip";

    fn split(&mut self, message: &Bytes) -> Option<Split> {
        let message = black_box(SipMessage::try_from(&message[..]).ok()?);
        Some(Split { headers: message.headers().iter().count(), body: message.body().len() })
    }

    fn typed(&mut self, message: &Bytes) -> Option<Typed> {
        let message = black_box(SipMessage::try_from(&message[..]).ok()?);
        let headers = match message {
            SipMessage::Request(request) => request.headers,
            SipMessage::Response(response) => response.headers,
        };
        let mut found = Typed::default();
        for header in headers {
            match header {
                Header::Via(via) => {
                    black_box(via.into_typed().ok()?);
                    found.via += 1;
                }
                Header::Contact(contact) => {
                    black_box(contact.into_typed().ok()?);
                    found.contact += 1;
                }
                Header::From(from) => {
                    black_box(from.into_typed().ok()?);
                    found.single += 1;
                }
                Header::To(to) => {
                    black_box(to.into_typed().ok()?);
                    found.single += 1;
                }
                Header::CallId(id) => {
                    black_box(id);
                    found.single += 1;
                }
                Header::CSeq(cseq) => found.cseq = black_box(cseq.into_typed().ok()?).seq,
                _ => {}
            }
        }
        Some(found)
    }
}
