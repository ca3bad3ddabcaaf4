//! Building `sip` and `sips` URIs that keep to the grammar (RFC 3261 §25.1), with the escaping done.

use super::escape::{Component, escape, push_mended, unescape};
use super::{Host, Scheme, Uri, UriView};
use crate::error::ParseError;
use crate::{Method, scan};
use std::fmt::{self, Display, Write};

/// Why no URI could be built, and which part is to blame. Numbers count parameters or headers from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A user is given and empty (RFC 3261 §19.1.1).
    #[error("the user is empty")]
    EmptyUser,
    /// A password is given and no user.
    #[error("a password without a user")]
    PasswordWithoutUser,
    /// The host is neither an address nor a name.
    #[error("the host is neither an address nor a name")]
    BadHost,
    /// The name of a parameter is empty, or for `tel` more than letters, digits and hyphens.
    #[error("bad name of parameter {0}")]
    BadParamName(usize),
    /// The value of a parameter is empty, or not what the RFC has for that name.
    #[error("bad value of parameter {0}")]
    BadParamValue(usize),
    /// The name of a header is not a token.
    #[error("bad name of header {0}")]
    BadHeaderName(usize),
    /// What should be a telephone number is none; `at` counts from its start.
    #[error("bad telephone number: {0}")]
    BadNumber(ParseError),
    /// A local number lacks its `phone-context` (RFC 3966 §5.1.5).
    #[error("a local number without a phone-context")]
    MissingContext,
    /// Both an ISDN subaddress and an extension are given (RFC 3966 §5.3).
    #[error("both isub and ext")]
    SubaddressAndExtension,
    /// What was built is more than the parser takes.
    #[error("not readable when built: {0}")]
    Unreadable(#[from] ParseError),
}

/// A `sip` or `sips` URI being built, begun by [`Uri::sip`], [`Uri::sips`] or [`Uri::to_builder`].
///
/// Everything is given as it is meant, unescaped; a `%` is a percent sign. A parameter that is given twice is the later
/// one. Host names may have underscores, which the grammar does not have and local networks do.
///
/// ```
/// use offhook_sip_parser::Uri;
/// let uri = Uri::sip("example.com").user("j@s0n").port(5070).transport("tcp").loose();
/// let uri = uri.header("Subject", "hi there").build()?;
/// assert_eq!(uri.as_str(), "sip:j%40s0n@example.com:5070;transport=tcp;lr?Subject=hi%20there");
/// # Ok::<(), offhook_sip_parser::uri::BuildError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct UriBuilder {
    scheme: Scheme,
    /// These four are escaped.
    user: Option<String>,
    password: Option<String>,
    params: Vec<(String, Option<String>)>,
    headers: Vec<(String, String)>,
    host: String,
    port: Option<u16>,
}

impl Uri {
    /// Begins a `sip` URI. The host is anything that is written as one: a name, a [`Host`], an
    /// [`IpAddr`](std::net::IpAddr); IPv6 with or without brackets.
    pub fn sip(host: impl Display) -> UriBuilder {
        UriBuilder::new(Scheme::Sip, host)
    }

    /// Begins a `sips` URI.
    pub fn sips(host: impl Display) -> UriBuilder {
        UriBuilder::new(Scheme::Sips, host)
    }
}

impl<S: AsRef<str>> Uri<S> {
    /// The parts of this URI, to build another of them. What the parser took and the grammar does not have is mended:
    /// escaped, or the later of two parameters of one name left out. `None` unless it is `sip` or `sips`.
    pub fn to_builder(&self) -> Option<UriBuilder> {
        let uri: UriView<'_> = self.view();
        if !matches!(uri.scheme(), Scheme::Sip | Scheme::Sips) {
            return None;
        }
        let mended = |component, raw: &str| {
            let mut out = String::with_capacity(raw.len());
            push_mended(&mut out, component, raw);
            out
        };
        let param = |raw: &str| mended(Component::Param, raw);
        let header = |raw: &str| mended(Component::Header, raw);
        Some(UriBuilder {
            user: uri.user().map(|u| mended(Component::User, u)),
            password: uri.password().map(|p| mended(Component::Password, p)),
            port: uri.port(),
            params: uri
                .params()
                .iter()
                .map(|p| (param(p.name), p.value.filter(|v| !v.is_empty()).map(param)))
                .collect(),
            headers: uri.header_fields().map(|h| (header(h.name), header(h.value))).collect(),
            ..UriBuilder::new(uri.scheme(), uri.host_text())
        })
    }
}

impl UriBuilder {
    fn new(scheme: Scheme, host: impl Display) -> Self {
        let (params, headers) = (Vec::new(), Vec::new());
        UriBuilder { scheme, user: None, password: None, params, headers, host: host.to_string(), port: None }
    }

    /// The scheme becomes `sips`.
    pub fn secure(mut self) -> Self {
        self.scheme = Scheme::Sips;
        self
    }

    /// Another host; see [`Uri::sip`].
    pub fn host(mut self, host: impl Display) -> Self {
        self.host = host.to_string();
        self
    }

    /// The user, as text or any bytes.
    pub fn user(self, user: impl AsRef<[u8]>) -> Self {
        self.escaped_user(escape(Component::User, &user).into_owned())
    }

    pub(super) fn escaped_user(mut self, user: String) -> Self {
        self.user = Some(user);
        self
    }

    /// The password. RFC 3261 §19.1.1 recommends against it.
    pub fn password(mut self, password: impl AsRef<[u8]>) -> Self {
        self.password = Some(escape(Component::Password, &password).into_owned());
        self
    }

    /// The port; `None` takes it away.
    pub fn port(mut self, port: impl Into<Option<u16>>) -> Self {
        self.port = port.into();
        self
    }

    /// A parameter with a value. `transport`, `user` and `method` take a token, `ttl` 0 to 255, `maddr` a host.
    pub fn param(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let value = escape(Component::Param, &value).into_owned();
        self.set(name, Some(value))
    }

    /// A parameter without a value.
    pub fn flag(self, name: &str) -> Self {
        self.set(name, None)
    }

    fn set(mut self, name: &str, value: Option<String>) -> Self {
        let name = escape(Component::Param, name);
        match self.params.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(&name)) {
            Some((_, old)) => *old = value,
            None => self.params.push((name.into_owned(), value)),
        }
        self
    }

    /// Takes a parameter away.
    pub fn without_param(mut self, name: &str) -> Self {
        let name = escape(Component::Param, name);
        self.params.retain(|(n, _)| !n.eq_ignore_ascii_case(&name));
        self
    }

    /// `;transport=`, a token.
    pub fn transport(self, transport: &str) -> Self {
        self.param("transport", transport)
    }

    /// `;lr`: the host is a loose router.
    pub fn loose(self) -> Self {
        self.flag("lr")
    }

    /// `;user=phone`: the user is a telephone number.
    pub fn phone(self) -> Self {
        self.param("user", "phone")
    }

    /// `;maddr=`: where the request is to go instead.
    pub fn maddr(self, host: Host<'_>) -> Self {
        self.param("maddr", host.to_string())
    }

    /// `;ttl=`
    pub fn ttl(self, ttl: u8) -> Self {
        self.param("ttl", ttl.to_string())
    }

    /// `;method=`
    pub fn method(self, method: &Method) -> Self {
        self.param("method", method.as_str())
    }

    /// One more header for the request that is formed from the URI; `body` is its body.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = escape(Component::Header, name).into_owned();
        self.headers.push((name, escape(Component::Header, &value).into_owned()));
        self
    }

    /// No headers.
    pub fn without_headers(mut self) -> Self {
        self.headers.clear();
        self
    }

    /// The URI.
    ///
    /// # Errors
    /// Says which part cannot be written.
    pub fn build(&self) -> Result<Uri, BuildError> {
        let mut out = String::from(if self.scheme == Scheme::Sips { "sips:" } else { "sip:" });
        match (&self.user, &self.password) {
            (Some(user), _) if user.is_empty() => return Err(BuildError::EmptyUser),
            (None, Some(_)) => return Err(BuildError::PasswordWithoutUser),
            (Some(user), password) => {
                out.push_str(user);
                password.iter().for_each(|p| out.extend([":", p]));
                out.push('@');
            }
            (None, None) => {}
        }
        // Writing to a string does not fail.
        let _ = write!(out, "{}", valid_host(&self.host).ok_or(BuildError::BadHost)?);
        if let Some(port) = self.port {
            let _ = write!(out, ":{port}");
        }
        self.push_params(&mut out)?;
        for (i, (name, value)) in self.headers.iter().enumerate() {
            if !is_token(name) {
                return Err(BuildError::BadHeaderName(i));
            }
            out.extend([if i == 0 { "?" } else { "&" }, name, "=", value]);
        }
        Ok(out.parse()?)
    }

    fn push_params(&self, out: &mut String) -> Result<(), BuildError> {
        let lower: Vec<String> = self.params.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        let mut seen = std::collections::HashSet::new();
        for (i, ((name, value), lower)) in self.params.iter().zip(&lower).enumerate() {
            if name.is_empty() {
                return Err(BuildError::BadParamName(i));
            }
            if !seen.insert(lower) {
                continue;
            }
            out.extend([";", name]);
            let Some(value) = value else { continue };
            let bad = BuildError::BadParamValue(i);
            let is_valid = match lower.as_str() {
                "transport" | "user" | "method" => is_token(value),
                "ttl" => value.len() <= 3 && value.bytes().all(|b| b.is_ascii_digit()) && value.parse::<u8>().is_ok(),
                "maddr" => {
                    let _ = write!(out, "={}", valid_host(value).ok_or(bad)?);
                    continue;
                }
                _ => !value.is_empty(),
            };
            if !is_valid {
                return Err(bad);
            }
            out.extend(["=", value]);
        }
        Ok(())
    }
}

fn is_token(escaped: &str) -> bool {
    let bytes = unescape(escaped);
    !bytes.is_empty() && bytes.iter().all(|&b| scan::is_token(b))
}

/// An address, or a name that is one: labels of letters, digits, hyphens (inside) and underscores, the last not a number.
pub(super) fn valid_host(text: &str) -> Option<Host<'_>> {
    let host = Host::parse(text)?;
    let Host::Name(name) = host else { return Some(host) };
    let is_label = |l: &str| !(l.is_empty() || l.starts_with('-') || l.ends_with('-'));
    let mut labels = name.strip_suffix('.').unwrap_or(name).rsplit('.');
    let top = labels.next()?;
    let is_name = is_label(top) && !top.bytes().all(|b| b.is_ascii_digit()) && labels.all(is_label);
    is_name.then_some(host)
}

/// Without the password.
impl fmt::Debug for UriBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("UriBuilder");
        shown.field("scheme", &self.scheme).field("user", &self.user).field("host", &self.host);
        shown.field("port", &self.port).field("params", &self.params).field("headers", &self.headers);
        shown.finish_non_exhaustive()
    }
}
