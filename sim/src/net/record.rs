//! What happened on the network.

use bytes::Bytes;
use offhook_core::Flow;
use std::time::Instant;

/// One thing that happened to one datagram. Every datagram has one [`Fate::Sent`], and for each copy of it one more
/// record with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// When it happened.
    pub at: Instant,
    /// The datagram's number, from 0, in the order of sending. Copies share it.
    pub number: u64,
    /// As the sender sees it.
    pub flow: Flow,
    /// The bytes: as sent, or as they arrived.
    pub contents: Bytes,
    /// What happened.
    pub fate: Fate,
}

/// What happened to a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fate {
    /// It left its sender.
    Sent,
    /// It arrived as it was.
    Delivered,
    /// It arrived with a byte changed.
    Corrupted,
    /// The link lost it.
    Lost,
    /// A partition or a block swallowed it.
    Blocked,
    /// It arrived where nobody listens.
    Unreachable,
}

impl Fate {
    /// Whether a host received it.
    pub fn is_arrival(self) -> bool {
        matches!(self, Fate::Delivered | Fate::Corrupted)
    }
}
