//! URIs (RFC 3261 §19.1): `sip` and `sips` taken apart, `tel` read as a [`Tel`] (RFC 3966), others kept whole.
//!
//! - `==` on a [`Uri`] compares the text, byte by byte; [`equivalent`] is the comparison of §19.1.4, and a [`UriKey`]
//!   is what a table of URIs is keyed by.
//! - What accessors return is still escaped: [`unescape_str`] reads it, [`escape`] writes it.
//! - [`Uri::sip`], [`Uri::sips`] and [`Uri::tel`] begin a URI that cannot become an invalid one.
//! - [`Uri::fit`] drops what may not stand in a Request-URI, From, To or Contact (§19.1.1, Table 1).
//!
//! Left out: internationalised host names and what other schemes hold.

mod builder;
mod compare;
mod escape;
mod fit;
mod host;
mod ipv6;
mod parameters;
mod params;
mod tel;
mod tel_builder;

pub use builder::{BuildError, UriBuilder};
pub use compare::{UriKey, equivalent};
pub use escape::{Component, escape, first_malformed, unescape, unescape_str};
pub use fit::UriUse;
pub use host::{Host, HostPort};
pub use parameters::{Gruu, UriHeader, UriHeaders};
pub use params::{Param, Params, ParamsIter};
pub use tel::Tel;
pub use tel_builder::TelBuilder;

use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Class};
use std::fmt;

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

/// A URI: owned as [`Uri`], borrowed as [`UriView`]. Its parts are found once.
///
/// ```
/// use offhook_sip_parser::{Host, Uri};
/// let uri: Uri = "sip:bob@biloxi.example.com:5070;transport=tcp".parse()?;
/// assert_eq!(uri.user(), Some("bob"));
/// assert_eq!(uri.host(), Some(Host::Name("biloxi.example.com")));
/// assert_eq!((uri.port(), uri.params().value("transport")), (Some(5070), Some("tcp")));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Uri<S = Box<str>> {
    text: S,
    parts: Parts,
}

/// A URI that borrows its text.
pub type UriView<'a> = Uri<&'a str>;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Parts {
    scheme: Scheme,
    /// Where what follows the scheme and its colon begins.
    rest: u32,
    /// End of the user part; `rest` when there is none.
    user_end: u32,
    /// End of `user:password`, where the `@` stands; `rest` when there is no user.
    info_end: u32,
    host: (u32, u32),
    port: Option<u16>,
    params_end: u32,
}

impl<'a> UriView<'a> {
    /// Reads the whole of `text`.
    pub fn parse(text: &'a str) -> Result<Self, ParseError> {
        Self::find(text).map_err(|(kind, at)| ParseError::new(kind, Place::Uri, at))
    }

    pub(crate) fn parse_bytes(bytes: &'a [u8]) -> Result<Self, (ErrorKind, usize)> {
        Self::find(std::str::from_utf8(bytes).map_err(|e| (ErrorKind::BadCharacter, e.valid_up_to()))?)
    }

    /// Reads the whole of `text`; where a fault is, counts from its start.
    pub(crate) fn find(text: &'a str) -> Result<Self, (ErrorKind, usize)> {
        Ok(Uri { text, parts: Parts::find(text)? })
    }

    /// The host of a `sip` or `sips` URI, with the lifetime of the text.
    pub fn host_port(&self) -> Option<HostPort<'a>> {
        let (from, to) = self.parts.host;
        let host = Host::from_checked(self.text.get(from as usize..to as usize)?)?;
        Some(HostPort { host, port: self.parts.port })
    }

    /// The text, with the lifetime of what was parsed.
    pub fn text(&self) -> &'a str {
        self.text
    }
}

impl Parts {
    fn find(text: &str) -> Result<Parts, (ErrorKind, usize)> {
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
    fn params_from(&self, text: &str) -> usize {
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

impl<S: AsRef<str>> Uri<S> {
    /// The text as it was read.
    pub fn as_str(&self) -> &str {
        self.text.as_ref()
    }

    /// The same URI, borrowed.
    pub fn view(&self) -> UriView<'_> {
        Uri { text: self.text.as_ref(), parts: self.parts }
    }

    /// The same URI, owned.
    pub fn to_owned(&self) -> Uri {
        Uri { text: self.as_str().into(), parts: self.parts }
    }

    fn slice(&self, from: u32, to: u32) -> &str {
        self.as_str().get(from as usize..to as usize).unwrap_or_default()
    }

    /// `sip`, `sips`, `tel` or other.
    pub fn scheme(&self) -> Scheme {
        self.parts.scheme
    }

    /// The user part of a `sip` or `sips` URI, still escaped; the number of a `tel` URI with its parameters cut off.
    pub fn user(&self) -> Option<&str> {
        let p = &self.parts;
        match p.scheme {
            Scheme::Tel => self.slice(p.rest, p.params_end).split(';').next(),
            _ => (p.info_end > p.rest).then(|| self.slice(p.rest, p.user_end)),
        }
    }

    /// The host of a `sip` or `sips` URI.
    pub fn host(&self) -> Option<Host<'_>> {
        self.view().host_port().map(|h| h.host)
    }

    /// The port, if the URI names one.
    pub fn port(&self) -> Option<u16> {
        self.parts.port
    }

    /// The parameters of a `sip` or `sips` URI.
    pub fn params(&self) -> Params<'_> {
        match self.parts.scheme {
            Scheme::Sip | Scheme::Sips => {
                let from = self.parts.params_from(self.as_str());
                Params::from_raw(self.as_str().get(from..self.parts.params_end as usize).unwrap_or_default())
            }
            _ => Params::from_raw(""),
        }
    }

    /// The headers part, after the `?`, still escaped.
    pub fn headers(&self) -> Option<&str> {
        self.as_str().get(self.parts.params_end as usize + 1..)
    }

    /// Whether the next hop may be found by the Route set alone: the `lr` parameter (RFC 3261 §19.1.1).
    pub fn is_loose_router(&self) -> bool {
        self.params().has("lr")
    }
}

impl std::str::FromStr for Uri {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        UriView::parse(text).map(|u| u.to_owned())
    }
}

impl<S: AsRef<str>> fmt::Display for Uri<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<S: AsRef<str>> fmt::Debug for Uri<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uri({:?})", self.as_str())
    }
}

/// Equality of the text, byte by byte: the same spelling. Whether two URIs mean the same is [`equivalent`]'s to say
/// (RFC 3261 §19.1.4).
impl<S: AsRef<str>, T: AsRef<str>> PartialEq<Uri<T>> for Uri<S> {
    fn eq(&self, other: &Uri<T>) -> bool {
        self.as_str() == other.as_str()
    }
}

impl<S: AsRef<str>> Eq for Uri<S> {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_rfc_3261_19_1_3_are_read() {
        let u = UriView::parse("sips:alice:secret@atlanta.com?subject=project%20x&priority=urgent").unwrap();
        assert_eq!((u.scheme(), u.user(), u.port()), (Scheme::Sips, Some("alice"), None));
        assert_eq!(u.headers(), Some("subject=project%20x&priority=urgent"));
        let u = UriView::parse("sip:+1-212-555-1212:1234@gateway.com;user=phone").unwrap();
        assert_eq!((u.user(), u.params().value("user")), (Some("+1-212-555-1212"), Some("phone")));
        let u = UriView::parse("sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com").unwrap();
        assert_eq!((u.user(), u.params().value("METHOD")), (None, Some("REGISTER")));
        let u = UriView::parse("sip:alice;day=tuesday@atlanta.com").unwrap();
        assert_eq!((u.user(), u.params().iter().count()), (Some("alice;day=tuesday"), 0));
        assert_eq!(UriView::parse("tel:+358-555-1234567;postd=pp22").unwrap().user(), Some("+358-555-1234567"));
    }

    #[test]
    fn hosts_are_typed_and_ports_checked() {
        assert_eq!(UriView::parse("sip:[2001:db8::10]:5070").unwrap().port(), Some(5070));
        assert_eq!(UriView::parse("sip:a@192.0.2.1").unwrap().host(), Some(Host::V4([192, 0, 2, 1].into())));
        for bad in
            ["sip:", "bob@x", "sip:@x", "sip:a@", "sip:a@x:99999", "sip:a@x:", "sip:a@[::1", "sip:a b@x", "sip:a@x y"]
        {
            assert!(UriView::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(s in "(sip:|sips:|tel:)?[ -~]{0,40}") {
            if let Ok(u) = UriView::parse(&s) {
                let _ = (u.user(), u.host(), u.port(), u.params().iter().count(), u.headers());
                prop_assert_eq!(u.to_string(), s);
            }
        }
    }
}
