//! `Authentication-Info` (RFC 3261 §20.6, RFC 7616 §3.5).

use super::auth::{check_pairs, find_pair};
use super::{Name, TypedHeader};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::Cursor;
use std::borrow::Cow;
use std::fmt;

/// What the server says after an authentication went well: its own proof, and perhaps the next nonce.
///
/// ```
/// use offhook_sip_parser::header::{AuthenticationInfo, TypedHeader};
/// let info = AuthenticationInfo::parse(b"nextnonce=\"47364c23432d2e131a5fb210812c\"")?;
/// assert_eq!(info.next_nonce().unwrap(), "47364c23432d2e131a5fb210812c");
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AuthenticationInfo<'a> {
    raw: &'a [u8],
}

impl<'a> AuthenticationInfo<'a> {
    /// The value of the first parameter of that name, without quotes and unescaped: `rspauth`, `qop`, `cnonce`, `nc`.
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        find_pair(self.raw, name)
    }

    /// The nonce that the next request shall use.
    pub fn next_nonce(&self) -> Option<Cow<'a, str>> {
        self.get("nextnonce")
    }
}

impl<'a> TypedHeader<'a> for AuthenticationInfo<'a> {
    const NAME: Name = Name::AUTHENTICATION_INFO;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::AUTHENTICATION_INFO));
        if c.is_end() {
            return Err(c.error(ErrorKind::Truncated));
        }
        check_pairs(&mut c)?;
        Ok(AuthenticationInfo { raw: value })
    }
}

impl fmt::Display for AuthenticationInfo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::scan::write_unfolded(f, &String::from_utf8_lossy(self.raw))
    }
}

/// Nothing of it: nonces and proofs are not for logs.
impl fmt::Debug for AuthenticationInfo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthenticationInfo(..)")
    }
}
