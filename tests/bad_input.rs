//! What a hostile or broken peer may send, each while another call is up: the right answer, and the call is not disturbed.

mod common;

use bytes::Bytes;
use common::*;
use offhook::call::MediaEvent;
use offhook::sip_dialog::Cause;
use offhook::sip_parser::Message;
use offhook::sip_transaction::Counters;
use offhook::ua::{CallId, Ended};
use offhook_sim::{HostId, World};
use std::net::SocketAddr;

const EVENTS: &str = "a=rtpmap:101 telephone-event/8000\n";

/// Two phones that talk, and a peer beside them that is up to something.
struct Scene {
    world: World,
    a: HostId<Phone>,
    b: HostId<Phone>,
    peer: HostId<Peer>,
    ours: CallId,
    theirs: CallId,
}

impl Scene {
    fn new(seed: u64) -> Self {
        let mut world = World::new(seed);
        let a = phone(&mut world, 1, Plan::answers().tone(440.0));
        let b = phone(&mut world, 2, Plan::answers().tone(1000.0));
        let peer = peer(&mut world, 3);
        let (ours, theirs) = establish(&mut world, a, b, 2);
        world.run_for(ms(300));
        Scene { world, a, b, peer, ours, theirs }
    }

    /// The peer says something to phone A; what it gets back within a tenth of a second.
    fn say(&mut self, text: &str) -> Vec<String> {
        let before = self.world[self.peer].inbox.len();
        self.world.with(self.peer, |p, _| p.say(sip(1), text));
        self.world.run_for(ms(100));
        self.world[self.peer].inbox[before..].iter().map(|(_, text)| text.clone()).collect()
    }

    fn caller(&self, call_id: &'static str) -> Caller {
        Caller::new(ip(3), sip(1), call_id)
    }

    fn counters(&self) -> Counters {
        self.world[self.a].ua.transaction_counters()
    }

    /// A new call of the peer's that A answers; A's media address.
    fn connect(&mut self, caller: &mut Caller) -> (CallId, SocketAddr) {
        let answers = self.say(&caller.request("INVITE", "", &sdp((ip(3), 4000).into(), 1, "0 101", EVENTS)));
        caller.learn(answers.iter().find(|m| m.starts_with("SIP/2.0 200")).expect("answered"));
        self.say(&caller.request("ACK", "", ""));
        let (&call, line) = self.world[self.a].lines.last_key_value().expect("a call");
        assert!(line.established.is_some());
        (call, line.terms[0].flow.local)
    }

    /// The call went on as if nothing had been: no sample is missing, no counter moved. `strangers`: datagrams that A's
    /// media dropped.
    #[track_caller]
    fn undisturbed(mut self, strangers: u64) {
        self.world.run_for(ms(300));
        let since = self.world[self.a].lines[&self.ours].established.expect("it was up");
        let spoken = ((self.world.now() - since).as_millis() as usize - 120) * 8;
        let ours = self.ours;
        self.world.with(self.a, |p, now| p.hang_up(now, ours));
        self.world.run_for(ms(100));
        let (a, b) = (&self.world[self.a], &self.world[self.b]);
        let (ours, theirs) = (&a.lines[&self.ours], &b.lines[&self.theirs]);
        assert_tone(&ours.heard, 1000.0, spoken);
        assert_tone(&theirs.heard, 440.0, spoken);
        assert_eq!(ours.cause(), Some(Ended::Session(Cause::LocalHangUp)));
        assert_eq!((ours.stats().rtp.strangers, theirs.stats().rtp.strangers), (strangers, 0));
        for stats in [ours.stats(), theirs.stats()] {
            let rtp = stats.rtp;
            assert_eq!((rtp.lost, rtp.duplicates, rtp.malformed, rtp.unproven, rtp.unknown_payload), (0, 0, 0, 0, 0));
            assert_eq!((stats.skipped_ticks, stats.undecodable), (0, 0));
        }
        assert_eq!(b.ua.transaction_counters(), Default::default());
        assert_eq!(b.ua.dialog_counters(), Default::default());
    }
}

fn rtp(sequence: u16, timestamp: u32, payload_type: u8, payload: &[u8]) -> Bytes {
    let mut packet = vec![0x80, payload_type];
    packet.extend(sequence.to_be_bytes());
    packet.extend(timestamp.to_be_bytes());
    packet.extend([0xab; 4]);
    packet.extend(payload);
    packet.into()
}

#[test]
fn a_datagram_that_is_not_sip_is_dropped_and_counted() {
    let mut scene = Scene::new(41);
    let noise: [&[u8]; 5] = [
        b"hello",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\n\r\n",
        &[0xff; 1400],
        b"SIP/2.0",
    ];
    for bytes in noise {
        scene.world.with(scene.peer, |p, _| p.send(5060, sip(1), Bytes::copy_from_slice(bytes)));
    }
    scene.world.run_for(ms(100));
    assert!(scene.world[scene.peer].inbox.is_empty());
    let counters = scene.counters();
    assert_eq!(counters.not_sip + counters.malformed_dropped, 5, "{counters:?}");
    assert!(counters.not_sip >= 4, "{counters:?}");
    scene.undisturbed(0);
}

#[test]
fn a_truncated_datagram_rings_nobody_wherever_it_was_cut() {
    let mut scene = Scene::new(42);
    let whole = scene.caller("cut").request("INVITE", "", &sdp((ip(3), 4000).into(), 1, "0 101", EVENTS));
    let whole = whole.replace('\n', "\r\n");
    for length in 0..whole.len() {
        let cut = Bytes::copy_from_slice(&whole.as_bytes()[..length]);
        scene.world.with(scene.peer, |p, _| p.send(5060, sip(1), cut));
    }
    scene.world.run_for(ms(100));
    assert_eq!(scene.world[scene.a].lines.len(), 1, "nobody is rung");
    let answers = &scene.world[scene.peer].inbox;
    assert!(answers.iter().all(|(_, m)| m.starts_with("SIP/2.0 400 ")), "{answers:#?}");
    // Cut within the body: everything was there to say that the body is short (RFC 3261 §18.3)
    assert!(answers.len() > 100, "{} answers", answers.len());
    let counters = scene.counters();
    assert_eq!(counters.malformed_requests, answers.len() as u64);
    let seen = counters.not_sip + counters.malformed_dropped + counters.malformed_requests + counters.keep_alives;
    assert_eq!(seen, whole.len() as u64, "{counters:?}");
    scene.undisturbed(0);
}

#[test]
fn a_request_without_a_mandatory_header_gets_400_and_one_without_via_nothing() {
    let mut scene = Scene::new(43);
    let names = ["From", "To", "Call-ID", "CSeq"];
    for (name, call_id) in names.into_iter().zip(["from", "to", "id", "cseq"]) {
        let whole = scene.caller(call_id).request("INVITE", "", &sdp((ip(3), 4000).into(), 1, "0", ""));
        let start = format!("{name}: ");
        let text: String = whole.lines().filter(|l| !l.starts_with(&start)).fold(String::new(), |t, l| t + l + "\n");
        let answers = scene.say(&text);
        assert_eq!(answers.len(), 1, "{answers:#?}");
        assert!(answers[0].starts_with("SIP/2.0 400 "), "without {name}: {answers:#?}");
    }
    let whole = scene.caller("via").request("INVITE", "", "");
    let text: String = whole.lines().filter(|l| !l.starts_with("Via")).fold(String::new(), |t, l| t + l + "\n");
    assert!(scene.say(&text).is_empty(), "nobody knows where to");
    assert_eq!((scene.counters().malformed_requests, scene.counters().malformed_dropped), (4, 1));
    assert_eq!(scene.world[scene.a].lines.len(), 1, "nobody is rung");
    scene.undisturbed(0);
}

#[test]
fn an_unknown_method_gets_405_with_allow_outside_a_call_and_in_it() {
    let mut scene = Scene::new(44);
    let answers = scene.say(&scene.caller("outside").request("FROBNICATE", "", ""));
    assert!(answers.len() == 1 && answers[0].starts_with("SIP/2.0 405 "), "{answers:#?}");
    assert!(header(&answers[0], "Allow").contains("INVITE"));
    let mut caller = scene.caller("inside");
    let (call, _) = scene.connect(&mut caller);
    let answers = scene.say(&caller.request("FROBNICATE", "", ""));
    assert!(answers.len() == 1 && answers[0].starts_with("SIP/2.0 405 "), "{answers:#?}");
    assert!(header(&answers[0], "Allow").contains("BYE"));
    assert!(scene.world[scene.a].lines[&call].ended.is_none());
    scene.undisturbed(0);
}

/// An INVITE with this body gets this status, and nobody is rung.
fn is_refused(seed: u64, kind: &str, body: &str, status: &str) {
    let mut scene = Scene::new(seed);
    let mut caller = scene.caller("refused");
    let invite = caller.request("INVITE", "", body).replace("application/sdp", kind);
    let answers = scene.say(&invite);
    let last = answers.last().expect("an answer");
    assert!(last.starts_with(&format!("SIP/2.0 {status} ")), "{answers:#?}");
    assert!(!answers.iter().any(|m| m.starts_with("SIP/2.0 180")), "{answers:#?}");
    // The ACK of a failure has the branch of its INVITE (RFC 3261 §17.1.1.3).
    let via = header(&invite, "Via");
    caller.learn(last);
    let ack = caller.request("ACK", "", "");
    let ack = ack.replace(&header(&ack, "Via"), &via);
    assert!(scene.say(&ack).is_empty());
    assert_eq!(scene.world[scene.a].lines.len(), 1, "nobody is rung");
    let mut counted = Counters::default();
    counted.acks_absorbed = 1;
    assert_eq!(scene.counters(), counted);
    scene.undisturbed(0);
}

#[test]
fn an_offer_with_no_common_codec_gets_488_and_nobody_is_rung() {
    is_refused(45, "application/sdp", &sdp((ip(3), 4000).into(), 1, "3 9 18", ""), "488");
}

#[test]
fn an_offer_that_is_no_session_description_gets_400_and_nobody_is_rung() {
    is_refused(46, "application/sdp", "this is not SDP\n", "400");
}

#[test]
fn a_body_of_another_kind_gets_415_and_nobody_is_rung() {
    is_refused(47, "text/plain", "hello\n", "415");
}

#[test]
fn a_2xx_without_contact_is_acknowledged_and_hung_up() {
    let mut scene = Scene::new(48);
    let call = scene.world.with(scene.a, |p, now| p.dial(now, uri(3)));
    scene.world.run_for(ms(100));
    let invite = scene.world[scene.peer].last("INVITE");
    scene.say(&reply(&invite, "200 OK", "", &sdp((ip(3), 4000).into(), 1, "0", "")));
    let (ack, bye) = (scene.world[scene.peer].last("ACK"), scene.world[scene.peer].last("BYE"));
    assert_eq!((header(&ack, "CSeq").as_str(), header(&bye, "CSeq").as_str()), ("1 ACK", "2 BYE"));
    assert!(header(&bye, "To").ends_with(";tag=peer"));
    scene.say(&reply(&bye, "200 OK", "", ""));
    let line = &scene.world[scene.a].lines[&call];
    assert_eq!(line.cause(), Some(Ended::Session(Cause::NoContact)));
    assert!(line.terms.is_empty() && line.established.is_none());
    scene.undisturbed(0);
}

#[test]
fn a_request_in_a_dialog_that_is_not_there_gets_481() {
    let mut scene = Scene::new(49);
    for (method, call_id) in [("BYE", "bye"), ("INVITE", "invite")] {
        let mut caller = scene.caller(call_id);
        caller.to_tag = "nobody".to_owned();
        let answers = scene.say(&caller.request(method, "", ""));
        let last = answers.last().expect("an answer");
        assert!(last.starts_with("SIP/2.0 481 "), "{method}: {answers:#?}");
    }
    let mut caller = scene.caller("ack");
    caller.to_tag = "nobody".to_owned();
    assert!(scene.say(&caller.request("ACK", "", "")).iter().all(|m| header(m, "CSeq").ends_with(" INVITE")));
    let dialogs = scene.world[scene.a].ua.dialog_counters();
    assert_eq!((dialogs.no_dialog, dialogs.stray_acks), (2, 1));
    scene.undisturbed(0);
}

#[test]
fn a_bye_that_guesses_the_tags_of_another_call_does_not_end_it() {
    let mut scene = Scene::new(50);
    let mut caller = scene.caller("guess");
    let (call, _) = scene.connect(&mut caller);
    // The right tag of ours, with a Call-ID that is not the call's.
    let mut other = scene.caller("other");
    other.to_tag.clone_from(&caller.to_tag);
    assert!(scene.say(&other.request("BYE", "", ""))[0].starts_with("SIP/2.0 481 "));
    assert!(scene.world[scene.a].lines[&call].ended.is_none());
    scene.undisturbed(0);
}

#[test]
fn rtp_from_a_stranger_is_dropped_and_counted() {
    let mut scene = Scene::new(51);
    let flow = scene.world[scene.a].lines[&scene.ours].terms[0].flow;
    for n in 0..25u16 {
        let packet = rtp(n, u32::from(n) * 160, 0, &[0x10; 160]);
        scene.world.with(scene.peer, |p, _| p.send(4000, flow.local, packet));
        scene.world.run_for(ms(20));
    }
    assert!(
        !scene.world[scene.a].lines[&scene.ours].events.iter().any(|(_, e)| matches!(e, MediaEvent::FlowChanged(_)))
    );
    scene.undisturbed(25);
}

#[test]
fn a_digit_whose_end_is_sent_three_times_is_heard_once() {
    let mut scene = Scene::new(52);
    let mut caller = scene.caller("digits");
    let (call, to) = scene.connect(&mut caller);
    let mut sequence = 0u16;
    let mut press = |scene: &mut Scene, key: u8, start: u32| {
        // RFC 4733 §2.5.1: updates of one event, and its end three times
        for (end, duration) in [(0, 160u16), (0, 320), (0x80, 800), (0x80, 800), (0x80, 800)] {
            let [high, low] = duration.to_be_bytes();
            let packet = rtp(sequence, start, 101, &[key, end | 10, high, low]);
            scene.world.with(scene.peer, |p, _| p.send(4000, to, packet));
            scene.world.run_for(ms(20));
            sequence += 1;
        }
    };
    press(&mut scene, 7, 16_000);
    press(&mut scene, 7, 17_600);
    press(&mut scene, 11, 19_200);
    assert_eq!(scene.world[scene.a].lines[&call].digits(), "77#");
    assert_eq!(scene.world[scene.b].lines[&scene.theirs].digits(), "", "nor in the other call");
    scene.undisturbed(0);
}

#[test]
fn what_is_answered_is_itself_sip() {
    let mut scene = Scene::new(53);
    let mut caller = scene.caller("sip");
    caller.to_tag = "nobody".to_owned();
    let broken = caller.request("BYE", "", "").replace("CSeq: 1", "CSeq: one");
    let answers = scene.say(&broken);
    assert!(answers[0].starts_with("SIP/2.0 400 "), "{answers:#?}");
    Message::parse(Bytes::from(answers[0].clone())).expect("a message");
    scene.undisturbed(0);
}
