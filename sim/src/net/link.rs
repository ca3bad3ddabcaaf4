//! What lies between two addresses.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// One direction between two addresses. By default a good local network: 1 ms, and nothing goes wrong.
///
/// ```
/// use offhook_sim::Link;
/// use std::time::Duration;
/// let bad_mobile = Link { loss: 0.05, delay: Duration::from_millis(60), jitter: Duration::from_millis(40), ..Link::default() };
/// assert_eq!(bad_mobile.duplicate, 0.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// Chance that a datagram never arrives, 0 to 1.
    pub loss: f64,
    /// The time that every datagram travels.
    pub delay: Duration,
    /// Up to so much longer, uniformly. Alone it never changes the order, as a queue does not.
    pub jitter: Duration,
    /// Chance that a datagram arrives after the one sent next in its direction, 0 to 1. If none follows soon it is only
    /// late, by 100 ms.
    pub reorder: f64,
    /// Chance that a second copy follows, 0 to 1.
    pub duplicate: f64,
    /// Chance that one byte arrives changed, 0 to 1. A real network's checksums hide most of this; parsers fear it.
    pub corrupt: f64,
}

impl Default for Link {
    fn default() -> Self {
        Link {
            loss: 0.0,
            delay: Duration::from_millis(1),
            jitter: Duration::ZERO,
            reorder: 0.0,
            duplicate: 0.0,
            corrupt: 0.0,
        }
    }
}

impl Link {
    pub(crate) fn checked(self) -> Self {
        for (name, chance) in
            [("loss", self.loss), ("reorder", self.reorder), ("duplicate", self.duplicate), ("corrupt", self.corrupt)]
        {
            assert!((0.0..=1.0).contains(&chance), "a link's {name} is a chance, 0 to 1, not {chance}");
        }
        self
    }
}

/// An address, all ports of a host, or everybody. Made from a [`SocketAddr`] or an [`IpAddr`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// One address and port.
    Socket(SocketAddr),
    /// Every port of one address.
    Ip(IpAddr),
    /// Everybody.
    Any,
}

impl Place {
    /// The places that `address` lies in, the narrowest first.
    pub(crate) fn around(address: SocketAddr) -> [Place; 3] {
        [Place::Socket(address), Place::Ip(address.ip()), Place::Any]
    }
}

impl From<SocketAddr> for Place {
    fn from(address: SocketAddr) -> Self {
        Place::Socket(address)
    }
}

impl From<IpAddr> for Place {
    fn from(address: IpAddr) -> Self {
        Place::Ip(address)
    }
}
