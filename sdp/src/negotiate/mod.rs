//! Offer and answer (RFC 3264): what two sides that both have something to say agree upon.
//!
//! ```text
//!              create_offer                    apply_answer
//!   stable ───────────────────► offer pending ──────────────► stable, Agreed
//!     │  ▲                          │  ▲  │        rollback
//!     │  └── answer: Agreed         │  └──┘  ──────────────► stable, as before
//!     └──────┘                      └ answer: Err(OfferPending), the glare of RFC 3264 §4
//!                                     (create_offer replaces the offer that pends)
//! ```
//!
//! Covered: RFC 3264 §5 and §6 for one audio stream of unicast over RTP/AVP among any others (which are refused with
//! port 0 in their place), §8.2 to §8.4 (modify, hold), RFC 3605. Left out: more than one stream taken, SRTP,
//! multicast, ICE, format parameters that decide whether a codec fits (a codec is its name, clock and channels).

mod agreed;
mod codec;
mod local;
mod matching;
mod negotiator;
mod payload_types;

pub use agreed::{Agreed, AgreedCodec};
pub use codec::Codec;
pub use local::LocalMedia;
pub use matching::Preference;
pub use negotiator::Negotiator;
