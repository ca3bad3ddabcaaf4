//! Headers that are one token, or a list of them: `Allow`, `Supported`, `Require`, `Proxy-Require`, `Unsupported`,
//! `Content-Encoding`, `Content-Language`, `Priority` (RFC 3261 §20.5, §20.37, §20.32, §20.29, §20.40, §20.12, §20.13,
//! §20.26), `Allow-Events` (RFC 6665 §8.2.2), `SIP-ETag`, `SIP-If-Match` (RFC 3903 §11.3.1, §11.3.2).

use super::{Name, TypedHeader};
use crate::error::{ParseError, Place};
use crate::scan::Cursor;
use std::fmt;

macro_rules! token_header {
    ($(#[$meta:meta])* $ty:ident, $name:expr, $list:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $ty<'a>(pub &'a str);

        impl<'a> TypedHeader<'a> for $ty<'a> {
            const NAME: Name = $name;
            const IS_LIST: bool = $list;

            fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
                let mut c = Cursor::new(value, &Place::Header($name));
                let token = c.token()?;
                c.end()?;
                Ok($ty(token))
            }
        }

        impl fmt::Display for $ty<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }
    };
}

token_header! {
    /// A method that its sender understands.
    Allow, Name::ALLOW, true
}
token_header! {
    /// An extension that its sender understands.
    Supported, Name::SUPPORTED, true
}
token_header! {
    /// An extension that the receiver must understand (§8.2.2.3).
    Require, Name::REQUIRE, true
}
token_header! {
    /// An extension that proxies must understand.
    ProxyRequire, Name::PROXY_REQUIRE, true
}
token_header! {
    /// An extension that was required and is not understood (420).
    Unsupported, Name::UNSUPPORTED, true
}
token_header! {
    /// A coding that was put on the body; the last one comes off first.
    ///
    /// ```
    /// use offhook_sip_parser::header::{ContentEncoding, TypedHeader};
    /// assert_eq!(ContentEncoding::parse(b"gzip")?.0, "gzip");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    ContentEncoding, Name::CONTENT_ENCODING, true
}
token_header! {
    /// A language of the body's readers.
    ///
    /// ```
    /// use offhook_sip_parser::header::{ContentLanguage, TypedHeader};
    /// assert_eq!(ContentLanguage::parse(b"fr")?.0, "fr");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    ContentLanguage, Name::CONTENT_LANGUAGE, true
}
token_header! {
    /// An event package that its sender can notify of.
    ///
    /// ```
    /// use offhook_sip_parser::header::{AllowEvents, TypedHeader};
    /// assert_eq!(AllowEvents::parse(b"presence.winfo")?.0, "presence.winfo");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    AllowEvents, Name::ALLOW_EVENTS, true
}
token_header! {
    /// How urgent the call is for the caller: `emergency`, `urgent`, `normal`, `non-urgent` or another.
    ///
    /// ```
    /// use offhook_sip_parser::header::{Priority, TypedHeader};
    /// assert_eq!(Priority::parse(b"emergency")?.0, "emergency");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    Priority, Name::PRIORITY, false
}
token_header! {
    /// The name of a published state.
    ///
    /// ```
    /// use offhook_sip_parser::header::{SipETag, TypedHeader};
    /// assert_eq!(SipETag::parse(b"dx200xyz")?.0, "dx200xyz");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    SipETag, Name::SIP_ETAG, false
}
token_header! {
    /// Which published state a PUBLISH refreshes, changes or removes.
    ///
    /// ```
    /// use offhook_sip_parser::header::{SipIfMatch, TypedHeader};
    /// assert_eq!(SipIfMatch::parse(b"dx200xyz")?.0, "dx200xyz");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    SipIfMatch, Name::SIP_IF_MATCH, false
}
