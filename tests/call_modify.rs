//! Offers and answers other than the plain one: re-INVITE (RFC 3261 §14, RFC 3264 §8) and an INVITE without an offer
//! (RFC 3261 §13.2.1).

mod common;

use common::*;
use offhook::sdp::Direction;
use offhook::sip_dialog::Cause;
use offhook::ua::Ended;
use offhook_sim::{HostId, World};
use std::net::SocketAddr;

const EVENTS: &str = "a=rtpmap:101 telephone-event/8000\n";

fn ear() -> SocketAddr {
    (ip(2), 4000).into()
}

/// A call from a peer, answered and acknowledged; the phone plays a tone.
fn called(seed: u64) -> (World, HostId<Phone>, HostId<Peer>, Caller) {
    let mut world = World::new(seed);
    let (a, b) = (phone(&mut world, 1, Plan::answers().tone(440.0)), peer(&mut world, 2));
    let mut caller = Caller::new(ip(2), sip(1), "modify");
    let invite = caller.request("INVITE", "", &sdp(ear(), 1, "0 101", EVENTS));
    world.with(b, |p, _| p.say(sip(1), &invite));
    world.run_for(ms(50));
    caller.learn(&world[b].last("SIP/2.0 200"));
    let ack = caller.request("ACK", "", "");
    world.with(b, |p, _| p.say(sip(1), &ack));
    world.run_for(secs(1));
    assert!(world[a].line().established.is_some());
    (world, a, b, caller)
}

/// Sends a re-INVITE, acknowledges its answer and gives it.
fn reinvite(world: &mut World, b: HostId<Peer>, caller: &mut Caller, sdp: &str) -> String {
    let request = caller.request("INVITE", "", sdp);
    let before = world[b].inbox.len();
    world.with(b, |p, _| p.say(sip(1), &request));
    world.run_for(ms(50));
    let cseq = format!("{} INVITE", caller.cseq);
    let answers = || world[b].inbox[before..].iter().map(|(_, m)| m).filter(|m| header(m, "CSeq") == cseq);
    let answer = answers().find(|m| !m.starts_with("SIP/2.0 1")).expect("an answer").clone();
    let ack = caller.request("ACK", "", "");
    world.with(b, |p, _| p.say(sip(1), &ack));
    world.run_for(ms(50));
    answer
}

/// RTP that came within the next second.
fn packets(world: &mut World, b: HostId<Peer>, port: u16) -> usize {
    let before = world[b].sound.len();
    world.run_for(secs(1));
    world[b].sound[before..].iter().filter(|(_, flow, _)| flow.local.port() == port).count()
}

#[test]
fn a_hold_is_answered_recvonly_and_silences_us_until_it_is_taken_back() {
    let (mut world, a, b, mut caller) = called(31);
    assert_eq!(packets(&mut world, b, 4000), 50);
    let answer = reinvite(&mut world, b, &mut caller, &sdp(ear(), 2, "0 101", &format!("{EVENTS}a=sendonly\n")));
    assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
    assert!(answer.contains("a=recvonly\r\n"), "{answer}");
    assert_eq!(world[a].line().terms.last().map(|t| t.direction), Some(Direction::RecvOnly));
    assert_eq!(packets(&mut world, b, 4000), 0);

    let answer = reinvite(&mut world, b, &mut caller, &sdp(ear(), 3, "0 101", EVENTS));
    assert!(answer.starts_with("SIP/2.0 200") && !answer.contains("only\r\n"), "{answer}");
    assert_eq!(packets(&mut world, b, 4000), 50);
    let line = world[a].line();
    assert!(line.ended.is_none());
    assert_eq!((line.terms.len(), line.stats().skipped_ticks), (3, 0));
    // What is played went on all the while: the clock of the call stands for nobody.
    assert_tone(&line.sent, 440.0, 8000 * 4);
}

#[test]
fn a_reinvite_may_move_the_sound_to_another_address_and_codec() {
    let (mut world, a, b, mut caller) = called(32);
    let moved = (ip(2), 6000).into();
    let answer = reinvite(&mut world, b, &mut caller, &sdp(moved, 2, "8 101", EVENTS));
    assert!(answer.contains(" RTP/AVP 8 101\r\n"), "{answer}");
    assert_eq!(packets(&mut world, b, 6000), 50);
    assert!(world[b].sound.last().is_some_and(|(_, _, rtp)| rtp[1] & 0x7f == 8), "in PCMA");
    assert_eq!(packets(&mut world, b, 4000), 0);
    assert!(world[a].line().ended.is_none());
}

#[test]
fn a_reinvite_that_cannot_be_accepted_leaves_the_call_as_it_was() {
    let (mut world, a, b, mut caller) = called(33);
    let answer = reinvite(&mut world, b, &mut caller, &sdp(ear(), 2, "3", ""));
    assert!(answer.starts_with("SIP/2.0 488"), "{answer}");
    assert_eq!(packets(&mut world, b, 4000), 50);
    assert_eq!((world[a].line().terms.len(), world[a].line().ended), (1, None));
}

#[test]
fn the_peer_hangs_up_after_it_all() {
    let (mut world, a, b, mut caller) = called(34);
    reinvite(&mut world, b, &mut caller, &sdp(ear(), 2, "0 101", EVENTS));
    let bye = caller.request("BYE", "", "");
    world.with(b, |p, _| p.say(sip(1), &bye));
    world.run_for(ms(50));
    assert!(world[b].last("SIP/2.0 200").contains(&format!("CSeq: {} BYE", caller.cseq)));
    assert_eq!(world[a].line().cause(), Some(Ended::Session(Cause::RemoteHangUp)));
    world.run_until_quiet(secs(60)).expect("quiet");
    assert!(world[a].is_idle());
}

#[test]
fn an_invite_without_an_offer_gets_ours_in_the_200_and_the_ack_answers_it() {
    let mut world = World::new(35);
    let (a, b) = (phone(&mut world, 1, Plan::answers().tone(440.0)), peer(&mut world, 2));
    let mut caller = Caller::new(ip(2), sip(1), "delayed");
    let invite = caller.request("INVITE", "", "");
    world.with(b, |p, _| p.say(sip(1), &invite));
    world.run_for(ms(50));
    let offer = world[b].last("SIP/2.0 200");
    assert!(offer.contains(" RTP/AVP 0 8 101\r\n"), "{offer}");
    assert!(world[a].line().terms.is_empty(), "nothing is agreed yet");
    caller.learn(&offer);
    let ack = caller.request("ACK", "", &sdp(ear(), 1, "8", ""));
    world.with(b, |p, _| p.say(sip(1), &ack));
    world.run_for(ms(50));
    assert!(world[a].line().established.is_some());
    assert_eq!(world[a].line().terms[0].codec.codec.name, "PCMA");
    assert_eq!(packets(&mut world, b, 4000), 50);
}

#[test]
fn an_ack_without_the_answer_that_is_due_ends_the_call() {
    let mut world = World::new(36);
    let (a, b) = (phone(&mut world, 1, Plan::answers()), peer(&mut world, 2));
    let mut caller = Caller::new(ip(2), sip(1), "delayed");
    let invite = caller.request("INVITE", "", "");
    world.with(b, |p, _| p.say(sip(1), &invite));
    world.run_for(ms(50));
    caller.learn(&world[b].last("SIP/2.0 200"));
    let ack = caller.request("ACK", "", "");
    world.with(b, |p, _| p.say(sip(1), &ack));
    world.run_for(ms(50));
    let bye = world[b].last("BYE");
    world.with(b, |p, _| p.say(sip(1), &reply(&bye, "200 OK", "", "")));
    world.run_for(ms(50));
    assert_eq!(world[a].line().cause(), Some(Ended::BadAnswer));
    world.run_until_quiet(secs(60)).expect("quiet");
    assert!(world[a].is_idle());
}
