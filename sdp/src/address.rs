//! `IN IP4 192.0.2.1`: the address in c= lines and in a=rtcp (RFC 8866 §5.7).

use crate::error::ValueError;
use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU16;

/// An address in the Internet, as a number or as a host's name. Written with its network and type: `IN IP6 2001:db8::1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Address {
    /// A number.
    Ip(IpAddr),
    /// A name that leads to an IPv4 address.
    Name4(String),
    /// A name that leads to an IPv6 address.
    Name6(String),
}

impl Address {
    /// Reads `IN IP4 host`; `None` for another network, another type, or a number that is not of its type.
    pub fn parse(text: &str) -> Option<Self> {
        let mut fields = text.split_ascii_whitespace();
        let (network, kind, host) = (fields.next()?, fields.next()?, fields.next()?);
        if !network.eq_ignore_ascii_case("IN") {
            return None;
        }
        let ip4 = kind.eq_ignore_ascii_case("IP4");
        if !ip4 && !kind.eq_ignore_ascii_case("IP6") {
            return None;
        }
        match host.parse::<IpAddr>() {
            Ok(ip) => (ip.is_ipv4() == ip4).then_some(Address::Ip(ip)),
            Err(_) if !is_name(host) => None,
            Err(_) if ip4 => Some(Address::Name4(host.to_owned())),
            Err(_) => Some(Address::Name6(host.to_owned())),
        }
    }

    /// The number, if it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Address::Ip(ip) => Some(*ip),
            Address::Name4(_) | Address::Name6(_) => None,
        }
    }
}

impl From<IpAddr> for Address {
    fn from(ip: IpAddr) -> Self {
        Address::Ip(ip)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Ip(IpAddr::V4(ip)) => write!(f, "IN IP4 {ip}"),
            Address::Ip(IpAddr::V6(ip)) => write!(f, "IN IP6 {ip}"),
            Address::Name4(name) => write!(f, "IN IP4 {name}"),
            Address::Name6(name) => write!(f, "IN IP6 {name}"),
        }
    }
}

/// A c= line: where its sayer receives (RFC 8866 §5.7).
///
/// ```
/// use offhook_sdp::Connection;
/// let c = Connection::parse("IN IP4 233.252.0.1/127/3")?;
/// assert_eq!((c.ttl, c.count), (Some(127), 3));
/// assert_eq!(c.to_string(), "IN IP4 233.252.0.1/127/3");
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Connection {
    /// The address.
    pub address: Address,
    /// The time to live of an IPv4 multicast.
    pub ttl: Option<u8>,
    /// How many multicast addresses, counted up from the first. 1 for everything else.
    pub count: u16,
}

impl Connection {
    /// Reads the value of a c= line. What follows the address after a space is left aside.
    ///
    /// # Errors
    /// The network is not `IN`, or the address is not of its type.
    pub fn parse(value: &str) -> Result<Self, ValueError> {
        let offset = value.rfind(' ').map_or(0, |space| space + 1);
        let error = ValueError { name: "c=", offset };
        let (base, suffix) = value.split_once('/').unwrap_or((value, ""));
        let address = Address::parse(base).ok_or(error)?;
        let mut numbers = suffix.split_ascii_whitespace().next().into_iter().flat_map(|s| s.split('/'));
        let ip4 = base.split_ascii_whitespace().nth(1).is_some_and(|kind| kind.eq_ignore_ascii_case("IP4"));
        // IP4 has /ttl or /ttl/count, IP6 has /count: it needs no time to live (RFC 8866 §5.7).
        let ttl = if ip4 { numbers.next().map(str::parse).transpose().map_err(|_| error)? } else { None };
        let count = numbers.next().map(str::parse::<NonZeroU16>).transpose().map_err(|_| error)?;
        Ok(Connection { address, ttl, count: count.map_or(1, NonZeroU16::get) })
    }

    /// Whether it is a group of receivers, so that `ttl` and `count` have a meaning.
    pub fn is_multicast(&self) -> bool {
        self.address.ip().is_some_and(|ip| ip.is_multicast())
    }

    /// Every number that it stands for: one, or `count` of them upwards in a multicast. None for a name.
    ///
    /// ```
    /// # use offhook_sdp::Connection;
    /// let all: Vec<_> = Connection::parse("IN IP4 233.252.0.1/127/3")?.addresses().map(|ip| ip.to_string()).collect();
    /// assert_eq!(all, ["233.252.0.1", "233.252.0.2", "233.252.0.3"]);
    /// # Ok::<(), offhook_sdp::ValueError>(())
    /// ```
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> + use<> {
        let count = if self.is_multicast() { self.count } else { 1 };
        let base = self.address.ip();
        (0..count).map_while(move |n| match base? {
            IpAddr::V4(ip) => u32::from(ip).checked_add(n.into()).map(|ip| IpAddr::V4(ip.into())),
            IpAddr::V6(ip) => u128::from(ip).checked_add(n.into()).map(|ip| IpAddr::V6(ip.into())),
        })
    }
}

impl From<IpAddr> for Connection {
    fn from(ip: IpAddr) -> Self {
        Connection { address: ip.into(), ttl: None, count: 1 }
    }
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)?;
        if let Some(ttl) = self.ttl {
            write!(f, "/{ttl}")?;
        }
        if self.count > 1 { write!(f, "/{}", self.count) } else { Ok(()) }
    }
}

/// RFC 8866 §9, FQDN: letters, digits, `-` and `.`; devices use `_` too.
pub(crate) fn is_name(host: &str) -> bool {
    host.bytes().any(|b| b.is_ascii_alphabetic())
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_the_type_that_it_says() {
        for good in ["IN IP4 192.0.2.1", "IN IP6 2001:db8::1", "IN IP4 sip.example.com", "IN IP6 v6.example.com"] {
            assert_eq!(Address::parse(good).unwrap().to_string(), good);
        }
        for bad in
            ["IN IP4 2001:db8::1", "IN IP6 192.0.2.1", "IN IP7 X", "ATM NSAP 47", "IN IP4", "", "IN IP4 999.1.1.1"]
        {
            assert_eq!(Address::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn words_after_the_address_are_left_aside() {
        let c = Connection::parse("IN IP4 192.0.2.1 UNHOLD UNHOLD").unwrap();
        assert_eq!(c.to_string(), "IN IP4 192.0.2.1");
    }

    #[test]
    fn a_multicast_address_in_ip6_has_a_count_and_no_ttl() {
        let c = Connection::parse("IN IP6 ff00::db8:0:101/3").unwrap();
        assert_eq!((c.ttl, c.count), (None, 3));
        assert!(
            Connection::parse("IN IP6 FF15::101/0").is_err() && Connection::parse("IN IP4 233.252.0.1/122/0").is_err()
        );
        assert_eq!(c.to_string(), "IN IP6 ff00::db8:0:101/3");
        assert_eq!(Connection::parse("IN IP4 233.252.0.1/x"), Err(ValueError { name: "c=", offset: 7 }));
    }
}
