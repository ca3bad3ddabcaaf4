//! `a=ice-ufrag`, `ice-pwd`, `ice-options`, `ice-pacing`: what ICE is told besides its candidates (RFC 8839 §5.4 to §5.6).

use crate::attribute::scan::{Words, is_ice_byte, is_token_byte};
use crate::attribute::{EndOfCandidates, SessionDefault, TypedAttribute};
use crate::error::ValueError;
use std::fmt;
use std::time::Duration;

/// The user name's part of this side: 4 to 256 letters, digits, `+` and `/`; who writes one takes at most 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IceUfrag<'a>(pub &'a str);

/// The password of this side: 22 to 256 letters, digits, `+` and `/`. `Debug` does not show it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IcePwd<'a>(pub &'a str);

impl<'a> TypedAttribute<'a> for IceUfrag<'a> {
    const NAME: &'static str = "ice-ufrag";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let ufrag = words.of(4..=256, is_ice_byte)?;
        words.end()?;
        Ok(IceUfrag(ufrag))
    }
}

impl<'a> TypedAttribute<'a> for IcePwd<'a> {
    const NAME: &'static str = "ice-pwd";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let pwd = words.of(22..=256, is_ice_byte)?;
        words.end()?;
        Ok(IcePwd(pwd))
    }
}

/// RFC 8839 §5.4.
impl<'a> SessionDefault<'a> for IceUfrag<'a> {}
/// RFC 8839 §5.4.
impl<'a> SessionDefault<'a> for IcePwd<'a> {}
/// RFC 8840 §8: of the session it is said of all its streams.
impl SessionDefault<'_> for EndOfCandidates {}

impl fmt::Display for IceUfrag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for IcePwd<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for IcePwd<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IcePwd(..)")
    }
}

/// Which extensions of ICE the sayer has: words such as `trickle`, `ice2`, `rtp+ecn`, which spaces divide.
///
/// ```
/// use offhook_sdp::{IceOptions, TypedAttribute};
/// assert!(IceOptions::parse("ice2 trickle")?.contains(IceOptions::TRICKLE));
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IceOptions<'a>(pub &'a str);

impl<'a> IceOptions<'a> {
    /// Candidates may follow later (RFC 8840).
    pub const TRICKLE: &'static str = "trickle";
    /// An agent of RFC 8445, which nominates once.
    pub const ICE2: &'static str = "ice2";
    /// Congestion marks of IP are tried by the checks (RFC 6679 §6.4).
    pub const RTP_ECN: &'static str = "rtp+ecn";

    /// The words.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.0.split_ascii_whitespace()
    }

    /// Whether a word is among them.
    pub fn contains(&self, option: &str) -> bool {
        self.iter().any(|own| own == option)
    }
}

impl<'a> TypedAttribute<'a> for IceOptions<'a> {
    const NAME: &'static str = "ice-options";

    /// Words may have every byte of a token, since `google-ice` is about.
    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let text = words.clone().rest();
        words.token()?;
        while let Some(word) = words.next() {
            if let Some(within) = word.bytes().position(|b| !is_token_byte(b)) {
                return Err(words.error_at(within));
            }
        }
        Ok(IceOptions(text))
    }
}

/// RFC 8839 §5.6.
impl<'a> SessionDefault<'a> for IceOptions<'a> {}

impl fmt::Display for IceOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How long to wait between two checks, in whole milliseconds; said of the session (RFC 8839 §5.5). Where nobody says
/// it, it is [`IcePacing::DEFAULT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IcePacing(pub Duration);

impl IcePacing {
    /// 50 ms (RFC 8445 §14.2).
    pub const DEFAULT: IcePacing = IcePacing(Duration::from_millis(50));
}

impl TypedAttribute<'_> for IcePacing {
    const NAME: &'static str = "ice-pacing";

    fn parse(value: &str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let digits = words.of(1..=10, |b| b.is_ascii_digit())?;
        let pacing = Duration::from_millis(digits.parse().map_err(|_| words.error())?);
        words.end()?;
        Ok(IcePacing(pacing))
    }
}

impl fmt::Display for IcePacing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_4_to_256_bytes_and_a_password_22_to_256() {
        let text = "aZ09+/".repeat(43);
        let ufrag = |len: usize| IceUfrag::parse(&text[..len]).map(|u| u.0.len()).map_err(|e| e.offset);
        assert_eq!([ufrag(3), ufrag(4), ufrag(256), ufrag(257)], [Err(3), Ok(4), Ok(256), Err(256)]);
        let pwd = |len: usize| IcePwd::parse(&text[..len]).map(|u| u.0.len()).map_err(|e| e.offset);
        assert_eq!([pwd(21), pwd(22), pwd(256), pwd(257)], [Err(21), Ok(22), Ok(256), Err(256)]);
        assert_eq!(IceUfrag::parse("ab=d"), Err(ValueError { name: "ice-ufrag", offset: 2 }));
        assert_eq!(IceUfrag::parse("abcd e"), Err(ValueError { name: "ice-ufrag", offset: 5 }));
    }

    #[test]
    fn a_password_is_not_shown() {
        let pwd = IcePwd::parse("asd88fgpdd777uzjYhagZg").unwrap();
        assert_eq!(format!("{pwd:?} {pwd}"), "IcePwd(..) asd88fgpdd777uzjYhagZg");
    }

    #[test]
    fn options_and_pacing_read_as_they_are_written() {
        for text in ["trickle", "ice2 rtp+ecn", "google-ice"] {
            assert_eq!(IceOptions::parse(text).unwrap().to_string(), text);
        }
        assert!(!IceOptions("ice2x").contains(IceOptions::ICE2));
        assert_eq!(IceOptions::parse("a b:"), Err(ValueError { name: "ice-options", offset: 3 }));
        assert_eq!(IceOptions::parse(""), Err(ValueError { name: "ice-options", offset: 0 }));
        assert_eq!(IcePacing::parse("50"), Ok(IcePacing::DEFAULT));
        assert_eq!(IcePacing::parse("9999999999").unwrap().to_string(), "9999999999");
        for (text, offset) in [("", 0), ("-1", 0), ("12345678901", 10), ("5 0", 2)] {
            assert_eq!(IcePacing::parse(text), Err(ValueError { name: "ice-pacing", offset }), "{text}");
        }
    }
}
