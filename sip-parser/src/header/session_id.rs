//! `Session-ID` (RFC 7989 §5).

use super::{Name, TypedHeader, address, shapes};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::Cursor;
use std::fmt;

/// Names a session end to end, through all that change Call-ID and tags. 0 is the nil UUID: not known yet. Other
/// parameters are not kept.
///
/// ```
/// use offhook_sip_parser::header::{SessionId, TypedHeader};
/// let id = SessionId::parse(b"ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000")?;
/// assert_eq!(id, SessionId { local: 0xab30317f1a784dc48ff824d0d3715d86, remote: Some(0) });
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId {
    /// The UUID of who sent the message.
    pub local: u128,
    /// The UUID of who is to get it. `None` from what follows the older RFC 7329.
    pub remote: Option<u128>,
}

impl<'a> TypedHeader<'a> for SessionId {
    const NAME: Name = Name::SESSION_ID;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::SESSION_ID));
        let fault = |at| ParseError::new(ErrorKind::BadNumber, Place::Header(Name::SESSION_ID), at);
        let local = uuid(c.token()?).ok_or(fault(0))?;
        let remote = match address::params(&mut c)?.get("remote") {
            None => None,
            Some(p) => {
                let at = shapes::offset(value, p.value.unwrap_or(p.name));
                Some(p.value.and_then(uuid).ok_or(fault(at))?)
            }
        };
        Ok(SessionId { local, remote })
    }
}

/// 32 hexadecimal digits; small letters are the rule, and capitals are read.
fn uuid(text: &str) -> Option<u128> {
    let is_uuid = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_uuid.then(|| u128::from_str_radix(text, 16).ok()).flatten()
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.local)?;
        self.remote.map_or(Ok(()), |remote| write!(f, ";remote={remote:032x}"))
    }
}
