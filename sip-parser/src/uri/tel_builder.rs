//! Building `tel` URIs that keep to the grammar (RFC 3966 §3).

use super::builder::{BuildError, valid_host};
use super::escape::{Component, Units, escape};
use super::tel::{Subscriber, is_separator};
use super::{Host, Tel, Uri};

/// A `tel` URI being built, begun by [`Uri::tel`] or [`Tel::to_tel`]. It is written in lower case, its parameters in the
/// order that RFC 3966 §3 asks for.
///
/// ```
/// use offhook_sip_parser::Uri;
/// let uri = Uri::tel("7042").phone_context("example.com").ext("12").build()?;
/// assert_eq!(uri.as_str(), "tel:7042;ext=12;phone-context=example.com");
/// # Ok::<(), offhook_sip_parser::uri::BuildError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct TelBuilder {
    number: String,
    /// Values are escaped.
    params: Vec<(String, Option<String>)>,
}

impl Uri {
    /// Begins a `tel` URI: a global number with its `+`, or a local one, which needs a
    /// [`phone_context`](TelBuilder::phone_context). Visual separators (`-.()`) are kept.
    pub fn tel(number: &str) -> TelBuilder {
        TelBuilder { number: number.into(), params: Vec::new() }
    }
}

impl TelBuilder {
    pub(super) fn of(tel: Tel<'_>) -> Self {
        let number = Units::new(tel.number()).map(|u| char::from(u.byte)).collect();
        let mut builder = TelBuilder { number, params: Vec::new() };
        for (name, value) in Subscriber::of(tel).into_params() {
            // Of one name, which lie together, the first stays.
            if builder.params.last().is_none_or(|(last, _)| *last != name) {
                builder.params.push((name, value.filter(|v| !v.is_empty()).map(Into::into)));
            }
        }
        builder
    }

    /// Where a local number is good: a domain name, or `+` and the digits that numbers of that place begin with.
    pub fn phone_context(self, context: &str) -> Self {
        self.set("phone-context", Some(context.into()))
    }

    /// The ISDN subaddress, as text or any bytes.
    pub fn isub(self, isub: impl AsRef<[u8]>) -> Self {
        self.param("isub", isub)
    }

    /// The extension: digits and visual separators.
    pub fn ext(self, ext: &str) -> Self {
        self.set("ext", Some(ext.into()))
    }

    /// Any other parameter with a value. One that is given twice is the later one.
    pub fn param(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.set(name, Some(escape(Component::TelParam, &value).into_owned()))
    }

    /// A parameter without a value.
    pub fn flag(self, name: &str) -> Self {
        self.set(name, None)
    }

    fn set(mut self, name: &str, value: Option<String>) -> Self {
        match self.params.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
            Some((_, old)) => *old = value,
            None => self.params.push((name.into(), value)),
        }
        self
    }

    /// The URI.
    ///
    /// # Errors
    /// Says which part cannot be written.
    pub fn build(&self) -> Result<Uri, BuildError> {
        // Whole, so that a `;` in it is a fault and not a parameter.
        if let Some(at) = self.number.find(';') {
            let kind = crate::ErrorKind::BadCharacter;
            return Err(BuildError::BadNumber(crate::ParseError::new(kind, crate::Place::Uri, at)));
        }
        let number = Tel::parse(&self.number).map_err(BuildError::BadNumber)?;
        let has = |name: &str| self.params.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        if !number.is_global() && !has("phone-context") {
            return Err(BuildError::MissingContext);
        }
        if has("isub") && has("ext") {
            return Err(BuildError::SubaddressAndExtension);
        }
        let mut text = self.number.clone();
        for (i, (name, value)) in self.params.iter().enumerate() {
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                return Err(BuildError::BadParamName(i));
            }
            if !is_valid(&name.to_ascii_lowercase(), value.as_deref()) {
                return Err(BuildError::BadParamValue(i));
            }
            text.extend([";", name]);
            value.iter().for_each(|v| text.extend(["=", v]));
        }
        let tel = Tel::parse(&text).map_err(BuildError::BadNumber)?;
        Ok(format!("tel:{}", Subscriber::of(tel).to_text()).parse()?)
    }
}

fn is_valid(name: &str, value: Option<&str>) -> bool {
    match (name, value) {
        ("phone-context", Some(context)) => match context.strip_prefix('+') {
            Some(digits) => is_digits(digits),
            None => matches!(valid_host(context), Some(Host::Name(_))),
        },
        ("ext", Some(ext)) => is_digits(ext),
        ("phone-context" | "ext" | "isub", None) => false,
        (_, value) => value.is_none_or(|v| !v.is_empty()),
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || is_separator(b)) && text.bytes().any(|b| b.is_ascii_digit())
}
