//! The tokio driver: sockets, clock, names and randomness for the machines; and the async API on top.
//!
//! The only part of the family that touches a runtime. One task drives the [`Ua`](crate::ua::Ua); each call's
//! [`Media`](crate::call::Media) runs in a task of its own beside its sockets, so that calls spread over the runtime's
//! threads. Nothing runs before [`Builder::build`] and nothing after [`UserAgent::shut_down`].

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "the driver owns clock, sockets and tasks")]

mod agent;
mod builder;
mod call;
mod collect;
mod dns;
mod entropy;
mod incoming;
mod media;
mod play;
mod report;
mod run;
mod socket;
mod stream;
mod streams;
#[cfg(feature = "tls")]
pub mod tls;

pub use agent::{Dial, UserAgent};
pub use builder::{Builder, Listen};
pub use call::{Call, CallEvent};
pub use collect::Collect;
pub use entropy::OsEntropy;
pub use incoming::IncomingCall;
pub use play::{Play, Played};
pub use report::CallReport;
