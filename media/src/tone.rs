//! Tones, made and measured.
//!
//! Made: a sine, the sixteen pairs of keypad dialling (ITU-T Q.23), and the two tones a caller hears while waiting
//! (ringback and busy, in the European single tone of ETSI TR 101 041 and the American pair). Measured: the power at one
//! frequency, by Goertzel's recurrence. Detecting digits in speech (Q.24) and tables for other countries are left out.

use crate::playout::Source;
use std::f64::consts::TAU;
use std::time::Duration;

/// The level of the largest sine that 16 bits hold, in dBm0: G.711 A-law's overload point (ITU-T G.711 §4).
#[allow(clippy::approx_constant, reason = "decibels, not a circle")]
const FULL_SCALE_DBM0: f64 = 3.14;

/// One or two sines, on and off in turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tone {
    frequencies: [f64; 2],
    level_dbm0: f64,
    /// Milliseconds on and off; off 0: without pause.
    cadence: (u32, u32),
}

impl Tone {
    /// One sine of a frequency in Hz, at -10 dBm0.
    pub fn sine(frequency: f64) -> Self {
        Tone { frequencies: [frequency, 0.0], level_dbm0: -10.0, cadence: (1000, 0) }
    }

    /// Two sines, each at -10 dBm0.
    pub fn pair(low: f64, high: f64) -> Self {
        Tone { frequencies: [low, high], ..Tone::sine(low) }
    }

    /// The pair of a key: `0` to `9`, `*`, `#`, `A` to `D` in any case (ITU-T Q.23 §6).
    pub fn dtmf(key: char) -> Option<Self> {
        const KEYS: [&str; 4] = ["123A", "456B", "789C", "*0#D"];
        let key = key.to_ascii_uppercase();
        let rows = KEYS.iter().zip([697.0, 770.0, 852.0, 941.0]);
        let (row, low) = rows.into_iter().find(|(row, _)| row.contains(key))?;
        let (_, high) = row.chars().zip([1209.0, 1336.0, 1477.0, 1633.0]).find(|&(k, _)| k == key)?;
        Some(Tone::pair(low, high))
    }

    /// What the caller hears while it rings in Europe: 425 Hz, 1 s in 5.
    pub fn ringback() -> Self {
        Tone { cadence: (1000, 4000), ..Tone::sine(425.0) }
    }

    /// What the caller hears while it rings in North America: 440 and 480 Hz, 2 s in 6.
    pub fn ringback_us() -> Self {
        Tone { cadence: (2000, 4000), ..Tone::pair(440.0, 480.0) }
    }

    /// The called one is busy, in Europe: 425 Hz, half of every second.
    pub fn busy() -> Self {
        Tone { cadence: (500, 500), ..Tone::sine(425.0) }
    }

    /// The called one is busy, in North America: 480 and 620 Hz, half of every second.
    pub fn busy_us() -> Self {
        Tone { cadence: (500, 500), ..Tone::pair(480.0, 620.0) }
    }

    /// The same tone with each of its sines at `level` dBm0; the largest that fits is 3.14.
    pub fn level_dbm0(self, level: f64) -> Self {
        Tone { level_dbm0: level, ..self }
    }

    /// Samples of it at `rate` Hz; for ever, or for as long as `length` says.
    pub fn source(self, rate: u32, length: Option<Duration>) -> ToneSource {
        let amplitude = 32767.0 * 10f64.powf((self.level_dbm0 - FULL_SCALE_DBM0) / 20.0);
        let left = length.map(|l| crate::frame::samples_in(l, rate));
        ToneSource { tone: self, rate, amplitude, at: 0, left }
    }
}

/// The samples of a [`Tone`]; a [`Source`] for a player.
#[derive(Debug, Clone)]
pub struct ToneSource {
    tone: Tone,
    rate: u32,
    amplitude: f64,
    at: u64,
    left: Option<u64>,
}

impl ToneSource {
    fn sample(&self) -> i16 {
        let rate = u64::from(self.rate.max(1));
        let (on, off) = self.tone.cadence;
        let turn = (u64::from(on) + u64::from(off)) * rate / 1000;
        if off > 0 && self.at % turn.max(1) >= u64::from(on) * rate / 1000 {
            return 0;
        }
        let time = self.at as f64 / rate as f64;
        let sum: f64 = self.tone.frequencies.iter().map(|f| (TAU * (f * time).fract()).sin()).sum();
        (self.amplitude * sum).round() as i16 // `as` saturates
    }
}

impl Source for ToneSource {
    fn rate(&self) -> u32 {
        self.rate
    }

    fn read(&mut self, out: &mut [i16]) -> usize {
        let count = self.left.map_or(out.len(), |left| out.len().min(usize::try_from(left).unwrap_or(usize::MAX)));
        for place in out.iter_mut().take(count) {
            *place = self.sample();
            self.at = self.at.wrapping_add(1);
        }
        self.left = self.left.map(|left| left - count as u64);
        count
    }

    fn remaining(&self) -> Option<u64> {
        self.left
    }
}

/// The power of `samples` at one `frequency` in Hz: 1.0 is a sine of full scale. Goertzel's recurrence; the longer the
/// piece, the narrower it listens (20 ms: 50 Hz to each side).
pub fn goertzel(samples: &[i16], rate: u32, frequency: f64) -> f64 {
    if samples.is_empty() || rate == 0 {
        return 0.0;
    }
    let twist = 2.0 * (TAU * frequency / f64::from(rate)).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for &sample in samples {
        (last, before) = (f64::from(sample) / 32768.0 + twist * last - before, last);
    }
    let power = last * last + before * before - twist * last * before;
    let half = samples.len() as f64 / 2.0;
    (power / (half * half)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listen(tone: Tone, millis: u64) -> Vec<i16> {
        let mut samples = vec![0; (millis * 8) as usize];
        let count = tone.source(8000, None).read(&mut samples);
        assert_eq!(count, samples.len());
        samples
    }

    #[test]
    fn each_key_sounds_at_its_two_frequencies_and_no_other() {
        let all = [697.0, 770.0, 852.0, 941.0, 1209.0, 1336.0, 1477.0, 1633.0];
        for (key, low, high) in [('1', 697.0, 1209.0), ('5', 770.0, 1336.0), ('#', 941.0, 1477.0), ('d', 941.0, 1633.0)]
        {
            let samples = listen(Tone::dtmf(key).expect("a key"), 100);
            for f in all {
                let strong = f == low || f == high;
                let level = 10.0 * goertzel(&samples, 8000, f).log10();
                assert!(if strong { level > -14.0 } else { level < -28.0 }, "{key}: {level:.1} dB at {f}");
            }
        }
        assert_eq!(Tone::dtmf('x'), None);
    }

    #[test]
    fn a_level_is_measured_as_it_was_made() {
        let samples = listen(Tone::sine(1000.0).level_dbm0(-10.0), 100);
        assert!((10.0 * goertzel(&samples, 8000, 1000.0).log10() - (-10.0 - FULL_SCALE_DBM0)).abs() < 0.1);
        assert_eq!(goertzel(&[], 8000, 1000.0), 0.0);
    }

    #[test]
    fn busy_is_silent_for_half_of_each_second() {
        let samples = listen(Tone::busy(), 2000);
        assert!(samples[4000..8000].iter().all(|&s| s == 0) && samples[12_000..].iter().all(|&s| s == 0));
        assert!(goertzel(&samples[8000..12_000], 8000, 425.0) > 0.01);
    }

    #[test]
    fn a_tone_of_a_given_length_ends() {
        let mut source = Tone::sine(425.0).source(8000, Some(Duration::from_millis(30)));
        let mut samples = [0; 160];
        assert_eq!((source.read(&mut samples), source.read(&mut samples), source.read(&mut samples)), (160, 80, 0));
    }
}
