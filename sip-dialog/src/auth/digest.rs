//! The arithmetic of digest (RFC 7616 §3.4).

use md5::{Digest, Md5};
use sha2::{Sha256, Sha512_256};
use std::fmt::Write as _;

/// A hash function, plain or in its `-sess` form. The order is that of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Algorithm {
    hash: Hash,
    session: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hash {
    Md5,
    Sha256,
    Sha512_256,
}

impl Algorithm {
    /// What a challenge without `algorithm` means (RFC 7616 §3.3).
    pub const MD5: Algorithm = Algorithm { hash: Hash::Md5, session: false };
    /// The one to prefer (RFC 8760 §2.1).
    pub const SHA_256: Algorithm = Algorithm { hash: Hash::Sha256, session: false };

    /// From the token of a challenge, in any case; `None` if it is not known here.
    pub fn parse(token: &str) -> Option<Self> {
        let lower = token.to_ascii_lowercase();
        let (name, session) = lower.strip_suffix("-sess").map_or((lower.as_str(), false), |name| (name, true));
        let hash = match name {
            "md5" => Hash::Md5,
            "sha-256" => Hash::Sha256,
            "sha-512-256" => Hash::Sha512_256,
            _ => return None,
        };
        Some(Algorithm { hash, session })
    }

    /// The token.
    pub fn as_str(self) -> &'static str {
        match (self.hash, self.session) {
            (Hash::Md5, false) => "MD5",
            (Hash::Md5, true) => "MD5-sess",
            (Hash::Sha256, false) => "SHA-256",
            (Hash::Sha256, true) => "SHA-256-sess",
            (Hash::Sha512_256, false) => "SHA-512-256",
            (Hash::Sha512_256, true) => "SHA-512-256-sess",
        }
    }

    /// Whether it is a `-sess` form.
    pub(crate) fn is_session(self) -> bool {
        self.session
    }

    /// The hash of `parts` joined by colons, in lower-case hexadecimal.
    pub fn hash(self, parts: &[&[u8]]) -> String {
        match self.hash {
            Hash::Md5 => hash::<Md5>(parts),
            Hash::Sha256 => hash::<Sha256>(parts),
            Hash::Sha512_256 => hash::<Sha512_256>(parts),
        }
    }
}

fn hash<D: Digest>(parts: &[&[u8]]) -> String {
    let mut digest = D::new();
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            digest.update(b":");
        }
        digest.update(part);
    }
    digest.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Quality of protection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Qop<'a> {
    /// `auth`: the request line is protected.
    Auth,
    /// `auth-int`: so is the body.
    AuthInt(&'a [u8]),
}

/// Everything that a response is computed from, but the secret.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// Who.
    pub username: &'a str,
    /// For whom.
    pub realm: &'a str,
    /// The server's nonce.
    pub nonce: &'a str,
    /// The request's method.
    pub method: &'a str,
    /// `digest-uri`: the Request-URI as a rule.
    pub uri: &'a str,
    /// Quality of protection, with the client's nonce and the count of uses of the server's; `None` for RFC 2069.
    pub qop: Option<(Qop<'a>, &'a str, u32)>,
}

impl Inputs<'_> {
    /// H(username:realm:password): what a server may store instead of the password.
    pub fn ha1(&self, password: &str) -> String {
        self.algorithm.hash(&[self.username.as_bytes(), self.realm.as_bytes(), password.as_bytes()])
    }

    /// The response for a user whose [`ha1`](Inputs::ha1) is known.
    pub fn response(&self, ha1: &str) -> String {
        let algorithm = self.algorithm;
        let mut ha1 = ha1.to_owned();
        if algorithm.session {
            let cnonce = self.qop.map_or("", |(_, cnonce, _)| cnonce);
            ha1 = algorithm.hash(&[ha1.as_bytes(), self.nonce.as_bytes(), cnonce.as_bytes()]);
        }
        let (method, uri, nonce) = (self.method.as_bytes(), self.uri.as_bytes(), self.nonce.as_bytes());
        match self.qop {
            None => {
                let ha2 = algorithm.hash(&[method, uri]);
                algorithm.hash(&[ha1.as_bytes(), nonce, ha2.as_bytes()])
            }
            Some((qop, cnonce, count)) => {
                let (name, ha2) = match qop {
                    Qop::Auth => ("auth", algorithm.hash(&[method, uri])),
                    Qop::AuthInt(body) => {
                        ("auth-int", algorithm.hash(&[method, uri, algorithm.hash(&[body]).as_bytes()]))
                    }
                };
                let count = format!("{count:08x}");
                let parts = [ha1.as_str(), self.nonce, &count, cnonce, name, &ha2].map(str::as_bytes);
                algorithm.hash(&parts)
            }
        }
    }

    /// Whether `response` is right, in a time that does not tell how much of it is.
    pub fn is_right(&self, ha1: &str, response: &str) -> bool {
        let expected = self.response(ha1);
        expected.len() == response.len()
            && expected.bytes().zip(response.bytes()).fold(0, |diff, (a, b)| diff | (a ^ b.to_ascii_lowercase())) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7616 §3.9.1
    #[test]
    fn the_examples_of_rfc_7616_are_met() {
        let nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
        let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        for (algorithm, response) in [
            (Algorithm::MD5, "8ca523f5e9506fed4657c9700eebdbec"),
            (Algorithm::SHA_256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let inputs = Inputs {
                algorithm,
                username: "Mufasa",
                realm: "http-auth@example.org",
                nonce,
                method: "GET",
                uri: "/dir/index.html",
                qop: Some((Qop::Auth, cnonce, 1)),
            };
            let ha1 = inputs.ha1("Circle of Life");
            assert_eq!(inputs.response(&ha1), response);
            assert!(inputs.is_right(&ha1, &response.to_uppercase()) && !inputs.is_right(&ha1, &response[1..]));
            assert!(!inputs.is_right(&inputs.ha1("Circle of life"), response));
        }
    }
}
