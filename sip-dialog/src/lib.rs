//! Dialogs, sessions and digest authentication, sans-IO (RFC 3261 §12 to §15 and §22, RFC 7616, RFC 8760).
//!
//! A [`Layer`] owns the calls of one node. It takes what the transaction layer tells and tells the calls' own story:
//! [`Event`]s go up, [`Transmit`]s go down to the transaction layer. Bodies pass through unread: offer and answer are the
//! business of the layer above.
//!
//! Here now: INVITE in both directions with 1xx, CANCEL, ACK and BYE, several 2xx of a forked INVITE, route sets,
//! incoming re-INVITE, retransmission of 2xx and ACK, digest for every request of a call. Left out for now: PRACK, UPDATE,
//! session timers, REFER, SUBSCRIBE, re-INVITE of our own, early dialogs of a caller (a request that comes in one gets
//! 481), merged requests (482).
//!
//! ```
//! use offhook_core::{Machine, Output};
//! use offhook_sip_dialog::{Config, Connect, Layer, Transmit};
//!
//! # let (now, entropy) = (offhook_sim::epoch(), offhook_sim::SeededEntropy::new(1));
//! let mut layer = Layer::new(Config::default(), Box::new(entropy));
//! let invite = Connect::new("<sip:alice@example.com>", "sip:bob@example.com".parse()?, "<sip:alice@192.0.2.1>")
//!     .body("application/sdp", &b"v=0\r\n"[..]);
//! let session = layer.connect(now, invite)?;
//! let Output::Transmit(Transmit::Request { request, next_hop, .. }) = layer.poll_output() else { panic!("an INVITE") };
//! assert_eq!(next_hop.as_str(), "sip:bob@example.com");
//! # let _ = (session, request);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub mod auth;
mod config;
mod dialog;
mod error;
mod layer;
mod session;
mod transmit;

pub use config::Config;
pub use dialog::{Dialog, DialogError};
pub use error::Error;
pub use layer::{Counters, Event, Input, Layer};
pub use session::{Cause, Connect, SessionId};
pub use transmit::Transmit;
