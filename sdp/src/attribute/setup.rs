//! `a=setup` and `a=tls-id`: who opens the connection, and whether it is a new one (RFC 4145 §4, RFC 8842 §4, §5).

use crate::attribute::scan::{Words, is_ice_byte};
use crate::attribute::{SessionDefault, TypedAttribute};
use crate::error::ValueError;
use std::fmt;

/// Who opens the TCP connection, or speaks first in DTLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setup {
    /// The sayer.
    Active,
    /// The other side.
    Passive,
    /// The answerer chooses. Every offer of DTLS says this (RFC 8842 §5.2).
    ActPass,
    /// Nobody for now.
    HoldConn,
}

impl Setup {
    /// What the answer to this says. To actpass it is active, which saves a round trip (RFC 4145 §4.1, RFC 5763 §5).
    ///
    /// ```
    /// # use offhook_sdp::Setup;
    /// assert_eq!(Setup::ActPass.answer(), Setup::Active);
    /// assert_eq!(Setup::Active.answer(), Setup::Passive);
    /// ```
    #[must_use]
    pub fn answer(self) -> Self {
        match self {
            Setup::Active => Setup::Passive,
            Setup::Passive | Setup::ActPass => Setup::Active,
            Setup::HoldConn => Setup::HoldConn,
        }
    }

    /// Whether this offer may be answered so: the table of RFC 4145 §4.1.
    pub fn allows(self, answer: Setup) -> bool {
        match self {
            Setup::Active => matches!(answer, Setup::Passive | Setup::HoldConn),
            Setup::Passive => matches!(answer, Setup::Active | Setup::HoldConn),
            Setup::ActPass => answer != Setup::ActPass,
            Setup::HoldConn => answer == Setup::HoldConn,
        }
    }

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Setup::Active => "active",
            Setup::Passive => "passive",
            Setup::ActPass => "actpass",
            Setup::HoldConn => "holdconn",
        }
    }
}

impl TypedAttribute<'_> for Setup {
    const NAME: &'static str = "setup";

    fn parse(value: &str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let word = words.word()?;
        let role = [Setup::Active, Setup::Passive, Setup::ActPass, Setup::HoldConn]
            .into_iter()
            .find(|role| word.eq_ignore_ascii_case(role.as_str()))
            .ok_or(words.error())?;
        words.end()?;
        Ok(role)
    }
}

/// RFC 4145 §4: of the session it holds for every stream without its own.
impl SessionDefault<'_> for Setup {}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A name for a DTLS association: another name asks for a new association (RFC 8842 §4). 20 to 255 letters, digits,
/// `+`, `/`, `-` and `_`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TlsId<'a>(pub &'a str);

impl<'a> TypedAttribute<'a> for TlsId<'a> {
    const NAME: &'static str = "tls-id";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let id = words.of(20..=255, |b| is_ice_byte(b) || matches!(b, b'-' | b'_'))?;
        words.end()?;
        Ok(TlsId(id))
    }
}

impl fmt::Display for TlsId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Setup; 4] = [Setup::Active, Setup::Passive, Setup::ActPass, Setup::HoldConn];

    #[test]
    fn the_answer_is_one_that_the_offer_allows() {
        for offer in ALL {
            assert!(offer.allows(offer.answer()), "{offer}");
            assert!(!offer.allows(Setup::ActPass), "{offer}");
            assert_eq!(Setup::parse(offer.as_str()), Ok(offer));
        }
        let allowed = |offer: Setup| ALL.into_iter().filter(|&answer| offer.allows(answer)).collect::<Vec<_>>();
        assert_eq!(allowed(Setup::Active), [Setup::Passive, Setup::HoldConn]);
        assert_eq!(allowed(Setup::Passive), [Setup::Active, Setup::HoldConn]);
        assert_eq!(allowed(Setup::ActPass), [Setup::Active, Setup::Passive, Setup::HoldConn]);
        assert_eq!(allowed(Setup::HoldConn), [Setup::HoldConn]);
    }

    #[test]
    fn an_error_points_at_its_word() {
        for (text, offset) in [("", 0), (" actpas", 1), ("active passive", 7)] {
            assert_eq!(Setup::parse(text), Err(ValueError { name: "setup", offset }), "{text}");
        }
        assert_eq!(TlsId::parse("abc3de65cddef001be82").unwrap().to_string(), "abc3de65cddef001be82");
        assert_eq!(TlsId::parse("abc"), Err(ValueError { name: "tls-id", offset: 3 }));
        assert_eq!(TlsId::parse("abc3de65cddef001be8="), Err(ValueError { name: "tls-id", offset: 19 }));
    }
}
