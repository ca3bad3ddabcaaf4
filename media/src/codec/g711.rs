//! G.711: one byte per sample, in two laws (ITU-T G.711; RTP payload by RFC 3551 §4.5.14).
//!
//! Both laws are tables made at compile time. Encoding follows the ITU's own reference (G.191): a negative value is
//! complemented, not negated, before its magnitude is cut, so that half of the steps lie one lower than in the formula
//! that Sun spread. Decoding is the same everywhere. Discontinuous transmission and Appendix I are left out.

use super::{Codec, Decoder, Encoder, Format, History};
use crate::Error;
use bytes::BytesMut;

static ULAW_TO_LINEAR: [i16; 256] = {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = expand_ulaw(code as u8);
        code += 1;
    }
    table
};

static ALAW_TO_LINEAR: [i16; 256] = {
    let mut table = [0; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = expand_alaw(code as u8);
        code += 1;
    }
    table
};

/// μ-law keeps 14 bits of a sample, so there are 16384 places.
static LINEAR_TO_ULAW: [u8; 1 << 14] = {
    let mut table = [0; 1 << 14];
    let mut place = 0;
    while place < table.len() {
        table[place] = compress_ulaw((place << 2) as u16 as i16);
        place += 1;
    }
    table
};

/// A-law keeps 12 bits.
static LINEAR_TO_ALAW: [u8; 1 << 12] = {
    let mut table = [0; 1 << 12];
    let mut place = 0;
    while place < table.len() {
        table[place] = compress_alaw((place << 4) as u16 as i16);
        place += 1;
    }
    table
};

/// One sample to μ-law.
#[inline]
pub fn ulaw_encode(sample: i16) -> u8 {
    LINEAR_TO_ULAW[usize::from(sample as u16 >> 2)]
}

/// One μ-law code to a sample.
#[inline]
pub fn ulaw_decode(code: u8) -> i16 {
    ULAW_TO_LINEAR[usize::from(code)]
}

/// One sample to A-law.
#[inline]
pub fn alaw_encode(sample: i16) -> u8 {
    LINEAR_TO_ALAW[usize::from(sample as u16 >> 4)]
}

/// One A-law code to a sample.
#[inline]
pub fn alaw_decode(code: u8) -> i16 {
    ALAW_TO_LINEAR[usize::from(code)]
}

/// G.711 table 2a: eight segments of sixteen steps above a bias of 33, all bits inverted.
const fn compress_ulaw(sample: i16) -> u8 {
    let magnitude = (if sample < 0 { !sample } else { sample } >> 2) + 33;
    let magnitude = if magnitude > 0x1FFF { 0x1FFF } else { magnitude };
    let segment = 16 - (magnitude >> 6).leading_zeros() as i16; // 0 to 7
    let code = (segment << 4) | ((magnitude >> (segment + 1)) & 0xF);
    let sign = if sample < 0 { 0x80 } else { 0 };
    !(code as u8 | sign)
}

const fn expand_ulaw(code: u8) -> i16 {
    let code = !code;
    let segment = (code >> 4) & 7;
    let step = (code & 0xF) as i16;
    let magnitude = (((step << 1) + 33) << segment) - 33;
    (if code & 0x80 != 0 { -magnitude } else { magnitude }) << 2
}

/// G.711 table 1a: a linear segment, then seven of sixteen steps; even bits inverted.
const fn compress_alaw(sample: i16) -> u8 {
    let magnitude = if sample < 0 { !sample } else { sample } >> 4;
    let segment = 16 - (magnitude >> 4).leading_zeros() as i16; // 0 to 7
    let step = if segment > 1 { magnitude >> (segment - 1) } else { magnitude } & 0xF;
    let sign = if sample < 0 { 0 } else { 0x80 };
    (((segment << 4) | step) as u8 | sign) ^ 0x55
}

const fn expand_alaw(code: u8) -> i16 {
    let code = code ^ 0x55;
    let segment = (code >> 4) & 7;
    let step = ((code & 0xF) as i16) << 4;
    let magnitude = if segment == 0 { step + 8 } else { (step + 0x108) << (segment - 1) };
    if code & 0x80 != 0 { magnitude } else { -magnitude }
}

/// G.711 μ-law: payload type 0, of North America and Japan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pcmu;

/// G.711 A-law: payload type 8, of everywhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pcma;

/// The two halves, of either law.
struct Law {
    compress: fn(&[i16], &mut [u8]),
    expand: fn(&[u8], &mut [i16]),
    history: History,
}

impl Law {
    fn ulaw() -> Box<Self> {
        Box::new(Law {
            compress: |from, to| to.iter_mut().zip(from).for_each(|(code, &sample)| *code = ulaw_encode(sample)),
            expand: |from, to| to.iter_mut().zip(from).for_each(|(sample, &code)| *sample = ulaw_decode(code)),
            history: History::default(),
        })
    }

    fn alaw() -> Box<Self> {
        Box::new(Law {
            compress: |from, to| to.iter_mut().zip(from).for_each(|(code, &sample)| *code = alaw_encode(sample)),
            expand: |from, to| to.iter_mut().zip(from).for_each(|(sample, &code)| *sample = alaw_decode(code)),
            history: History::default(),
        })
    }
}

const fn format(name: &'static str, payload_type: u8) -> Format {
    Format { name, clock_rate: 8000, sample_rate: 8000, channels: 1, payload_type: Some(payload_type) }
}

impl Codec for Pcmu {
    fn format(&self) -> Format {
        format("PCMU", 0)
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        Law::ulaw()
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Law::ulaw()
    }
}

impl Codec for Pcma {
    fn format(&self) -> Format {
        format("PCMA", 8)
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        Law::alaw()
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Law::alaw()
    }
}

impl Encoder for Law {
    fn encode(&mut self, samples: &[i16], payload: &mut BytesMut) -> Result<(), Error> {
        let at = payload.len();
        payload.resize(at + samples.len(), 0);
        if let Some((_, codes)) = payload.split_at_mut_checked(at) {
            (self.compress)(samples, codes);
        }
        Ok(())
    }
}

impl Decoder for Law {
    fn decode(&mut self, payload: &[u8], samples: &mut Vec<i16>) -> Result<(), Error> {
        let at = samples.len();
        samples.resize(at + payload.len(), 0);
        if let Some((_, fresh)) = samples.split_at_mut_checked(at) {
            (self.expand)(payload, fresh);
            self.history.heard(fresh);
        }
        Ok(())
    }

    fn samples_in(&self, payload: &[u8]) -> usize {
        payload.len()
    }

    fn history(&mut self) -> Option<&mut History> {
        Some(&mut self.history)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_decoding_and_encoding() {
        for code in 0..=255 {
            assert_eq!(alaw_encode(alaw_decode(code)), code);
            // μ-law has two zeroes; the negative one comes back as the positive.
            assert_eq!(ulaw_encode(ulaw_decode(code)), if code == 0x7F { 0xFF } else { code });
        }
    }

    #[test]
    fn the_ends_and_the_middle_of_both_laws_are_those_of_the_tables() {
        assert_eq!((ulaw_encode(0), ulaw_encode(i16::MAX), ulaw_encode(i16::MIN)), (0xFF, 0x80, 0x00));
        assert_eq!((ulaw_decode(0x80), ulaw_decode(0x00)), (32124, -32124));
        assert_eq!((alaw_encode(0), alaw_encode(i16::MAX), alaw_encode(i16::MIN)), (0xD5, 0xAA, 0x2A));
        assert_eq!((alaw_decode(0xAA), alaw_decode(0x2A), alaw_decode(0xD5)), (32256, -32256, 8));
    }

    #[test]
    fn a_stream_is_its_samples_and_a_hole_is_filled_to_its_length() {
        let pcm: Vec<i16> = (0..160).map(|i| i * 100).collect();
        let (mut encoder, mut decoder) = (Pcma.encoder(), Pcma.decoder());
        let mut payload = BytesMut::new();
        encoder.encode(&pcm, &mut payload).expect("G.711 takes any samples");
        let mut heard = Vec::new();
        decoder.decode(&payload, &mut heard).expect("G.711 takes any bytes");
        assert_eq!((payload.len(), decoder.samples_in(&payload)), (160, 160));
        assert!(pcm.iter().zip(&heard).all(|(a, b)| (a - b).abs() <= 512));
        decoder.conceal(80, &mut heard);
        assert_eq!(heard.len(), 240);
        assert!(heard[160..].iter().any(|&s| s != 0));
    }
}
