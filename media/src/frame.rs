//! A piece of sound with a place in time.

use std::sync::Arc;
use std::time::Duration;

/// Some sound: 16-bit samples, a rate, and when it begins on the sample clock. Cloning it does not copy the samples.
///
/// The next frame of a stream begins where this one ends: time never jumps in silence. Where nothing was received, the
/// frame says so by [`gap`](AudioFrame::gap) and carries what was invented in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AudioFrame {
    /// The samples; of several channels interleaved.
    pub samples: Arc<[i16]>,
    /// Samples per second of one channel.
    pub rate: u32,
    /// How many channels; at least 1. Telephony has one.
    pub channels: u8,
    /// When it begins: samples of one channel since the stream began.
    pub pts: u64,
    /// Whether this was not received but invented to fill a hole.
    pub gap: bool,
}

impl AudioFrame {
    /// Milliseconds in a frame unless asked otherwise.
    pub const DEFAULT_MS: u32 = 20;

    /// A frame of one channel.
    pub fn mono(samples: impl Into<Arc<[i16]>>, rate: u32, pts: u64) -> Self {
        AudioFrame { samples: samples.into(), rate, channels: 1, pts, gap: false }
    }

    /// `samples` of silence in one channel.
    pub fn silence(samples: usize, rate: u32, pts: u64) -> Self {
        AudioFrame::mono(vec![0; samples], rate, pts)
    }

    /// The same frame, marked as invented.
    pub fn into_gap(self) -> Self {
        AudioFrame { gap: true, ..self }
    }

    /// Samples of one channel.
    pub fn len(&self) -> usize {
        self.samples.len() / usize::from(self.channels.max(1))
    }

    /// Whether there is no sample in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How long it sounds.
    pub fn duration(&self) -> Duration {
        duration_of(self.len() as u64, self.rate)
    }

    /// Where the next frame begins.
    pub fn end(&self) -> u64 {
        self.pts.saturating_add(self.len() as u64)
    }

    /// Samples of one channel in a frame of [`DEFAULT_MS`](AudioFrame::DEFAULT_MS) at `rate`.
    pub fn default_len(rate: u32) -> usize {
        (rate / 1000 * AudioFrame::DEFAULT_MS) as usize
    }

    /// The samples as floats in -1.0..1.0.
    pub fn to_f32(&self) -> impl Iterator<Item = f32> + '_ {
        self.samples.iter().map(|&s| f32::from(s) / 32768.0)
    }
}

/// How long `samples` last at `rate`; nothing at rate 0.
pub(crate) fn duration_of(samples: u64, rate: u32) -> Duration {
    let rate = u64::from(rate);
    if rate == 0 {
        return Duration::ZERO;
    }
    let nanos = (samples % rate) * 1_000_000_000 / rate;
    Duration::from_secs(samples / rate) + Duration::from_nanos(nanos)
}

/// How many whole samples at `rate` fit into `duration`.
pub(crate) fn samples_in(duration: Duration, rate: u32) -> u64 {
    let rate = u64::from(rate);
    duration.as_secs().saturating_mul(rate).saturating_add(u64::from(duration.subsec_nanos()) * rate / 1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_knows_how_long_it_is_and_where_the_next_begins() {
        let frame = AudioFrame::silence(AudioFrame::default_len(8000), 8000, 1600);
        assert_eq!((frame.duration(), frame.end(), frame.gap), (Duration::from_millis(20), 1760, false));
        let stereo = AudioFrame { channels: 2, ..frame.clone() };
        assert_eq!((stereo.len(), stereo.duration()), (80, Duration::from_millis(10)));
        assert!(Arc::ptr_eq(&frame.samples, &frame.clone().into_gap().samples));
        assert_eq!(AudioFrame::mono([i16::MIN], 8000, 0).to_f32().next(), Some(-1.0));
    }

    #[test]
    fn samples_and_time_convert_exactly_both_ways() {
        for rate in [8000, 44_100, 48_000] {
            for samples in [0u64, 1, 160, 44_100, 441_000_000] {
                let back = samples_in(duration_of(samples, rate) + Duration::from_nanos(1), rate);
                assert_eq!(back, samples, "at {rate}");
            }
        }
        assert_eq!(duration_of(5, 0), Duration::ZERO);
    }
}
