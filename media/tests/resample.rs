//! Pitch, aliases, length and cutting of the resampler.

use offhook_media::score::{dominant_frequency, tone_snr};
use offhook_media::{Error, MAX_RATE, MIN_RATE, Resampler};
use proptest::prelude::*;
use std::f64::consts::TAU;

fn sine(frequency: f64, rate: u32, seconds: u32) -> Vec<i16> {
    let step = TAU * frequency / f64::from(rate);
    (0..rate * seconds).map(|i| (16_000.0 * (step * f64::from(i)).sin()).round() as i16).collect()
}

fn resample(samples: &[i16], from: u32, to: u32, piece: usize) -> Vec<i16> {
    let mut resampler = Resampler::new(from, to).expect("rates in range");
    let mut out = Vec::new();
    samples.chunks(piece).for_each(|piece| resampler.process(piece, &mut out));
    resampler.flush(&mut out);
    out
}

fn rms_db(samples: &[i16]) -> f64 {
    let mean = samples.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>() / samples.len() as f64;
    10.0 * (mean.max(1e-9) / (16_000f64.powi(2) / 2.0)).log10()
}

#[test]
fn a_tone_keeps_its_pitch_and_stays_clean_between_the_rates_of_telephony() {
    let rates = [8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000];
    for from in rates {
        for to in rates {
            let out = resample(&sine(1000.0, from, 2), from, to, 777);
            let middle = &out[to as usize / 4..out.len() - to as usize / 4];
            let pitch = dominant_frequency(middle, to);
            assert!((pitch - 1000.0).abs() < 0.5, "{from} to {to}: {pitch} Hz");
            let snr = tone_snr(middle, to, 1000.0);
            assert!(snr > 60.0, "{from} to {to}: {snr:.1} dB");
            assert!(rms_db(middle).abs() < 0.05, "{from} to {to}: {:.3} dB", rms_db(middle));
        }
    }
}

#[test]
fn what_the_lower_rate_cannot_carry_is_gone_and_not_folded_back() {
    for (tone, from, to) in [(5000.0, 44_100, 8_000), (4700.0, 48_000, 8_000), (9500.0, 192_000, 16_000)] {
        let out = resample(&sine(tone, from, 1), from, to, 441);
        let edge = to as usize / 10; // where a tone begins it is not one frequency
        let level = rms_db(&out[edge..out.len() - edge]);
        assert!(level < -60.0, "{tone} Hz, {from} to {to}: {level:.1} dB");
    }
}

#[test]
fn the_band_of_speech_passes_evenly() {
    for tone in [100.0, 300.0, 2000.0, 3000.0, 3300.0] {
        let level = rms_db(&resample(&sine(tone, 48_000, 1), 48_000, 8_000, 960)[800..7200]);
        assert!(level.abs() < 1.0, "{tone} Hz: {level:.2} dB");
    }
}

#[test]
fn output_is_aligned_with_its_input() {
    for (from, to) in [(48_000, 16_000), (8_000, 48_000), (44_100, 8_000), (8_000, 44_100)] {
        let out = resample(&sine(400.0, from, 1), from, to, 100);
        let step = 16_000.0 * TAU * 400.0 / f64::from(to); // how much the steepest part differs from its neighbour
        for (i, (a, b)) in out.iter().zip(sine(400.0, to, 1)).enumerate().skip(500).take(7_000) {
            let off = f64::from(i32::from(*a) - i32::from(b)).abs() / step;
            assert!(off < 0.8, "{from} to {to}: off by {off:.2} samples at {i}");
        }
    }
}

#[test]
fn a_long_stream_comes_out_to_the_sample() {
    let mut resampler = Resampler::new(44_100, 8_000).expect("rates in range");
    let (mut out, mut given) = (Vec::new(), 0u64);
    let second = vec![0; 44_100];
    for n in 1..=20u64 {
        resampler.process(&second, &mut out);
        given += out.len() as u64;
        out.clear();
        let behind = n * 8_000 - given;
        assert!(behind < 100, "{behind} samples held back after {n} s");
    }
    resampler.flush(&mut out);
    assert_eq!(given + out.len() as u64, 20 * 8_000);
}

#[test]
fn equal_rates_copy_and_rates_out_of_range_are_refused() {
    assert_eq!(resample(&[1, -2, 3], 8000, 8000, 2), [1, -2, 3]);
    assert_eq!(Resampler::new(0, 8000).err(), Some(Error::Rate { rate: 0 }));
    assert_eq!(Resampler::new(8000, 192_001).err(), Some(Error::Rate { rate: 192_001 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_rates_and_any_cut_give_the_same_samples_of_the_exact_number(
        from in MIN_RATE..=MAX_RATE, to in MIN_RATE..=MAX_RATE,
        samples in prop::collection::vec(any::<i16>(), 0..2000), piece in 1usize..1000,
    ) {
        let out = resample(&samples, from, to, piece);
        prop_assert_eq!(out.len() as u64, (samples.len() as u64 * u64::from(to)).div_ceil(u64::from(from)));
        prop_assert_eq!(out, resample(&samples, from, to, 3000));
    }
}
