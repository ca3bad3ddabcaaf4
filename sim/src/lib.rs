//! Virtual time and a seeded virtual network for sans-IO machines, and the laws every machine keeps.
//!
//! With it a test of a telephone needs no socket, no port and no sleep: hours pass in milliseconds, a fifth of the
//! packets is lost if you say so, and the run that failed can be had again from its seed.
//! - [`World`] runs [`Host`]s until it is quiet: anything from one machine ([`Solo`]) to a whole bot with its
//!   application logic, each behind its addresses.
//! - [`Net`] carries their datagrams: loss, delay, jitter, reordering, duplication and corruption for every direction
//!   ([`Link`]), partitions, counters, and a [`Record`] of everything that happened, which [`pcap`] writes for Wireshark.
//! - [`epoch`] and [`wall_clock`] are the time, [`SeededEntropy`] is the chance.
//! - [`laws`] checks the eight laws of [`offhook_core::Machine`] on a machine of yours.
//!
//! # Ten lines
//! A host that says a word each minute, another that answers, an hour of it over a bad line:
//! ```
//! use bytes::Bytes;
//! use offhook_core::{Flow, Output, Transmit};
//! use offhook_sim::{Host, Link, World, epoch};
//! use std::{convert::Infallible, mem, net::SocketAddr, time::{Duration, Instant}};
//!
//! struct Caller { flow: Flow, next: Instant, heard: u32 }
//!
//! impl Host for Caller {
//!     fn receive(&mut self, _now: Instant, _flow: Flow, _contents: Bytes) { self.heard += 1 }
//!     fn timeout(&mut self, _now: Instant) {}
//!     fn poll(&mut self, now: Instant) -> Output<Infallible> {
//!         if self.next > now { return Output::Timeout(Some(self.next)) }
//!         self.next = now + Duration::from_secs(60);
//!         Output::Transmit(Transmit { flow: self.flow, contents: Bytes::from_static(b"hello?") })
//!     }
//! }
//!
//! #[derive(Default)]
//! struct Echo { outbox: Option<Transmit> }
//!
//! impl Host for Echo {
//!     fn receive(&mut self, _now: Instant, flow: Flow, contents: Bytes) { self.outbox = Some(Transmit { flow, contents }) }
//!     fn timeout(&mut self, _now: Instant) {}
//!     fn poll(&mut self, _now: Instant) -> Output<Infallible> {
//!         self.outbox.take().map_or(Output::Timeout(None), Output::Transmit)
//!     }
//! }
//!
//! let (a, b): (SocketAddr, SocketAddr) = ("10.0.0.1:5060".parse().unwrap(), "10.0.0.2:5060".parse().unwrap());
//! let mut world = World::new(42);
//! world.net_mut().set_default_link(Link { loss: 0.2, jitter: Duration::from_millis(30), ..Link::default() });
//! let caller = world.add(Caller { flow: Flow::udp(a, b), next: epoch(), heard: 0 }, [a]);
//! world.add(Echo::default(), [b]);
//!
//! world.run_for(Duration::from_secs(3600));
//! assert!((20..60).contains(&world[caller].heard)); // 61 calls; 0.8 × 0.8 of the answers come home
//! ```
//!
//! # What is left out
//! No protocol: this crate knows `offhook-core` alone. A scripted SIP peer is a [`Host`] like any other, and lives with
//! the tests of the crates that know SIP. The network carries datagrams; streams, NATs and name service are not here.

pub mod clock;
pub mod entropy;
pub mod laws;
pub mod net;
pub mod pcap;
pub mod world;

pub use clock::{epoch, wall_clock};
pub use entropy::SeededEntropy;
pub use net::{Counters, Fate, Link, Net, Place, Record};
pub use world::{Host, HostId, NotQuiet, Solo, World};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
