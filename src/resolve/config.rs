//! Bounds and times, with their reasons.

use offhook_core::Protocol;
use std::net::IpAddr;
use std::time::Duration;

/// How a [`Resolver`](super::Resolver) behaves.
#[derive(Debug, Clone)]
pub struct Config {
    /// What we can send by, most preferred first: it decides where a domain has no NAPTR but several SRV. Default UDP.
    pub protocols: Vec<Protocol>,
    /// The address families that we can reach. Default both, IPv6 first (RFC 6724 §2.1).
    pub families: Families,
    /// Lookups at most that wait or are in use; over it [`Error::Full`](super::Error::Full). Default 20,000.
    pub max_lookups: usize,
    /// Queries of one lookup at most, so that no zone makes us ask for ever. Default 24: NAPTR, two SRV, ten hosts.
    pub max_queries: usize,
    /// Targets of one lookup at most: each may cost a transaction's timeout. Default 8.
    pub max_targets: usize,
    /// Records of one answer that are looked at. Default 32.
    pub max_records: usize,
    /// Answers kept; the soonest to expire makes room. Default 4096.
    pub max_cached: usize,
    /// Targets that are held down; the soonest to be free makes room. Default 1024.
    pub max_held: usize,
    /// Affinities remembered; over it none is added. Default 20,000.
    pub max_affinities: usize,
    /// When a query is given up. Default 5 s, the patience of stub resolvers.
    pub query_timeout: Duration,
    /// An answer is kept no longer than this, whatever its time to live. Default a day.
    pub longest_ttl: Duration,
    /// The lack of records is remembered no longer than this (RFC 2308 §5). Default 5 minutes.
    pub longest_negative_ttl: Duration,
    /// A failed query is not repeated for so long (RFC 2308 §7 allows 5 minutes). Default 5 s.
    pub failure_ttl: Duration,
    /// A target that failed comes after all others for so long. Default 60 s, twice a transaction's timeout.
    pub hold_down: Duration,
    /// A `Retry-After` is kept no longer than this: whoever can fake a 503 shall not send us away for years. Default 5
    /// minutes.
    pub longest_hold: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            protocols: vec![Protocol::Udp],
            families: Families::default(),
            max_lookups: 20_000,
            max_queries: 24,
            max_targets: 8,
            max_records: 32,
            max_cached: 4096,
            max_held: 1024,
            max_affinities: 20_000,
            query_timeout: Duration::from_secs(5),
            longest_ttl: Duration::from_secs(86_400),
            longest_negative_ttl: Duration::from_secs(300),
            failure_ttl: Duration::from_secs(5),
            hold_down: Duration::from_secs(60),
            longest_hold: Duration::from_secs(300),
        }
    }
}

/// The address families that a node can reach, and the one to begin with (RFC 7984 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Families {
    /// IPv6, then IPv4, in turns.
    #[default]
    V6First,
    /// IPv4, then IPv6, in turns.
    V4First,
    /// IPv4 alone.
    V4,
    /// IPv6 alone.
    V6,
}

impl Families {
    /// Whether an address can be reached.
    pub fn reach(self, ip: IpAddr) -> bool {
        match self {
            Families::V6First | Families::V4First => true,
            Families::V4 => ip.is_ipv4(),
            Families::V6 => ip.is_ipv6(),
        }
    }
}
