//! What the caller can do wrong, and how a client transaction can fail.

use offhook_sip_parser::{ParseError, Status};

/// The layer was asked for something that it cannot do. It is as it was before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The transaction is over, or never was.
    #[error("no such transaction: it is over, or never was")]
    NoTransaction,
    /// Another client transaction has this key.
    #[error("a client transaction with this key is open")]
    KeyInUse,
    /// A request was needed and a response given, or the other way round.
    #[error("the draft is of the wrong kind: a request was needed and a response given, or the other way round")]
    WrongKind,
    /// The transaction has sent its final response.
    #[error("the transaction has its final response already")]
    AlreadyAnswered,
    /// [`Config::max_clients`](crate::Config::max_clients) are open.
    #[error("the table of client transactions is full")]
    Full,
    /// The draft does not make a valid message.
    #[error("the draft does not make a valid message: {0}")]
    Unwritable(#[from] ParseError),
}

/// Why a client transaction ended without a final response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Failure {
    /// Nobody answered within 64·T1 (timers B and F). Treated as a 408 (RFC 3261 §8.1.3.1).
    #[error("no answer in time")]
    Timeout,
    /// The transport could not carry it. Treated as a 503 (RFC 3261 §8.1.3.1).
    #[error("the transport failed")]
    Transport,
}

impl Failure {
    /// The status that it stands for (RFC 3261 §8.1.3.1, §16.9). A proxy that has nothing better to send upstream sends 500
    /// for a 503 (§16.7 step 6).
    pub fn status(self) -> Status {
        match self {
            Failure::Timeout => Status::REQUEST_TIMEOUT,
            Failure::Transport => Status::SERVICE_UNAVAILABLE,
        }
    }
}
