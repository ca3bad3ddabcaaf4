//! Playing a clip and waiting for its end.

use super::call::{Call, CallEvent};
use super::media::MediaCommand;
use crate::call::MediaEvent;
use crate::error::Error;
use offhook_media::wav::Clip;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

/// A clip to be played. From [`Call::play`].
#[must_use = "nothing is played before this is awaited"]
pub struct Play<'a> {
    call: &'a mut Call,
    clip: Clip,
    until_digit: bool,
}

/// How playing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Played {
    /// To the last sample.
    ToTheEnd,
    /// This key stopped it, at once. It still counts for [`Call::gather`].
    StoppedBy(char),
}

impl<'a> Play<'a> {
    pub(super) fn new(call: &'a mut Call, clip: Clip) -> Self {
        Play { call, clip, until_digit: false }
    }

    /// Stops at once when the other side presses a key.
    pub fn until_digit(mut self) -> Self {
        self.until_digit = true;
        self
    }

    async fn run(self) -> Result<Played, Error> {
        let Play { call, clip, until_digit } = self;
        let id = call.ask(|reply| MediaCommand::Play { clip, reply }).await??;
        loop {
            match call.receive().await {
                Some(CallEvent::Media(MediaEvent::PlayFinished(done))) if done == id => return Ok(Played::ToTheEnd),
                Some(event @ CallEvent::Media(MediaEvent::Digit { digit, .. })) => {
                    call.keep(event);
                    if until_digit {
                        call.clear().await?;
                        return Ok(Played::StoppedBy(digit));
                    }
                }
                Some(event) => call.keep(event),
                None => return Err(call.why()),
            }
        }
    }
}

impl<'a> IntoFuture for Play<'a> {
    type Output = Result<Played, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
