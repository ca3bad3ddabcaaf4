//! `Security-Client`, `Security-Server`, `Security-Verify` (RFC 3329 §2.2).

use super::Name;
use super::shapes::{param_header, thousandths};

macro_rules! security_header {
    ($(#[$meta:meta])* $ty:ident, $name:expr) => {
        param_header! {
            $(#[$meta])*
            $ty, $name, true,
            /// `tls`, `digest`, `ipsec-ike`, `ipsec-3gpp` or another.
            mechanism
        }

        impl $ty<'_> {
            /// How much the mechanism is preferred, in thousandths.
            pub fn q(&self) -> Option<u16> {
                thousandths(self.params)
            }
        }
    };
}

security_header! {
    /// A mechanism that the client has.
    ///
    /// ```
    /// use offhook_sip_parser::header::{SecurityClient, TypedHeader};
    /// let s = SecurityClient::parse(b"ipsec-ike;d-alg=md5;q=0.1")?;
    /// assert_eq!((s.mechanism, s.q()), ("ipsec-ike", Some(100)));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    SecurityClient, Name::SECURITY_CLIENT
}
security_header! {
    /// A mechanism that the server has.
    ///
    /// ```
    /// use offhook_sip_parser::header::{SecurityServer, TypedHeader};
    /// assert_eq!(SecurityServer::parse(b"tls;q=0.2")?.mechanism, "tls");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    SecurityServer, Name::SECURITY_SERVER
}
security_header! {
    /// What the client read in Security-Server, sent back under protection.
    ///
    /// ```
    /// use offhook_sip_parser::header::{SecurityVerify, TypedHeader};
    /// assert_eq!(SecurityVerify::parse(b"tls;q=0.2")?.to_string(), "tls;q=0.2");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    SecurityVerify, Name::SECURITY_VERIFY
}
