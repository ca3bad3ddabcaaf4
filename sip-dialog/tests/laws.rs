//! The laws of every machine, kept by the dialog layer.

mod common;

use common::scripts;
use offhook_core::Machine;
use offhook_sim::laws;
use offhook_sip_dialog::Input;
use offhook_sip_parser::{Message, Method};
use offhook_sip_transaction::{ClientKey, Event};
use proptest::prelude::*;

#[test]
fn the_laws_are_kept() {
    for script in scripts::all() {
        laws::check(&script);
    }
}

/// Lines that mean something to a dialog, right and wrong.
fn lines() -> impl Strategy<Value = String> {
    let names = [
        "From",
        "To",
        "Call-ID",
        "CSeq",
        "Contact",
        "Record-Route",
        "Route",
        "Require",
        "WWW-Authenticate",
        "Proxy-Authenticate",
        "Via",
        "Content-Length",
        "X",
    ];
    let values = [
        "<sip:a@b>;tag=them",
        "<sip:a@b>",
        "*",
        "",
        "1 INVITE",
        "2147483648 BYE",
        "9 ACK",
        "<",
        "<sip:p;lr>",
        "Digest realm=\"r\", nonce=\"n\"",
        "Digest realm=",
        "\u{fc},\"",
        "a, b, ,",
        "their-call",
        "SIP/2.0/UDP h;branch=x",
    ];
    let value = prop_oneof![4 => prop::sample::select(values.to_vec()).prop_map(str::to_owned), 1 => "[ -~]{0,30}"];
    (prop::sample::select(names.to_vec()), value).prop_map(|(name, value)| format!("{name}: {value}\r\n"))
}

fn starts() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(&["INVITE", "ACK", "BYE", "CANCEL", "INFO", "x"][..])
            .prop_map(|m| format!("{m} sip:us@192.0.2.1 SIP/2.0\r\n")),
        (100..700u16).prop_map(|status| format!("SIP/2.0 {status} x\r\n")),
    ]
}

/// The start of a message that fits a call of the scripts, to be followed by lines that may not.
fn base(within: bool) -> String {
    let call = common::In::ringing();
    match within {
        true => format!(
            "From: <sip:them@example.com>;tag=them\r\nTo: <sip:us@example.com>;tag={}\r\nCall-ID: their-call\r\n",
            call.tag
        ),
        false => String::new(),
    }
}

/// Feeds a message in every way in which one can come.
fn feed(layer: &mut offhook_sip_dialog::Layer, now: std::time::Instant, bytes: &[u8]) {
    let Ok(message) = Message::parse(bytes.to_vec().into()) else { return };
    let id = common::Names::new().next();
    let flow = common::flow();
    let mut tell = |event| layer.handle_input(now, Input::Transaction(event)).unwrap();
    let request = message.clone();
    if message.method() != Some(Method::Ack) {
        tell(Event::Request { id, request: request.clone(), flow });
    }
    tell(Event::Ack { request: request.clone(), flow });
    tell(Event::Cancel { id, invite: Some(id), request: request.clone(), flow });
    tell(Event::Cancel { id, invite: None, request, flow });
    for key in 1..4 {
        tell(Event::Response { key: ClientKey(1 << 20 | key), response: message.clone() });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_message_may_come_in_any_state(start in starts(), within: bool, lines in prop::collection::vec(lines(), 0..10)) {
        let text = format!("{start}{}{}\r\n", base(within), lines.concat());
        for script in scripts::all() {
            laws::check_bytes(&script, text.as_bytes(), feed);
        }
    }

    #[test]
    fn any_bytes_may_come_in_any_state(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for script in scripts::all() {
            laws::check_bytes(&script, &bytes, feed);
        }
    }
}
