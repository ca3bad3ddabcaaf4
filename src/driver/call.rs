//! The handle of a call.

use super::agent::tell_later;
use super::collect::Collect;
use super::media::MediaCommand;
use super::play::Play;
use super::report::CallReport;
use super::run::Command;
use crate::call::{MediaEvent, MediaStats, Tap};
use crate::error::Error;
use crate::ua::{CallId, Ended};
use offhook_media::playout::{Mark, Unplayed};
use offhook_media::wav::{Channels, Clip, Recorder};
use offhook_sip_parser::Status;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// What happens in a call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CallEvent {
    /// It moves: 180, 183 and the like.
    Progress(Status),
    /// Both sides agree on media, for the first time or anew.
    MediaAgreed {
        /// The codec that is sent.
        codec: String,
    },
    /// Something in the sound: a digit, a clip's end.
    Media(MediaEvent),
}

/// How far a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallState {
    /// Not answered, or not acknowledged.
    Pending,
    Established,
    Ended {
        cause: Ended,
        duration: Duration,
    },
}

impl CallState {
    pub(super) fn is_ended(&self) -> bool {
        matches!(self, CallState::Ended { .. })
    }
}

/// The application's end of a call's wires.
pub(super) struct Line {
    pub(super) id: CallId,
    pub(super) driver: mpsc::Sender<Command>,
    pub(super) state: watch::Receiver<CallState>,
    pub(super) events: mpsc::Receiver<CallEvent>,
    pub(super) media: mpsc::Sender<MediaCommand>,
    pub(super) stats: watch::Receiver<Option<MediaStats>>,
    pub(super) codec: Option<String>,
    /// The caller's URI.
    pub(super) from: String,
}

/// A call. Dropping it hangs up.
pub struct Call {
    line: Line,
    to: String,
    digits: String,
    /// Events that a verb passed over while it waited for its own; bounded by [`KEPT`].
    kept: VecDeque<CallEvent>,
}

/// Events kept for [`Call::next_event`] while verbs run; the oldest goes first.
const KEPT: usize = 256;

/// How long a key is pressed.
const KEY: Duration = Duration::from_millis(100);

impl Call {
    pub(super) fn new(line: Line, to: String) -> Self {
        Call { line, to, digits: String::new(), kept: VecDeque::new() }
    }

    /// The name of the call in the machine.
    pub fn id(&self) -> CallId {
        self.line.id
    }

    /// The caller's URI.
    pub fn from(&self) -> &str {
        &self.line.from
    }

    /// The callee's URI.
    pub fn to(&self) -> &str {
        &self.to
    }

    /// Waits until it is answered, and that is acknowledged; an error if it ends before.
    pub async fn answered(&mut self) -> Result<(), Error> {
        let state = self.line.state.wait_for(|s| *s != CallState::Pending).await.map_err(|_| Error::ShuttingDown)?;
        match *state {
            CallState::Ended { cause, .. } => Err(Error::Ended(cause)),
            _ => Ok(()),
        }
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.line.state.borrow().is_ended()
    }

    /// The next event; `None` once the call is over and all were taken.
    pub async fn next_event(&mut self) -> Option<CallEvent> {
        match self.kept.pop_front() {
            Some(event) => Some(event),
            None => self.receive().await,
        }
    }

    /// The next event that was not taken yet, past those that are kept.
    pub(super) async fn receive(&mut self) -> Option<CallEvent> {
        let event = self.line.events.recv().await?;
        match &event {
            // The bound is for a caller who presses keys for hours.
            CallEvent::Media(MediaEvent::Digit { digit, .. }) if self.digits.len() < 1024 => self.digits.push(*digit),
            CallEvent::MediaAgreed { codec } => self.line.codec = Some(codec.clone()),
            _ => {}
        }
        Some(event)
    }

    pub(super) fn keep(&mut self, event: CallEvent) {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(event);
    }

    /// The digits that are kept, taken out: what the caller typed ahead.
    pub(super) fn take_kept_digits(&mut self) -> Vec<char> {
        let mut digits = Vec::new();
        self.kept.retain(|event| match event {
            CallEvent::Media(MediaEvent::Digit { digit, .. }) => {
                digits.push(*digit);
                false
            }
            _ => true,
        });
        digits
    }

    /// Plays a clip: await it to its end. See [`Play::until_digit`] to let a key stop it. A wait that is dropped (by a
    /// timeout, say) does not stop the sound; [`clear`](Call::clear) does.
    pub fn play(&mut self, clip: Clip) -> Play<'_> {
        Play::new(self, clip)
    }

    /// Collects digits: await it for what was gathered. Digits pressed before count too.
    pub fn gather(&mut self) -> Collect<'_> {
        Collect::new(self)
    }

    /// Stops what is played and queued, and says what was not played.
    pub async fn clear(&mut self) -> Result<Unplayed, Error> {
        self.ask(|reply| MediaCommand::Clear { reply }).await
    }

    /// A mark behind all that is queued; [`MediaEvent::Mark`] comes when that has really been played.
    pub async fn mark(&mut self, mark: Mark) -> Result<(), Error> {
        self.ask(|reply| MediaCommand::Mark { mark, reply }).await?
    }

    /// Records what they say into a WAV file, from now to the end of the call or [`stop_recording`](Call::stop_recording).
    /// The file is written by the task that carries this call's sound: a disk that stalls is heard. One that is full is told
    /// as [`MediaEvent::TapFailed`] and in [`MediaStats::tap_failed`], and the call goes on.
    pub async fn record(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.record_as(path.as_ref(), Channels::Mono).await
    }

    /// Records both sides into a WAV file: theirs left, ours right. Otherwise as [`record`](Call::record).
    pub async fn record_both(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.record_as(path.as_ref(), Channels::Stereo).await
    }

    async fn record_as(&mut self, path: &Path, channels: Channels) -> Result<(), Error> {
        let failed = |error| Error::Recording { path: path.into(), error: Arc::new(error) };
        let file = std::fs::File::create(path).map_err(failed)?;
        self.tap_with(move |rate| Ok(Box::new(Recorder::new(file, rate, channels)?))).await
    }

    /// Lets somebody listen in. `make` gets the rate in samples per second.
    pub async fn tap_with(
        &mut self,
        make: impl FnOnce(u32) -> Result<Box<dyn Tap>, Error> + Send + 'static,
    ) -> Result<(), Error> {
        let make = Box::new(make);
        self.ask(|reply| MediaCommand::Tap { make, reply }).await?
    }

    /// Ends recordings, and taps of any kind.
    pub async fn stop_recording(&mut self) -> Result<(), Error> {
        self.ask(|reply| MediaCommand::FinishTaps { reply }).await
    }

    /// Sends back what they say.
    pub async fn set_echo(&mut self, echo: bool) -> Result<(), Error> {
        self.line.media.send(MediaCommand::Echo(echo)).await.map_err(|_| Error::CallOver)
    }

    /// Presses keys, 100 ms each, and waits until the last has left.
    pub async fn send_dtmf(&mut self, digits: &str) -> Result<(), Error> {
        for digit in digits.chars() {
            self.ask(|reply| MediaCommand::Digit { digit, duration: KEY, reply }).await??;
        }
        let mut left = digits.chars().count();
        while left > 0 {
            match self.receive().await {
                Some(CallEvent::Media(MediaEvent::DigitSent { .. })) => left -= 1,
                Some(event) => self.keep(event),
                None => return Err(self.why()),
            }
        }
        Ok(())
    }

    /// How it sounds; brought up to date every second. `None` before there is media.
    pub fn stats(&self) -> Option<MediaStats> {
        self.line.stats.borrow().clone()
    }

    /// Hangs up and waits for the end.
    pub async fn hang_up(self) -> CallReport {
        tell_later(&self.line.driver, Command::HangUp { call: self.line.id });
        self.ended().await
    }

    /// Waits until the other side hangs up, or the call ends in any other way.
    pub async fn ended(mut self) -> CallReport {
        while self.receive().await.is_some() {}
        // The driver's end of the wires is gone; the media task's goes when its last packet has left.
        while self.line.stats.changed().await.is_ok() {}
        let (cause, duration) = match *self.line.state.borrow() {
            CallState::Ended { cause, duration } => (cause, duration),
            // The driver was shut down before the end was known.
            _ => (Ended::Session(offhook_sip_dialog::Cause::LocalHangUp), Duration::ZERO),
        };
        CallReport {
            from: std::mem::take(&mut self.line.from),
            to: std::mem::take(&mut self.to),
            codec: self.line.codec.take(),
            duration,
            media: self.line.stats.borrow().clone(),
            digits: std::mem::take(&mut self.digits),
            cause,
        }
    }

    /// Why nothing more can be asked of the call.
    pub(super) fn why(&self) -> Error {
        match *self.line.state.borrow() {
            CallState::Ended { cause, .. } => Error::Ended(cause),
            _ => Error::CallOver,
        }
    }

    pub(super) async fn tell(&self, command: Command) -> Result<(), Error> {
        self.line.driver.send(command).await.map_err(|_| Error::ShuttingDown)
    }

    pub(super) async fn ask<R>(
        &mut self,
        command: impl FnOnce(oneshot::Sender<R>) -> MediaCommand,
    ) -> Result<R, Error> {
        let (reply, answer) = oneshot::channel();
        self.line.media.send(command(reply)).await.map_err(|_| self.why())?;
        answer.await.map_err(|_| self.why())
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.is_over() {
            tell_later(&self.line.driver, Command::HangUp { call: self.line.id });
        }
    }
}
