//! The one vocabulary of the offhook family, and nothing of any protocol.
//!
//! A layer of the family is a [`Machine`]: it is told the time and what arrived, and it answers with
//! [`Output`]s. *Transmit goes down, Event goes up, Timeout goes to the clock.* No machine reads a clock,
//! opens a socket, starts a thread or draws a random number; what it needs of those is given to it:
//! `now` with every call, [`Entropy`] and [`WallClock`] at construction.
//!
//! ```
//! use offhook_core::{Machine, Output};
//! use std::time::{Duration, Instant};
//!
//! /// Says "ring" once, a second after it was told to.
//! #[derive(Default)]
//! struct Bell { at: Option<Instant>, due: bool }
//!
//! enum Input { Wind, Timeout }
//!
//! impl Machine for Bell {
//!     type Input<'a> = Input;
//!     type Event = &'static str;
//!     type Transmit = ();
//!     type Error = std::convert::Infallible;
//!
//!     fn handle_input(&mut self, now: Instant, input: Input) -> Result<(), Self::Error> {
//!         match input {
//!             Input::Wind => self.at = Some(now + Duration::from_secs(1)),
//!             Input::Timeout if self.at.is_some_and(|at| at <= now) => { self.at = None; self.due = true }
//!             Input::Timeout => {}
//!         }
//!         Ok(())
//!     }
//!
//!     fn poll_output(&mut self) -> Output<&'static str, ()> {
//!         if std::mem::take(&mut self.due) { return Output::Event("ring") }
//!         Output::Timeout(self.at)
//!     }
//! }
//!
//! # fn main() -> Result<(), std::convert::Infallible> {
//! # let epoch = offhook_sim::epoch();
//! let mut bell = Bell::default();
//! bell.handle_input(epoch, Input::Wind)?;
//! let Output::Timeout(Some(at)) = bell.poll_output() else { panic!("armed") };
//! bell.handle_input(at, Input::Timeout)?;
//! assert!(matches!(bell.poll_output(), Output::Event("ring")));
//! # Ok(()) }
//! ```

mod clock;
mod deadlines;
mod entropy;
mod flow;
mod machine;
mod timers;

pub use clock::WallClock;
pub use deadlines::Deadlines;
pub use entropy::{Entropy, Token};
pub use flow::{Flow, Protocol, Transmit};
pub use machine::{Machine, Output};
pub use timers::{Slot, Timers};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
