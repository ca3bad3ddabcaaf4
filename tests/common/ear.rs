//! Listening in, and judging what was heard.

use offhook::call::Tap;
use offhook::media::score;
use std::sync::mpsc::Sender;

/// Both sides of one tick.
pub(crate) type Piece = (Vec<i16>, Vec<i16>);

/// A tap that hands on what it hears.
pub(crate) struct Ear(pub(crate) Sender<Piece>);

impl Tap for Ear {
    fn hear(&mut self, heard: &[i16], sent: &[i16]) -> Result<(), offhook::media::Error> {
        // Nobody listens any more: that is no fault of the call.
        let _ = self.0.send((heard.to_vec(), sent.to_vec()));
        Ok(())
    }
}

pub(crate) fn sine(frequency: f64, rate: u32, samples: usize) -> Vec<i16> {
    let step = std::f64::consts::TAU * frequency / f64::from(rate);
    (0..samples).map(|i| (8000.0 * (step * i as f64).sin()).round() as i16).collect()
}

/// What was heard from the first sound to the last.
pub(crate) fn tone_in(samples: &[i16]) -> &[i16] {
    let is_loud = |s: &i16| s.unsigned_abs() > 500;
    let first = samples.iter().position(is_loud).unwrap_or(samples.len());
    let last = samples.iter().rposition(is_loud).map_or(first, |at| at + 1);
    &samples[first..last]
}

/// A steady tone at 8 kHz, without a gap, a jump or another voice from its first sample to its last, for at least
/// `least` samples.
#[track_caller]
pub(crate) fn assert_tone(samples: &[i16], frequency: f64, least: usize) {
    let tone = tone_in(samples);
    assert!(tone.len() >= least, "{} samples sound, and {least} should", tone.len());
    let found = score::dominant_frequency(tone, 8000);
    assert!((found - frequency).abs() < 0.5, "{found} Hz sound in place of {frequency}");
    // One phase from end to end: a packet lost or played twice would break it, at any place.
    let snr = score::tone_snr(tone, 8000, frequency);
    assert!(snr > 30.0, "the tone of {frequency} Hz stands only {snr:.1} dB above the rest of {} samples", tone.len());
}
