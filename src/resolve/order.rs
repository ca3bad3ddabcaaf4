//! In which order records are tried.

use super::config::Families;
use super::record::{Naptr, Record, Srv};
use offhook_core::{Entropy, Protocol};
use std::net::IpAddr;

/// What a NAPTR service means (RFC 3263 §9, RFC 7118 §10.2).
pub(super) fn service(text: &str) -> Option<Protocol> {
    const SERVICES: [(&str, Protocol); 5] = [
        ("SIP+D2U", Protocol::Udp),
        ("SIP+D2T", Protocol::Tcp),
        ("SIPS+D2T", Protocol::Tls),
        ("SIP+D2W", Protocol::Ws),
        ("SIPS+D2W", Protocol::Wss),
    ];
    SERVICES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|&(_, protocol)| protocol)
}

/// The service label and the protocol label of SRV names (RFC 3263 §4.1): TLS runs over TCP.
pub(super) fn srv_prefix(protocol: Protocol) -> Option<&'static str> {
    match protocol {
        Protocol::Udp => Some("_sip._udp"),
        Protocol::Tcp => Some("_sip._tcp"),
        Protocol::Tls => Some("_sips._tcp"),
        Protocol::Ws => Some("_sip._ws"),
        Protocol::Wss => Some("_sips._ws"),
        _ => None,
    }
}

/// The records of the lowest order that has one for us, most preferred first (RFC 3403 §4.1, RFC 3263 §4.1). Going on to
/// the next order when these fail would lead from TLS to UDP whoever can block TLS.
pub(super) fn naptr<'a>(records: &'a [Record], usable: impl Fn(Protocol) -> bool) -> Vec<(Protocol, &'a str)> {
    let fits = |record: &'a Record| match record {
        Record::Naptr(n) if n.flags.eq_ignore_ascii_case("s") && n.regexp.is_empty() => {
            service(&n.service).filter(|&p| usable(p)).map(|protocol| (n, protocol))
        }
        _ => None,
    };
    let mut found: Vec<(&Naptr, Protocol)> = records.iter().filter_map(fits).collect();
    found.sort_by_key(|(n, _)| (n.order, n.preference));
    let lowest = found.first().map(|(n, _)| n.order);
    found.iter().filter(|(n, _)| Some(n.order) == lowest).map(|(n, p)| (*p, &*n.replacement)).collect()
}

/// SRV records by priority, and within one by a draw that weight leads (RFC 2782, "Usage rules"), at most `most`.
pub(super) fn srv<'a>(records: &'a [Record], entropy: &mut dyn Entropy, most: usize) -> Vec<&'a Srv> {
    let of = |record: &'a Record| match record {
        Record::Srv(srv) => Some(srv),
        _ => None,
    };
    let mut waiting: Vec<&Srv> = records.iter().filter_map(of).collect();
    // Weight 0 first, so that it has a small chance
    waiting.sort_by_key(|srv| (srv.priority, srv.weight != 0));
    waiting.truncate(most);
    let mut ordered = Vec::with_capacity(waiting.len());
    while let Some(first) = waiting.first() {
        let priority = first.priority;
        let equal = waiting.iter().take_while(|srv| srv.priority == priority).count();
        let next = if equal == 1 { 0 } else { draw(waiting.get(..equal).unwrap_or_default(), entropy) };
        ordered.push(waiting.remove(next));
    }
    ordered
}

/// One of these: the first whose running sum of weights reaches a number drawn from 0 to their sum. The 0 is there for those
/// of weight 0; where there are none it would be a gift to the first, so that shares were not those of the weights.
fn draw(equal: &[&Srv], entropy: &mut dyn Entropy) -> usize {
    let sum: u64 = equal.iter().map(|srv| u64::from(srv.weight)).sum();
    let least = u64::from(equal.iter().all(|srv| srv.weight != 0));
    let drawn = least + entropy.u64() % (sum + 1 - least);
    let mut running = 0;
    let reaches = |srv: &&Srv| {
        running += u64::from(srv.weight);
        running >= drawn
    };
    equal.iter().position(reaches).unwrap_or_default()
}

/// The addresses of one host, the families in turns (RFC 7984 §3.1): each family in the order in which it came. Those that
/// no server can have are passed over.
pub(super) fn addresses(v4: &[Record], v6: &[Record], families: Families, most: usize) -> Vec<IpAddr> {
    let of = |records: &[Record], is_family: fn(&IpAddr) -> bool| -> Vec<IpAddr> {
        let address = |record: &Record| match record {
            Record::Address(ip) if is_family(ip) && is_host(*ip) && families.reach(*ip) => Some(*ip),
            _ => None,
        };
        records.iter().filter_map(address).take(most).collect()
    };
    let (v4, v6) = (of(v4, IpAddr::is_ipv4), of(v6, IpAddr::is_ipv6));
    let (first, second) = if families == Families::V4First { (v4, v6) } else { (v6, v4) };
    let turns = first.len().max(second.len());
    (0..turns).flat_map(|i| [first.get(i), second.get(i)]).flatten().copied().collect()
}

/// An address that one host can have. An IPv4 address in IPv6 clothes would pass by what is asked of IPv4 addresses.
fn is_host(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => !v4.is_unspecified() && !v4.is_multicast() && !v4.is_broadcast(),
        IpAddr::V6(v6) => !v6.is_unspecified() && !v6.is_multicast() && v6.to_ipv4_mapped().is_none(),
    }
}
