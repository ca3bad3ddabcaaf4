//! Hosts on a network in virtual time.
//!
//! A [`World`] owns a [`Net`](crate::Net) and [`Host`]s, and moves between them: what a host transmits goes on the
//! network, what arrives goes to the host that listens there, and when nothing is left to do at this instant the clock
//! jumps to the next arrival or timer. A host drains its own events; the world sees only what it transmits and
//! when it wants to be woken.
//!
//! A panic while a world is alive prints its seed, so that the run can be had again.

mod host;
mod run;
mod solo;

pub use host::{Host, HostId};
pub use run::{NotQuiet, World};
pub use solo::Solo;
