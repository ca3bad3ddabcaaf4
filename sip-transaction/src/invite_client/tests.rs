//! Every state × every input of the INVITE client transaction, with RFC 6026.

use super::{InviteClient, State, Timer};
use crate::Timing;
use crate::client::{ClientEvent, ClientInput};
use crate::testing::{Row, armed, at, drain, request, response, section, tcp, udp};
use offhook_core::{Flow, Machine, Output, Slot};
use offhook_sip_parser::{Message, Method, Name};
use std::time::Duration;

type Input = fn(&mut InviteClient, u64);

fn told(client: &mut InviteClient, ms: u64, input: ClientInput<'_>) {
    let Ok(()) = client.handle_input(at(ms), input);
}

fn responded(client: &mut InviteClient, ms: u64, code: u16) {
    told(client, ms, ClientInput::Response(&response(code, "INVITE")));
}

fn said(client: &mut InviteClient) -> String {
    drain(client, |event| match event {
        ClientEvent::Response(r) => format!("tell {}", r.status().unwrap().code()),
        ClientEvent::CancelNow => "tell CancelNow".to_owned(),
        ClientEvent::Failed(failure) => format!("tell {failure:?}"),
    })
}

fn state(client: &InviteClient) -> String {
    let name = match client.state {
        State::Calling { cancel: false, .. } => "Calling",
        State::Calling { cancel: true, .. } => "Calling, to be cancelled",
        State::Proceeding { cancelled: false } => "Proceeding",
        State::Proceeding { cancelled: true } => "Proceeding, cancelled",
        State::Completed { .. } => "Completed",
        State::Accepted => "Accepted",
        State::Terminated => "Terminated",
    };
    format!("{name} [{}]", armed(&client.base.timers))
}

const STATES: [Input; 7] = [
    |_, _| {},
    |c, ms| told(c, ms, ClientInput::Cancel),
    |c, ms| responded(c, ms, 180),
    |c, ms| {
        told(c, ms, ClientInput::Cancel);
        responded(c, ms, 180);
    },
    |c, ms| responded(c, ms, 486),
    |c, ms| responded(c, ms, 200),
    |c, ms| told(c, ms, ClientInput::TransportFailed),
];

const INPUTS: [(&str, Input); 8] = [
    ("100", |c, ms| responded(c, ms, 100)),
    ("199", |c, ms| responded(c, ms, 199)),
    ("200", |c, ms| responded(c, ms, 200)),
    ("300", |c, ms| responded(c, ms, 300)),
    ("699", |c, ms| responded(c, ms, 699)),
    ("Cancel", |c, ms| told(c, ms, ClientInput::Cancel)),
    ("TransportFailed", |c, ms| told(c, ms, ClientInput::TransportFailed)),
    ("early Timeout", |c, ms| told(c, ms, ClientInput::Timeout)),
];

/// The states entered at 100 ms, the inputs given at 200 ms, timers at their time.
fn table(flow: Flow) -> String {
    let mut text = String::new();
    for enter in STATES {
        let make = || {
            let mut client = InviteClient::new(at(0), flow, request("INVITE").bytes().clone(), Timing::default());
            enter(&mut client, 100);
            said(&mut client);
            client
        };
        let row = |input: &str, mut client: InviteClient| {
            let outputs = said(&mut client);
            Row { input: input.to_owned(), outputs, next: state(&client) }
        };
        let mut rows = Vec::new();
        for (input, give) in INPUTS {
            let mut client = make();
            give(&mut client, 200);
            rows.push(row(input, client));
        }
        for &timer in Timer::ALL {
            let mut client = make();
            let Some(due) = client.base.timers.get(timer) else { continue };
            client.base.timers.clear();
            client.base.timers.set(timer, due);
            let Ok(()) = client.handle_input(due, ClientInput::Timeout);
            rows.push(row(&format!("Timer {timer:?}"), client));
        }
        text += &section(&state(&make()), rows);
    }
    text
}

const UDP: &str = r"
Calling [A 500, B 32000]
    100: tell 100 -> Proceeding []
    199: tell 199 -> Proceeding []
    200: tell 200 -> Accepted [M 32200]
    300: send ACK, tell 300 -> Completed [D 32200]
    699: send ACK, tell 699 -> Completed [D 32200]
    Cancel: Calling, to be cancelled [A 500, B 32000]
    TransportFailed: tell Transport -> Terminated []
    Timer A: send INVITE -> Calling [A 1500]
    Timer B: tell Timeout -> Terminated []
    absorbed: early Timeout
Calling, to be cancelled [A 500, B 32000]
    100: tell 100, tell CancelNow -> Proceeding, cancelled [B 32200]
    199: tell 199, tell CancelNow -> Proceeding, cancelled [B 32200]
    200: tell 200 -> Accepted [M 32200]
    300: send ACK, tell 300 -> Completed [D 32200]
    699: send ACK, tell 699 -> Completed [D 32200]
    TransportFailed: tell Transport -> Terminated []
    Timer A: send INVITE -> Calling, to be cancelled [A 1500]
    Timer B: tell Timeout -> Terminated []
    absorbed: Cancel, early Timeout
Proceeding []
    100: tell 100 -> Proceeding []
    199: tell 199 -> Proceeding []
    200: tell 200 -> Accepted [M 32200]
    300: send ACK, tell 300 -> Completed [D 32200]
    699: send ACK, tell 699 -> Completed [D 32200]
    Cancel: tell CancelNow -> Proceeding, cancelled [B 32200]
    TransportFailed: tell Transport -> Terminated []
    absorbed: early Timeout
Proceeding, cancelled [B 32100]
    100: tell 100 -> Proceeding, cancelled [B 32100]
    199: tell 199 -> Proceeding, cancelled [B 32100]
    200: tell 200 -> Accepted [M 32200]
    300: send ACK, tell 300 -> Completed [D 32200]
    699: send ACK, tell 699 -> Completed [D 32200]
    TransportFailed: tell Transport -> Terminated []
    Timer B: tell Timeout -> Terminated []
    absorbed: Cancel, early Timeout
Completed [D 32100]
    300: send ACK -> Completed [D 32100]
    699: send ACK -> Completed [D 32100]
    TransportFailed: tell Transport -> Terminated []
    Timer D: Terminated []
    absorbed: 100, 199, 200, Cancel, early Timeout
Accepted [M 32100]
    200: tell 200 -> Accepted [M 32100]
    Timer M: Terminated []
    absorbed: 100, 199, 300, 699, Cancel, TransportFailed, early Timeout
Terminated []
    absorbed: 100, 199, 200, 300, 699, Cancel, TransportFailed, early Timeout
";

const TCP: &str = r"
Calling [B 32000]
    100: tell 100 -> Proceeding []
    199: tell 199 -> Proceeding []
    200: tell 200 -> Accepted [M 32200]
    300: send ACK, tell 300 -> Terminated []
    699: send ACK, tell 699 -> Terminated []
    Cancel: Calling, to be cancelled [B 32000]
    TransportFailed: tell Transport -> Terminated []
    Timer B: tell Timeout -> Terminated []
    absorbed: early Timeout
Calling, to be cancelled [B 32000]
    100: tell 100, tell CancelNow -> Proceeding, cancelled [B 32200]
    199: tell 199, tell CancelNow -> Proceeding, cancelled [B 32200]
    200: tell 200 -> Accepted [M 32200]
    300: send ACK, tell 300 -> Terminated []
    699: send ACK, tell 699 -> Terminated []
    TransportFailed: tell Transport -> Terminated []
    Timer B: tell Timeout -> Terminated []
    absorbed: Cancel, early Timeout
Proceeding []
    100: tell 100 -> Proceeding []
    199: tell 199 -> Proceeding []
    200: tell 200 -> Accepted [M 32200]
    300: send ACK, tell 300 -> Terminated []
    699: send ACK, tell 699 -> Terminated []
    Cancel: tell CancelNow -> Proceeding, cancelled [B 32200]
    TransportFailed: tell Transport -> Terminated []
    absorbed: early Timeout
Proceeding, cancelled [B 32100]
    100: tell 100 -> Proceeding, cancelled [B 32100]
    199: tell 199 -> Proceeding, cancelled [B 32100]
    200: tell 200 -> Accepted [M 32200]
    300: send ACK, tell 300 -> Terminated []
    699: send ACK, tell 699 -> Terminated []
    TransportFailed: tell Transport -> Terminated []
    Timer B: tell Timeout -> Terminated []
    absorbed: Cancel, early Timeout
Terminated []
    absorbed: 100, 199, 200, 300, 699, Cancel, TransportFailed, early Timeout
Accepted [M 32100]
    200: tell 200 -> Accepted [M 32100]
    Timer M: Terminated []
    absorbed: 100, 199, 300, 699, Cancel, TransportFailed, early Timeout
Terminated []
    absorbed: 100, 199, 200, 300, 699, Cancel, TransportFailed, early Timeout
";

#[test]
fn every_arrow_of_figure_5_on_an_unreliable_transport() {
    assert_eq!(table(udp()).trim(), UDP.trim());
}

#[test]
fn every_arrow_of_figure_5_on_a_reliable_transport() {
    assert_eq!(table(tcp()).trim(), TCP.trim());
}

/// Times of sending, and the end.
fn run(client: &mut InviteClient, what: &str, until: u64) -> (Vec<u64>, String) {
    let mut sent = Vec::new();
    for ms in (0..=until).step_by(50) {
        told(client, ms, ClientInput::Timeout);
        let said = said(client);
        if said.contains(what) {
            sent.push(ms);
        }
        if client.is_terminated() {
            return (sent, format!("{said} at {ms}"));
        }
    }
    (sent, "still open".to_owned())
}

fn calling(flow: Flow, timing: Timing) -> InviteClient {
    InviteClient::new(at(0), flow, request("INVITE").bytes().clone(), timing)
}

#[test]
fn timer_a_doubles_without_a_cap_and_timer_b_gives_up_at_64_t1() {
    let (sent, end) = run(&mut calling(udp(), Timing::default()), "send INVITE", 40_000);
    assert_eq!(sent, [0, 500, 1500, 3500, 7500, 15500, 31500]);
    assert_eq!(end, "tell Timeout at 32000");
}

#[test]
fn on_a_reliable_transport_it_sends_once_and_waits_as_long() {
    let (sent, end) = run(&mut calling(tcp(), Timing::default()), "send INVITE", 40_000);
    assert_eq!((sent, end.as_str()), (vec![0], "tell Timeout at 32000"));
}

#[test]
fn once_it_rings_it_rings_for_ever() {
    let mut client = calling(udp(), Timing::default());
    responded(&mut client, 0, 180);
    assert_eq!(run(&mut client, "send INVITE", 400_000), (vec![0], "still open".to_owned()));
}

#[test]
fn timer_d_is_at_least_32_s_even_if_64_t1_is_less() {
    for (t1, ends) in [(100, 32_000), (500, 32_000), (1000, 64_000)] {
        let mut client = calling(udp(), Timing { t1: Duration::from_millis(t1), ..Timing::default() });
        responded(&mut client, 0, 486);
        let (_, end) = run(&mut client, "send ACK", 70_000);
        assert_eq!(end, format!(" at {ends}"), "T1 {t1} ms");
    }
}

#[test]
fn each_failure_response_that_comes_again_is_acknowledged_again() {
    let mut client = calling(udp(), Timing::default());
    for (ms, expected) in [(10, "send INVITE, send ACK, tell 486"), (20, "send ACK"), (30, "send ACK")] {
        responded(&mut client, ms, 486);
        assert_eq!(said(&mut client), expected);
    }
    assert_eq!(client.take_sent_again(), 2);
}

#[test]
fn the_ack_goes_where_the_invite_went_with_its_uri_via_from_call_id_route_and_the_to_of_the_response() {
    let mut client = calling(udp(), Timing::default());
    responded(&mut client, 0, 486);
    let Output::Transmit(invite) = client.poll_output() else { panic!("the INVITE") };
    let Output::Transmit(ack) = client.poll_output() else { panic!("the ACK") };
    assert_eq!(ack.flow, invite.flow);
    let (invite, ack) = (Message::parse(invite.contents).unwrap(), Message::parse(ack.contents).unwrap());
    ack.check().unwrap();
    assert_eq!((ack.method(), ack.uri()), (Some(Method::Ack), invite.uri()));
    for name in [Name::VIA, Name::FROM, Name::CALL_ID, Name::ROUTE] {
        assert_eq!(ack.header(name), invite.header(name), "{name:?}");
    }
    assert_eq!(ack.header(Name::TO), response(486, "INVITE").header(Name::TO));
    assert_eq!(ack.header(Name::CSEQ), Some(&b"7 ACK"[..]));
    assert_eq!((ack.view().header_all(Name::VIA).count(), ack.body().len()), (1, 0));
}

#[test]
fn a_cancel_waits_for_a_provisional_response() {
    let mut client = calling(udp(), Timing::default());
    told(&mut client, 100, ClientInput::Cancel);
    assert_eq!(said(&mut client), "send INVITE");
    told(&mut client, 500, ClientInput::Timeout);
    assert_eq!(said(&mut client), "send INVITE", "it goes on until somebody answers");
    responded(&mut client, 700, 100);
    assert_eq!(said(&mut client), "tell 100, tell CancelNow");
    told(&mut client, 800, ClientInput::Cancel);
    responded(&mut client, 900, 180);
    assert_eq!(said(&mut client), "tell 180", "one CANCEL is enough");
}

#[test]
fn a_cancelled_invite_gives_up_64_t1_after_the_cancel_left() {
    let mut client = calling(udp(), Timing::default());
    responded(&mut client, 0, 180);
    told(&mut client, 50_000, ClientInput::Cancel);
    responded(&mut client, 60_000, 183);
    said(&mut client);
    assert_eq!(armed(&client.base.timers), "B 82000");
    told(&mut client, 82_000, ClientInput::Timeout);
    assert_eq!(said(&mut client), "tell Timeout");
    assert!(client.is_terminated());
}

#[test]
fn every_2xx_goes_up_for_64_t1_of_a_retransmission_and_of_another_fork_alike() {
    let mut client = calling(udp(), Timing::default());
    for ms in [0, 10, 31_999] {
        responded(&mut client, ms, 200);
        assert!(said(&mut client).ends_with("tell 200"));
    }
    told(&mut client, 32_000, ClientInput::Timeout);
    responded(&mut client, 32_000, 200);
    assert_eq!((said(&mut client).as_str(), client.is_terminated()), ("", true));
}
