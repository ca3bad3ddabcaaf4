//! Answering an offer (RFC 3264 §6, RFC 9143 §7.3).

use crate::description::SessionDescription;
use crate::error::{NegotiateError, Refusal};
use crate::negotiate::agreed::Ground;
use crate::negotiate::bundle::{group_of, transport_of};
use crate::negotiate::describe::{Place, describe, refuse};
use crate::negotiate::exchange::nothing_taken;
use crate::negotiate::matching::common_of_offer;
use crate::negotiate::negotiator::group_value;
use crate::negotiate::section::{Peer, Section};
use crate::negotiate::slots::{Line, Owner, Slot};
use crate::negotiate::{Agreed, AgreedCodec, Exchange, LocalSession, LocalStream, Negotiator};
use crate::text::Text;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// A stream of an offer that we take.
struct Taken {
    /// Which of ours it is.
    stream: usize,
    common: Vec<AgreedCodec>,
    formats: Vec<Text>,
    /// Where the peer receives; `None` where the section has no port of its own.
    remote: Option<(SocketAddr, SocketAddr)>,
}

impl Negotiator {
    /// Answers an offer: each stream of ours is paired with the stream that it had before or else with the first that
    /// fits; all others are refused with port 0, each in its place.
    ///
    /// An offer without a live stream, and one to which `local` has none, is answered too: nothing is there then.
    ///
    /// # Errors
    /// - [`NegotiateError::NothingTaken`]: in SIP 488; what held before holds on.
    /// - [`NegotiateError::OfferPending`]: in SIP 491.
    pub fn answer(
        &mut self,
        offer: &SessionDescription,
        local: &LocalSession,
    ) -> Result<(SessionDescription, Exchange), NegotiateError> {
        if self.pending.is_some() {
            return Err(NegotiateError::OfferPending);
        }
        let peer = Peer::read(offer);
        let is_bundling = local.bundle || !self.groups.is_empty();
        let offered = if is_bundling { peer.bundles(|mid| peer.by_mid(mid)) } else { Vec::new() };
        let mut taken = self.pair(&peer, local, &offered);
        let groups = self.select(&peer, &offered, &mut taken);
        if local.streams.iter().any(LocalStream::is_live) {
            nothing_taken(&taken)?;
        }

        let stream_of = |index: usize| taken.get(index)?.as_ref().ok().and_then(|t| local.streams.get(t.stream));
        let address_of = |index: usize| stream_of(transport_of(&groups, index)).map(|stream| stream.address);
        let unspecified = || local.streams.first().map_or(Ipv4Addr::UNSPECIFIED.into(), |stream| stream.address.ip());
        let session: IpAddr = (0..taken.len()).find_map(address_of).map_or_else(unspecified, |address| address.ip());

        let mut media = Vec::with_capacity(taken.len());
        let mut results = Vec::with_capacity(taken.len().max(self.slots.len()));
        for (index, (section, one)) in peer.sections.iter().zip(&taken).enumerate() {
            let tagged = transport_of(&groups, index);
            let whole = || {
                let one = one.as_ref().ok()?;
                let remote = taken.get(tagged)?.as_ref().ok()?.remote?;
                Some((one, stream_of(index)?, address_of(index)?, peer.sections.get(tagged)?, remote))
            };
            let Some((one, stream, address, transport, remote)) = whole() else {
                let m = &section.media;
                media.push(refuse(m.media.clone(), m.protocol.clone(), m.formats.iter().cloned(), section.mid));
                results.push(Err(one.as_ref().err().copied().unwrap_or(Refusal::Bundle)));
                continue;
            };
            let group = group_of(&groups, index);
            let is_bundled = group.is_some();
            // RFC 9143 §9.3.1.2: what any of the group asked for holds for all, and cannot be taken back.
            let asked = |&member: &usize| peer.sections.get(member).is_some_and(|section| section.rtcp_mux);
            let before = self.slots.get(index).and_then(|slot| slot.agreed.as_ref());
            let muxed = match group {
                Some(group) => before.is_some_and(|agreed| agreed.rtcp_mux) || group.iter().any(asked),
                None => section.rtcp_mux && stream.rtcp_mux,
            };
            let ground = Ground {
                media: index,
                kind: stream.kind.clone(),
                key: stream.key,
                stream: one.stream,
                mid: section.mid.map(Text::from),
                transport: tagged,
                remote,
                rtcp_mux: muxed && stream.protocol.is_rtp(),
                formats: one.formats.clone(),
                willing: stream.direction,
            };
            let agreed = Agreed::read(ground, &peer, section, transport, one.common.clone());
            let place = Place {
                session,
                address,
                has_transport: tagged == index,
                is_bundled,
                bundle_only: false,
                rtcp_mux: muxed && tagged == index,
                // RFC 8858 §4.3 has it in no answer, RFC 9143 §9.3.1.2 in that of a group.
                rtcp_mux_only: is_bundled && tagged == index && section.rtcp_mux_only,
                mid: section.mid,
                direction: agreed.direction,
            };
            media.push(describe(stream, one.common.iter().map(|c| &c.codec), &one.formats, &place));
            results.push(Ok(agreed));
        }
        // An offer with fewer m= lines than before breaks RFC 3264 §8; what it leaves out has ended.
        results.resize(taken.len().max(self.slots.len()), Err(Refusal::Ended));

        for (index, one) in taken.iter().enumerate() {
            if let Ok(one) = one {
                self.given.at(index).learn(one.common.iter().map(|c| &c.codec));
            }
        }
        let exchange = Exchange::new(results, |index| self.slots.get(index)?.agreed.as_ref());
        let mid_of = |&index: &usize| peer.sections.get(index).and_then(|section| section.mid);
        let said: Vec<_> = groups.iter().map(|group| group_value(group.iter().map(mid_of))).collect();
        let slots = self.answered(&peer, local, &exchange);
        self.commit(slots, groups);
        // RFC 3264 §6: the t= line of the answer is that of the offer.
        let answer = self.say(session, offer.lines.all('t'), &said, local, media);
        Ok((answer, exchange))
    }

    /// Pairs the offered streams with ours: first those that are in use, each with the one that it has; then the others,
    /// in their order.
    fn pair(&self, peer: &Peer<'_>, local: &LocalSession, groups: &[Vec<usize>]) -> Vec<Result<Taken, Refusal>> {
        let mut waiting: Vec<usize> = (0..local.streams.len()).filter(|&at| local.streams[at].is_live()).collect();
        let is_ended = |(index, section): (usize, &Section<'_>)| {
            let is_bundled = section.bundle_only && group_of(groups, index).is_some();
            Err(if section.media.is_rejected() && !is_bundled { Refusal::Ended } else { Refusal::Kind })
        };
        let mut taken: Vec<_> = peer.sections.iter().enumerate().map(is_ended).collect();
        for round in [Round::Before, Round::New] {
            for (index, (section, one)) in peer.sections.iter().zip(&mut taken).enumerate() {
                if !matches!(one, Err(refusal) if *refusal > Refusal::ByPeer) {
                    continue;
                }
                let slot = self.slots.get(index).filter(|slot| slot.agreed.is_some());
                let owner = slot.and_then(|slot| slot.owner.as_ref());
                let is_bundled = group_of(groups, index).is_some();
                for (at, &stream) in waiting.iter().enumerate() {
                    let is_owner = owner.is_some_and(|owner| owner.is(&local.streams[stream]));
                    if round == Round::Before && !is_owner {
                        continue;
                    }
                    let result = self.fit(peer, section, &local.streams[stream], is_bundled, stream);
                    if result.is_ok() {
                        *one = result;
                        waiting.remove(at);
                        break;
                    }
                    if result.as_ref().err() > one.as_ref().err() {
                        *one = result;
                    }
                }
            }
        }
        taken
    }

    /// Whether an offered stream is one that `ours`, the one at `stream`, can take.
    fn fit(
        &self,
        peer: &Peer<'_>,
        section: &Section<'_>,
        ours: &LocalStream,
        is_bundled: bool,
        stream: usize,
    ) -> Result<Taken, Refusal> {
        if !ours.kind.is(&section.media.media) {
            return Err(Refusal::Kind);
        }
        if !ours.protocol.is(&section.media.protocol) || section.rtcp_mux_only && !ours.rtcp_mux && !is_bundled {
            return Err(Refusal::Transport);
        }
        let is_rtp = ours.protocol.is_rtp();
        let common = match is_rtp {
            true => common_of_offer(section, &ours.codecs, ours.fits, self.preference),
            false => Vec::new(),
        };
        let formats = if is_rtp { Vec::new() } else { common_formats(section, &ours.formats) };
        if common.is_empty() && formats.is_empty() {
            return Err(Refusal::Codec);
        }
        let has_port = !section.media.is_rejected();
        let remote = has_port.then(|| peer.addresses(section)).transpose()?;
        Ok(Taken { stream, common, formats, remote })
    }

    /// The groups of the answer: those streams that are taken, the tagged m= line first (RFC 9143 §7.3.1). What cannot
    /// be without its group goes with it.
    fn select(&self, peer: &Peer<'_>, offered: &[Vec<usize>], taken: &mut [Result<Taken, Refusal>]) -> Vec<Vec<usize>> {
        let mut groups = Vec::with_capacity(offered.len());
        for group in offered {
            let can_be_tagged = |&&index: &&usize| {
                let has_port = peer.sections.get(index).is_some_and(|section| !section.media.is_rejected());
                has_port && taken.get(index).is_some_and(Result::is_ok)
            };
            // In a group that holds the tagged section is the offerer's choice, and the others fall with it (§7.3.3).
            let holds = group.iter().any(|&index| group_of(&self.groups, index).is_some());
            let was_in_it = |&&index: &&usize| group_of(&self.groups, index).is_some();
            // What has no port lives by another's, so it is not the offerer's choice (§7.2.1).
            let has_port = |&&index: &&usize| peer.sections.get(index).is_some_and(|s| !s.media.is_rejected());
            let tagged = match group.iter().find(has_port) {
                // One that we refused before has nobody who could fall with it.
                Some(first) if holds && was_in_it(&first) => Some(first).filter(can_be_tagged),
                Some(first) if holds && !can_be_tagged(&first) => group.iter().filter(was_in_it).find(can_be_tagged),
                Some(first) if holds => Some(first),
                _ => group.iter().find(can_be_tagged),
            };
            let Some(&tagged) = tagged else {
                for &index in group {
                    let is_lost = holds || peer.sections.get(index).is_some_and(|section| section.media.is_rejected());
                    if let Some(one) = taken.get_mut(index).filter(|one| is_lost && one.is_ok()) {
                        *one = Err(Refusal::Bundle);
                    }
                }
                continue;
            };
            let is_there = |&index: &usize| index != tagged && taken.get(index).is_some_and(Result::is_ok);
            groups.push([tagged].into_iter().chain(group.iter().copied().filter(is_there)).collect());
        }
        groups
    }

    /// The places after an answer of ours.
    fn answered(&self, peer: &Peer<'_>, local: &LocalSession, exchange: &Exchange) -> Vec<Slot> {
        let slot = |(index, outcome): (usize, &crate::negotiate::Outcome)| {
            let agreed = outcome.result.as_ref().ok().cloned();
            let before = self.slots.get(index);
            let owner = agreed.as_ref().and_then(|agreed| local.streams.get(agreed.stream)).map(Owner::of);
            let owner = owner.or_else(|| before?.owner.clone());
            let Some(section) = peer.sections.get(index) else {
                return before.map(|before| Slot { agreed, ..before.clone() });
            };
            let line = Line {
                kind: section.media.media.as_str().into(),
                protocol: section.media.protocol.as_str().into(),
                format: section.media.formats.first().cloned().unwrap_or(Text::from_static("0")),
            };
            Some(Slot { line, owner, mid: section.mid.map(Text::from), agreed })
        };
        exchange.streams.iter().enumerate().filter_map(slot).collect()
    }
}

/// First those that are in use keep what they have, then the others find something.
#[derive(PartialEq)]
enum Round {
    Before,
    New,
}

/// For what is not RTP: the formats that both have, in the order of the offer.
fn common_formats(section: &Section<'_>, ours: &[Text]) -> Vec<Text> {
    let have = |format: &&Text| ours.iter().any(|our| our.eq_ignore_ascii_case(format));
    section.media.formats.iter().filter(have).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::negotiate::Codec;

    #[test]
    fn nothing_that_is_left_of_an_answer_keeps_the_offer_alive() {
        let offer = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=3034423619 3042462419\r\n\
            m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 maxplaybackrate=16000;useinbandfec=1\r\n\
            a=mid:a-tag-that-is-longer-than-what-a-text-has-within\r\nm=video 4002 RTP/AVP 97\r\n";
        let offer = SessionDescription::parse(offer.as_bytes()).unwrap();
        let line = offer.lines.iter().next().unwrap().value.clone();
        let local =
            LocalSession::audio(([192, 0, 2, 2], 5000).into(), [Codec::new("opus", 48_000, 96).with_channels(2)]);
        let mut negotiator = Negotiator::new(1);
        let left = negotiator.answer(&offer, &local).unwrap();
        assert!(line.holders() > 1);
        drop(offer);
        assert_eq!(line.holders(), 1, "{left:?}");
    }
}
