//! Every state × every input of the INVITE server transaction, with RFC 6026.

use super::{InviteServer, State, Timer};
use crate::Timing;
use crate::server::{ServerEvent, ServerInput};
use crate::testing::{Row, armed, at, drain, request, section, tcp, udp};
use bytes::Bytes;
use offhook_core::{Flow, Machine, Slot};
use offhook_sip_parser::Status;

type Input = fn(&mut InviteServer, u64);

fn told(server: &mut InviteServer, ms: u64, input: ServerInput) {
    let Ok(()) = server.handle_input(at(ms), input);
}

fn respond(server: &mut InviteServer, ms: u64, code: u16) {
    let contents = Bytes::from(code.to_string());
    told(server, ms, ServerInput::Respond { status: Status::new(code).unwrap(), contents });
}

fn said(server: &mut InviteServer) -> String {
    drain(server, |event: ServerEvent| format!("tell {event:?}"))
}

fn state(server: &InviteServer) -> String {
    let name = match server.state {
        State::Silent { .. } => "Proceeding, silent",
        State::Proceeding { .. } => "Proceeding",
        State::Completed { .. } => "Completed",
        State::Accepted => "Accepted",
        State::Confirmed => "Confirmed",
        State::Terminated => "Terminated",
    };
    format!("{name} [{}]", armed(&server.base.timers))
}

const STATES: [Input; 6] = [
    |_, _| {},
    |s, ms| respond(s, ms, 180),
    |s, ms| respond(s, ms, 486),
    |s, ms| respond(s, ms, 200),
    |s, ms| {
        respond(s, ms, 486);
        told(s, ms, ServerInput::Ack);
    },
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
            let mut server = InviteServer::new(at(0), flow, request("INVITE"), Timing::default());
            enter(&mut server, 100);
            said(&mut server);
            server
        };
        let row = |input: &str, mut server: InviteServer| {
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
Proceeding, silent [Trying 200]
    Request: send 100 -> Proceeding []
    Respond 100: send 100 -> Proceeding []
    Respond 199: send 199 -> Proceeding []
    Respond 200: send 200 -> Accepted [L 32150]
    Respond 300: send 300 -> Completed [G 650, H 32150]
    Respond 408: send 408 -> Completed [G 650, H 32150]
    Respond 699: send 699 -> Completed [G 650, H 32150]
    Timer Trying: send 100 -> Proceeding []
    absorbed: Ack, early Timeout
Proceeding []
    Request: send 180 -> Proceeding []
    Respond 100: send 100 -> Proceeding []
    Respond 199: send 199 -> Proceeding []
    Respond 200: send 200 -> Accepted [L 32150]
    Respond 300: send 300 -> Completed [G 650, H 32150]
    Respond 408: send 408 -> Completed [G 650, H 32150]
    Respond 699: send 699 -> Completed [G 650, H 32150]
    absorbed: Ack, early Timeout
Completed [G 600, H 32100]
    Request: send 486 -> Completed [G 600, H 32100]
    Ack: Confirmed [I 5150]
    Timer G: send 486 -> Completed [G 1600]
    Timer H: tell NoAck -> Terminated []
    absorbed: Respond 100, Respond 199, Respond 200, Respond 300, Respond 408, Respond 699, early Timeout
Accepted [L 32100]
    Ack: tell Ack -> Accepted [L 32100]
    Respond 200: send 200 -> Accepted [L 32100]
    Timer L: Terminated []
    absorbed: Request, Respond 100, Respond 199, Respond 300, Respond 408, Respond 699, early Timeout
Confirmed [I 5100]
    Timer I: Terminated []
    absorbed: Request, Ack, Respond 100, Respond 199, Respond 200, Respond 300, Respond 408, Respond 699, early Timeout
Terminated []
    absorbed: Request, Ack, Respond 100, Respond 199, Respond 200, Respond 300, Respond 408, Respond 699, early Timeout
";

const TCP: &str = r"
Proceeding, silent [Trying 200]
    Request: send 100 -> Proceeding []
    Respond 100: send 100 -> Proceeding []
    Respond 199: send 199 -> Proceeding []
    Respond 200: send 200 -> Accepted [L 32150]
    Respond 300: send 300 -> Completed [H 32150]
    Respond 408: send 408 -> Completed [H 32150]
    Respond 699: send 699 -> Completed [H 32150]
    Timer Trying: send 100 -> Proceeding []
    absorbed: Ack, early Timeout
Proceeding []
    Request: send 180 -> Proceeding []
    Respond 100: send 100 -> Proceeding []
    Respond 199: send 199 -> Proceeding []
    Respond 200: send 200 -> Accepted [L 32150]
    Respond 300: send 300 -> Completed [H 32150]
    Respond 408: send 408 -> Completed [H 32150]
    Respond 699: send 699 -> Completed [H 32150]
    absorbed: Ack, early Timeout
Completed [H 32100]
    Request: send 486 -> Completed [H 32100]
    Ack: Terminated []
    Timer H: tell NoAck -> Terminated []
    absorbed: Respond 100, Respond 199, Respond 200, Respond 300, Respond 408, Respond 699, early Timeout
Accepted [L 32100]
    Ack: tell Ack -> Accepted [L 32100]
    Respond 200: send 200 -> Accepted [L 32100]
    Timer L: Terminated []
    absorbed: Request, Respond 100, Respond 199, Respond 300, Respond 408, Respond 699, early Timeout
Terminated []
    absorbed: Request, Ack, Respond 100, Respond 199, Respond 200, Respond 300, Respond 408, Respond 699, early Timeout
Terminated []
    absorbed: Request, Ack, Respond 100, Respond 199, Respond 200, Respond 300, Respond 408, Respond 699, early Timeout
";

#[test]
fn every_arrow_of_figure_7_on_an_unreliable_transport() {
    assert_eq!(table(udp()).trim(), UDP.trim());
}

#[test]
fn every_arrow_of_figure_7_on_a_reliable_transport() {
    assert_eq!(table(tcp()).trim(), TCP.trim());
}

fn server(flow: Flow) -> InviteServer {
    InviteServer::new(at(0), flow, request("INVITE"), Timing::default())
}

#[test]
fn a_100_leaves_after_200_ms_of_silence_and_is_no_retransmission() {
    let mut silent = server(udp());
    told(&mut silent, 199, ServerInput::Timeout);
    assert_eq!(said(&mut silent), "");
    told(&mut silent, 200, ServerInput::Timeout);
    assert_eq!((said(&mut silent).as_str(), silent.take_sent_again()), ("send 100", 0));

    let mut quick = server(udp());
    respond(&mut quick, 199, 180);
    told(&mut quick, 200, ServerInput::Timeout);
    assert_eq!(said(&mut quick), "send 180");
}

#[test]
fn a_retransmitted_invite_gets_the_last_provisional_response_or_at_once_the_100() {
    let mut server = server(udp());
    told(&mut server, 10, ServerInput::Request);
    assert_eq!((said(&mut server).as_str(), server.take_sent_again()), ("send 100", 0));
    told(&mut server, 20, ServerInput::Request);
    respond(&mut server, 30, 180);
    respond(&mut server, 40, 183);
    told(&mut server, 50, ServerInput::Request);
    assert_eq!((said(&mut server).as_str(), server.take_sent_again()), ("send 100, send 180, send 183, send 183", 2));
}

#[test]
fn timer_g_doubles_up_to_t2_and_timer_h_gives_up_at_64_t1() {
    for (flow, expected) in
        [(udp(), vec![0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]), (tcp(), vec![0])]
    {
        let mut server = server(flow);
        respond(&mut server, 0, 486);
        let (mut sent, mut ms) = (Vec::new(), 0);
        let last = loop {
            told(&mut server, ms, ServerInput::Timeout);
            let said = said(&mut server);
            if said == "send 486" {
                sent.push(ms);
            }
            if server.is_terminated() {
                break said;
            }
            ms += 50;
        };
        assert_eq!((sent, last.as_str(), ms), (expected, "tell NoAck", 32_000), "{flow}");
    }
}

#[test]
fn after_the_ack_it_absorbs_acks_and_invites_for_t4() {
    let mut server = server(udp());
    respond(&mut server, 0, 486);
    said(&mut server);
    told(&mut server, 600, ServerInput::Ack);
    for (ms, input) in [(700, ServerInput::Ack), (800, ServerInput::Request), (5599, ServerInput::Timeout)] {
        told(&mut server, ms, input);
        assert_eq!((said(&mut server).as_str(), server.is_terminated()), ("", false));
    }
    told(&mut server, 5600, ServerInput::Timeout);
    assert!(server.is_terminated());
}

#[test]
fn accepted_it_absorbs_the_invite_passes_2xx_and_ack_through_and_ends_with_timer_l() {
    let mut server = server(udp());
    respond(&mut server, 1000, 200);
    told(&mut server, 1100, ServerInput::Request);
    respond(&mut server, 1500, 200);
    told(&mut server, 1600, ServerInput::Ack);
    respond(&mut server, 1700, 486);
    assert_eq!(said(&mut server), "send 200, send 200, tell Ack");
    told(&mut server, 32_999, ServerInput::Timeout);
    assert!(!server.is_terminated());
    told(&mut server, 33_000, ServerInput::Timeout);
    assert!(server.is_terminated());
}
