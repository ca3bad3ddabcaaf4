//! The eight laws of every [`Machine`](offhook_core::Machine), checked on a script.
//!
//! A [`Script`] says how to make the machine, what its timeout input is and what is done to it, when. [`check`] plays
//! it many times, as drivers of different habits would, and compares what came out by its `Debug` text:
//! 1. twice the same way;
//! 2. polling again after every drain;
//! 3. with timeout inputs that come too early, between all the others;
//! 4. with drains left out wherever no timer fires between two steps;
//! 5. with each step's `now` set back; and by a driver so slow that every timer is overdue;
//! 6. by [`check_bytes`], which a proptest calls: any bytes, in every state that the script passes through;
//! 7. after the machine says that it is finished, if [`Script::finished_when`] says how to ask;
//! 8. with every step left out that was refused.
//!
//! A broken law is a panic that names the law by its sentence, the step, and both outputs. [`judge`] answers the same as
//! a value.
//!
//! ```
//! use offhook_core::{Machine, Output};
//! use offhook_sim::laws::{self, Script};
//! use std::time::{Duration, Instant};
//! # /// Rings once, when its time has come.
//! # #[derive(Default)]
//! # struct Bell { now: Option<Instant>, at: Option<Instant>, due: bool, rang: bool }
//! # enum Input { Wind(Duration), Timeout }
//! # #[derive(Debug)]
//! # struct AlreadyWound;
//! # impl Machine for Bell {
//! #     type Input<'a> = Input; type Event = &'static str; type Transmit = (); type Error = AlreadyWound;
//! #     fn handle_input(&mut self, now: Instant, input: Input) -> Result<(), AlreadyWound> {
//! #         let now = self.now.map_or(now, |last| last.max(now));
//! #         match input {
//! #             Input::Wind(_) if self.at.is_some() || self.rang => return Err(AlreadyWound),
//! #             Input::Wind(after) => self.at = Some(now + after),
//! #             Input::Timeout if self.at.is_some_and(|at| at <= now) => { self.at = None; self.due = true }
//! #             Input::Timeout => {}
//! #         }
//! #         self.now = Some(now);
//! #         Ok(())
//! #     }
//! #     fn poll_output(&mut self) -> Output<&'static str, ()> {
//! #         if std::mem::take(&mut self.due) { self.rang = true; return Output::Event("ring") }
//! #         Output::Timeout(self.at)
//! #     }
//! # }
//!
//! let wind = |bell: &mut Bell, now| bell.handle_input(now, Input::Wind(Duration::from_secs(3)));
//! laws::check(
//!     &Script::new(Bell::default, |bell, now| bell.handle_input(now, Input::Timeout).unwrap())
//!         .step(Duration::ZERO, "wound", wind)
//!         .step(Duration::from_secs(1), "wound again, which it refuses", wind)
//!         .finished_when(|bell| bell.rang),
//! );
//! ```

mod check;
mod law;
mod play;
mod script;

pub use check::{check, check_bytes, judge};
pub use law::{Law, Violation};
pub use script::Script;
