//! What one side can hear and say.

use crate::attribute::Rtpmap;
use crate::text::Text;

/// One codec that we have, with the payload type that we would give to it.
///
/// `telephone-event` (RFC 4733) and `CN` (RFC 3389) are entries of the list of codecs like any other.
///
/// ```
/// use offhook_sdp::Codec;
/// let opus = Codec::new("opus", 48_000, 111).with_channels(2).with_fmtp("useinbandfec=1");
/// assert_eq!(Codec::from_static(0), Some(Codec::pcmu()));
/// assert!(opus.carries_media() && !Codec::telephone_event(101, 8_000).carries_media());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codec {
    /// The name of its encoding; names compare without regard to case (RFC 8866 §6.6).
    pub name: Text,
    /// Ticks of its RTP timestamp per second.
    pub clock_rate: u32,
    /// How many channels.
    pub channels: u8,
    /// The payload type that we offer it under, 0 to 127. In an answer the offer's is used.
    pub payload_type: u8,
    /// What we ask of a peer who sends it to us.
    pub fmtp: Option<Text>,
}

impl Codec {
    /// A codec of one channel without parameters.
    pub fn new(name: impl Into<Text>, clock_rate: u32, payload_type: u8) -> Self {
        Codec { name: name.into(), clock_rate, channels: 1, payload_type, fmtp: None }
    }

    /// G.711 µ-law, payload type 0.
    pub fn pcmu() -> Self {
        Codec::new(Text::from_static("PCMU"), 8_000, 0)
    }

    /// G.711 A-law, payload type 8.
    pub fn pcma() -> Self {
        Codec::new(Text::from_static("PCMA"), 8_000, 8)
    }

    /// Comfort noise. The clock is that of the codec that it goes with; payload type 13 is the one at 8000.
    pub fn comfort_noise(payload_type: u8, clock_rate: u32) -> Self {
        Codec::new(Text::from_static(COMFORT_NOISE), clock_rate, payload_type)
    }

    /// The sixteen DTMF digits as events of RFC 4733 §3.2. The clock is that of the codec that it goes with.
    pub fn telephone_event(payload_type: u8, clock_rate: u32) -> Self {
        Codec::new(Text::from_static(TELEPHONE_EVENT), clock_rate, payload_type).with_fmtp(Text::from_static("0-15"))
    }

    /// The codec of a payload type that needs no rtpmap (RFC 3551 §6).
    pub fn from_static(payload_type: u8) -> Option<Self> {
        let (encoding, clock_rate, channels) = Rtpmap::static_fields(payload_type)?;
        Some(Codec::new(Text::from_static(encoding), clock_rate, payload_type).with_channels(channels))
    }

    /// With another number of channels.
    #[must_use]
    pub fn with_channels(mut self, channels: u8) -> Self {
        self.channels = channels;
        self
    }

    /// With parameters.
    #[must_use]
    pub fn with_fmtp(mut self, fmtp: impl Into<Text>) -> Self {
        self.fmtp = Some(fmtp.into());
        self
    }

    /// Whether it is `telephone-event`.
    pub fn is_telephone_event(&self) -> bool {
        self.name.eq_ignore_ascii_case(TELEPHONE_EVENT)
    }

    /// Whether it is comfort noise (RFC 3389).
    pub fn is_comfort_noise(&self) -> bool {
        self.name.eq_ignore_ascii_case(COMFORT_NOISE)
    }

    /// Whether it carries sound or pictures by itself: neither telephone events, nor comfort noise, nor redundancy, nor
    /// retransmission.
    pub fn carries_media(&self) -> bool {
        !self.is_telephone_event() && !AUXILIARY.iter().any(|name| self.name.eq_ignore_ascii_case(name))
    }

    /// Whether both are the same codec, under whatever payload type.
    pub fn is_same(&self, other: &Codec) -> bool {
        self.is_mapped_by((&other.name, other.clock_rate, other.channels))
    }

    /// Whether it is the one of this encoding, clock and number of channels.
    pub(crate) fn is_mapped_by(&self, (encoding, clock_rate, channels): (&str, u32, u8)) -> bool {
        self.clock_rate == clock_rate && self.channels == channels && self.name.eq_ignore_ascii_case(encoding)
    }
}

/// RFC 3389 §4.
const COMFORT_NOISE: &str = "CN";

/// What goes beside a codec: comfort noise, redundancy (RFC 2198), retransmission (RFC 4588), forward error correction
/// (RFC 5109, RFC 8627).
const AUXILIARY: &[&str] = &[COMFORT_NOISE, "red", "rtx", "ulpfec", "flexfec"];

/// RFC 4733 §7.1.1.
const TELEPHONE_EVENT: &str = "telephone-event";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_codec_is_its_name_clock_and_channels() {
        assert!(Codec::pcmu().is_same(&Codec::new("pcmu", 8_000, 99)));
        assert!(!Codec::pcmu().is_same(&Codec::new(Text::from_static("PCMU"), 16_000, 0)));
        assert!(!Codec::pcmu().is_same(&Codec::pcmu().with_channels(2)));
    }
}
