//! `P-Charging-Vector` (RFC 7315 §4.6, §5.6).

use super::shapes::plain;
use super::{Name, TypedHeader, address};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::Cursor;
use crate::uri::Params;
use std::fmt;

/// What the networks on the way bill the session by: parameters alone.
///
/// ```
/// use offhook_sip_parser::header::{PChargingVector, TypedHeader};
/// let v = PChargingVector::parse(b"icid-value=\"1234bc9876e\";icid-generated-at=192.0.6.8;orig-ioi=home1.net")?;
/// assert_eq!((v.icid(), v.originating(), v.terminating()), (Some("1234bc9876e"), Some("home1.net"), None));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PChargingVector<'a> {
    /// The parameters, the first without a semicolon before it.
    pub params: Params<'a>,
}

impl<'a> PChargingVector<'a> {
    /// `icid-value`: the charging identity, which every vector that was parsed has.
    pub fn icid(&self) -> Option<&'a str> {
        plain(self.params, "icid-value")
    }

    /// `icid-generated-at`: the host that gave the identity.
    pub fn generated_at(&self) -> Option<&'a str> {
        plain(self.params, "icid-generated-at")
    }

    /// `orig-ioi`: the caller's network.
    pub fn originating(&self) -> Option<&'a str> {
        plain(self.params, "orig-ioi")
    }

    /// `term-ioi`: the callee's network.
    pub fn terminating(&self) -> Option<&'a str> {
        plain(self.params, "term-ioi")
    }
}

impl<'a> TypedHeader<'a> for PChargingVector<'a> {
    const NAME: Name = Name::P_CHARGING_VECTOR;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::P_CHARGING_VECTOR));
        let mut whole = c;
        c.token()?;
        c.expect_spaced(b'=')?;
        if c.peek() == Some(b'"') {
            c.quoted()?;
        } else {
            c.run_while(|b| !b.is_ascii_control() && !matches!(b, b' ' | b';' | b',' | b'"'))?;
        }
        address::params(&mut c)?;
        let params = Params::from_raw(whole.take_rest()?.trim_ascii_end());
        if params.value("icid-value").is_none() {
            return Err(ParseError::new(ErrorKind::Missing, Place::Header(Self::NAME), value.len()));
        }
        Ok(PChargingVector { params })
    }
}

impl fmt::Display for PChargingVector<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.params.fmt(f)
    }
}
