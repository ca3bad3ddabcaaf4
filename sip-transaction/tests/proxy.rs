//! A stateful forking proxy of two branches on the layer alone (RFC 3261 §16): what was received goes on as it was, but for
//! what the proxy changed.

mod kit;

use kit::{Node, Said, header};
use offhook_core::{Flow, Transmit};
use offhook_sip_parser::header::{NameAddr, TypedHeader};
use offhook_sip_parser::{Draft, Edit, Message, Name, Status, Uri};
use offhook_sip_transaction::{ClientKey, Config, Event, Input, ServerId};

const ALICE: &str = "198.51.100.1:5060";
const TARGETS: [&str; 2] = ["192.0.2.11:5060", "192.0.2.12:5060"];

fn flow(remote: &str) -> Flow {
    Flow::udp("192.0.2.1:5060".parse().unwrap(), remote.parse().unwrap())
}

/// One response context: the INVITE of Alice, and a branch to each target.
struct Proxy {
    node: Node,
    now: u64,
    invite: Option<(ServerId, Message)>,
    /// The final response of each branch.
    finals: [Option<Message>; 2],
}

impl Proxy {
    fn new() -> Self {
        let config = Config { refuse_merged: false, ..Config::default() };
        Proxy { node: Node::with(config), now: 0, invite: None, finals: [None, None] }
    }

    /// Hears, does what a proxy does, and answers what left.
    fn hear(&mut self, from: &str, contents: impl AsRef<[u8]>) -> Vec<Transmit> {
        self.now += 10;
        let said = self.node.receive_on(self.now, flow(from), contents);
        self.act(said)
    }

    fn act(&mut self, mut said: Said) -> Vec<Transmit> {
        let mut sent = Vec::new();
        while !said.sent.is_empty() || !said.events.is_empty() {
            sent.append(&mut said.sent);
            for event in std::mem::take(&mut said.events) {
                for input in self.react(event) {
                    let more = self.node.tell(self.now, input).unwrap();
                    said.sent.extend(more.sent);
                    said.events.extend(more.events);
                }
            }
        }
        sent
    }

    fn react(&mut self, event: Event) -> Vec<Input> {
        match event {
            Event::Request { id, request, .. } if self.node.layer.is_loop(&request) => {
                vec![Input::Respond { id, response: Draft::response(request.view(), Status::LOOP_DETECTED, Some("p")) }]
            }
            Event::Request { id, request, .. } => {
                let mark = Some(self.node.layer.loop_mark(&request));
                let forward = |(key, target): (usize, &&str)| {
                    let uri: Uri = format!("sip:bob@{target}").parse().unwrap();
                    let us: Uri = "sip:192.0.2.1;lr".parse().unwrap();
                    let mut edit = Edit::new(&request);
                    edit.set_uri(&uri).unwrap();
                    edit.push_record_route(&NameAddr::new(us.view()));
                    edit.decrement_max_forwards().unwrap();
                    Input::Forward { key: ClientKey(key as u64), flow: flow(target), request: edit.message(), mark }
                };
                let inputs = TARGETS.iter().enumerate().map(forward).collect();
                self.invite = Some((id, request));
                inputs
            }
            Event::Response { key, response } => self.respond(key.0 as usize, &response),
            Event::Failed { key, failure } => {
                let (_, invite) = self.invite.as_ref().unwrap();
                let bytes = Draft::response(invite.view(), failure.status(), Some("p")).response_bytes();
                self.finals[key.0 as usize] = Some(Message::parse(bytes).unwrap());
                self.best()
            }
            Event::Cancel { id, request, .. } => {
                let response = Draft::response(request.view(), Status::OK, Some("p"));
                let cancel = |key| Input::Cancel { key: ClientKey(key) };
                vec![Input::Respond { id, response }, cancel(0), cancel(1)]
            }
            Event::Ack { request, .. } => {
                let target = request.uri().unwrap().as_str().strip_prefix("sip:bob@").unwrap().to_owned();
                let mut edit = Edit::new(&request);
                edit.pop_route().unwrap();
                vec![Input::ForwardAck { flow: flow(&target), request: edit.message() }]
            }
            other => panic!("{other:?}"),
        }
    }

    fn respond(&mut self, branch: usize, response: &Message) -> Vec<Input> {
        let status = response.status().unwrap();
        let mut edit = Edit::new(response);
        edit.pop_via().unwrap();
        let (id, response) = (self.invite.as_ref().unwrap().0, edit.message());
        if status.is_success() {
            let other =
                self.finals[1 - branch].is_none().then_some(Input::Cancel { key: ClientKey(1 - branch as u64) });
            self.finals[branch] = Some(response.clone());
            return [Input::Relay { id, response }].into_iter().chain(other).collect();
        }
        if status.is_final() {
            self.finals[branch] = Some(response);
            return self.best();
        }
        if status == Status::TRYING { vec![] } else { vec![Input::Relay { id, response }] }
    }

    /// The better of two failures, when both are there.
    fn best(&self) -> Vec<Input> {
        let [Some(a), Some(b)] = &self.finals else { return vec![] };
        if a.status().unwrap().is_success() || b.status().unwrap().is_success() {
            return vec![];
        }
        let best = if a.status() <= b.status() { a } else { b };
        vec![Input::Relay { id: self.invite.as_ref().unwrap().0, response: best.clone() }]
    }
}

const INVITE: &str = "INVITE sip:bob@example.com SIP/2.0\r\nv: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKalice\r\n\
    Max-Forwards: 70\r\nf: <sip:alice@example.com>;tag=a\r\nt: <sip:bob@example.com>\r\ni: call\r\nCSeq: 1 INVITE\r\n\
    X-Odd :  kept\r\nl: 4\r\n\r\nbody";

/// What a target answers to what it was sent.
fn answer(request: &Transmit, code: u16) -> Vec<u8> {
    let request = Message::parse(request.contents.clone()).unwrap();
    let tag = format!("t{}", request.uri().unwrap().as_str().len());
    Draft::response(request.view(), Status::new(code).unwrap(), Some(&tag)).response_bytes().to_vec()
}

fn lines(sent: &[Transmit]) -> Vec<(String, String)> {
    let line = |t: &Transmit| String::from_utf8_lossy(t.contents.split(|&b| b == b'\r').next().unwrap()).into_owned();
    sent.iter().map(|t| (t.flow.remote.to_string(), line(t))).collect()
}

#[track_caller]
fn assert_lines(sent: &[Transmit], expected: &[(&str, &str)]) {
    let lines = lines(sent);
    let lines: Vec<_> = lines.iter().map(|(to, line)| (&to[..], &line[..])).collect();
    assert_eq!(lines, expected);
}

#[test]
fn a_request_goes_on_as_it_was_but_for_what_the_proxy_changed() {
    let mut proxy = Proxy::new();
    let sent = proxy.hear(ALICE, INVITE);
    let forked = Message::parse(sent[0].contents.clone()).unwrap();
    let via = header(&forked, Name::VIA);
    assert!(via.starts_with("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK") && via.ends_with(";rport"), "{via}");
    let expected = INVITE
        .replace("bob@example.com SIP", "bob@192.0.2.11:5060 SIP")
        .replace("v: ", &format!("Via: {via}\r\nv: "))
        .replace("Max-F", "Record-Route: <sip:192.0.2.1;lr>\r\nMax-F")
        .replace(": 70", ": 69");
    assert_eq!(String::from_utf8_lossy(forked.bytes()), expected);
}

#[test]
fn of_a_486_and_a_200_the_200_goes_up_and_its_ack_goes_through() {
    let mut proxy = Proxy::new();
    let sent = proxy.hear(ALICE, INVITE);
    assert_lines(
        &sent,
        &TARGETS.map(|t| (t, ["INVITE sip:bob@", t, " SIP/2.0"].concat())).each_ref().map(|(t, l)| (*t, &l[..])),
    );
    let busy = proxy.hear(TARGETS[0], answer(&sent[0], 486));
    assert_lines(&busy, &[(TARGETS[0], "ACK sip:bob@192.0.2.11:5060 SIP/2.0")]);
    let ok = proxy.hear(TARGETS[1], answer(&sent[1], 200));
    assert_lines(&ok, &[(ALICE, "SIP/2.0 200 OK")]);
    let ok = Message::parse(ok[0].contents.clone()).unwrap();
    assert_eq!(ok.view().header_all(Name::VIA).count(), 1, "ours is off");
    let ack = Draft::ack(Message::parse(INVITE.into()).unwrap().view(), ok.view()).unwrap();
    let ack = ack.request_bytes(&TypedHeader::parse(b"SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKack").unwrap());
    let ack = String::from_utf8_lossy(&ack).replace("sip:bob@example.com SIP", "sip:bob@192.0.2.12:5060 SIP");
    let passed = proxy.hear(ALICE, ack);
    assert_lines(&passed, &[(TARGETS[1], "ACK sip:bob@192.0.2.12:5060 SIP/2.0")]);
    assert_eq!(Message::parse(passed[0].contents.clone()).unwrap().view().header_all(Name::VIA).count(), 2);
    proxy.node.run_out();
}

#[test]
fn the_loser_is_cancelled_and_a_2xx_that_crosses_the_cancel_goes_up_too() {
    let mut proxy = Proxy::new();
    let sent = proxy.hear(ALICE, INVITE);
    for i in [0, 1] {
        assert_lines(&proxy.hear(TARGETS[i], answer(&sent[i], 180)), &[(ALICE, "SIP/2.0 180 Ringing")]);
    }
    let won = proxy.hear(TARGETS[0], answer(&sent[0], 200));
    assert_lines(&won, &[(ALICE, "SIP/2.0 200 OK"), (TARGETS[1], "CANCEL sip:bob@192.0.2.12:5060 SIP/2.0")]);
    let via = |t: &Transmit| header(&Message::parse(t.contents.clone()).unwrap(), Name::VIA).to_owned();
    assert_eq!(via(&won[1]), via(&sent[1]), "the CANCEL is of that branch");
    assert!(proxy.hear(TARGETS[1], answer(&won[1], 200)).is_empty());
    assert_lines(&proxy.hear(TARGETS[1], answer(&sent[1], 200)), &[(ALICE, "SIP/2.0 200 OK")]);
    proxy.node.run_out();
    assert!(proxy.hear(TARGETS[1], answer(&sent[1], 200)).is_empty(), "RFC 6026 §7.3: a stray goes nowhere");
    assert_eq!(proxy.node.layer.counters().stray_responses, 1);
}

#[test]
fn a_487_of_the_loser_is_acknowledged_and_goes_no_further() {
    let mut proxy = Proxy::new();
    let sent = proxy.hear(ALICE, INVITE);
    proxy.hear(TARGETS[1], answer(&sent[1], 180));
    proxy.hear(TARGETS[0], answer(&sent[0], 200));
    let acked = proxy.hear(TARGETS[1], answer(&sent[1], 487));
    assert_lines(&acked, &[(TARGETS[1], "ACK sip:bob@192.0.2.12:5060 SIP/2.0")]);
}

#[test]
fn a_caller_that_gives_up_cancels_every_branch() {
    let mut proxy = Proxy::new();
    let sent = proxy.hear(ALICE, INVITE);
    (0..2).for_each(|i| drop(proxy.hear(TARGETS[i], answer(&sent[i], 180))));
    let cancelled = proxy.hear(ALICE, INVITE.replace("INVITE", "CANCEL").replace("l: 4\r\n\r\nbody", "l: 0\r\n\r\n"));
    let to: Vec<_> = lines(&cancelled).into_iter().map(|(_, line)| line).collect();
    assert_eq!(
        to,
        ["SIP/2.0 200 OK", "CANCEL sip:bob@192.0.2.11:5060 SIP/2.0", "CANCEL sip:bob@192.0.2.12:5060 SIP/2.0"]
    );
    proxy.hear(TARGETS[0], answer(&sent[0], 487));
    let last = proxy.hear(TARGETS[1], answer(&sent[1], 487));
    assert_eq!(lines(&last)[1], (ALICE.to_owned(), "SIP/2.0 487 Request Terminated".to_owned()));
}

#[test]
fn a_loop_is_told_from_a_spiral() {
    let mut proxy = Proxy::new();
    let sent = proxy.hear(ALICE, INVITE);
    let forked = String::from_utf8_lossy(&sent[0].contents).into_owned();
    // The next hop sends it back to us as we got it: a Via of its own, and the Request-URI that we had.
    let hop = forked.replacen("Via: ", "Via: SIP/2.0/UDP 192.0.2.11;branch=z9hG4bKhop\r\nVia: ", 1);
    let looped = hop.replace("sip:bob@192.0.2.11:5060 SIP", "sip:bob@example.com SIP");
    assert_lines(&proxy.hear(TARGETS[0], looped), &[(TARGETS[0], "SIP/2.0 482 Loop Detected")]);
    let mut proxy = Proxy::new();
    proxy.hear(ALICE, INVITE);
    let spiral = hop.replace("sip:bob@192.0.2.11:5060 SIP", "sip:carol@example.com SIP").replace("bKhop", "bKhop2");
    let mut other = Proxy::new();
    assert_eq!(other.hear(TARGETS[0], spiral).len(), 2, "for another target it goes on");
}

#[test]
fn branches_that_nobody_answers_count_as_408() {
    let mut proxy = Proxy::new();
    proxy.hear(ALICE, INVITE);
    proxy.now = 40_000;
    let mut lines = Vec::new();
    let said = proxy.node.timeout(40_000);
    for sent in proxy.act(said) {
        lines.push(String::from_utf8_lossy(&sent.contents).lines().next().unwrap().to_owned());
    }
    assert!(lines.contains(&"SIP/2.0 408 Request Timeout".to_owned()), "{lines:?}");
}
