//! Where spoken samples come from.

use crate::AudioFrame;
use crate::wav::Clip;
use std::sync::Arc;

/// Something that gives samples of one channel until it ends.
pub trait Source: Send {
    /// Samples per second; the same for its whole life.
    fn rate(&self) -> u32;

    /// Fills `out` from its beginning and answers how much; 0 is the end.
    fn read(&mut self, out: &mut [i16]) -> usize;

    /// How many samples are left, where that is known.
    fn remaining(&self) -> Option<u64>;
}

/// What can be queued: every [`Source`], and what can become one.
pub trait IntoSource {
    /// The source that it becomes.
    type Source: Source + 'static;
    /// Becomes a source.
    fn into_source(self) -> Self::Source;
}

impl<S: Source + 'static> IntoSource for S {
    type Source = S;

    fn into_source(self) -> S {
        self
    }
}

/// The samples of a [`Clip`] or an [`AudioFrame`], from the first to the last.
#[derive(Debug, Clone)]
pub struct ClipSource {
    samples: Arc<[i16]>,
    at: usize,
    rate: u32,
    channels: usize,
}

impl IntoSource for Clip {
    type Source = ClipSource;

    fn into_source(self) -> ClipSource {
        ClipSource { rate: self.rate(), samples: self.into_samples(), at: 0, channels: 1 }
    }
}

/// Several channels are mixed into one.
impl IntoSource for AudioFrame {
    type Source = ClipSource;

    fn into_source(self) -> ClipSource {
        ClipSource { samples: self.samples, at: 0, rate: self.rate, channels: usize::from(self.channels.max(1)) }
    }
}

impl Source for ClipSource {
    fn rate(&self) -> u32 {
        self.rate
    }

    fn read(&mut self, out: &mut [i16]) -> usize {
        let left = self.samples.get(self.at..).unwrap_or_default();
        let mut count = 0;
        for (place, frame) in out.iter_mut().zip(left.chunks_exact(self.channels)) {
            let sum: i32 = frame.iter().map(|&s| i32::from(s)).sum();
            *place = (sum / self.channels as i32) as i16;
            count += 1;
        }
        self.at += count * self.channels;
        count
    }

    fn remaining(&self) -> Option<u64> {
        Some((self.samples.len().saturating_sub(self.at) / self.channels) as u64)
    }
}
