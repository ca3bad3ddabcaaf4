//! Every state of a call against everything that can come to it.

mod common;

use common::{CONTACT, In, Node, Out, invite, message};
use offhook_sip_parser::{Message, Status};
use offhook_sip_transaction::{ClientKey, Failure};
use std::time::Duration;

/// A call in one of its states, and how its far side writes.
enum Call {
    Out(Out),
    In(In),
}

impl Call {
    fn in_state(state: &str) -> Self {
        match state {
            "calling" => Call::Out(Out::calling()),
            "calling, given up" => {
                let mut call = Out::calling();
                call.hang_up();
                Call::Out(call)
            }
            "established" => Call::Out(Out::established()),
            "closing" => Call::Out(Out::closing()),
            "ringing" => Call::In(In::ringing()),
            "accepted" => Call::In(In::accepted()),
            "accepted, hung up" => {
                let mut call = In::accepted();
                call.hang_up();
                Call::In(call)
            }
            "established there" => Call::In(In::established()),
            "offered" => Call::In(In::offered()),
            "offer accepted" => Call::In(In::offer_accepted()),
            other => panic!("no state {other}"),
        }
    }

    fn node(&mut self) -> &mut Node {
        match self {
            Call::Out(call) => &mut call.node,
            Call::In(call) => &mut call.node,
        }
    }

    fn theirs(&self, method: &str, cseq: u32) -> Message {
        match self {
            Call::Out(call) => call.theirs(method, cseq),
            Call::In(call) => call.theirs(method, cseq),
        }
    }

    /// A response to what is out, or to nothing.
    fn respond(&mut self, status: u16, tag: &str, headers: &str) {
        match self {
            Call::Out(call) => {
                let response = call.reply(&call.invite, status, tag, headers);
                let first = ClientKey(1 << 20 | 1);
                if tag == "fork" || call.key == first {
                    call.node.response(first, response);
                } else {
                    // it is our BYE that is answered
                    let written = String::from_utf8(response.bytes().to_vec()).unwrap();
                    call.node.response(call.key, message(&written.replace("CSeq: 1 INVITE", "CSeq: 2 BYE")));
                }
            }
            Call::In(call) => {
                let server = invite("Contact: <sip:x@x>\r\n");
                let draft = offhook_sip_parser::Draft::response(server.view(), Status::new(status).unwrap(), Some(tag));
                let response = Message::parse(draft.response_bytes()).unwrap();
                call.node.response(ClientKey(1 << 20 | 1), response);
            }
        }
    }

    /// Does it, and answers what came out.
    fn tell(&mut self, input: &str) -> String {
        self.node().out();
        let (session, now) = match self {
            Call::Out(call) => (call.session, call.node.now),
            Call::In(call) => (call.session, call.node.now),
        };
        let mut verb = Ok(());
        match input {
            "180" => self.respond(180, "them", ""),
            "200" => self.respond(200, "them", "Contact: <sip:them@192.0.2.9>\r\n"),
            "200 of a fork" => self.respond(200, "fork", "Contact: <sip:fork@192.0.2.10>\r\n"),
            "401" => self.respond(401, "them", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n"),
            "407" => self.respond(407, "them", "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n"),
            "302" => self.respond(302, "them", ""),
            "486" => self.respond(486, "them", ""),
            "503" => self.respond(503, "them", ""),
            "603" => self.respond(603, "them", ""),
            "failed" => {
                let key = if let Call::Out(call) = self { call.key } else { ClientKey(1 << 20 | 1) };
                self.node().failed(key, Failure::Timeout);
            }
            "re-INVITE" => {
                let request = self.theirs("INVITE", 20);
                self.node().request(request);
            }
            "ACK 10" => {
                let request = self.theirs("ACK", 10);
                self.node().ack(request);
            }
            "ACK 11" => {
                let request = self.theirs("ACK", 11);
                self.node().ack(request);
            }
            "BYE" => {
                let request = self.theirs("BYE", 20);
                self.node().request(request);
            }
            "old BYE" => {
                let request = self.theirs("BYE", 9);
                self.node().request(request);
            }
            "INFO" => {
                let request = self.theirs("INFO", 20);
                self.node().request(request);
            }
            "CANCEL" => {
                let cancel = self.theirs("CANCEL", 10);
                let server = if let Call::In(call) = self { Some(call.server) } else { None };
                self.node().cancel(server, cancel);
            }
            "32 s" => {
                self.node().pass(Duration::from_secs(32));
                let mut out = self.node().out();
                out.dedup();
                return out.join(", ");
            }
            "progress" => verb = self.node().layer.progress(now, session, Status::RINGING, CONTACT, None),
            "accept" => verb = self.node().layer.accept(now, session, CONTACT, None, None),
            "reject" => verb = self.node().layer.reject(now, session, Status::BUSY_HERE),
            "answer the offer" => verb = self.node().layer.answer_offer(now, session, Ok(None)),
            "refuse the offer" => {
                verb = self.node().layer.answer_offer(now, session, Err(Status::NOT_ACCEPTABLE_HERE));
            }
            "hang up" => verb = self.node().layer.hang_up(now, session),
            other => panic!("no input {other}"),
        }
        let out = self.node().out();
        match verb {
            Ok(()) => out.join(", "),
            Err(error) => {
                assert!(out.is_empty(), "{input} was refused and said {out:?}");
                format!("{error:?}")
            }
        }
    }
}

const INPUTS: [&str; 24] = [
    "180",
    "200",
    "200 of a fork",
    "401",
    "407",
    "302",
    "486",
    "503",
    "603",
    "failed",
    "re-INVITE",
    "ACK 10",
    "ACK 11",
    "BYE",
    "old BYE",
    "INFO",
    "CANCEL",
    "32 s",
    "progress",
    "accept",
    "reject",
    "answer the offer",
    "refuse the offer",
    "hang up",
];

/// What comes of an input where nothing is said: nothing, and a verb is refused.
fn usual(input: &str) -> &'static str {
    match input {
        "progress" | "accept" | "reject" | "answer the offer" | "refuse the offer" | "hang up" => "WrongState",
        _ => "",
    }
}

#[test]
fn every_state_takes_every_input_as_the_rfc_says() {
    for (state, outcomes) in TABLE {
        for input in INPUTS {
            let expected = outcomes.iter().find(|(named, _)| *named == input).map_or(usual(input), |&(_, out)| out);
            assert_eq!(Call::in_state(state).tell(input), expected, "{state}: {input}");
        }
        assert!(outcomes.iter().all(|(named, _)| INPUTS.contains(named)), "{state}");
    }
}

/// By state, what differs from [`usual`].
#[rustfmt::skip]
const TABLE: &[(&str, &[(&str, &str)])] = &[
    ("calling", &[
        ("180", "Progress"),
        ("200", "ACK, Answered"),
        ("200 of a fork", "ACK, Answered"),
        ("401", "INVITE"),
        ("407", "INVITE"),
        ("302", "Ended(Rejected(Status(302)))"),
        ("486", "Ended(Rejected(Status(486)))"),
        ("503", "Ended(Rejected(Status(503)))"),
        ("603", "Ended(Rejected(Status(603)))"),
        ("failed", "Ended(Failed(Timeout))"),
        ("re-INVITE", "481 INVITE"),
        ("BYE", "481 BYE"),
        ("old BYE", "481 BYE"),
        ("INFO", "481 INFO"),
        ("CANCEL", "481 CANCEL"),
        ("hang up", "CANCEL"),
    ]),
    ("calling, given up", &[
        ("200", "ACK, BYE"),
        ("200 of a fork", "ACK, BYE"),
        ("401", "Ended(GaveUp)"),
        ("407", "Ended(GaveUp)"),
        ("302", "Ended(GaveUp)"),
        ("486", "Ended(GaveUp)"),
        ("503", "Ended(GaveUp)"),
        ("603", "Ended(GaveUp)"),
        ("failed", "Ended(GaveUp)"),
        ("re-INVITE", "481 INVITE"),
        ("BYE", "481 BYE"),
        ("old BYE", "481 BYE"),
        ("INFO", "481 INFO"),
        ("CANCEL", "481 CANCEL"),
        ("hang up", ""),
    ]),
    ("established", &[
        ("200", "ACK"),
        ("200 of a fork", "ACK, BYE"),
        ("re-INVITE", "Offer"),
        ("BYE", "200 BYE, Ended(RemoteHangUp)"),
        ("old BYE", "200 BYE, Ended(RemoteHangUp)"),
        ("INFO", "Request"),
        ("CANCEL", "481 CANCEL"),
        ("hang up", "BYE"),
    ]),
    ("closing", &[
        ("200", "Ended(LocalHangUp)"),
        ("200 of a fork", "ACK, BYE"),
        ("401", "BYE"),
        ("407", "BYE"),
        ("302", "Ended(LocalHangUp)"),
        ("486", "Ended(LocalHangUp)"),
        ("503", "Ended(LocalHangUp)"),
        ("603", "Ended(LocalHangUp)"),
        ("failed", "Ended(LocalHangUp)"),
        ("re-INVITE", "481 INVITE"),
        ("BYE", "200 BYE"),
        ("old BYE", "200 BYE"),
        ("INFO", "Request"),
        ("CANCEL", "481 CANCEL"),
    ]),
    ("ringing", &[
        ("re-INVITE", "500 INVITE"),
        ("BYE", "200 BYE, 487 INVITE, Ended(Cancelled)"),
        ("old BYE", "500 BYE"),
        ("INFO", "Request"),
        ("CANCEL", "200 CANCEL, 487 INVITE, Ended(Cancelled)"),
        ("progress", "180 INVITE"),
        ("accept", "200 INVITE"),
        ("reject", "486 INVITE, Ended(Refused(Status(486)))"),
        ("hang up", "603 INVITE, Ended(Refused(Status(603)))"),
    ]),
    ("accepted", &[
        ("re-INVITE", "500 INVITE"),
        ("ACK 10", "Acknowledged"),
        ("BYE", "200 BYE, Ended(RemoteHangUp)"),
        ("old BYE", "500 BYE"),
        ("INFO", "Request"),
        ("CANCEL", "200 CANCEL"),
        ("32 s", "200 INVITE, BYE"),
        ("hang up", ""),
    ]),
    ("accepted, hung up", &[
        ("re-INVITE", "500 INVITE"),
        ("ACK 10", "BYE"),
        ("BYE", "200 BYE, Ended(RemoteHangUp)"),
        ("old BYE", "500 BYE"),
        ("INFO", "Request"),
        ("CANCEL", "200 CANCEL"),
        ("32 s", "200 INVITE, BYE"),
        ("hang up", ""),
    ]),
    ("established there", &[
        ("re-INVITE", "Offer"),
        ("BYE", "200 BYE, Ended(RemoteHangUp)"),
        ("old BYE", "500 BYE"),
        ("INFO", "Request"),
        ("CANCEL", "200 CANCEL"),
        ("hang up", "BYE"),
    ]),
    ("offered", &[
        ("re-INVITE", "500 INVITE"),
        ("BYE", "200 BYE, 487 INVITE, Ended(RemoteHangUp)"),
        ("old BYE", "500 BYE"),
        ("INFO", "Request"),
        ("CANCEL", "200 CANCEL, 487 INVITE"),
        ("answer the offer", "200 INVITE"),
        ("refuse the offer", "488 INVITE"),
        ("hang up", "487 INVITE, BYE"),
    ]),
    ("offer accepted", &[
        ("re-INVITE", "500 INVITE"),
        ("ACK 11", "Acknowledged"),
        ("BYE", "200 BYE, Ended(RemoteHangUp)"),
        ("old BYE", "500 BYE"),
        ("INFO", "Request"),
        ("CANCEL", "200 CANCEL"),
        ("32 s", "200 INVITE, BYE"),
        ("hang up", "BYE"),
    ]),
];
