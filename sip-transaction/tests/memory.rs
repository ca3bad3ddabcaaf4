//! What an open transaction costs, and that nothing of it is left when it is over.

mod kit;

use allocation_counter::measure;
use bytes::Bytes;
use kit::{Node, at, flow, from_peer};
use offhook_core::{Machine, Output};
use offhook_sip_transaction::{Config, Event, Input};

const MANY: usize = 4096;

/// Opens many, drops what is told of them, and has them say 100.
fn open(node: &mut Node, requests: &[Bytes]) {
    for contents in requests {
        node.layer.handle_input(at(0), Input::Received { flow: flow(), contents: contents.clone() }).unwrap();
        while !matches!(node.layer.poll_output(), Output::Timeout(_)) {}
    }
    node.layer.handle_input(at(200), Input::Timeout).unwrap();
    let mut sent = 0;
    while let Output::Transmit(_) = node.layer.poll_output() {
        sent += 1;
    }
    assert_eq!(sent, requests.len(), "each says 100");
}

fn requests() -> Vec<Bytes> {
    (0..MANY).map(|n| from_peer("INVITE", &format!("{n:016}")).into()).collect()
}

#[test]
fn an_open_invite_server_transaction_after_its_100_takes_less_than_a_kilobyte() {
    let requests = requests();
    let mut node = Node::with(Config { max_servers: MANY, ..Config::default() });
    let held = measure(|| open(&mut node, &requests)).bytes_current;
    let each = held / MANY as i64;
    assert!(each < 1024, "{each} bytes each");
    assert!(each > 200, "the counter counts: {each}");
}

#[test]
fn when_all_are_over_all_memory_is_free() {
    let requests = requests();
    let mut node = Node::with(Config { max_servers: MANY, ..Config::default() });
    let left = measure(|| {
        let mut ids = Vec::new();
        for contents in &requests {
            node.layer.handle_input(at(0), Input::Received { flow: flow(), contents: contents.clone() }).unwrap();
            while let Output::Event(Event::Request { id, request, .. }) = node.layer.poll_output() {
                ids.push((id, request));
            }
        }
        for (id, request) in ids {
            node.respond(1, id, &request, 486).unwrap();
        }
        node.run_out();
    });
    assert!(left.bytes_current < 16 * 1024, "{} bytes are left", left.bytes_current);
}
