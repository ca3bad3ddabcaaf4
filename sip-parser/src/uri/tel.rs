//! Telephone numbers: `tel` URIs and `sip` URIs with `user=phone` (RFC 3966, RFC 3261 §19.1.6).
//!
//! Read leniently where devices are: a local number may lack its `phone-context`, and one parameter may stand twice.
//! Left out: what extensions mean (`rn`, `npdi`, `tgrp` and others are parameters like any).

use super::compare::{Fold, push_host, push_normal};
use super::escape::{Component, Unit, Units, is_reserved, push, push_mended};
use super::{Params, Scheme, TelBuilder, Uri, UriBuilder, UriView};
use crate::error::{ErrorKind, ParseError, Place};
use std::borrow::Cow;

/// A number with its parameters: the `telephone-subscriber` of RFC 3966 §3.
///
/// ```
/// use offhook_sip_parser::{UriView, uri::Tel};
/// let uri = UriView::parse("tel:+1-201-555-0123;ext=42")?;
/// let tel = Tel::of(&uri).expect("a number");
/// assert_eq!((tel.e164().as_deref(), tel.ext()), (Some("12015550123"), Some("42")));
///
/// let sip = tel.to_sip("gateway.example.com").build()?;
/// assert_eq!(sip.as_str(), "sip:+1-201-555-0123;ext=42@gateway.example.com;user=phone");
/// assert_eq!(Tel::of(&sip.view()).unwrap().to_tel().build()?, uri);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tel<'a> {
    number: &'a str,
    params: Params<'a>,
}

impl<'a> Tel<'a> {
    /// Reads what follows `tel:`, or what stands before the `@` of a `sip` URI.
    ///
    /// # Errors
    /// The number has no digit or another character than digits, separators and, if it is local, `A` to `F`, `*`, `#`.
    pub fn parse(subscriber: &'a str) -> Result<Self, ParseError> {
        let fault = |kind, at| Err(ParseError::new(kind, Place::Uri, at));
        if let Some(at) = subscriber.bytes().position(|b| !crate::scan::is_uri(b)) {
            return fault(ErrorKind::BadCharacter, at);
        }
        let end = subscriber.find(';').unwrap_or(subscriber.len());
        let (number, params) = subscriber.split_at_checked(end).unwrap_or((subscriber, ""));
        let digits = number.strip_prefix('+').unwrap_or(number);
        let is_global = digits.len() < number.len();
        let is_digit = |b: u8| if is_global { b.is_ascii_digit() } else { is_local_digit(b) };
        let mut units = Units::new(digits);
        if !units.clone().all(|u| is_digit(u.byte) || is_separator(u.byte)) {
            let at = digits.bytes().position(|b| b != b'%' && !is_digit(b) && !is_separator(b)).unwrap_or(0);
            return fault(ErrorKind::BadCharacter, number.len() - digits.len() + at);
        }
        if !units.any(|u| is_digit(u.byte)) {
            return fault(ErrorKind::Truncated, number.len());
        }
        Ok(Tel { number, params: Params::from_raw(params) })
    }

    /// The number of a `tel` URI, or of a `sip` or `sips` URI that says `user=phone`. `None` for others, and where
    /// what stands there is no number.
    pub fn of(uri: &UriView<'a>) -> Option<Tel<'a>> {
        match uri.scheme() {
            Scheme::Tel => Tel::parse(uri.after_scheme()).ok(),
            Scheme::Sip | Scheme::Sips if uri.is_phone() => Tel::parse(uri.user_text()?).ok(),
            _ => None,
        }
    }

    /// The number as spelled.
    pub fn number(&self) -> &'a str {
        self.number
    }

    /// Whether the number is good all over the world: it begins with `+`.
    pub fn is_global(&self) -> bool {
        self.number.starts_with('+')
    }

    /// The number without visual separators, a global one with its `+`: what is dialled and compared.
    pub fn digits(&self) -> Cow<'a, str> {
        if self.number.bytes().all(|b| b == b'+' || is_local_digit(b)) {
            return Cow::Borrowed(self.number);
        }
        let kept = Units::new(self.number).filter(|u| !is_separator(u.byte));
        Cow::Owned(kept.map(|u| char::from(u.byte)).collect())
    }

    /// The digits of a global number, country code first, with neither `+` nor separators.
    pub fn e164(&self) -> Option<Cow<'a, str>> {
        match self.digits() {
            Cow::Borrowed(digits) => digits.strip_prefix('+').map(Cow::Borrowed),
            Cow::Owned(digits) => digits.strip_prefix('+').map(|d| Cow::Owned(d.into())),
        }
    }

    /// The parameters in order, still escaped.
    pub fn params(&self) -> Params<'a> {
        self.params
    }

    /// Where a local number is good: a domain, or the digits that global numbers of that place begin with (§5.1.5).
    pub fn phone_context(&self) -> Option<&'a str> {
        self.params.value("phone-context")
    }

    /// The ISDN subaddress, still escaped (§5.2).
    pub fn isub(&self) -> Option<&'a str> {
        self.params.value("isub")
    }

    /// The extension behind a PBX, as spelled (§5.3).
    pub fn ext(&self) -> Option<&'a str> {
        self.params.value("ext")
    }

    /// The first parameter that forbids the use of the URI to who does not know it: its name begins with `m-` (§5.4).
    /// No RFC has defined one.
    pub fn unknown_mandatory(&self) -> Option<&'a str> {
        let is_mandatory = |name: &str| name.get(..2).is_some_and(|m| m.eq_ignore_ascii_case("m-"));
        self.params.iter().map(|p| p.name).find(|name| is_mandatory(name))
    }

    /// As a `tel` URI, in the order and case of [`to_sip`](Tel::to_sip); more can be said before it is built. A local
    /// number that lacks its context needs one here.
    pub fn to_tel(&self) -> TelBuilder {
        TelBuilder::of(*self)
    }

    /// As the user part of a `sip` URI at `host`, with `user=phone`; more can be said before it is built. In lower case
    /// and with `isub`, `ext`, `postd`, `phone-context` before the other parameters, which are sorted, so that
    /// equivalent numbers make equivalent URIs as far as their separators agree (RFC 3261 §19.1.6, RFC 3966 §3). A
    /// character that a user part does not allow is escaped; read back it stands bare.
    pub fn to_sip(&self, host: impl std::fmt::Display) -> UriBuilder {
        self.at(Uri::sip(host))
    }

    /// [`to_sip`](Tel::to_sip) with the `sips` scheme.
    pub fn to_sips(&self, host: impl std::fmt::Display) -> UriBuilder {
        self.at(Uri::sips(host))
    }

    fn at(&self, builder: UriBuilder) -> UriBuilder {
        let mut user = String::new();
        push_mended(&mut user, Component::User, &Subscriber::of(*self).to_text());
        builder.escaped_user(user).phone()
    }
}

pub(super) fn is_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'.' | b'(' | b')')
}

pub(super) fn is_local_digit(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b'*' | b'#')
}

/// A number with its parameters in the order in which they are written.
pub(super) struct Subscriber<'a> {
    tel: Tel<'a>,
    params: Vec<(String, Option<&'a str>)>,
}

impl<'a> Subscriber<'a> {
    pub(super) fn of(tel: Tel<'a>) -> Self {
        let normal = |name: &str| {
            let mut out = String::new();
            push_normal(&mut out, name, Fold::All);
            out
        };
        let mut params: Vec<_> = tel.params.iter().map(|p| (normal(p.name), p.value)).collect();
        // RFC 3966 §3 has isub or ext first, then the context; RFC 3261 §19.1.6 has isub, then postd.
        let rank = |name: &str| ["isub", "ext", "postd", "phone-context"].iter().position(|n| *n == name).unwrap_or(4);
        // Stable, so that equal URIs stay equal where a name stands twice.
        params.sort_by(|a, b| (rank(&a.0), &a.0).cmp(&(rank(&b.0), &b.0)));
        Subscriber { tel, params }
    }

    /// All that must be equal in an equivalent number (RFC 3966 §4).
    pub(super) fn push_key(&self, out: &mut String) {
        out.push_str("tel\n");
        self.tel.digits().chars().for_each(|c| out.push(c.to_ascii_lowercase()));
        for (name, value) in &self.params {
            out.push('\n');
            out.push_str(name);
            let Some(value) = value else { continue };
            out.push('=');
            match &**name {
                "ext" => push_digits(out, value),
                "phone-context" if value.starts_with('+') => push_digits(out, value),
                "phone-context" => push_host(out, value),
                _ => push_normal(out, value, Fold::All),
            }
        }
    }

    pub(super) fn into_params(self) -> Vec<(String, Option<&'a str>)> {
        self.params
    }

    /// As it follows `tel:`.
    pub(super) fn to_text(&self) -> String {
        let mut out = String::with_capacity(self.tel.number.len() + self.tel.params.as_str().len());
        Units::new(self.tel.number).for_each(|u| out.push(char::from(u.byte.to_ascii_lowercase())));
        for (name, value) in &self.params {
            out.push(';');
            out.push_str(name);
            if let Some(value) = value {
                out.push('=');
                Units::new(value).for_each(|unit| push_value_unit(&mut out, unit, name == "isub"));
            }
        }
        out
    }
}

/// What is reserved stays bare only if it was; in `isub` all that is reserved may be bare (RFC 3966 §3, `uric`).
fn push_value_unit(out: &mut String, unit: Unit, is_isub: bool) {
    let byte = unit.byte.to_ascii_lowercase();
    let bare = Component::TelParam.allows(byte)
        || (!unit.is_escaped && (byte == b'+' || (is_isub && is_reserved(byte) && byte != b';')));
    push(out, byte, bare);
}

fn push_digits(out: &mut String, value: &str) {
    let kept: String = value.chars().filter(|c| !matches!(c, '-' | '.' | '(' | ')')).collect();
    push_normal(out, &kept, Fold::All);
}
