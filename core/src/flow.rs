//! Where bytes come from and go to.

use bytes::Bytes;
use std::fmt;
use std::net::SocketAddr;

/// A transport that carries SIP, or media in the case of `Udp` (RFC 3261 §18, RFC 7118).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Protocol {
    /// Datagrams, unreliable.
    Udp,
    /// A plain stream.
    Tcp,
    /// TLS over TCP.
    Tls,
    /// WebSocket over TCP (RFC 7118).
    Ws,
    /// WebSocket over TLS (RFC 7118).
    Wss,
}

impl Protocol {
    /// Whether the transport retransmits by itself, so that SIP does not (RFC 3261 §17).
    pub fn is_reliable(self) -> bool {
        !matches!(self, Protocol::Udp)
    }

    /// Whether the transport encrypts.
    pub fn is_secure(self) -> bool {
        matches!(self, Protocol::Tls | Protocol::Wss)
    }

    /// The token of the Via header, in the case that the grammar prints (RFC 3261 §25.1).
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::Udp => "UDP",
            Protocol::Tcp => "TCP",
            Protocol::Tls => "TLS",
            Protocol::Ws => "WS",
            Protocol::Wss => "WSS",
        }
    }

    /// The port that is meant where a SIP URI or Via names none (RFC 3261 §19.1.2, RFC 7118 §5.2.2).
    pub fn default_port(self) -> u16 {
        match self {
            Protocol::Udp | Protocol::Tcp => 5060,
            Protocol::Tls => 5061,
            Protocol::Ws => 80,
            Protocol::Wss => 443,
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The two ends of a conversation and the transport between them: RFC 5626's word for the 5-tuple.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Flow {
    /// The transport.
    pub protocol: Protocol,
    /// Our end.
    pub local: SocketAddr,
    /// Their end.
    pub remote: SocketAddr,
}

impl Flow {
    /// A UDP flow.
    pub fn udp(local: SocketAddr, remote: SocketAddr) -> Self {
        Flow { protocol: Protocol::Udp, local, remote }
    }

    /// The same flow as the other side sees it.
    pub fn reversed(self) -> Self {
        Flow { protocol: self.protocol, local: self.remote, remote: self.local }
    }
}

impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} to {}", self.protocol, self.local, self.remote)
    }
}

/// Bytes to send on a flow. A retransmission clones the `Bytes`, not the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transmit {
    /// Where to.
    pub flow: Flow,
    /// What: one datagram, or one piece of a stream.
    pub contents: Bytes,
}
