//! `a=fingerprint`: the certificate that the peer will show, by its hash (RFC 8122 §5).

use crate::attribute::scan::Words;
use crate::attribute::{SessionDefault, TypedAttribute};
use crate::error::ValueError;
use std::fmt::{self, Write};

/// The hash of a certificate. A stream may have several, of several hash functions or certificates; those of the session
/// hold for every stream without its own (RFC 8122 §5):
/// [`SessionDescription::typed_all_of`](crate::SessionDescription::typed_all_of).
///
/// ```
/// use offhook_sdp::{Fingerprint, HashFunction, TypedAttribute};
/// let text = "sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB";
/// let fingerprint = Fingerprint::parse(text)?;
/// assert_eq!(fingerprint.hash(), HashFunction::Sha1);
/// assert_eq!(fingerprint.digest()[..2], [0x4a, 0xad]);
/// assert_eq!(fingerprint.to_string(), text);
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    hash: HashFunction,
    /// The digest, filled up with zeros.
    digest: [u8; LONGEST],
}

/// How many bytes the longest digest has.
const LONGEST: usize = 64;

/// The hash functions of RFC 8122 §5. MD2 and MD5 must not be used by it, and are read only to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HashFunction {
    /// `md2`: broken.
    Md2,
    /// `md5`: broken.
    Md5,
    /// `sha-1`: weak.
    Sha1,
    /// `sha-224`.
    Sha224,
    /// `sha-256`: what RFC 8122 §5 asks for.
    Sha256,
    /// `sha-384`.
    Sha384,
    /// `sha-512`.
    Sha512,
}

impl HashFunction {
    const ALL: [HashFunction; 7] =
        [Self::Sha256, Self::Sha1, Self::Sha224, Self::Sha384, Self::Sha512, Self::Md5, Self::Md2];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            HashFunction::Md2 => "md2",
            HashFunction::Md5 => "md5",
            HashFunction::Sha1 => "sha-1",
            HashFunction::Sha224 => "sha-224",
            HashFunction::Sha256 => "sha-256",
            HashFunction::Sha384 => "sha-384",
            HashFunction::Sha512 => "sha-512",
        }
    }

    /// How many bytes its digest has.
    pub fn digest_len(self) -> usize {
        match self {
            HashFunction::Md2 | HashFunction::Md5 => 16,
            HashFunction::Sha1 => 20,
            HashFunction::Sha224 => 28,
            HashFunction::Sha256 => 32,
            HashFunction::Sha384 => 48,
            HashFunction::Sha512 => 64,
        }
    }
}

impl Fingerprint {
    /// From a digest; `None` if it has not as many bytes as the hash function gives.
    pub fn new(hash: HashFunction, digest: &[u8]) -> Option<Self> {
        let mut filled = [0; LONGEST];
        filled.get_mut(..hash.digest_len()).filter(|slot| slot.len() == digest.len())?.copy_from_slice(digest);
        Some(Fingerprint { hash, digest: filled })
    }

    /// The hash function.
    pub fn hash(&self) -> HashFunction {
        self.hash
    }

    /// The digest.
    pub fn digest(&self) -> &[u8] {
        &self.digest[..self.hash.digest_len()]
    }

    /// Whether a certificate is the one that is meant. `digest` hashes its DER with the function that it is given.
    pub fn is_of<D: AsRef<[u8]>>(&self, digest: impl FnOnce(HashFunction) -> D) -> bool {
        self.digest() == digest(self.hash).as_ref()
    }
}

impl TypedAttribute<'_> for Fingerprint {
    const NAME: &'static str = "fingerprint";

    fn parse(value: &str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let name = words.word()?;
        let hash =
            HashFunction::ALL.into_iter().find(|hash| name.eq_ignore_ascii_case(hash.as_str())).ok_or(words.error())?;
        let hex = words.word()?.as_bytes();
        let mut digest = [0; LONGEST];
        let length = hash.digest_len();
        for (index, byte) in digest.iter_mut().take(length).enumerate() {
            let at = index * 3;
            let digit = |at: usize| {
                let digit = hex.get(at).and_then(|&b| char::from(b).to_digit(16)).ok_or(words.error_at(at))?;
                Ok(digit as u8) // below 16
            };
            *byte = digit(at)? << 4 | digit(at + 1)?;
            let end = if index + 1 == length { None } else { Some(&b':') };
            if hex.get(at + 2) != end {
                return Err(words.error_at(at + 2));
            }
        }
        words.end()?;
        Ok(Fingerprint { hash, digest })
    }
}

/// RFC 8122 §5.
impl SessionDefault<'_> for Fingerprint {}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.hash.as_str())?;
        let mut before = ' ';
        for byte in self.digest() {
            f.write_char(before)?;
            write!(f, "{byte:02X}")?;
            before = ':';
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hash_function_reads_as_it_is_written() {
        for hash in HashFunction::ALL {
            let digest: Vec<u8> = (0..hash.digest_len()).map(|n| n as u8 * 3).collect();
            let fingerprint = Fingerprint::new(hash, &digest).unwrap();
            assert_eq!(Fingerprint::parse(&fingerprint.to_string()), Ok(fingerprint));
            assert_eq!(Fingerprint::parse(&fingerprint.to_string().to_lowercase()), Ok(fingerprint));
            assert!(fingerprint.is_of(|asked| if asked == hash { digest.clone() } else { Vec::new() }));
            assert!(!fingerprint.is_of(|_| [1]));
            assert_eq!(Fingerprint::new(hash, &digest[1..]), None);
        }
    }

    #[test]
    fn an_error_points_at_the_byte() {
        let good = Fingerprint::new(HashFunction::Md5, &[0xab; 16]).unwrap().to_string();
        let with = |at: usize, c: &str| {
            let mut text = good.clone();
            text.replace_range(at..at + 1, c);
            Fingerprint::parse(&text).map_err(|e| e.offset)
        };
        assert_eq!(with(5, "G"), Err(5));
        assert_eq!(with(6, "-"), Err(6));
        assert_eq!(with(0, "x"), Err(0));
        for (text, offset) in [
            (String::new(), 0),
            ("sha-256".into(), 7),
            (good[..good.len() - 1].into(), good.len() - 1),
            (format!("{good}:AB"), good.len()),
            (format!("{good} x"), good.len() + 1),
            (good.replace("md5", "sha-1"), "sha-1 ".len() + 16 * 3 - 1),
        ] {
            assert_eq!(Fingerprint::parse(&text), Err(ValueError { name: "fingerprint", offset }), "{text}");
        }
    }
}
