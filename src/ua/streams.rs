//! Requests on streams: the flow that a call keeps (RFC 5923, RFC 5626 §5.3), and requests that are too large for a datagram
//! (RFC 3261 §18.1.1).

use super::{CallId, Ua};
use offhook_core::{Flow, Machine, Protocol};
use offhook_sip_parser::{Draft, Message, Name, Scheme, Uri};
use offhook_sip_transaction::{self as transaction, ClientKey, Failure};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Instant;

/// For whom a call's requests take the flow that it came to be on. Many a far end cannot be connected to, and a
/// certificate proves a domain where a Contact has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeps {
    /// For nobody: it is a datagram's, or the connection is gone.
    Nothing,
    /// For a next hop at just its address.
    Address,
    /// For a next hop at its host: a proxy called us from a port of the moment.
    Host,
    /// For whatever next hop: the far end itself called us.
    All,
}

impl Keeps {
    /// Of a call that we make.
    pub(super) fn of_call(flow: &Flow) -> Self {
        if flow.protocol.is_reliable() { Keeps::Address } else { Keeps::Nothing }
    }

    /// Of a call that came in.
    pub(super) fn of_invite(flow: &Flow, invite: &Message) -> Self {
        if !flow.protocol.is_reliable() {
            return Keeps::Nothing;
        }
        let vias = invite.typed_all::<offhook_sip_parser::header::Via<'_>>().count();
        let is_direct = invite.header(Name::RECORD_ROUTE).is_none() && vias == 1;
        if is_direct { Keeps::All } else { Keeps::Host }
    }
}

/// Requests that took a stream for their size alone, with the way that they would have had.
#[derive(Default)]
pub(super) struct Switched(BTreeMap<ClientKey, (Flow, Draft)>);

impl Switched {
    /// It is answered, or given up: whatever comes now is for the layer above.
    pub(super) fn forget(&mut self, key: ClientKey) {
        self.0.remove(&key);
    }
}

/// RFC 3261 §18.1.1, for a path whose MTU is not known.
const LARGEST_DATAGRAM: usize = 1300;

/// What is not in the draft yet: version, Via with an IPv6 address, Content-Length.
const NOT_WRITTEN: usize = 160;

fn is_large(request: &Draft) -> bool {
    let line = request.uri().map_or(0, |uri| uri.as_str().len()) + request.method().map_or(0, |m| m.as_str().len());
    request.size() + line + NOT_WRITTEN > LARGEST_DATAGRAM
}

/// Whether a URI asks for TLS.
fn is_secure(uri: &Uri) -> bool {
    let is = |name: &str| uri.transport().is_some_and(|asked| asked.eq_ignore_ascii_case(name));
    uri.scheme() == Scheme::Sips || is("tls") || is("wss")
}

impl Ua {
    /// The flow that a call's request takes without looking for a way.
    pub(super) fn kept_flow(&self, call: CallId, next_hop: &Uri) -> Option<Flow> {
        let call = self.calls.get(&call)?;
        let flow = call.flow()?;
        let at = self.ways.address_of(next_hop).filter(|at| at.protocol == flow.protocol);
        let is_kept = match call.keeps() {
            Keeps::Nothing => false,
            Keeps::Address => at.is_some_and(|at| at.address == flow.remote),
            Keeps::Host => at.is_some_and(|at| at.address.ip() == flow.remote.ip()),
            // Never from what is encrypted to what is not: there is but one flow, and it is as good as what was asked for.
            Keeps::All => flow.protocol.is_secure() || !is_secure(next_hop),
        };
        is_kept.then_some(flow)
    }

    /// The flow that a request really takes: a stream, if it is too large for a datagram and we can be answered there.
    pub(super) fn by_size(&mut self, key: ClientKey, flow: Flow, request: &Draft) -> Flow {
        if flow.protocol != Protocol::Udp || !is_large(request) {
            return flow;
        }
        let fits = |a: &&SocketAddr| {
            a.is_ipv4() == flow.remote.is_ipv4() && (a.ip().is_unspecified() || a.ip() == flow.local.ip())
        };
        let tcp = self.locals.iter().filter(|(p, _)| *p == Protocol::Tcp).map(|(_, a)| a).find(fits);
        let Some(tcp) = tcp else { return flow };
        self.switched.0.insert(key, (flow, request.clone()));
        Flow { protocol: Protocol::Tcp, local: SocketAddr::new(flow.local.ip(), tcp.port()), remote: flow.remote }
    }

    /// Sends a request as a datagram after all, if what failed is the connection that it took for its size.
    pub(super) fn resend_small(&mut self, now: Instant, event: &transaction::Event) -> bool {
        let (key, is_refused) = match event {
            transaction::Event::Failed { key, failure } => (*key, *failure == Failure::Transport),
            transaction::Event::Response { key, .. } => (*key, false),
            _ => return false,
        };
        let Some((flow, request)) = self.switched.0.remove(&key) else { return false };
        is_refused && self.transactions.handle_input(now, transaction::Input::Request { key, flow, request }).is_ok()
    }

    /// A connection is gone: what comes after finds its own way.
    pub(super) fn flow_closed(&mut self, now: Instant, flow: Flow) {
        for (_, registration) in self.accounts.values_mut() {
            if let Some(registration) = registration {
                registration.flow_closed(now, flow);
            }
        }
        for call in self.calls.values_mut() {
            call.lose(flow);
        }
    }
}
