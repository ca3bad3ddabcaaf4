//! What messages carry: multipart (RFC 2046 §5.1, RFC 2387), `message/sipfrag` (RFC 3420), `application/dtmf-relay` and
//! `application/dtmf`, `application/simple-message-summary` (RFC 3842 §5).
//!
//! Views borrow the body and copy nothing; with a body in [`Bytes`](bytes::Bytes), `body.slice_ref(part.content)` makes a
//! part outlive it. Offsets in errors count from the start of the body. Left out: transfer encodings (RFC 3261 §7.4.1
//! wants binary) and S/MIME; SDP and XML bodies are not this crate's.
//!
//! ```
//! use offhook_sip_parser::{Message, body::Multipart, header::ContentType};
//!
//! let message = Message::parse(b"INVITE sip:b@example.com SIP/2.0\r\n\
//!     Content-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n\
//!     --b1\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n\
//!     --b1\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b1--\r\n"[..].into())?;
//! let content_type: ContentType = message.required()?;
//! let body = message.body();
//! let parts = Multipart::parse(&content_type, &body)?;
//! let sdp = parts.clone().find("application", "sdp")?.expect("the first part");
//! assert_eq!(sdp.content, b"v=0\r\n");
//! for part in parts {
//!     println!("{} bytes of {}", part?.content.len(), part?.headers.required::<ContentType>()?);
//! }
//! # Ok::<(), offhook_sip_parser::ParseError>(())
//! ```

mod dtmf;
mod fields;
mod multipart;
mod multipart_draft;
mod sipfrag;
mod summary;

pub use dtmf::Dtmf;
pub use fields::{Field, Fields, FieldsIter};
pub use multipart::{Multipart, Part};
pub use multipart_draft::{BadBoundary, BoundaryInPart, MultipartDraft};
pub use sipfrag::SipFrag;
pub use summary::{Counts, MessageSummary};
