//! The numbers of a session.

use crate::ident::Ssrc;
use std::fmt;
use std::time::Duration;

/// What a session has counted. In one line by `Display`:
///
/// ```
/// # use offhook_rtp::stats::Stats;
/// let mut stats = Stats::default();
/// (stats.packets_sent, stats.packets_received) = (500, 495);
/// (stats.packets_expected, stats.lost) = (500, 5);
/// assert_eq!(stats.to_string(), "packets 500 out, 495 in, loss 1.0 %, jitter 0.0 ms, MOS -");
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Stats {
    /// RTP packets sent, sound and events.
    pub packets_sent: u64,
    /// Payload octets sent.
    pub octets_sent: u64,
    /// RTP packets of the accepted source, late and duplicate ones among them (RFC 3550 A.3).
    pub packets_received: u64,
    /// Payload octets of those.
    pub octets_received: u64,
    /// How many packets the sequence numbers say were sent, from the first heard to the highest (RFC 3550 A.3).
    pub packets_expected: u64,
    /// Expected and never come. A duplicate does not make up for a loss, unlike in an RTCP report.
    pub lost: u64,
    /// Came again, within 100 numbers of the highest. Not handed up.
    pub duplicates: u64,
    /// Came after one with a higher number. Handed up: a jitter buffer decides.
    pub reordered: u64,
    /// Interarrival jitter of the packets of sound, smoothed over sixteen (RFC 3550 §6.4.1).
    pub jitter: Duration,
    /// From the packets to their answer: the newest from a report of the peer (RFC 3550 §6.4.1).
    pub rtt: Option<Duration>,
    /// What the peer's newest report says of our packets.
    pub remote: Option<RemoteReport>,
    /// Dropped: from an address that is not the peer's, or RTCP where none is expected.
    pub strangers: u64,
    /// Dropped: neither RTP nor RTCP, or cut, or lying about lengths.
    pub malformed: u64,
    /// Dropped: RTP with a payload type that was not negotiated.
    pub unknown_payload: u64,
    /// Dropped: a new source or a wild jump of the sequence numbers, before a second packet in sequence proved it
    /// (RFC 3550 A.1).
    pub unproven: u64,
    /// Mean opinion score, 1 to 4.5, as [`emodel`](super::emodel) estimates it from loss, round trip and jitter. `None`
    /// until something is heard.
    pub mos: Option<f64>,
}

impl Stats {
    /// Lost packets per expected one, 0 to 1.
    pub fn loss(&self) -> f64 {
        match self.packets_expected {
            0 => 0.0,
            expected => self.lost as f64 / expected as f64,
        }
    }

    /// The one-way delay that the estimate assumes: half of the round trip, and a jitter buffer of twice the jitter.
    pub(crate) fn one_way(&self) -> Duration {
        self.rtt.unwrap_or_default() / 2 + self.jitter * 2
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sent, received, loss) = (self.packets_sent, self.packets_received, self.loss() * 100.0);
        let jitter = self.jitter.as_secs_f64() * 1000.0;
        write!(f, "packets {sent} out, {received} in, loss {loss:.1} %, jitter {jitter:.1} ms, MOS ")?;
        match self.mos {
            Some(mos) => write!(f, "{mos:.2}"),
            None => f.write_str("-"),
        }
    }
}

/// What a report of the peer says of our packets (RFC 3550 §6.4.1).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RemoteReport {
    /// Who reports.
    pub from: Ssrc,
    /// Loss since its previous report, 0 to 1.
    pub fraction_lost: f64,
    /// Packets lost since the beginning; negative if duplicates outnumber the lost.
    pub lost: i32,
    /// Interarrival jitter there.
    pub jitter: Duration,
    /// Round trip, if the report answers a report of ours.
    pub rtt: Option<Duration>,
}

/// What is counted of a source, and summed over the sources of a session.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) received: u64,
    pub(crate) duplicates: u64,
    pub(crate) reordered: u64,
    pub(crate) expected: u64,
    pub(crate) lost: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.received += other.received;
        self.duplicates += other.duplicates;
        self.reordered += other.reordered;
        self.expected += other.expected;
        self.lost += other.lost;
    }
}
