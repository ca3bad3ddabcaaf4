//! Every state × every input of the non-INVITE client transaction.

use super::{Client, ClientEvent, ClientInput, State, Timer};
use crate::testing::{Row, armed, at, drain, request, response, section, tcp, udp};
use crate::{Failure, Timing};
use offhook_core::{Flow, Machine, Slot};

type Input = fn(&mut Client, u64);

fn told(client: &mut Client, ms: u64, input: ClientInput<'_>) {
    let Ok(()) = client.handle_input(at(ms), input);
}

fn responded(client: &mut Client, ms: u64, code: u16) {
    told(client, ms, ClientInput::Response(&response(code, "OPTIONS")));
}

fn said(client: &mut Client) -> String {
    drain(client, |event| match event {
        ClientEvent::Response(r) => format!("tell {}", r.status().unwrap().code()),
        ClientEvent::CancelNow => "tell CancelNow".to_owned(),
        ClientEvent::Failed(failure) => format!("tell {failure:?}"),
    })
}

fn state(client: &Client) -> String {
    let name = match client.state {
        State::Trying { .. } => "Trying",
        State::Proceeding => "Proceeding",
        State::Completed => "Completed",
        State::Terminated => "Terminated",
    };
    format!("{name} [{}]", armed(&client.base.timers))
}

const STATES: [Input; 4] = [
    |_, _| {},
    |c, ms| responded(c, ms, 100),
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
            let mut client = Client::new(at(0), flow, request("OPTIONS").bytes().clone(), Timing::default());
            enter(&mut client, 100);
            said(&mut client);
            client
        };
        let row = |input: &str, mut client: Client| {
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
Trying [E 500, F 32000]
    100: tell 100 -> Proceeding [E 500, F 32000]
    199: tell 199 -> Proceeding [E 500, F 32000]
    200: tell 200 -> Completed [K 5200]
    300: tell 300 -> Completed [K 5200]
    699: tell 699 -> Completed [K 5200]
    TransportFailed: tell Transport -> Terminated []
    Timer E: send OPTIONS -> Trying [E 1500]
    Timer F: tell Timeout -> Terminated []
    absorbed: Cancel, early Timeout
Proceeding [E 500, F 32000]
    100: tell 100 -> Proceeding [E 500, F 32000]
    199: tell 199 -> Proceeding [E 500, F 32000]
    200: tell 200 -> Completed [K 5200]
    300: tell 300 -> Completed [K 5200]
    699: tell 699 -> Completed [K 5200]
    TransportFailed: tell Transport -> Terminated []
    Timer E: send OPTIONS -> Proceeding [E 4500]
    Timer F: tell Timeout -> Terminated []
    absorbed: Cancel, early Timeout
Completed [K 5100]
    Timer K: Terminated []
    absorbed: 100, 199, 200, 300, 699, Cancel, TransportFailed, early Timeout
Terminated []
    absorbed: 100, 199, 200, 300, 699, Cancel, TransportFailed, early Timeout
";

const TCP: &str = r"
Trying [F 32000]
    100: tell 100 -> Proceeding [F 32000]
    199: tell 199 -> Proceeding [F 32000]
    200: tell 200 -> Terminated []
    300: tell 300 -> Terminated []
    699: tell 699 -> Terminated []
    TransportFailed: tell Transport -> Terminated []
    Timer F: tell Timeout -> Terminated []
    absorbed: Cancel, early Timeout
Proceeding [F 32000]
    100: tell 100 -> Proceeding [F 32000]
    199: tell 199 -> Proceeding [F 32000]
    200: tell 200 -> Terminated []
    300: tell 300 -> Terminated []
    699: tell 699 -> Terminated []
    TransportFailed: tell Transport -> Terminated []
    Timer F: tell Timeout -> Terminated []
    absorbed: Cancel, early Timeout
Terminated []
    absorbed: 100, 199, 200, 300, 699, Cancel, TransportFailed, early Timeout
Terminated []
    absorbed: 100, 199, 200, 300, 699, Cancel, TransportFailed, early Timeout
";

#[test]
fn every_arrow_of_figure_6_on_an_unreliable_transport() {
    assert_eq!(table(udp()).trim(), UDP.trim());
}

#[test]
fn every_arrow_of_figure_6_on_a_reliable_transport() {
    assert_eq!(table(tcp()).trim(), TCP.trim());
}

fn sends(flow: Flow, early: bool) -> (Vec<u64>, String) {
    let mut client = Client::new(at(0), flow, request("OPTIONS").bytes().clone(), Timing::default());
    let mut sent = Vec::new();
    if early {
        responded(&mut client, 100, 100);
    }
    for ms in (0..=40_000).step_by(50) {
        told(&mut client, ms, ClientInput::Timeout);
        let said = said(&mut client);
        if said.contains("send OPTIONS") {
            sent.push(ms);
        }
        if client.is_terminated() {
            return (sent, format!("{said} at {ms}"));
        }
    }
    (sent, "still open".to_owned())
}

#[test]
fn timer_e_doubles_up_to_t2_and_timer_f_gives_up_at_64_t1() {
    let (sent, end) = sends(udp(), false);
    assert_eq!(sent, [0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]);
    assert_eq!(end, "tell Timeout at 32000");
}

#[test]
fn after_a_provisional_response_it_retransmits_every_t2() {
    let (sent, end) = sends(udp(), true);
    assert_eq!(sent, [0, 500, 4500, 8500, 12500, 16500, 20500, 24500, 28500]);
    assert_eq!(end, "tell Timeout at 32000");
}

#[test]
fn on_a_reliable_transport_it_sends_once_and_waits_as_long() {
    assert_eq!(sends(tcp(), false), (vec![0], "tell Timeout at 32000".to_owned()));
}

#[test]
fn what_is_sent_again_is_counted_and_what_is_sent_first_is_not() {
    let mut client = Client::new(at(0), udp(), request("OPTIONS").bytes().clone(), Timing::default());
    assert_eq!(client.take_sent_again(), 0);
    told(&mut client, 500, ClientInput::Timeout);
    told(&mut client, 1500, ClientInput::Timeout);
    assert_eq!((client.take_sent_again(), client.take_sent_again()), (2, 0));
}

#[test]
fn failures_are_told_as_what_they_are() {
    let mut client = Client::new(at(0), udp(), request("OPTIONS").bytes().clone(), Timing::default());
    told(&mut client, 1, ClientInput::TransportFailed);
    assert_eq!(said(&mut client), format!("send OPTIONS, tell {:?}", Failure::Transport));
}
