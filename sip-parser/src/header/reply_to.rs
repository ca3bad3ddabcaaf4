//! `Reply-To` (RFC 3261 §20.31).

use super::from_to::address_header;
use super::{Name, NameAddr, TypedHeader};
use crate::error::{ParseError, Place};

address_header! {
    /// Where to call back, if that is not From.
    ///
    /// ```
    /// use offhook_sip_parser::header::{ReplyTo, TypedHeader};
    /// assert_eq!(ReplyTo::parse(b"Bob <sip:bob@biloxi.com>")?.display_name().unwrap(), "Bob");
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    ReplyTo, Name::REPLY_TO, false
}
