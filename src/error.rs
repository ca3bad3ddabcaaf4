//! What can go wrong for an application.

use crate::ua::{CallId, Ended};
use offhook_sip_parser::ParseError;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

/// What a user agent, a call or a driver could not do.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is no URI.
    #[error("not a URI: {0}")]
    BadUri(ParseError),
    /// An address of record needs a user: `sip:bot@example.com`.
    #[error("an address of record is a sip URI with a user, like sip:bot@example.com")]
    NoUser,
    /// A place to listen at is written `udp:ADDRESS:PORT`, `tcp:ADDRESS:PORT` or `tls:ADDRESS:PORT`.
    #[error("not a place to listen at: write udp:, tcp: or tls:ADDRESS:PORT, like udp:0.0.0.0:5060")]
    BadListen,
    /// What the URI or the place asks for is not carried: the scheme, or a transport that nothing listens on here.
    #[error("the transport is not carried here: listen on it, and give TLS what it needs")]
    Transport,
    /// No socket to listen at was given.
    #[error("nowhere to listen: give at least one address, like udp:0.0.0.0:5060")]
    NoListener,
    /// The codec is not built in, so nothing could be said in it.
    #[error("no such codec here: {name} at {clock_rate} Hz")]
    UnknownCodec {
        /// Its encoding name.
        name: String,
        /// Its RTP clock.
        clock_rate: u32,
    },
    /// The call is over, or never was.
    #[error("the call is over")]
    CallOver,
    /// The call ended before it was answered, or while something waited for it.
    #[error("{0}")]
    Ended(Ended),
    /// The call cannot do that in its present state.
    #[error("the call cannot do that in its present state")]
    WrongState,
    /// TLS was given something that it cannot use.
    #[cfg(feature = "tls")]
    #[error(transparent)]
    Tls(#[from] crate::driver::tls::TlsError),
    /// There is no such account.
    #[error("no such account")]
    NoAccount,
    /// The limit on calls is reached.
    #[error("too many calls")]
    TooManyCalls,
    /// The user agent is shutting down.
    #[error("the user agent is shutting down")]
    ShuttingDown,
    /// The peer did not agree to digits as events (RFC 4733).
    #[error("the peer takes no telephone-event: digits cannot be sent")]
    NoDigits,
    /// A digit is one of `0` to `9`, `*`, `#`, `A` to `D`.
    #[error("not a digit: {0:?}; digits are 0 to 9, *, #, A to D")]
    BadDigit(char),
    /// Sound could not be read, queued or written.
    #[error(transparent)]
    Media(#[from] offhook_media::Error),
    /// The operating system refused; what and why.
    #[error("{doing}: {error}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// What the system said.
        error: Arc<std::io::Error>,
    },
    /// A socket could not be had.
    #[error("binding a socket to {address}: {error}")]
    Bind {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        error: Arc<std::io::Error>,
    },
    /// The file of a recording could not be made.
    #[error("creating the recording {}: {error}", path.display())]
    Recording {
        /// Which file.
        path: Box<Path>,
        /// What the system said.
        error: Arc<std::io::Error>,
    },
    /// The machine of a call was asked under another's name.
    #[error("no such call: {0:?}")]
    NoCall(CallId),
}

impl Error {
    /// Wraps what the operating system said.
    pub fn io(doing: &'static str) -> impl FnOnce(std::io::Error) -> Error {
        move |error| Error::Io { doing, error: Arc::new(error) }
    }
}
