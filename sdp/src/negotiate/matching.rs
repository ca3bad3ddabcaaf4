//! Which codecs both sides have.

use crate::negotiate::section::Section;
use crate::negotiate::{AgreedCodec, Codec, Fits};
use crate::text::Text;

/// Whose order of codecs an answer of ours follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Preference {
    /// The order of the offer, as RFC 3264 §6.1 recommends.
    #[default]
    Offerer,
    /// Ours.
    Answerer,
}

/// What an offer and we have in common. Both ways bear the payload type of the offer (RFC 3264 §6.1). Empty if none of
/// it carries media by itself.
pub(crate) fn common_of_offer(
    offer: &Section<'_>,
    codecs: &[Codec],
    fits: Fits,
    preference: Preference,
) -> Vec<AgreedCodec> {
    let mut common = pair(offer, codecs, fits, false);
    if preference == Preference::Answerer {
        common.sort_by_key(|(rank, _)| *rank);
    }
    let common = common.into_iter().map(|(_, mut c)| {
        c.receive_pt = c.send_pt;
        c.codec.payload_type = c.send_pt;
        c
    });
    at_a_clock_of_media(common.collect())
}

/// What an answer took of our offer: each side keeps its own payload types (RFC 3264 §5.1, §6.1). Empty if none of it
/// carries media by itself.
pub(crate) fn common_of_answer(answer: &Section<'_>, offered: &[Codec], fits: Fits) -> Vec<AgreedCodec> {
    at_a_clock_of_media(pair(answer, offered, fits, true).into_iter().map(|(_, c)| c).collect())
}

/// Every one of the peer's codecs that we have, in the peer's order, each with its place among ours. One that it names
/// twice counts once. `ours_known`: a payload type without an rtpmap is what we offered under it; some devices answer so.
fn pair(peer: &Section<'_>, codecs: &[Codec], fits: Fits, ours_known: bool) -> Vec<(usize, AgreedCodec)> {
    let mut common: Vec<(usize, AgreedCodec)> = Vec::with_capacity(codecs.len());
    for format in peer.formats() {
        let is_its = |codec: &Codec| match &format.map {
            Some(map) => codec.is_mapped_by(*map) && fits(codec, format.fmtp.unwrap_or_default()),
            None => ours_known && codec.payload_type == format.payload_type,
        };
        let free = |place: usize| common.iter().all(|(taken, _)| *taken != place);
        let found = codecs.iter().enumerate().find(|(place, codec)| free(*place) && is_its(codec));
        if let Some((place, codec)) = found {
            let agreed = AgreedCodec {
                codec: codec.clone(),
                send_pt: format.payload_type,
                receive_pt: codec.payload_type,
                send_fmtp: format.fmtp.map(Text::from),
            };
            common.push((place, agreed));
        }
    }
    common
}

/// Leaves out telephone-event and comfort noise at a clock that no codec of sound has: within a stream the timestamps
/// are of one clock (RFC 4733 §2.1, RFC 3389 §4).
fn at_a_clock_of_media(mut common: Vec<AgreedCodec>) -> Vec<AgreedCodec> {
    let clocks: Vec<u32> = common.iter().filter(|c| c.codec.carries_media()).map(|c| c.codec.clock_rate).collect();
    common.retain(|c| clocks.contains(&c.codec.clock_rate));
    common
}
