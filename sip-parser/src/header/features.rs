//! Sets of features: `Accept-Contact`, `Reject-Contact` (RFC 3841 §9.2), `Feature-Caps` (RFC 6809 §6.2).
//!
//! The features are parameters (RFC 3840 §9); whether one set matches another (RFC 3841 §7.2) is left to who routes by
//! them.

use super::{Name, TypedHeader, address};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::Cursor;
use crate::uri::Params;
use std::fmt;

macro_rules! feature_header {
    ($(#[$meta:meta])* $ty:ident, $name:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $ty<'a> {
            /// The features, after the `*` that the value begins with.
            pub features: Params<'a>,
        }

        impl<'a> TypedHeader<'a> for $ty<'a> {
            const NAME: Name = $name;
            const IS_LIST: bool = true;

            fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
                let mut c = Cursor::new(value, &Place::Header($name));
                if !c.eat(b'*') {
                    return Err(c.error(ErrorKind::BadCharacter));
                }
                Ok($ty { features: address::params(&mut c)? })
            }
        }

        impl fmt::Display for $ty<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "*{}", self.features)
            }
        }
    };
}

feature_header! {
    /// Contacts that the caller wants to reach.
    ///
    /// ```
    /// use offhook_sip_parser::header::{AcceptContact, TypedHeader};
    /// let wanted = AcceptContact::parse(b"*;audio;require")?;
    /// assert!(wanted.features.has("audio") && wanted.is_required() && !wanted.is_explicit());
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    AcceptContact, Name::ACCEPT_CONTACT
}

impl AcceptContact<'_> {
    /// Whether a contact that does not match is not to be tried at all.
    pub fn is_required(&self) -> bool {
        self.features.has("require")
    }

    /// Whether a contact matches only if it names each feature.
    pub fn is_explicit(&self) -> bool {
        self.features.has("explicit")
    }
}

feature_header! {
    /// Contacts that the caller does not want to reach.
    ///
    /// ```
    /// use offhook_sip_parser::header::{RejectContact, TypedHeader};
    /// assert!(RejectContact::parse(b"*;actor=\"msg-taker\";video")?.features.has("video"));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    RejectContact, Name::REJECT_CONTACT
}
feature_header! {
    /// What a proxy or other server on the way can do.
    ///
    /// ```
    /// use offhook_sip_parser::header::{FeatureCaps, TypedHeader};
    /// assert!(FeatureCaps::parse(b"*;+g.3gpp.srvcc")?.features.has("+g.3gpp.srvcc"));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    FeatureCaps, Name::FEATURE_CAPS
}
