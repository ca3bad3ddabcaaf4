//! From a URI to a flow. The first form of RFC 3263: a transport parameter, an address or a name with its A or AAAA
//! record; NAPTR and SRV are not asked for yet.

use super::{CallId, Event, Input, Query, QueryId, Ua};
use crate::account::AccountId;
use offhook_core::{Flow, Machine, Output, Protocol};
use offhook_sip_dialog as dialog;
use offhook_sip_parser::{Draft, Host, Scheme, Uri};
use offhook_sip_transaction::{self as transaction, ClientKey, Failure};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

/// What waits for a way.
pub(super) enum Errand {
    /// A request of the dialog layer or of a registration.
    Send { key: ClientKey, request: Draft },
    /// The ACK of a 2xx.
    Ack { request: Draft },
    /// The first REGISTER: its Contact depends on the way.
    Register(AccountId),
    /// A call of ours: its Contact and its offer depend on the way.
    Call(CallId),
}

#[derive(Default)]
pub(super) struct Ways {
    waiting: BTreeMap<QueryId, Errand>,
    last: u64,
}

impl Ways {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Forgets what waits for a call that is given up.
    pub(super) fn forget_call(&mut self, call: CallId) {
        self.waiting.retain(|_, errand| !matches!(errand, Errand::Call(c) if *c == call));
    }
}

/// Where a URI says it wants to be reached.
pub(super) fn destination(uri: &Uri) -> Option<(Protocol, Host<'_>, u16)> {
    let asked = uri.params().value("transport");
    let is = |name: &str| asked.is_some_and(|t| t.eq_ignore_ascii_case(name));
    let protocol = match uri.scheme() {
        Scheme::Sip if asked.is_none() || is("udp") => Protocol::Udp,
        Scheme::Sip if is("tcp") => Protocol::Tcp,
        Scheme::Sip if is("tls") => Protocol::Tls,
        // RFC 3261 §26.2.2: `transport=tcp` in a sips URI is TLS over TCP, as its default is
        Scheme::Sips if asked.is_none() || is("tcp") || is("tls") => Protocol::Tls,
        _ => return None,
    };
    Some((protocol, uri.host()?, uri.port().unwrap_or(protocol.default_port())))
}

impl Ua {
    /// Whether a way to `uri` can be looked for at all.
    pub(super) fn is_carried(&self, uri: &Uri) -> bool {
        destination(uri).is_some_and(|(protocol, ..)| self.locals.iter().any(|(p, _)| *p == protocol))
    }

    /// Finds the way to `uri` for an errand, and runs it: at once if the URI names an address and we know our own, else when
    /// the driver has answered.
    pub(super) fn find_way(&mut self, now: Instant, uri: &Uri, errand: Errand) {
        let Some((protocol, host, port)) = destination(uri) else { return self.run(now, errand, None) };
        if let Some(ip) = host.ip()
            // Whom to expect at the far end of a secure flow, the driver has to know.
            && !protocol.is_secure()
            && let Some(local) = self.own_address(protocol, ip)
        {
            return self.run(now, errand, Some(Flow { protocol, local, remote: SocketAddr::new(ip, port) }));
        }
        let host = match host {
            Host::Name(name) => name.into(),
            Host::V4(ip) => ip.to_string().into(),
            Host::V6(ip) => ip.to_string().into(),
        };
        self.ways.last += 1;
        let id = QueryId(self.ways.last);
        self.ways.waiting.insert(id, errand);
        self.queue.push_back(Output::Event(Event::Way(Query { id, protocol, host, port })));
    }

    /// The same for a request of a call, which may keep the flow that it has.
    fn find_call_way(&mut self, now: Instant, session: dialog::SessionId, next_hop: &Uri, errand: Errand) {
        match self.kept_flow(session, next_hop) {
            Some(flow) => self.run(now, errand, Some(flow)),
            None => self.find_way(now, next_hop, errand),
        }
    }

    /// Our own address on the way to `remote`, if the sockets alone tell it.
    fn own_address(&self, protocol: Protocol, remote: IpAddr) -> Option<SocketAddr> {
        let fits = |a: &SocketAddr| !a.ip().is_unspecified() && a.is_ipv4() == remote.is_ipv4();
        // A socket on loopback does not reach beyond it, and one elsewhere need not be found there.
        let here = |a: &SocketAddr| a.ip().is_loopback() == remote.is_loopback();
        let own = || self.locals.iter().filter(|(p, a)| *p == protocol && fits(a)).map(|&(_, a)| a);
        own().find(|a| here(a)).or_else(|| own().next())
    }

    pub(super) fn way_found(&mut self, now: Instant, id: QueryId, flow: Option<Flow>) {
        if let Some(errand) = self.ways.waiting.remove(&id) {
            self.run(now, errand, flow);
        }
    }

    fn run(&mut self, now: Instant, errand: Errand, flow: Option<Flow>) {
        let sent = match (errand, flow) {
            (Errand::Register(account), flow) => return self.registrar_found(now, account, flow),
            (Errand::Call(call), flow) => return self.callee_found(now, call, flow),
            (Errand::Ack { request }, Some(flow)) => {
                self.transactions.handle_input(now, transaction::Input::Ack { flow, request })
            }
            // An ACK that cannot be sent shows as a 2xx that comes again.
            (Errand::Ack { .. }, None) => return,
            (Errand::Send { key, request }, Some(flow)) => {
                let flow = self.by_size(key, flow, &request);
                match self.transactions.handle_input(now, transaction::Input::Request { key, flow, request }) {
                    Ok(()) => return,
                    Err(_) => {
                        self.switched.forget(key);
                        return self.not_sent(now, key);
                    }
                }
            }
            (Errand::Send { key, .. }, None) => return self.not_sent(now, key),
        };
        debug_assert!(sent.is_ok(), "an ACK of the dialog layer can be written");
    }

    fn not_sent(&mut self, now: Instant, key: ClientKey) {
        self.transaction_event(now, transaction::Event::Failed { key, failure: Failure::Transport });
    }

    /// Takes what the dialog layer wants sent.
    pub(super) fn carry(&mut self, now: Instant, transmit: dialog::Transmit) {
        let done = match transmit {
            dialog::Transmit::Request { session, key, request, next_hop } => {
                return self.find_call_way(now, session, &next_hop, Errand::Send { key, request });
            }
            dialog::Transmit::Ack { session, request, next_hop } => {
                return self.find_call_way(now, session, &next_hop, Errand::Ack { request });
            }
            dialog::Transmit::Cancel { key } => {
                self.switched.forget(key);
                self.transactions.handle_input(now, transaction::Input::Cancel { key })
            }
            dialog::Transmit::Response { id, response } => {
                self.transactions.handle_input(now, transaction::Input::Respond { id, response })
            }
        };
        // A transaction that is over by now has nothing left to cancel or to answer.
        let _ = done;
    }

    /// Answers an [`Event::Way`] whose host is an address, given our own address on the way to it: what a driver without DNS
    /// can do.
    pub fn way_to(query: &Query, local: SocketAddr) -> Input {
        let flow = query.host.parse().ok().map(|ip: IpAddr| Flow {
            protocol: query.protocol,
            local,
            remote: SocketAddr::new(ip, query.port),
        });
        Input::Way { id: query.id, flow }
    }
}
