//! What comes in and what goes up.

use crate::dtmf::Digit;
use crate::ident::{PayloadType, Ssrc};
use crate::stats::RemoteReport;
use bytes::Bytes;
use offhook_core::Flow;
use std::time::{Duration, Instant};

/// What a session takes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// A datagram came: RTP or RTCP, which is found out (RFC 5761 §4).
    Received {
        /// Our address and the sender's.
        flow: Flow,
        /// The datagram. Payloads handed up are slices of it.
        contents: Bytes,
    },
    /// It is the time that was asked for, or later.
    Timeout,
}

/// What a session tells.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// Sound came.
    Audio(Audio),
    /// The peer pressed a key and let it go: once for each press.
    Digit {
        /// Which.
        digit: Digit,
        /// For how long, as far as reports came.
        duration: Duration,
    },
    /// The last packet of a digit of ours has left.
    DigitSent {
        /// Which.
        digit: Digit,
    },
    /// A source is heard that was not before; sequence numbers and timestamps of what follows begin anew.
    SourceChanged {
        /// The source; the same as before if it has restarted.
        ssrc: Ssrc,
    },
    /// RTP goes to and comes from another address than the signalled one, from now on.
    FlowChanged {
        /// The new flow.
        flow: Flow,
    },
    /// RTCP does, on its own flow.
    RtcpFlowChanged {
        /// The new flow.
        flow: Flow,
    },
    /// The peer reported how it hears us.
    Report(RemoteReport),
    /// The peer's source said goodbye: it sends no more, though the call may go on.
    Bye {
        /// The source.
        ssrc: Ssrc,
    },
    /// The session is closed. Nothing follows.
    Closed,
}

/// A packet of sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audio {
    /// What the payload is.
    pub payload_type: PayloadType,
    /// The sequence number, extended: it does not wrap, and begins anew with
    /// [`SourceChanged`](Event::SourceChanged).
    pub sequence: u64,
    /// The timestamp, extended in the same way.
    pub timestamp: u64,
    /// The first packet after a silence, says the sender.
    pub marker: bool,
    /// The encoded sound.
    pub payload: Bytes,
    /// When it came.
    pub received_at: Instant,
}
