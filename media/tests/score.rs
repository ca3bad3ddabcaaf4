//! Likeness of a recording: high for the same speech, low for anything else.

use offhook_media::codec::{self, Codec, Pcma, Pcmu};
use offhook_media::score::similarity;
use proptest::prelude::*;
use std::f64::consts::TAU;
use std::time::Duration;

/// A number from a seed, in -1..1.
fn random(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    ((*seed >> 33) as f64) / f64::from(1u32 << 30) - 1.0
}

/// Something like speech at 8 kHz: syllables of a gliding voice through two formants, hisses and pauses.
fn speech(seed: u64, seconds: f64) -> Vec<i16> {
    let mut seed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut out = Vec::new();
    while out.len() < (seconds * 8000.0) as usize {
        let length = (1000.0 + 700.0 * random(&mut seed)) as usize;
        let (pitch, glide) = (140.0 + 50.0 * random(&mut seed), 20.0 * random(&mut seed));
        let (f1, f2) = (500.0 + 250.0 * random(&mut seed), 1600.0 + 700.0 * random(&mut seed));
        let voiced = random(&mut seed) > -0.5;
        let mut phase = 0.0;
        for i in 0..length {
            let place = i as f64 / length as f64;
            phase += (pitch + glide * place) / 8000.0;
            let sound = if voiced {
                (1..20)
                    .map(|h| {
                        let f = pitch * f64::from(h);
                        let near = |formant: f64| 1.0 / (1.0 + ((f - formant) / 120.0).powi(2));
                        (near(f1) + 0.5 * near(f2)) * (TAU * phase * f64::from(h)).sin()
                    })
                    .sum::<f64>()
            } else {
                0.4 * random(&mut seed)
            };
            out.push((6000.0 * sound * (place * TAU / 2.0).sin()) as i16);
        }
        out.resize(out.len() + (600.0 + 600.0 * random(&mut seed)) as usize, 0);
    }
    out.truncate((seconds * 8000.0) as usize);
    out
}

/// Through a codec in packets of 20 ms, of which some are lost.
fn call(samples: &[i16], codec: &dyn Codec, lost: &[usize]) -> Vec<i16> {
    let (mut encoder, mut decoder) = (codec.encoder(), codec.decoder());
    let mut heard = Vec::new();
    for (n, frame) in samples.chunks(160).enumerate() {
        if lost.contains(&n) {
            decoder.conceal(frame.len(), &mut heard);
            continue;
        }
        let mut payload = bytes::BytesMut::new();
        encoder.encode(frame, &mut payload).expect("G.711 takes any samples");
        decoder.decode(&payload, &mut heard).expect("G.711 takes any bytes");
    }
    heard
}

#[test]
fn the_same_speech_after_g711_with_two_lost_packets_scores_above_nine_tenths() {
    for codec in [&Pcmu as &dyn Codec, &Pcma] {
        let played = speech(1, 4.0);
        let mut heard = vec![0; 12_345];
        heard.extend(call(&played, codec, &[40, 111]));
        heard.extend([0; 4000]);
        let score = similarity(&played, &heard, 8000);
        assert!(score.correlation > 0.9 && score.coverage > 0.9, "{score:?}");
        assert_eq!(score.lag, Duration::from_micros(12_345 * 125));
        assert!(score.level_db.abs() < 0.5, "{score:?}");
    }
}

#[test]
fn a_dropped_and_an_added_packet_on_the_way_are_followed() {
    let played = speech(2, 6.0);
    let mut heard = call(&played, &Pcmu, &[]);
    heard.drain(16_000..16_160);
    heard.splice(32_000..32_000, [0; 160]);
    let score = similarity(&played, &heard, 8000);
    assert!(score.correlation > 0.85 && score.coverage > 0.85, "{score:?}");
}

#[test]
fn other_speech_noise_and_silence_score_low() {
    let played = speech(3, 5.0);
    let mut seed = 5;
    let noise: Vec<i16> = (0..40_000).map(|_| (5000.0 * random(&mut seed)) as i16).collect();
    for (name, heard) in
        [("speech", speech(4, 5.0)), ("speech", speech(77, 8.0)), ("noise", noise), ("silence", vec![0; 40_000])]
    {
        let score = similarity(&played, &heard, 8000);
        assert!(score.correlation < 0.4 && score.coverage < 0.4, "{name}: {score:?}");
    }
}

#[test]
fn half_of_the_speech_covers_half_of_it() {
    let played = speech(6, 4.0);
    let score = similarity(&played, &played[..16_000], 8000);
    assert!((score.coverage - 0.5).abs() < 0.15, "{score:?}");
    let late = similarity(&played, &played[16_000..], 8000);
    assert!((late.coverage - 0.5).abs() < 0.15 && late.lag == Duration::ZERO, "{late:?}");
}

#[test]
fn level_is_told_and_does_not_count() {
    let played = speech(7, 2.0);
    let quiet: Vec<i16> = played.iter().map(|s| s / 10).collect();
    let score = similarity(&played, &quiet, 8000);
    assert!(score.correlation > 0.99 && (score.level_db + 20.0).abs() < 0.3, "{score:?}");
}

proptest! {
    #[test]
    fn any_samples_score_between_nothing_and_one(
        a in prop::collection::vec(any::<i16>(), 0..600), b in prop::collection::vec(any::<i16>(), 0..600), rate in 0u32..50_000,
    ) {
        let score = similarity(&a, &b, rate);
        prop_assert!((0.0..=1.0).contains(&score.correlation) && (0.0..=1.0).contains(&score.coverage));
        prop_assert!(score.level_db.is_finite());
    }

    #[test]
    fn any_bytes_decode(bytes in prop::collection::vec(any::<u8>(), 0..2000), hole in 0usize..2000) {
        for codec in codec::known() {
            let mut decoder = codec.decoder();
            let mut samples = Vec::new();
            decoder.conceal(hole, &mut samples);
            prop_assert!(decoder.decode(&bytes, &mut samples).is_ok());
            prop_assert_eq!(samples.len(), hole + decoder.samples_in(&bytes));
        }
    }
}
