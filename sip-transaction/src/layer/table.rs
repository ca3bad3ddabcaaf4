//! The open transactions, found by name and by what matches them.

use crate::client::{Client, ClientEvent, ClientInput};
use crate::invite_client::InviteClient;
use crate::invite_server::InviteServer;
use crate::key::{ClientKey, ServerId};
use crate::server::{Server, ServerEvent, ServerInput};
use offhook_core::{Flow, Machine, Output};
use offhook_sip_parser::Status;
use std::collections::HashMap;
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

    fn flow(&self) -> Flow {
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

/// Named things, each found by its matcher too.
struct Table<I, M> {
    by_id: HashMap<I, (M, Box<str>)>,
    by_match: HashMap<Box<str>, I>,
}

impl<I: Copy + Eq + std::hash::Hash, M> Table<I, M> {
    fn insert(&mut self, id: I, matcher: Box<str>, machine: M) {
        self.by_match.insert(matcher.clone(), id);
        self.by_id.insert(id, (machine, matcher));
    }

    fn remove(&mut self, id: I) {
        if let Some((_, matcher)) = self.by_id.remove(&id) {
            self.by_match.remove(&matcher);
        }
    }

    fn get_mut(&mut self, id: I) -> Option<&mut M> {
        self.by_id.get_mut(&id).map(|(machine, _)| machine)
    }

    fn find(&self, matcher: &str) -> Option<I> {
        self.by_match.get(matcher).copied()
    }
}

impl<I, M> Default for Table<I, M> {
    fn default() -> Self {
        Table { by_id: HashMap::new(), by_match: HashMap::new() }
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

    pub(super) fn insert(&mut self, id: ClientId, matcher: Box<str>, machine: AnyClient) {
        self.table.insert(id, matcher, machine);
    }

    pub(super) fn remove(&mut self, id: ClientId) {
        self.table.remove(id);
    }

    pub(super) fn get_mut(&mut self, id: ClientId) -> Option<&mut AnyClient> {
        self.table.get_mut(id)
    }

    pub(super) fn find(&self, matcher: &str) -> Option<ClientId> {
        self.table.find(matcher)
    }

    pub(super) fn flow(&self, id: ClientId) -> Option<Flow> {
        self.table.by_id.get(&id).map(|(machine, _)| machine.flow())
    }

    /// Those on a flow, in an order that every run repeats.
    pub(super) fn on_flow(&self, flow: Flow) -> Vec<ClientId> {
        let mut ids: Vec<_> =
            self.table.by_id.iter().filter(|(_, (m, _))| m.flow() == flow).map(|(&id, _)| id).collect();
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
    last: u64,
}

impl Servers {
    pub(super) fn len(&self) -> usize {
        self.table.by_id.len()
    }

    pub(super) fn insert(&mut self, matcher: Box<str>, machine: AnyServer) -> ServerId {
        self.last += 1;
        let id = ServerId(self.last);
        self.table.insert(id, matcher, machine);
        id
    }

    pub(super) fn remove(&mut self, id: ServerId) {
        self.table.remove(id);
    }

    pub(super) fn get_mut(&mut self, id: ServerId) -> Option<&mut AnyServer> {
        self.table.get_mut(id)
    }

    pub(super) fn find(&self, matcher: &str) -> Option<ServerId> {
        self.table.find(matcher)
    }
}
