//! What can go wrong with sound.

use std::io;

/// Why a piece of sound was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A sample rate that nothing here can work at.
    #[error("sample rate of {rate} Hz is outside {min} to {max} Hz", min = crate::MIN_RATE, max = crate::MAX_RATE)]
    Rate {
        /// The rate asked for, in Hz.
        rate: u32,
    },
    /// A payload that its codec cannot read.
    #[error("{codec} payload is not valid at byte {offset}")]
    Payload {
        /// The codec, by its name in SDP.
        codec: &'static str,
        /// Where in the payload.
        offset: usize,
    },
    /// A file that is not WAV, or whose header contradicts itself.
    #[error("not a readable WAV file: {reason}")]
    WavHeader {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A WAV file of a kind that is not read: compressed, or of an odd width.
    #[error("WAV sample format not supported")]
    WavFormat,
    /// A clip that is longer than its limit.
    #[error("sound is longer than the limit of {limit} samples per channel")]
    TooLong {
        /// The limit, in samples of one channel.
        limit: usize,
    },
    /// The reader or writer below failed.
    #[error("{doing} failed: {kind}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// How it failed.
        kind: io::ErrorKind,
    },
    /// The playout queue is full.
    #[error("playout queue is full at {limit} entries")]
    QueueFull {
        /// How many entries it holds.
        limit: usize,
    },
}

impl Error {
    /// Puts hound's error into our words. `doing` names the operation.
    pub(crate) fn from_hound(doing: &'static str, error: hound::Error) -> Self {
        match error {
            hound::Error::IoError(e) => Error::Io { doing, kind: e.kind() },
            hound::Error::FormatError(reason) => Error::WavHeader { reason },
            hound::Error::UnfinishedSample => Error::WavHeader { reason: "a frame is not complete" },
            hound::Error::TooWide | hound::Error::Unsupported | hound::Error::InvalidSampleFormat => Error::WavFormat,
        }
    }
}
