//! Calls set up and torn down, in every ordinary way (RFC 3261 §9, §11, §13, §15).

mod common;

use common::*;
use offhook::sdp::Codec;
use offhook::sip_dialog::Cause;
use offhook::sip_parser::Status;
use offhook::sip_transaction::Failure;
use offhook::ua::Ended;
use offhook_sim::{HostId, World};

fn two(seed: u64, a: Plan, b: Plan) -> (World, HostId<Phone>, HostId<Phone>) {
    let mut world = World::new(seed);
    let a = phone(&mut world, 1, a);
    let b = phone(&mut world, 2, b);
    (world, a, b)
}

/// Nothing is kept on either side, and no timer runs.
#[track_caller]
fn assert_nothing_left(world: &mut World, phones: &[HostId<Phone>]) {
    world.run_until_quiet(secs(120)).expect("all timers run out");
    for &phone in phones {
        assert!(world[phone].is_idle() && world[phone].next.is_none());
    }
}

fn is_spoken(codec: Codec) {
    let plan = Plan { codecs: Some(vec![codec.clone()]), ..Plan::default() };
    let answers = Plan::answers();
    let (mut world, a, b) = two(1, plan.clone(), answers.clone());
    let (out, back) = establish(&mut world, a, b, 2);
    assert_eq!(world[a].lines[&out].progress, [Status::RINGING]);
    assert_eq!(world[a].lines[&out].terms[0].codec.codec.name, codec.name);
    assert_eq!(world[b].lines[&back].terms[0].codec.codec.name, codec.name);
    // And the other way round: the one who was called calls.
    let (mut world, a, b) = two(2, answers, plan);
    let (out, back) = establish(&mut world, b, a, 1);
    assert_eq!(world[a].lines[&back].terms[0].codec.codec.name, codec.name);
    assert_eq!(world[b].lines[&out].terms[0].codec.codec.name, codec.name);
}

#[test]
fn a_call_is_set_up_both_ways_with_pcmu() {
    is_spoken(Codec::pcmu());
}

#[test]
fn a_call_is_set_up_both_ways_with_pcma() {
    is_spoken(Codec::pcma());
}

#[test]
fn the_caller_hangs_up() {
    let (mut world, a, b) = two(3, Plan::default().hang_up(secs(1)), Plan::answers());
    let (out, back) = establish(&mut world, a, b, 2);
    world.run_for(secs(2));
    assert_eq!(world[a].lines[&out].cause(), Some(Ended::Session(Cause::LocalHangUp)));
    assert_eq!(world[b].lines[&back].cause(), Some(Ended::Session(Cause::RemoteHangUp)));
    assert_nothing_left(&mut world, &[a, b]);
}

#[test]
fn the_callee_hangs_up() {
    let (mut world, a, b) = two(4, Plan::default(), Plan::answers().hang_up(secs(1)));
    let (out, back) = establish(&mut world, a, b, 2);
    world.run_for(secs(2));
    assert_eq!(world[a].lines[&out].cause(), Some(Ended::Session(Cause::RemoteHangUp)));
    assert_eq!(world[b].lines[&back].cause(), Some(Ended::Session(Cause::LocalHangUp)));
    assert_nothing_left(&mut world, &[a, b]);
}

#[test]
fn both_may_hang_up_at_once() {
    let (mut world, a, b) = two(5, Plan::default(), Plan::answers());
    let (out, back) = establish(&mut world, a, b, 2);
    world.run_for(secs(1));
    let now = world.now();
    world[a].hang_up(now, out);
    world.with(b, |p, now| p.hang_up(now, back));
    world.run_for(secs(1));
    assert!(world[a].lines[&out].cause().is_some_and(Ended::is_normal));
    assert!(world[b].lines[&back].cause().is_some_and(Ended::is_normal));
    assert_nothing_left(&mut world, &[a, b]);
}

#[test]
fn a_busy_phone_says_486() {
    let busy = Plan { reject: Some(Status::BUSY_HERE), ..Plan::default() };
    let (mut world, a, b) = two(6, Plan::default(), busy);
    let call = world.with(a, |p, now| p.dial(now, uri(2)));
    world.run_for(secs(1));
    assert_eq!(world[a].lines[&call].cause(), Some(Ended::Session(Cause::Rejected(Status::BUSY_HERE))));
    assert_eq!(world[b].line().cause(), Some(Ended::Session(Cause::Refused(Status::BUSY_HERE))));
    assert!(!world[a].lines[&call].has_media() && world[a].lines[&call].terms.is_empty());
    assert_nothing_left(&mut world, &[a, b]);
}

#[test]
fn a_caller_who_gives_up_cancels() {
    let (mut world, a, b) = two(7, Plan::default(), Plan::default());
    let call = world.with(a, |p, now| p.dial(now, uri(2)));
    world.run_for(secs(3));
    assert_eq!(world[a].lines[&call].progress, [Status::RINGING]);
    world.with(a, |p, now| p.hang_up(now, call));
    world.run_for(secs(1));
    assert_eq!(world[a].lines[&call].cause(), Some(Ended::Session(Cause::GaveUp)));
    assert_eq!(world[b].line().cause(), Some(Ended::Session(Cause::Cancelled)));
    assert_nothing_left(&mut world, &[a, b]);
}

#[test]
fn a_cancel_waits_for_the_first_provisional_response() {
    let mut world = World::new(8);
    let (a, b) = (phone(&mut world, 1, Plan::default()), peer(&mut world, 2));
    let call = world.with(a, |p, now| p.dial(now, uri(2)));
    world.run_for(ms(100));
    world.with(a, |p, now| p.hang_up(now, call));
    world.run_for(secs(2));
    let invite = world[b].last("INVITE");
    assert_eq!(world[b].all("CANCEL").len(), 0, "RFC 3261 §9.1");
    world.with(b, |p, _| p.say(sip(1), &reply(&invite, "180 Ringing", "", "")));
    world.run_for(ms(100));
    let cancel = world[b].last("CANCEL");
    assert_eq!(header(&cancel, "Via"), header(&invite, "Via"));
    world.with(b, |p, _| {
        p.say(sip(1), &reply(&cancel, "200 OK", "", ""));
        p.say(sip(1), &reply(&invite, "487 Request Terminated", "", ""));
    });
    world.run_for(ms(100));
    assert_eq!(world[b].all("ACK").len(), 1);
    assert_eq!(world[a].lines[&call].cause(), Some(Ended::Session(Cause::GaveUp)));
    assert_nothing_left(&mut world, &[a]);
}

#[test]
fn an_answer_that_crosses_the_cancel_is_acknowledged_and_hung_up() {
    let mut world = World::new(9);
    let (a, b) = (phone(&mut world, 1, Plan::default()), peer(&mut world, 2));
    let call = world.with(a, |p, now| p.dial(now, uri(2)));
    world.run_for(ms(100));
    let invite = world[b].last("INVITE");
    world.with(b, |p, _| p.say(sip(1), &reply(&invite, "180 Ringing", "", "")));
    world.run_for(ms(100));
    world.with(a, |p, now| p.hang_up(now, call));
    let answer = sdp((ip(2), 4000).into(), 1, "0 101", "a=rtpmap:101 telephone-event/8000\n");
    world.with(b, |p, _| p.say(sip(1), &reply(&invite, "200 OK", "Contact: <sip:p2@10.0.0.2>\n", &answer)));
    world.run_for(ms(100));
    assert_eq!((world[b].all("ACK").len(), world[b].all("BYE").len()), (1, 1));
    let bye = world[b].last("BYE");
    world.with(b, |p, _| p.say(sip(1), &reply(&bye, "200 OK", "", "")));
    world.run_for(ms(100));
    assert_eq!(world[a].lines[&call].cause(), Some(Ended::Session(Cause::GaveUp)));
    assert!(world[a].lines[&call].established.is_none());
    assert_nothing_left(&mut world, &[a]);
}

#[test]
fn a_call_that_nobody_answers_at_all_ends_after_32_seconds() {
    let mut world = World::new(10);
    let (a, b) = (phone(&mut world, 1, Plan::default()), peer(&mut world, 2));
    let call = world.with(a, |p, now| p.dial(now, uri(2)));
    let began = world.now();
    world.run_for(secs(40));
    let (at, cause) = world[a].lines[&call].ended.expect("it ended");
    assert_eq!(cause, Ended::Session(Cause::Failed(Failure::Timeout)));
    assert_eq!(at - began, secs(32), "timer B (RFC 3261 §17.1.1.2)");
    assert_eq!(world[b].all("INVITE").len(), 7, "at 0, 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s");
    assert_nothing_left(&mut world, &[a]);
}

#[test]
fn a_call_of_ours_that_rings_too_long_is_cancelled() {
    let mut world = World::new(11);
    let (a, b) = (phone(&mut world, 1, Plan::default()), peer(&mut world, 2));
    let call = world.with(a, |p, now| p.dial(now, uri(2)));
    world.run_for(ms(100));
    let invite = world[b].last("INVITE");
    world.with(b, |p, _| p.say(sip(1), &reply(&invite, "180 Ringing", "", "")));
    world.run_for(secs(179));
    assert!(world[b].all("CANCEL").is_empty() && world[a].lines[&call].ended.is_none());
    world.run_for(secs(1));
    let cancel = world[b].last("CANCEL");
    world.with(b, |p, _| {
        p.say(sip(1), &reply(&cancel, "200 OK", "", ""));
        p.say(sip(1), &reply(&invite, "487 Request Terminated", "", ""));
    });
    world.run_for(ms(100));
    assert_eq!(world[a].lines[&call].cause(), Some(Ended::NoAnswer));
    assert_nothing_left(&mut world, &[a]);
}

#[test]
fn a_call_of_theirs_that_rings_too_long_gets_480() {
    let mut world = World::new(12);
    let (a, b) = (phone(&mut world, 1, Plan::default()), peer(&mut world, 2));
    let mut caller = Caller::new(ip(2), sip(1), "patient");
    let invite = caller.request("INVITE", "", "");
    world.with(b, |p, _| p.say(sip(1), &invite));
    world.run_for(secs(179));
    assert!(world[b].all("SIP/2.0 4").is_empty());
    world.run_for(secs(2));
    assert!(world[b].last("SIP/2.0 4").starts_with("SIP/2.0 480 "));
    assert_eq!(world[a].line().cause(), Some(Ended::NoAnswer));
    assert_nothing_left(&mut world, &[a]);
}

#[test]
fn a_host_without_an_address_is_no_way() {
    let mut world = World::new(13);
    let a = phone(&mut world, 1, Plan::default());
    let call = world.with(a, |p, now| p.dial(now, "sip:bob@nowhere.invalid".parse().expect("a URI")));
    assert_eq!(world[a].lines[&call].cause(), Some(Ended::NoWay));
    assert_nothing_left(&mut world, &[a]);
}

#[test]
fn a_phone_that_listens_everywhere_offers_the_address_that_leads_to_the_callee() {
    let (mut world, a, b) = two(14, Plan { anywhere: true, ..Plan::default() }, Plan::answers());
    let (out, back) = establish(&mut world, a, b, 2);
    assert_eq!(world[b].lines[&back].terms[0].flow, world[a].lines[&out].terms[0].flow.reversed());
    assert_eq!(world[a].lines[&out].terms[0].flow.local.ip(), ip(1));
}

#[test]
fn options_are_answered_with_what_we_take() {
    let mut world = World::new(15);
    let (a, b) = (phone(&mut world, 1, Plan::default()), peer(&mut world, 2));
    let request = Caller::new(ip(2), sip(1), "options").request("OPTIONS", "", "");
    world.with(b, |p, _| p.say(sip(1), &request));
    world.run_for(secs(1));
    let answer = world[b].last("SIP/2.0 200");
    let allow = header(&answer, "Allow");
    for method in ["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS"] {
        assert!(allow.split(", ").any(|m| m == method), "{method} in {allow}");
    }
    assert_eq!(header(&answer, "Accept"), "application/sdp");
    assert!(!tag_of(&header(&answer, "To")).is_empty());
    assert_nothing_left(&mut world, &[a]);
}

#[test]
fn a_challenged_invite_is_sent_again_with_credentials() {
    let mut world = World::new(16);
    let (a, b) = (phone(&mut world, 1, Plan::default()), peer(&mut world, 2));
    let anna = offhook::Account::new("sip:anna@sim.invalid").expect("an address").password("p");
    let call = world.with(a, |p, now| {
        let account = p.add_account(now, anna);
        p.try_dial(now, offhook::ua::Outgoing::new(uri(2)).account(account)).expect("a call")
    });
    world.run_for(ms(100));
    let invite = world[b].last("INVITE");
    assert!(!invite.contains("Authorization: "));
    assert!(header(&invite, "From").starts_with("<sip:anna@sim.invalid>;tag="));
    let asks = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256\n";
    world.with(b, |p, _| p.say(sip(1), &reply(&invite, "401 Unauthorized", asks, "")));
    world.run_for(ms(100));
    assert_eq!(world[b].all("ACK").len(), 1);
    let again = world[b].last("INVITE");
    assert!(header(&again, "Authorization").contains("username=\"anna\""));
    assert_eq!((header(&invite, "CSeq").as_str(), header(&again, "CSeq").as_str()), ("1 INVITE", "2 INVITE"));
    assert_eq!(header(&invite, "Call-ID"), header(&again, "Call-ID"));
    world.with(b, |p, _| p.say(sip(1), &reply(&again, "403 Forbidden", "", "")));
    world.run_for(ms(100));
    assert_eq!(world[a].lines[&call].cause(), Some(Ended::Session(Cause::Rejected(Status::FORBIDDEN))));
}

#[test]
fn a_uri_that_no_transport_here_leads_to_is_refused_at_once() {
    let mut world = World::new(31);
    let a = phone(&mut world, 1, Plan::default());
    for to in ["sips:bob@10.0.0.2", "sip:bob@10.0.0.2;transport=tcp", "tel:+15550100"] {
        let to = to.parse().expect("a URI");
        let made = world.with(a, |p, now| p.try_dial(now, offhook::ua::Outgoing::new(to)));
        assert!(matches!(made, Err(offhook::Error::Transport)), "{made:?}");
    }
    assert_nothing_left(&mut world, &[a]);
}

#[test]
fn the_scope_of_a_link_local_address_stays_at_home() {
    use offhook::core::{Flow, Machine, Output, Protocol};
    let local: std::net::SocketAddr = "[fe80::1%2]:5060".parse().expect("an address");
    let flow = Flow::udp(local, "[fe80::2%2]:5060".parse().expect("an address"));
    let entropy = Box::new(offhook_sim::SeededEntropy::new(32));
    let mut ua = offhook::ua::Ua::new(offhook::Config::default(), vec![(Protocol::Udp, local)], entropy);
    let contents = Caller::new(ip(2), sip(1), "near").request("INVITE", "", "").into();
    let Ok(()) = ua.handle_input(offhook_sim::epoch(), offhook::ua::Input::Received { flow, contents });
    let ringing = loop {
        match ua.poll_output() {
            Output::Transmit(t) if t.contents.starts_with(b"SIP/2.0 180") => break t.contents,
            Output::Timeout(_) => panic!("it does not ring"),
            _ => {}
        }
    };
    assert_eq!(header(&String::from_utf8_lossy(&ringing), "Contact"), "<sip:p@[fe80::1]:5060>");
}
