//! `Contact` (RFC 3261 §20.10).

use super::{Name, NameAddr, TypedHeader, shapes};
use crate::error::{ErrorKind, ParseError, Place};
use std::fmt;

/// Where its sender can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contact<'a> {
    /// `*`: all bindings, in a REGISTER that removes them (§10.2.2).
    Any,
    /// An address.
    Address(NameAddr<'a>),
}

impl<'a> Contact<'a> {
    /// The address, unless it is `*`.
    pub fn address(&self) -> Option<&NameAddr<'a>> {
        match self {
            Contact::Any => None,
            Contact::Address(a) => Some(a),
        }
    }

    /// The `q` parameter in thousandths, 0 to 1000: how much this address is preferred (§20.10). `None` if it is not there
    /// or no such number.
    pub fn q(&self) -> Option<u16> {
        shapes::thousandths(self.address()?.params)
    }

    /// The `expires` parameter in seconds (§10.2.1.1).
    pub fn expires(&self) -> Option<u32> {
        self.address()?.params.value("expires")?.parse().ok()
    }
}

impl<'a> TypedHeader<'a> for Contact<'a> {
    const NAME: Name = Name::CONTACT;
    const IS_LIST: bool = true;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        if value == b"*" {
            return Ok(Contact::Any);
        }
        if value.starts_with(b"*") {
            return Err(ParseError::new(ErrorKind::BadCharacter, Place::Header(Name::CONTACT), 1));
        }
        NameAddr::parse(value, &Place::Header(Name::CONTACT)).map(Contact::Address)
    }
}

impl fmt::Display for Contact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Contact::Any => f.write_str("*"),
            Contact::Address(a) => a.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_says_how_long_and_how_much_it_is_preferred() {
        let contact =
            Contact::parse(b"\"Mr. Watson\" <sip:watson@worcester.bell-telephone.com>;q=0.7; expires=3600").unwrap();
        assert_eq!((contact.q(), contact.expires()), (Some(700), Some(3600)));
        assert_eq!((Contact::Any.q(), Contact::parse(b"<sip:a@b;q=1>").unwrap().q()), (None, None));
        assert_eq!(Contact::parse(b"*x").unwrap_err().at, 1);
    }
}
