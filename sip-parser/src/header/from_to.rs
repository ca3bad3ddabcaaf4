//! `From` and `To` (RFC 3261 §20.20, §20.39).

use super::{Name, NameAddr, TypedHeader};
use crate::error::{ParseError, Place};

macro_rules! address_header {
    ($(#[$meta:meta])* $ty:ident, $name:expr, $list:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $ty<'a>(pub NameAddr<'a>);

        impl<'a> TypedHeader<'a> for $ty<'a> {
            const NAME: Name = $name;
            const IS_LIST: bool = $list;

            fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
                NameAddr::parse(value, &Place::Header($name)).map($ty)
            }
        }

        impl<'a> std::ops::Deref for $ty<'a> {
            type Target = NameAddr<'a>;

            fn deref(&self) -> &NameAddr<'a> {
                &self.0
            }
        }

        impl std::fmt::Display for $ty<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}
pub(super) use address_header;

address_header! {
    /// Who the request claims to be from. The tag is the sender's half of the dialog.
    From, Name::FROM, false
}

address_header! {
    /// Who the request was first meant for. The tag is the receiver's half of the dialog.
    To, Name::TO, false
}
