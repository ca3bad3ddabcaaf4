//! Whatever is done to a layer in whatever order: every request is answered once, every call ends once, nothing is left.

mod common;

use common::{CONTACT, Node, Sent, invite, message, text};
use offhook_sip_dialog::{Event, SessionId};
use offhook_sip_parser::{Message, Method, Name, Status};
use offhook_sip_transaction::{ClientKey, Failure, ServerId};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

#[derive(Debug, Clone)]
enum Op {
    Connect,
    Verb(usize, u8),
    /// A new INVITE of theirs.
    Invite,
    /// The same, accepted and acknowledged.
    Established,
    /// A request of theirs within a call: which, its method, how it counts.
    Within(usize, &'static str, u32),
    Cancel(usize),
    Respond(usize, u16, bool),
    Fail(usize),
    Pass(u64),
}

fn ops() -> impl Strategy<Value = Op> {
    let methods = ["INVITE", "ACK", "BYE", "INFO"];
    let statuses = [100, 180, 200, 302, 401, 407, 481, 486, 487, 503];
    prop_oneof![
        Just(Op::Connect),
        (any::<usize>(), 0..7u8).prop_map(|(which, verb)| Op::Verb(which, verb)),
        (any::<usize>(), 0..7u8).prop_map(|(which, verb)| Op::Verb(which, verb)),
        Just(Op::Invite),
        Just(Op::Established),
        (any::<usize>(), prop::sample::select(methods.to_vec()), 9..14u32).prop_map(|(w, m, c)| Op::Within(w, m, c)),
        (any::<usize>(), prop::sample::select(methods.to_vec()), 9..14u32).prop_map(|(w, m, c)| Op::Within(w, m, c)),
        any::<usize>().prop_map(Op::Cancel),
        (any::<usize>(), prop::sample::select(statuses.to_vec()), any::<bool>())
            .prop_map(|(w, s, f)| Op::Respond(w, s, f)),
        (any::<usize>(), prop::sample::select(statuses.to_vec()), any::<bool>())
            .prop_map(|(w, s, f)| Op::Respond(w, s, f)),
        any::<usize>().prop_map(Op::Fail),
        (0..40_000u64).prop_map(Op::Pass),
    ]
}

/// A layer and all that is known of it from outside.
struct Model {
    node: Node,
    /// Final statuses by request of theirs; a request passed up counts as answered.
    theirs: BTreeMap<ServerId, (Method, Vec<u16>)>,
    /// Requests of ours that have no final response, and the INVITEs that have a 2xx.
    ours: BTreeMap<ClientKey, Message>,
    calls: BTreeSet<SessionId>,
    ended: BTreeSet<SessionId>,
    /// Our To value, by INVITE of theirs.
    to: BTreeMap<ServerId, String>,
}

impl Model {
    fn request(&mut self, request: Message) {
        let method = request.method().unwrap();
        let id = self.node.request(request);
        self.theirs.insert(id, (method, Vec::new()));
    }

    /// Looks at what came out.
    fn look(&mut self) {
        for sent in self.node.sent() {
            match sent {
                Sent::Request(key, request, _) => assert!(self.ours.insert(key, request).is_none(), "{key:?} twice"),
                Sent::Response(id, response) => {
                    self.to.insert(id, text(&response, Name::TO));
                    let status = response.status().unwrap();
                    if status.is_final() {
                        self.theirs.get_mut(&id).unwrap().1.push(status.code());
                    }
                }
                Sent::Cancel(key) => assert!(self.ours.contains_key(&key), "a CANCEL of nothing"),
                Sent::Ack(..) => {}
            }
        }
        for event in self.node.events() {
            let session = match event {
                Event::Incoming { session, .. } => {
                    assert!(self.calls.insert(session));
                    session
                }
                Event::Request { id, .. } => {
                    self.theirs.get_mut(&id).unwrap().1.push(200);
                    continue;
                }
                Event::Ended { session, .. } => {
                    assert!(self.ended.insert(session), "{session:?} ended twice");
                    continue;
                }
                Event::Progress { session, .. }
                | Event::Answered { session, .. }
                | Event::Acknowledged { session, .. }
                | Event::Offer { session, .. } => session,
                other => panic!("{other:?}"),
            };
            assert!(self.calls.contains(&session) && !self.ended.contains(&session), "{session:?} after its end");
        }
    }

    fn apply(&mut self, op: &Op) {
        fn pick<T: Clone>(of: impl IntoIterator<Item = T>, which: usize) -> Option<T> {
            let all: Vec<T> = of.into_iter().collect();
            all.get(which.checked_rem(all.len())?).cloned()
        }
        let now = self.node.now;
        match *op {
            // Few calls at a time, so that each comes far
            Op::Connect | Op::Invite | Op::Established if self.node.layer.len() >= 2 => {}
            Op::Connect => {
                let call = common::connect().credentials(Some(common::password()));
                self.calls.insert(self.node.layer.connect(now, call).unwrap());
            }
            Op::Verb(which, verb) => {
                let Some(id) = pick(self.node.layer.sessions(), which) else { return };
                let layer = &mut self.node.layer;
                let _ = match verb {
                    0 => layer.progress(now, id, Status::RINGING, CONTACT, None),
                    1 | 2 => layer.accept(now, id, CONTACT, None, None),
                    3 => layer.reject(now, id, Status::BUSY_HERE),
                    4 => layer.answer_offer(now, id, Ok(None)),
                    5 => layer.answer_offer(now, id, Err(Status::NOT_ACCEPTABLE_HERE)),
                    _ => layer.hang_up(now, id),
                };
            }
            Op::Invite => self.request(invite("Contact: <sip:them@192.0.2.9>\r\n")),
            Op::Established => {
                self.apply(&Op::Invite);
                self.look();
                let id = self.node.layer.sessions().pop().unwrap();
                self.node.layer.accept(now, id, CONTACT, None, None).unwrap();
                self.look();
                self.apply(&Op::Within(0, "ACK", 10));
            }
            Op::Within(which, method, cseq) => {
                // mostly of the last calls
                let Some(to) = pick(self.to.values().rev().take(4), which) else { return };
                let request = message(&format!(
                    "{method} sip:us@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKw\r\nFrom: <sip:a@b>;tag=them\r\n\
                     To: {to}\r\nCall-ID: their-call\r\nCSeq: {cseq} {method}\r\nContact: <sip:new@h>\r\n\r\n"
                ));
                if method == "ACK" { self.node.ack(request) } else { self.request(request) }
            }
            Op::Cancel(which) => {
                let invites = self.theirs.iter().filter(|(_, (method, _))| *method == Method::Invite);
                let Some(id) = pick(invites.map(|(id, _)| *id), which) else { return };
                let cancel = message(
                    "CANCEL sip:us@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKw\r\nFrom: <sip:a@b>;tag=them\r\n\
                     To: <sip:us@h>\r\nCall-ID: their-call\r\nCSeq: 10 CANCEL\r\n\r\n",
                );
                let cancel = self.node.cancel(Some(id), cancel);
                self.theirs.insert(cancel, (Method::Cancel, Vec::new()));
            }
            Op::Respond(which, status, fork) => {
                let Some((key, request)) = pick(self.ours.clone(), which) else { return };
                let status = Status::new(status).unwrap();
                let mut draft = offhook_sip_parser::Draft::response(
                    request.view(),
                    status,
                    Some(if fork { "fork" } else { "one" }),
                );
                draft.append(Name::CONTACT, "<sip:them@h>");
                draft.append(Name::WWW_AUTHENTICATE, "Digest realm=\"r\", nonce=\"n\"");
                draft.append(Name::PROXY_AUTHENTICATE, "Digest realm=\"r\", nonce=\"n\"");
                self.node.response(key, common::written(&draft));
                if status.is_final() && !(status.is_success() && request.method() == Some(Method::Invite)) {
                    self.ours.remove(&key);
                }
            }
            Op::Fail(which) => {
                let Some(key) = pick(self.ours.keys().copied(), which) else { return };
                self.node.failed(key, Failure::Timeout);
                self.ours.remove(&key);
            }
            Op::Pass(ms) => self.node.pass(Duration::from_millis(ms)),
        }
    }

    /// Hangs up on all, and lets what is out come to nothing.
    fn finish(&mut self) {
        for id in self.node.layer.sessions() {
            let _ = self.node.layer.hang_up(self.node.now, id);
        }
        for _ in 0..3 {
            self.node.pass(Duration::from_secs(64));
            self.look();
            for key in std::mem::take(&mut self.ours).into_keys() {
                self.node.failed(key, Failure::Timeout);
            }
        }
        self.node.pass(Duration::from_secs(64));
        self.look();
    }
}

proptest! {
    #[test]
    fn every_request_is_answered_and_every_call_ends(ops in prop::collection::vec(ops(), 0..60)) {
        let mut model = Model {
            node: Node::new(),
            theirs: BTreeMap::new(),
            ours: BTreeMap::new(),
            calls: BTreeSet::new(),
            ended: BTreeSet::new(),
            to: BTreeMap::new(),
        };
        for op in &ops {
            model.apply(op);
            model.look();
        }
        model.finish();
        prop_assert_eq!(&model.calls, &model.ended);
        prop_assert!(model.node.layer.is_empty() && model.node.drain().is_none());
        for (id, (method, statuses)) in &model.theirs {
            let repeated = *method == Method::Invite && statuses.iter().all(|s| *s == 200);
            prop_assert!(statuses.len() == 1 || repeated && !statuses.is_empty(), "{:?} {}: {:?}", id, method, statuses);
        }
    }
}
