//! Lists of tokens: `Allow`, `Supported`, `Require`, `Proxy-Require`, `Unsupported`
//! (RFC 3261 §20.5, §20.37, §20.32, §20.29, §20.40).

use super::{Name, TypedHeader};
use crate::error::{ParseError, Place};
use crate::scan::Cursor;
use std::fmt;

macro_rules! token_header {
    ($(#[$meta:meta])* $ty:ident, $name:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $ty<'a>(pub &'a str);

        impl<'a> TypedHeader<'a> for $ty<'a> {
            const NAME: Name = $name;
            const IS_LIST: bool = true;

            fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
                let mut c = Cursor::new(value, Place::Header($name));
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
    Allow, Name::ALLOW
}
token_header! {
    /// An extension that its sender understands.
    Supported, Name::SUPPORTED
}
token_header! {
    /// An extension that the receiver must understand (§8.2.2.3).
    Require, Name::REQUIRE
}
token_header! {
    /// An extension that proxies must understand.
    ProxyRequire, Name::PROXY_REQUIRE
}
token_header! {
    /// An extension that was required and is not understood (420).
    Unsupported, Name::UNSUPPORTED
}
