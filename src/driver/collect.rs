//! Collecting digits, driven.

use super::call::{Call, CallEvent};
use super::run::clock;
use crate::call::{Gather, GatherInput, Gathered, MediaEvent};
use crate::error::Error;
use offhook_core::{Machine, Output};
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

/// Digits to be collected. From [`Call::gather`]; see [`Gather`] for the machine behind it.
#[must_use = "nothing is gathered before this is awaited"]
pub struct Collect<'a> {
    call: &'a mut Call,
    gather: Gather,
}

impl<'a> Collect<'a> {
    pub(super) fn new(call: &'a mut Call) -> Self {
        Collect { call, gather: Gather::new() }
    }

    /// Ends with this many digits, 1 to 128.
    pub fn max(mut self, digits: usize) -> Self {
        self.gather = self.gather.max(digits);
        self
    }

    /// Ends with this key, which is not part of the result.
    pub fn until(mut self, key: char) -> Self {
        self.gather = self.gather.until(key);
        self
    }

    /// How long to wait for the first digit. Default 8 s.
    pub fn timeout(mut self, first: Duration) -> Self {
        self.gather = self.gather.timeout(first);
        self
    }

    /// How long to wait for each digit more. Default 4 s.
    pub fn between(mut self, next: Duration) -> Self {
        self.gather = self.gather.between(next);
        self
    }

    async fn run(self) -> Result<Gathered, Error> {
        let Collect { call, mut gather } = self;
        let tell = |gather: &mut Gather, input| {
            let Ok(()) = gather.handle_input(clock().0, input);
        };
        tell(&mut gather, GatherInput::Start);
        let mut ahead = call.take_kept_digits().into_iter();
        loop {
            let deadline = match gather.poll_output() {
                Output::Event(gathered) => {
                    // What was typed beyond the end is for the next one.
                    for digit in ahead {
                        call.keep(CallEvent::Media(MediaEvent::Digit { digit, duration: Duration::ZERO }));
                    }
                    return Ok(gathered);
                }
                Output::Timeout(at) => at.unwrap_or(clock().0),
            };
            if let Some(digit) = ahead.next() {
                tell(&mut gather, GatherInput::Digit(digit));
                continue;
            }
            tokio::select! {
                event = call.receive() => match event {
                    Some(CallEvent::Media(MediaEvent::Digit { digit, .. })) => tell(&mut gather, GatherInput::Digit(digit)),
                    Some(event) => call.keep(event),
                    None => return Err(call.why()),
                },
                () = tokio::time::sleep_until(deadline.into()) => tell(&mut gather, GatherInput::Timeout),
            }
        }
    }
}

impl<'a> IntoFuture for Collect<'a> {
    type Output = Result<Gathered, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
