//! Every state × every input of the non-INVITE server transaction.

use super::{Server, ServerEvent, ServerInput, State, Timer};
use crate::Timing;
use crate::testing::{Row, armed, at, drain, section, tcp, udp};
use bytes::Bytes;
use offhook_core::{Flow, Machine, Slot};
use offhook_sip_parser::Status;

type Input = fn(&mut Server, u64);

fn told(server: &mut Server, ms: u64, input: ServerInput) {
    let Ok(()) = server.handle_input(at(ms), input);
}

fn respond(server: &mut Server, ms: u64, code: u16) {
    let contents = Bytes::from(code.to_string());
    told(server, ms, ServerInput::Respond { status: Status::new(code).unwrap(), contents });
}

fn said(server: &mut Server) -> String {
    drain(server, |event: ServerEvent| format!("tell {event:?}"))
}

fn state(server: &Server) -> String {
    let name = match &server.state {
        State::Trying => "Trying",
        State::Proceeding { .. } => "Proceeding",
        State::Completed { last: Some(_) } => "Completed",
        State::Completed { last: None } => "Completed, by a 408",
        State::Terminated => "Terminated",
    };
    format!("{name} [{}]", armed(&server.base.timers))
}

const STATES: [Input; 5] = [
    |_, _| {},
    |s, ms| respond(s, ms, 100),
    |s, ms| respond(s, ms, 200),
    |s, ms| respond(s, ms, 408),
    |s, ms| {
        respond(s, ms, 200);
        if let Some(due) = s.base.timers.next() {
            let Ok(()) = s.handle_input(due, ServerInput::Timeout);
        }
    },
];

const INPUTS: [(&str, Input); 9] = [
    ("Request", |s, ms| told(s, ms, ServerInput::Request)),
    ("Ack", |s, ms| told(s, ms, ServerInput::Ack)),
    ("Respond 100", |s, ms| respond(s, ms, 100)),
    ("Respond 199", |s, ms| respond(s, ms, 199)),
    ("Respond 200", |s, ms| respond(s, ms, 200)),
    ("Respond 300", |s, ms| respond(s, ms, 300)),
    ("Respond 408", |s, ms| respond(s, ms, 408)),
    ("Respond 699", |s, ms| respond(s, ms, 699)),
    ("early Timeout", |s, ms| told(s, ms, ServerInput::Timeout)),
];

/// The states entered at 100 ms, the inputs given at 150 ms, timers at their time.
fn table(flow: Flow) -> String {
    let mut text = String::new();
    for enter in STATES {
        let make = || {
            let mut server = Server::new(flow, Timing::default());
            enter(&mut server, 100);
            said(&mut server);
            server
        };
        let row = |input: &str, mut server: Server| {
            let outputs = said(&mut server);
            Row { input: input.to_owned(), outputs, next: state(&server) }
        };
        let mut rows = Vec::new();
        for (input, give) in INPUTS {
            let mut server = make();
            give(&mut server, 150);
            rows.push(row(input, server));
        }
        for &timer in Timer::ALL {
            let mut server = make();
            let Some(due) = server.base.timers.get(timer) else { continue };
            server.base.timers.clear();
            server.base.timers.set(timer, due);
            let Ok(()) = server.handle_input(due, ServerInput::Timeout);
            rows.push(row(&format!("Timer {timer:?}"), server));
        }
        text += &section(&state(&make()), rows);
    }
    text
}

const UDP: &str = r"
Trying []
    Respond 100: send 100 -> Proceeding []
    Respond 199: send 199 -> Proceeding []
    Respond 200: send 200 -> Completed [J 32150]
    Respond 300: send 300 -> Completed [J 32150]
    Respond 408: Completed, by a 408 [J 32150]
    Respond 699: send 699 -> Completed [J 32150]
    absorbed: Request, Ack, early Timeout
Proceeding []
    Request: send 100 -> Proceeding []
    Respond 100: send 100 -> Proceeding []
    Respond 199: send 199 -> Proceeding []
    Respond 200: send 200 -> Completed [J 32150]
    Respond 300: send 300 -> Completed [J 32150]
    Respond 408: Completed, by a 408 [J 32150]
    Respond 699: send 699 -> Completed [J 32150]
    absorbed: Ack, early Timeout
Completed [J 32100]
    Request: send 200 -> Completed [J 32100]
    Timer J: Terminated []
    absorbed: Ack, Respond 100, Respond 199, Respond 200, Respond 300, Respond 408, Respond 699, early Timeout
Completed, by a 408 [J 32100]
    Timer J: Terminated []
    absorbed: Request, Ack, Respond 100, Respond 199, Respond 200, Respond 300, Respond 408, Respond 699, early Timeout
Terminated []
    absorbed: Request, Ack, Respond 100, Respond 199, Respond 200, Respond 300, Respond 408, Respond 699, early Timeout
";

const TCP: &str = r"
Trying []
    Respond 100: send 100 -> Proceeding []
    Respond 199: send 199 -> Proceeding []
    Respond 200: send 200 -> Terminated []
    Respond 300: send 300 -> Terminated []
    Respond 408: Terminated []
    Respond 699: send 699 -> Terminated []
    absorbed: Request, Ack, early Timeout
Proceeding []
    Request: send 100 -> Proceeding []
    Respond 100: send 100 -> Proceeding []
    Respond 199: send 199 -> Proceeding []
    Respond 200: send 200 -> Terminated []
    Respond 300: send 300 -> Terminated []
    Respond 408: Terminated []
    Respond 699: send 699 -> Terminated []
    absorbed: Ack, early Timeout
Terminated []
    absorbed: Request, Ack, Respond 100, Respond 199, Respond 200, Respond 300, Respond 408, Respond 699, early Timeout
Terminated []
    absorbed: Request, Ack, Respond 100, Respond 199, Respond 200, Respond 300, Respond 408, Respond 699, early Timeout
Terminated []
    absorbed: Request, Ack, Respond 100, Respond 199, Respond 200, Respond 300, Respond 408, Respond 699, early Timeout
";

#[test]
fn every_arrow_of_figure_8_on_an_unreliable_transport() {
    assert_eq!(table(udp()).trim(), UDP.trim());
}

#[test]
fn every_arrow_of_figure_8_on_a_reliable_transport() {
    assert_eq!(table(tcp()).trim(), TCP.trim());
}

#[test]
fn a_retransmitted_request_gets_the_last_response_again_until_timer_j() {
    let mut server = Server::new(udp(), Timing::default());
    told(&mut server, 0, ServerInput::Request);
    assert_eq!(said(&mut server), "", "nothing to say yet");
    respond(&mut server, 100, 100);
    told(&mut server, 200, ServerInput::Request);
    respond(&mut server, 300, 200);
    told(&mut server, 400, ServerInput::Request);
    assert_eq!(said(&mut server), "send 100, send 100, send 200, send 200");
    assert_eq!(server.take_sent_again(), 2);
    told(&mut server, 32_299, ServerInput::Timeout);
    assert!(!server.is_terminated());
    told(&mut server, 32_300, ServerInput::Timeout);
    assert!(server.is_terminated());
}

#[test]
fn a_408_is_never_sent_and_what_comes_after_it_is_absorbed() {
    let mut server = Server::new(udp(), Timing::default());
    respond(&mut server, 32_000, 408);
    told(&mut server, 32_100, ServerInput::Request);
    assert_eq!((said(&mut server).as_str(), server.is_answered(), server.is_terminated()), ("", true, false));
}
