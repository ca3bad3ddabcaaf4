//! What is asked and answered.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// A domain name as it is asked for: lower case, without the last dot, at most 253 octets in labels of 1 to 63 (RFC 1035
/// §2.3.4), and no address in letters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(Arc<str>);

impl DomainName {
    /// `None` if the text is no domain name, or the root.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.strip_suffix('.').unwrap_or(text);
        let fits = |label: &str| {
            let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
            (1..=63).contains(&label.len()) && label.bytes().all(is_name)
        };
        let is_name = text.len() <= 253 && text.split('.').all(fits) && text.parse::<IpAddr>().is_err();
        is_name.then(|| DomainName(text.to_ascii_lowercase().into()))
    }

    /// The name of a service of this domain (RFC 2782): `_sip._udp.example.com`.
    pub(super) fn service(&self, prefix: &str) -> Option<Self> {
        DomainName::new(&format!("{prefix}.{}", self.0))
    }

    /// The text, without the last dot.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn shared(&self) -> Arc<str> {
        self.0.clone()
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of records is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordType {
    /// Which transports a domain has, and under what names (RFC 3403).
    Naptr,
    /// Hosts and ports of a service (RFC 2782).
    Srv,
    /// IPv4 addresses.
    A,
    /// IPv6 addresses (RFC 3596).
    Aaaa,
}

/// One record of an answer. One that does not fit the question is passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A transport.
    Naptr(Naptr),
    /// A host.
    Srv(Srv),
    /// An address, of the family that was asked for.
    Address(IpAddr),
}

/// A NAPTR record (RFC 3403 §4.1). Names and texts are as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naptr {
    /// The lowest with something for us is taken, and no other.
    pub order: u16,
    /// Of one order the lowest goes first.
    pub preference: u16,
    /// `s` where the replacement is the name of SRV records.
    pub flags: Box<str>,
    /// `SIP+D2U`, `SIPS+D2T` and the like.
    pub service: Box<str>,
    /// What rewrites the URI; SIP has none, and such a record is passed over.
    pub regexp: Box<str>,
    /// Where to go on.
    pub replacement: Box<str>,
}

/// An SRV record (RFC 2782). The target is as it came; `.` says that there is no such service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Srv {
    /// The lowest goes first.
    pub priority: u16,
    /// Of one priority, how often a host goes first.
    pub weight: u16,
    /// The port; 0 is no port, and such a record is passed over.
    pub port: u16,
    /// The host.
    pub target: Box<str>,
}

/// What a name server says. CNAMEs have been followed: the records are those at their end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Records, to be kept for so long.
    Records {
        /// In the order in which they came.
        records: Vec<Record>,
        /// The least of their times to live.
        ttl: Duration,
    },
    /// No such name, or no such records there.
    Nothing {
        /// For how long that holds (RFC 2308 §3: the least of the SOA's time to live and its minimum).
        ttl: Duration,
    },
    /// No answer: SERVFAIL, REFUSED, a timeout.
    Failed,
    /// Such records cannot be asked for here: the system's own resolver knows addresses alone.
    Unsupported,
}
