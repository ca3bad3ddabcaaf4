//! What can go wrong, here and there.

use std::time::Duration;

/// Why a lookup is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The URI names no host, or one that is no host name.
    #[error("the URI has no host that can be looked up")]
    NoHost,
    /// Its scheme or transport is none of ours. `sips` is never sent without TLS.
    #[error("no transport of ours leads to the URI")]
    NoTransport,
    /// The bound on lookups is reached.
    #[error("too many lookups")]
    Full,
    /// There is no such lookup, or it has ended.
    #[error("no such lookup")]
    NoLookup,
    /// The lookup has not found its target yet.
    #[error("the lookup has no target yet")]
    NoTarget,
}

/// How a target failed (RFC 3263 §4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No response at all, not even a provisional one: timer B or F.
    Timeout,
    /// It could not be sent, or the connection not made.
    Transport,
    /// 503, with what its `Retry-After` asks for.
    Unavailable {
        /// For how long.
        retry_after: Option<Duration>,
    },
}
