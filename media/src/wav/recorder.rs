//! Sound to a file, as it comes.

use crate::Error;
use crate::frame::duration_of;
use crate::{MAX_RATE, MIN_RATE};
use hound::{SampleFormat, WavSpec, WavWriter};
use std::io::{BufWriter, Seek, Write};
use std::time::Duration;

/// A WAV file says its length in 32 bits; recording stops a little before that.
const MAX_DATA: u64 = u32::MAX as u64 - 4096;

/// How many channels are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// One.
    Mono,
    /// Two: what was heard on the left and what was said on the right, for instance.
    Stereo,
}

impl Channels {
    fn count(self) -> u16 {
        match self {
            Channels::Mono => 1,
            Channels::Stereo => 2,
        }
    }
}

/// Writes a WAV file of 16 bits while the sound comes.
///
/// The header is brought up to date every second, so that a crash leaves a file that plays up to its last second. The
/// first failure of the writer (a full disk, say) is answered once; from then on sound is only counted, as
/// [`lost`](Recorder::lost). What was written before stands.
///
/// ```
/// use offhook_media::wav::{Channels, Clip, Limits, Recorder};
/// use std::io::Cursor;
///
/// let mut file = Vec::new();
/// let mut recorder = Recorder::new(Cursor::new(&mut file), 8000, Channels::Mono)?;
/// recorder.write(&[100; 160])?;
/// assert_eq!(recorder.finish()?.as_millis(), 20);
/// assert_eq!(Clip::read(&file[..], Limits::default())?.samples(), [100; 160]);
/// # Ok::<(), offhook_media::Error>(())
/// ```
pub struct Recorder<W: Write + Seek + Send> {
    /// None once the writer has failed.
    writer: Option<WavWriter<BufWriter<W>>>,
    rate: u32,
    channels: Channels,
    /// Samples of one channel that are in the file.
    written: u64,
    /// Samples of one channel that are not.
    lost: u64,
    /// Samples of one channel since the header was last brought up to date.
    since_header: u64,
}

impl<W: Write + Seek + Send> Recorder<W> {
    /// Begins a file at a rate in Hz: writes its header.
    pub fn new(writer: W, rate: u32, channels: Channels) -> Result<Self, Error> {
        if !(MIN_RATE..=MAX_RATE).contains(&rate) {
            return Err(Error::Rate { rate });
        }
        let spec = WavSpec {
            channels: channels.count(),
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let start = |e| Error::from_hound("starting the recording", e);
        let mut writer = WavWriter::new(BufWriter::new(writer), spec).map_err(start)?;
        writer.flush().map_err(start)?;
        Ok(Recorder { writer: Some(writer), rate, channels, written: 0, lost: 0, since_header: 0 })
    }

    /// How many channels are recorded.
    pub fn channels(&self) -> Channels {
        self.channels
    }

    /// Records samples; of two channels interleaved, an odd one at the end is left out.
    pub fn write(&mut self, samples: &[i16]) -> Result<(), Error> {
        let width = usize::from(self.channels.count());
        self.append(samples.len() / width, samples.chunks_exact(width).flatten().copied())
    }

    /// Records one piece of each side: into two channels beside each other, the shorter one followed by silence; into
    /// one channel mixed.
    pub fn write_sides(&mut self, left: &[i16], right: &[i16]) -> Result<(), Error> {
        let frames = left.len().max(right.len());
        let at = |side: &[i16], i: usize| side.get(i).copied().unwrap_or_default();
        match self.channels {
            Channels::Mono => self.append(frames, (0..frames).map(|i| at(left, i).saturating_add(at(right, i)))),
            Channels::Stereo => self.append(frames, (0..frames).flat_map(|i| [at(left, i), at(right, i)])),
        }
    }

    /// How long the recording is, not counting what was lost.
    pub fn duration(&self) -> Duration {
        duration_of(self.written, self.rate)
    }

    /// Samples of one channel that came after the writer had failed.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Whether sound still goes to the file.
    pub fn is_recording(&self) -> bool {
        self.writer.is_some()
    }

    /// Ends the file and answers its length. A recorder that is dropped ends it as well, but tells nobody of an error.
    pub fn finish(mut self) -> Result<Duration, Error> {
        if let Some(writer) = self.writer.take() {
            writer.finalize().map_err(|e| Error::from_hound("ending the recording", e))?;
        }
        Ok(self.duration())
    }

    fn append(&mut self, frames: usize, samples: impl Iterator<Item = i16>) -> Result<(), Error> {
        let frames = frames as u64;
        let Some(writer) = &mut self.writer else {
            self.lost = self.lost.saturating_add(frames);
            return Ok(());
        };
        let width = 2 * u64::from(self.channels.count());
        let write = || {
            if (self.written + frames) * width > MAX_DATA {
                return Err(Error::Io { doing: "recording past 4 GB", kind: std::io::ErrorKind::FileTooLarge });
            }
            let recording = |e| Error::from_hound("recording", e);
            for sample in samples {
                writer.write_sample(sample).map_err(recording)?;
            }
            self.since_header += frames;
            if self.since_header >= u64::from(self.rate) {
                self.since_header = 0;
                writer.flush().map_err(recording)?;
            }
            Ok(())
        };
        match write() {
            Ok(()) => {
                self.written += frames;
                Ok(())
            }
            Err(e) => {
                self.lost = self.lost.saturating_add(frames);
                self.writer = None; // tries once more to end the file
                Err(e)
            }
        }
    }
}

impl<W: Write + Seek + Send> std::fmt::Debug for Recorder<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recorder({:?} {} Hz, {:?} written, {} lost)", self.channels, self.rate, self.duration(), self.lost)
    }
}
