//! Which connection carries a message, and what a connection may cost (RFC 3261 §18, RFC 5626 §3.5.1, RFC 5923).
//!
//! [`Connection`] is the machine of one stream: it cuts bytes into messages, answers and sends keep-alives, and ends what is
//! slow, silent or no SIP. [`Table`] knows all the connections and which of them leads where. Both are sans-IO; the tokio
//! driver gives each connection a task that reads, writes and sleeps for it.
//!
//! What it leaves out: datagrams, which need no connection; TLS, which is the driver's.

mod close;
mod config;
mod connection;
mod table;

pub use close::CloseReason;
pub use config::Config;
pub use connection::{Connection, Event, Input, Side};
pub use table::{ConnectionId, Counters, Refused, Route, Table};
