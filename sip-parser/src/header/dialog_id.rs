//! Headers that name another dialog: `Replaces` (RFC 3891 §6.1), `Join` (RFC 3911 §7.1), `Target-Dialog` (RFC 4538 §7).
//!
//! Each has both of its tags once, or it is an error. Other parameters are not kept.

use super::{Name, TypedHeader, address, shapes};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Cursor};
use crate::uri::Params;
use std::fmt;

/// The call that this INVITE shall take the place of. The tags are seen from the receiver: `to_tag` is its own.
///
/// ```
/// use offhook_sip_parser::header::{Replaces, TypedHeader};
/// let r = Replaces::parse(b"98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff")?;
/// assert_eq!(r, Replaces { call_id: "98732@sip.example.com", to_tag: "ff87ff", from_tag: "r33th4x0r", early_only: false });
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Replaces<'a> {
    /// The call's Call-ID.
    pub call_id: &'a str,
    /// The receiver's tag in it; `0` also means none.
    pub to_tag: &'a str,
    /// The other side's tag in it; `0` also means none.
    pub from_tag: &'a str,
    /// Whether an established call is to be left alone (486).
    pub early_only: bool,
}

/// The call that this INVITE shall be joined with. The tags are seen from the receiver: `to_tag` is its own.
///
/// ```
/// use offhook_sip_parser::header::{Join, TypedHeader};
/// let j = Join::parse(b"12adf2f34456gs5;to-tag=12345;from-tag=54321")?;
/// assert_eq!((j.call_id, j.to_tag, j.from_tag), ("12adf2f34456gs5", "12345", "54321"));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Join<'a> {
    /// The call's Call-ID.
    pub call_id: &'a str,
    /// The receiver's tag in it; `0` also means none.
    pub to_tag: &'a str,
    /// The other side's tag in it; `0` also means none.
    pub from_tag: &'a str,
}

/// A dialog that the sender shows to know, so that this request may be let in. The tags are seen from the receiver.
///
/// ```
/// use offhook_sip_parser::header::{TargetDialog, TypedHeader};
/// let t = TargetDialog::parse(b"fa77as7dad8-sd98ajzz@host.example.com ;local-tag=kkaz- ;remote-tag=6544")?;
/// assert_eq!((t.local_tag, t.remote_tag), ("kkaz-", "6544"));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TargetDialog<'a> {
    /// The dialog's Call-ID.
    pub call_id: &'a str,
    /// The receiver's tag.
    pub local_tag: &'a str,
    /// The other side's tag.
    pub remote_tag: &'a str,
}

struct DialogId<'a> {
    call_id: &'a str,
    tags: [&'a str; 2],
    params: Params<'a>,
}

impl<'a> DialogId<'a> {
    fn parse(value: &'a [u8], place: &'static Place, names: [&str; 2]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, place);
        let call_id = c.run(scan::Class::WORD)?;
        let params = address::params(&mut c)?;
        let [first, second] = names;
        Ok(DialogId { call_id, tags: [tag(value, place, params, first)?, tag(value, place, params, second)?], params })
    }
}

fn tag<'a>(value: &[u8], place: &Place, params: Params<'a>, name: &str) -> Result<&'a str, ParseError> {
    let fault = |kind, at| ParseError::new(kind, *place, at);
    let mut all = params.iter().filter(|p| p.name.eq_ignore_ascii_case(name));
    let first = all.next().ok_or(fault(ErrorKind::Missing, value.len()))?;
    if let Some(again) = all.next() {
        return Err(fault(ErrorKind::Repeated, shapes::offset(value, again.name)));
    }
    let is_token = |v: &&str| !v.is_empty() && v.bytes().all(scan::is_token);
    first.value.filter(is_token).ok_or(fault(ErrorKind::BadCharacter, shapes::offset(value, first.name)))
}

impl<'a> TypedHeader<'a> for Replaces<'a> {
    const NAME: Name = Name::REPLACES;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let DialogId { call_id, tags: [to_tag, from_tag], params } =
            DialogId::parse(value, &Place::Header(Name::REPLACES), ["to-tag", "from-tag"])?;
        Ok(Replaces { call_id, to_tag, from_tag, early_only: params.has("early-only") })
    }
}

impl fmt::Display for Replaces<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};to-tag={};from-tag={}", self.call_id, self.to_tag, self.from_tag)?;
        f.write_str(if self.early_only { ";early-only" } else { "" })
    }
}

impl<'a> TypedHeader<'a> for Join<'a> {
    const NAME: Name = Name::JOIN;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let DialogId { call_id, tags: [to_tag, from_tag], .. } =
            DialogId::parse(value, &Place::Header(Name::JOIN), ["to-tag", "from-tag"])?;
        Ok(Join { call_id, to_tag, from_tag })
    }
}

impl fmt::Display for Join<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};to-tag={};from-tag={}", self.call_id, self.to_tag, self.from_tag)
    }
}

impl<'a> TypedHeader<'a> for TargetDialog<'a> {
    const NAME: Name = Name::TARGET_DIALOG;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let DialogId { call_id, tags: [local_tag, remote_tag], .. } =
            DialogId::parse(value, &Place::Header(Name::TARGET_DIALOG), ["local-tag", "remote-tag"])?;
        Ok(TargetDialog { call_id, local_tag, remote_tag })
    }
}

impl fmt::Display for TargetDialog<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};local-tag={};remote-tag={}", self.call_id, self.local_tag, self.remote_tag)
    }
}
