//! How the call is going: what was counted ([`Stats`]), what the peer says ([`RemoteReport`]), and what that is worth
//! to an ear ([`emodel`]).

pub mod emodel;
mod reception;
mod totals;

pub(crate) use reception::{Reception, Verdict};
pub(crate) use totals::Counts;
pub use totals::{RemoteReport, Stats};
