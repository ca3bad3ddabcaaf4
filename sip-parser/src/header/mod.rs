//! Typed headers (RFC 3261 §20): a file each, and [`TypedHeader`] for users' own.
//!
//! A typed header borrows the message. Its `Display` writes the value; what was parsed and is written again parses to
//! the same.
//!
//! ```
//! use offhook_sip_parser::{Name, ParseError, header::TypedHeader};
//!
//! /// A header of one's own.
//! struct Room<'a>(&'a str);
//!
//! impl<'a> TypedHeader<'a> for Room<'a> {
//!     const NAME: Name = Name::other("X-Room");
//!     fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
//!         std::str::from_utf8(value).map(Room).map_err(|e| Self::bad_character(e.valid_up_to()))
//!     }
//! }
//! ```

mod address;
mod auth;
mod call_id;
mod contact;
mod content_type;
mod cseq;
mod from_to;
mod name;
mod number;
mod route;
mod tokens;
mod typed;
mod via;

pub use address::NameAddr;
pub use auth::{AuthParams, Authorization, ProxyAuthenticate, ProxyAuthorization, WwwAuthenticate};
pub use call_id::CallId;
pub use contact::Contact;
pub use content_type::ContentType;
pub use cseq::CSeq;
pub use from_to::{From, To};
pub use name::Name;
pub use number::{ContentLength, Expires, MaxForwards, MinExpires, RetryAfter};
pub use route::{RecordRoute, Route};
pub use tokens::{Allow, ProxyRequire, Require, Supported, Unsupported};
pub use typed::TypedHeader;
pub use via::Via;
