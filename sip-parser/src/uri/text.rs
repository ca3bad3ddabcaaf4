//! A URI with its text, owned or borrowed.

use super::parts::Parts;
use super::{Host, HostPort, Params, Scheme};
use crate::error::{ErrorKind, ParseError, Place};
use std::fmt;

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
    pub(super) text: S,
    pub(super) parts: Parts,
}

/// A URI that borrows its text.
pub type UriView<'a> = Uri<&'a str>;

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

    pub(super) fn slice(&self, from: u32, to: u32) -> &str {
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

/// Equality of the text, byte by byte: the same spelling. Whether two URIs mean the same is [`equivalent`](super::equivalent)'s to say
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
