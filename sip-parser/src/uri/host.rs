//! Hosts as they stand in URIs and Via (RFC 3261 §25.1 `host`, `hostport`).

use super::ipv6;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address or a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Host<'a> {
    /// A dotted quad.
    V4(Ipv4Addr),
    /// A bracketed IPv6 reference, without the zone that some send with it and that is never written.
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
        crate::scan::looked(2 * text.len());
        if let Some(inner) = text.strip_prefix('[') {
            return v6(inner.strip_suffix(']')?).map(Host::V6);
        }
        if let Some(v4) = dotted_quad(text.as_bytes()) {
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

fn v6(text: &str) -> Option<Ipv6Addr> {
    text.parse().ok().or_else(|| ipv6::read_leniently(text))
}

/// Four numbers of up to three digits, without leading zeros (RFC 3986 §3.2.2 `IPv4address`).
fn dotted_quad(text: &[u8]) -> Option<Ipv4Addr> {
    let (mut address, mut octet, mut digits, mut dots) = (0u32, 0u32, 0, 0);
    for &b in text {
        match b {
            b'0'..=b'9' if digits == 0 || octet != 0 => {
                octet = octet * 10 + u32::from(b - b'0');
                digits += 1;
            }
            b'.' if digits > 0 && dots < 3 => {
                address = address << 8 | octet;
                (octet, digits, dots) = (0, 0, dots + 1);
            }
            _ => return None,
        }
        if octet > 255 {
            return None;
        }
    }
    (dots == 3 && digits > 0).then_some(Ipv4Addr::from_bits(address << 8 | octet))
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn dotted_quads_are_those_of_the_standard_library(text in "[0-9]{0,4}(\\.[0-9]{0,4}){2,4}|[0-9.a]{0,15}") {
            prop_assert_eq!(dotted_quad(text.as_bytes()), text.parse().ok());
        }

        #[test]
        fn an_address_that_is_written_is_read(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            let text = address.to_string();
            prop_assert_eq!(Host::parse(&text), Some(Host::V4(address)));
        }
    }
}
