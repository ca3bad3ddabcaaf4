//! Payload types, once given, keep their codec (RFC 3264 §8.3.2).

use crate::negotiate::{Codec, Fits};

/// Every payload type that was ever given to a codec in one stream of this session, the latest last. At most one entry
/// for each of the 128.
#[derive(Debug, Clone, Default)]
pub(crate) struct PayloadTypes(Vec<Codec>);

/// The dynamic payload types (RFC 3551 §6).
const DYNAMIC: std::ops::RangeInclusive<u8> = 96..=127;

impl PayloadTypes {
    /// Remembers what these codecs' payload types stand for.
    pub(crate) fn learn<'a>(&mut self, codecs: impl IntoIterator<Item = &'a Codec>) {
        for codec in codecs {
            self.0.retain(|known| known.payload_type != codec.payload_type);
            self.0.push(codec.clone());
        }
    }

    /// Remembers that the peer uses a payload type for a codec. What it stands for with us goes before.
    pub(crate) fn learn_of_peer(&mut self, codec: &Codec, payload_type: u8) {
        if !self.is_known(payload_type) {
            self.0.insert(0, Codec { payload_type, ..codec.clone() });
        }
    }

    fn is_known(&self, payload_type: u8) -> bool {
        self.0.iter().any(|known| known.payload_type == payload_type)
    }

    /// Whether the payload type has stood for another codec.
    pub(crate) fn is_of_another(&self, payload_type: u8, codec: &Codec) -> bool {
        self.0.iter().any(|known| known.payload_type == payload_type && !known.is_same(codec))
    }

    /// The codecs with the payload types that they have in this stream: the one that was given before; or else their
    /// own; or else, where another codec has that, a free one. One that finds none is left out. `is_blocked`: what
    /// others have, with whom a transport is shared.
    pub(crate) fn assign(&self, codecs: &[Codec], fits: Fits, is_blocked: impl Fn(u8, &Codec) -> bool) -> Vec<Codec> {
        let mut assigned: Vec<Codec> = Vec::with_capacity(codecs.len());
        for codec in codecs {
            let is_taken = |pt: u8| assigned.iter().any(|codec| codec.payload_type == pt);
            let is_free = |pt: u8| !is_taken(pt) && !self.is_known(pt) && !is_blocked(pt, codec);
            let is_wanted = |pt: u8| codecs.iter().any(|codec| codec.payload_type == pt);
            let is_its = |known: &&Codec| {
                let pt = known.payload_type;
                known.is_same(codec) && !is_taken(pt) && !is_blocked(pt, codec)
            };
            let before = || self.0.iter().rev().filter(is_its);
            let known = before()
                .find(|known| known.fmtp == codec.fmtp)
                .or_else(|| before().find(|known| fits(codec, known.fmtp.as_deref().unwrap_or_default())))
                .map(|known| known.payload_type);
            let own = Some(codec.payload_type).filter(|&pt| pt <= crate::attribute::MAX_PAYLOAD_TYPE && is_free(pt));
            let free = || DYNAMIC.clone().find(|&pt| is_free(pt) && !is_wanted(pt));
            let last = || DYNAMIC.clone().find(|&pt| is_free(pt));
            if let Some(payload_type) = known.or(own).or_else(free).or_else(last) {
                assigned.push(Codec { payload_type, ..codec.clone() });
            }
        }
        assigned
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::negotiate::parameters_fit;

    fn assign(types: &PayloadTypes, codecs: &[Codec]) -> Vec<Codec> {
        types.assign(codecs, parameters_fit, |_, _| false)
    }

    fn numbers(codecs: &[Codec]) -> Vec<u8> {
        codecs.iter().map(|codec| codec.payload_type).collect()
    }

    #[test]
    fn a_codec_keeps_its_own_payload_type_in_a_new_session() {
        let codecs = [Codec::pcmu(), Codec::telephone_event(101, 8_000)];
        assert_eq!(assign(&PayloadTypes::default(), &codecs), codecs);
    }

    #[test]
    fn a_payload_type_never_changes_its_codec() {
        let mut types = PayloadTypes::default();
        types.learn(&[Codec::new("opus", 48_000, 101).with_channels(2), Codec::telephone_event(96, 8_000)]);
        let codecs =
            [Codec::new("iLBC", 8_000, 101), Codec::telephone_event(101, 8_000), Codec::new("speex", 8_000, 96)];
        assert_eq!(numbers(&assign(&types, &codecs)), [97, 96, 98]);
    }

    #[test]
    fn two_codecs_never_share_a_payload_type() {
        let codecs = [("a", 97), ("b", 97), ("c", 96), ("d", 200)].map(|(name, pt)| Codec::new(name, 8_000, pt));
        assert_eq!(numbers(&assign(&PayloadTypes::default(), &codecs)), [97, 98, 96, 99]);
    }

    #[test]
    fn a_codec_for_which_no_number_is_left_is_left_out() {
        let codecs: Vec<_> = (0..40).map(|n| Codec::new(format!("c{n}"), 8_000, 255)).collect();
        assert_eq!(assign(&PayloadTypes::default(), &codecs).len(), 32);
    }

    #[test]
    fn what_a_bundled_stream_has_is_not_given_to_another_codec() {
        let codecs = [Codec::new("a", 8_000, 96), Codec::new("b", 8_000, 97)];
        let assigned =
            PayloadTypes::default().assign(&codecs, parameters_fit, |pt, codec| pt == 96 && codec.name == "a");
        assert_eq!(numbers(&assigned), [98, 97]);
    }

    #[test]
    fn one_codec_with_two_sets_of_parameters_keeps_both_numbers() {
        let h264 = |pt, mode| Codec::new("H264", 90_000, pt).with_fmtp(mode);
        let mut types = PayloadTypes::default();
        types.learn(&[h264(102, "packetization-mode=1"), h264(104, "packetization-mode=0")]);
        let codecs = [h264(96, "packetization-mode=0"), h264(97, "packetization-mode=1")];
        assert_eq!(numbers(&assign(&types, &codecs)), [104, 102]);
    }
}
