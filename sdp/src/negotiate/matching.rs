//! Which stream we take, and which codecs both sides have.

use crate::attribute::Rtpmap;
use crate::description::{MediaDescription, SessionDescription};
use crate::error::NegotiateError;
use crate::negotiate::{AgreedCodec, Codec};

/// Whose order of codecs an answer of ours follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Preference {
    /// The order of the offer, as RFC 3264 §6.1 recommends.
    #[default]
    Offerer,
    /// Ours.
    Answerer,
}

/// The profile of the streams that we take (RFC 3551).
pub(crate) const PROFILE: &str = "RTP/AVP";

/// The stream of an offer that we take, with what both sides have: the one at `before` (which we took last time) if
/// it still fits, or else the first that fits.
pub(crate) fn choose<'a>(
    offer: &'a SessionDescription,
    before: Option<usize>,
    codecs: &[Codec],
    preference: Preference,
) -> Result<(usize, &'a MediaDescription, Vec<AgreedCodec>), NegotiateError> {
    let mut error = NegotiateError::NoAudio;
    let old = before.and_then(|index| Some((index, offer.media.get(index)?)));
    for (index, media) in old.into_iter().chain(offer.media.iter().enumerate()) {
        if !is_audio(media) || media.is_rejected() {
            continue;
        }
        let common = common_of_offer(media, codecs, preference);
        if !common.is_empty() {
            return Ok((index, media, common));
        }
        error = NegotiateError::NoCommonCodec;
    }
    Err(error)
}

/// Whether this is audio over the profile that we have.
pub(crate) fn is_audio(media: &MediaDescription) -> bool {
    media.media.eq_ignore_ascii_case("audio") && media.protocol.eq_ignore_ascii_case(PROFILE)
}

/// What an offer and we have in common. Both ways bear the payload type of the offer (RFC 3264 §6.1). Empty if there
/// is no speech in it.
fn common_of_offer(offer: &MediaDescription, codecs: &[Codec], preference: Preference) -> Vec<AgreedCodec> {
    let mut common = pair(offer, offer.rtpmaps(), codecs);
    if preference == Preference::Answerer {
        let rank = |c: &AgreedCodec| codecs.iter().position(|codec| codec.is_same(&c.codec));
        common.sort_by_key(rank);
    }
    for c in &mut common {
        c.receive_pt = c.send_pt;
        c.codec.payload_type = c.send_pt;
    }
    at_a_clock_of_speech(common)
}

/// What an answer took of our offer: each side keeps its own payload types (RFC 3264 §5.1, §6.1). Empty if there is no
/// speech in it.
pub(crate) fn common_of_answer(answer: &MediaDescription, offered: &[Codec]) -> Vec<AgreedCodec> {
    let known: Vec<Rtpmap> = answer.rtpmaps().collect();
    // Some devices answer a dynamic payload type of the offer without an rtpmap.
    let maps = answer.formats.iter().filter_map(|format| {
        let payload_type = format.parse().ok()?;
        let known = known.iter().find(|map| map.payload_type == payload_type).cloned();
        known.or_else(|| Some(offered.iter().find(|codec| codec.payload_type == payload_type)?.rtpmap()))
    });
    at_a_clock_of_speech(pair(answer, maps, offered))
}

/// Every one of the peer's codecs that we have, in the peer's order. One that it names twice counts once.
fn pair(peer: &MediaDescription, maps: impl Iterator<Item = Rtpmap>, codecs: &[Codec]) -> Vec<AgreedCodec> {
    let mut common: Vec<AgreedCodec> = Vec::new();
    for map in maps {
        let Some(codec) = codecs.iter().find(|codec| codec.is_mapped_by(&map)) else { continue };
        if common.iter().all(|c| !c.codec.is_same(codec)) {
            common.push(AgreedCodec {
                codec: codec.clone(),
                send_pt: map.payload_type,
                receive_pt: codec.payload_type,
                send_fmtp: peer.fmtp(map.payload_type),
            });
        }
    }
    common
}

/// Leaves out telephone-event at a clock that no codec of speech has: within a stream the timestamps are of one clock
/// (RFC 4733 §2.1).
fn at_a_clock_of_speech(common: Vec<AgreedCodec>) -> Vec<AgreedCodec> {
    let clocks: Vec<u32> = common.iter().filter(|c| c.codec.is_speech()).map(|c| c.codec.clock_rate).collect();
    common.into_iter().filter(|c| clocks.contains(&c.codec.clock_rate)).collect()
}

/// The answer to a stream that we do not take: the same line with port 0 (RFC 3264 §6).
pub(crate) fn refusal(media: &MediaDescription) -> MediaDescription {
    let mut refusal = MediaDescription::new(&media.media, 0, &media.protocol, media.formats.iter().cloned());
    if refusal.formats.is_empty() {
        refusal.formats.push("0".to_owned()); // the grammar asks for one, though it means nothing here
    }
    refusal
}
