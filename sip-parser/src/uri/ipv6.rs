//! What stands in the brackets of an IPv6 reference beyond the address (RFC 5118 §4.10, RFC 6874).

use super::escape::{first_malformed, unescape};
use std::net::Ipv6Addr;

/// Reads what strict parsing refuses and real devices send:
///
/// - a zone (`fe80::1%25eth0`, `fe80::1%eth0`), which SIP's grammar does not have (RFC 5954 §4.1): it means something
///   to its sender alone, so it is read over here, kept in the text, told by [`Uri::zone`](super::Uri::zone), compared,
///   and never part of a [`Host`](super::Host);
/// - `2001:db8:::192.0.2.1`, the third colon of which is a fault of RFC 3261's own grammar (RFC 5118 §4.10).
pub(super) fn read_leniently(inner: &str) -> Option<Ipv6Addr> {
    let address = match inner.split_once('%') {
        Some((address, zone)) if is_zone(zone) => address,
        Some(_) => return None,
        None => inner,
    };
    address.parse().ok().or_else(|| {
        let (head, tail) = address.split_once(":::")?;
        tail.parse::<std::net::Ipv4Addr>().ok()?;
        format!("{head}::{tail}").parse().ok()
    })
}

fn is_zone(zone: &str) -> bool {
    let name = zone.strip_prefix("25").unwrap_or(zone);
    !name.is_empty() && first_malformed(name).is_none() && unescape(name).iter().all(u8::is_ascii_graphic)
}

/// The zone of a bracketed reference, still escaped.
pub(super) fn zone(reference: &str) -> Option<&str> {
    let inner = reference.strip_prefix('[')?.strip_suffix(']')?;
    let (_, zone) = inner.split_once('%')?;
    Some(zone.strip_prefix("25").filter(|z| !z.is_empty()).unwrap_or(zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_read_over_and_the_third_colon_forgiven() {
        let link_local: Ipv6Addr = "fe80::1".parse().unwrap();
        for text in ["fe80::1%25eth0", "fe80::1%eth0", "fe80::1%2"] {
            assert_eq!(read_leniently(text), Some(link_local), "{text}");
        }
        assert_eq!(read_leniently("2001:db8:::192.0.2.1"), "2001:db8::192.0.2.1".parse().ok());
        for text in ["fe80::1%", "fe80::1%25", "fe80::1%25%0a", "2001:db8:::1", ":::1", "1:::2:::192.0.2.1"] {
            assert_eq!(read_leniently(text), None, "{text}");
        }
        assert_eq!(
            (zone("[fe80::1%25eth0]"), zone("[fe80::1%eth0]"), zone("[::1]")),
            (Some("eth0"), Some("eth0"), None)
        );
    }
}
