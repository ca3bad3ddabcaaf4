//! The transaction layer of SIP, sans-IO: the four machines of RFC 3261 §17 with the `Accepted` state of RFC 6026, and
//! a [`Layer`] that owns many.
//!
//! Bytes come in on a [`Flow`](offhook_core::Flow); requests and responses go up as [`Event`]s; drafts come down and
//! leave as bytes, retransmitted as often as the RFC says. The layer writes the top Via and its branch, notes where a
//! request really came from (RFC 3261 §18.2.1, RFC 3581), acknowledges a failed INVITE by itself and refuses what is no
//! proper request with the 4xx that it deserves. It leaves to the layer above: the 2xx to an INVITE and its ACK (§13),
//! the answer to a CANCEL, and everything about dialogs.
//!
//! Left out for now: the automatic 100 of RFC 4320 §4.1, `maddr`, stream framing, and a word to the
//! layer above when a response could not be sent.
//!
//! ```
//! use bytes::Bytes;
//! use offhook_core::{Flow, Machine, Output};
//! use offhook_sip_parser::{Draft, Status};
//! use offhook_sip_transaction::{Config, Event, Input, Layer};
//!
//! # let (now, entropy) = (offhook_sim::epoch(), offhook_sim::SeededEntropy::new(1));
//! let mut layer = Layer::new(Config::default(), Box::new(entropy));
//! let flow = Flow::udp("192.0.2.1:5060".parse()?, "192.0.2.9:5060".parse()?);
//! let contents = Bytes::from_static(b"OPTIONS sip:us@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKx\r\n\
//!     From: <sip:them@192.0.2.9>;tag=1\r\nTo: <sip:us@192.0.2.1>\r\nCall-ID: a\r\nCSeq: 1 OPTIONS\r\n\r\n");
//! layer.handle_input(now, Input::Received { flow, contents })?;
//!
//! let Output::Event(Event::Request { id, request, .. }) = layer.poll_output() else { panic!("a request") };
//! let response = Draft::response(request.view(), Status::OK, Some("7"));
//! layer.handle_input(now, Input::Respond { id, response })?;
//! assert!(matches!(layer.poll_output(), Output::Transmit(t) if t.contents.starts_with(b"SIP/2.0 200 OK\r\n")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod admission;
mod base;
mod client;
mod config;
mod error;
mod invite_client;
mod invite_server;
mod key;
mod layer;
mod server;
#[cfg(test)]
mod testing;
mod via;

pub use admission::{Admission, PerSource, Verdict};
pub use client::Client;
pub use config::{Config, Timing};
pub use error::{Error, Failure};
pub use invite_client::InviteClient;
pub use invite_server::InviteServer;
pub use key::{ClientKey, ServerId};
pub use layer::{Counters, Event, Input, Layer, LoopMark};
pub use server::Server;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

/// The inputs and events of the single machines; a [`Layer`] speaks [`Input`] and [`Event`].
pub mod machine {
    pub use crate::client::{ClientEvent, ClientInput};
    pub use crate::server::{ServerEvent, ServerInput};
}
