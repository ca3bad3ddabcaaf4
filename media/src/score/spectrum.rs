//! Tones.

use realfft::RealFftPlanner;
use std::f64::consts::TAU;

/// The strongest frequency in `samples`, in Hz, but for a steady offset; 0 where there is only silence. One second gives
/// it to a small part of a Hz.
pub fn dominant_frequency(samples: &[i16], rate: u32) -> f64 {
    let length = samples.len().next_power_of_two().max(64) * 2;
    let window = |i: usize| 0.5 - 0.5 * (TAU * (i as f64 + 0.5) / samples.len() as f64).cos();
    let mut input: Vec<f64> = samples.iter().enumerate().map(|(i, &s)| f64::from(s) * window(i)).collect();
    input.resize(length, 0.0);
    let transform = RealFftPlanner::new().plan_fft_forward(length);
    let mut spectrum = transform.make_output_vec();
    if transform.process(&mut input, &mut spectrum).is_err() {
        return 0.0;
    }
    let power: Vec<f64> = spectrum.iter().map(|c| c.norm_sqr()).collect();
    // Below two bins of the unpadded piece stands the offset.
    let skip = 2 * length / samples.len().max(1) + 1;
    let Some((peak, &top)) = power.iter().enumerate().skip(skip).max_by(|a, b| a.1.total_cmp(b.1)) else { return 0.0 };
    if top < 1.0 {
        return 0.0;
    }
    // The logarithm of a windowed peak is nearly a parabola; its top lies between bins.
    let log = |i: Option<usize>| i.and_then(|i| power.get(i)).map_or(0.0, |&p| p.max(1e-9).ln());
    let (left, middle, right) = (log(peak.checked_sub(1)), top.ln(), log(Some(peak + 1)));
    let bend = left - 2.0 * middle + right;
    let shift = if bend < 0.0 { ((left - right) / (2.0 * bend)).clamp(-0.5, 0.5) } else { 0.0 };
    (peak as f64 + shift) * f64::from(rate) / length as f64
}

/// How far a sine of `frequency` Hz stands above all else in `samples`, in dB: the sine that fits best is taken out and
/// compared with the rest. From -200 (only other things, or silence) to 200.
pub fn tone_snr(samples: &[i16], rate: u32, frequency: f64) -> f64 {
    let step = TAU * frequency / f64::from(rate.max(1));
    let wave = |i: usize| (step * i as f64).sin_cos();
    // Least squares for x = a·sin + b·cos.
    let (mut ss, mut cc, mut sc, mut xs, mut xc, mut xx) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (i, &x) in samples.iter().enumerate() {
        let ((s, c), x) = (wave(i), f64::from(x));
        (ss, cc, sc) = (ss + s * s, cc + c * c, sc + s * c);
        (xs, xc, xx) = (xs + x * s, xc + x * c, xx + x * x);
    }
    let det = ss * cc - sc * sc;
    if xx == 0.0 || det <= 1e-9 {
        return -200.0;
    }
    let (a, b) = ((xs * cc - xc * sc) / det, (xc * ss - xs * sc) / det);
    let tone = (a * xs + b * xc).max(0.0);
    let rest = (xx - tone).max(0.0);
    (10.0 * (tone / rest.max(f64::MIN_POSITIVE)).log10()).clamp(-200.0, 200.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(frequency: f64, rate: u32, amplitude: f64) -> Vec<i16> {
        (0..rate)
            .map(|i| (amplitude * (TAU * frequency * f64::from(i) / f64::from(rate)).sin()).round() as i16)
            .collect()
    }

    #[test]
    fn a_tone_is_found_to_a_twentieth_of_a_hertz() {
        for frequency in [50.0, 425.0, 999.5, 1000.0, 1000.3, 3700.0] {
            let found = dominant_frequency(&sine(frequency, 8000, 8000.0), 8000);
            assert!((found - frequency).abs() < 0.05, "{found} for {frequency}");
        }
        assert_eq!(dominant_frequency(&[0; 800], 8000), 0.0);
        assert_eq!(dominant_frequency(&[], 8000), 0.0);
    }

    #[test]
    fn the_rest_beside_a_tone_is_measured() {
        let mut samples = sine(1000.0, 8000, 10_000.0);
        assert!(tone_snr(&samples, 8000, 1000.0) > 80.0);
        samples.iter_mut().zip(sine(1700.0, 8000, 1000.0)).for_each(|(a, b)| *a += b);
        assert!((tone_snr(&samples, 8000, 1000.0) - 20.0).abs() < 0.1);
        assert!(tone_snr(&samples, 8000, 1300.0) < -20.0);
        assert_eq!(tone_snr(&[0; 100], 8000, 1000.0), -200.0);
    }
}
