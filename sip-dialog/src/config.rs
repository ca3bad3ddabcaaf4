//! How a [`Layer`](crate::Layer) behaves.

use offhook_sip_transaction::Timing;

/// Bounds, timer values and what we say of ourselves.
#[derive(Debug, Clone)]
pub struct Config {
    /// Timer values; the same as the transaction layer's.
    pub timing: Timing,
    /// Calls at most; over it an INVITE is answered 503 with Retry-After. Default 50,000.
    pub max_sessions: usize,
    /// `User-Agent` and `Server`; `None` sends neither.
    pub product: Option<Box<str>>,
    /// Methods that we take, for `Allow` (RFC 3261 §20.5).
    pub allow: Box<str>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            timing: Timing::default(),
            max_sessions: 50_000,
            product: Some(concat!("offhook/", env!("CARGO_PKG_VERSION")).into()),
            allow: "INVITE, ACK, CANCEL, BYE, OPTIONS".into(),
        }
    }
}
