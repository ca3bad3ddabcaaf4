//! `Session-Expires` and `Min-SE` (RFC 4028 §4, §5).

use super::{Name, TypedHeader, address, shapes};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::Cursor;
use std::fmt;

/// For how long the session holds without a refresh, and who refreshes. Other parameters are not kept.
///
/// ```
/// use offhook_sip_parser::header::{Refresher, SessionExpires, TypedHeader};
/// let s = SessionExpires::parse(b"1800;refresher=uac")?;
/// assert_eq!(s, SessionExpires { seconds: 1800, refresher: Some(Refresher::Uac) });
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionExpires {
    /// The interval, of at least 90 seconds.
    pub seconds: u32,
    /// Who refreshes; a request may leave it open, a response to one does not.
    pub refresher: Option<Refresher>,
}

/// The sides of the transaction that set the timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refresher {
    /// Who sent the request.
    Uac,
    /// Who answers it.
    Uas,
}

impl<'a> TypedHeader<'a> for SessionExpires {
    const NAME: Name = Name::SESSION_EXPIRES;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::SESSION_EXPIRES));
        let seconds = c.number()?;
        let refresher = match address::params(&mut c)?.get("refresher") {
            None => None,
            Some(p) => match p.value {
                Some(v) if v.eq_ignore_ascii_case("uac") => Some(Refresher::Uac),
                Some(v) if v.eq_ignore_ascii_case("uas") => Some(Refresher::Uas),
                _ => {
                    let at = shapes::offset(value, p.value.unwrap_or(p.name));
                    return Err(ParseError::new(ErrorKind::Unsupported, Place::Header(Self::NAME), at));
                }
            },
        };
        Ok(SessionExpires { seconds, refresher })
    }
}

impl fmt::Display for SessionExpires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refresher = match self.refresher {
            None => "",
            Some(Refresher::Uac) => ";refresher=uac",
            Some(Refresher::Uas) => ";refresher=uas",
        };
        write!(f, "{}{refresher}", self.seconds)
    }
}

/// The least interval in seconds that somebody on the way takes (422). Parameters are not kept.
///
/// ```
/// use offhook_sip_parser::header::{MinSe, TypedHeader};
/// assert_eq!(MinSe::parse(b"3600;lr")?, MinSe(3600));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinSe(pub u32);

impl<'a> TypedHeader<'a> for MinSe {
    const NAME: Name = Name::MIN_SE;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::MIN_SE));
        let seconds = c.number()?;
        address::params(&mut c)?;
        Ok(MinSe(seconds))
    }
}

impl fmt::Display for MinSe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
