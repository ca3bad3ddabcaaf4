//! Headers that are free text: `User-Agent`, `Server`, `Subject`, `Organization`
//! (RFC 3261 §20.41, §20.35, §20.36, §20.25).
//!
//! The text is UTF-8; folding inside it stays as it came, and is written as a space. Other control characters are refused.

use super::{Name, TypedHeader};
use crate::error::{ErrorKind, ParseError, Place};
use crate::scan::{self, Cursor};
use std::fmt;

macro_rules! text_header {
    ($(#[$meta:meta])* $ty:ident, $name:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $ty<'a>(pub &'a str);

        impl<'a> TypedHeader<'a> for $ty<'a> {
            const NAME: Name = $name;

            fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
                text(value, &Place::Header($name)).map($ty)
            }
        }

        impl fmt::Display for $ty<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                scan::write_unfolded(f, self.0)
            }
        }
    };
}

fn text<'a>(value: &'a [u8], place: &'static Place) -> Result<&'a str, ParseError> {
    let mut c = Cursor::new(value, place);
    let text = c.text_while(|b| !b.is_ascii_control() || scan::is_space(b))?;
    if c.is_end() { Ok(text) } else { Err(c.error(ErrorKind::BadCharacter)) }
}

text_header! {
    /// Which program sent the request: products and comments.
    ///
    /// ```
    /// use offhook_sip_parser::header::{TypedHeader, UserAgent};
    /// assert_eq!(UserAgent::parse(b"Softphone Beta1.5")?.0, "Softphone Beta1.5");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    UserAgent, Name::USER_AGENT
}
text_header! {
    /// Which program sent the response: products and comments.
    ///
    /// ```
    /// use offhook_sip_parser::header::{Server, TypedHeader};
    /// assert_eq!(Server::parse(b"HomeServer v2")?.0, "HomeServer v2");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    Server, Name::SERVER
}
text_header! {
    /// What the call is about.
    ///
    /// ```
    /// use offhook_sip_parser::header::{Subject, TypedHeader};
    /// assert_eq!(Subject::parse(b"Need more boxes")?.0, "Need more boxes");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    Subject, Name::SUBJECT
}
text_header! {
    /// To whom the sender's device belongs.
    ///
    /// ```
    /// use offhook_sip_parser::header::{Organization, TypedHeader};
    /// assert_eq!(Organization::parse(b"Boxes by Bob")?.0, "Boxes by Bob");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    Organization, Name::ORGANIZATION
}
