//! What a message costs the allocator: reading it nothing, up to 64 headers; editing it no more than a few times its size.

use offhook_sip_parser::header::{CSeq, CallId, Contact, From, To, Via};
use offhook_sip_parser::{Edit, Index, MessageView, Name, ParseError};
use std::hint::black_box;

/// A request with exactly so many headers, of which Via and Contact come up to three times.
fn with_headers(count: usize) -> Vec<u8> {
    let head = "INVITE sip:bob@biloxi.example.com;transport=udp SIP/2.0\r\n\
        Via: SIP/2.0/TCP proxy.example.net;branch=z9hG4bK4d4d;received=198.51.100.4, SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK2b\r\n\
        v: SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bK3c3c;rport\r\n\
        From: \"Alice \\\"A\\\" Liddell\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n\
        To: Bob <sip:bob@biloxi.example.com>\r\n\
        Call-ID: 3848276298220188511@atlanta.example.com\r\n\
        CSeq: 1 INVITE\r\n\
        Contact: <sip:alice@192.0.2.1:5060;transport=udp>;expires=60, \"A\" <sip:a%20b@[2001:db8::1]>;q=0.5\r\n\
        m: sip:alice@192.0.2.1\r\n\
        X-Folded: one,\r\n two\r\n\
        Content-Length: 4\r\n";
    let written = head.matches("\r\n").count() - 2; // without the start line and the fold
    let more: String = (written..count).map(|i| format!("X-Header-{i}: value {i}\r\n")).collect();
    format!("{head}{more}\r\nbody").into_bytes()
}

/// The whole of what `typed` means in the benchmarks.
fn type_all(view: &MessageView<'_>) -> Result<usize, ParseError> {
    let mut found = 0;
    for via in view.typed_all::<Via<'_>>() {
        black_box(via?);
        found += 1;
    }
    for contact in view.typed_all::<Contact<'_>>() {
        black_box(contact?);
        found += 1;
    }
    black_box((view.required::<From<'_>>()?, view.required::<To<'_>>()?));
    black_box((view.required::<CallId<'_>>()?, view.required::<CSeq>()?));
    black_box((view.uri()?, view.start_line()));
    Ok(found)
}

/// Allocations of splitting and of typing.
fn allocations(bytes: &[u8], index: &mut Index) -> (u64, u64) {
    let split = allocation_counter::measure(|| {
        let view = MessageView::parse(bytes, index).expect("a message");
        black_box(view.headers().map(|h| h.value.len() + h.name().len()).sum::<usize>());
    });
    let view = MessageView::parse(bytes, index).expect("a message");
    let typed = allocation_counter::measure(|| assert_eq!(type_all(&view), Ok(6)));
    (split.count_total, typed.count_total)
}

#[test]
fn the_messages_have_as_many_headers_as_they_should() {
    let mut index = Index::new();
    for count in [10, 64, 65] {
        let bytes = with_headers(count);
        assert_eq!(MessageView::parse(&bytes, &mut index).unwrap().headers().len(), count);
    }
}

#[test]
fn up_to_64_headers_are_split_and_typed_without_an_allocation() {
    for count in [10, 63, 64] {
        let bytes = with_headers(count);
        assert_eq!(allocations(&bytes, &mut Index::new()), (0, 0), "{count} headers, a new index");
    }
}

#[test]
fn an_index_that_is_used_again_does_not_allocate_either() {
    let mut index = Index::new();
    for count in [64, 10, 64] {
        assert_eq!(allocations(&with_headers(count), &mut index), (0, 0), "{count} headers, the same index");
    }
}

#[test]
fn more_than_64_headers_allocate_in_a_new_index_and_not_again() {
    let (bytes, mut index) = (with_headers(65), Index::new());
    assert!(allocations(&bytes, &mut index).0 > 0, "the counter counts");
    assert_eq!(allocations(&bytes, &mut index), (0, 0));
}

/// Names that a stranger may fill a message with, to be taken out by a proxy.
fn with_values(count: usize) -> Vec<u8> {
    let hops = "<sip:p;lr>,".repeat(count);
    let options = "a,b,".repeat(count);
    format!("OPTIONS sip:b@x SIP/2.0\r\nRoute: {hops}<sip:q;lr>\r\nProxy-Require: {options}c\r\n\r\n").into_bytes()
}

#[test]
fn a_long_list_is_edited_in_a_few_times_its_room() {
    let (bytes, mut index) = (with_values(1_000), Index::new());
    let view = MessageView::parse(&bytes, &mut index).unwrap();
    let memory = allocation_counter::measure(|| {
        let mut edit = Edit::of(view);
        assert_eq!(edit.remove_values(Name::PROXY_REQUIRE, |v| v == b"a"), 1_000);
        while edit.header(Name::ROUTE) != Some(b"<sip:q;lr>") {
            assert_eq!(edit.pop_route(), Ok(true));
        }
        black_box(edit.finish());
    });
    assert!(memory.bytes_max < 8 * bytes.len() as u64, "{} of {}", memory.bytes_max, bytes.len());
}
