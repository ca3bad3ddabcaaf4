//! Escaping and unescaping of URI components (RFC 3261 §19.1.2, §25.1; RFC 3966 §3).
//!
//! A component escapes what its rule in §25.1 does not list, so what one component may hold bare another may not.
//! Reading is lenient: a `%` that two hex digits do not follow stands for itself, and [`first_malformed`] finds it for
//! who wants to refuse it. Names of hosts are never escaped, so nothing here is for them.

use std::borrow::Cow;
use std::str::Utf8Error;

/// The part of a URI that a text is to stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Component {
    /// `user`: all but `&=+$,;?/` and what is unreserved is escaped.
    User,
    /// `password`: all but `&=+$,` and what is unreserved is escaped.
    Password,
    /// Name or value of a parameter: all but `[]/:&+$` and what is unreserved is escaped.
    Param,
    /// Name or value of a header: all but `[]/?:+$` and what is unreserved is escaped.
    Header,
    /// The value of a `tel` parameter, where a `+` is escaped too (RFC 3966 §3).
    TelParam,
}

impl Component {
    /// Whether `byte` may stand there as it is.
    pub fn allows(self, byte: u8) -> bool {
        let also: &[u8] = match self {
            Component::User => b"&=+$,;?/",
            Component::Password => b"&=+$,",
            Component::Param => b"[]/:&+$",
            Component::Header => b"[]/?:+$",
            Component::TelParam => b"[]/:&$",
        };
        is_unreserved(byte) || also.contains(&byte)
    }
}

/// `unreserved` of §25.1: letters, digits and `mark`.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte)
}

/// `reserved` of RFC 2396 §2.2: escaped, these do not mean what they mean bare.
pub(super) fn is_reserved(byte: u8) -> bool {
    b";/?:@&=+$,".contains(&byte)
}

/// Writes `value`, which is not escaped, as it stands in `component`. Any bytes can be written; a `%` becomes `%25`.
///
/// ```
/// use offhook_sip_parser::uri::{Component, escape};
/// assert_eq!(escape(Component::User, "j@s0n"), "j%40s0n");       // RFC 3261 §19.1.2
/// assert_eq!(escape(Component::Header, "project x"), "project%20x");
/// ```
pub fn escape<T: AsRef<[u8]> + ?Sized>(component: Component, value: &T) -> Cow<'_, str> {
    let bytes = value.as_ref();
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.iter().all(|&b| component.allows(b)) => Cow::Borrowed(text),
        _ => {
            let mut out = String::with_capacity(bytes.len() + 16);
            bytes.iter().for_each(|&b| push(&mut out, b, component.allows(b)));
            Cow::Owned(out)
        }
    }
}

/// What an escaped text stands for, as bytes: what was escaped need not be UTF-8. Borrowed when nothing is escaped.
pub fn unescape(text: &str) -> Cow<'_, [u8]> {
    if memchr::memchr(b'%', text.as_bytes()).is_none() {
        return Cow::Borrowed(text.as_bytes());
    }
    Cow::Owned(Units::new(text).map(|u| u.byte).collect())
}

/// What an escaped text stands for, as text. Borrowed when nothing is escaped.
///
/// # Errors
/// What was escaped is not UTF-8.
pub fn unescape_str(text: &str) -> Result<Cow<'_, str>, Utf8Error> {
    match unescape(text) {
        Cow::Borrowed(_) => Ok(Cow::Borrowed(text)),
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|e| e.utf8_error()),
    }
}

/// Where the first `%` stands that two hex digits do not follow.
pub fn first_malformed(text: &str) -> Option<usize> {
    let mut units = Units::new(text);
    loop {
        let at = text.len() - units.rest.len();
        let unit = units.next()?;
        if unit.byte == b'%' && !unit.is_escaped {
            return Some(at);
        }
    }
}

/// Appends text that was escaped by somebody, mended: good escapes stay, and what `component` does not allow is escaped.
pub(super) fn push_mended(out: &mut String, component: Component, raw: &str) {
    for unit in Units::new(raw) {
        push(out, unit.byte, !unit.is_escaped && component.allows(unit.byte));
    }
}

pub(super) fn push(out: &mut String, byte: u8, bare: bool) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if bare {
        out.push(char::from(byte));
    } else {
        out.push('%');
        for digit in [byte >> 4, byte & 15] {
            out.push(HEX.get(usize::from(digit)).copied().map_or('0', char::from));
        }
    }
}

/// One byte that a text stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) byte: u8,
    pub(super) is_escaped: bool,
}

/// The bytes that an escaped text stands for.
#[derive(Debug, Clone)]
pub(super) struct Units<'a> {
    rest: &'a [u8],
}

impl<'a> Units<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Units { rest: text.as_bytes() }
    }
}

impl Iterator for Units<'_> {
    type Item = Unit;

    fn next(&mut self) -> Option<Unit> {
        let (&byte, rest) = self.rest.split_first()?;
        if byte == b'%'
            && let [high, low, rest @ ..] = rest
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            self.rest = rest;
            return Some(Unit { byte: high << 4 | low, is_escaped: true });
        }
        self.rest = rest;
        Some(Unit { byte, is_escaped: false })
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_without_two_hex_digits_stands_for_itself() {
        assert_eq!(&*unescape("a%4x%"), b"a%4x%");
        assert_eq!(&*unescape("%2541%e4%41"), b"%41\xe4A");
        assert_eq!((first_malformed("a%20%4x"), first_malformed("%25%20")), (Some(4), None));
    }

    #[test]
    fn nothing_is_allocated_where_nothing_is_escaped() {
        assert!(matches!(unescape("alice"), Cow::Borrowed(_)));
        assert!(matches!(unescape_str("alice"), Ok(Cow::Borrowed("alice"))));
        assert!(matches!(escape(Component::User, "+1;ext=5"), Cow::Borrowed("+1;ext=5")));
    }

    #[test]
    fn what_was_escaped_is_text_only_if_it_is_utf_8() {
        assert_eq!(unescape_str("J%C3%BCrgen").unwrap(), "Jürgen");
        assert!(unescape_str("%C3").is_err());
    }

    #[test]
    fn each_component_has_its_own_bare_characters() {
        let all: Vec<u8> = (0x21..0x7f).filter(|b: &u8| !b.is_ascii_alphanumeric()).collect();
        let bare = |c: Component| all.iter().filter(|&&b| c.allows(b)).map(|&b| char::from(b)).collect::<String>();
        assert_eq!(bare(Component::User), "!$&'()*+,-./;=?_~");
        assert_eq!(bare(Component::Password), "!$&'()*+,-.=_~");
        assert_eq!(bare(Component::Param), "!$&'()*+-./:[]_~");
        assert_eq!(bare(Component::Header), "!$'()*+-./:?[]_~");
    }

    #[test]
    fn mending_keeps_good_escapes_and_escapes_the_rest() {
        let mut out = String::new();
        push_mended(&mut out, Component::User, "a%3bb{%zz:é");
        assert_eq!(out, "a%3Bb%7B%25zz%3A%C3%A9");
    }
}
