//! Request methods.

use std::fmt;

/// The name of a method that is not known here: a token, and none of [`Method::KNOWN`]. Only parsing makes one, so that no
/// method has two forms that differ.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OtherMethod(Box<str>);

impl OtherMethod {
    /// The name on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! methods {
    ($($(#[$meta:meta])* $variant:ident = $text:literal),+ $(,)?) => {
        /// A request method (RFC 3261 §7.1). Names are case-sensitive.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Method {
            $($(#[$meta])* $variant,)+
            /// A method that is not known here. [`Method::parse`] makes it.
            Other(OtherMethod),
        }

        impl Method {
            /// The methods that are known by name.
            pub const KNOWN: &'static [Method] = &[$(Method::$variant),+];

            /// The name on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Method::$variant => $text,)+
                    Method::Other(name) => &name.0,
                }
            }

            /// From a token. It is not checked that `name` is one.
            pub(crate) fn from_token(name: &[u8]) -> Method {
                $(if name == $text.as_bytes() {
                    return Method::$variant;
                })+
                Method::Other(OtherMethod(String::from_utf8_lossy(name).into()))
            }
        }
    };
}

methods! {
    /// Opens or changes a session (RFC 3261 §13).
    Invite = "INVITE",
    /// Ends an INVITE's three-way handshake (RFC 3261 §13.2.2.4, §17.1.1.3).
    Ack = "ACK",
    /// Ends a session (RFC 3261 §15).
    Bye = "BYE",
    /// Gives up a pending INVITE (RFC 3261 §9).
    Cancel = "CANCEL",
    /// Binds an address of record to contacts (RFC 3261 §10).
    Register = "REGISTER",
    /// Asks for capabilities (RFC 3261 §11).
    Options = "OPTIONS",
    /// Acknowledges a reliable provisional response (RFC 3262).
    Prack = "PRACK",
    /// Asks for notifications (RFC 6665).
    Subscribe = "SUBSCRIBE",
    /// Tells a subscriber (RFC 6665).
    Notify = "NOTIFY",
    /// Publishes event state (RFC 3903).
    Publish = "PUBLISH",
    /// Carries application data in a session (RFC 6086).
    Info = "INFO",
    /// Asks the recipient to contact a third party (RFC 3515).
    Refer = "REFER",
    /// An instant message (RFC 3428).
    Message = "MESSAGE",
    /// Changes a session before it is answered (RFC 3311).
    Update = "UPDATE",
}

impl Method {
    /// From a name; `None` if it is not a token.
    pub fn parse(name: &str) -> Option<Method> {
        (!name.is_empty() && name.bytes().all(crate::scan::is_token)).then(|| Method::from_token(name.as_bytes()))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_name_is_never_another_method_and_case_tells_them_apart() {
        for known in Method::KNOWN {
            assert_eq!(Method::parse(known.as_str()).as_ref(), Some(known));
        }
        assert!(matches!(Method::parse("invite"), Some(Method::Other(name)) if name.as_str() == "invite"));
        assert!(["", "A B", "INVITE\r\n", "a:b"].iter().all(|bad| Method::parse(bad).is_none()));
    }
}
