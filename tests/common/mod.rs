//! What whole-call tests are made of: a [`Phone`] with an application in it, a scripted [`Registrar`], a [`Peer`] that
//! says what it is told to, and ears.
#![allow(dead_code, unused_imports, reason = "each test file uses its part")]

mod ear;
mod locator;
mod peer;
mod phone;
mod registrar;
mod zone;

pub(crate) use ear::{Ear, assert_tone, sine, tone_in};
pub(crate) use locator::{Locator, text};
pub(crate) use peer::{Caller, Peer, header, reply, sdp, tag_of};
pub(crate) use phone::{Line, Phone, Plan};
pub(crate) use registrar::{PASSWORD, Registrar, Rules, Seen};
pub(crate) use zone::Zone;

use offhook::Account;
use offhook::sip_parser::Uri;
use offhook_sim::{HostId, World};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

pub(crate) const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

pub(crate) const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// The address of the host of that number.
pub(crate) fn ip(n: u8) -> IpAddr {
    [10, 0, 0, n].into()
}

/// Where it speaks SIP.
pub(crate) fn sip(n: u8) -> SocketAddr {
    (ip(n), 5060).into()
}

pub(crate) fn uri(n: u8) -> Uri {
    format!("sip:p{n}@{}", sip(n)).parse().expect("a URI")
}

pub(crate) fn phone(world: &mut World, n: u8, plan: Plan) -> HostId<Phone> {
    let entropy = world.entropy();
    world.add(Phone::new(ip(n), plan, entropy), [ip(n)])
}

pub(crate) fn peer(world: &mut World, n: u8) -> HostId<Peer> {
    world.add(Peer::new(ip(n)), [ip(n)])
}

pub(crate) fn registrar(world: &mut World, n: u8, rules: Rules) -> HostId<Registrar> {
    let entropy = world.entropy();
    world.add(Registrar::new(rules, entropy), [sip(n)])
}

/// The account of phone `n` at the registrar `at`.
pub(crate) fn account(n: u8, at: u8, password: &str) -> Account {
    let account = Account::new(&format!("sip:p{n}@sim.invalid")).expect("an address of record");
    account.password(password).registrar(&format!("sip:{}", sip(at))).expect("a registrar")
}

/// A call from one phone to another that both know to be answered.
pub(crate) fn establish(
    world: &mut World,
    from: HostId<Phone>,
    to: HostId<Phone>,
    callee: u8,
) -> (offhook::ua::CallId, offhook::ua::CallId) {
    let before = world[to].lines.len();
    let call = world.with(from, |p, now| p.dial(now, uri(callee)));
    let up = world.run_until_true(secs(5), |w| {
        let theirs = w[to].lines.values().nth(before);
        w[from].lines[&call].established.is_some() && theirs.is_some_and(|l| l.established.is_some())
    });
    assert!(up, "the call is answered");
    let theirs = *world[to].lines.keys().nth(before).expect("it rang there");
    (call, theirs)
}
