//! All the connections of one user agent, and which of them leads where (RFC 3261 §18.1.1, §18.2.2, RFC 5923).

use super::close::CloseReason;
use super::config::Config;
use offhook_core::{Flow, Transmit};
use offhook_sip_parser::header::Via;
use offhook_sip_parser::{Index, MessageView};
use std::collections::{HashMap, hash_map};
use std::net::{IpAddr, SocketAddr};

/// Names a connection; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(u64);

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// Over this connection.
    Use(ConnectionId),
    /// Over this one, which is to be opened to `flow.remote` first.
    Open {
        /// Its name from now on.
        id: ConnectionId,
        /// Where to; `local` is where we can be reached, not the port to connect from.
        flow: Flow,
        /// Over TLS: the domain that the peer must prove to be (RFC 5922 §7).
        domain: Option<Box<str>>,
    },
}

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// [`Config::max_connections`](super::Config::max_connections) is reached.
    #[error("too many connections")]
    TooMany,
    /// [`Config::max_per_source`](super::Config::max_per_source) is reached.
    #[error("too many connections from one address")]
    TooManyFromOne,
    /// Over TLS nobody is trusted whose name was not asked for.
    #[error("nothing says whom to expect there")]
    NoName,
}

/// What connections came to. Each only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counters {
    /// Connections of peers that were taken.
    pub accepted: u64,
    /// Connections that we set out to make.
    pub opened: u64,
    /// Connections not taken or not made because there were too many.
    pub refused: u64,
    /// Connections not taken because there were too many from one address.
    pub refused_source: u64,
    /// Messages that had no connection and could get none.
    pub no_connection: u64,
    /// Connections of ours that never came to be.
    pub not_connected: u64,
    /// TLS or WebSocket handshakes that failed, for another reason than the certificate.
    pub handshake_failed: u64,
    /// Those that took too long.
    pub handshake_timeout: u64,
    /// Certificates that were refused.
    pub bad_certificate: u64,
    /// Streams that were no SIP, or over a limit.
    pub bad_bytes: u64,
    /// Messages that took too long, or never came.
    pub slow_senders: u64,
    /// Peers that did not read what was written.
    pub slow_readers: u64,
    /// Connections that the other side ended, in good order or not.
    pub ended: u64,
    /// Connections closed for silence.
    pub idle: u64,
    /// Connections closed for a missing pong.
    pub no_pong: u64,
    /// Aliases (RFC 5923) that were taken.
    pub aliases: u64,
}

#[derive(Debug)]
struct Entry {
    flow: Flow,
    /// Whose connection it is, if it counts for its source.
    source: Option<IpAddr>,
    alias: Option<Flow>,
}

/// Which connection leads where. It lives in no time: the connections themselves do.
#[derive(Debug)]
pub struct Table {
    config: Config,
    entries: HashMap<ConnectionId, Entry>,
    by_flow: HashMap<Flow, ConnectionId>,
    sources: HashMap<IpAddr, usize>,
    /// Whom to expect at the far end of a TLS flow.
    names: HashMap<Flow, Box<str>>,
    last: u64,
    counters: Counters,
}

/// Names of TLS flows that are remembered, whether or not there is a connection: URIs of strangers make them.
const MOST_NAMES: usize = 4096;

impl Table {
    /// An empty table.
    pub fn new(config: Config) -> Self {
        Table {
            config,
            entries: HashMap::new(),
            by_flow: HashMap::new(),
            sources: HashMap::new(),
            names: HashMap::new(),
            last: 0,
            counters: Counters::default(),
        }
    }

    /// What happened so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// How many connections there are, those that are being made included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A peer has connected.
    ///
    /// # Errors
    /// Over a bound; the socket is to be closed.
    pub fn accept(&mut self, flow: Flow) -> Result<ConnectionId, Refused> {
        if self.entries.len() >= self.config.max_connections {
            self.counters.refused += 1;
            return Err(Refused::TooMany);
        }
        let source = flow.remote.ip();
        if self.sources.get(&source).is_some_and(|&count| count >= self.config.max_per_source) {
            self.counters.refused_source += 1;
            return Err(Refused::TooManyFromOne);
        }
        *self.sources.entry(source).or_default() += 1;
        self.counters.accepted += 1;
        Ok(self.insert(flow, Some(source)))
    }

    fn insert(&mut self, flow: Flow, source: Option<IpAddr>) -> ConnectionId {
        self.last += 1;
        let id = ConnectionId(self.last);
        self.entries.insert(id, Entry { flow, source, alias: None });
        self.by_flow.insert(flow, id);
        id
    }

    /// Asks that whoever is at the far end of `flow` prove to be `domain`. False if the flow belongs to another domain: the
    /// caller takes a flow of another `local`.
    pub fn expect(&mut self, flow: Flow, domain: &str) -> bool {
        if let Some(name) = self.names.get(&flow) {
            return name.eq_ignore_ascii_case(domain);
        }
        // An accepted connection proves no domain of its own.
        if self.by_flow.contains_key(&flow) {
            return false;
        }
        if self.names.len() >= MOST_NAMES {
            self.names.retain(|flow, _| self.by_flow.contains_key(flow));
        }
        self.names.insert(flow, domain.into());
        true
    }

    /// Which connection a message takes.
    ///
    /// # Errors
    /// If there is none and none can be made.
    pub fn route(&mut self, transmit: &Transmit) -> Result<Route, Refused> {
        if let Some(&id) = self.by_flow.get(&transmit.flow) {
            return Ok(Route::Use(id));
        }
        let flow = match return_flow(transmit) {
            None => transmit.flow,
            Some(flow) => match self.by_flow.get(&flow) {
                Some(&id) => return Ok(Route::Use(id)),
                None => flow,
            },
        };
        let domain = match self.names.get(&flow) {
            Some(name) => Some(name.clone()),
            None if flow.protocol.is_secure() => {
                self.counters.no_connection += 1;
                return Err(Refused::NoName);
            }
            None => None,
        };
        if self.entries.len() >= self.config.max_connections {
            self.counters.refused += 1;
            return Err(Refused::TooMany);
        }
        self.counters.opened += 1;
        Ok(Route::Open { id: self.insert(flow, None), flow, domain })
    }

    /// The flow of a connection.
    pub fn flow(&self, id: ConnectionId) -> Option<Flow> {
        self.entries.get(&id).map(|entry| entry.flow)
    }

    /// A request came on a connection whose peer has proven who he is, by a certificate: if its top Via says `alias`, later
    /// requests to where it says that it listens take this connection (RFC 5923 §4). The address is always the one that
    /// the connection comes from, so nobody can ask for what is another's.
    pub fn alias(&mut self, id: ConnectionId, request: &[u8]) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if entry.alias.is_some() || entry.source.is_none() || request.starts_with(b"SIP/") {
            return;
        }
        let Some(port) =
            top_via(request, |via| via.params.has("alias").then(|| sent_by_port(via, entry.flow))).flatten()
        else {
            return;
        };
        let alias = Flow { remote: SocketAddr::new(entry.flow.remote.ip(), port), ..entry.flow };
        if let hash_map::Entry::Vacant(place) = self.by_flow.entry(alias) {
            place.insert(id);
            entry.alias = Some(alias);
            self.counters.aliases += 1;
        }
    }

    /// A connection is over. Its flow, if it was known.
    pub fn closed(&mut self, id: ConnectionId, reason: CloseReason) -> Option<Flow> {
        let entry = self.entries.remove(&id)?;
        for flow in [Some(entry.flow), entry.alias].into_iter().flatten() {
            if self.by_flow.get(&flow) == Some(&id) {
                self.by_flow.remove(&flow);
            }
        }
        if let Some(source) = entry.source
            && let Some(count) = self.sources.get_mut(&source)
        {
            *count -= 1;
            if *count == 0 {
                self.sources.remove(&source);
            }
        }
        self.count(reason);
        Some(entry.flow)
    }

    fn count(&mut self, reason: CloseReason) {
        let c = &mut self.counters;
        match reason {
            CloseReason::BadBytes(_) => c.bad_bytes += 1,
            CloseReason::SlowMessage | CloseReason::NoMessage => c.slow_senders += 1,
            CloseReason::SlowReader | CloseReason::QueueFull => c.slow_readers += 1,
            CloseReason::Idle => c.idle += 1,
            CloseReason::NoPong => c.no_pong += 1,
            CloseReason::NotConnected | CloseReason::ConnectTimeout => c.not_connected += 1,
            CloseReason::HandshakeFailed => c.handshake_failed += 1,
            CloseReason::HandshakeTimeout => c.handshake_timeout += 1,
            CloseReason::BadCertificate => c.bad_certificate += 1,
            CloseReason::Ended | CloseReason::CutOff | CloseReason::Broken => c.ended += 1,
            CloseReason::Local => {}
        }
    }
}

/// Where a response goes whose connection is gone: to the address that its request came from, at the port that its Via
/// names (RFC 3261 §18.2.2). `None` for a request.
fn return_flow(transmit: &Transmit) -> Option<Flow> {
    let flow = transmit.flow;
    if !transmit.contents.starts_with(b"SIP/") {
        return None;
    }
    let port = top_via(&transmit.contents, |via| sent_by_port(via, flow))?;
    Some(Flow { remote: SocketAddr::new(flow.remote.ip(), port), ..flow })
}

fn sent_by_port(via: &Via<'_>, flow: Flow) -> u16 {
    via.sent_by.port.unwrap_or(flow.protocol.default_port())
}

fn top_via<T>(message: &[u8], ask: impl FnOnce(&Via<'_>) -> T) -> Option<T> {
    let mut index = Index::new();
    let view = MessageView::parse(message, &mut index).ok()?;
    view.typed::<Via<'_>>().ok().flatten().map(|via| ask(&via))
}

#[cfg(test)]
mod tests;
