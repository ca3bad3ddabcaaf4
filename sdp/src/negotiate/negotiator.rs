//! The state of offer and answer in one dialog.

use crate::address::Connection;
use crate::attribute::Direction;
use crate::description::{MediaDescription, Origin, SessionDescription};
use crate::error::NegotiateError;
use crate::negotiate::matching::{choose, common_of_answer, is_audio, refusal};
use crate::negotiate::payload_types::PayloadTypes;
use crate::negotiate::{Agreed, Codec, LocalMedia, Preference};
use std::net::IpAddr;

/// One side of offer and answer in one dialog (RFC 3264). Forks of a call each have a clone of their own.
///
/// ```
/// use offhook_sdp::{Codec, LocalMedia, Negotiator};
///
/// let codecs = [Codec::pcma(), Codec::pcmu(), Codec::telephone_event(101, 8_000)];
/// let alice_media = LocalMedia::new("192.0.2.1:4000".parse()?, codecs);
/// let bob_media = LocalMedia::new("192.0.2.2:5000".parse()?, [Codec::pcmu(), Codec::telephone_event(96, 8_000)]);
///
/// let (mut alice, mut bob) = (Negotiator::new(1), Negotiator::new(2)); // session ids: any number, once in the world
/// let offer = alice.create_offer(&alice_media);
/// let (answer, at_bob) = bob.answer(&offer, &bob_media)?;
/// let at_alice = alice.apply_answer(&answer)?;
///
/// assert_eq!((at_alice.remote, at_bob.remote), (bob_media.address, alice_media.address));
/// assert_eq!(at_alice.codec.codec.name, "PCMU");
/// assert_eq!(at_bob.dtmf.unwrap().send_pt, 101); // the payload types of the offer
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Negotiator {
    session_id: u64,
    preference: Preference,
    /// What we said last, whatever became of it. Its origin is ours for good.
    said: Option<SessionDescription>,
    /// Our offer that waits for an answer.
    pending: Option<Pending>,
    /// What holds.
    current: Option<Current>,
    payload_types: PayloadTypes,
}

/// An offer of ours that waits for an answer.
#[derive(Debug, Clone)]
struct Pending {
    media: Vec<MediaDescription>,
    audio: usize,
    codecs: Vec<Codec>,
    direction: Direction,
}

/// The m= lines of the session as it stands, on our side.
#[derive(Debug, Clone)]
struct Current {
    media: Vec<MediaDescription>,
    audio: usize,
}

impl Negotiator {
    /// For a new session. `session_id` is a number that no other session of this host has: a random one, or the time.
    /// Its highest bit is not used (RFC 3264 §5).
    pub fn new(session_id: u64) -> Self {
        Negotiator {
            session_id: session_id & (u64::MAX >> 1),
            preference: Preference::default(),
            said: None,
            pending: None,
            current: None,
            payload_types: PayloadTypes::default(),
        }
    }

    /// Whose order of codecs our answers follow.
    #[must_use]
    pub fn with_preference(mut self, preference: Preference) -> Self {
        self.preference = preference;
        self
    }

    /// Makes an offer: the first one, or one to change the session, in which every stream keeps its place
    /// (RFC 3264 §8). It may go in an INVITE, or in the 2xx to an INVITE without one.
    ///
    /// It waits for [`apply_answer`](Negotiator::apply_answer) or [`rollback`](Negotiator::rollback). One that waits
    /// already is replaced.
    pub fn create_offer(&mut self, local: &LocalMedia) -> SessionDescription {
        let codecs = self.payload_types.assign(&local.codecs);
        let stream = local.describe(&codecs, local.direction);
        let mut media: Vec<_> = self.current.iter().flat_map(|current| &current.media).map(refusal).collect();
        let audio = self.current.as_ref().map_or(0, |current| current.audio);
        match media.get_mut(audio) {
            Some(slot) => *slot = stream,
            None => media.push(stream),
        }
        self.payload_types.learn(&codecs);
        self.pending = Some(Pending { media: media.clone(), audio, codecs, direction: local.direction });
        self.say(local.address.ip(), ["0 0"], media)
    }

    /// Answers an offer with one audio stream; the others are refused with port 0, each in its place.
    ///
    /// # Errors
    /// - [`NegotiateError::NoAudio`] and [`NegotiateError::NoCommonCodec`]: in SIP 488; what held before holds on.
    /// - [`NegotiateError::OfferPending`]: in SIP 491.
    /// - The address of the stream is missing, unreadable or a name.
    pub fn answer(
        &mut self,
        offer: &SessionDescription,
        local: &LocalMedia,
    ) -> Result<(SessionDescription, Agreed), NegotiateError> {
        if self.pending.is_some() {
            return Err(NegotiateError::OfferPending);
        }
        let before = self.current.as_ref().map(|current| current.audio);
        let (audio, stream, common) = choose(offer, before, &local.codecs, self.preference)?;
        let agreed = Agreed::read(offer, audio, stream, &common, local.direction)?;

        let codecs: Vec<Codec> = common.into_iter().map(|c| c.codec).collect();
        let answer_line = |(index, offered)| match index == audio {
            true => local.describe(&codecs, agreed.direction),
            false => refusal(offered),
        };
        let media: Vec<_> = offer.media.iter().enumerate().map(answer_line).collect();
        self.payload_types.learn(&codecs);
        self.current = Some(Current { media: media.clone(), audio });
        // RFC 3264 §6: the t= line of the answer is that of the offer.
        let times = offer.lines.all('t');
        let answer = self.say(local.address.ip(), times, media);
        Ok((answer, agreed))
    }

    /// Takes the answer to our offer.
    ///
    /// # Errors
    /// It does not fit to the offer, takes nothing of it, or has no usable address. The offer waits on: for another
    /// answer, or for [`rollback`](Negotiator::rollback).
    pub fn apply_answer(&mut self, answer: &SessionDescription) -> Result<Agreed, NegotiateError> {
        let pending = self.pending.as_ref().ok_or(NegotiateError::NoOffer)?;
        let (offered, answered) = (pending.media.len(), answer.media.len());
        let count = NegotiateError::MediaCount { offered, answered };
        let stream = answer.media.get(pending.audio).filter(|_| offered == answered).ok_or(count)?;
        if !is_audio(stream) {
            return Err(NegotiateError::WrongMedia { media: pending.audio });
        }
        if stream.is_rejected() {
            return Err(NegotiateError::Rejected { media: pending.audio });
        }
        let common = common_of_answer(stream, &pending.codecs);
        let mut agreed = Agreed::read(answer, pending.audio, stream, &common, pending.direction)?;
        agreed.is_held &= pending.direction.sends(); // where we would not send, the peer had no choice
        self.current = self.pending.take().map(|pending| Current { media: pending.media, audio: pending.audio });
        Ok(agreed)
    }

    /// Drops our offer that waits, because it was refused or withdrawn. What held before holds on (RFC 3264 §4).
    pub fn rollback(&mut self) {
        self.pending = None;
    }

    /// Whether an offer of ours waits for its answer.
    pub fn is_offer_pending(&self) -> bool {
        self.pending.is_some()
    }

    /// What we said last: to be repeated by a refresh that changes nothing (RFC 4028 §7.4).
    pub fn said(&self) -> Option<&SessionDescription> {
        self.said.as_ref()
    }

    /// Puts a description together. The origin stays the same for the life of the session, and its version counts up
    /// by one when anything else has changed (RFC 3264 §8).
    fn say<'a>(
        &mut self,
        address: IpAddr,
        times: impl IntoIterator<Item = &'a str>,
        media: Vec<MediaDescription>,
    ) -> SessionDescription {
        const FIRST_VERSION: u64 = 1;
        let new = || Origin::new(self.session_id, FIRST_VERSION, address);
        let origin = self.said.as_ref().map_or_else(new, |said| said.origin.clone());
        let mut description = SessionDescription::new(origin);
        let mut times = times.into_iter().peekable();
        if times.peek().is_some() {
            description.lines.retain(|line| line.kind != 't');
            times.for_each(|time| description.lines.push('t', time));
        }
        description.lines.set('c', Connection::from(address).to_string());
        description.media = media;
        if self.said.as_ref().is_some_and(|said| *said != description) {
            let version = description.origin.version.parse::<u64>().unwrap_or(FIRST_VERSION);
            description.origin.version = (version + 1).to_string();
        }
        self.said = Some(description.clone());
        description
    }
}
