//! Samples to payload and back.
//!
//! A codec is three small traits, so that others' stand beside ours: [`Codec`] names it and makes the two halves,
//! [`Encoder`] and [`Decoder`] do the work of one direction of one call. Ours so far: G.711 (ITU-T G.711, RTP payload
//! by RFC 3551 §4.5.14), found by [`by_name`]. A decoder also invents what was lost; what it needs for that, it keeps in
//! a [`History`].

mod coder;
mod conceal;
mod g711;
mod registry;

pub use coder::{Codec, Decoder, Encoder, Format};
pub use conceal::History;
pub use g711::{Pcma, Pcmu, alaw_decode, alaw_encode, ulaw_decode, ulaw_encode};
pub use registry::{by_name, by_payload_type, known};
