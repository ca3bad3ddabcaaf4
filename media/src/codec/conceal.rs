//! Repeat and fade: what to play in place of a lost packet.

/// How many samples of the past a repetition is taken from: 20 ms at 8 kHz.
const KEPT: usize = 160;
/// The shortest piece that is repeated, in samples: a pitch of 200 Hz at 8 kHz.
const SHORTEST: usize = 40;
/// Repetitions fade to nothing over this many samples: 60 ms at 8 kHz.
const FADE: usize = 480;
/// Samples over which the first sound after a loss is blended with the invention: 4 ms at 8 kHz.
const BLEND: usize = 32;

/// The last 20 ms that a stream said, at 8 kHz; and from it, what to say where a packet is missing.
///
/// A decoder feeds it with [`heard`](History::heard). The invention repeats the piece of the past that fits best to
/// its end, so that a vowel goes on at its pitch, and fades to silence within 60 ms.
#[derive(Debug, Clone)]
pub struct History {
    past: [i16; KEPT],
    /// Samples invented since the last real one.
    invented: usize,
    /// The period repeated while inventing.
    period: usize,
}

impl Default for History {
    fn default() -> Self {
        History { past: [0; KEPT], invented: 0, period: KEPT }
    }
}

impl History {
    /// Takes notice of real samples, and smooths their beginning if they follow an invention.
    pub fn heard(&mut self, samples: &mut [i16]) {
        if samples.is_empty() {
            return;
        }
        if self.invented > 0 {
            for (i, sample) in samples.iter_mut().take(BLEND).enumerate() {
                let (old, new) = (i32::from(self.invention()), i32::from(*sample));
                let share = (i as i32 + 1) * 256 / (BLEND as i32 + 1);
                *sample = ((old * (256 - share) + new * share) / 256) as i16;
                self.invented += 1;
            }
            self.invented = 0;
        }
        let kept = samples.len().min(KEPT);
        self.past.rotate_left(kept);
        let (_, fresh) = samples.split_at(samples.len() - kept);
        if let Some((_, place)) = self.past.split_at_mut_checked(KEPT - kept) {
            place.copy_from_slice(fresh);
        }
    }

    /// Appends `count` invented samples.
    pub fn conceal(&mut self, count: usize, samples: &mut Vec<i16>) {
        if self.invented == 0 {
            self.period = self.best_period();
        }
        samples.reserve(count);
        for _ in 0..count {
            samples.push(self.invention());
            self.invented = self.invented.saturating_add(1);
        }
    }

    /// The sample that continues the past after `invented` others.
    fn invention(&self) -> i16 {
        let left = FADE.saturating_sub(self.invented) as i32;
        let at = KEPT - self.period + self.invented % self.period;
        let sample = self.past.get(at).copied().unwrap_or_default();
        (i32::from(sample) * left / FADE as i32) as i16
    }

    /// The shift at which the end of the past repeats itself best; all of it where nothing does.
    fn best_period(&self) -> usize {
        let template = &self.past[KEPT - SHORTEST..];
        let energy = |s: &[i16]| s.iter().map(|&x| i64::from(x) * i64::from(x)).sum::<i64>();
        let mut best = (0.5, KEPT);
        for period in SHORTEST..=KEPT - SHORTEST {
            let shifted = &self.past[KEPT - SHORTEST - period..KEPT - period];
            let product: i64 = template.iter().zip(shifted).map(|(&a, &b)| i64::from(a) * i64::from(b)).sum();
            let norm = ((energy(template) as f64) * (energy(shifted) as f64)).sqrt();
            let fit = if norm > 0.0 { product as f64 / norm } else { 0.0 };
            if fit > best.0 {
                best = (fit, period);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_piece_of_a_vowel_goes_on_at_its_pitch_and_fades() {
        let wave = |i: usize| (8000.0 * (i as f64 * std::f64::consts::TAU * 125.0 / 8000.0).sin()) as i16;
        let mut history = History::default();
        let mut said: Vec<i16> = (0..320).map(wave).collect();
        history.heard(&mut said);
        let mut invented = Vec::new();
        history.conceal(160, &mut invented);
        let error: f64 = invented.iter().enumerate().map(|(i, &s)| f64::from(s - wave(320 + i)).powi(2)).sum();
        let energy: f64 = (0..160).map(|i| f64::from(wave(320 + i)).powi(2)).sum();
        assert!(error < energy / 10.0, "{error} of {energy}");
        history.conceal(480, &mut invented);
        assert!(invented[480..].iter().all(|&s| s == 0));
    }

    #[test]
    fn what_comes_after_an_invention_begins_without_a_step() {
        let mut history = History::default();
        history.heard(&mut [10_000; 160]);
        let mut invented = Vec::new();
        history.conceal(16, &mut invented);
        let mut next = [-10_000i16; 160];
        history.heard(&mut next);
        assert!((i32::from(invented[15]) - i32::from(next[0])).abs() < 1500, "{} {}", invented[15], next[0]);
        assert_eq!(next[BLEND..], [-10_000; 160 - BLEND]);
    }

    #[test]
    fn nothing_heard_gives_silence() {
        let mut invented = Vec::new();
        History::default().conceal(200, &mut invented);
        assert_eq!(invented, [0; 200]);
    }
}
