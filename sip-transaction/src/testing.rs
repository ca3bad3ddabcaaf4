//! What the tests of the four machines share: messages, and a machine's whole behaviour as a text.

use bytes::Bytes;
use offhook_core::{Flow, Machine, Output, Protocol, Slot, Timers, Transmit};
use offhook_sim::epoch;
use offhook_sip_parser::Message;
use std::fmt::{Debug, Write as _};
use std::time::{Duration, Instant};

pub(crate) fn at(ms: u64) -> Instant {
    epoch() + Duration::from_millis(ms)
}

pub(crate) fn udp() -> Flow {
    Flow::udp("192.0.2.1:5060".parse().unwrap(), "192.0.2.2:5060".parse().unwrap())
}

pub(crate) fn tcp() -> Flow {
    Flow { protocol: Protocol::Tcp, ..udp() }
}

pub(crate) fn request(method: &str) -> Message {
    message(&format!("{method} sip:bob@example.com;x=1 SIP/2.0"), method, "", "Route: <sip:p1;lr>, <sip:p2;lr>\r\n")
}

pub(crate) fn response(code: u16, method: &str) -> Message {
    message(&format!("SIP/2.0 {code} Whatever"), method, ";tag=b", "")
}

fn message(start: &str, method: &str, to_tag: &str, more: &str) -> Message {
    let text = format!(
        "{start}\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa;rport\r\nFrom: Al <sip:al@example.com>;tag=a\r\n\
         To: <sip:bob@example.com>{to_tag}\r\nCall-ID: c@x\r\nCSeq: 7 {method}\r\n{more}Content-Length: 0\r\n\r\n"
    );
    let message = Message::parse(Bytes::from(text)).unwrap();
    message.check().unwrap();
    message
}

/// Everything that a machine says until it has nothing to say: `send ACK, tell 486`.
pub(crate) fn drain<M: Machine<Transmit = Transmit>>(machine: &mut M, tell: impl Fn(M::Event) -> String) -> String {
    let mut said = Vec::new();
    loop {
        match machine.poll_output() {
            Output::Transmit(transmit) => said.push(format!("send {}", what(&transmit.contents))),
            Output::Event(event) => said.push(tell(event)),
            Output::Timeout(_) => return said.join(", "),
        }
    }
}

/// The method of a request, the code of a response.
fn what(contents: &[u8]) -> String {
    let text = String::from_utf8_lossy(contents);
    text.trim_start_matches("SIP/2.0 ").split(' ').next().unwrap_or_default().to_owned()
}

/// What is armed, in milliseconds since the epoch: `E 500, F 32000`.
pub(crate) fn armed<K: Slot + Debug>(timers: &Timers<K>) -> String {
    let due = |&timer: &K| Some(format!("{timer:?} {}", (timers.get(timer)? - epoch()).as_millis()));
    K::ALL.iter().filter_map(due).collect::<Vec<_>>().join(", ")
}

/// One row of a machine's table: what an input does.
pub(crate) struct Row {
    pub(crate) input: String,
    pub(crate) outputs: String,
    /// The next state and what is armed in it.
    pub(crate) next: String,
}

/// The rows of one state, those that change nothing in one line at the end.
pub(crate) fn section(before: &str, rows: Vec<Row>) -> String {
    let mut text = format!("{before}\n");
    let mut absorbed = Vec::new();
    for Row { input, outputs, next } in rows {
        if outputs.is_empty() && next == before {
            absorbed.push(input);
        } else {
            let _ =
                writeln!(text, "    {input}: {}{next}", if outputs.is_empty() { outputs } else { outputs + " -> " });
        }
    }
    let _ = writeln!(text, "    absorbed: {}", absorbed.join(", "));
    text
}
