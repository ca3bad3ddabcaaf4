//! The open transactions, found by name and by what matches them.

use crate::client::{Client, ClientEvent, ClientInput};
use crate::invite_client::InviteClient;
use crate::invite_server::InviteServer;
use crate::key::{ClientKey, Matcher, ServerId};
use crate::server::{Server, ServerEvent, ServerInput};
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use offhook_core::{Flow, Machine, Output};
use offhook_sip_parser::Status;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::time::Instant;

/// A client transaction of the layer above, or a CANCEL of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum ClientId {
    User(ClientKey),
    Cancel(u64),
}

pub(super) enum AnyClient {
    Invite(InviteClient),
    Other(Client),
}

impl AnyClient {
    pub(super) fn handle(&mut self, now: Instant, input: ClientInput<'_>) {
        let Ok(()) = match self {
            AnyClient::Invite(m) => m.handle_input(now, input),
            AnyClient::Other(m) => m.handle_input(now, input),
        };
    }

    pub(super) fn poll_output(&mut self) -> Output<ClientEvent> {
        match self {
            AnyClient::Invite(m) => m.poll_output(),
            AnyClient::Other(m) => m.poll_output(),
        }
    }

    pub(super) fn is_terminated(&self) -> bool {
        match self {
            AnyClient::Invite(m) => m.is_terminated(),
            AnyClient::Other(m) => m.is_terminated(),
        }
    }

    pub(super) fn take_sent_again(&mut self) -> u64 {
        match self {
            AnyClient::Invite(m) => m.take_sent_again(),
            AnyClient::Other(m) => m.take_sent_again(),
        }
    }

    pub(super) fn flow(&self) -> Flow {
        match self {
            AnyClient::Invite(m) => m.flow(),
            AnyClient::Other(m) => m.flow(),
        }
    }
}

pub(super) enum AnyServer {
    Invite(InviteServer),
    Other(Server),
}

impl AnyServer {
    pub(super) fn handle(&mut self, now: Instant, input: ServerInput) {
        let Ok(()) = match self {
            AnyServer::Invite(m) => m.handle_input(now, input),
            AnyServer::Other(m) => m.handle_input(now, input),
        };
    }

    pub(super) fn poll_output(&mut self) -> Output<ServerEvent> {
        match self {
            AnyServer::Invite(m) => m.poll_output(),
            AnyServer::Other(m) => m.poll_output(),
        }
    }

    pub(super) fn is_terminated(&self) -> bool {
        match self {
            AnyServer::Invite(m) => m.is_terminated(),
            AnyServer::Other(m) => m.is_terminated(),
        }
    }

    pub(super) fn take_sent_again(&mut self) -> u64 {
        match self {
            AnyServer::Invite(m) => m.take_sent_again(),
            AnyServer::Other(m) => m.take_sent_again(),
        }
    }

    /// Whether a response of `status` comes too late.
    pub(super) fn is_answered(&self, status: Status) -> bool {
        match self {
            AnyServer::Invite(m) => m.is_answered(status),
            AnyServer::Other(m) => m.is_answered(),
        }
    }
}

/// Named things, each found by its matcher too. The names are ours or of the layer above; what peers choose is found by a
/// hash that they cannot aim.
struct Table<I, M> {
    by_id: HashMap<I, Box<Entry<M>>, FixedState>,
    by_match: HashTable<(u64, I)>,
}

struct Entry<M> {
    machine: M,
    matcher: Box<[u8]>,
    hash: u64,
    /// Of a server transaction: what its copies on other ways would have in common with it.
    merge: Option<u64>,
}

impl<I: Copy + Eq + Hash, M> Table<I, M> {
    fn insert(&mut self, hash: u64, id: I, matcher: &Matcher, machine: M, merge: Option<u64>) {
        self.by_match.insert_unique(hash, (hash, id), |&(hash, _)| hash);
        self.by_id.insert(id, Box::new(Entry { machine, matcher: matcher.as_bytes().into(), hash, merge }));
    }

    fn remove(&mut self, id: I) -> Option<Box<Entry<M>>> {
        let entry = self.by_id.remove(&id)?;
        if let Ok(found) = self.by_match.find_entry(entry.hash, |&(_, other)| other == id) {
            found.remove();
        }
        // Three quarters are empty: give them back.
        let len = self.by_id.len();
        if self.by_id.capacity() > 64 && len < self.by_id.capacity() / 4 {
            self.by_id.shrink_to(len * 2);
            self.by_match.shrink_to(len * 2, |&(hash, _)| hash);
        }
        Some(entry)
    }

    fn get_mut(&mut self, id: I) -> Option<&mut M> {
        self.by_id.get_mut(&id).map(|entry| &mut entry.machine)
    }

    fn find(&self, hash: u64, matcher: &Matcher) -> Option<I> {
        let is = |id: &I| self.by_id.get(id).is_some_and(|entry| *entry.matcher == *matcher.as_bytes());
        self.by_match.find(hash, |(h, id)| *h == hash && is(id)).map(|&(_, id)| id)
    }
}

impl<I, M> Default for Table<I, M> {
    fn default() -> Self {
        Table { by_id: HashMap::default(), by_match: HashTable::new() }
    }
}

#[derive(Default)]
pub(super) struct Clients {
    table: Table<ClientId, AnyClient>,
    cancels: u64,
}

impl Clients {
    pub(super) fn len(&self) -> usize {
        self.table.by_id.len()
    }

    pub(super) fn contains(&self, id: ClientId) -> bool {
        self.table.by_id.contains_key(&id)
    }

    pub(super) fn insert(&mut self, secret: u64, id: ClientId, matcher: Matcher, machine: AnyClient) {
        self.table.insert(matcher.hash(secret), id, &matcher, machine, None);
    }

    pub(super) fn remove(&mut self, id: ClientId) {
        self.table.remove(id);
    }

    pub(super) fn get(&self, id: ClientId) -> Option<(&AnyClient, &[u8])> {
        self.table.by_id.get(&id).map(|entry| (&entry.machine, &*entry.matcher))
    }

    pub(super) fn get_mut(&mut self, id: ClientId) -> Option<&mut AnyClient> {
        self.table.get_mut(id)
    }

    pub(super) fn find(&self, secret: u64, matcher: &Matcher) -> Option<ClientId> {
        self.table.find(matcher.hash(secret), matcher)
    }

    /// Those on a flow, in an order that every run repeats.
    pub(super) fn on_flow(&self, flow: Flow) -> Vec<ClientId> {
        let mut ids: Vec<_> =
            self.table.by_id.iter().filter(|(_, entry)| entry.machine.flow() == flow).map(|(&id, _)| id).collect();
        ids.sort();
        ids
    }

    pub(super) fn cancel_id(&mut self) -> ClientId {
        self.cancels += 1;
        ClientId::Cancel(self.cancels)
    }
}

#[derive(Default)]
pub(super) struct Servers {
    table: Table<ServerId, AnyServer>,
    /// Of each that has no To tag.
    merges: HashSet<u64, FixedState>,
    last: u64,
}

impl Servers {
    pub(super) fn len(&self) -> usize {
        self.table.by_id.len()
    }

    /// `hash` is that of `matcher`.
    pub(super) fn insert(&mut self, hash: u64, matcher: &Matcher, merge: Option<u64>, machine: AnyServer) -> ServerId {
        self.last += 1;
        let id = ServerId(self.last);
        self.table.insert(hash, id, matcher, machine, merge);
        self.merges.extend(merge);
        id
    }

    pub(super) fn remove(&mut self, id: ServerId) {
        let Some(merge) = self.table.remove(id).and_then(|entry| entry.merge) else { return };
        self.merges.remove(&merge);
        let len = self.merges.len();
        if self.merges.capacity() > 64 && len < self.merges.capacity() / 4 {
            self.merges.shrink_to(len * 2);
        }
    }

    pub(super) fn get_mut(&mut self, id: ServerId) -> Option<&mut AnyServer> {
        self.table.get_mut(id)
    }

    pub(super) fn find(&self, hash: u64, matcher: &Matcher) -> Option<ServerId> {
        self.table.find(hash, matcher)
    }

    /// Whether one is open that has this in common with a request on another way.
    pub(super) fn has_merge(&self, merge: u64) -> bool {
        self.merges.contains(&merge)
    }
}
