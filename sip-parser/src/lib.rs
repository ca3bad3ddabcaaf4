//! Zero-copy SIP messages, headers and URIs, in and out.
//!
//! Covers the message format of RFC 3261 §7, URIs §19.1, all headers of §20 and those of the extensions
//! (`docs/rfc.md` lists them), and the grammar of §25. A message is indexed in one pass and its values are typed when asked
//! for; order, spelling and unknown headers are kept, and an untouched message is written back byte for byte.
//!
//! - [`MessageView`] borrows a datagram and an [`Index`]; [`Message`] is the same over [`bytes::Bytes`], for queues.
//! - [`Draft`] is a message being written, with every mandatory header demanded by its constructors.
//! - [`Edit`] changes a received message for the next hop and copies the rest as it stands.
//! - [`stream::Framer`] cuts a TCP or TLS stream into messages; [`body`] reads and writes what messages carry.
//! - [`uri`] reads, compares, escapes and builds URIs.
//! - [`Leniency`] names every departure from the grammar that is taken, and [`MessageView::check_with`] refuses those that
//!   it does not.
//! - Typed headers are in [`header`]; [`header::TypedHeader`] is open to users' own.
//! - `strategies` (features `proptest`, `arbitrary`) makes valid and nearly valid messages, to test any stack with.
//!
//! ```
//! use offhook_sip_parser::{Index, MessageView, Method, header::{From, Via}};
//!
//! let bytes = b"OPTIONS sip:carol@chicago.example.com SIP/2.0\r\n\
//!     Via: SIP/2.0/UDP pc33.example.com;branch=z9hG4bKhjhs8ass877\r\n\
//!     f: Alice <sip:alice@example.com>;tag=19283\r\n\
//!     To: <sip:carol@chicago.example.com>\r\n\
//!     Call-ID: a84b4c76e66710\r\n\
//!     CSeq: 63104 OPTIONS\r\n\r\n";
//! let mut index = Index::new();
//! let message = MessageView::parse(bytes, &mut index)?;
//! assert_eq!(message.method(), Some(Method::Options));
//! assert_eq!(message.required::<Via>()?.branch(), Some("z9hG4bKhjhs8ass877"));
//! assert_eq!(message.required::<From>()?.tag(), Some("19283"));
//! # Ok::<(), offhook_sip_parser::ParseError>(())
//! ```

pub mod body;
mod config;
mod error;
pub mod header;
mod leniency;
mod message;
mod method;
mod scan;
mod status;
#[cfg(any(feature = "proptest", feature = "arbitrary"))]
pub mod strategies;
pub mod stream;
mod strict;
pub mod uri;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use config::Limits;
pub use error::{ErrorKind, ParseError, Place};
pub use header::Name;
pub use leniency::{Departure, Leniency};
pub use message::{
    BadName, Draft, Edit, Essentials, HeaderView, Headers, Index, Malformed, Message, MessageView, StartLine,
};
pub use method::{Method, OtherMethod};
pub use status::Status;
pub use uri::{Host, HostPort, Param, Params, ParamsIter, Scheme, Uri, UriView};
