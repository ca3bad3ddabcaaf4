//! The suites of a=crypto: which cipher, which authentication, how long a key (RFC 4568 §6.2, RFC 6188, RFC 7714).

/// A cipher with its authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CryptoSuite<'a> {
    /// `AES_CM_128_HMAC_SHA1_80` (RFC 4568 §6.2.1): what everybody has.
    AesCm128HmacSha1_80,
    /// `AES_CM_128_HMAC_SHA1_32` (RFC 4568 §6.2.2).
    AesCm128HmacSha1_32,
    /// `F8_128_HMAC_SHA1_80` (RFC 4568 §6.2.3).
    F8_128HmacSha1_80,
    /// `AES_192_CM_HMAC_SHA1_80` (RFC 6188 §3).
    Aes192CmHmacSha1_80,
    /// `AES_192_CM_HMAC_SHA1_32` (RFC 6188 §3).
    Aes192CmHmacSha1_32,
    /// `AES_256_CM_HMAC_SHA1_80` (RFC 6188 §3).
    Aes256CmHmacSha1_80,
    /// `AES_256_CM_HMAC_SHA1_32` (RFC 6188 §3).
    Aes256CmHmacSha1_32,
    /// `AEAD_AES_128_GCM` (RFC 7714 §14.2).
    AeadAes128Gcm,
    /// `AEAD_AES_256_GCM` (RFC 7714 §14.2).
    AeadAes256Gcm,
    /// Another.
    Other(&'a str),
}

impl<'a> CryptoSuite<'a> {
    pub(super) const KNOWN: [CryptoSuite<'static>; 9] = [
        CryptoSuite::AesCm128HmacSha1_80,
        CryptoSuite::AesCm128HmacSha1_32,
        CryptoSuite::AeadAes128Gcm,
        CryptoSuite::AeadAes256Gcm,
        CryptoSuite::Aes256CmHmacSha1_80,
        CryptoSuite::Aes256CmHmacSha1_32,
        CryptoSuite::Aes192CmHmacSha1_80,
        CryptoSuite::Aes192CmHmacSha1_32,
        CryptoSuite::F8_128HmacSha1_80,
    ];

    /// By its name, in any case of letters.
    pub fn from_name(name: &'a str) -> Self {
        let known = Self::KNOWN.into_iter().find(|suite| suite.as_str().eq_ignore_ascii_case(name));
        known.unwrap_or(CryptoSuite::Other(name))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        match self {
            CryptoSuite::AesCm128HmacSha1_80 => "AES_CM_128_HMAC_SHA1_80",
            CryptoSuite::AesCm128HmacSha1_32 => "AES_CM_128_HMAC_SHA1_32",
            CryptoSuite::F8_128HmacSha1_80 => "F8_128_HMAC_SHA1_80",
            CryptoSuite::Aes192CmHmacSha1_80 => "AES_192_CM_HMAC_SHA1_80",
            CryptoSuite::Aes192CmHmacSha1_32 => "AES_192_CM_HMAC_SHA1_32",
            CryptoSuite::Aes256CmHmacSha1_80 => "AES_256_CM_HMAC_SHA1_80",
            CryptoSuite::Aes256CmHmacSha1_32 => "AES_256_CM_HMAC_SHA1_32",
            CryptoSuite::AeadAes128Gcm => "AEAD_AES_128_GCM",
            CryptoSuite::AeadAes256Gcm => "AEAD_AES_256_GCM",
            CryptoSuite::Other(name) => name,
        }
    }

    /// How many bytes master key and master salt have together; `None` for a suite that is not known.
    pub fn key_len(&self) -> Option<usize> {
        match self {
            CryptoSuite::AesCm128HmacSha1_80 | CryptoSuite::AesCm128HmacSha1_32 | CryptoSuite::F8_128HmacSha1_80 => {
                Some(16 + 14)
            }
            CryptoSuite::Aes192CmHmacSha1_80 | CryptoSuite::Aes192CmHmacSha1_32 => Some(24 + 14),
            CryptoSuite::Aes256CmHmacSha1_80 | CryptoSuite::Aes256CmHmacSha1_32 => Some(32 + 14),
            CryptoSuite::AeadAes128Gcm => Some(16 + 12),
            CryptoSuite::AeadAes256Gcm => Some(32 + 12),
            CryptoSuite::Other(_) => None,
        }
    }
}
