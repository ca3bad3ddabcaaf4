//! From any rate to any rate.
//!
//! The filter is a windowed sinc (crate `rubato`); this module gives it what a call needs: 16-bit samples in pieces of
//! any size, an output that is aligned with its input and of exactly the right length, and a copy where the rates agree.

use crate::Error;
use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{
    Async, FixedAsync, Indexing, Resampler as _, SincInterpolationParameters, SincInterpolationType, WindowFunction,
};

/// The lowest sample rate that is worked at, in Hz.
pub const MIN_RATE: u32 = 4_000;
/// The highest sample rate that is worked at, in Hz.
pub const MAX_RATE: u32 = 192_000;

/// Filter length in samples of the slower side. Enough to pass 0.41 of the lower rate and to hold aliases 80 dB down.
const TAPS: usize = 96;
/// Points of the filter that are stored between two samples; the rest is interpolated.
const POINTS: usize = 128;

/// A stream of one channel on its way from one rate to another.
///
/// Output sample `k` is the input at the time `k / output rate`, to within one sample: the stream is not shifted, and after
/// [`flush`](Resampler::flush) exactly `ceil(samples in × output rate / input rate)` samples have come out, however long
/// it was and however it was cut. What it holds back until then is [`latency`](Resampler::latency): 5 ms of collecting
/// and half the filter, 6 ms where the slower side has 8 kHz. Equal rates copy through and hold nothing back.
///
/// ```
/// let mut resampler = offhook_media::Resampler::new(44_100, 8_000)?;
/// let mut out = Vec::new();
/// for piece in [0i16; 44_100].chunks(1000) {
///     resampler.process(piece, &mut out);
/// }
/// resampler.flush(&mut out);
/// assert_eq!(out.len(), 8_000);
/// # Ok::<(), offhook_media::Error>(())
/// ```
pub struct Resampler {
    from: u32,
    to: u32,
    /// None: the rates are equal.
    sinc: Option<Box<Sinc>>,
    /// Samples taken since the last flush.
    taken: u64,
    /// Samples given since the last flush.
    given: u64,
}

struct Sinc {
    inner: Async<f32>,
    /// One chunk of input, filled up to `filled`.
    input: Vec<f32>,
    filled: usize,
    output: Vec<f32>,
    /// Output still to be dropped, so that the filter's delay is not heard.
    skip: usize,
}

impl Resampler {
    /// A resampler between two rates in Hz, each from [`MIN_RATE`] to [`MAX_RATE`].
    pub fn new(from: u32, to: u32) -> Result<Self, Error> {
        for rate in [from, to] {
            if !(MIN_RATE..=MAX_RATE).contains(&rate) {
                return Err(Error::Rate { rate });
            }
        }
        let sinc = if from == to { None } else { Some(Box::new(Sinc::new(from, to)?)) };
        Ok(Resampler { from, to, sinc, taken: 0, given: 0 })
    }

    /// Samples per second in.
    pub fn from_rate(&self) -> u32 {
        self.from
    }

    /// Samples per second out.
    pub fn to_rate(&self) -> u32 {
        self.to
    }

    /// How many input samples may be held back at most.
    pub fn latency(&self) -> usize {
        self.sinc.as_ref().map_or(0, |s| s.input.len() + TAPS * (self.from.div_ceil(self.to) as usize))
    }

    /// Takes `samples` and appends what they determine to `out`.
    pub fn process(&mut self, samples: &[i16], out: &mut Vec<i16>) {
        self.taken = self.taken.saturating_add(samples.len() as u64);
        let before = out.len();
        match &mut self.sinc {
            None => out.extend_from_slice(samples),
            Some(sinc) => sinc.process(samples, out),
        }
        self.given = self.given.saturating_add((out.len() - before) as u64);
    }

    /// Ends the stream: appends what was held back, and begins a new one.
    pub fn flush(&mut self, out: &mut Vec<i16>) {
        let wanted = usize::try_from(self.total().saturating_sub(self.given)).unwrap_or(usize::MAX);
        if let Some(sinc) = &mut self.sinc {
            sinc.flush(wanted, out);
        }
        (self.taken, self.given) = (0, 0);
    }

    /// Forgets what is held back and begins a new stream.
    pub fn reset(&mut self) {
        if let Some(sinc) = &mut self.sinc {
            sinc.reset();
        }
        (self.taken, self.given) = (0, 0);
    }

    /// Samples taken since the last flush.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// How many samples the input since the last flush makes, given and held back.
    pub fn total(&self) -> u64 {
        output_len(self.taken, self.from, self.to)
    }
}

/// How many samples at `to` last as long as `samples` at `from`, rounded up.
pub(crate) fn output_len(samples: u64, from: u32, to: u32) -> u64 {
    let long = (u128::from(samples) * u128::from(to)).div_ceil(u128::from(from.max(1)));
    u64::try_from(long).unwrap_or(u64::MAX)
}

impl std::fmt::Debug for Resampler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Resampler({} to {} Hz, {} in, {} out)", self.from, self.to, self.taken, self.given)
    }
}

impl Sinc {
    fn new(from: u32, to: u32) -> Result<Self, Error> {
        // Slowing down by a factor needs a filter longer by it, and smoother by it.
        let slower = from.div_ceil(to).max(1) as usize;
        let parameters = SincInterpolationParameters {
            sinc_len: TAPS * slower,
            f_cutoff: None,
            oversampling_factor: (POINTS / slower).max(8),
            interpolation: SincInterpolationType::Linear,
            window: WindowFunction::BlackmanHarris2,
        };
        let chunk = (from / 200) as usize;
        let ratio = f64::from(to) / f64::from(from);
        let inner = Async::new_sinc(ratio, 1.0, &parameters, chunk, 1, FixedAsync::Input)
            .map_err(|_| Error::Rate { rate: from })?;
        let output = vec![0.0; inner.output_frames_max()];
        let skip = head(&inner);
        Ok(Sinc { inner, input: vec![0.0; chunk], filled: 0, output, skip })
    }

    fn process(&mut self, mut samples: &[i16], out: &mut Vec<i16>) {
        while !samples.is_empty() {
            let place = self.input.get_mut(self.filled..).unwrap_or_default();
            let fits = place.len().min(samples.len());
            let (now, later) = samples.split_at(fits);
            place.iter_mut().zip(now).for_each(|(place, &sample)| *place = f32::from(sample));
            self.filled += fits;
            samples = later;
            if self.filled == self.input.len() {
                self.filled = 0;
                self.run(out);
            }
        }
    }

    /// Filters the chunk that stands in `input`.
    fn run(&mut self, out: &mut Vec<i16>) {
        let (frames_in, frames_out) = (self.input.len(), self.output.len());
        let (Ok(input), Ok(mut output)) = (
            SequentialSlice::new(&self.input, 1, frames_in),
            SequentialSlice::new_mut(&mut self.output, 1, frames_out),
        ) else {
            return;
        };
        let Ok((_, made)) = self.inner.process_into_buffer(&input, &mut output, Some(&Indexing::default())) else {
            return;
        };
        let skipped = self.skip.min(made);
        self.skip -= skipped;
        let fresh = self.output.get(skipped..made).unwrap_or_default();
        out.extend(fresh.iter().map(|s| s.round() as i16)); // `as` saturates
    }

    fn flush(&mut self, wanted: usize, out: &mut Vec<i16>) {
        let end = out.len().saturating_add(wanted);
        // Silence pushes out the last sound: each run gives a chunk, and the filter holds a bounded number of them.
        while out.len() < end {
            let rest = self.input.get_mut(self.filled..).unwrap_or_default();
            rest.fill(0.0);
            self.filled = 0;
            self.run(out);
        }
        out.truncate(end);
        self.reset();
    }

    fn reset(&mut self) {
        self.inner.reset();
        self.filled = 0;
        self.skip = head(&self.inner);
    }
}

/// How many samples come out before the first of the stream. The filter's first output already lies one step on.
fn head(inner: &Async<f32>) -> usize {
    inner.output_delay().saturating_sub(1)
}
