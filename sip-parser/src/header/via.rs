//! `Via` (RFC 3261 §20.42, RFC 3581).

use super::{Name, TypedHeader};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Cursor};
use crate::uri::{Host, HostPort, Params};
use std::fmt;
use std::net::IpAddr;

/// One hop that the request passed.
///
/// ```
/// use offhook_sip_parser::header::{TypedHeader, Via};
/// let via = Via::parse(b"SIP/2.0/UDP 192.0.2.1:5060 ;branch=z9hG4bK87asdks7;rport")?;
/// assert_eq!((via.protocol, via.branch()), ("UDP", Some("z9hG4bK87asdks7")));
/// assert_eq!(via.to_string(), "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK87asdks7;rport");
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Via<'a> {
    /// The transport token: `UDP`, `TLS`, `WSS` …, as spelled.
    pub protocol: &'a str,
    /// Who sent it, and where responses are expected.
    pub sent_by: HostPort<'a>,
    /// `branch`, `received`, `rport` and others.
    pub params: Params<'a>,
}

/// What a branch of RFC 3261 begins with (§8.1.1.7).
pub(crate) const MAGIC_COOKIE: &str = "z9hG4bK";

impl<'a> Via<'a> {
    /// The transaction's identifier.
    pub fn branch(&self) -> Option<&'a str> {
        self.params.value("branch")
    }

    /// Whether the branch is unique, as RFC 3261 §8.1.1.7 demands, and so identifies the transaction alone.
    pub fn has_magic_cookie(&self) -> bool {
        self.branch()
            .and_then(|b| b.get(..MAGIC_COOKIE.len()))
            .is_some_and(|start| start.eq_ignore_ascii_case(MAGIC_COOKIE))
    }

    /// Where the request really came from, noted by the receiver (§18.2.1).
    pub fn received(&self) -> Option<IpAddr> {
        Host::parse(self.params.value("received")?)?.ip()
    }

    /// Whether the sender asks for responses to the source port (RFC 3581 §3).
    pub fn wants_rport(&self) -> bool {
        self.params.has("rport")
    }

    /// The source port, noted by the receiver (RFC 3581 §4).
    pub fn rport(&self) -> Option<u16> {
        self.params.value("rport")?.parse().ok()
    }
}

impl<'a> TypedHeader<'a> for Via<'a> {
    const NAME: Name = Name::VIA;
    const IS_LIST: bool = true;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::VIA));
        // As nearly everybody writes it.
        if !c.eat_text("SIP/2.0/") {
            spelled_otherwise(&mut c)?;
        }
        c.space();
        let protocol = c.token()?;
        if !c.peek().is_some_and(scan::is_space) {
            return Err(c.error(ErrorKind::BadCharacter));
        }
        c.space();
        let before = c;
        let host = if c.peek() == Some(b'[') {
            let inner = c.run_while(|b| b != b']')?;
            c.bump();
            inner.strip_prefix('[').and_then(Host::parse).filter(|h| matches!(h, Host::V6(_)))
        } else {
            Host::from_checked(c.run(scan::Class::HOST)?)
        };
        let host = host.ok_or_else(|| before.error(ErrorKind::BadCharacter))?;
        let port = if c.eat_spaced(b':') {
            let before = c;
            Some(u16::try_from(c.number()?).map_err(|_| before.error(ErrorKind::BadNumber))?)
        } else {
            None
        };
        c.space();
        let params = super::address::params(&mut c)?;
        Ok(Via { protocol, sent_by: HostPort { host, port }, params })
    }
}

/// Other cases and white space around the slashes.
fn spelled_otherwise(c: &mut Cursor<'_>) -> Result<(), ParseError> {
    let name = c.token()?;
    c.expect_spaced(b'/')?;
    let before = *c;
    let version = c.token()?;
    if !name.eq_ignore_ascii_case("SIP") || version != "2.0" {
        return Err(before.error(ErrorKind::Version));
    }
    c.expect_spaced(b'/')
}

impl fmt::Display for Via<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SIP/2.0/{} {}{}", self.protocol, self.sent_by, self.params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_spacing_of_rfc_4475_is_read() {
        let via = Via::parse(b"SIP  / 2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw").unwrap();
        assert_eq!((via.protocol, via.sent_by.to_string().as_str()), ("UDP", "192.0.2.2"));
        assert!(!via.has_magic_cookie());
    }

    #[test]
    fn received_and_rport_are_addresses() {
        let via = Via::parse(b"SIP/2.0/UDP [2001:db8::9:1]:5060;received=2001:db8::9:255;rport=7000").unwrap();
        assert_eq!(via.received(), Some("2001:db8::9:255".parse().unwrap()));
        assert_eq!((via.rport(), via.sent_by.port), (Some(7000), Some(5060)));
    }

    #[test]
    fn faults_say_where() {
        let e = Via::parse(b"SIP/2.0/UDP host:x").unwrap_err();
        assert_eq!((e.kind, e.at), (ErrorKind::BadCharacter, 17));
        assert_eq!(Via::parse(b"SIP/7.0/UDP h").unwrap_err().kind, ErrorKind::Version);
        assert_eq!(Via::parse(b"SIP/2.0/UDP h:70000").unwrap_err().kind, ErrorKind::BadNumber);
    }
}
