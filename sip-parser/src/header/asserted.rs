//! Addresses that a trusted network vouches for: `P-Asserted-Identity`, `P-Preferred-Identity` (RFC 3325 §9.1, §9.2),
//! `P-Associated-URI`, `P-Called-Party-ID` (RFC 7315 §4.1, §4.2).

use super::from_to::address_header;
use super::{Name, NameAddr, TypedHeader};
use crate::error::{ParseError, Place};

address_header! {
    /// Who the caller is, as its network found out. To be believed from trusted neighbours alone.
    ///
    /// ```
    /// use offhook_sip_parser::header::{PAssertedIdentity, TypedHeader};
    /// let id = PAssertedIdentity::parse(b"\"Cullen Jennings\" <sip:fluffy@cisco.com>")?;
    /// assert_eq!((id.display_name().unwrap().as_ref(), id.uri.user()), ("Cullen Jennings", Some("fluffy")));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    PAssertedIdentity, Name::P_ASSERTED_IDENTITY, true
}

address_header! {
    /// Which of its identities the caller wants its network to assert.
    ///
    /// ```
    /// use offhook_sip_parser::header::{PPreferredIdentity, TypedHeader};
    /// assert_eq!(PPreferredIdentity::parse(b"tel:+14085264000")?.uri.user(), Some("+14085264000"));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    PPreferredIdentity, Name::P_PREFERRED_IDENTITY, true
}

address_header! {
    /// An address that the registrar holds for the same user, beside the registered one.
    ///
    /// ```
    /// use offhook_sip_parser::header::{PAssociatedUri, TypedHeader};
    /// assert_eq!(PAssociatedUri::parse(b"<sip:alice@example.com>;x=1")?.params.value("x"), Some("1"));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    PAssociatedUri, Name::P_ASSOCIATED_URI, true
}

address_header! {
    /// The Request-URI before a proxy put the contact in its place: which of the user's addresses was called.
    ///
    /// ```
    /// use offhook_sip_parser::header::{PCalledPartyId, TypedHeader};
    /// assert_eq!(PCalledPartyId::parse(b"<sip:user1-business@example.com>")?.uri.user(), Some("user1-business"));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    PCalledPartyId, Name::P_CALLED_PARTY_ID, false
}
