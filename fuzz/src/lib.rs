//! What is done to the layers with bytes that nobody chose.
//!
//! Each function takes any bytes and panics if a layer breaks its word: a panic of its own, a value that is written and
//! read back as another, an output without end, a table that does not empty. `fuzz_targets/` hands them to libFuzzer,
//! `tests/corpus.rs` replays `corpus/` and mutations of it in every test run.
//!
//! Parsers take the bytes as they are. Machines take them as a list of steps, in a form that can be typed by hand:
//! `%%`, a character for the time that passes, a character for what is done, and then its bytes, up to the next `%%`.
//! What the characters mean stands with each function.

mod drive;
mod headers;
mod media_jitter;
mod media_wav;
mod mutations;
mod peer;
mod rtp_session;
mod sdp;
mod sip_body;
mod sip_dialog;
mod sip_message;
mod sip_stream;
mod sip_transaction;
mod sip_uri;
mod steps;
mod ua;

pub use headers::{
    header_addresses, header_auth, header_dialog_ids, header_family_names, header_numbers_dates, header_params,
    header_tokens,
};
pub use media_jitter::media_jitter;
pub use media_wav::media_wav;
pub use mutations::mutated;
pub use rtp_session::rtp_session;
pub use sdp::sdp;
pub use sip_body::sip_body;
pub use sip_dialog::sip_dialog;
pub use sip_message::{generated_messages, sip_message, whole_message};
pub use sip_stream::sip_stream;
pub use sip_transaction::sip_transaction;
pub use sip_uri::sip_uri;
pub use ua::ua;

/// What a target is: a function of any bytes.
pub type Target = fn(&[u8]);

/// Every target with its name, which is that of its folder in `corpus/`.
pub const TARGETS: [(&str, Target); 17] = [
    ("sip_message", sip_message),
    ("sip_body", sip_body),
    ("sip_stream", sip_stream),
    ("sip_uri", sip_uri),
    ("header_addresses", header_addresses),
    ("header_auth", header_auth),
    ("header_dialog_ids", header_dialog_ids),
    ("header_numbers_dates", header_numbers_dates),
    ("header_params", header_params),
    ("header_tokens", header_tokens),
    ("sip_transaction", sip_transaction),
    ("sip_dialog", sip_dialog),
    ("sdp", sdp),
    ("rtp_session", rtp_session),
    ("media_wav", media_wav),
    ("media_jitter", media_jitter),
    ("ua", ua),
];
