//! Session descriptions: an offer of ordinary size is read; and read, answered, and the answer written. Then the same with
//! what a browser offers: 60 lines, sound and pictures in one bundle, with ICE and DTLS; both streams are taken.
//!
//! A good number: reading the ordinary offer within 2 µs, all of it within 10; reading and answering the browser's within
//! 15: small beside the signalling of the call that carries it.

use bytes::BytesMut;
use criterion::{Criterion, criterion_group, criterion_main};
use offhook::sdp::{Codec, LocalSession, LocalStream, Negotiator, Protocol, SessionDescription};
use std::hint::black_box;

const BROWSER_OFFER: &[u8] = include_bytes!("data/browser_offer.sdp");

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

/// Reading and answering alone, without writing.
#[inline(never)]
fn answer_browser(bytes: &[u8], local: &LocalSession) {
    black_box(Negotiator::new(1).answer(&parse(bytes), local).expect("a codec of both"));
}

/// A telephone in a browser's world.
fn browser_phone() -> LocalSession {
    let opus = Codec::new("opus", 48_000, 111).with_channels(2).with_fmtp("minptime=10;useinbandfec=1");
    let audio = [opus, Codec::pcmu(), Codec::pcma()];
    let keys = |stream: LocalStream| {
        stream
            .with_protocol(Protocol::DtlsSavpf)
            .with_rtcp_mux()
            .with_attribute("ice-ufrag", "k3Yp")
            .with_attribute("ice-pwd", "0aB1cD2eF3gH4iJ5kL6mN7oP")
            .with_attribute("candidate", "1 1 udp 2130706431 192.0.2.1 4000 typ host")
            .with_attribute("fingerprint", "sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF")
            .with_attribute("setup", "active")
    };
    let vp8 = [Codec::new("VP8", 90_000, 96)];
    let audio = keys(LocalStream::audio(([192, 0, 2, 1], 4000).into(), audio).with_telephone_events());
    let video = keys(LocalStream::video(([192, 0, 2, 1], 4002).into(), vp8));
    LocalSession::new([audio, video]).with_bundle(true)
}

fn sdp(c: &mut Criterion) {
    let codecs = vec![Codec::pcmu(), Codec::pcma(), Codec::telephone_event(101, 8000)];
    let local = LocalSession::audio(([192, 0, 2, 1], 4000).into(), codecs);
    let mut out = BytesMut::new();
    c.bench_function("sdp/parse", |b| b.iter(|| parse(black_box(OFFER))));
    c.bench_function("sdp/parse_answer_write", |b| b.iter(|| answer(black_box(OFFER), &local, &mut out)));
    let phone = browser_phone();
    c.bench_function("sdp/browser_parse", |b| b.iter(|| parse(black_box(BROWSER_OFFER))));
    c.bench_function("sdp/browser_parse_answer", |b| b.iter(|| answer_browser(black_box(BROWSER_OFFER), &phone)));
}

criterion_group!(benches, sdp);
criterion_main!(benches);
