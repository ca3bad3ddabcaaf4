//! What a URI says of where it leads, and the first steps of the way there (RFC 3263 §4.1, §4.2, §5).

use super::config::Config;
use super::error::Error;
use super::lookup::Step;
use super::order::srv_prefix;
use super::record::DomainName;
use offhook_core::Protocol;
use offhook_sip_parser::{Host, Scheme, Uri};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// All of a URI that decides where it leads. Two that are equal lead to the same servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destination {
    /// The name that the far end's certificate must have: the host of the URI, never one that DNS gave (RFC 5922 §7.2).
    pub(super) name: Arc<str>,
    /// TLS and nothing else.
    pub(super) secure: bool,
    transport: Option<Protocol>,
    host: Place,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Address(IpAddr),
    Name(DomainName),
}

impl Place {
    fn new(host: Host<'_>) -> Result<Self, Error> {
        match host {
            Host::Name(name) => DomainName::new(name).map(Place::Name).ok_or(Error::NoHost),
            Host::V4(ip) => Ok(Place::Address(ip.into())),
            Host::V6(ip) => Ok(Place::Address(ip.into())),
        }
    }

    fn text(&self) -> Arc<str> {
        match self {
            Place::Address(ip) => ip.to_string().into(),
            Place::Name(name) => name.shared(),
        }
    }
}

/// What a `transport` parameter means; with `sips` it is the transport below TLS (RFC 3261 §26.2.2). `tls` with `sip` is
/// deprecated and in use.
fn transport(text: &str, secure: bool) -> Result<Protocol, Error> {
    let is = |name: &str| text.eq_ignore_ascii_case(name);
    match () {
        () if is("udp") && !secure => Ok(Protocol::Udp),
        () if is("tcp") && !secure => Ok(Protocol::Tcp),
        () if is("tls") || is("tcp") => Ok(Protocol::Tls),
        () if is("ws") && !secure => Ok(Protocol::Ws),
        () if is("wss") || is("ws") => Ok(Protocol::Wss),
        () => Err(Error::NoTransport),
    }
}

impl Destination {
    pub(super) fn of_uri(uri: &Uri) -> Result<Self, Error> {
        let secure = match uri.scheme() {
            Scheme::Sip => false,
            Scheme::Sips => true,
            _ => return Err(Error::NoTransport),
        };
        let name = Place::new(uri.host().ok_or(Error::NoHost)?)?;
        let host = match uri.params().value("maddr") {
            Some(_) => Place::new(uri.maddr().ok_or(Error::NoHost)?)?,
            None => name.clone(),
        };
        let transport = uri.transport().map(|text| transport(text, secure)).transpose()?;
        Ok(Destination { name: name.text(), secure, transport, host, port: uri.port() })
    }

    pub(super) fn of_sent_by(protocol: Protocol, host: Host<'_>, port: Option<u16>) -> Result<Self, Error> {
        let host = Place::new(host)?;
        Ok(Destination { name: host.text(), secure: protocol.is_secure(), transport: Some(protocol), host, port })
    }

    /// Whether a protocol may be used for it at all.
    pub(super) fn allows(&self, protocol: Protocol, config: &Config) -> bool {
        config.protocols.contains(&protocol) && (protocol.is_secure() || !self.secure)
    }

    /// What a URI that names no transport means, where no record says it (RFC 3263 §4.1): UDP for `sip` and TLS for `sips`,
    /// or another of ours.
    fn usual(&self, config: &Config) -> Option<Protocol> {
        let usual = [Protocol::Udp, Protocol::Tcp, Protocol::Tls];
        usual.into_iter().find(|&protocol| self.allows(protocol, config))
    }

    /// The steps that begin a lookup.
    pub(super) fn steps(&self, config: &Config) -> Result<Vec<Step>, Error> {
        if let Some(protocol) = self.transport
            && !self.allows(protocol, config)
        {
            return Err(Error::NoTransport);
        }
        let protocol = self.transport.or_else(|| self.usual(config));
        let port = |protocol: Protocol| self.port.unwrap_or(protocol.default_port());
        match (&self.host, self.port) {
            (Place::Address(ip), _) => {
                let protocol = protocol.ok_or(Error::NoTransport)?;
                Ok(vec![Step::Target { protocol, address: SocketAddr::new(*ip, port(protocol)) }])
            }
            (Place::Name(name), Some(_)) => {
                let protocol = protocol.ok_or(Error::NoTransport)?;
                Ok(vec![Step::Host { protocol, name: name.clone(), port: port(protocol) }])
            }
            (Place::Name(name), None) => match self.transport {
                Some(protocol) => {
                    let fallback = Step::Fallback { protocol, name: name.clone() };
                    Ok(service(name, protocol).into_iter().chain([fallback]).collect())
                }
                None if !config.protocols.iter().any(|&p| self.allows(p, config)) => Err(Error::NoTransport),
                None => Ok(vec![Step::Naptr { name: name.clone() }]),
            },
        }
    }

    /// Where a domain without NAPTR is looked for: SRV of all protocols that may be, in our own order. `_sips` for `sips`
    /// URIs, `_sip` for the others (RFC 3263 §4.1).
    pub(super) fn without_naptr(&self, name: &DomainName, config: &Config) -> Vec<Step> {
        let is_asked = |&protocol: &Protocol| self.allows(protocol, config) && protocol.is_secure() == self.secure;
        let srv = config.protocols.iter().copied().filter(is_asked).filter_map(|protocol| service(name, protocol));
        let fallback = self.usual(config).map(|protocol| Step::Fallback { protocol, name: name.clone() });
        srv.chain(fallback).collect()
    }
}

fn service(name: &DomainName, protocol: Protocol) -> Option<Step> {
    Some(Step::Srv { protocol, name: name.service(srv_prefix(protocol)?)? })
}
