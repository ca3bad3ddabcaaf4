//! `Resource-Priority` and `Accept-Resource-Priority` (RFC 4412 §3.1, §3.2).

use super::{Name, TypedHeader};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Cursor};
use std::fmt;

macro_rules! priority_header {
    ($(#[$meta:meta])* $ty:ident, $name:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $ty<'a> {
            /// Whose priorities they are: `dsn`, `ets`, `wps` … .
            pub namespace: &'a str,
            /// The priority, in the order that the namespace defines.
            pub priority: &'a str,
        }

        impl<'a> TypedHeader<'a> for $ty<'a> {
            const NAME: Name = $name;
            const IS_LIST: bool = true;

            fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
                let mut c = Cursor::new(value, &Place::Header($name));
                let namespace = c.run_while(is_token_nodot)?;
                if !c.eat(b'.') {
                    return Err(c.error(ErrorKind::BadCharacter));
                }
                let priority = c.run_while(is_token_nodot)?;
                c.end()?;
                Ok($ty { namespace, priority })
            }
        }

        impl fmt::Display for $ty<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}.{}", self.namespace, self.priority)
            }
        }
    };
}

fn is_token_nodot(b: u8) -> bool {
    scan::is_token(b) && b != b'.'
}

priority_header! {
    /// How important the request is, where networks are short of room.
    ///
    /// ```
    /// use offhook_sip_parser::header::{ResourcePriority, TypedHeader};
    /// let p = ResourcePriority::parse(b"dsn.flash")?;
    /// assert_eq!((p.namespace, p.priority), ("dsn", "flash"));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    ResourcePriority, Name::RESOURCE_PRIORITY
}
priority_header! {
    /// A priority that the server knows (417).
    ///
    /// ```
    /// use offhook_sip_parser::header::{AcceptResourcePriority, TypedHeader};
    /// assert_eq!(AcceptResourcePriority::parse(b"q735.4")?.priority, "4");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    AcceptResourcePriority, Name::ACCEPT_RESOURCE_PRIORITY
}
