//! The places of the streams: what belongs to what is told by the place of its m= line alone (RFC 3264 §6, §8).

use crate::attribute::Direction;
use crate::negotiate::payload_types::PayloadTypes;
use crate::negotiate::{Agreed, Codec, Fits, LocalSession, LocalStream, MediaKind, Protocol};
use crate::text::Text;

/// One m= line of the session, on our side.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    /// What was said last: a stream that is not there is named by it.
    pub(crate) line: Line,
    /// The stream of ours that is here or was here last: it comes back to its place.
    pub(crate) owner: Option<Owner>,
    pub(crate) mid: Option<Text>,
    /// What holds; `None`: nothing is here.
    pub(crate) agreed: Option<Agreed>,
}

/// The words of an m= line.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) kind: MediaKind,
    pub(crate) protocol: Protocol,
    /// The first format.
    pub(crate) format: Text,
}

/// Which stream of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) kind: MediaKind,
    pub(crate) key: u32,
}

impl Owner {
    pub(crate) fn of(stream: &LocalStream) -> Self {
        Owner { kind: stream.kind.clone(), key: stream.key }
    }

    pub(crate) fn is(&self, stream: &LocalStream) -> bool {
        self.key == stream.key && self.kind == stream.kind
    }
}

/// An offer of ours that waits for an answer.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) slots: Vec<PendingSlot>,
    pub(crate) groups: Vec<Vec<usize>>,
}

/// One m= line of it.
#[derive(Debug, Clone)]
pub(crate) struct PendingSlot {
    pub(crate) line: Line,
    pub(crate) mid: Option<Text>,
    /// `None`: port 0.
    pub(crate) offered: Option<Offered>,
}

/// What we offered in one m= line.
#[derive(Debug, Clone)]
pub(crate) struct Offered {
    pub(crate) stream: usize,
    pub(crate) owner: Owner,
    pub(crate) codecs: Vec<Codec>,
    pub(crate) fits: Fits,
    pub(crate) direction: Direction,
    pub(crate) rtcp_mux: bool,
    pub(crate) bundle_only: bool,
}

/// Where each of our streams stands in an offer: for every m= line the place of its stream in `local`. A stream keeps
/// the place that it has or had last; a new one takes that of one that had ended before (RFC 3264 §8.1), or one at
/// the end.
pub(crate) fn place(slots: &[Slot], local: &LocalSession) -> Vec<Option<usize>> {
    let mut places: Vec<Option<usize>> = vec![None; slots.len()];
    let mut waiting: Vec<usize> = (0..local.streams.len()).filter(|&at| local.streams[at].is_live()).collect();
    for (place, slot) in places.iter_mut().zip(slots) {
        let is_its = |&at: &usize| slot.owner.as_ref().is_some_and(|owner| owner.is(&local.streams[at]));
        *place = waiting.iter().position(is_its).map(|found| waiting.remove(found));
    }
    for stream in waiting {
        let is_free = |(place, slot): &(&mut Option<usize>, &Slot)| place.is_none() && slot.agreed.is_none();
        match places.iter_mut().zip(slots).find(is_free) {
            Some((place, _)) => *place = Some(stream),
            None => places.push(Some(stream)),
        }
    }
    places
}

/// What a stream was given in the course of the session, by its place. It stays when an offer comes to nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Given(Vec<PayloadTypes>);

impl Given {
    pub(crate) fn at(&mut self, index: usize) -> &mut PayloadTypes {
        if self.0.len() <= index {
            self.0.resize_with(index + 1, PayloadTypes::default);
        }
        &mut self.0[index]
    }

    /// Whether another of these places has a payload type for another codec.
    pub(crate) fn is_of_another(&self, group: &[usize], index: usize, payload_type: u8, codec: &Codec) -> bool {
        let others = group.iter().filter(|&&other| other != index).filter_map(|&other| self.0.get(other));
        others.into_iter().any(|types| types.is_of_another(payload_type, codec))
    }
}
