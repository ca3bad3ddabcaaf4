//! REGISTER against a registrar that challenges (RFC 3261 §10, §22; RFC 8760).

mod common;

use common::*;
use offhook::sip_dialog::auth::Refusal;
use offhook::sip_dialog::auth::digest::Algorithm;
use offhook::sip_parser::Status;
use offhook::sip_transaction::Failure;
use offhook::{RegistrationEvent, RegistrationFailure};
use offhook_sim::{HostId, World};
use std::time::Duration;

/// A phone that has registered, or tried to, for `run`.
fn registered(rules: Rules, password: &str, run: Duration) -> (World, HostId<Phone>, HostId<Registrar>) {
    let mut world = World::new(11);
    let server = registrar(&mut world, 9, rules);
    let phone = phone(&mut world, 1, Plan::default());
    world.with(phone, |p, now| p.add_account(now, account(1, 9, password)));
    world.run_for(run);
    (world, phone, server)
}

fn is_challenged_with(algorithms: &[Algorithm], answered: &str) {
    let rules = Rules { algorithms: algorithms.to_vec(), ..Rules::default() };
    let (world, phone, server) = registered(rules, PASSWORD, secs(5));
    let events: Vec<_> = world[phone].registrations().into_iter().map(|(_, e)| e).collect();
    assert_eq!(events, [RegistrationEvent::Registered { expires: secs(300) }]);
    let seen = &world[server].seen;
    assert_eq!(world[server].statuses(), [401, 200]);
    assert_eq!((seen[0].algorithm.as_deref(), seen[1].algorithm.as_deref()), (None, Some(answered)));
    assert_eq!((&seen[0].call_id, seen[0].cseq + 1), (&seen[1].call_id, seen[1].cseq));
    let contact = world[server].bindings.values().next().expect("a binding");
    assert_eq!(contact, "sip:p1@10.0.0.1:5060");
}

#[test]
fn a_challenge_with_md5_is_answered() {
    is_challenged_with(&[Algorithm::MD5], "MD5");
}

#[test]
fn a_challenge_with_sha_256_is_answered() {
    is_challenged_with(&[Algorithm::SHA_256], "SHA-256");
}

#[test]
fn of_two_challenges_sha_256_is_answered_whatever_their_order() {
    is_challenged_with(&[Algorithm::SHA_256, Algorithm::MD5], "SHA-256");
    is_challenged_with(&[Algorithm::MD5, Algorithm::SHA_256], "SHA-256");
}

#[test]
fn a_registration_is_refreshed_before_it_expires_for_as_long_as_it_stands() {
    let rules = Rules { max_expires: 120, ..Rules::default() };
    let (world, phone, server) = registered(rules, PASSWORD, secs(1800));
    let good: Vec<_> = world[server].seen.iter().filter(|s| s.status == Some(Status::OK)).collect();
    assert!(good.len() >= 15, "{} registrations in half an hour of 120 s", good.len());
    assert!(good.windows(2).all(|w| w[1].at - w[0].at < secs(120)), "there was never a gap");
    assert!(good.windows(2).all(|w| w[1].at - w[0].at >= secs(30)), "nor a flood");
    assert_eq!(world[server].statuses().iter().filter(|&&s| s == 401).count(), 1, "the nonce serves on");
    assert!(world[phone].is_registered());
}

#[test]
fn a_423_is_answered_with_the_interval_that_it_asks_for() {
    let rules = Rules { min_expires: 900, ..Rules::default() };
    let (world, phone, server) = registered(rules, PASSWORD, secs(5));
    assert_eq!(world[server].statuses(), [401, 423, 200]);
    assert_eq!(world[server].seen.iter().map(|s| s.expires).collect::<Vec<_>>(), [300, 300, 900]);
    assert!(world[phone].is_registered());
}

#[test]
fn a_stale_nonce_is_replaced_without_a_failure() {
    let rules = Rules { nonce_life: secs(60), max_expires: 120, ..Rules::default() };
    let (world, phone, server) = registered(rules, PASSWORD, secs(600));
    let stale = world[server].statuses().iter().filter(|&&s| s == 401).count();
    assert!(stale > 3, "the nonce grew old {stale} times");
    let events = world[phone].registrations();
    assert!(events.len() > 3 && events.iter().all(|(_, e)| matches!(e, RegistrationEvent::Registered { .. })));
}

#[test]
fn a_wrong_password_is_told_and_not_tried_again_for_minutes() {
    let (mut world, phone, server) = registered(Rules::default(), "wrong", secs(60));
    assert_eq!(world[server].statuses(), [401, 401], "one answer to the challenge, and no more");
    let events = world[phone].registrations();
    let reason = RegistrationFailure::Unauthorized(Refusal::WrongCredentials);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].1, RegistrationEvent::Failed { reason, retry_in: secs(300) });
    world.run_for(secs(300));
    let seen = world[server].seen.len();
    assert!((3..=4).contains(&seen), "{seen} requests in six minutes");
}

#[test]
fn a_silent_registrar_is_tried_again_after_pauses_that_grow() {
    let rules = Rules { silent: true, ..Rules::default() };
    let (mut world, phone, server) = registered(rules, PASSWORD, secs(3600));
    let pauses: Vec<_> = world[phone]
        .registrations()
        .into_iter()
        .map(|(_, e)| match e {
            RegistrationEvent::Failed { reason: RegistrationFailure::NotReached(Failure::Timeout), retry_in } => {
                retry_in
            }
            e => panic!("{e:?}"),
        })
        .collect();
    assert!(pauses.len() > 6, "{pauses:?}");
    for (n, pause) in pauses.iter().enumerate() {
        let full = (secs(4) * 2u32.pow(n.min(16) as u32)).min(secs(300));
        assert!((full / 2..=full).contains(pause), "pause {n} is {pause:?}, and {full:?} at most");
    }
    // When it speaks again, all is well again.
    world.with(server, |s, _| s.rules.silent = false);
    world.run_for(secs(340));
    assert!(world[phone].is_registered());
}

#[test]
fn a_retry_after_is_obeyed() {
    let rules = Rules { refuse: Some((Status::SERVICE_UNAVAILABLE, Some(42))), ..Rules::default() };
    let (mut world, phone, server) = registered(rules, PASSWORD, secs(10));
    let reason = RegistrationFailure::Refused(Status::SERVICE_UNAVAILABLE);
    let events = world[phone].registrations();
    assert_eq!(events[0].1, RegistrationEvent::Failed { reason, retry_in: secs(42) });
    world.with(server, |s, _| s.rules.refuse = None);
    world.run_for(secs(40));
    assert!(world[phone].is_registered());
    assert_eq!(world[server].seen[1].at - events[0].0, secs(42) + ms(1), "and a millisecond on the way");
}

#[test]
fn shut_down_takes_the_registration_back() {
    let (mut world, phone, server) = registered(Rules::default(), PASSWORD, secs(5));
    assert_eq!(world[server].bindings.len(), 1);
    world.with(phone, |p, now| p.ua.shut_down(now));
    world.run_for(secs(1));
    assert!(world[server].bindings.is_empty());
    assert_eq!(world[server].seen.last().map(|s| s.expires), Some(0));
    assert_eq!(world[phone].registrations().last().map(|(_, e)| *e), Some(RegistrationEvent::Unregistered));
    assert!(world[phone].is_shut_down());
    world.run_until_quiet(secs(60)).expect("no refresh is armed any more");
    assert!(world[phone].is_idle());
}

#[test]
fn a_phone_that_listens_everywhere_registers_the_address_that_leads_to_the_registrar() {
    let mut world = World::new(12);
    let server = registrar(&mut world, 9, Rules::default());
    let phone = phone(&mut world, 1, Plan { anywhere: true, ..Plan::default() });
    world.with(phone, |p, now| p.add_account(now, account(1, 9, PASSWORD)));
    world.run_for(secs(1));
    assert!(world[phone].is_registered());
    assert_eq!(world[server].bindings.values().next().map(String::as_str), Some("sip:p1@10.0.0.1:5060"));
}

#[test]
fn a_retry_after_of_nothing_makes_no_flood() {
    let rules = Rules { refuse: Some((Status::SERVICE_UNAVAILABLE, Some(0))), ..Rules::default() };
    let (world, _, server) = registered(rules, PASSWORD, secs(60));
    let seen = &world[server].seen;
    assert!(seen.len() > 3 && seen.windows(2).all(|w| w[1].at - w[0].at >= secs(4)), "{} in a minute", seen.len());
}

#[test]
fn a_binding_whose_refresh_failed_is_taken_back_all_the_same() {
    let rules = Rules { max_expires: 120, ..Rules::default() };
    let (mut world, phone, server) = registered(rules, PASSWORD, secs(5));
    world.with(server, |s, _| s.rules.refuse = Some((Status::SERVICE_UNAVAILABLE, Some(300))));
    world.run_for(secs(60));
    assert!(matches!(world[phone].registrations().last(), Some((_, RegistrationEvent::Failed { .. }))));
    assert_eq!(world[server].bindings.len(), 1);
    world.with(server, |s, _| s.rules.refuse = None);
    world.with(phone, |p, now| p.ua.shut_down(now));
    world.run_for(secs(1));
    assert!(world[server].bindings.is_empty(), "RFC 3261 §10.2.2");
    assert!(world[phone].is_shut_down());
}

#[test]
fn a_short_grant_is_refreshed_in_time_and_one_that_is_too_short_is_no_flood() {
    for (granted, gap) in [(30, secs(15)), (2, secs(1)), (1, secs(1))] {
        let rules = Rules { max_expires: granted, ..Rules::default() };
        let (world, _, server) = registered(rules, PASSWORD, secs(120));
        let good: Vec<_> = world[server].seen.iter().filter(|s| s.status == Some(Status::OK)).map(|s| s.at).collect();
        assert!(good.len() > 3);
        for pair in good.windows(2) {
            assert!(
                (gap..gap + secs(1)).contains(&(pair[1] - pair[0])),
                "{granted} s granted: {:?}",
                pair[1] - pair[0]
            );
        }
    }
}

#[test]
fn a_binding_that_comes_back_without_the_usual_port_is_ours() {
    let mut world = World::new(13);
    let (a, server) = (phone(&mut world, 1, Plan::default()), peer(&mut world, 9));
    world.with(a, |p, now| p.add_account(now, account(1, 9, PASSWORD)));
    world.run_for(ms(50));
    let register = world[server].last("REGISTER");
    let contacts = "Contact: <sip:p1@10.0.0.7>;expires=900, <sip:p1@10.0.0.1>;expires=45\nExpires: 900\n";
    world.with(server, |p, _| p.say(sip(1), &reply(&register, "200 OK", contacts, "")));
    world.run_for(ms(50));
    let events: Vec<_> = world[a].registrations().into_iter().map(|(_, e)| e).collect();
    assert_eq!(events, [RegistrationEvent::Registered { expires: secs(45) }]);
}
