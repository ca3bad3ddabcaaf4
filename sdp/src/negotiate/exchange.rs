//! What one exchange of offer and answer has led to.

use crate::error::{NegotiateError, Refusal};
use crate::negotiate::{Agreed, MediaKind};

/// The outcome of one exchange of offer and answer: every m= line in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// As many as there are m= lines.
    pub streams: Vec<Outcome>,
}

/// The outcome for one m= line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// What was agreed, or why the stream is not there.
    pub result: Result<Agreed, Refusal>,
    /// What is new in it.
    pub change: Change,
}

/// What an exchange has changed of a stream: what a call must build, rebuild or tear down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Change {
    /// Nothing: it goes on as it was, or is still not there.
    None,
    /// It was not there.
    Added,
    /// It is there no longer.
    Removed,
    /// Another stream of ours, or one of another kind, has taken its place.
    Replaced,
    /// It goes on, and something of it has changed.
    Modified {
        /// Where the peer is, for RTP or for RTCP, or whose transport the stream uses.
        address: bool,
        /// Which way media flows, or whether the peer holds us.
        direction: bool,
        /// The codecs, their payload types, parameters or packet times.
        codecs: bool,
    },
}

impl Exchange {
    /// The streams that are there.
    pub fn agreed(&self) -> impl Iterator<Item = &Agreed> {
        self.streams.iter().filter_map(|outcome| outcome.result.as_ref().ok())
    }

    /// The first stream of sound that is there.
    pub fn audio(&self) -> Option<&Agreed> {
        self.agreed().find(|agreed| agreed.kind == MediaKind::Audio)
    }

    /// The first stream of sound that is there, taken out.
    pub fn into_audio(self) -> Option<Agreed> {
        let agreed = self.streams.into_iter().filter_map(|outcome| outcome.result.ok());
        agreed.into_iter().find(|agreed| agreed.kind == MediaKind::Audio)
    }

    /// Compares with what held before.
    pub(crate) fn new<'a>(results: Vec<Result<Agreed, Refusal>>, before: impl Fn(usize) -> Option<&'a Agreed>) -> Self {
        let outcome = |(index, result): (usize, Result<Agreed, Refusal>)| {
            let change = Change::between(before(index), result.as_ref().ok());
            Outcome { result, change }
        };
        Exchange { streams: results.into_iter().enumerate().map(outcome).collect() }
    }
}

impl Change {
    pub(crate) fn between(before: Option<&Agreed>, after: Option<&Agreed>) -> Self {
        let (before, after) = match (before, after) {
            (None, None) => return Change::None,
            (None, Some(_)) => return Change::Added,
            (Some(_), None) => return Change::Removed,
            (Some(before), Some(after)) => (before, after),
        };
        if before.kind != after.kind || before.key != after.key {
            return Change::Replaced;
        }
        let place = |a: &Agreed| (a.remote, a.remote_rtcp, a.transport, a.rtcp_mux);
        let flow = |a: &Agreed| (a.direction, a.is_held);
        let codecs = before.codecs != after.codecs
            || before.dtmf != after.dtmf
            || before.comfort_noise != after.comfort_noise
            || before.formats != after.formats
            || (before.ptime, before.max_ptime) != (after.ptime, after.max_ptime);
        match (place(before) != place(after), flow(before) != flow(after), codecs) {
            (false, false, false) => Change::None,
            (address, direction, codecs) => Change::Modified { address, direction, codecs },
        }
    }
}

/// The error where the peer has live streams and none of them could be taken: the one that came nearest.
pub(crate) fn nothing_taken<T>(results: &[Result<T, Refusal>]) -> Result<(), NegotiateError> {
    if results.iter().any(Result::is_ok) {
        return Ok(());
    }
    let refused = results.iter().enumerate().filter_map(|(media, result)| Some((result.as_ref().err()?, media)));
    let nearest = refused
        .filter(|(reason, _)| **reason > Refusal::ByPeer)
        .max_by_key(|(reason, media)| (**reason, std::cmp::Reverse(*media)));
    nearest.map_or(Ok(()), |(&reason, media)| Err(NegotiateError::NothingTaken { media, reason }))
}
