//! offhook-sip-parser: `MessageView::parse` into an `Index` that is used again, as a server does it; then `typed` and
//! `typed_all`.

use super::{Parser, Split, Typed};
use bytes::Bytes;
use offhook_sip_parser::header::{CSeq, CallId, Contact, From, To, Via};
use offhook_sip_parser::{Index, MessageView};
use std::hint::black_box;

#[derive(Default)]
pub(super) struct Offhook(Index);

impl Parser for Offhook {
    const WHO: &'static str = "offhook";

    fn split(&mut self, message: &Bytes) -> Option<Split> {
        let view = MessageView::parse(message, &mut self.0).ok()?;
        black_box(view.start_line());
        Some(Split { headers: view.headers().len(), body: view.body().len() })
    }

    fn typed(&mut self, message: &Bytes) -> Option<Typed> {
        let view = MessageView::parse(message, &mut self.0).ok()?;
        black_box(view.start_line());
        let mut found = Typed::default();
        for via in view.typed_all::<Via<'_>>() {
            black_box(via.ok()?);
            found.via += 1;
        }
        for contact in view.typed_all::<Contact<'_>>() {
            black_box(contact.ok()?);
            found.contact += 1;
        }
        black_box(view.required::<From<'_>>().ok()?);
        black_box(view.required::<To<'_>>().ok()?);
        black_box(view.required::<CallId<'_>>().ok()?);
        found.single = 3;
        found.cseq = black_box(view.required::<CSeq>().ok()?).number;
        Some(found)
    }
}
