//! `o=`: which session, and which version of its description (RFC 8866 §5.2).

use crate::text::{Text, TextBuilder};
use std::fmt;
use std::net::IpAddr;

/// Who made the description, of which session, in which version. Together the name of it in the whole world.
///
/// The numbers stay text, because devices send signs and more digits than 64 bits hold, and because nothing but
/// equality is asked of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The user's name at the host; `-` where there is none.
    pub username: Text,
    /// The session.
    pub session_id: Text,
    /// The version of its description.
    pub version: Text,
    /// The maker's host, with its network and type: `IN IP4 192.0.2.1`. Media does not go there.
    pub address: Text,
}

impl Origin {
    /// Without a user's name.
    pub fn new(session_id: u64, version: u64, address: IpAddr) -> Self {
        Origin {
            username: Text::from_static("-"),
            session_id: Text::written(&session_id),
            version: Text::written(&version),
            address: Text::written(&crate::address::Address::from(address)),
        }
    }

    /// Reads the value of an o= line of six fields, or of five where the user's name is missing.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let mut fields = value.split_ascii_whitespace();
        let mut next = || fields.next();
        let five = [next()?, next()?, next()?, next()?, next()?];
        let (username, [session_id, version, network, kind, host]) = match (five, next()) {
            ([username, a, b, c, d], Some(e)) => (username, [a, b, c, d, e]),
            (five, None) => ("-", five),
        };
        let mut address = TextBuilder::new();
        address.push(network).push(" ").push(kind).push(" ").push(host);
        Some(Origin {
            username: username.into(),
            session_id: session_id.into(),
            version: version.into(),
            address: address.finish(),
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.username, self.session_id, self.version, self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_without_a_user_name_is_read_as_one_with_a_dash() {
        assert_eq!(Origin::parse("-1307081803 2 IN IP4 172.17.2.10").unwrap().to_string(), {
            "- -1307081803 2 IN IP4 172.17.2.10"
        });
        assert_eq!(Origin::parse("- 1 IN IP4"), None);
    }
}
