//! The task of one call's media.

use super::call::{CallEvent, CallState};
use super::entropy::OsEntropy;
use super::run::clock;
use super::socket::{self, MediaSockets, Receiver};
use crate::call::{Media, MediaEvent, MediaInput, MediaStats, MediaTerms, Tap};
use crate::error::Error;
use offhook_core::{Flow, Machine, Output};
use offhook_media::playout::{Mark, PlayId, Unplayed};
use offhook_media::wav::Clip;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};

/// Makes a tap for the rate that the call has.
pub(super) type MakeTap = Box<dyn FnOnce(u32) -> Result<Box<dyn Tap>, Error> + Send>;

/// What a call asks of its media.
pub(super) enum MediaCommand {
    Play { clip: Clip, reply: oneshot::Sender<Result<PlayId, Error>> },
    Mark { mark: Mark, reply: oneshot::Sender<Result<(), Error>> },
    Clear { reply: oneshot::Sender<Unplayed> },
    Echo(bool),
    Tap { make: MakeTap, reply: oneshot::Sender<Result<(), Error>> },
    FinishTaps { reply: oneshot::Sender<()> },
    Digit { digit: char, duration: Duration, reply: oneshot::Sender<Result<(), Error>> },
    Update(Box<MediaTerms>),
}

/// Verbs that wait: more than these at once is a caller who does not wait.
pub(super) const COMMANDS: usize = 64;

pub(super) struct MediaTask {
    pub(super) sockets: MediaSockets,
    pub(super) commands: mpsc::Receiver<MediaCommand>,
    pub(super) events: mpsc::Sender<CallEvent>,
    pub(super) stats: watch::Sender<Option<MediaStats>>,
    pub(super) state: watch::Receiver<CallState>,
}

/// How often the numbers are brought up to date.
const STATS_EVERY: Duration = Duration::from_secs(1);

impl MediaTask {
    pub(super) async fn run(mut self, terms: MediaTerms) {
        let (now, wall) = clock();
        let mut media = match Media::new(now, terms, Box::new(OsEntropy), wall) {
            Ok(media) => media,
            Err(error) => {
                // The offer was made of codecs that are known; what was agreed is one of them.
                tracing::error!(%error, "media cannot start");
                return;
            }
        };
        let rtp = self.sockets.address.rtp;
        let mut receiver = Receiver::new(socket::LARGEST_MEDIA);
        let mut next_stats = now;
        loop {
            let Some(deadline) = self.drain(&mut media).await else { break };
            let now = clock().0;
            if next_stats <= now {
                next_stats = now + STATS_EVERY;
                self.stats.send_replace(Some(media.stats()));
            }
            let sockets: Vec<_> = std::iter::once(&self.sockets.rtp).chain(&self.sockets.rtcp).collect();
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(deadline.into()) => {
                    let Ok(()) = media.handle_input(clock().0, MediaInput::Timeout);
                }
                (which, remote, contents) = receiver.receive(&sockets) => {
                    let terms = media.terms();
                    let local = match terms.rtcp {
                        offhook_rtp::RtcpPath::Flow(rtcp) if which == 1 => rtcp.local,
                        _ => terms.flow.local,
                    };
                    debug_assert!(local.port() == rtp.port() || which == 1);
                    let flow = Flow::udp(local, remote);
                    let Ok(()) = media.handle_input(clock().0, MediaInput::Received { flow, contents });
                }
                _ = self.state.wait_for(CallState::is_ended) => media.close(clock().0),
                Some(command) = self.commands.recv() => obey(&mut media, clock().0, command),
            }
        }
        self.stats.send_replace(Some(media.stats()));
    }

    /// Sends and tells what the machine has; when to come back, or `None` when it is closed.
    async fn drain(&mut self, media: &mut Media) -> Option<Instant> {
        let mut closed = false;
        loop {
            match media.poll_output() {
                Output::Transmit(t) => {
                    let socket = match (&self.sockets.rtcp, self.sockets.address.rtcp) {
                        (Some(socket), Some(rtcp)) if rtcp.port() == t.flow.local.port() => socket,
                        _ => &self.sockets.rtp,
                    };
                    // A packet of sound that cannot be sent is a packet lost.
                    let _ = socket::send(socket, &t).await;
                }
                Output::Event(MediaEvent::Closed) => closed = true,
                Output::Event(event) => {
                    // An application that does not look loses events, not memory.
                    if self.events.try_send(CallEvent::Media(event)).is_err() {
                        tracing::debug!("a media event was dropped: nobody takes them");
                    }
                }
                Output::Timeout(at) if !closed => return at,
                Output::Timeout(_) => return None,
            }
        }
    }
}

fn obey(media: &mut Media, now: Instant, command: MediaCommand) {
    // Whoever does not wait for the reply does not want it.
    match command {
        MediaCommand::Play { clip, reply } => drop(reply.send(media.play(clip))),
        MediaCommand::Mark { mark, reply } => drop(reply.send(media.mark(mark))),
        MediaCommand::Clear { reply } => drop(reply.send(media.clear())),
        MediaCommand::Echo(echo) => media.set_echo(echo),
        MediaCommand::Tap { make, reply } => {
            let made = make(media.rate()).map(|tap| media.add_tap(tap));
            drop(reply.send(made));
        }
        MediaCommand::FinishTaps { reply } => {
            media.finish_taps();
            let _ = reply.send(());
        }
        MediaCommand::Digit { digit, duration, reply } => drop(reply.send(media.send_digit(now, digit, duration))),
        MediaCommand::Update(terms) => {
            if let Err(error) = media.update(now, *terms) {
                tracing::warn!(%error, "media goes on as it was");
            }
        }
    }
}
