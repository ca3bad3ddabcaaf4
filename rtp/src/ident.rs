//! Numbers that mean something: [`Ssrc`] and [`PayloadType`].

use std::fmt;

/// Synchronization source: who speaks (RFC 3550 §3). Random, and unique in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ssrc(pub u32);

impl fmt::Display for Ssrc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#010x}", self.0)
    }
}

/// Payload type: what a packet carries, 0 to 127 (RFC 3550 §5.1, RFC 3551 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PayloadType(u8);

impl PayloadType {
    /// G.711 μ-law at 8000 Hz (RFC 3551 §6).
    pub const PCMU: PayloadType = PayloadType(0);
    /// G.711 A-law at 8000 Hz (RFC 3551 §6).
    pub const PCMA: PayloadType = PayloadType(8);

    /// `None` above 127.
    pub const fn new(number: u8) -> Option<Self> {
        if number < 128 { Some(PayloadType(number)) } else { None }
    }

    /// The lower seven bits of an octet, as they stand in a header.
    pub(crate) const fn from_low_bits(octet: u8) -> Self {
        PayloadType(octet & 0x7f)
    }

    /// The number, 0 to 127.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Whether it cannot share a port with RTCP: 64 to 95 (RFC 5761 §4).
    pub const fn conflicts_with_rtcp(self) -> bool {
        matches!(self.0, 64..=95)
    }
}

impl fmt::Display for PayloadType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
