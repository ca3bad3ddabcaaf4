//! httparse: `Request::parse_with_uninit_headers` with room for 64, on an HTTP request made of the SIP message: another
//! start line of the same length, the headers and the body as they are. It does not frame the body.

use super::{Parser, Split, Typed};
use bytes::Bytes;
use httparse::{Request, Status};
use std::hint::black_box;
use std::mem::MaybeUninit;

#[derive(Default)]
pub(super) struct Httparse;

impl Parser for Httparse {
    const WHO: &'static str = "httparse";
    const TYPES: bool = false;

    fn prepare(message: &Bytes) -> Bytes {
        let end = message.iter().position(|&b| b == b'\r').unwrap_or(message.len());
        let (start, rest) = message.split_at(end);
        let (ahead, behind) = ("GET /", " HTTP/1.1");
        let path = "a".repeat(start.len().saturating_sub(ahead.len() + behind.len()));
        [ahead.as_bytes(), path.as_bytes(), behind.as_bytes(), rest].concat().into()
    }

    fn split(&mut self, message: &Bytes) -> Option<Split> {
        let mut room = [const { MaybeUninit::uninit() }; 64];
        let mut request = Request::new(&mut []);
        let Ok(Status::Complete(head)) = request.parse_with_uninit_headers(message, &mut room) else { return None };
        black_box((request.method, request.path));
        Some(Split { headers: request.headers.len(), body: message.len() - head })
    }

    fn typed(&mut self, _: &Bytes) -> Option<Typed> {
        None
    }
}
