//! rsiprtp: `sip::parser::Message::parse`, then the `typed_…` of each header. The layer above it, `SipMessage`, reads
//! the same values again for every question and has no typed Via. The Request-URI stays a string, and its Call-ID is
//! one that the split has made.

use super::{Parser, Split, Typed};
use bytes::Bytes;
use rsiprtp::sip::parser::{Header, Message};
use std::hint::black_box;

#[derive(Default)]
pub(super) struct Rsiprtp;

impl Parser for Rsiprtp {
    const WHO: &'static str = "rsiprtp";

    fn split(&mut self, message: &Bytes) -> Option<Split> {
        let message = black_box(Message::parse(message).ok()?);
        let (headers, body) = match &message {
            Message::Request(request) => (&request.headers, &request.body),
            Message::Response(response) => (&response.headers, &response.body),
        };
        Some(Split { headers: headers.len(), body: body.len() })
    }

    fn typed(&mut self, message: &Bytes) -> Option<Typed> {
        let message = black_box(Message::parse(message).ok()?);
        let headers = match &message {
            Message::Request(request) => &request.headers,
            Message::Response(response) => &response.headers,
        };
        let mut found = Typed::default();
        for header in headers.iter() {
            match header {
                Header::Via(_) => {
                    black_box(header.typed_via()?.ok()?);
                    found.via += 1;
                }
                Header::Contact(_) => {
                    black_box(header.typed_contact()?.ok()?);
                    found.contact += 1;
                }
                Header::From(_) => {
                    black_box(header.typed_from()?.ok()?);
                    found.single += 1;
                }
                Header::To(_) => {
                    black_box(header.typed_to()?.ok()?);
                    found.single += 1;
                }
                Header::CallId(id) => {
                    black_box(id);
                    found.single += 1;
                }
                Header::CSeq(_) => found.cseq = black_box(header.typed_cseq()?.ok()?).seq,
                _ => {}
            }
        }
        Some(found)
    }
}
