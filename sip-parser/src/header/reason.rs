//! `Reason` (RFC 3326 §2).

use super::Name;
use super::auth::unescape;
use super::shapes::{number, param_header};
use std::borrow::Cow;

param_header! {
    /// Why a request was sent, a BYE or CANCEL as a rule.
    ///
    /// ```
    /// use offhook_sip_parser::header::{Reason, TypedHeader};
    /// let reason = Reason::parse(b"Q.850 ;cause=16 ;text=\"Terminated\"")?;
    /// assert!(reason.is("q.850"));
    /// assert_eq!((reason.cause(), reason.text().unwrap().as_ref()), (Some(16), "Terminated"));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    Reason, Name::REASON, true,
    /// Whose codes they are: `SIP`, `Q.850` or another.
    protocol
}

impl<'a> Reason<'a> {
    /// Whether the code is one of `protocol`, in any case.
    pub fn is(&self, protocol: &str) -> bool {
        self.protocol.eq_ignore_ascii_case(protocol)
    }

    /// The code: a status of SIP, a cause of Q.850.
    pub fn cause(&self) -> Option<u32> {
        number(self.params, "cause")
    }

    /// What it means, unescaped.
    pub fn text(&self) -> Option<Cow<'a, str>> {
        super::shapes::plain(self.params, "text").map(|text| unescape(text.as_bytes()))
    }
}
