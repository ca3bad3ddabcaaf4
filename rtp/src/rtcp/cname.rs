//! Canonical names (RFC 3550 §6.5.1, RFC 7022).

use crate::error::Error;
use offhook_core::Entropy;
use std::fmt;

/// The name of an endpoint that stays when its SSRC changes: 1 to 255 octets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cname(String);

impl Cname {
    /// A name of the caller's choice, often `user@host`.
    pub fn new(name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        match name.len() {
            1..=255 => Ok(Cname(name)),
            length => Err(Error::CnameLength { length }),
        }
    }

    /// A name for one session that tells nothing about the user: 96 random bits (RFC 7022 §4.2, §5).
    pub fn random(entropy: &mut dyn Entropy) -> Self {
        let mut bits = [0; 12];
        entropy.fill(&mut bits);
        Cname(bits.iter().map(|octet| format!("{octet:02x}")).collect())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Cname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counter(u8);

    impl Entropy for Counter {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.iter_mut().for_each(|octet| {
                *octet = self.0;
                self.0 = self.0.wrapping_add(1);
            });
        }

        fn fork(&mut self) -> Box<dyn Entropy> {
            Box::new(Counter(self.0))
        }
    }

    #[test]
    fn a_name_has_1_to_255_octets_and_a_random_one_96_bits() {
        assert_eq!(Cname::new(""), Err(Error::CnameLength { length: 0 }));
        assert_eq!(Cname::new("x".repeat(256)), Err(Error::CnameLength { length: 256 }));
        assert!(Cname::new("x".repeat(255)).is_ok());
        assert_eq!(Cname::random(&mut Counter(8)).as_str(), "08090a0b0c0d0e0f10111213");
    }
}
