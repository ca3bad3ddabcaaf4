//! Accounts and their registrations.

use super::ways::{Errand, Owner};
use super::{Event, REGISTER_BITS, REGISTRATION_KEYS, Ua};
use crate::account::{Account, AccountId};
use crate::registration::Registration;
use offhook_core::{Flow, Output, Protocol};
use offhook_sip_parser::{Scheme, Uri};
use std::net::SocketAddr;
use std::time::Instant;

impl Ua {
    /// Takes an account, and registers it if it names a registrar. [`Event::Registration`] tells how that goes; it is kept up
    /// until [`unregister`](Ua::unregister) or [`shut_down`](Ua::shut_down).
    pub fn add_account(&mut self, now: Instant, account: Account) -> AccountId {
        let now = self.tick(now);
        let id = AccountId(self.accounts.keys().next_back().map_or(0, |last| last.0 + 1));
        let keys = REGISTRATION_KEYS + (u64::from(id.0) << REGISTER_BITS);
        let product = self.config.product.clone();
        let registration = account
            .registrar
            .as_ref()
            .map(|registrar| Registration::new(&account, registrar, keys, product, self.entropy.fork()));
        let next_hop = registration.as_ref().map(|r| r.next_hop().clone());
        self.accounts.insert(id, (account, registration));
        if let Some(next_hop) = next_hop {
            self.find_way(now, &next_hop, Errand::Register(id));
        }
        self.settle(now);
        id
    }

    /// Takes the registration of an account back. Calls made with it go on.
    pub fn unregister(&mut self, now: Instant, account: AccountId) {
        let now = self.tick(now);
        if let Some((_, Some(registration))) = self.accounts.get_mut(&account) {
            self.ways.give_up_account(account);
            registration.stop(now);
        }
        self.settle(now);
    }

    /// The account of that name.
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id).map(|(account, _)| account)
    }

    /// The way to the registrar is known, or known not to be.
    pub(super) fn registrar_found(&mut self, now: Instant, id: AccountId, flow: Option<Flow>) {
        let Some((account, Some(registration))) = self.accounts.get_mut(&id) else { return };
        match flow {
            Some(flow) => {
                let is_secure = registration.next_hop().scheme() == Scheme::Sips;
                registration.keep(flow);
                registration.start(contact(account.user(), &flow, is_secure));
            }
            None => registration.not_reached(now),
        }
    }

    pub(super) fn settle_registrations(&mut self, now: Instant) -> bool {
        let mut moved = false;
        let mut errands = Vec::new();
        for (&id, (_, registration)) in &mut self.accounts {
            let Some(registration) = registration else { continue };
            loop {
                match registration.poll_output() {
                    Output::Event(event) => {
                        self.queue.push_back(Output::Event(Event::Registration { account: id, event }));
                    }
                    Output::Transmit(t) => errands.push((id, registration.has_contact(), t)),
                    Output::Timeout(_) => break,
                }
                moved = true;
            }
        }
        for (id, has_contact, t) in errands {
            let errand = if has_contact {
                Errand::Send { owner: Some(Owner::Account(id)), key: t.key, request: t.request }
            } else {
                Errand::Register(id)
            };
            self.find_way(now, &t.next_hop, errand);
        }
        moved
    }
}

/// Where requests for `user` reach us by the flow that we reach the peer by. `is_secure`: who asks for `sips` is told `sips`
/// (RFC 3261 §8.1.1.8, §12.1.1).
pub(super) fn contact(user: &str, flow: &Flow, is_secure: bool) -> Uri {
    // Without an IPv6 scope: it means nothing to anybody else, and has no place in a URI.
    let local = SocketAddr::new(flow.local.ip(), flow.local.port());
    let scheme = if is_secure { "sips" } else { "sip" };
    let transport = match flow.protocol {
        Protocol::Udp => "",
        Protocol::Tcp => ";transport=tcp",
        Protocol::Tls if is_secure => "",
        Protocol::Tls => ";transport=tls",
        _ => ";transport=ws",
    };
    let plain = || format!("{scheme}:{local}{transport}").parse();
    // The user may be a stranger's: a `tel` number has characters that are none of a `sip` user's.
    let named = if user.is_empty() {
        plain()
    } else {
        format!("{scheme}:{user}@{local}{transport}").parse().or_else(|_| plain())
    };
    named.expect("an address makes a URI")
}
