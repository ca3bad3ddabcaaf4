//! Challenges and credentials (RFC 3261 §20.7, §20.27, §20.28, §20.44; RFC 7616).

use super::{Name, TypedHeader};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Cursor};
use std::borrow::Cow;
use std::fmt;

/// A scheme and its comma-separated parameters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AuthParams<'a> {
    /// `Digest`, `Bearer` …, as spelled.
    pub scheme: &'a str,
    raw: &'a [u8],
}

impl<'a> AuthParams<'a> {
    fn parse(value: &'a [u8], place: &'static Place) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, place);
        let scheme = c.token()?;
        c.space();
        let raw = c.rest();
        if Self::take_token68(&mut c, scheme).is_none() {
            check_pairs(&mut c)?;
        }
        Ok(AuthParams { scheme, raw })
    }

    /// Takes the rest if it is one `token68` (RFC 7235 §2.1), as `Bearer` has it (RFC 8898 §2.1.3). Digest has none.
    pub(crate) fn take_token68(c: &mut Cursor<'a>, scheme: &str) -> Option<&'a str> {
        if scheme.eq_ignore_ascii_case("Digest") {
            return None;
        }
        let mut ahead = *c;
        let is_char = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
        let rest = ahead.take_rest().ok()?.trim_ascii_end();
        let token = rest.trim_end_matches('=');
        let end = token.bytes().position(|b| !is_char(b));
        scan::looked(end.unwrap_or(token.len()));
        let is_one = !token.is_empty() && end.is_none();
        is_one.then(|| *c = ahead)?;
        Some(rest)
    }

    /// The one `token68` that some schemes have in place of parameters: the token of `Bearer`.
    pub fn token68(&self) -> Option<&'a str> {
        Self::take_token68(&mut Cursor::new(self.raw, &Place::Headers), self.scheme)
    }

    /// The value of the first parameter of that name, without quotes and unescaped; bytes that are not UTF-8 are
    /// replaced.
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        find_pair(self.raw, name)
    }

    /// Whether the scheme is `Digest`.
    pub fn is_digest(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("Digest")
    }
}

/// Reads the rest of the value as `name=value` pairs with commas between them. White space alone between two is taken
/// too: no other meaning is there.
pub(super) fn check_pairs(c: &mut Cursor<'_>) -> Result<(), ParseError> {
    loop {
        c.space();
        if c.is_end() {
            return Ok(());
        }
        c.token()?;
        c.expect_spaced(b'=')?;
        if c.peek() == Some(b'"') {
            c.quoted()?;
        } else {
            c.run_while(|b| !scan::is_space(b) && !matches!(b, b',' | b'"'))?;
        }
        if !c.eat_spaced(b',') && !c.is_end() && !c.peek().is_some_and(scan::is_space) {
            return Err(c.error(ErrorKind::BadCharacter));
        }
    }
}

/// The value of the first pair of that name, as [`AuthParams::get`] gives it.
pub(super) fn find_pair<'a>(raw: &'a [u8], name: &str) -> Option<Cow<'a, str>> {
    let mut c = Cursor::new(raw, &Place::Headers);
    loop {
        c.space();
        let found = c.token().ok()?.eq_ignore_ascii_case(name);
        c.expect_spaced(b'=').ok()?;
        let value = if c.peek() == Some(b'"') {
            unescape(c.quoted().ok()?)
        } else {
            String::from_utf8_lossy(c.run_while(|b| !scan::is_space(b) && b != b',').ok()?.as_bytes())
        };
        if found {
            return Some(value);
        }
        c.eat_spaced(b',');
    }
}

/// A quoted string's text, of what stands between its quotes; bytes that are not UTF-8 are replaced.
pub(super) fn unescape(raw: &[u8]) -> Cow<'_, str> {
    if !raw.contains(&b'\\') {
        return String::from_utf8_lossy(raw);
    }
    let mut out = Vec::with_capacity(raw.len());
    let mut bytes = raw.iter();
    while let Some(&b) = bytes.next() {
        out.extend(if b == b'\\' { bytes.next().copied() } else { Some(b) });
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

impl fmt::Display for AuthParams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.scheme)?;
        scan::write_unfolded(f, &String::from_utf8_lossy(self.raw))
    }
}

/// The scheme alone: the rest may be a secret.
impl fmt::Debug for AuthParams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthParams({} ..)", self.scheme)
    }
}

macro_rules! auth_header {
    ($(#[$meta:meta])* $ty:ident, $name:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $ty<'a>(pub AuthParams<'a>);

        impl<'a> TypedHeader<'a> for $ty<'a> {
            const NAME: Name = $name;

            fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
                AuthParams::parse(value, &Place::Header($name)).map($ty)
            }
        }

        impl<'a> std::ops::Deref for $ty<'a> {
            type Target = AuthParams<'a>;

            fn deref(&self) -> &AuthParams<'a> {
                &self.0
            }
        }

        impl fmt::Display for $ty<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

auth_header! {
    /// A user agent's or registrar's challenge (401).
    WwwAuthenticate, Name::WWW_AUTHENTICATE
}
auth_header! {
    /// A proxy's challenge (407).
    ProxyAuthenticate, Name::PROXY_AUTHENTICATE
}
auth_header! {
    /// The answer to a 401.
    Authorization, Name::AUTHORIZATION
}
auth_header! {
    /// The answer to a 407.
    ProxyAuthorization, Name::PROXY_AUTHORIZATION
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_in_any_case_and_without_quotes() {
        let c = WwwAuthenticate::parse(
            b"digest Realm=\"a, \\\"b\\\"\", qop=\"auth,auth-int\",\r\n algorithm=SHA-256 ,nonce=\"84a4\",stale=FALSE",
        )
        .unwrap();
        assert!(c.is_digest());
        assert_eq!(c.get("realm").unwrap(), "a, \"b\"");
        assert_eq!(
            (c.get("QOP").unwrap().as_ref(), c.get("algorithm").unwrap().as_ref()),
            ("auth,auth-int", "SHA-256")
        );
        assert_eq!((c.get("stale").unwrap().as_ref(), c.get("opaque")), ("FALSE", None));
    }

    #[test]
    fn what_is_no_list_of_parameters_is_refused() {
        for bad in ["Digest realm", "Digest realm=\"x", "Digest realm=\"x\"nonce=\"y\"", "Digest =x", "Digest abc", ""]
        {
            assert!(WwwAuthenticate::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn parameters_are_found_where_a_comma_is_missing() {
        // As RFC 3665 §2.1 F3 is printed.
        let a = Authorization::parse(
            b"Digest username=\"bob\", realm=\"atlanta.example.com\"\r\n nonce=ea9c8e88, opaque=\"\"",
        )
        .unwrap();
        assert_eq!((a.get("nonce").unwrap().as_ref(), a.get("opaque").unwrap().as_ref()), ("ea9c8e88", ""));
        assert_eq!(a.get("qop"), None);
    }

    #[test]
    fn a_bearer_token_is_one_token68() {
        let a = Authorization::parse(b"Bearer mF_9.B5f-4.1JqM==").unwrap();
        assert_eq!((a.token68(), a.get("realm")), (Some("mF_9.B5f-4.1JqM=="), None));
        let c = WwwAuthenticate::parse(b"Bearer authz_server=\"https://as.example\", scope=\"sip\"").unwrap();
        assert_eq!((c.token68(), c.get("scope").unwrap().as_ref()), (None, "sip"));
        assert!(Authorization::parse(b"Bearer a b").is_err());
        assert!(!format!("{a:?}").contains("mF_9"));
    }

    #[test]
    fn debug_shows_no_credential() {
        let a = Authorization::parse(b"Digest username=\"bob\", response=\"6629fae49393a053\"").unwrap();
        assert!(!format!("{a:?}").contains("6629"));
    }
}
