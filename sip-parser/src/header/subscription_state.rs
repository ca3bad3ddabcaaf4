//! `Subscription-State` (RFC 6665 §4.1.3, §8.2.3).

use super::shapes::{number, plain, words};
use super::{Name, TypedHeader, address};
use crate::error::{ParseError, Place};
use crate::scan::Cursor;
use crate::uri::Params;
use std::fmt;

/// How a subscription stands, in a NOTIFY.
///
/// ```
/// use offhook_sip_parser::header::{StateReason, SubscriptionState, TypedHeader, Substate};
/// let s = SubscriptionState::parse(b"terminated;reason=probation;retry-after=30")?;
/// assert_eq!((s.state, s.reason(), s.retry_after()), (Substate::Terminated, Some(StateReason::Probation), Some(30)));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubscriptionState<'a> {
    /// The state.
    pub state: Substate<'a>,
    /// The parameters as written.
    pub params: Params<'a>,
}

words! {
    /// The state of a subscription.
    Substate {
        /// It was accepted.
        Active = "active",
        /// It came in, and policy has not yet decided.
        Pending = "pending",
        /// It is over.
        Terminated = "terminated",
    }
}

words! {
    /// Why a subscription is over.
    StateReason {
        /// Subscribe again at once.
        Deactivated = "deactivated",
        /// Subscribe again later.
        Probation = "probation",
        /// Policy has changed: do not try again.
        Rejected = "rejected",
        /// It was not refreshed: subscribe again at once.
        Timeout = "timeout",
        /// Nobody decided in time: subscribe again later.
        Giveup = "giveup",
        /// What was watched is not there any more: do not try again.
        Noresource = "noresource",
        /// What was watched will never change: do not try again.
        Invariant = "invariant",
    }
}

impl<'a> SubscriptionState<'a> {
    /// The `reason` parameter.
    pub fn reason(&self) -> Option<StateReason<'a>> {
        plain(self.params, "reason").map(StateReason::of)
    }

    /// For how many seconds more it holds.
    pub fn expires(&self) -> Option<u32> {
        number(self.params, "expires")
    }

    /// In how many seconds to subscribe again.
    pub fn retry_after(&self) -> Option<u32> {
        number(self.params, "retry-after")
    }
}

impl<'a> TypedHeader<'a> for SubscriptionState<'a> {
    const NAME: Name = Name::SUBSCRIPTION_STATE;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::SUBSCRIPTION_STATE));
        Ok(SubscriptionState { state: Substate::of(c.token()?), params: address::params(&mut c)? })
    }
}

impl fmt::Display for SubscriptionState<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.state, self.params)
    }
}
