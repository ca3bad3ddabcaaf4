//! Unpredictable bytes, given and never taken.

/// A source of unpredictable bytes: identifiers, keys, nonces, jitter.
///
/// A driver gives the operating system's; `offhook_sim` gives a seeded one, so that a run repeats byte for byte.
pub trait Entropy: Send {
    /// Fills `bytes`.
    fn fill(&mut self, bytes: &mut [u8]);

    /// A source of its own for a machine that lives apart (a call's media in another task, say).
    fn fork(&mut self) -> Box<dyn Entropy>;

    /// 32 bits.
    fn u32(&mut self) -> u32 {
        let mut b = [0; 4];
        self.fill(&mut b);
        u32::from_be_bytes(b)
    }

    /// 64 bits.
    fn u64(&mut self) -> u64 {
        let mut b = [0; 8];
        self.fill(&mut b);
        u64::from_be_bytes(b)
    }

    /// A token of 16 characters, 80 bits, from an alphabet that no SIP or SDP grammar has to quote. Enough for a tag,
    /// a branch, a Call-ID or a cnonce (RFC 3261 §19.3 asks a tag for 32 bits).
    fn token(&mut self) -> Token {
        const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let mut b = [0; 16];
        self.fill(&mut b);
        Token(b.map(|x| ALPHABET[usize::from(x & 31)]))
    }
}

impl Entropy for Box<dyn Entropy> {
    fn fill(&mut self, bytes: &mut [u8]) {
        (**self).fill(bytes);
    }

    fn fork(&mut self) -> Box<dyn Entropy> {
        (**self).fork()
    }
}

/// A random token; read it as `&str`. From [`Entropy::token`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token([u8; 16]);

impl Token {
    /// The text: 16 lower-case letters and digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the alphabet is ASCII")
    }
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
