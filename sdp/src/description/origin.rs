//! `o=`: which session, and which version of its description (RFC 8866 §5.2).

use std::fmt;
use std::net::IpAddr;

/// Who made the description, of which session, in which version. Together the name of it in the whole world.
///
/// The numbers stay text, because devices send signs and more digits than 64 bits hold, and because nothing but
/// equality is asked of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The user's name at the host; `-` where there is none.
    pub username: String,
    /// The session.
    pub session_id: String,
    /// The version of its description.
    pub version: String,
    /// The maker's host, with its network and type: `IN IP4 192.0.2.1`. Media does not go there.
    pub address: String,
}

impl Origin {
    /// Without a user's name.
    pub fn new(session_id: u64, version: u64, address: IpAddr) -> Self {
        Origin {
            username: "-".to_owned(),
            session_id: session_id.to_string(),
            version: version.to_string(),
            address: crate::address::Address::from(address).to_string(),
        }
    }

    /// Reads the value of an o= line of six fields, or of five where the user's name is missing.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let fields: Vec<&str> = value.split_ascii_whitespace().collect();
        let (username, rest) = match *fields.as_slice() {
            [username, ref rest @ ..] if rest.len() >= 5 => (username, rest),
            ref rest => ("-", rest),
        };
        let &[session_id, version, network, kind, host, ..] = rest else { return None };
        Some(Origin {
            username: username.to_owned(),
            session_id: session_id.to_owned(),
            version: version.to_owned(),
            address: format!("{network} {kind} {host}"),
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
