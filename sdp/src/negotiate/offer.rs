//! Making an offer (RFC 3264 §5, §8; RFC 9143 §7.2, §7.5).

use crate::description::{MediaDescription, SessionDescription};
use crate::negotiate::bundle::{group_of, transport_of};
use crate::negotiate::describe::{Place, describe, refuse};
use crate::negotiate::negotiator::{NO_TIME, group_value};
use crate::negotiate::slots::{Line, Offered, Owner, Pending, PendingSlot, place};
use crate::negotiate::{LocalSession, LocalStream, Negotiator};
use crate::text::Text;
use std::net::{IpAddr, Ipv4Addr};

impl Negotiator {
    /// Makes an offer: the first one, or one to change the session, in which every stream keeps its place
    /// (RFC 3264 §8). It may go in an INVITE, or in the 2xx to an INVITE without one.
    ///
    /// It waits for [`apply_answer`](Negotiator::apply_answer) or [`rollback`](Negotiator::rollback). One that waits
    /// already is replaced.
    pub fn create_offer(&mut self, local: &LocalSession) -> SessionDescription {
        let places = place(&self.slots, local);
        let (groups, is_new) = self.offered_groups(local, &places);
        let mids = self.mids(local, &places, &groups);
        let stream_at = |index: usize| places.get(index).copied().flatten().and_then(|at| local.streams.get(at));
        let first = local.streams.iter().find(|stream| stream.is_live());
        let session = first.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |stream| stream.address.ip());

        let mut media = Vec::with_capacity(places.len());
        let mut slots = Vec::with_capacity(places.len());
        for (index, (at, mid)) in places.iter().zip(mids).enumerate() {
            let Some((at, stream)) = at.and_then(|at| Some((at, local.streams.get(at)?))) else {
                let (slot, line) = self.ended(index);
                slots.push(slot);
                media.push(line);
                continue;
            };
            let group = group_of(&groups, index);
            let tagged = transport_of(&groups, index);
            let bundle_only = is_new && group.is_some() && tagged != index && stream.bundle_only;
            // In a group that holds, the tagged section alone speaks of the transport, and all have its address
            // (RFC 9143 §7.5); in one that is only suggested each has its own (§7.2).
            let has_transport = if is_new { !bundle_only } else { tagged == index };
            let of_rtp = |&member: &usize| stream_at(member).is_some_and(|stream| stream.protocol.is_rtp());
            let rtcp_mux = match group {
                Some(group) => has_transport && group.iter().any(of_rtp),
                None => stream.rtcp_mux && stream.protocol.is_rtp(),
            };
            let own = stream.address;
            let address = if is_new { own } else { stream_at(tagged).map_or(own, |tagged| tagged.address) };
            let codecs = if stream.protocol.is_rtp() { self.assign(stream, index, group) } else { Vec::new() };
            let formats: &[Text] = if stream.protocol.is_rtp() { &[] } else { &stream.formats };
            let place = Place {
                session,
                address,
                has_transport,
                is_bundled: group.is_some() && !is_new,
                bundle_only,
                rtcp_mux,
                rtcp_mux_only: false,
                mid: mid.as_deref(),
                direction: stream.direction,
            };
            let line = describe(stream, codecs.iter(), formats, &place);
            let (kind, protocol) = (stream.kind.clone(), stream.protocol.clone());
            let format = line.formats.first().cloned().unwrap_or_default();
            let offered = Offered {
                stream: at,
                owner: Owner::of(stream),
                codecs,
                fits: stream.fits,
                direction: stream.direction,
                rtcp_mux,
                bundle_only,
            };
            slots.push(PendingSlot { line: Line { kind, protocol, format }, mid, offered: Some(offered) });
            media.push(line);
        }

        let mid_of = |&index: &usize| slots.get(index).and_then(|slot: &PendingSlot| slot.mid.as_deref());
        let said: Vec<_> = groups.iter().map(|group| group_value(group.iter().map(mid_of))).collect();
        self.pending = Some(Pending { slots, groups });
        self.say(session, [NO_TIME], &said, local, media)
    }

    /// A place whose stream is not there.
    fn ended(&self, index: usize) -> (PendingSlot, MediaDescription) {
        let slot = self.slots.get(index);
        let unknown = || Line { kind: "audio".into(), protocol: "RTP/AVP".into(), format: "0".into() };
        let line = slot.map_or_else(unknown, |slot| slot.line.clone());
        let mid = slot.and_then(|slot| slot.mid.clone());
        let media = refuse(line.kind.as_str(), line.protocol.as_str(), [line.format.clone()], mid.as_deref());
        (PendingSlot { line, mid, offered: None }, media)
    }

    /// The payload types of a stream: those that it has in this session, and none that another codec of its group has.
    fn assign(
        &mut self,
        stream: &LocalStream,
        index: usize,
        group: Option<&Vec<usize>>,
    ) -> Vec<crate::negotiate::Codec> {
        let group = group.map_or(&[][..], Vec::as_slice);
        let types = self.given.at(index).clone();
        let is_blocked = |pt: u8, codec: &_| self.given.is_of_another(group, index, pt, codec);
        let codecs = types.assign(&stream.codecs, stream.fits, is_blocked);
        self.given.at(index).learn(&codecs);
        codecs
    }

    /// The groups to offer, the tagged m= line first, and whether they are only suggested. A group that holds goes on
    /// with those of its streams that are still there, and with every new one; a stream that the peer left out of it
    /// stays out.
    fn offered_groups(&self, local: &LocalSession, places: &[Option<usize>]) -> (Vec<Vec<usize>>, bool) {
        if !local.bundle {
            return (Vec::new(), true);
        }
        let stream = |index: usize| places.get(index).copied().flatten().and_then(|at| local.streams.get(at));
        let goes_on = |&index: &usize| {
            let owner = self.slots.get(index).filter(|slot| slot.agreed.is_some()).and_then(|slot| slot.owner.as_ref());
            stream(index).is_some_and(|stream| owner.is_some_and(|owner| owner.is(stream)))
        };
        let on = self.groups.iter().map(|group| group.iter().copied().filter(goes_on).collect::<Vec<_>>());
        let mut groups: Vec<Vec<usize>> = on.filter(|group| !group.is_empty()).collect();
        let can = |&index: &usize| stream(index).is_some_and(|stream| stream.protocol.can_be_bundled());
        let Some(group) = groups.first_mut() else {
            let mut group: Vec<usize> = (0..places.len()).filter(can).collect();
            // RFC 9143 §7.2.1: never a bundle-only one first.
            let is_first = |&index: &usize| stream(index).is_some_and(|stream| !stream.bundle_only);
            if let Some(first) = group.iter().position(is_first) {
                group[..=first].rotate_right(1);
            }
            return (if group.is_empty() { groups } else { vec![group] }, true);
        };
        group.extend((0..places.len()).filter(can).filter(|index| !goes_on(index)));
        (groups, false)
    }

    /// The identification-tags: that which the stream has in its place; or the caller's; or, in a group, a number that
    /// none has had.
    fn mids(&self, local: &LocalSession, places: &[Option<usize>], groups: &[Vec<usize>]) -> Vec<Option<Text>> {
        let mut next = self.next_mid;
        let mut mids = Vec::with_capacity(places.len());
        for (index, at) in places.iter().enumerate() {
            let stream = at.and_then(|at| local.streams.get(at));
            let slot = self.slots.get(index);
            let is_its = |owner: &Owner| stream.is_some_and(|stream| owner.is(stream));
            let own = slot.filter(|slot| slot.owner.as_ref().is_some_and(is_its)).and_then(|slot| slot.mid.clone());
            let chosen = || stream.and_then(|stream| stream.mid.clone());
            let mut fresh = || {
                group_of(groups, index)?;
                // A number that the caller or the peer has chosen is passed over.
                loop {
                    let mid = Text::written(&next);
                    next += 1;
                    let is_taken = |other: &LocalStream| other.mid.as_deref() == Some(mid.as_str());
                    if !local.streams.iter().any(is_taken) {
                        return Some(mid);
                    }
                }
            };
            mids.push(own.or_else(chosen).or_else(&mut fresh));
        }
        mids
    }
}
