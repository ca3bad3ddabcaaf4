//! Session descriptions: an offer of ordinary size is read; and read, answered, and the answer written.
//!
//! A good number: reading within 2 µs, all of it within 10: small beside the signalling of the call that carries it.

use bytes::BytesMut;
use criterion::{Criterion, criterion_group, criterion_main};
use offhook::sdp::{Codec, LocalSession, Negotiator, SessionDescription};
use std::hint::black_box;

const OFFER: &[u8] = b"v=0\r\n\
o=- 2890844526 2890844526 IN IP4 192.0.2.101\r\n\
s=-\r\n\
c=IN IP4 192.0.2.101\r\n\
t=0 0\r\n\
m=audio 49172 RTP/AVP 9 0 8 18 101\r\n\
a=rtpmap:9 G722/8000\r\n\
a=rtpmap:0 PCMU/8000\r\n\
a=rtpmap:8 PCMA/8000\r\n\
a=rtpmap:18 G729/8000\r\n\
a=fmtp:18 annexb=no\r\n\
a=rtpmap:101 telephone-event/8000\r\n\
a=fmtp:101 0-15\r\n\
a=ptime:20\r\n\
a=sendrecv\r\n";

fn parse(bytes: &[u8]) -> SessionDescription {
    SessionDescription::parse(bytes).expect("a description")
}

/// A function of its own, so that a profile counts it alone.
#[inline(never)]
fn answer(bytes: &[u8], local: &LocalSession, out: &mut BytesMut) {
    out.clear();
    let (answer, agreed) = Negotiator::new(1).answer(&parse(bytes), local).expect("a codec of both");
    answer.write_to(out);
    black_box(agreed);
}

fn sdp(c: &mut Criterion) {
    let codecs = vec![Codec::pcmu(), Codec::pcma(), Codec::telephone_event(101, 8000)];
    let local = LocalSession::audio(([192, 0, 2, 1], 4000).into(), codecs);
    let mut out = BytesMut::new();
    c.bench_function("sdp/parse", |b| b.iter(|| parse(black_box(OFFER))));
    c.bench_function("sdp/parse_answer_write", |b| b.iter(|| answer(black_box(OFFER), &local, &mut out)));
}

criterion_group!(benches, sdp);
criterion_main!(benches);
