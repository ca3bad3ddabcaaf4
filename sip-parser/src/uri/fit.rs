//! What a URI may hold where it stands (RFC 3261 §19.1.1, Table 1).

use super::{Scheme, Uri};
use std::fmt::Write;

/// Where in a message a `sip` or `sips` URI stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UriUse {
    /// The Request-URI: no method and no headers.
    RequestUri,
    /// To: neither port, method, maddr, ttl, transport, lr nor headers.
    To,
    /// From: as [`To`](UriUse::To).
    From,
    /// Contact of REGISTER, its 200 and redirections: neither method nor lr.
    RegistrationContact,
    /// Contact of what makes a dialog, and Record-Route and Route: neither method, ttl nor headers.
    DialogContact,
    /// Outside of messages: everything.
    External,
}

impl UriUse {
    fn allows_port(self) -> bool {
        !matches!(self, UriUse::To | UriUse::From)
    }

    fn allows_headers(self) -> bool {
        matches!(self, UriUse::RegistrationContact | UriUse::External)
    }

    /// Whether a parameter of this name may stand there.
    pub fn allows_param(self, name: &str) -> bool {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let is_address = matches!(self, UriUse::To | UriUse::From);
        match () {
            () if is("method") => self == UriUse::External,
            () if is("maddr") || is("transport") => !is_address,
            () if is("ttl") => !is_address && self != UriUse::DialogContact,
            () if is("lr") => !is_address && self != UriUse::RegistrationContact,
            () => true,
        }
    }
}

impl<S: AsRef<str>> Uri<S> {
    /// The URI without what Table 1 does not allow in that place, and without the zone of an IPv6 address; what is left
    /// keeps its spelling. §19.1.1 would have us ignore what is not allowed, so this is for reading as for writing.
    /// Other schemes stay as they are.
    ///
    /// ```
    /// use offhook_sip_parser::{Uri, uri::UriUse};
    /// let uri: Uri = "sip:bob@example.com:5070;transport=tcp;x=1?Subject=hi".parse()?;
    /// assert_eq!(uri.fit(UriUse::RequestUri).as_str(), "sip:bob@example.com:5070;transport=tcp;x=1");
    /// assert_eq!(uri.fit(UriUse::From).as_str(), "sip:bob@example.com;x=1");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    pub fn fit(&self, place: UriUse) -> Uri {
        let uri = self.view();
        if !matches!(uri.scheme(), Scheme::Sip | Scheme::Sips) {
            return self.to_owned();
        }
        let mut text = String::with_capacity(uri.text().len());
        text.extend([uri.scheme_str(), ":"]);
        uri.user_info().iter().for_each(|info| text.extend([info, "@"]));
        match uri.host_text().split_once('%') {
            Some((address, _)) => text.extend([address, "]"]),
            None => text.push_str(uri.host_text()),
        }
        if let Some(port) = uri.port().filter(|_| place.allows_port()) {
            text.extend([":", &port.to_string()]);
        }
        for param in uri.params().iter().filter(|p| place.allows_param(p.name)) {
            // Writing to a string does not fail.
            let _ = write!(text, "{param}");
        }
        if let Some(headers) = uri.headers().filter(|_| place.allows_headers()) {
            text.extend(["?", headers]);
        }
        // A URI with less in it is one: an `@` further on would have been in the user part.
        text.parse().unwrap_or_else(|_| self.to_owned())
    }
}
