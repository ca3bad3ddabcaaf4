//! The four machines and the layer keep the eight laws.

mod kit;

use bytes::Bytes;
use kit::{answer, draft, flow, from_peer, ms, tcp};
use offhook_core::{Machine, Output, Transmit};
use offhook_sim::laws::{self, Script};
use offhook_sim::{SeededEntropy, epoch};
use offhook_sip_parser::{Draft, Message, Method, Name, Status};
use offhook_sip_transaction::machine::{ClientInput, ServerInput};
use offhook_sip_transaction::{
    Client, ClientKey, Config, Error, Event, Input, InviteClient, InviteServer, Layer, Server, ServerId, Timing,
};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Instant;

fn invite() -> Message {
    Message::parse(Bytes::from(from_peer("INVITE", "a"))).unwrap()
}

fn response(code: u16) -> Message {
    let status = Status::new(code).unwrap();
    Message::parse(Draft::response(invite().view(), status, Some("b")).response_bytes()).unwrap()
}

/// What happens to a client transaction: at so many ms, a response, or without one a CANCEL.
type Story = &'static [(u64, Option<u16>)];

const STORIES: [Story; 8] = [
    &[],
    &[(1700, Some(100)), (1700, Some(180)), (2000, Some(486)), (2500, Some(486)), (2600, Some(180))],
    &[(100, Some(200)), (600, Some(200)), (700, Some(486))],
    &[(600, None), (700, Some(100)), (800, None), (800, Some(487))],
    &[(600, Some(100)), (40_000, None)],
    &[(31_999, Some(180))],
    &[(32_000, Some(200))],
    &[(600, Some(603)), (33_000, Some(603))],
];

fn told<M>(machine: &mut M, now: Instant, code: Option<u16>) -> Result<(), Infallible>
where
    M: for<'b> Machine<Input<'b> = ClientInput<'b>, Error = Infallible>,
{
    match code {
        Some(code) => machine.handle_input(now, ClientInput::Response(&response(code))),
        None => machine.handle_input(now, ClientInput::Cancel),
    }
}

#[test]
fn the_invite_client_transaction_keeps_the_laws() {
    for flow in [flow(), tcp()] {
        for story in STORIES {
            let make = move || InviteClient::new(epoch(), flow, invite().bytes().clone(), Timing::default());
            let mut script = Script::new(make, |m: &mut InviteClient, now| {
                let Ok(()) = m.handle_input(now, ClientInput::Timeout);
            });
            for &(at, code) in story {
                script = script.step(ms(at), format!("{code:?}"), move |m, now| told(m, now, code));
            }
            let failed = |m: &mut InviteClient, now| m.handle_input(now, ClientInput::TransportFailed);
            laws::check(&script.step(ms(70_000), "transport failed", failed));
        }
    }
}

#[test]
fn the_non_invite_client_transaction_keeps_the_laws() {
    for flow in [flow(), tcp()] {
        for story in STORIES {
            let make = move || Client::new(epoch(), flow, invite().bytes().clone(), Timing::default());
            let mut script = Script::new(make, |m: &mut Client, now| {
                let Ok(()) = m.handle_input(now, ClientInput::Timeout);
            });
            for &(at, code) in story {
                script = script.step(ms(at), format!("{code:?}"), move |m, now| told(m, now, code));
            }
            laws::check(&script.finished_when(Client::is_terminated));
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Say {
    Again,
    Ack,
    Answer(u16),
}

const TALES: [&[(u64, Say)]; 6] = [
    &[(100, Say::Again), (150, Say::Answer(180)), (600, Say::Again), (700, Say::Answer(200)), (800, Say::Ack)],
    &[(100, Say::Answer(486)), (700, Say::Again), (1700, Say::Ack), (1800, Say::Ack), (1900, Say::Again)],
    &[(250, Say::Answer(183)), (300, Say::Answer(503))],
    &[(200, Say::Answer(200)), (700, Say::Answer(200)), (700, Say::Answer(486)), (32_200, Say::Ack)],
    &[(32_000, Say::Answer(408)), (32_000, Say::Again)],
    &[(0, Say::Again), (0, Say::Answer(404)), (0, Say::Ack)],
];

fn say(say: Say) -> ServerInput {
    match say {
        Say::Again => ServerInput::Request,
        Say::Ack => ServerInput::Ack,
        Say::Answer(code) => {
            ServerInput::Respond { status: Status::new(code).unwrap(), contents: Bytes::from(code.to_string()) }
        }
    }
}

fn server_script<M>(make: impl Fn() -> M + 'static, tale: &'static [(u64, Say)]) -> Script<M>
where
    M: for<'b> Machine<Input<'b> = ServerInput, Error = Infallible> + 'static,
{
    let mut script = Script::new(make, |m: &mut M, now| {
        let Ok(()) = m.handle_input(now, ServerInput::Timeout);
    });
    for &(at, what) in tale {
        script = script.step(ms(at), format!("{what:?}"), move |m: &mut M, now| m.handle_input(now, say(what)));
    }
    script
}

#[test]
fn the_server_transactions_keep_the_laws() {
    for flow in [flow(), tcp()] {
        for tale in TALES {
            let invite = move || InviteServer::new(epoch(), flow, invite(), Timing::default());
            laws::check(&server_script(invite, tale).finished_when(InviteServer::is_terminated));
            let other = move || Server::new(flow, Timing::default());
            laws::check(&server_script(other, tale).finished_when(Server::is_terminated));
        }
    }
}

/// A layer whose steps answer what it said, polled or not.
struct Peer {
    layer: Layer,
    said: VecDeque<Output<Event>>,
    sent: Vec<Transmit>,
    ids: Vec<ServerId>,
}

impl Peer {
    fn new() -> Self {
        let config = Config { max_clients: 3, max_servers: 3, ..Config::default() };
        let layer = Layer::new(config, Box::new(SeededEntropy::new(5)));
        Peer { layer, said: VecDeque::new(), sent: Vec::new(), ids: Vec::new() }
    }

    fn look(&mut self) {
        loop {
            let output = self.layer.poll_output();
            match &output {
                Output::Transmit(t) if !self.sent.contains(t) => self.sent.push(t.clone()),
                Output::Event(Event::Request { id, .. }) => self.ids.push(*id),
                Output::Timeout(_) => return,
                _ => {}
            }
            self.said.push_back(output);
        }
    }

    fn received(&mut self, now: Instant, text: String) -> Result<(), Error> {
        self.layer.handle_input(now, Input::Received { flow: flow(), contents: Bytes::from(text) })
    }

    fn request(&mut self, now: Instant, key: u64, request: Draft) -> Result<(), Error> {
        self.layer.handle_input(now, Input::Request { key: ClientKey(key), flow: flow(), request })
    }

    /// The peer's answer to the nth request of ours, counted by first sending.
    fn answered(&mut self, now: Instant, nth: usize, code: u16) -> Result<(), Error> {
        self.look();
        let answer = answer(&self.sent[nth], code);
        self.received(now, answer)
    }

    fn respond(&mut self, now: Instant, nth: usize, code: u16) -> Result<(), Error> {
        let response = Draft::response(invite().view(), Status::new(code).unwrap(), Some("us"));
        self.look();
        let id = self.ids[nth];
        self.layer.handle_input(now, Input::Respond { id, response })
    }
}

impl Machine for Peer {
    type Input<'a> = Input;
    type Event = Event;
    type Transmit = Transmit;
    type Error = Error;

    fn handle_input(&mut self, now: Instant, input: Input) -> Result<(), Error> {
        self.layer.handle_input(now, input)
    }

    fn poll_output(&mut self) -> Output<Event> {
        self.look();
        self.said.pop_front().unwrap_or_else(|| self.layer.poll_output())
    }
}

fn script() -> Script<Peer> {
    Script::new(Peer::new, |p: &mut Peer, now| p.handle_input(now, Input::Timeout).unwrap())
}

fn unwritable() -> Draft {
    let mut draft = draft(Method::Options);
    draft.set(Name::FROM, "<sip:");
    draft
}

#[test]
fn the_layer_as_a_client_keeps_the_laws() {
    let script = script()
        .step(ms(0), "INVITE", |p, now| p.request(now, 1, draft(Method::Invite)))
        .step(ms(100), "key in use", |p, now| p.request(now, 1, draft(Method::Options)))
        .step(ms(200), "unwritable", |p, now| p.request(now, 2, unwritable()))
        .step(ms(300), "an ACK is no request", |p, now| p.request(now, 2, draft(Method::Ack)))
        .step(ms(400), "cancel of nothing", |p, now| p.handle_input(now, Input::Cancel { key: ClientKey(9) }))
        .step(ms(900), "OPTIONS", |p, now| p.request(now, 2, draft(Method::Options)))
        .step(ms(900), "cancel", |p, now| p.handle_input(now, Input::Cancel { key: ClientKey(1) }))
        .step(ms(1000), "180", |p, now| p.answered(now, 0, 180))
        .step(ms(1100), "full", |p, now| p.request(now, 3, draft(Method::Options)))
        .step(ms(1200), "unwritable ACK", |p, now| {
            let mut ack = draft(Method::Ack);
            ack.remove(Name::CALL_ID);
            p.handle_input(now, Input::Ack { flow: flow(), request: ack })
        })
        .step(ms(1300), "ACK", |p, now| p.handle_input(now, Input::Ack { flow: flow(), request: draft(Method::Ack) }))
        .step(ms(2000), "487", |p, now| p.answered(now, 0, 487))
        .step(ms(2600), "487 again", |p, now| p.answered(now, 0, 487))
        .step(ms(3000), "transport failed", |p, now| p.handle_input(now, Input::TransportFailed { flow: flow() }))
        .step(ms(50_000), "and again", |p, now| p.request(now, 1, draft(Method::Invite)));
    laws::check(&script);
}

#[test]
fn the_layer_as_a_server_keeps_the_laws() {
    let script = script()
        .step(ms(0), "INVITE", |p, now| p.received(now, from_peer("INVITE", "a")))
        .step(ms(100), "a request is no response", |p, now| {
            p.look();
            let id = p.ids[0];
            p.handle_input(now, Input::Respond { id, response: draft(Method::Options) })
        })
        .step(ms(250), "INVITE again", |p, now| p.received(now, from_peer("INVITE", "a")))
        .step(ms(300), "CANCEL", |p, now| p.received(now, from_peer("CANCEL", "a")))
        .step(ms(400), "487", |p, now| p.respond(now, 0, 487))
        .step(ms(450), "200 too late", |p, now| p.respond(now, 0, 200))
        .step(ms(500), "noise", |p, now| p.received(now, "\0\0".to_owned()))
        .step(ms(600), "not SIP", |p, now| p.received(now, "GET / HTTP/1.1\r\n\r\n".to_owned()))
        .step(ms(700), "malformed", |p, now| p.received(now, from_peer("INVITE", "m").replace("CSeq: 1", "CSeq: x")))
        .step(ms(800), "OPTIONS", |p, now| p.received(now, from_peer("OPTIONS", "o")))
        .step(ms(900), "too many", |p, now| p.received(now, from_peer("OPTIONS", "p")))
        .step(ms(950), "after a refusal", |p, now| p.request(now, 1, unwritable()))
        .step(ms(1000), "too many INVITEs", |p, now| p.received(now, from_peer("INVITE", "q")))
        .step(ms(1100), "200", |p, now| p.respond(now, 1, 200))
        .step(ms(2000), "ACK", |p, now| p.received(now, from_peer("ACK", "a")))
        .step(ms(3000), "response to nothing", |p, now| {
            p.received(now, String::from_utf8(response(200).bytes().to_vec()).unwrap())
        });
    laws::check(&script);
}

#[test]
fn no_bytes_panic_the_layer_in_any_of_these_states() {
    let script = script()
        .step(ms(0), "INVITE", |p, now| p.received(now, from_peer("INVITE", "a")))
        .step(ms(10), "our INVITE", |p, now| p.request(now, 1, draft(Method::Invite)))
        .step(ms(20), "486", |p, now| p.respond(now, 0, 486))
        .step(ms(30), "180", |p, now| p.answered(now, 0, 180));
    let invite = from_peer("INVITE", "a");
    for cut in 0..invite.len() {
        laws::check_bytes(&script, &invite.as_bytes()[..cut], |p, now, bytes| {
            p.received(now, String::from_utf8_lossy(bytes).into_owned()).unwrap();
        });
    }
}
