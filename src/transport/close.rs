//! Why a connection ended.

use offhook_sip_parser::ParseError;

/// Why a connection ended, or never came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CloseReason {
    /// We closed it.
    #[error("closed here")]
    Local,
    /// The peer closed it.
    #[error("closed by the peer")]
    Ended,
    /// The peer closed it in the middle of a message.
    #[error("closed by the peer in the middle of a message")]
    CutOff,
    /// The network or the peer broke it.
    #[error("broken off")]
    Broken,
    /// What came is no SIP, or over a limit.
    #[error("no SIP: {0}")]
    BadBytes(ParseError),
    /// A message was not whole in [`Config::message`](super::Config::message).
    #[error("a message took too long to arrive")]
    SlowMessage,
    /// Nothing came in [`Config::first_message`](super::Config::first_message).
    #[error("no message came")]
    NoMessage,
    /// Nothing happened for [`Config::idle`](super::Config::idle).
    #[error("idle")]
    Idle,
    /// A peer that answers pings did not answer this one.
    #[error("no answer to a keep-alive")]
    NoPong,
    /// The peer did not read for [`Config::write`](super::Config::write).
    #[error("the peer does not read")]
    SlowReader,
    /// More than [`Config::write_queue`](super::Config::write_queue) waits to be written.
    #[error("too much waits to be written")]
    QueueFull,
    /// It was refused, or there is no way.
    #[error("cannot connect")]
    NotConnected,
    /// It did not come to be in [`Config::connect`](super::Config::connect).
    #[error("connecting took too long")]
    ConnectTimeout,
    /// The TLS or WebSocket handshake failed.
    #[error("the handshake failed")]
    HandshakeFailed,
    /// It took longer than [`Config::handshake`](super::Config::handshake).
    #[error("the handshake took too long")]
    HandshakeTimeout,
    /// The certificate is for another name, or from nobody that we trust.
    #[error("the certificate was refused")]
    BadCertificate,
}
