//! Typed access to the parts of a `sip` or `sips` URI that RFCs give a meaning (RFC 3261 §19.1.1, RFC 5626, RFC 5627).

use super::{Host, Scheme, Uri, UriView, ipv6};
use crate::Method;

/// What a `gr` parameter says (RFC 5627 §3.1.1, §3.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gruu<'a> {
    /// `gr=value`: a public GRUU. The value is still escaped.
    Public(&'a str),
    /// `gr` alone: a temporary GRUU, which its user part tells from others.
    Temporary,
}

impl<'a> UriView<'a> {
    /// The headers that a request formed from this URI is to carry, in order (RFC 3261 §19.1.5).
    pub fn header_fields(&self) -> UriHeaders<'a> {
        let (text, from) = (self.text(), self.parts.params_end as usize + 1);
        UriHeaders { rest: text.get(from..).unwrap_or_default() }
    }

    /// User and password as they stand in the text.
    pub(super) fn user_info(&self) -> Option<&'a str> {
        let p = &self.parts;
        (p.info_end > p.rest).then(|| self.text().get(p.rest as usize..p.info_end as usize).unwrap_or_default())
    }

    /// The user part of a `sip` or `sips` URI.
    pub(super) fn user_text(&self) -> Option<&'a str> {
        let p = &self.parts;
        self.user_info().map(|_| self.text().get(p.rest as usize..p.user_end as usize).unwrap_or_default())
    }

    pub(super) fn host_text(&self) -> &'a str {
        let (from, to) = self.parts.host;
        self.text().get(from as usize..to as usize).unwrap_or_default()
    }

    /// What follows the scheme and its colon.
    pub(super) fn after_scheme(&self) -> &'a str {
        self.text().get(self.parts.rest as usize..).unwrap_or_default()
    }
}

impl<S: AsRef<str>> Uri<S> {
    /// The scheme as spelled, without its colon.
    pub fn scheme_str(&self) -> &str {
        self.as_str().split(':').next().unwrap_or_default()
    }

    /// The password, still escaped. RFC 3261 §19.1.1 recommends against it.
    pub fn password(&self) -> Option<&str> {
        let p = &self.parts;
        (p.info_end > p.user_end).then(|| self.slice(p.user_end + 1, p.info_end))
    }

    /// The zone that stands behind an IPv6 address (`eth0` of `[fe80::1%25eth0]`), still escaped. It has a meaning for
    /// its sender alone: it stays in the text and counts when URIs are compared, but no [`Host`], builder or
    /// [`fit`](Uri::fit) writes it.
    pub fn zone(&self) -> Option<&str> {
        let (from, to) = self.parts.host;
        ipv6::zone(self.slice(from, to))
    }

    /// The `transport` parameter, as spelled: `udp`, `tcp`, `sctp`, `tls`, `ws`. It compares without regard to case.
    pub fn transport(&self) -> Option<&str> {
        self.params().value("transport")
    }

    /// The port to use where none is written and no SRV record gives one: 5060; 5061 where TLS is asked for (RFC 3261
    /// §19.1.1, Table 1); 80 and 443 for WebSockets (RFC 7118 §5.5). `None` unless the URI is `sip` or `sips`.
    pub fn default_port(&self) -> Option<u16> {
        let is = |name: &str| self.transport().is_some_and(|t| t.eq_ignore_ascii_case(name));
        match self.scheme() {
            Scheme::Sip if is("ws") => Some(80),
            Scheme::Sips if is("ws") => Some(443),
            Scheme::Sip | Scheme::Sips if is("wss") => Some(443),
            Scheme::Sip if !is("tls") => Some(5060),
            Scheme::Sip | Scheme::Sips => Some(5061),
            Scheme::Tel | Scheme::Other => None,
        }
    }

    /// Whether the user part is a telephone number: `user=phone`. [`Tel::of`](super::Tel::of) reads it.
    pub fn is_phone(&self) -> bool {
        self.params().value("user").is_some_and(|v| v.eq_ignore_ascii_case("phone"))
    }

    /// The address that takes the host's place: `maddr`. `None` too where it is no host.
    pub fn maddr(&self) -> Option<Host<'_>> {
        Host::parse(self.params().value("maddr")?)
    }

    /// The time to live of multicast packets: `ttl`, 0 to 255. `None` too where it is no such number.
    pub fn ttl(&self) -> Option<u8> {
        let text = self.params().value("ttl")?;
        text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
    }

    /// The method of a request formed from the URI: `method`. `None` too where it is no token.
    pub fn method(&self) -> Option<Method> {
        Method::parse(self.params().value("method")?)
    }

    /// Whether requests are to come over the flow that the registration used: `ob` (RFC 5626 §5.4).
    pub fn is_outbound(&self) -> bool {
        self.params().has("ob")
    }

    /// The `gr` parameter, which makes the URI a GRUU.
    pub fn gruu(&self) -> Option<Gruu<'_>> {
        self.params().get("gr").map(|p| p.value.map_or(Gruu::Temporary, Gruu::Public))
    }
}

/// A header in a URI. Name and value are still escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UriHeader<'a> {
    /// The name; `body` is the body of the message.
    pub name: &'a str,
    /// The value; empty where the `=` is missing.
    pub value: &'a str,
}

/// The headers of a URI in order; see [`Uri::header_fields`].
#[derive(Debug, Clone)]
pub struct UriHeaders<'a> {
    rest: &'a str,
}

impl<'a> Iterator for UriHeaders<'a> {
    type Item = UriHeader<'a>;

    fn next(&mut self) -> Option<UriHeader<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let (one, rest) = self.rest.split_once('&').unwrap_or((self.rest, ""));
            self.rest = rest;
            let (name, value) = one.split_once('=').unwrap_or((one, ""));
            if !name.is_empty() {
                return Some(UriHeader { name, value });
            }
        }
    }
}
