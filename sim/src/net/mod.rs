//! A network for datagrams in virtual time, from a seed.
//!
//! [`Net`] takes [`Transmit`](offhook_core::Transmit)s and gives them back when they arrive. Between two addresses lies
//! a [`Link`] for each direction; [`Place`] names one address, one host or everybody where a link or a block is set. What
//! happens to a datagram is drawn from the seed, the direction and the datagram's number in that direction, so traffic
//! elsewhere does not change it, and neither does turning another knob of the same link.
//!
//! Left out: streams (TCP, TLS, WebSocket), bandwidth, fragmentation, ICMP, address translation.

mod fabric;
mod link;
mod record;

pub use fabric::{Counters, Net};
pub use link::{Link, Place};
pub use record::{Fate, Record};
