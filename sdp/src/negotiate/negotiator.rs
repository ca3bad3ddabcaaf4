//! The state of offer and answer in one dialog.

use crate::address::Connection;
use crate::description::{MediaDescription, Origin, SessionDescription};
use crate::line::Lines;
use crate::negotiate::slots::{Given, Pending, Slot};
use crate::negotiate::{Agreed, LocalSession, Preference};
use crate::text::Text;
use std::net::IpAddr;

/// One side of offer and answer in one dialog (RFC 3264). Forks of a call each have a clone of their own.
///
/// ```
/// use offhook_sdp::{Codec, LocalSession, Negotiator};
///
/// let codecs = [Codec::pcma(), Codec::pcmu(), Codec::telephone_event(101, 8_000)];
/// let alice_has = LocalSession::audio("192.0.2.1:4000".parse()?, codecs);
/// let bob_has = LocalSession::audio("192.0.2.2:5000".parse()?, [Codec::pcmu(), Codec::telephone_event(96, 8_000)]);
///
/// let (mut alice, mut bob) = (Negotiator::new(1), Negotiator::new(2)); // session ids: any number, once in the world
/// let offer = alice.create_offer(&alice_has);
/// let (answer, at_bob) = bob.answer(&offer, &bob_has)?;
/// let at_alice = alice.apply_answer(&answer)?;
///
/// let (at_alice, at_bob) = (at_alice.audio().unwrap(), at_bob.audio().unwrap());
/// assert_eq!((at_alice.remote.port(), at_bob.remote.port()), (5000, 4000));
/// assert_eq!(at_alice.codecs[0].codec.name, "PCMU");
/// assert_eq!(at_bob.dtmf.as_ref().unwrap().send_pt, 101); // the payload types of the offer
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Several streams, bundled as browsers do:
///
/// ```
/// use offhook_sdp::{Codec, LocalSession, LocalStream, Negotiator, Protocol};
///
/// let opus = Codec::new("opus", 48_000, 111).with_channels(2);
/// let audio = LocalStream::audio("192.0.2.1:4000".parse()?, [opus, Codec::pcmu()])
///     .with_protocol(Protocol::DtlsSavpf)
///     .with_telephone_events()
///     .with_attribute("setup", "actpass");
/// let video = LocalStream::video("192.0.2.1:4002".parse()?, [Codec::new("VP8", 90_000, 96)])
///     .with_protocol(Protocol::DtlsSavpf);
/// let offer = Negotiator::new(1).create_offer(&LocalSession::new([audio, video]).with_bundle(true));
/// assert_eq!(offer.lines.attribute("group").unwrap().value, Some("BUNDLE 0 1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Negotiator {
    pub(super) session_id: u64,
    pub(super) preference: Preference,
    /// What we said last, whatever became of it. Its origin is ours for good.
    pub(super) said: Option<SessionDescription>,
    /// Our offer that waits for an answer.
    pub(super) pending: Option<Pending>,
    /// What holds. It never becomes shorter (RFC 3264 §8).
    pub(super) slots: Vec<Slot>,
    /// The BUNDLE groups that hold, the tagged m= line first.
    pub(super) groups: Vec<Vec<usize>>,
    pub(super) given: Given,
    /// Identification-tags of ours are numbers; this one and those above are free.
    pub(super) next_mid: u32,
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
            slots: Vec::new(),
            groups: Vec::new(),
            given: Given::default(),
            next_mid: 0,
        }
    }

    /// Whose order of codecs our answers follow.
    #[must_use]
    pub fn with_preference(mut self, preference: Preference) -> Self {
        self.preference = preference;
        self
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

    /// What holds: the streams that are there.
    pub fn agreed(&self) -> impl Iterator<Item = &Agreed> {
        self.slots.iter().filter_map(|slot| slot.agreed.as_ref())
    }

    /// Takes what was agreed for what holds.
    pub(super) fn commit(&mut self, slots: Vec<Slot>, groups: Vec<Vec<usize>>) {
        let numbers = slots.iter().filter_map(|slot| slot.mid.as_ref()?.parse::<u32>().ok());
        let above = numbers.map(|mid| mid.saturating_add(1)).max().unwrap_or(0);
        self.next_mid = self.next_mid.max(above);
        self.slots = slots;
        self.groups = groups;
    }

    /// Puts a description together. The origin stays the same for the life of the session, and its version counts up
    /// by one when anything else has changed (RFC 3264 §8).
    pub(super) fn say<'a>(
        &mut self,
        address: IpAddr,
        times: impl IntoIterator<Item = &'a str>,
        groups: &[String],
        local: &LocalSession,
        media: Vec<MediaDescription>,
    ) -> SessionDescription {
        const FIRST_VERSION: u64 = 1;
        let new = || Origin::new(self.session_id, FIRST_VERSION, address);
        let origin = self.said.as_ref().map_or_else(new, |said| said.origin.clone());
        let mut lines = Lines::with_capacity(local.lines.len() + groups.len() + 4);
        lines.push('s', Text::from_static("-"));
        // The order of RFC 8866 §5, with what the caller adds where it belongs.
        let more = |kinds: &'static str| local.lines.iter().filter(move |line| kinds.contains(line.kind));
        more("iuep").for_each(|line| lines.push(line.kind, line.value.clone()));
        lines.push('c', Text::written(&Connection::from(address)));
        more("b").for_each(|line| lines.push(line.kind, line.value.clone()));
        let mut times = times.into_iter().peekable();
        if times.peek().is_none() {
            lines.push('t', NO_TIME);
        }
        times.for_each(|time| lines.push('t', time));
        more("rzk").for_each(|line| lines.push(line.kind, line.value.clone()));
        groups.iter().for_each(|mids| lines.push_attribute("group", mids));
        more("a").for_each(|line| lines.push(line.kind, line.value.clone()));
        let mut description = SessionDescription { origin, lines, media };
        if self.said.as_ref().is_some_and(|said| *said != description) {
            let version = description.origin.version.parse::<u64>().unwrap_or(FIRST_VERSION);
            description.origin.version = Text::written(&(version + 1));
        }
        self.said = Some(description.clone());
        description
    }
}

/// RFC 8866 §5.9: a session that has no bounds in time.
pub(super) const NO_TIME: &str = "0 0";

/// The value of a=group for m= lines that have these tags.
pub(super) fn group_value<'a>(mids: impl Iterator<Item = Option<&'a str>>) -> String {
    let mut value = String::from("BUNDLE");
    for mid in mids.flatten() {
        value.push(' ');
        value.push_str(mid);
    }
    value
}
