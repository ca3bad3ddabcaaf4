//! One recording against what should be in it.

use crate::frame::duration_of;
use realfft::RealFftPlanner;
use realfft::num_complex::Complex;
use std::time::Duration;

/// The reference is compared in pieces of this many milliseconds, each with a lag of its own, because a receiver may
/// drop or add a packet on the way.
const PIECE_MS: usize = 500;
/// How far the lag may move from one piece to the next, in milliseconds: two packets and a little.
const DRIFT_MS: usize = 44;
/// The grain in which the reference is counted as heard, in milliseconds.
const GRAIN_MS: usize = 20;

/// How alike a reference and a recording are. From [`similarity`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Similarity {
    /// Normalised cross-correlation over the whole reference, each piece at its best place: 1.0 is the same sound
    /// (at whatever level), unrelated sound and silence are near 0.
    pub correlation: f64,
    /// How much later the reference begins in the recording; zero if the recording begins within it.
    pub lag: Duration,
    /// How much of the reference's sound (pauses aside) is in the recording, 0 to 1.
    pub coverage: f64,
    /// How much louder the recording is than the reference, in dB, where both sound; 0 if nothing was found.
    pub level_db: f64,
}

/// Finds `reference` in `heard`, both at `rate` Hz. What is before and after it in the recording does not matter.
///
/// ```
/// use offhook_media::score::similarity;
/// let noise = |seed: u32| (0..8000u32).map(move |i| ((i ^ seed).wrapping_mul(2_654_435_761) >> 18) as i16 - 8192);
/// let played: Vec<i16> = noise(1).collect();
/// let heard: Vec<i16> = [0; 800].into_iter().chain(played.iter().map(|s| s / 2)).collect();
/// let score = similarity(&played, &heard, 8000);
/// assert!(score.correlation > 0.99 && score.lag.as_millis() == 100 && score.coverage == 1.0);
/// assert!((score.level_db + 6.0).abs() < 0.1);
/// ```
pub fn similarity(reference: &[i16], heard: &[i16], rate: u32) -> Similarity {
    let (reference, heard) = (without_offset(reference), without_offset(heard));
    let Some(lag) = best_lag(&reference, &heard) else { return Similarity::default() };

    let per_ms = |ms: usize| (ms * rate as usize / 1000).max(1);
    let drift = per_ms(DRIFT_MS) as i64;
    let mut total = Products::default();
    let (mut sounding, mut found) = (0u32, 0u32);
    let mut sound = Products::default();
    let loud = energy(&reference) / reference.len().max(1) as f64 * 0.01; // 20 dB below the mean
    let mut here = lag;
    for (n, piece) in reference.chunks(per_ms(PIECE_MS)).enumerate() {
        let start = (n * per_ms(PIECE_MS)) as i64;
        // Only a piece that fits badly is worth a search.
        if energy(piece) > loud * piece.len() as f64 && Products::at(piece, &heard, start + here).correlation() < 0.8 {
            here = best_near(piece, &heard, start, lag, drift);
        }
        total += Products::at(piece, &heard, start + here);
        for (m, grain) in piece.chunks(per_ms(GRAIN_MS)).enumerate() {
            if energy(grain) <= loud * grain.len() as f64 {
                continue;
            }
            let products = Products::at(grain, &heard, start + (m * per_ms(GRAIN_MS)) as i64 + here);
            sounding += 1;
            if products.correlation() >= 0.5 {
                found += 1;
                sound += products;
            }
        }
    }
    let level_db = if found == 0 { 0.0 } else { 10.0 * (sound.heard / sound.reference).log10() };
    Similarity {
        correlation: total.correlation().clamp(0.0, 1.0),
        lag: duration_of(u64::try_from(lag).unwrap_or(0), rate),
        coverage: f64::from(found) / f64::from(sounding.max(1)),
        level_db,
    }
}

/// What correlation is made of.
#[derive(Debug, Clone, Copy, Default)]
struct Products {
    reference: f64,
    heard: f64,
    cross: f64,
}

impl Products {
    /// `piece` against the recording from `start` on; outside it there is silence.
    fn at(piece: &[f32], heard: &[f32], start: i64) -> Self {
        let skip = usize::try_from(-start.min(0)).unwrap_or(usize::MAX);
        let inside = piece.get(skip..).unwrap_or_default();
        let beside = usize::try_from(start.max(0)).ok().and_then(|s| heard.get(s..)).unwrap_or_default();
        let beside = beside.get(..inside.len()).unwrap_or(beside);
        let cross = dot(inside, beside);
        Products { reference: energy(piece), heard: energy(beside), cross }
    }

    fn correlation(&self) -> f64 {
        let norm = (self.reference * self.heard).sqrt();
        if norm > 0.0 { self.cross / norm } else { 0.0 }
    }
}

impl std::ops::AddAssign for Products {
    fn add_assign(&mut self, other: Self) {
        self.reference += other.reference;
        self.heard += other.heard;
        self.cross += other.cross;
    }
}

/// Sums in sixteen lanes, which the compiler makes into vector instructions.
fn dot(a: &[f32], b: &[f32]) -> f64 {
    let mut lanes = [0f32; 16];
    let (a, b) = (a.chunks_exact(16), b.chunks_exact(16));
    let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(x, y)| x * y).sum();
    for (a, b) in a.zip(b) {
        for ((lane, x), y) in lanes.iter_mut().zip(a).zip(b) {
            *lane += x * y;
        }
    }
    f64::from(rest) + lanes.iter().map(|&l| f64::from(l)).sum::<f64>()
}

fn energy(samples: &[f32]) -> f64 {
    dot(samples, samples)
}

fn without_offset(samples: &[i16]) -> Vec<f32> {
    let mean = samples.iter().map(|&s| f64::from(s)).sum::<f64>() / samples.len().max(1) as f64;
    samples.iter().map(|&s| ((f64::from(s) - mean) / 32768.0) as f32).collect()
}

/// The lag from `lag - drift` to `lag + drift` at which the piece fits best.
fn best_near(piece: &[f32], heard: &[f32], start: i64, lag: i64, drift: i64) -> i64 {
    let fit = |lag: i64| Products::at(piece, heard, start + lag).correlation();
    (lag - drift..=lag + drift).map(|l| (l, fit(l))).max_by(|a, b| a.1.total_cmp(&b.1)).map_or(lag, |(l, _)| l)
}

/// The lag of the whole reference that correlates best, by way of the frequency domain. None if either is silent.
fn best_lag(reference: &[f32], heard: &[f32]) -> Option<i64> {
    if energy(reference) == 0.0 || energy(heard) == 0.0 {
        return None;
    }
    let length = (reference.len() + heard.len()).next_power_of_two().max(4);
    let mut planner = RealFftPlanner::<f32>::new();
    let (forward, back) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
    let spectrum = |samples: &[f32]| {
        let mut padded = samples.to_vec();
        padded.resize(length, 0.0);
        let mut bins = forward.make_output_vec();
        forward.process(&mut padded, &mut bins).ok().map(|()| bins)
    };
    let mut product: Vec<Complex<f32>> =
        spectrum(heard)?.iter().zip(&spectrum(reference)?).map(|(h, r)| h * r.conj()).collect();
    // A product of real spectra is real at both ends; rounding must not make it otherwise.
    if let Some(first) = product.first_mut() {
        first.im = 0.0;
    }
    if let Some(last) = product.last_mut() {
        last.im = 0.0;
    }
    let mut cross = back.make_output_vec();
    back.process(&mut product, &mut cross).ok()?;

    // Sums of squares up to each sample give the energy of any stretch of the recording.
    let mut sums = Vec::with_capacity(heard.len() + 1);
    let mut sum = 0f64;
    sums.push(sum);
    for s in heard {
        sum += f64::from(*s) * f64::from(*s);
        sums.push(sum);
    }
    let until = |at: i64| sums.get(usize::try_from(at.max(0)).unwrap_or(0)).copied().unwrap_or(sum);
    let (r, h) = (reference.len() as i64, heard.len() as i64);
    let floor = sum * 1e-4; // a stretch with nothing in it fits nothing
    (1 - r..h)
        .filter_map(|lag| {
            let beside = (until(lag + r) - until(lag)).max(floor);
            let at = usize::try_from(lag.rem_euclid(length as i64)).ok()?;
            Some((lag, f64::from(*cross.get(at)?) / beside.sqrt()))
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(lag, _)| lag)
}
