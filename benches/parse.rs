//! Reading SIP messages of an ordinary size: an INVITE with an offer, an OPTIONS, and the 200 to the INVITE.
//!
//! `index` finds the start line and every header; `typed` also reads Via, From, To, CSeq, Call-ID and Contact. Both into
//! an [`Index`] that is used again, as a server does it.
//!
//! `edit` is what a proxy does to the INVITE after that, with a Route before its Max-Forwards: it pops the Route, counts
//! Max-Forwards down, pushes a Record-Route and a Via, and writes the message out.
//!
//! A good number on one core of an ordinary server: an index within a microsecond, everything typed within two, and so an edit. That
//! is half a million INVITEs a second, a hundred times what the calls behind them allow.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use offhook::sip_parser::header::{CSeq, CallId, Contact, From, NameAddr, To, TypedHeader, Via};
use offhook::sip_parser::{Edit, Index, MessageView, UriView};
use std::hint::black_box;

const INVITE: &[u8] = b"INVITE sip:bob@biloxi.example.com SIP/2.0\r\n\
Via: SIP/2.0/UDP client.atlanta.example.com:5060;branch=z9hG4bK74bf9a1c;rport\r\n\
Max-Forwards: 70\r\n\
From: \"Alice\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n\
To: \"Bob\" <sip:bob@biloxi.example.com>\r\n\
Call-ID: 3848276298220188511@atlanta.example.com\r\n\
CSeq: 1 INVITE\r\n\
Contact: <sip:alice@client.atlanta.example.com:5060>\r\n\
Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO\r\n\
Supported: replaces, timer\r\n\
User-Agent: bench/1.0\r\n\
Content-Type: application/sdp\r\n\
Content-Length: 238\r\n\
\r\n\
v=0\r\n\
o=alice 2890844526 2890844526 IN IP4 client.atlanta.example.com\r\n\
s=-\r\n\
c=IN IP4 192.0.2.101\r\n\
t=0 0\r\n\
m=audio 49172 RTP/AVP 0 8 101\r\n\
a=rtpmap:0 PCMU/8000\r\n\
a=rtpmap:8 PCMA/8000\r\n\
a=rtpmap:101 telephone-event/8000\r\n\
a=ptime:20\r\n\
a=sendrecv\r\n";

const OPTIONS: &[u8] = b"OPTIONS sip:trunk@192.0.2.40:5060 SIP/2.0\r\n\
Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK5c1b22e0;rport\r\n\
Max-Forwards: 70\r\n\
From: <sip:monitor@198.51.100.7>;tag=as6f0e11aa\r\n\
To: <sip:trunk@192.0.2.40:5060>\r\n\
Call-ID: 5f12c07e31b0a4d9@198.51.100.7\r\n\
CSeq: 102 OPTIONS\r\n\
Contact: <sip:monitor@198.51.100.7:5060>\r\n\
User-Agent: bench/1.0\r\n\
Content-Length: 0\r\n\
\r\n";

const ANSWER: &[u8] = b"SIP/2.0 200 OK\r\n\
Via: SIP/2.0/UDP client.atlanta.example.com:5060;branch=z9hG4bK74bf9a1c;rport=5060;received=192.0.2.101\r\n\
From: \"Alice\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n\
To: \"Bob\" <sip:bob@biloxi.example.com>;tag=8321234356\r\n\
Call-ID: 3848276298220188511@atlanta.example.com\r\n\
CSeq: 1 INVITE\r\n\
Contact: <sip:bob@client.biloxi.example.com:5060>\r\n\
Allow: INVITE, ACK, CANCEL, BYE\r\n\
Content-Type: application/sdp\r\n\
Content-Length: 210\r\n\
\r\n\
v=0\r\n\
o=bob 2890844527 2890844527 IN IP4 client.biloxi.example.com\r\n\
s=-\r\n\
c=IN IP4 192.0.2.201\r\n\
t=0 0\r\n\
m=audio 3456 RTP/AVP 0 101\r\n\
a=rtpmap:0 PCMU/8000\r\n\
a=rtpmap:101 telephone-event/8000\r\n\
a=ptime:20\r\n\
a=sendrecv\r\n";

/// A function of its own, so that a profile counts it alone.
#[inline(never)]
fn index_only(bytes: &[u8], index: &mut Index) -> usize {
    MessageView::parse(bytes, index).expect("a message").body().len()
}

/// The same.
#[inline(never)]
fn index_and_typed(bytes: &[u8], index: &mut Index) -> u32 {
    let view = MessageView::parse(bytes, index).expect("a message");
    let via = view.required::<Via<'_>>().expect("a Via");
    let (from, to) = (view.required::<From<'_>>().expect("a From"), view.required::<To<'_>>().expect("a To"));
    let (call_id, contact) = (view.required::<CallId<'_>>().expect("an id"), view.required::<Contact<'_>>());
    let cseq = view.required::<CSeq>().expect("a CSeq");
    black_box((via, from, to, call_id, contact.expect("a Contact")));
    cseq.number
}

/// The same.
#[inline(never)]
fn forward(request: MessageView<'_>, via: &Via<'_>, route: &NameAddr<'_>) -> usize {
    let mut edit = Edit::of(request);
    edit.pop_route().expect("a Route");
    edit.decrement_max_forwards().expect("a number");
    edit.push_record_route(route).push_via(via);
    black_box(edit.finish()).len()
}

fn edit(c: &mut Criterion) {
    let text = String::from_utf8_lossy(INVITE);
    let text = text.replacen("Max-Forwards", "Route: <sip:proxy.biloxi.example.com;lr>\r\nMax-Forwards", 1);
    let via = Via::parse(b"SIP/2.0/UDP proxy.biloxi.example.com:5060;branch=z9hG4bK2d4790.1").expect("a Via");
    let route = NameAddr::new(UriView::parse("sip:proxy.biloxi.example.com;lr").expect("a URI"));
    let mut index = Index::new();
    let request = MessageView::parse(text.as_bytes(), &mut index).expect("a message");
    let mut group = c.benchmark_group("edit");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function(format!("invite_{}/forward", text.len()), |b| {
        b.iter(|| forward(black_box(request), black_box(&via), black_box(&route)));
    });
    group.finish();
}

fn parse(c: &mut Criterion) {
    let mut group = c.benchmark_group("parse");
    for (name, bytes) in [("invite", INVITE), ("options", OPTIONS), ("answer", ANSWER)] {
        let mut index = Index::new();
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(format!("{name}_{}/index", bytes.len()), |b| {
            b.iter(|| index_only(black_box(bytes), &mut index));
        });
        group.bench_function(format!("{name}_{}/typed", bytes.len()), |b| {
            b.iter(|| index_and_typed(black_box(bytes), &mut index));
        });
    }
    group.finish();
}

criterion_group!(benches, parse, edit);
criterion_main!(benches);
