//! `a=candidate` and `a=remote-candidates`: where a stream may be reached (RFC 8839 §5.1, §5.2; TCP of RFC 6544 §4.5).

mod remote;

pub use remote::RemoteCandidates;

use crate::attribute::TypedAttribute;
use crate::attribute::scan::{Words, is_ice_byte, is_token_byte};
use crate::error::ValueError;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// One place where a stream may be reached, borrowed from its line.
///
/// ```
/// use offhook_sdp::{Candidate, CandidateKind, IceTransport, TypedAttribute};
/// let text = "2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998 generation 0";
/// let candidate = Candidate::parse(text)?;
/// assert_eq!((candidate.transport, candidate.kind), (IceTransport::Udp, CandidateKind::ServerReflexive));
/// assert_eq!(candidate.socket_addr(), Some("192.0.2.3:45664".parse().unwrap()));
/// assert_eq!(candidate.extension("generation"), Some("0"));
/// assert_eq!(candidate.to_string(), text);
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Candidate<'a> {
    /// The same for candidates of one kind, base and server: 1 to 32 letters, digits, `+` and `/`.
    pub foundation: &'a str,
    /// 1 to 256: 1 is RTP, 2 is RTCP.
    pub component: u16,
    /// What carries it.
    pub transport: IceTransport<'a>,
    /// 1 to 2³¹ - 1; the higher the better (RFC 8445 §5.1.2).
    pub priority: u32,
    /// Where.
    pub address: CandidateAddress<'a>,
    /// The port; an active TCP candidate has 9, or 0 from some.
    pub port: u16,
    /// How it was found.
    pub kind: CandidateKind<'a>,
    /// For all but hosts: the address that it was found from (`raddr`), for diagnosis only.
    pub related_address: Option<CandidateAddress<'a>>,
    /// The port of that (`rport`).
    pub related_port: Option<u16>,
    /// What follows, as it stands: pairs of a name and a value, such as `tcptype active generation 0`.
    pub extensions: &'a str,
}

/// What carries a candidate's packets. Written in capitals, as RFC 8839 does; some browsers write it small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IceTransport<'a> {
    /// `UDP`.
    Udp,
    /// `TCP` (RFC 6544); [`Candidate::tcp_type`] says who opens it.
    Tcp,
    /// Another, to be ignored by who does not know it.
    Other(&'a str),
}

/// Where a candidate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CandidateAddress<'a> {
    /// A number.
    Ip(IpAddr),
    /// A name. One that ends with `.local` hides a host's number from all but its own network, and is resolved by mDNS;
    /// others are to be ignored (RFC 8839 §5.1).
    Name(&'a str),
}

/// How a candidate was found (RFC 8445 §5.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CandidateKind<'a> {
    /// `host`: an address of the host itself.
    Host,
    /// `srflx`: as a STUN server sees it.
    ServerReflexive,
    /// `prflx`: as the peer sees it.
    PeerReflexive,
    /// `relay`: at a TURN server.
    Relayed,
    /// Another.
    Other(&'a str),
}

/// Who opens the connection of a TCP candidate (RFC 6544 §4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TcpType {
    /// `active`: its owner.
    Active,
    /// `passive`: the peer.
    Passive,
    /// `so`: both at once.
    SimultaneousOpen,
}

impl<'a> Candidate<'a> {
    /// Address and port, if the address is a number.
    pub fn socket_addr(&self) -> Option<SocketAddr> {
        Some(SocketAddr::new(self.address.ip()?, self.port))
    }

    /// The extensions, in order. A name at the end without a value has an empty one.
    pub fn extensions(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut words = self.extensions.split_ascii_whitespace();
        std::iter::from_fn(move || Some((words.next()?, words.next().unwrap_or_default())))
    }

    /// The value of an extension.
    pub fn extension(&self, name: &str) -> Option<&'a str> {
        self.extensions().find_map(|(own, value)| own.eq_ignore_ascii_case(name).then_some(value))
    }

    /// Who opens the connection, if it is TCP and says so. [`Candidate::parse`] has seen that it is one of the three.
    pub fn tcp_type(&self) -> Option<TcpType> {
        self.extension("tcptype").and_then(TcpType::from_name)
    }
}

impl CandidateAddress<'_> {
    /// The number, if it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            CandidateAddress::Ip(ip) => Some(*ip),
            CandidateAddress::Name(_) => None,
        }
    }

    /// Whether it is a name that mDNS resolves.
    pub fn is_mdns(&self) -> bool {
        const LOCAL: &str = ".local";
        let CandidateAddress::Name(name) = self else { return false };
        let at = name.len().saturating_sub(LOCAL.len());
        at > 0 && name.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(LOCAL))
    }
}

impl<'a> From<IpAddr> for CandidateAddress<'a> {
    fn from(ip: IpAddr) -> Self {
        CandidateAddress::Ip(ip)
    }
}

impl IceTransport<'_> {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        match self {
            IceTransport::Udp => "UDP",
            IceTransport::Tcp => "TCP",
            IceTransport::Other(name) => name,
        }
    }
}

impl CandidateKind<'_> {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        match self {
            CandidateKind::Host => "host",
            CandidateKind::ServerReflexive => "srflx",
            CandidateKind::PeerReflexive => "prflx",
            CandidateKind::Relayed => "relay",
            CandidateKind::Other(name) => name,
        }
    }
}

impl TcpType {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            TcpType::Active => "active",
            TcpType::Passive => "passive",
            TcpType::SimultaneousOpen => "so",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [TcpType::Active, TcpType::Passive, TcpType::SimultaneousOpen]
            .into_iter()
            .find(|kind| name.eq_ignore_ascii_case(kind.as_str()))
    }
}

const COMPONENTS: std::ops::RangeInclusive<u16> = 1..=256;
const HIGHEST_PRIORITY: u32 = (1 << 31) - 1;

impl<'a> TypedAttribute<'a> for Candidate<'a> {
    const NAME: &'static str = "candidate";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let foundation = words.of(1..=32, is_ice_byte)?;
        let component = component(&mut words)?;
        let transport = match words.token()? {
            word if word.eq_ignore_ascii_case("UDP") => IceTransport::Udp,
            word if word.eq_ignore_ascii_case("TCP") => IceTransport::Tcp,
            other => IceTransport::Other(other),
        };
        let priority = words.number()?;
        if !(1..=HIGHEST_PRIORITY).contains(&priority) {
            return Err(words.error());
        }
        let address = address(&mut words)?;
        let port = words.number()?;
        if !words.word()?.eq_ignore_ascii_case("typ") {
            return Err(words.error());
        }
        let kind = match words.token()? {
            word if word.eq_ignore_ascii_case("host") => CandidateKind::Host,
            word if word.eq_ignore_ascii_case("srflx") => CandidateKind::ServerReflexive,
            word if word.eq_ignore_ascii_case("prflx") => CandidateKind::PeerReflexive,
            word if word.eq_ignore_ascii_case("relay") => CandidateKind::Relayed,
            other => CandidateKind::Other(other),
        };
        let related_address = if skip(&mut words, "raddr") { Some(self::address(&mut words)?) } else { None };
        let related_port = if skip(&mut words, "rport") { Some(words.number()?) } else { None };
        let extensions = words.clone().rest();
        while let Some(name) = words.next() {
            if let Some(within) = name.bytes().position(|b| !is_token_byte(b)) {
                return Err(words.error_at(within));
            }
            let extension = words.next().unwrap_or_default();
            if name.eq_ignore_ascii_case("tcptype") && TcpType::from_name(extension).is_none() {
                return Err(words.error());
            }
        }
        Ok(Candidate {
            foundation,
            component,
            transport,
            priority,
            address,
            port,
            kind,
            related_address,
            related_port,
            extensions,
        })
    }
}

fn component(words: &mut Words<'_>) -> Result<u16, ValueError> {
    let component = words.number()?;
    if COMPONENTS.contains(&component) { Ok(component) } else { Err(words.error()) }
}

/// RFC 8839 §5.1: what has a colon is IPv6. Names are of letters, digits, `-`, `_` and `.`.
fn address<'a>(words: &mut Words<'a>) -> Result<CandidateAddress<'a>, ValueError> {
    let word = words.word()?;
    if let Ok(ip) = word.parse() {
        return Ok(CandidateAddress::Ip(ip));
    }
    if crate::address::is_name(word) { Ok(CandidateAddress::Name(word)) } else { Err(words.error()) }
}

/// Whether the next word is this one; it is taken then.
fn skip(words: &mut Words<'_>, expected: &str) -> bool {
    let mut ahead = words.clone();
    let is_it = ahead.next().is_some_and(|word| word.eq_ignore_ascii_case(expected));
    if is_it {
        *words = ahead;
    }
    is_it
}

impl fmt::Display for Candidate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (transport, kind) = (self.transport.as_str(), self.kind.as_str());
        write!(f, "{} {} {transport} {} ", self.foundation, self.component, self.priority)?;
        write!(f, "{} {} typ {kind}", self.address, self.port)?;
        if let Some(address) = self.related_address {
            write!(f, " raddr {address}")?;
        }
        if let Some(port) = self.related_port {
            write!(f, " rport {port}")?;
        }
        if self.extensions.is_empty() { Ok(()) } else { write!(f, " {}", self.extensions) }
    }
}

impl fmt::Display for CandidateAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CandidateAddress::Ip(ip) => ip.fmt(f),
            CandidateAddress::Name(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests;
