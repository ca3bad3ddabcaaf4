//! Hosts as they stand in URIs and Via (RFC 3261 §25.1 `host`, `hostport`).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address or a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Host<'a> {
    /// A dotted quad.
    V4(Ipv4Addr),
    /// A bracketed IPv6 reference.
    V6(Ipv6Addr),
    /// A domain name, as spelled.
    Name(&'a str),
}

impl<'a> Host<'a> {
    /// `None` if the text is not a host. An IPv6 reference may stand with or without brackets, as it does in the
    /// `received` parameters of real devices.
    pub fn parse(text: &'a str) -> Option<Host<'a>> {
        if memchr::memchr2(b':', b'[', text.as_bytes()).is_none() {
            return Host::from_checked(text);
        }
        v6(text).map(Host::V6).or_else(|| Host::from_checked(text))
    }

    pub(crate) fn from_checked(text: &'a str) -> Option<Host<'a>> {
        if let Some(inner) = text.strip_prefix('[') {
            return v6(inner.strip_suffix(']')?).map(Host::V6);
        }
        // Only what begins and ends with a digit can be an address.
        let digits = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
        if digits(text.as_bytes().first())
            && digits(text.as_bytes().last())
            && let Ok(v4) = text.parse()
        {
            return Some(Host::V4(v4));
        }
        (!text.is_empty() && text.bytes().all(crate::scan::is_host)).then_some(Host::Name(text))
    }

    /// The address, if it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        match *self {
            Host::V4(a) => Some(a.into()),
            Host::V6(a) => Some(a.into()),
            Host::Name(_) => None,
        }
    }
}

/// The grammar of RFC 3261 derives a third colon before an IPv4 part by mistake; RFC 5118 §4.10 asks to take it.
fn v6(text: &str) -> Option<Ipv6Addr> {
    let mended = || text.contains('.').then(|| text.replacen(":::", "::", 1).parse().ok())?;
    text.parse().ok().or_else(mended)
}

impl From<IpAddr> for Host<'_> {
    fn from(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(a) => Host::V4(a),
            IpAddr::V6(a) => Host::V6(a),
        }
    }
}

impl fmt::Display for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::V4(a) => write!(f, "{a}"),
            Host::V6(a) => write!(f, "[{a}]"),
            Host::Name(n) => f.write_str(n),
        }
    }
}

/// A host and perhaps a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HostPort<'a> {
    /// The host.
    pub host: Host<'a>,
    /// The port, if one is written.
    pub port: Option<u16>,
}

impl From<std::net::SocketAddr> for HostPort<'_> {
    fn from(a: std::net::SocketAddr) -> Self {
        HostPort { host: a.ip().into(), port: Some(a.port()) }
    }
}

impl fmt::Display for HostPort<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => write!(f, "{}", self.host),
        }
    }
}
