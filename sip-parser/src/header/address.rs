//! `name-addr` and `addr-spec` with parameters: what From, To, Contact and the routes are made of (RFC 3261 §20.10).

use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Class, Cursor};
use crate::uri::{Param, Params, UriView};
use std::borrow::Cow;
use std::fmt;

/// A URI with perhaps a display name, and the header's parameters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NameAddr<'a> {
    /// The display name as written, without its quotes and still escaped. Real devices put any bytes here.
    pub display: Option<&'a [u8]>,
    /// The address.
    pub uri: UriView<'a>,
    /// The header's own parameters, after the `>`.
    pub params: Params<'a>,
}

impl<'a> NameAddr<'a> {
    /// Just a URI.
    pub fn new(uri: UriView<'a>) -> Self {
        NameAddr { display: None, uri, params: Params::default() }
    }

    /// The display name, unescaped; bytes that are not UTF-8 are replaced.
    pub fn display_name(&self) -> Option<Cow<'a, str>> {
        let text = String::from_utf8_lossy(self.display?);
        if !text.contains('\\') {
            return Some(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            out.extend(if c == '\\' { chars.next() } else { Some(c) });
        }
        Some(Cow::Owned(out))
    }

    /// The `tag` parameter (RFC 3261 §19.3). One without a value, `;tag` or `;tag=`, is none: it tells no dialog from
    /// another, and the answer to such a request gets its own.
    pub fn tag(&self) -> Option<&'a str> {
        let value = |p: Param<'a>| p.value.filter(|v| !v.is_empty() && p.name.eq_ignore_ascii_case("tag"));
        self.params.iter().find_map(value)
    }

    pub(crate) fn parse(value: &'a [u8], place: &'static Place) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, place);
        c.space();
        let display = match c.peek() {
            Some(b'<') => None,
            Some(b'"') => {
                let text = c.quoted()?;
                c.space();
                if c.peek() != Some(b'<') {
                    return Err(c.error(ErrorKind::BadCharacter));
                }
                Some(text)
            }
            _ => match unquoted(&mut c)? {
                Some(text) => Some(text),
                None => return addr_spec(&mut c),
            },
        };
        c.bump();
        c.space();
        let uri = bracketed(&mut c)?;
        Ok(NameAddr { display, uri, params: params(&mut c)? })
    }
}

/// A display name without quotes, up to its `<`; `None` if there is no bracket, so that a URI must stand here.
fn unquoted<'a>(c: &mut Cursor<'a>) -> Result<Option<&'a [u8]>, ParseError> {
    let (rest, mut is_sound) = (c.rest(), true);
    for (i, &b) in rest.iter().enumerate() {
        match b {
            b'<' => {
                scan::looked(i);
                c.skip_bytes(i);
                let text = scan::trim_end(rest.get(..i).unwrap_or_default());
                // The last backslash of an odd run escapes nothing.
                let backslashes = text.iter().rev().take_while(|&&b| b == b'\\').count();
                scan::looked(backslashes);
                let is_sound = is_sound && backslashes % 2 == 0;
                return if is_sound { Ok(Some(text)) } else { Err(c.error(ErrorKind::BadCharacter)) };
            }
            // What follows is part of a parameter.
            b'"' | b';' => {
                scan::looked(i);
                return Ok(None);
            }
            b'>' | b'@' | b'\0' => is_sound = false,
            _ => {}
        }
    }
    scan::looked(rest.len());
    Ok(None)
}

/// Without quotes or brackets it is an addr-spec: what follows a `;` is the header's, not the URI's (§20).
fn addr_spec<'a>(c: &mut Cursor<'a>) -> Result<NameAddr<'a>, ParseError> {
    let before = *c;
    let text = c.text_while(|b| scan::is_uri(b) && b != b';')?;
    let uri = UriView::find(text).map_err(|fault| before.fault(fault))?;
    Ok(NameAddr { display: None, uri, params: params(c)? })
}

/// A URI and the `>` behind it.
fn bracketed<'a>(c: &mut Cursor<'a>) -> Result<UriView<'a>, ParseError> {
    let before = *c;
    let Some(len) = scan::find(b'>', c.rest()) else {
        // A fault in the URI is told first.
        UriView::find(c.take_rest()?).map_err(|fault| before.fault(fault))?;
        return Err(c.error(ErrorKind::Truncated));
    };
    c.skip_bytes(len);
    let text = c.since(before.at())?.trim_ascii_end();
    c.bump();
    UriView::find(text).map_err(|fault| before.fault(fault))
}

/// The rest of the value as `*( SEMI param )`.
#[inline]
pub(crate) fn params<'a>(c: &mut Cursor<'a>) -> Result<Params<'a>, ParseError> {
    c.space();
    if c.is_end() { Ok(Params::default()) } else { some_params(c) }
}

fn some_params<'a>(c: &mut Cursor<'a>) -> Result<Params<'a>, ParseError> {
    let rest = c.rest();
    let from = c.at();
    // As nearly everybody writes them. What is left needs a closer look.
    c.skip_bytes(plain(rest));
    loop {
        c.space();
        if c.is_end() {
            break;
        }
        if !c.eat(b';') {
            return Err(c.error(ErrorKind::BadCharacter));
        }
        c.space();
        if matches!(c.peek(), None | Some(b';')) {
            continue;
        }
        if c.skip(Class::TOKEN) == 0 {
            return Err(c.error(ErrorKind::BadCharacter));
        }
        if c.eat(b'=') || c.eat_spaced(b'=') {
            c.space();
            if c.peek() == Some(b'"') {
                c.quoted()?;
            } else {
                c.skip(Class::VALUE);
            }
        }
    }
    c.since(from).map(|text| Params::from_raw(text.trim_ascii_end()))
}

/// How many bytes are parameters without white space and quotes.
fn plain(bytes: &[u8]) -> usize {
    let mut whole = 0;
    while bytes.get(whole) == Some(&b';') {
        let name = whole + 1;
        let mut i = name;
        while bytes.get(i).is_some_and(|&b| Class::TOKEN.has(b)) {
            i += 1;
        }
        let has_name = i > name;
        if bytes.get(i) == Some(&b'=') {
            i += 1;
            while bytes.get(i).is_some_and(|&b| Class::VALUE.has(b)) {
                i += 1;
            }
        }
        if !has_name || !matches!(bytes.get(i), None | Some(b';')) {
            break;
        }
        scan::looked(i - whole);
        whole = i;
    }
    whole
}

impl fmt::Display for NameAddr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(display) = self.display {
            f.write_str("\"")?;
            scan::write_unfolded(f, &String::from_utf8_lossy(display))?;
            f.write_str("\" ")?;
        }
        write!(f, "<{}>{}", self.uri, self.params)
    }
}

impl fmt::Debug for NameAddr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NameAddr({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(value: &str) -> Result<NameAddr<'_>, ParseError> {
        NameAddr::parse(value.as_bytes(), &Place::Uri)
    }

    #[test]
    fn the_forms_of_rfc_3261_20_are_read() {
        let a = parse("\"A. G. \\\"Bell\\\"\" <sip:agb@bell-telephone.com> ;tag=a48s").unwrap();
        assert_eq!(a.display_name().unwrap(), "A. G. \"Bell\"");
        assert_eq!((a.uri.user(), a.tag()), (Some("agb"), Some("a48s")));
        let a = parse("sip:+12125551212@server.phone2net.com;tag=887s").unwrap();
        assert_eq!((a.display, a.tag(), a.uri.params().has("tag")), (None, Some("887s"), false));
        let a = parse("Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8").unwrap();
        assert_eq!(a.display_name().unwrap(), "Anonymous");
        let a = parse("<sip:a@b;lr>").unwrap();
        assert!(a.uri.is_loose_router() && a.display.is_none());
    }

    #[test]
    fn a_bracket_in_a_parameter_opens_no_uri() {
        let a = parse("sip:a@b;x=\"<sip:c@d>\";tag=1").unwrap();
        assert_eq!((a.uri.as_str(), a.params.value("x"), a.tag()), ("sip:a@b", Some("\"<sip:c@d>\""), Some("1")));
    }

    #[test]
    fn a_character_that_cannot_be_copied_is_refused() {
        // Copied into a response it would be written as a space, and the peer's tag or branch would come back cut off.
        assert!(parse("<sip:a@b>;tag=1\0x").is_err() && parse("<sip:a@b>;tag=\x7f").is_err());
        assert!(parse("\0<sip:a@b>").is_err(), "nor may a name appear where none was");
        assert_eq!(parse("<sip:a@b>;tag\t=\r\n 1").unwrap().tag(), Some("1"));
    }

    #[test]
    fn a_tag_without_a_value_is_none() {
        for none in ["<sip:a@b>", "<sip:a@b>;tag", "<sip:a@b>;tag=", "sip:a@b;tag= ;x=1"] {
            assert_eq!(parse(none).unwrap().tag(), None, "{none}");
        }
        assert_eq!(parse("<sip:a@b>;tag=;tag=1").unwrap().tag(), Some("1"));
    }

    #[test]
    fn a_backslash_that_escapes_nothing_is_refused() {
        assert!(parse("Bob\\ <sip:b@x>").is_err() && parse("\"Bob\\\" <sip:b@x>").is_err());
        assert_eq!(parse("Bob\\\\ <sip:b@x>").unwrap().display_name().unwrap(), "Bob\\");
    }

    #[test]
    fn what_is_none_of_them_is_refused() {
        for bad in ["", "\"Bob <sip:b@x>", "<sip:b@x", "Bob sip:b@x", "\"Bob\" x <sip:b@x>", "<sip:b@x> tag=1", "sip:"]
        {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_error_in_the_uri_says_where_in_the_value() {
        let e = parse("Bob <sip:b@x:y>").unwrap_err();
        assert_eq!((e.kind, e.at), (ErrorKind::BadNumber, 13));
    }
}
