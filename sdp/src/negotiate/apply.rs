//! Taking the answer to an offer of ours (RFC 3264 §7, RFC 9143 §7.4).

use crate::description::SessionDescription;
use crate::error::{NegotiateError, Refusal};
use crate::negotiate::agreed::Ground;
use crate::negotiate::bundle::{group_of, transport_of};
use crate::negotiate::exchange::nothing_taken;
use crate::negotiate::matching::common_of_answer;
use crate::negotiate::section::Peer;
use crate::negotiate::slots::{Pending, Slot};
use crate::negotiate::{Agreed, Exchange, Negotiator};

impl Negotiator {
    /// Takes the answer to our offer. Streams that the peer refused are not there then; they keep their places.
    ///
    /// # Errors
    /// It does not fit to the offer, or takes nothing of it in a way that we can use; see the variants. The offer waits
    /// on: for another answer, or for [`rollback`](Negotiator::rollback). That the peer refuses all is no error.
    pub fn apply_answer(&mut self, answer: &SessionDescription) -> Result<Exchange, NegotiateError> {
        let pending = self.pending.as_ref().ok_or(NegotiateError::NoOffer)?;
        let (offered, answered) = (pending.slots.len(), answer.media.len());
        if offered != answered {
            return Err(NegotiateError::MediaCount { offered, answered });
        }
        let peer = Peer::read(answer);
        let mut groups = answered_groups(pending, &peer)?;
        let results: Vec<_> = (0..offered).map(|index| self.read(pending, &peer, &groups, index)).collect();
        let mut results = results.into_iter().collect::<Result<Vec<_>, _>>()?;
        for result in &mut results {
            // A stream cannot be without the one whose transport it uses.
            let tagged = result.as_ref().ok().map(|agreed| agreed.transport);
            if tagged.is_some_and(|tagged| tagged_is_lost(pending, &peer, tagged)) {
                *result = Err(Refusal::Bundle);
            }
        }
        nothing_taken(&results)?;
        for group in &mut groups {
            group.retain(|&index| results.get(index).is_some_and(Result::is_ok));
        }
        groups.retain(|group| !group.is_empty());

        let exchange = Exchange::new(results, |index| self.slots.get(index)?.agreed.as_ref());
        let pending = self.pending.take().ok_or(NegotiateError::NoOffer)?;
        let mut slots = Vec::with_capacity(pending.slots.len());
        for (index, (slot, outcome)) in pending.slots.into_iter().zip(&exchange.streams).enumerate() {
            let agreed = outcome.result.as_ref().ok().cloned();
            for codec in agreed.iter().flat_map(|agreed| agreed.codecs.iter().chain(&agreed.dtmf)) {
                self.given.at(index).learn_of_peer(&codec.codec, codec.send_pt);
            }
            let before = || self.slots.get(index).and_then(|slot| slot.owner.clone());
            let owner = slot.offered.map(|offered| offered.owner).or_else(before);
            slots.push(Slot { line: slot.line, owner, mid: slot.mid, agreed });
        }
        self.commit(slots, groups);
        Ok(exchange)
    }

    /// One m= line of the answer. The inner error refuses the stream, the outer one the answer.
    fn read(
        &self,
        pending: &Pending,
        peer: &Peer<'_>,
        groups: &[Vec<usize>],
        index: usize,
    ) -> Result<Result<Agreed, Refusal>, NegotiateError> {
        let wrong = NegotiateError::WrongMedia { media: index };
        let (slot, section) = pending.slots.get(index).zip(peer.sections.get(index)).ok_or(wrong)?;
        let Some(offered) = &slot.offered else { return Ok(Err(Refusal::Ended)) };
        let group = group_of(groups, index);
        // RFC 9143 §7.4.1: who follows RFC 8843 gives a port to the tagged section alone.
        if section.media.is_rejected() && !(section.bundle_only && group.is_some()) {
            return Ok(Err(Refusal::ByPeer));
        }
        if !slot.line.kind.is(&section.media.media) || !slot.line.protocol.is(&section.media.protocol) {
            return Err(wrong);
        }
        if offered.bundle_only && group.is_none() {
            return Ok(Err(Refusal::Bundle));
        }
        let is_rtp = slot.line.protocol.is_rtp();
        let common = if is_rtp { common_of_answer(section, &offered.codecs, offered.fits) } else { Vec::new() };
        let formats = if is_rtp { Vec::new() } else { section.media.formats.clone() };
        let tagged = transport_of(groups, index);
        let Some(transport) = peer.sections.get(tagged) else { return Err(wrong) };
        let result = match common.iter().any(|c| c.codec.carries_media()) || !formats.is_empty() {
            true => peer.addresses(transport),
            false => Err(Refusal::Codec),
        };
        let agreed = result.map(|remote| {
            let ground = Ground {
                media: index,
                kind: slot.line.kind.clone(),
                key: offered.owner.key,
                stream: offered.stream,
                mid: slot.mid.clone(),
                transport: tagged,
                remote,
                rtcp_mux: is_rtp && (group.is_some() || offered.rtcp_mux && section.rtcp_mux),
                formats,
                willing: offered.direction,
            };
            let mut agreed = Agreed::read(ground, peer, section, transport, common);
            agreed.is_held &= offered.direction.sends(); // where we would not send, the peer had no choice
            agreed
        });
        Ok(agreed)
    }
}

/// The groups of the answer, the tagged m= line first. Each must be part of one that was offered (RFC 9143 §7.4).
fn answered_groups(pending: &Pending, peer: &Peer<'_>) -> Result<Vec<Vec<usize>>, NegotiateError> {
    let find = |mid: &str| pending.slots.iter().position(|slot| slot.mid.as_deref() == Some(mid));
    let groups = peer.bundles(find);
    for group in &groups {
        let of = group.first().and_then(|&first| group_of(&pending.groups, first));
        let is_strange = |&&index: &&usize| of.is_none_or(|of| !of.contains(&index));
        if let Some(&media) = group.iter().find(is_strange) {
            return Err(NegotiateError::WrongGroup { media });
        }
    }
    Ok(groups)
}

/// Whether the tagged m= line, whose transport others use, is not there.
fn tagged_is_lost(pending: &Pending, peer: &Peer<'_>, tagged: usize) -> bool {
    let is_offered = pending.slots.get(tagged).is_some_and(|slot| slot.offered.is_some());
    !is_offered || peer.sections.get(tagged).is_none_or(|section| section.media.is_rejected())
}
