//! URIs between brackets, with parameters: `Alert-Info`, `Call-Info`, `Error-Info` (RFC 3261 §20.4, §20.9, §20.18),
//! `Geolocation` (RFC 6442 §4.1), `Identity-Info` (RFC 4474 §9).
//!
//! Devices leave the brackets out, write a name where the URI should be (`Bellcore-dr2`) or nothing but parameters; all
//! of it is taken.

use super::shapes::plain;
use super::{Name, TypedHeader, address};
use crate::UriView;
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Cursor};
use crate::uri::Params;
use std::fmt;

macro_rules! reference_header {
    ($(#[$meta:meta])* $ty:ident, $name:expr, $list:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $ty<'a> {
            /// The URI as written, without brackets. Empty if there are only parameters.
            pub target: &'a str,
            /// The parameters as written.
            pub params: Params<'a>,
        }

        impl<'a> $ty<'a> {
            /// The URI, if it is one.
            pub fn uri(&self) -> Option<UriView<'a>> {
                UriView::parse(self.target).ok()
            }
        }

        impl<'a> TypedHeader<'a> for $ty<'a> {
            const NAME: Name = $name;
            const IS_LIST: bool = $list;

            fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
                let (target, params) = reference(value, &Place::Header($name))?;
                Ok($ty { target, params })
            }
        }

        impl fmt::Display for $ty<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                if self.target.is_empty() { self.params.fmt(f) } else { write!(f, "<{}>{}", self.target, self.params) }
            }
        }
    };
}

fn reference<'a>(value: &'a [u8], place: &'static Place) -> Result<(&'a str, Params<'a>), ParseError> {
    let mut c = Cursor::new(value, place);
    c.space();
    let target = if c.eat(b'<') {
        c.space();
        let target = c.run(scan::Class::URI)?;
        c.space();
        if !c.eat(b'>') {
            return Err(c.error(ErrorKind::BadCharacter));
        }
        target
    } else if c.peek() == Some(b';') {
        ""
    } else {
        c.run_while(|b| scan::is_uri(b) && !matches!(b, b';' | b','))?
    };
    Ok((target, address::params(&mut c)?))
}

reference_header! {
    /// What to play instead of the usual ring or ringback tone.
    ///
    /// ```
    /// use offhook_sip_parser::header::{AlertInfo, TypedHeader};
    /// assert_eq!(AlertInfo::parse(b"<http://www.example.com/sounds/moo.wav>")?.target, "http://www.example.com/sounds/moo.wav");
    /// assert_eq!(AlertInfo::parse(b"<urn:alert:service:call-waiting>")?.uri().unwrap().text(), "urn:alert:service:call-waiting");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    AlertInfo, Name::ALERT_INFO, true
}
reference_header! {
    /// More about the caller or the callee.
    ///
    /// ```
    /// use offhook_sip_parser::header::{CallInfo, TypedHeader};
    /// let info = CallInfo::parse(b"<http://www.example.com/alice/photo.jpg> ;purpose=icon")?;
    /// assert_eq!(info.purpose(), Some("icon"));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    CallInfo, Name::CALL_INFO, true
}

impl<'a> CallInfo<'a> {
    /// `icon`, `info`, `card` or another.
    pub fn purpose(&self) -> Option<&'a str> {
        plain(self.params, "purpose")
    }
}

reference_header! {
    /// More about an error: an announcement to call or a page to show.
    ///
    /// ```
    /// use offhook_sip_parser::header::{ErrorInfo, TypedHeader};
    /// let info = ErrorInfo::parse(b"<sip:not-in-service-recording@atlanta.com>")?;
    /// assert_eq!(info.uri().unwrap().user(), Some("not-in-service-recording"));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    ErrorInfo, Name::ERROR_INFO, true
}
reference_header! {
    /// Where the sender's location is to be found: in a body part (`cid:`) or at a URI.
    ///
    /// ```
    /// use offhook_sip_parser::header::{Geolocation, TypedHeader};
    /// assert_eq!(Geolocation::parse(b"<cid:target123@atlanta.example.com>")?.target, "cid:target123@atlanta.example.com");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    Geolocation, Name::GEOLOCATION, true
}
reference_header! {
    /// Where the certificate of an old Identity is to be had; RFC 8224 has it in Identity itself.
    ///
    /// ```
    /// use offhook_sip_parser::header::{IdentityInfo, TypedHeader};
    /// let info = IdentityInfo::parse(b"<https://atlanta.example.com/atlanta.cer>;alg=rsa-sha1")?;
    /// assert_eq!(info.params.value("alg"), Some("rsa-sha1"));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    IdentityInfo, Name::IDENTITY_INFO, false
}
