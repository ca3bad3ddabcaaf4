//! Defaults, with their reasons.

use offhook_sdp::Codec;
use offhook_sip_transaction::Timing;
use std::time::Duration;

/// How a [`Ua`](crate::ua::Ua) behaves.
#[derive(Debug, Clone)]
pub struct Config {
    /// Speech codecs in the order of preference. Default PCMU, PCMA: what every peer has.
    pub codecs: Vec<Codec>,
    /// Milliseconds of sound in a packet. Default 20.
    pub ptime: Duration,
    /// Whether 180 goes out at once when a call comes in. Default true: a caller who hears nothing hangs up.
    pub ring: bool,
    /// How long a call may ring, ours or theirs, before it is given up: a callee that vanishes while it rings is never heard
    /// of again (RFC 3261 §17.1.1.2 sets no limit). Default 180 s, the least time that proxies grant (timer C).
    pub ring_limit: Duration,
    /// Calls at most; over it an INVITE is answered 503 with Retry-After. Default 10,000.
    pub max_calls: usize,
    /// Open transactions of each kind at most. Default 100,000.
    pub max_transactions: usize,
    /// Timer values (RFC 3261 §17). Leave them.
    pub timing: Timing,
    /// How servers are located (RFC 3263). Its protocols are those that are listened on, in that order; its families those
    /// of the listeners.
    pub resolve: crate::resolve::Config,
    /// `User-Agent` and `Server`.
    pub product: Option<Box<str>>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            codecs: vec![Codec::pcmu(), Codec::pcma()],
            ptime: Duration::from_millis(20),
            ring: true,
            ring_limit: Duration::from_secs(180),
            max_calls: 10_000,
            max_transactions: 100_000,
            timing: Timing::default(),
            resolve: crate::resolve::Config::default(),
            product: Some(concat!("offhook/", env!("CARGO_PKG_VERSION")).into()),
        }
    }
}
