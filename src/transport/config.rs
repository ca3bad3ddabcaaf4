//! Bounds on streams, with their reasons.

use offhook_sip_parser::Limits;
use std::time::Duration;

/// What connections may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Connections at most, ours and theirs. Default 4,096; each holds a few kilobytes.
    pub max_connections: usize,
    /// Connections accepted from one IP address at most. Default 256: offices share an address.
    pub max_per_source: usize,
    /// Bounds on each message.
    pub limits: Limits,
    /// Bytes that wait to be written to one connection at most; over it the connection is closed. Default 1 MiB, and never
    /// less than one message.
    pub write_queue: usize,
    /// How long a connection may take to come to be. Default 5 s: then there is time left to try something else.
    pub connect: Duration,
    /// How long a TLS or WebSocket handshake may take. Default 10 s.
    pub handshake: Duration,
    /// How long a stranger may be connected before his first whole message. Default 32 s, the life of a transaction.
    pub first_message: Duration,
    /// How long a message may take from its first byte to its last. Default 10 s.
    pub message: Duration,
    /// How long bytes may wait without one of them being taken. Default 20 s.
    pub write: Duration,
    /// How long an accepted connection may send nothing, and one of ours may carry no message. Default 30 min.
    pub idle: Duration,
    /// The longest time between our pings; each connection takes 80 to 100 % of it (RFC 5626 §4.4.1). Default 95 s.
    pub ping: Duration,
    /// How long a pong may take (RFC 5626 §4.4.1: 10 s).
    pub pong: Duration,
    /// How long a connection that ends may still write. Default 1 s.
    pub linger: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            max_connections: 4096,
            max_per_source: 256,
            limits: Limits::default(),
            write_queue: 1 << 20,
            connect: Duration::from_secs(5),
            handshake: Duration::from_secs(10),
            first_message: Duration::from_secs(32),
            message: Duration::from_secs(10),
            write: Duration::from_secs(20),
            idle: Duration::from_secs(30 * 60),
            ping: Duration::from_secs(95),
            pong: Duration::from_secs(10),
            linger: Duration::from_secs(1),
        }
    }
}
