//! Where a URI leads: RFC 3263 with RFC 2782 and RFC 7984, as a machine that asks no name server itself.
//!
//! ```text
//!  locate(uri) ──> NAPTR ──> SRV of each protocol ──> A and AAAA ──> Target, Target ...
//!                    │ none       │ none                                ^
//!                    └────────────┴──> A and AAAA of the name itself ───┘
//!  Transmit: Query ──> the driver's DNS ──> Input::Answer      Event: Found, Exhausted
//! ```
//!
//! A lookup is a list of steps; the first is taken when a target is wanted, and puts what it leads to in its own place.
//! So records are asked for only when their turn comes, targets come in the order of the records, and a lookup ends:
//! NAPTR leads to SRV, SRV to addresses, and nothing back.
//!
//! - [`Resolver::locate`] begins one; [`Event::Found`] brings a [`Target`]. [`Resolver::failed`] asks for the next (§4.3),
//!   [`Resolver::succeeded`] ends it.
//! - Answers are kept for their time to live, the lack of them too (RFC 2308); what many ask is asked once.
//! - A target that failed comes after all others for a while, or for the time of its `Retry-After`.
//! - What a dialog or a registration reached first is where its later requests begin: [`Affinity`].
//! - [`Resolver::locate_sent_by`] is for responses whose connection is gone (§5).
//!
//! Left out: SCTP, NAPTR that rewrite or lead to other NAPTR (RFC 3263 knows the flag `s` alone), CNAME (who answers has
//! followed them), the order of addresses by our own ones (RFC 6724): only a driver knows those.

mod affinity;
mod cache;
mod config;
mod destination;
mod error;
mod hold;
mod lookup;
mod order;
mod record;
mod resolver;

pub use affinity::Affinity;
pub use config::{Config, Families};
pub use error::{Error, Failure};
pub use record::{Answer, DomainName, Naptr, Record, RecordType, Srv};
pub use resolver::{Counters, Event, Input, LookupId, Query, QueryId, Resolver, Target, WhyNot};
