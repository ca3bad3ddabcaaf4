//! `Diversion` (RFC 5806), which History-Info replaces and carriers still send.

use super::from_to::address_header;
use super::shapes::{number, plain, words};
use super::{Name, NameAddr, TypedHeader};
use crate::error::{ParseError, Place};

address_header! {
    /// Whom the call was for before it was diverted. The latest stands first.
    ///
    /// ```
    /// use offhook_sip_parser::header::{Diversion, DiversionReason, TypedHeader};
    /// let d = Diversion::parse(b"<tel:+43111222333>;reason=unconditional;privacy=off;counter=1")?;
    /// assert_eq!((d.reason(), d.counter()), (Some(DiversionReason::Unconditional), 1));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    Diversion, Name::DIVERSION, true
}

words! {
    /// Why a call was diverted.
    DiversionReason {
        /// Not known.
        Unknown = "unknown",
        /// The user was on the telephone.
        UserBusy = "user-busy",
        /// Nobody answered.
        NoAnswer = "no-answer",
        /// It cannot be reached.
        Unavailable = "unavailable",
        /// All calls are.
        Unconditional = "unconditional",
        /// It is a matter of the hour.
        TimeOfDay = "time-of-day",
        /// Do not disturb.
        DoNotDisturb = "do-not-disturb",
        /// The callee sent this one on.
        Deflection = "deflection",
        /// The user is elsewhere.
        FollowMe = "follow-me",
        /// The device does not work.
        OutOfService = "out-of-service",
        /// It is not there.
        Away = "away",
    }
}

impl<'a> Diversion<'a> {
    /// The `reason` parameter.
    pub fn reason(&self) -> Option<DiversionReason<'a>> {
        plain(self.params, "reason").map(DiversionReason::of)
    }

    /// How many diversions this entry stands for; 1 if it does not say.
    pub fn counter(&self) -> u32 {
        number(self.params, "counter").unwrap_or(1)
    }

    /// How many more diversions the entry allows.
    pub fn limit(&self) -> Option<u32> {
        number(self.params, "limit")
    }

    /// The `privacy` parameter as written: `full`, `name`, `uri` or `off`.
    pub fn privacy(&self) -> Option<&'a str> {
        plain(self.params, "privacy")
    }

    /// Whether the address was checked (`screen=yes`).
    pub fn is_screened(&self) -> bool {
        plain(self.params, "screen").is_some_and(|s| s.eq_ignore_ascii_case("yes"))
    }
}
