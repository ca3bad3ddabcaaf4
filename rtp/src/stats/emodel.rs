//! A listener's opinion, estimated: the E-model of ITU-T G.107, for what a packet network changes.
//!
//! `R = 93.2 - Id - Ie,eff`. Noise, loudness and echo are taken at the default values of G.107 table 2 (terminals are
//! trusted to cancel their echo), so that of the delay impairment only `Idd` is left, and the advantage factor is 0.
//! Loss is taken as random (BurstR = 1).

use std::time::Duration;

/// `Ro - Is` with every parameter at its default value (ITU-T G.107 §7.7: R = 93.2).
const R_DEFAULT: f64 = 93.2;
/// Up to this one-way delay there is no delay impairment (ITU-T G.107 §7.4: Ta ≤ 100 ms, mT = 100).
const FREE_DELAY_MS: f64 = 100.0;
/// The effective equipment impairment grows to this with loss (ITU-T G.107 §7.5).
const MAX_IMPAIRMENT: f64 = 95.0;

/// What a codec does to speech (ITU-T G.113 appendix I).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Impairment {
    /// Equipment impairment factor `Ie`, without loss.
    pub ie: f64,
    /// Packet-loss robustness factor `Bpl`.
    pub bpl: f64,
}

impl Impairment {
    /// G.711 where a lost packet is silence (ITU-T G.113 appendix I: Ie 0, Bpl 4.3).
    pub const G711: Impairment = Impairment { ie: 0.0, bpl: 4.3 };
    /// G.711 with the concealment of its appendix I (ITU-T G.113 appendix I: Ie 0, Bpl 25.1).
    pub const G711_CONCEALED: Impairment = Impairment { ie: 0.0, bpl: 25.1 };

    /// `Ie,eff` at a loss ratio of 0 to 1 (ITU-T G.107 §7.5, BurstR = 1).
    fn effective(self, loss: f64) -> f64 {
        let percent = loss.clamp(0.0, 1.0) * 100.0;
        self.ie + (MAX_IMPAIRMENT - self.ie) * percent / (percent + self.bpl)
    }
}

/// The rating factor: about 93 at best, below 50 nobody is content. `one_way`: from mouth to ear; `loss`: 0 to 1.
pub fn rating(one_way: Duration, loss: f64, codec: Impairment) -> f64 {
    R_DEFAULT - delay_impairment(one_way) - codec.effective(loss)
}

/// `Idd` (ITU-T G.107 §7.4, default delay sensitivity).
fn delay_impairment(one_way: Duration) -> f64 {
    let ms = one_way.as_secs_f64() * 1000.0;
    if ms <= FREE_DELAY_MS {
        return 0.0;
    }
    let x = (ms / FREE_DELAY_MS).log2();
    let root = |base: f64| (1.0 + base.powi(6)).powf(1.0 / 6.0);
    25.0 * (root(x) - 3.0 * root(x / 3.0) + 2.0)
}

/// The mean opinion score that a rating stands for: 1 (bad) to 4.5 (ITU-T G.107 annex B).
pub fn mean_opinion(rating: f64) -> f64 {
    match rating {
        r if r <= 0.0 => 1.0,
        r if r >= 100.0 => 4.5,
        // the cubic dips below 1 for small ratings; 1 is the end of the scale
        r => (1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7e-6).max(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 0.05
    }

    #[test]
    fn a_perfect_g711_call_is_rated_as_the_defaults_of_g107() {
        let r = rating(Duration::from_millis(20), 0.0, Impairment::G711);
        assert!(near(r, 93.2) && near(mean_opinion(r), 4.41), "{r}");
    }

    #[test]
    fn annex_b_table_b1_is_met() {
        // R at the borders of user satisfaction, with the MOS of table B.1
        for (r, mos) in [(90.0, 4.34), (80.0, 4.03), (70.0, 3.60), (60.0, 3.10), (50.0, 2.58)] {
            assert!((mean_opinion(r) - mos).abs() < 0.01, "{r}: {}", mean_opinion(r));
        }
        assert_eq!((mean_opinion(-5.0), mean_opinion(101.0)), (1.0, 4.5));
    }

    #[test]
    fn loss_costs_and_concealment_gives_some_of_it_back() {
        let at = |loss, codec| rating(Duration::ZERO, loss, codec);
        // 5 %: 95 × 5 / (5 + 4.3) = 51.1 and 95 × 5 / (5 + 25.1) = 15.8
        assert!(near(at(0.05, Impairment::G711), 93.2 - 51.08));
        assert!(near(at(0.05, Impairment::G711_CONCEALED), 93.2 - 15.78));
    }

    #[test]
    fn delay_is_free_up_to_100_ms_and_then_grows() {
        let at = |ms| rating(Duration::from_millis(ms), 0.0, Impairment::G711);
        assert_eq!(at(100), at(0));
        assert!(at(200) < at(150) && at(400) < at(200));
        // Ta = 400 ms: X = 2, Idd = 25 × (65^(1/6) - 3 × (1 + (2/3)^6)^(1/6) + 2) ≈ 24.1
        assert!((93.2 - at(400) - 24.1).abs() < 0.3, "{}", 93.2 - at(400));
    }
}
