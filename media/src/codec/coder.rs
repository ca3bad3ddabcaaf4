//! What a codec is.

use super::History;
use crate::Error;
use bytes::BytesMut;

/// How a codec is called and clocked. The name and the RTP clock are those of its `a=rtpmap` line (RFC 8866 §6.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Format {
    /// The encoding name; compared without regard to case.
    pub name: &'static str,
    /// Ticks per second of its RTP timestamps.
    pub clock_rate: u32,
    /// Samples per second that it codes. Not always the clock: G.722 codes 16000 with a clock of 8000.
    pub sample_rate: u32,
    /// Channels.
    pub channels: u8,
    /// Its payload type where RFC 3551 §6 gives it a fixed one.
    pub payload_type: Option<u8>,
}

/// A codec: its format, and a maker of the two halves. Implement it to bring your own.
pub trait Codec: Send + Sync {
    /// Its name and clock.
    fn format(&self) -> Format;
    /// A new encoder, for one sending stream.
    fn encoder(&self) -> Box<dyn Encoder>;
    /// A new decoder, for one receiving stream.
    fn decoder(&self) -> Box<dyn Decoder>;
}

/// Samples to payload, for one stream.
pub trait Encoder: Send {
    /// Appends the payload of one packet that carries `samples`.
    fn encode(&mut self, samples: &[i16], payload: &mut BytesMut) -> Result<(), Error>;
}

/// Payload to samples, for one stream.
pub trait Decoder: Send {
    /// Appends the samples of one packet. On `Err` nothing was appended.
    fn decode(&mut self, payload: &[u8], samples: &mut Vec<i16>) -> Result<(), Error>;

    /// How many samples (of one channel) `payload` would decode to, from its outside alone: what the jitter buffer
    /// counts by. 0 for a payload that cannot be decoded.
    fn samples_in(&self, payload: &[u8]) -> usize;

    /// What was heard last, if this decoder keeps it. Without it, a loss is filled with silence.
    fn history(&mut self) -> Option<&mut History> {
        None
    }

    /// Appends `count` invented samples in place of what was lost. Unless the codec knows better, the last pitch-long
    /// piece heard is repeated and faded out.
    fn conceal(&mut self, count: usize, samples: &mut Vec<i16>) {
        match self.history() {
            Some(history) => history.conceal(count, samples),
            None => samples.resize(samples.len().saturating_add(count), 0),
        }
    }
}
