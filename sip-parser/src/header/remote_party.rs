//! `Remote-Party-ID` (draft-ietf-sip-privacy-04): what came before P-Asserted-Identity and is still sent.

use super::from_to::address_header;
use super::shapes::{plain, words};
use super::{Name, NameAddr, TypedHeader};
use crate::error::{ParseError, Place};

address_header! {
    /// One of the parties, as a proxy knows it.
    ///
    /// ```
    /// use offhook_sip_parser::header::{Party, RemotePartyId, TypedHeader};
    /// let id = RemotePartyId::parse(b"\"5035\" <sip:5035@10.48.47.136>;party=calling;privacy=off;screen=yes")?;
    /// assert_eq!((id.party(), id.privacy(), id.is_screened()), (Party::Calling, Some("off"), true));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    RemotePartyId, Name::REMOTE_PARTY_ID, true
}

words! {
    /// Which party an identity is of.
    Party {
        /// The caller.
        Calling = "calling",
        /// The callee.
        Called = "called",
    }
}

impl<'a> RemotePartyId<'a> {
    /// The `party` parameter; without one it is the caller in a request, which is what is taken here.
    pub fn party(&self) -> Party<'a> {
        plain(self.params, "party").map_or(Party::Calling, Party::of)
    }

    /// The `privacy` parameter as written: `off`, `full`, `name`, `uri`, or several with hyphens.
    pub fn privacy(&self) -> Option<&'a str> {
        plain(self.params, "privacy")
    }

    /// Whether anything of it is to be hidden from the other side.
    pub fn is_private(&self) -> bool {
        self.privacy().is_some_and(|p| !p.eq_ignore_ascii_case("off"))
    }

    /// Whether a proxy has checked it (`screen=yes`).
    pub fn is_screened(&self) -> bool {
        plain(self.params, "screen").is_some_and(|s| s.eq_ignore_ascii_case("yes"))
    }
}
