//! Headers that are one number: `Max-Forwards`, `Expires`, `Min-Expires`, `Content-Length`, `Retry-After`
//! (RFC 3261 §20.22, §20.19, §20.23, §20.14, §20.33), `RSeq` (RFC 3262 §7.1), `Max-Breadth` (RFC 5393 §5.3.1),
//! `Flow-Timer` (RFC 5626 §11.1).

use super::{Name, TypedHeader};
use crate::error::{ParseError, Place};
use crate::scan::Cursor;
use std::fmt;

macro_rules! number_header {
    ($(#[$meta:meta])* $ty:ident, $name:expr, $tail:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $ty(pub u32);

        impl<'a> TypedHeader<'a> for $ty {
            const NAME: Name = $name;

            fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
                let mut c = Cursor::new(value, &Place::Header($name));
                let number = c.number()?;
                if !$tail {
                    c.end()?;
                }
                Ok($ty(number))
            }
        }

        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_header! {
    /// How many more hops the request may take; 70 at its start (§8.1.1.6).
    MaxForwards, Name::MAX_FORWARDS, false
}
number_header! {
    /// For how many seconds the message or its content holds.
    Expires, Name::EXPIRES, false
}
number_header! {
    /// The least interval in seconds that the registrar takes (423).
    MinExpires, Name::MIN_EXPIRES, false
}
number_header! {
    /// Bytes of body.
    ContentLength, Name::CONTENT_LENGTH, false
}
number_header! {
    /// In how many seconds to try again; a comment or parameters may follow and are not read:
    /// [`RetryAfterDetails`](super::RetryAfterDetails) has them.
    RetryAfter, Name::RETRY_AFTER, true
}
number_header! {
    /// The order of a reliable provisional response; 1 or more.
    ///
    /// ```
    /// use offhook_sip_parser::header::{RSeq, TypedHeader};
    /// assert_eq!(RSeq::parse(b"988789")?, RSeq(988789));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    RSeq, Name::RSEQ, false
}
number_header! {
    /// How many branches the request may be forked to at once; 60 at its start.
    ///
    /// ```
    /// use offhook_sip_parser::header::{MaxBreadth, TypedHeader};
    /// assert_eq!(MaxBreadth::parse(b"60")?, MaxBreadth(60));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    MaxBreadth, Name::MAX_BREADTH, false
}
number_header! {
    /// After how many seconds without a keep-alive the edge proxy gives the flow up.
    ///
    /// ```
    /// use offhook_sip_parser::header::{FlowTimer, TypedHeader};
    /// assert_eq!(FlowTimer::parse(b"120")?, FlowTimer(120));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    FlowTimer, Name::FLOW_TIMER, false
}
