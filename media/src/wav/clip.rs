//! Sound at rest.

use crate::frame::duration_of;
use crate::{Error, MAX_RATE, MIN_RATE, Resampler};
use hound::{SampleFormat, WavReader};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How much a reader of files takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Samples of one channel. By default 10 minutes at 48 kHz, which fill 58 megabytes.
    pub samples: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { samples: 10 * 60 * 48_000 }
    }
}

/// Some sound of one channel, whole and in memory. Cloning it does not copy the samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clip {
    samples: Arc<[i16]>,
    rate: u32,
}

impl Clip {
    /// A clip of samples at a rate in Hz.
    pub fn new(samples: impl Into<Arc<[i16]>>, rate: u32) -> Result<Self, Error> {
        if !(MIN_RATE..=MAX_RATE).contains(&rate) {
            return Err(Error::Rate { rate });
        }
        Ok(Clip { samples: samples.into(), rate })
    }

    /// Reads a WAV file with the default [`Limits`].
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, Error> {
        let file = File::open(path).map_err(|e| Error::Io { doing: "opening the WAV file", kind: e.kind() })?;
        Clip::read(BufReader::new(file), Limits::default())
    }

    /// Reads WAV from `reader`, which should be buffered. Several channels are mixed into one. Data that ends before
    /// the header says gives the sound up to its end.
    ///
    /// ```
    /// use offhook_media::{Error, wav::{Clip, Limits}};
    /// assert!(matches!(Clip::read(&b"RIFX"[..], Limits::default()), Err(Error::WavHeader { .. })));
    /// ```
    pub fn read(reader: impl Read, limits: Limits) -> Result<Self, Error> {
        const DOING: &str = "reading the WAV file";
        let reader = WavReader::new(reader).map_err(|e| match e {
            hound::Error::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
                Error::WavHeader { reason: "ends within its header" }
            }
            // hound says "Failed to read enough bytes" by the kind Other.
            hound::Error::IoError(e) if e.kind() == std::io::ErrorKind::Other => {
                Error::WavHeader { reason: "ends within its header" }
            }
            e => Error::from_hound(DOING, e),
        })?;
        let spec = reader.spec();
        if !(MIN_RATE..=MAX_RATE).contains(&spec.sample_rate) {
            return Err(Error::Rate { rate: spec.sample_rate });
        }
        let bits = u32::from(spec.bits_per_sample);
        let samples = match spec.sample_format {
            SampleFormat::Float => {
                let scaled = |s: f32| (f64::from(s) * 32768.0).round() as i64;
                mix(reader.into_samples::<f32>().map(|s| s.map(scaled)), spec.channels, limits)
            }
            SampleFormat::Int if (1..=32).contains(&bits) => {
                let scaled = |s: i32| (i64::from(s) << 32 >> (bits - 1)) >> 17;
                mix(reader.into_samples::<i32>().map(|s| s.map(scaled)), spec.channels, limits)
            }
            SampleFormat::Int => return Err(Error::WavFormat),
        }
        .map_err(|e| e.unwrap_or(Error::TooLong { limit: limits.samples }))?;
        Ok(Clip { samples: samples.into(), rate: spec.sample_rate })
    }

    /// The samples.
    pub fn samples(&self) -> &[i16] {
        &self.samples
    }

    /// The samples, still shared.
    pub fn into_samples(self) -> Arc<[i16]> {
        self.samples
    }

    /// Samples per second.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// How long it sounds.
    pub fn duration(&self) -> Duration {
        duration_of(self.samples.len() as u64, self.rate)
    }

    /// The same sound at another rate.
    pub fn resampled(&self, rate: u32) -> Result<Clip, Error> {
        let mut resampler = Resampler::new(self.rate, rate)?;
        let mut samples = Vec::new();
        resampler.process(&self.samples, &mut samples);
        resampler.flush(&mut samples);
        Ok(Clip { samples: samples.into(), rate })
    }
}

/// Averages each frame of `channels` values of 16 bits. The error `None` means too long.
fn mix(
    values: impl Iterator<Item = Result<i64, hound::Error>>,
    channels: u16,
    limits: Limits,
) -> Result<Vec<i16>, Option<Error>> {
    let channels = i64::from(channels.max(1));
    let (mut samples, mut sum, mut have) = (Vec::new(), 0i64, 0);
    for value in values {
        let value = match value {
            Ok(value) => value.clamp(i16::MIN.into(), i16::MAX.into()),
            // The data ends early: what was read, stands.
            Err(hound::Error::IoError(_)) => break,
            Err(e) => return Err(Some(Error::from_hound("reading the WAV file", e))),
        };
        sum += value;
        have += 1;
        if have == channels {
            if samples.len() >= limits.samples {
                return Err(None);
            }
            samples.push((sum / channels) as i16);
            (sum, have) = (0, 0);
        }
    }
    Ok(samples)
}
