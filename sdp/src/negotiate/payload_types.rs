//! Payload types, once given, keep their codec (RFC 3264 §8.3.2).

use crate::negotiate::Codec;

/// Every payload type that was ever given to a codec in this session, the latest last. At most one entry for each of
/// the 128.
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

    /// The codecs with the payload types that they have in this session: the one that was given before; or else their
    /// own; or else, where another codec has that, a free one. One that finds none is left out.
    pub(crate) fn assign(&self, codecs: &[Codec]) -> Vec<Codec> {
        let mut assigned: Vec<Codec> = Vec::with_capacity(codecs.len());
        for codec in codecs {
            let known = self.0.iter().rev().find(|known| known.is_same(codec)).map(|known| known.payload_type);
            let is_taken = |pt: u8| assigned.iter().any(|codec| codec.payload_type == pt);
            let is_free = |pt: u8| !is_taken(pt) && self.0.iter().all(|known| known.payload_type != pt);
            let is_wanted = |pt: u8| codecs.iter().any(|codec| codec.payload_type == pt);
            let own = Some(codec.payload_type).filter(|&pt| pt <= crate::attribute::MAX_PAYLOAD_TYPE && is_free(pt));
            let payload_type = known
                .filter(|&pt| !is_taken(pt))
                .or(own)
                .or_else(|| DYNAMIC.clone().find(|&pt| is_free(pt) && !is_wanted(pt)));
            if let Some(payload_type) = payload_type {
                assigned.push(Codec { payload_type, ..codec.clone() });
            }
        }
        assigned
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(codecs: &[Codec]) -> Vec<u8> {
        codecs.iter().map(|codec| codec.payload_type).collect()
    }

    #[test]
    fn a_codec_keeps_its_own_payload_type_in_a_new_session() {
        let codecs = [Codec::pcmu(), Codec::telephone_event(101, 8_000)];
        assert_eq!(PayloadTypes::default().assign(&codecs), codecs);
    }

    #[test]
    fn a_payload_type_never_changes_its_codec() {
        let mut types = PayloadTypes::default();
        types.learn(&[Codec::new("opus", 48_000, 101).with_channels(2), Codec::telephone_event(96, 8_000)]);
        let codecs =
            [Codec::new("iLBC", 8_000, 101), Codec::telephone_event(101, 8_000), Codec::new("speex", 8_000, 96)];
        assert_eq!(numbers(&types.assign(&codecs)), [97, 96, 98]);
    }

    #[test]
    fn two_codecs_never_share_a_payload_type() {
        let codecs = [("a", 97), ("b", 97), ("c", 96), ("d", 200)].map(|(name, pt)| Codec::new(name, 8_000, pt));
        assert_eq!(numbers(&PayloadTypes::default().assign(&codecs)), [97, 98, 96, 99]);
    }

    #[test]
    fn a_codec_for_which_no_number_is_left_is_left_out() {
        let codecs: Vec<_> = (0..40).map(|n| Codec::new(&format!("c{n}"), 8_000, 255)).collect();
        assert_eq!(PayloadTypes::default().assign(&codecs).len(), 32);
    }
}
