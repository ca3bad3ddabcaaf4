//! What is left of a call.

use crate::call::MediaStats;
use crate::ua::Ended;
use std::time::Duration;

/// A call that is over, in figures.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallReport {
    /// The URI of who called.
    pub from: String,
    /// The URI of who was called.
    pub to: String,
    /// The codec that was spoken; `None` if it did not come to that.
    pub codec: Option<String>,
    /// From the answer to the end.
    pub duration: Duration,
    /// Packets, loss, jitter, MOS; `None` if it did not come to media.
    pub media: Option<MediaStats>,
    /// The digits that came.
    pub digits: String,
    /// Why it ended.
    pub cause: Ended,
}
