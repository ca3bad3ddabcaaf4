//! `a=crypto`: keys of SRTP that travel in the description itself (RFC 4568; suites of RFC 6188 and RFC 7714).
//!
//! Only as safe as what carries the description: TLS to every hop, or it is no secret (RFC 4568 §7).
//! The base64 text stays borrowed and is checked when it is read, so that a key of the wrong length is found where it
//! stands; it becomes bytes in the reader's own buffer, by a decoder whose time does not tell the key.

mod suite;

pub use suite::CryptoSuite;

use crate::attribute::TypedAttribute;
use crate::attribute::scan::{Words, number};
use crate::error::ValueError;
use base64ct::{Base64, Base64Unpadded, Encoding};
use std::fmt;

/// One way to protect the stream, with its keys.
///
/// ```
/// use offhook_sdp::{Crypto, CryptoSuite, Lifetime, Mki, TypedAttribute};
/// let text = "1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20|1:4";
/// let crypto = Crypto::parse(text)?;
/// assert_eq!((crypto.tag, crypto.suite), (1, CryptoSuite::AesCm128HmacSha1_80));
///
/// let key = crypto.keys.first();
/// assert_eq!((key.lifetime, key.mki), (Some(Lifetime::PowerOfTwo(20)), Some(Mki { value: 1, length: 4 })));
/// let mut buffer = [0; Crypto::MAX_KEY_LEN];
/// assert_eq!(key.decode(&mut buffer).unwrap().len(), 30);
/// assert_eq!(crypto.to_string(), text);
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Crypto<'a> {
    /// The number by which the answer says which one it took; at most nine digits.
    pub tag: u32,
    /// The cipher and the authentication.
    pub suite: CryptoSuite<'a>,
    /// The keys of the sayer's own packets; several only with MKIs.
    pub keys: KeyParams<'a>,
    /// What else is asked for.
    pub session: SessionParams<'a>,
}

/// The key parameters as they stand: one or more `inline:` that semicolons divide. `Debug` does not show them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyParams<'a>(&'a str);

/// One key: `inline:key|lifetime|MKI:length` (RFC 4568 §6.1). `Debug` does not show the key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyParam<'a> {
    /// Master key and salt in base64, as they stand.
    pub key_salt: &'a str,
    /// How many packets it may serve; `None` is as many as the suite allows.
    pub lifetime: Option<Lifetime>,
    /// By which number packets name it.
    pub mki: Option<Mki>,
}

/// How many packets a key may serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lifetime {
    /// `2^20`: two to this power, at most 2^64.
    PowerOfTwo(u8),
    /// So many.
    Packets(u64),
}

/// A master key identifier: a number in each packet that says which key it is under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mki {
    /// The number.
    pub value: u128,
    /// How many bytes it has in a packet, 1 to 128.
    pub length: u8,
}

/// The session parameters as they stand, such as `KDR=2 UNENCRYPTED_SRTCP` (RFC 4568 §6.3). `Debug` does not show the
/// keys of `FEC_KEY`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SessionParams<'a>(pub &'a str);

impl Crypto<'_> {
    /// The longest key and salt of the suites that are known, in bytes.
    pub const MAX_KEY_LEN: usize = 46;
}

impl<'a> KeyParams<'a> {
    /// Reads key parameters, such as `inline:` and a key in base64 (see [`KeyParam::encode`]).
    ///
    /// # Errors
    /// One of them is none, or its key has not the length of the suite. The offset counts from the start of `text`.
    pub fn parse(text: &'a str, suite: &CryptoSuite<'_>) -> Result<Self, ValueError> {
        let mut at = text.len() - text.trim_start().len();
        let text = text.trim();
        for part in text.split(';') {
            let space = part.len() - part.trim_start().len();
            KeyParam::parse(part.trim(), suite)
                .map_err(|within| ValueError { name: Crypto::NAME, offset: at + space + within })?;
            at += part.len() + 1;
        }
        Ok(KeyParams(text))
    }

    /// Every key.
    pub fn iter(&self) -> impl Iterator<Item = KeyParam<'a>> + use<'a> {
        let any = CryptoSuite::Other("");
        self.0.split(';').filter_map(move |part| KeyParam::parse(part.trim(), &any).ok())
    }

    /// The first key, which is the one that packets are under if there are no others.
    pub fn first(&self) -> KeyParam<'a> {
        self.iter().next().expect("parse has read at least one")
    }
}

impl<'a> KeyParam<'a> {
    /// Master key and salt as bytes, in `buffer`; `None` if it is too short for them ([`Crypto::MAX_KEY_LEN`] is not).
    pub fn decode<'b>(&self, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
        Base64Unpadded::decode(self.key_salt.trim_end_matches('='), buffer).ok()
    }

    /// Master key and salt as base64, for [`KeyParam::key_salt`].
    pub fn encode(key_salt: &[u8]) -> String {
        Base64::encode_string(key_salt)
    }

    /// The error is the byte.
    fn parse(text: &'a str, suite: &CryptoSuite<'_>) -> Result<Self, usize> {
        const METHOD: &str = "inline:";
        let rest = match text.split_at_checked(METHOD.len()) {
            Some((method, rest)) if method.eq_ignore_ascii_case(METHOD) => rest,
            _ => return Err(0),
        };
        let mut parts = rest.split('|');
        let key_salt = parts.next().unwrap_or_default();
        check_key(key_salt, suite).map_err(|within| METHOD.len() + within)?;
        let (mut lifetime, mut mki) = (None, None);
        let mut at = METHOD.len() + key_salt.len() + 1;
        for part in parts {
            match part.split_once(':') {
                _ if mki.is_some() => return Err(at),
                Some((value, length)) => mki = Some(Mki::parse(value, length).ok_or(at)?),
                None if lifetime.is_some() => return Err(at),
                None => lifetime = Some(Lifetime::parse(part).ok_or(at)?),
            }
            at += part.len() + 1;
        }
        Ok(KeyParam { key_salt, lifetime, mki })
    }
}

/// Whether this is base64 of as many bytes as the suite needs, with or without the `=` at its end. The error is the
/// byte.
fn check_key(text: &str, suite: &CryptoSuite<'_>) -> Result<(), usize> {
    let digits = text.trim_end_matches('=');
    let is_digit = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    if let Some(at) = digits.bytes().position(|b| !is_digit(b)) {
        return Err(at);
    }
    let padding = text.len() - digits.len();
    let is_padded = padding == 0 || (padding <= 2 && text.len().is_multiple_of(4));
    let has_whole_bytes = !digits.is_empty() && digits.len() % 4 != 1;
    // The last digit may say more bits than its byte has. They are to be zero (RFC 4648 §3.5).
    let spare = match digits.len() % 4 {
        2 => 0b1111,
        3 => 0b11,
        _ => 0,
    };
    if digits.bytes().last().is_some_and(|last| value(last) & spare != 0) {
        return Err(digits.len() - 1);
    }
    let bytes = digits.len() * 3 / 4;
    if is_padded && has_whole_bytes && suite.key_len().is_none_or(|len| len == bytes) {
        Ok(())
    } else {
        Err(text.len())
    }
}

/// What a digit of base64 stands for (RFC 4648 §4).
fn value(digit: u8) -> u8 {
    match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        _ => 63,
    }
}

impl Lifetime {
    fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("2^") {
            Some(power) if !power.is_empty() => number(power).filter(|&p| p <= 64).map(Lifetime::PowerOfTwo),
            Some(_) => None,
            None => number(text).filter(|&n| n > 0).map(Lifetime::Packets),
        }
    }

    /// So many packets, if 64 bits can say it.
    pub fn packets(self) -> Option<u64> {
        match self {
            Lifetime::PowerOfTwo(power) => 1u64.checked_shl(power.into()),
            Lifetime::Packets(packets) => Some(packets),
        }
    }
}

impl Mki {
    fn parse(value: &str, length: &str) -> Option<Self> {
        let (value, length) = (number(value)?, number(length).filter(|len| (1..=128).contains(len))?);
        // The number must fit into its bytes.
        let bits = u32::from(length) * 8;
        let fits = bits >= u128::BITS || value >> bits == 0;
        fits.then_some(Mki { value, length })
    }
}

impl<'a> SessionParams<'a> {
    /// The parameters. One that begins with `-` may be ignored; any other that is not known refuses the whole crypto
    /// attribute (RFC 4568 §6.3.7).
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.0.split_ascii_whitespace()
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> TypedAttribute<'a> for Crypto<'a> {
    const NAME: &'static str = "crypto";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        const MAX_DIGITS: usize = 9;
        let mut words = Words::new(Self::NAME, value);
        let tag = words.of(1..=MAX_DIGITS, |b| b.is_ascii_digit())?;
        let tag = number(tag).ok_or(words.error())?;
        let suite = CryptoSuite::from_name(words.of(1..=usize::MAX, |b| b.is_ascii_alphanumeric() || b == b'_')?);
        let mut word = words.word()?;
        let start = words.error().offset;
        // RFC 4568 §6.1 has no space between keys, but its examples have, and so have devices.
        while word.ends_with(';') {
            word = words.word()?;
        }
        let end = words.error().offset + word.len();
        let text = value.get(start..end).unwrap_or_default();
        let keys =
            KeyParams::parse(text, &suite).map_err(|error| ValueError { offset: start + error.offset, ..error })?;
        Ok(Crypto { tag, suite, keys, session: SessionParams(words.rest()) })
    }
}

impl fmt::Display for Crypto<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.tag, self.suite.as_str(), self.keys.0)?;
        if self.session.is_empty() { Ok(()) } else { write!(f, " {}", self.session.0) }
    }
}

/// As it is written in a description: with the key.
impl fmt::Display for KeyParam<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "inline:{}", self.key_salt)?;
        match self.lifetime {
            Some(Lifetime::PowerOfTwo(power)) => write!(f, "|2^{power}")?,
            Some(Lifetime::Packets(packets)) => write!(f, "|{packets}")?,
            None => {}
        }
        self.mki.map_or(Ok(()), |mki| write!(f, "|{}:{}", mki.value, mki.length))
    }
}

impl fmt::Debug for KeyParams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Debug for KeyParam<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyParam").field("lifetime", &self.lifetime).field("mki", &self.mki).finish_non_exhaustive()
    }
}

impl fmt::Debug for SessionParams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.iter().map(|p| if p.contains("inline:") { "FEC_KEY=.." } else { p });
        f.debug_list().entries(shown).finish()
    }
}

#[cfg(test)]
mod tests;
