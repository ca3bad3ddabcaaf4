//! What the ladder shows of a message.

use bytes::Bytes;
use offhook::core::Flow;
use offhook::ladder::{Crossing, Way};
use std::time::Duration;

fn rung(text: &'static str) -> String {
    let flow = Flow::udp(([10, 0, 0, 1], 5060).into(), ([10, 0, 0, 2], 5060).into());
    let contents = Bytes::from_static(text.as_bytes());
    Crossing { at: Duration::from_millis(12), way: Way::In, flow, contents }.to_string()
}

#[test]
fn a_response_is_a_line_with_its_method() {
    let text = "SIP/2.0 180 Ringing\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(rung(text), "   0.012  10.0.0.1:5060 <── 10.0.0.2:5060  180 Ringing (INVITE)");
}

#[test]
fn what_a_stranger_writes_cannot_command_the_terminal() {
    for text in ["SIP/2.0 486 \u{1b}[2JBusy\r\n\r\n", "OPTIONS sip:\u{1b}[2J@x SIP/2.0\r\n\r\n", "\u{1b}[2J\r\n\r\n"] {
        assert!(!rung(text).contains(char::is_control), "{text:?}");
    }
}
