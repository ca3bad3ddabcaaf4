//! Digits as telephone events (RFC 4733 §2): the payload, a sender and a receiver.
//!
//! ```text
//! Sender     Idle ──digit queued, gap over──▶ Sounding ──duration reached──▶ Repeating (2 more ends) ──▶ Idle
//!                                               ▲  │ 65535 units
//!                                     segment 2 │  ▼
//!                                            Repeating (2 more, no E)
//!
//! Receiver   Idle ──new timestamp──▶ Sounding ──E bit, newer event or 150 ms without a report──▶ Idle + one digit
//! ```
//!
//! Only the DTMF events 0 to 15 (RFC 4733 §3.2) are sent and reported; flash and other events are passed over.
//! Events inside RFC 2198 redundancy are not read.

mod digit;
mod event;
mod receiver;
mod sender;

pub use digit::{Digit, NotADigit};
pub use event::TelephoneEvent;
pub use receiver::{Heard, REPORT_TIMEOUT, Receiver};
pub use sender::{DEFAULT_DURATION, DEFAULT_GAP, DEFAULT_VOLUME, QUEUE_LIMIT, Report, Sender};
