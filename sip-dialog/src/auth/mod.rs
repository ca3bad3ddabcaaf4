//! HTTP digest for SIP (RFC 3261 §22, RFC 7616, RFC 8760): MD5, SHA-256 and SHA-512-256, plain and `-sess`, with `auth`,
//! `auth-int` and no quality of protection. The client answers challenges; [`digest`] computes and checks responses for
//! both sides. Left out for now: the server's nonces.

mod client;
pub mod digest;

pub(crate) use client::{Answer, write_answers};
pub use client::{Client, Credentials, Refusal};
