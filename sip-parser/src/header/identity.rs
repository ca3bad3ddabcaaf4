//! `Identity` (RFC 8224 §4), and its elder form that is a signature alone (RFC 4474 §9).

use super::{Name, TypedHeader, address};
use crate::UriView;
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Cursor};
use crate::uri::Params;
use std::fmt;

/// A signed token about who calls, and where the certificate is.
///
/// ```
/// use offhook_sip_parser::header::{Identity, TypedHeader};
/// let id = Identity::parse(b"eyJh.eyJk.dGVz;info=<https://biloxi.example.org/biloxi.cer>;alg=ES256;ppt=shaken")?;
/// assert_eq!(id.info.unwrap().text(), "https://biloxi.example.org/biloxi.cer");
/// assert_eq!((id.algorithm(), id.extension()), (Some("ES256"), Some("shaken")));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Identity<'a> {
    /// The token in base64, without the quotes of the elder form.
    pub token: &'a str,
    /// The `info` parameter, which comes first (RFC 8224 §4); the elder form has none.
    pub info: Option<UriView<'a>>,
    /// The other parameters.
    pub params: Params<'a>,
}

impl<'a> Identity<'a> {
    /// The `alg` parameter.
    pub fn algorithm(&self) -> Option<&'a str> {
        super::shapes::plain(self.params, "alg")
    }

    /// The `ppt` parameter: which extension of PASSporT the token follows, such as `shaken`.
    pub fn extension(&self) -> Option<&'a str> {
        super::shapes::plain(self.params, "ppt")
    }
}

impl<'a> TypedHeader<'a> for Identity<'a> {
    const NAME: Name = Name::IDENTITY;
    // Several stand on lines of their own: the grammar has no comma, and a URI may.
    const IS_LIST: bool = false;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::IDENTITY));
        let quoted = c.eat(b'"');
        // `-` and `_` are those of base64url, of which JSON web signatures are made (RFC 7515 §2).
        let token =
            c.run_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'=' | b'.'))?;
        if quoted && !c.eat(b'"') {
            return Err(c.error(ErrorKind::BadCharacter));
        }
        Ok(Identity { token, info: info(&mut c)?, params: address::params(&mut c)? })
    }
}

/// Takes `;info=<uri>` if it is next.
fn info<'a>(c: &mut Cursor<'a>) -> Result<Option<UriView<'a>>, ParseError> {
    let mut ahead = *c;
    if !ahead.eat_spaced(b';')
        || !ahead.token().is_ok_and(|name| name.eq_ignore_ascii_case("info"))
        || !ahead.eat_spaced(b'=')
        || !ahead.eat(b'<')
    {
        return Ok(None);
    }
    let before = ahead;
    let uri = UriView::find(ahead.run(scan::Class::URI)?).map_err(|(kind, at)| {
        let e = before.error(kind);
        ParseError { kind, at: e.at + at, ..e }
    })?;
    if !ahead.eat(b'>') {
        return Err(ahead.error(ErrorKind::BadCharacter));
    }
    *c = ahead;
    Ok(Some(uri))
}

impl fmt::Display for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token)?;
        if let Some(info) = self.info {
            write!(f, ";info=<{info}>")?;
        }
        self.params.fmt(f)
    }
}

/// Without the token, which names the parties.
impl fmt::Debug for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("info", &self.info).field("params", &self.params).finish_non_exhaustive()
    }
}
