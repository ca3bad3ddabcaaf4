//! The end of a user agent: every call is ended in the way that its state asks for, every registration taken back, and then
//! it says so.

mod common;

use common::*;
use offhook::call::MediaAddress;
use offhook::core::{Machine, Output, Protocol};
use offhook::sip_dialog::Cause;
use offhook::sip_parser::Status;
use offhook::ua::{CallId, Ended, Event, Outgoing, Ua};
use offhook::{Config, Error, RegistrationEvent};
use offhook_sim::{HostId, SeededEntropy, World, epoch};
use std::time::Instant;

const EVENTS: &str = "a=rtpmap:101 telephone-event/8000\n";

/// What one peer gets of a call in each state.
struct Office {
    world: World,
    a: HostId<Phone>,
    server: HostId<Registrar>,
    /// Has our INVITE, and has said nothing.
    silent: (HostId<Peer>, CallId),
    /// Has said 180.
    ringing: (HostId<Peer>, CallId),
    /// Has called us and hears 180.
    waiting: (HostId<Peer>, CallId),
    /// Has called us and got our 200, but has not acknowledged it.
    answered: (HostId<Peer>, CallId, Caller),
    /// Talks with us.
    talking: (HostId<Phone>, CallId),
}

fn office() -> Office {
    let mut world = World::new(71);
    let a = phone(&mut world, 1, Plan::default());
    let server = registrar(&mut world, 9, Rules::default());
    let peers = [2, 3, 4, 5].map(|n| peer(&mut world, n));
    let friend = phone(&mut world, 6, Plan::answers());
    world.with(a, |p, now| p.add_account(now, account(1, 9, PASSWORD)));
    let silent = world.with(a, |p, now| p.dial(now, uri(2)));
    let ringing = world.with(a, |p, now| p.dial(now, uri(3)));
    world.run_for(ms(50));
    let invite = world[peers[1]].last("INVITE");
    world.with(peers[1], |p, _| p.say(sip(1), &reply(&invite, "180 Ringing", "", "")));
    let talking = world.with(a, |p, now| p.dial(now, uri(6)));
    let mut calls = [(4, "waiting"), (5, "answered")].map(|(n, id)| (n, Caller::new(ip(n), sip(1), id)));
    for ((n, caller), peer) in calls.iter_mut().zip(&peers[2..]) {
        let invite = caller.request("INVITE", "", &sdp((ip(*n), 4000).into(), 1, "0 101", EVENTS));
        world.with(*peer, |p, _| p.say(sip(1), &invite));
        world.run_for(ms(50));
    }
    let mut incoming = world[a].lines.keys().copied().filter(|c| ![silent, ringing, talking].contains(c));
    let (waiting, answered) = (incoming.next().expect("a call"), incoming.next().expect("a call"));
    drop(incoming);
    world.with(a, |p, now| p.answer(now, answered));
    world.run_for(ms(50));
    let [_, (_, mut caller)] = calls;
    caller.learn(&world[peers[3]].last("SIP/2.0 200"));
    assert!(world[a].is_registered() && world[a].lines[&talking].established.is_some());
    assert_eq!(world[a].ua.calls(), 5);
    Office {
        a,
        server,
        silent: (peers[0], silent),
        ringing: (peers[1], ringing),
        waiting: (peers[2], waiting),
        answered: (peers[3], answered, caller),
        talking: (friend, talking),
        world,
    }
}

impl Office {
    fn cause(&self, call: CallId) -> Option<Ended> {
        self.world[self.a].lines[&call].cause()
    }
}

#[test]
fn shut_down_ends_calls_in_every_state_and_the_registration_and_then_says_so() {
    let mut o = office();
    o.world.with(o.a, |p, now| p.ua.shut_down(now));
    o.world.run_for(ms(50));

    // Refused at once, hung up at once, taken back at once.
    assert_eq!(o.cause(o.waiting.1), Some(Ended::Session(Cause::Refused(Status::DECLINE))));
    assert!(o.world[o.waiting.0].last("SIP/2.0 6").starts_with("SIP/2.0 603 "));
    assert_eq!(o.cause(o.talking.1), Some(Ended::Session(Cause::LocalHangUp)));
    assert_eq!(o.world[o.talking.0].line().cause(), Some(Ended::Session(Cause::RemoteHangUp)));
    assert!(o.world[o.server].bindings.is_empty());
    assert_eq!(o.world[o.a].registrations().last().map(|(_, e)| *e), Some(RegistrationEvent::Unregistered));

    // The one that rings is cancelled.
    let (cancel, invite) = (o.world[o.ringing.0].last("CANCEL"), o.world[o.ringing.0].last("INVITE"));
    o.world.with(o.ringing.0, |p, _| {
        p.say(sip(1), &reply(&cancel, "200 OK", "", ""));
        p.say(sip(1), &reply(&invite, "487 Request Terminated", "", ""));
    });
    o.world.run_for(ms(50));
    assert_eq!(o.cause(o.ringing.1), Some(Ended::Session(Cause::GaveUp)));

    // RFC 3261 §15: no BYE before the ACK.
    assert!(o.world[o.answered.0].all("BYE").is_empty());
    let ack = o.answered.2.request("ACK", "", "");
    o.world.with(o.answered.0, |p, _| p.say(sip(1), &ack));
    o.world.run_for(ms(50));
    let bye = o.world[o.answered.0].last("BYE");
    o.world.with(o.answered.0, |p, _| p.say(sip(1), &reply(&bye, "200 OK", "", "")));
    o.world.run_for(ms(50));
    assert_eq!(o.cause(o.answered.1), Some(Ended::Session(Cause::LocalHangUp)));
    assert!(o.world[o.a].lines[&o.answered.1].established.is_none(), "nobody was told of a call that is over");

    // RFC 3261 §9.1: the silent one is not cancelled before it speaks, and given up when its time is over.
    assert!(o.world[o.silent.0].all("CANCEL").is_empty());
    assert!(!o.world[o.a].is_shut_down());
    o.world.run_for(secs(33));
    assert_eq!(o.cause(o.silent.1), Some(Ended::Session(Cause::GaveUp)));

    let told = o.world[o.a].log.iter().filter(|(_, e)| matches!(e, Event::ShutDown)).count();
    assert_eq!(told, 1);
    assert!(matches!(o.world[o.a].log.last(), Some((_, Event::ShutDown))), "it is the last word");
    o.world.run_until_quiet(secs(120)).expect("no timer is left");
    assert!(o.world[o.a].is_idle() && o.world[o.server].is_idle());
}

#[test]
fn shut_down_ends_even_if_nobody_answers_any_more() {
    let mut o = office();
    o.world.net_mut().partition(ip(1), offhook_sim::Place::Any);
    let began = o.world.now();
    o.world.with(o.a, |p, now| p.ua.shut_down(now));
    o.world.run_for(secs(300));
    let phone = &o.world[o.a];
    assert!(phone.is_shut_down() && phone.is_idle() && phone.next.is_none());
    let (at, _) = phone.log.iter().find(|(_, e)| matches!(e, Event::ShutDown)).expect("told");
    // 32 s for the ACK that does not come, and 32 s for the BYE that follows.
    assert!(*at - began <= secs(65), "{:?}", *at - began);
}

#[test]
fn while_it_shuts_down_it_takes_no_call_and_makes_none() {
    let mut o = office();
    o.world.with(o.a, |p, now| p.ua.shut_down(now));
    let invite = Caller::new(ip(2), sip(1), "late").request("INVITE", "", "");
    let options = Caller::new(ip(2), sip(1), "options").request("OPTIONS", "", "");
    let lines = o.world[o.a].lines.len();
    for (text, kind) in [(invite, " INVITE"), (options, " OPTIONS")] {
        o.world.with(o.silent.0, |p, _| p.say(sip(1), &text));
        o.world.run_for(ms(50));
        let answer = o.world[o.silent.0].last("SIP/2.0 503");
        assert!(header(&answer, "CSeq").ends_with(kind), "{answer}");
    }
    assert_eq!(o.world[o.a].lines.len(), lines, "nobody is rung");
    let made = o.world.with(o.a, |p, now| p.try_dial(now, Outgoing::new(uri(2))));
    assert!(matches!(made, Err(Error::ShuttingDown)));
}

/// Its events, and when it wants to be woken.
fn drain(ua: &mut Ua) -> (Vec<Event>, Option<Instant>) {
    let mut events = Vec::new();
    loop {
        match ua.poll_output() {
            Output::Event(event) => events.push(event),
            Output::Transmit(t) => panic!("{t:?}"),
            Output::Timeout(at) => return (events, at),
        }
    }
}

#[test]
fn a_user_agent_with_nothing_to_end_says_so_at_once_and_once() {
    let locals = vec![(Protocol::Udp, sip(1))];
    let mut ua = Ua::new(Config::default(), locals, Box::new(SeededEntropy::new(72)));
    ua.shut_down(epoch());
    ua.shut_down(epoch());
    let (events, next) = drain(&mut ua);
    assert!(matches!(events[..], [Event::ShutDown]) && next.is_none(), "{events:?}");
}

#[test]
fn a_call_whose_way_is_still_looked_for_is_given_up() {
    let locals = vec![(Protocol::Udp, sip(1))];
    let mut ua = Ua::new(Config::default(), locals, Box::new(SeededEntropy::new(73)));
    let to = "sip:bob@example.com".parse().expect("a URI");
    let call = ua.call(epoch(), Outgoing::new(to), MediaAddress::pair((ip(1), 20_000).into())).expect("a call");
    let [Event::Dns(query)] = &drain(&mut ua).0[..] else { panic!("it asks for the way") };
    ua.shut_down(epoch());
    let (events, next) = drain(&mut ua);
    let [Event::Ended { call: ended, cause: Ended::Session(Cause::GaveUp) }, Event::ShutDown] = events[..] else {
        panic!("{events:?}")
    };
    assert_eq!((ended, next), (call, None));
    // An answer that comes too late does no harm.
    let Ok(()) = ua.handle_input(epoch(), Ua::no_dns(query));
    let (events, next) = drain(&mut ua);
    assert!(events.is_empty() && next.is_none() && ua.is_idle());
}

#[test]
fn a_registration_whose_way_is_still_looked_for_is_given_up() {
    let locals = vec![(Protocol::Udp, sip(1))];
    let mut ua = Ua::new(Config::default(), locals, Box::new(SeededEntropy::new(74)));
    let account = offhook::Account::new("sip:bot@example.com").expect("an address");
    ua.add_account(epoch(), account.registrar("sip:example.com").expect("a registrar"));
    let [Event::Dns(query)] = &drain(&mut ua).0[..] else { panic!("it asks for the way") };
    let late = Ua::no_dns(query);
    ua.shut_down(epoch());
    drain(&mut ua);
    let Ok(()) = ua.handle_input(epoch(), late);
    let (events, next) = drain(&mut ua);
    assert!(events.is_empty() && next.is_none() && ua.is_idle(), "nothing is registered after the end");
}
