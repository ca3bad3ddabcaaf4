//! Calls as scripts for the laws of a machine.

use super::{CONTACT, In, Names, Out, connect, flow, invite, password};
use offhook_core::Machine;
use offhook_sim::SeededEntropy;
use offhook_sim::laws::Script;
use offhook_sip_dialog::{Config, Error, Input, Layer, SessionId};
use offhook_sip_parser::{Message, Status};
use offhook_sip_transaction::{ClientKey, Event, Failure};
use std::time::{Duration, Instant};

const SEED: u64 = 7; // that of `Node`, so that its tags are ours

/// A script being written: the time of its next step.
struct Writer(Script<Layer>, Duration);

impl Writer {
    fn new() -> Self {
        let make = || Layer::new(Config::default(), Box::new(SeededEntropy::new(SEED)));
        let script = Script::new(make, |layer: &mut Layer, now| layer.handle_input(now, Input::Timeout).unwrap());
        Writer(script, Duration::ZERO)
    }

    fn wait(mut self, ms: u64) -> Self {
        self.1 += Duration::from_millis(ms);
        self
    }

    fn verb(
        mut self,
        name: &str,
        verb: impl Fn(&mut Layer, Instant, SessionId) -> Result<(), Error> + 'static,
    ) -> Self {
        self.0 = self.0.step(self.1, name, move |layer: &mut Layer, now| {
            let id = layer.sessions().first().copied().ok_or(Error::NoSession)?;
            verb(layer, now, id)
        });
        self
    }

    fn told(mut self, name: &str, event: Event) -> Self {
        self.0 = self.0.step(self.1, name, move |layer: &mut Layer, now| {
            layer.handle_input(now, Input::Transaction(event.clone()))
        });
        self
    }

    fn connect(mut self) -> Self {
        self.0 = self.0.step(self.1, "connect", |layer: &mut Layer, now| {
            layer.connect(now, connect().credentials(Some(password()))).map(drop)
        });
        self
    }

    fn response(self, key: u64, response: Message) -> Self {
        self.told("a response", Event::Response { key: ClientKey(1 << 20 | key), response })
    }

    /// Every verb, of which the state refuses some.
    fn every_verb(self) -> Self {
        self.verb("progress", |layer, now, id| layer.progress(now, id, Status::RINGING, CONTACT, None))
            .verb("refuse the offer", |layer, now, id| layer.answer_offer(now, id, Err(Status::NOT_ACCEPTABLE_HERE)))
            .verb("answer the offer", |layer, now, id| layer.answer_offer(now, id, Ok(None)))
            .verb("refuse wrongly", |layer, now, id| layer.reject(now, id, Status::OK))
    }

    fn accept(self) -> Self {
        self.verb("accept", |layer, now, id| layer.accept(now, id, CONTACT, None, None))
    }

    fn hang_up(self) -> Self {
        self.verb("hang up", |layer, now, id| layer.hang_up(now, id))
    }
}

pub(crate) fn all() -> Vec<Script<Layer>> {
    let out = Out::calling();
    let call = In::ringing();
    let mut names = Names::new();
    let mut request = |request: Message| Event::Request { id: names.next(), request, flow: flow() };
    let ack = |request: Message| Event::Ack { request, flow: flow() };
    let contact = "Contact: <sip:them@192.0.2.9>\r\n";
    let challenge = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n";
    let incoming = request(invite(contact));
    let Event::Request { id: server, .. } = incoming else { unreachable!() };
    let bye = out.theirs("BYE", 1);
    vec![
        Writer::new()
            .accept()
            .connect()
            .every_verb()
            .wait(10)
            .response(1, out.reply(&out.invite, 401, "them", challenge))
            .response(2, out.reply(&out.invite, 180, "them", ""))
            .response(2, out.reply(&out.invite, 200, "them", contact))
            .every_verb()
            .accept()
            .wait(100)
            .response(2, out.reply(&out.invite, 200, "them", contact))
            .response(2, out.reply(&out.invite, 200, "fork", contact))
            .told("re-INVITE", request(out.theirs("INVITE", 5)))
            .told("re-INVITE again", request(out.theirs("INVITE", 6)))
            .every_verb()
            .told("re-INVITE after a refusal", request(out.theirs("INVITE", 7)))
            .verb("answer", |layer, now, id| layer.answer_offer(now, id, Ok(None)))
            .wait(2_000)
            .told("ACK", ack(out.theirs("ACK", 7)))
            .hang_up()
            .hang_up()
            .wait(50)
            .response(4, out.reply(&bye, 401, "them", challenge))
            .response(5, out.reply(&bye, 200, "them", ""))
            .hang_up()
            .0,
        Writer::new()
            .connect()
            .hang_up()
            .hang_up()
            .wait(20)
            .response(1, out.reply(&out.invite, 200, "them", ""))
            .told("failed", Event::Failed { key: ClientKey(1 << 20 | 2), failure: Failure::Timeout })
            .0,
        Writer::new()
            .told("INVITE", incoming.clone())
            .every_verb()
            .accept()
            .every_verb()
            .accept()
            .wait(1_600)
            .hang_up()
            .told(
                "a late CANCEL",
                Event::Cancel { id: server, invite: Some(server), request: call.theirs("CANCEL", 10), flow: flow() },
            )
            .wait(1_600)
            .told("ACK", ack(call.theirs("ACK", 10)))
            .told("old BYE", request(call.theirs("BYE", 3)))
            .told("BYE", request(call.theirs("BYE", 30)))
            .response(1, out.reply(&bye, 200, "them", ""))
            .0,
        Writer::new().told("INVITE", incoming.clone()).accept().wait(40_000).hang_up().0,
        Writer::new()
            .told("INVITE", incoming)
            .wait(5)
            .told(
                "CANCEL",
                Event::Cancel { id: server, invite: Some(server), request: call.theirs("CANCEL", 10), flow: flow() },
            )
            .hang_up()
            .0,
    ]
}
