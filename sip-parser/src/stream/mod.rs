//! Streams cut into messages: TCP and TLS (RFC 3261 §18.3, §20.14), keep-alives (RFC 5626 §3.5.1, §4.4.1), and what a
//! WebSocket frame holds (RFC 7118).
//!
//! A [`Framer`] takes bytes in whatever pieces the socket gave them and answers [`Framed`]. It looks at each byte once
//! or twice and finds where lines end and what Content-Length says, no more: a message that it gives has that many bytes
//! of body, and may still be none to [`Message::parse`](crate::Message::parse). Reading it is the next step, on the
//! same bytes.
//!
//! What it leaves out: time. A peer that sends a byte a minute is bounded in memory here; in time the owner of the
//! connection bounds it, who sees [`Framer::is_between`].
//!
//! ```
//! use offhook_sip_parser::{Limits, Message, stream::{Framed, Framer}};
//!
//! let mut framer = Framer::new(Limits::default());
//! let mut messages = Vec::new();
//! for piece in [&b"\r\n\r\nOPTIONS sip:b@example.com SIP/2.0\r\nl"[..], b": 2\r\n\r\nhiSIP/2.0 2"] {
//!     let mut rest = piece;
//!     loop {
//!         match framer.push(&mut rest)? {
//!             Framed::Message(bytes) => messages.push(Message::parse(bytes)?),
//!             Framed::Ping => { /* send CRLF */ }
//!             Framed::Pong => { /* the flow is alive */ }
//!             Framed::Incomplete => break,
//!         }
//!     }
//! }
//! assert_eq!((messages.len(), &messages[0].body()[..]), (1, &b"hi"[..]));
//! assert_eq!(framer.pending(), b"SIP/2.0 2");
//! # Ok::<(), offhook_sip_parser::ParseError>(())
//! ```

mod framed;
mod framer;
mod head;

pub use framed::Framed;
pub use framer::Framer;
