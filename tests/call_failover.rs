//! Calls to a domain: its servers are tried in the order of its records until one answers (RFC 3263 §4.3).

mod common;

use common::*;
use offhook::core::{Flow, Protocol};
use offhook::sip_dialog::Cause;
use offhook::sip_parser::{Status, Uri};
use offhook::sip_transaction::Failure;
use offhook::ua::{CallId, Ended, Outgoing};
use offhook_sim::{HostId, World};

/// Two servers, of which 10.0.0.2 comes first, and a third that only the last order knows.
const DOMAIN: &str = "
    example.com           NAPTR 10 10 s SIP+D2U _sip._udp.example.com
    _sip._udp.example.com SRV 10 0 5060 one.example.com
    _sip._udp.example.com SRV 20 0 5060 two.example.com
    one.example.com       A 10.0.0.2
    one.example.com       DELAY 40
    two.example.com       A 10.0.0.3
";

fn bob() -> Uri {
    "sip:bob@example.com".parse().expect("a URI")
}

fn knows(zone: &str) -> Plan {
    Plan { zone: Zone::new(zone), ..Plan::default() }
}

/// A caller who knows the zone, and two servers.
fn three(seed: u64, zone: &str) -> (World, HostId<Phone>, HostId<Peer>, HostId<Phone>) {
    let mut world = World::new(seed);
    let a = phone(&mut world, 1, knows(zone));
    let one = peer(&mut world, 2);
    let two = phone(&mut world, 3, Plan::answers());
    (world, a, one, two)
}

fn dial(world: &mut World, a: HostId<Phone>) -> CallId {
    world.with(a, |p, now| p.dial(now, bob()))
}

#[track_caller]
fn assert_nothing_left(world: &mut World, a: HostId<Phone>) {
    world.run_until_quiet(secs(120)).expect("all timers run out");
    assert!(world[a].is_idle() && world[a].next.is_none());
}

#[track_caller]
fn assert_reaches(world: &mut World, a: HostId<Phone>, two: HostId<Phone>, call: CallId) {
    assert!(world[a].lines[&call].established.is_some(), "{:?}", world[a].lines[&call].ended);
    assert_eq!(world[two].line().terms.len(), 1);
    world.with(a, |p, now| p.hang_up(now, call));
    world.run_for(secs(1));
    assert!(world[two].line().cause().is_some_and(Ended::is_normal));
    assert_nothing_left(world, a);
}

#[test]
fn a_call_to_a_domain_goes_to_the_first_server_of_its_records() {
    let (mut world, a, one, two) = three(1, DOMAIN);
    dial(&mut world, a);
    world.run_for(secs(1));
    assert!(world[one].last("INVITE").starts_with("INVITE sip:bob@example.com SIP/2.0"));
    assert!(world[two].lines.is_empty());
    let asked = ["example.com NAPTR", "_sip._udp.example.com SRV", "one.example.com A"];
    assert_eq!(world[a].plan.zone.asked, asked, "IPv4 alone is listened on");
}

#[test]
fn a_server_that_says_503_leads_to_the_next() {
    let (mut world, a, one, two) = three(2, DOMAIN);
    let call = dial(&mut world, a);
    world.run_for(ms(200));
    let invite = world[one].last("INVITE");
    world.with(one, |p, _| p.say(sip(1), &reply(&invite, "503 Service Unavailable", "Retry-After: 20\n", "")));
    world.run_for(ms(500));
    assert_eq!(world[one].all("ACK").len(), 1);
    assert_reaches(&mut world, a, two, call);
}

#[test]
fn the_request_is_the_same_but_for_its_branch() {
    let mut world = World::new(3);
    let a = phone(&mut world, 1, knows(DOMAIN));
    let (one, two) = (peer(&mut world, 2), peer(&mut world, 3));
    dial(&mut world, a);
    world.run_for(ms(200));
    let first = world[one].last("INVITE");
    world.with(one, |p, _| p.say(sip(1), &reply(&first, "503 Service Unavailable", "", "")));
    world.run_for(ms(200));
    let second = world[two].last("INVITE");
    assert_ne!(header(&first, "Via"), header(&second, "Via"));
    let rest = |text: &str| text.lines().filter(|l| !l.starts_with("Via: ")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(rest(&first), rest(&second));
}

#[test]
fn a_server_that_is_silent_leads_to_the_next_after_timer_b() {
    let (mut world, a, one, two) = three(4, DOMAIN);
    let call = dial(&mut world, a);
    world.run_for(secs(31));
    assert!(world[two].lines.is_empty());
    world.run_for(secs(2));
    assert_eq!(world[one].all("INVITE").len(), 7);
    assert_reaches(&mut world, a, two, call);
}

#[test]
fn the_next_call_does_not_wait_for_the_silent_server_again() {
    let (mut world, a, one, two) = three(5, DOMAIN);
    let call = dial(&mut world, a);
    world.run_for(secs(33));
    world.with(a, |p, now| p.hang_up(now, call));
    world.run_for(secs(1));
    let again = dial(&mut world, a);
    world.run_for(secs(1));
    assert!(world[a].lines[&again].established.is_some());
    assert_eq!((world[one].all("INVITE").len(), world[two].lines.len()), (7, 2));
}

#[test]
fn a_server_that_cannot_be_sent_to_leads_to_the_next() {
    let (mut world, a, _, two) = three(6, DOMAIN);
    let call = dial(&mut world, a);
    world.run_for(ms(200));
    let flow = Flow { protocol: Protocol::Udp, local: sip(1), remote: sip(2) };
    world.with(a, |p, now| p.transport_failed(now, flow));
    world.run_for(ms(500));
    assert_reaches(&mut world, a, two, call);
}

#[test]
fn when_all_fail_the_last_one_s_answer_is_the_call_s() {
    let mut world = World::new(7);
    let a = phone(&mut world, 1, knows(DOMAIN));
    let servers = [peer(&mut world, 2), peer(&mut world, 3)];
    let call = dial(&mut world, a);
    for server in servers {
        world.run_for(ms(200));
        assert_eq!(world[a].lines[&call].ended, None);
        let invite = world[server].last("INVITE");
        world.with(server, |p, _| p.say(sip(1), &reply(&invite, "503 Service Unavailable", "", "")));
    }
    world.run_for(ms(200));
    let cause = world[a].lines[&call].cause();
    assert_eq!(cause, Some(Ended::Session(Cause::Rejected(Status::SERVICE_UNAVAILABLE))));
    assert_nothing_left(&mut world, a);
}

#[test]
fn any_other_refusal_is_final() {
    for status in ["486 Busy Here", "500 Server Internal Error", "404 Not Found", "603 Decline"] {
        let (mut world, a, one, two) = three(8, DOMAIN);
        let call = dial(&mut world, a);
        world.run_for(ms(200));
        let invite = world[one].last("INVITE");
        world.with(one, |p, _| p.say(sip(1), &reply(&invite, status, "", "")));
        world.run_for(secs(1));
        assert!(world[a].lines[&call].ended.is_some() && world[two].lines.is_empty(), "{status}");
        assert_nothing_left(&mut world, a);
    }
}

#[test]
fn a_server_that_rang_is_not_left_for_another() {
    let (mut world, a, one, two) = three(9, DOMAIN);
    let call = dial(&mut world, a);
    world.run_for(ms(200));
    let invite = world[one].last("INVITE");
    world.with(one, |p, _| p.say(sip(1), &reply(&invite, "180 Ringing", "", "")));
    world.run_for(ms(200));
    let flow = Flow { protocol: Protocol::Udp, local: sip(1), remote: sip(2) };
    world.with(a, |p, now| p.transport_failed(now, flow));
    world.run_for(secs(1));
    assert_eq!(world[a].lines[&call].cause(), Some(Ended::Session(Cause::Failed(Failure::Transport))));
    assert!(world[two].lines.is_empty(), "two telephones would ring");
    assert_nothing_left(&mut world, a);
}

#[test]
fn a_challenge_is_answered_where_it_came_from() {
    let equal = "
        _sip._udp.example.com SRV 10 1 5060 one.example.com
        _sip._udp.example.com SRV 10 1 5060 two.example.com
        one.example.com A 10.0.0.2
        two.example.com A 10.0.0.3
    ";
    let asks = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256\n";
    let mut firsts = [0, 0];
    for seed in 0..16 {
        let mut world = World::new(seed);
        let a = phone(&mut world, 1, knows(equal));
        let servers = [peer(&mut world, 2), peer(&mut world, 3)];
        let anna = offhook::Account::new("sip:anna@sim.invalid").expect("an address").password("p");
        world.with(a, |p, now| {
            let account = p.add_account(now, anna);
            p.try_dial(now, Outgoing::new(bob()).account(account)).expect("a call")
        });
        world.run_for(ms(200));
        let which = usize::from(world[servers[0]].all("INVITE").is_empty());
        firsts[which] += 1;
        let invite = world[servers[which]].last("INVITE");
        world.with(servers[which], |p, _| p.say(sip(1), &reply(&invite, "401 Unauthorized", asks, "")));
        world.run_for(ms(200));
        assert!(world[servers[which]].last("INVITE").contains("Authorization: "), "seed {seed}");
        assert!(world[servers[1 - which]].all("INVITE").is_empty(), "seed {seed}");
    }
    assert!(firsts[0] > 2 && firsts[1] > 2, "both are first at times: {firsts:?}");
}

#[test]
fn a_call_given_up_between_two_servers_goes_to_neither() {
    let zone = format!("{DOMAIN}\n two.example.com DELAY 1000");
    let (mut world, a, one, two) = three(11, &zone);
    let call = dial(&mut world, a);
    world.run_for(ms(200));
    let invite = world[one].last("INVITE");
    world.with(one, |p, _| p.say(sip(1), &reply(&invite, "503 Service Unavailable", "", "")));
    world.run_for(ms(100));
    world.with(a, |p, now| p.hang_up(now, call));
    world.run_for(secs(3));
    assert_eq!(world[a].lines[&call].cause(), Some(Ended::Session(Cause::GaveUp)));
    assert!(world[two].lines.is_empty());
    assert_nothing_left(&mut world, a);
}

#[test]
fn a_cancelled_call_is_cancelled_at_the_server_that_has_it_and_no_other_is_tried() {
    let mut world = World::new(12);
    let a = phone(&mut world, 1, knows(DOMAIN));
    let (one, two) = (peer(&mut world, 2), peer(&mut world, 3));
    let call = dial(&mut world, a);
    world.run_for(ms(200));
    let invite = world[one].last("INVITE");
    world.with(one, |p, _| p.say(sip(1), &reply(&invite, "503 Service Unavailable", "", "")));
    world.run_for(ms(200));
    let invite = world[two].last("INVITE");
    world.with(two, |p, _| p.say(sip(1), &reply(&invite, "180 Ringing", "", "")));
    world.run_for(ms(200));
    world.with(a, |p, now| p.hang_up(now, call));
    world.run_for(ms(200));
    let cancel = world[two].last("CANCEL");
    assert!(world[one].all("CANCEL").is_empty());
    world.with(two, |p, _| {
        p.say(sip(1), &reply(&cancel, "200 OK", "", ""));
        p.say(sip(1), &reply(&invite, "503 Service Unavailable", "", ""));
    });
    world.run_for(secs(1));
    assert_eq!(world[a].lines[&call].cause(), Some(Ended::Session(Cause::GaveUp)));
    assert_nothing_left(&mut world, a);
}

#[test]
fn a_registration_moves_to_the_server_that_answers_and_stays_there() {
    let mut world = World::new(13);
    let a = phone(&mut world, 1, knows(DOMAIN));
    let one = peer(&mut world, 2);
    let two = registrar(&mut world, 3, Rules::default());
    let account = offhook::Account::new("sip:p1@example.com").expect("an address").password(PASSWORD);
    let account = account.registrar("sip:example.com").expect("a registrar");
    world.with(a, |p, now| p.add_account(now, account));
    world.run_for(secs(40));
    assert!(world[a].is_registered(), "{:?}", world[a].registrations());
    let silent = world[one].all("REGISTER").len();
    world.run_for(secs(1200));
    assert_eq!(world[one].all("REGISTER").len(), silent, "refreshes do not begin at the silent one");
    assert!(world[two].seen.len() > 4);
}

#[test]
fn a_domain_that_name_servers_are_silent_about_is_no_way() {
    let mut world = World::new(14);
    let a = phone(&mut world, 1, knows("example.com SILENT\n _sip._udp.example.com SILENT"));
    let call = dial(&mut world, a);
    world.run_for(secs(14));
    assert_eq!(world[a].lines[&call].ended, None);
    world.run_for(secs(2));
    assert_eq!(world[a].lines[&call].cause(), Some(Ended::NoWay), "three questions of 5 s");
    assert_nothing_left(&mut world, a);
}
