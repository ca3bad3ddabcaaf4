//! An RTP session of two: one voice of ours, one of theirs (RFC 3550 §5, §6, §8.2).
//!
//! ```text
//!   send(now, samples, sound)  ──▶ ┌──────────┐ ──▶ Transmit: RTP, an event packet instead of sound, RTCP
//!   send_digit, update, close  ──▶ │ Session  │
//!   Received { flow, bytes }   ──▶ │          │ ──▶ Event: Audio, Digit, SourceChanged, FlowChanged, Report, Bye
//!   Timeout                    ──▶ └──────────┘ ──▶ Timeout: the next RTCP report, the end of a digit
//! ```
//!
//! What is taken from the network, in order: the datagram must come from the peer's address (or teach it to us once,
//! [`SourcePolicy::Symmetric`]), be well formed, carry a negotiated payload type, and belong to the peer's source: the
//! first one heard, or a new one that sent two packets in sequence (RFC 3550 A.1). All else is dropped and counted.
//!
//! With two members the least interval of RFC 3550 §6.2 governs the reports and no bandwidth enters the sum. Members
//! beyond the two, and the timing-out of a silent peer (§6.3.5), are left to the layer above.

mod config;
mod control;
mod event;
mod interval;
mod machine;
mod path;
mod receive;
mod send;

pub use config::{AudioPayload, Config, RtcpPath, SourcePolicy, Terms};
pub use event::{Audio, Event, Input};
pub use machine::Session;
