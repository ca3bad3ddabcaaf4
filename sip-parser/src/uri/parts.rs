//! Where the parts of a URI stand in its text (RFC 3261 §19.1.1, §25.1).

use super::Host;
use crate::error::ErrorKind;
use crate::scan::{self, Class};

/// What a URI begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// `sip:`
    Sip,
    /// `sips:`, which asks for TLS on every hop.
    Sips,
    /// `tel:` (RFC 3966)
    Tel,
    /// Any other.
    Other,
}

/// Found once; offsets into the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Parts {
    pub(super) scheme: Scheme,
    /// Where what follows the scheme and its colon begins.
    pub(super) rest: u32,
    /// End of the user part; `rest` when there is none.
    pub(super) user_end: u32,
    /// End of `user:password`, where the `@` stands; `rest` when there is no user.
    pub(super) info_end: u32,
    pub(super) host: (u32, u32),
    pub(super) port: Option<u16>,
    pub(super) params_end: u32,
}

impl Parts {
    pub(super) fn find(text: &str) -> Result<Parts, (ErrorKind, usize)> {
        let (scheme, rest) = Self::scheme(text.as_bytes())?;
        let b = text.as_bytes();
        let end = b.len();
        if rest == end {
            return Err((ErrorKind::Truncated, end));
        }
        let at = |i: usize| i as u32;
        let tail = b.get(rest..).unwrap_or_default();
        if !matches!(scheme, Scheme::Sip | Scheme::Sips) {
            all(Class::URI, tail, rest)?;
            let (rest, end) = (at(rest), at(end));
            return Ok(Parts {
                scheme,
                rest,
                user_end: rest,
                info_end: rest,
                host: (0, 0),
                port: None,
                params_end: end,
            });
        }
        // The user part may hold `;`, `?` and `/` unescaped, so the `@` is looked for first (§25.1).
        let (user_end, info_end, host_from) = match scan::find(b'@', tail) {
            Some(p) => {
                let info = tail.get(..p).unwrap_or_default();
                let user = Class::USER.len(info);
                match info.get(user) {
                    _ if user == 0 => return Err((ErrorKind::BadCharacter, rest)),
                    None => {}
                    Some(b':') => all(Class::URI, info.get(user + 1..).unwrap_or_default(), rest + user + 1)?,
                    Some(_) => return Err((ErrorKind::BadCharacter, rest + user)),
                }
                (rest + user, rest + p, rest + p + 1)
            }
            None => (rest, rest, rest),
        };
        let mut i = Self::host(text, host_from)?;
        let host = (at(host_from), at(i));
        let mut port = None;
        if b.get(i) == Some(&b':') {
            let from = i + 1;
            let digits = text.get(from..).unwrap_or_default();
            let len = Class::DIGIT.len(digits.as_bytes());
            port = Some(digits.get(..len).and_then(|d| d.parse().ok()).ok_or((ErrorKind::BadNumber, from))?);
            i = from + len;
        }
        let tail = b.get(i..).unwrap_or_default();
        let params_end = match tail.first() {
            None => end,
            Some(b';' | b'?') => {
                let len = Class::PARAMS.len(tail);
                match tail.get(len) {
                    None => end,
                    Some(b'?') => {
                        all(Class::URI, tail.get(len..).unwrap_or_default(), i + len)?;
                        i + len
                    }
                    Some(_) => return Err((ErrorKind::BadCharacter, i + len)),
                }
            }
            Some(_) => return Err((ErrorKind::BadCharacter, i)),
        };
        let (rest, user_end, info_end) = (at(rest), at(user_end), at(info_end));
        Ok(Parts { scheme, rest, user_end, info_end, host, port, params_end: at(params_end) })
    }

    /// The scheme, and where what follows its colon begins.
    fn scheme(b: &[u8]) -> Result<(Scheme, usize), (ErrorKind, usize)> {
        match b {
            // As nearly everybody writes it.
            [b's', b'i', b'p', b':', ..] => return Ok((Scheme::Sip, 4)),
            [b's', b'i', b'p', b's', b':', ..] => return Ok((Scheme::Sips, 5)),
            _ => {}
        }
        let colon = scan::find(b':', b).ok_or((ErrorKind::Truncated, b.len()))?;
        let name = b.get(..colon).unwrap_or_default();
        let is_scheme = name.first().is_some_and(u8::is_ascii_alphabetic)
            && name.iter().all(|&c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.'));
        if !is_scheme {
            return Err((ErrorKind::BadCharacter, 0));
        }
        let scheme = match () {
            () if name.eq_ignore_ascii_case(b"sip") => Scheme::Sip,
            () if name.eq_ignore_ascii_case(b"sips") => Scheme::Sips,
            () if name.eq_ignore_ascii_case(b"tel") => Scheme::Tel,
            () => Scheme::Other,
        };
        Ok((scheme, colon + 1))
    }

    /// Where the host that begins at `from` ends.
    fn host(text: &str, from: usize) -> Result<usize, (ErrorKind, usize)> {
        let tail = text.as_bytes().get(from..).unwrap_or_default();
        if tail.first() == Some(&b'[') {
            let close = scan::find(b']', tail).ok_or((ErrorKind::Truncated, text.len()))?;
            let end = from + close + 1;
            let valid = text.get(from..end).and_then(Host::from_checked).is_some();
            return if valid { Ok(end) } else { Err((ErrorKind::BadCharacter, from)) };
        }
        match Class::HOST.len(tail) {
            0 => Err((ErrorKind::BadCharacter, from)),
            len => Ok(from + len),
        }
    }

    /// Where the parameters begin: after host and port.
    pub(super) fn params_from(&self, text: &str) -> usize {
        let from = self.host.1 as usize;
        let tail = text.get(from..self.params_end as usize).unwrap_or_default();
        scan::looked(tail.len());
        tail.find(';').map_or(self.params_end as usize, |p| from + p)
    }
}

/// Whether all bytes are of a class; where not, counted from `at`, which is where they begin.
fn all(class: Class, bytes: &[u8], at: usize) -> Result<(), (ErrorKind, usize)> {
    match class.len(bytes) {
        len if len == bytes.len() => Ok(()),
        len => Err((ErrorKind::BadCharacter, at + len)),
    }
}
