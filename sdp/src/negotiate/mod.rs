//! Offer and answer (RFC 3264): what two sides that both have something to say agree upon.
//!
//! ```text
//!              create_offer                    apply_answer
//!   stable ───────────────────► offer pending ──────────────► stable, Exchange
//!     │  ▲                          │  ▲  │        rollback
//!     │  └── answer: Exchange       │  └──┘  ──────────────► stable, as before
//!     └──────┘                      └ answer: Err(OfferPending), the glare of RFC 3264 §4
//!                                     (create_offer replaces the offer that pends)
//! ```
//!
//! Covered: RFC 3264 §5 to §8 for any number of unicast streams over any protocol, with RFC 3605 (rtcp), RFC 5761
//! (rtcp-mux), RFC 8858 (rtcp-mux-only) and RFC 9143 (BUNDLE, also as RFC 8843 wrote it). Keys, ICE and header
//! extensions are lines that the caller brings and reads. Left out: multicast, formats that name payload types in their
//! parameters (rtx, red), RFC 3264 §9 (capabilities), RFC 3312 (preconditions), RFC 8853 (simulcast).

mod agreed;
mod answer;
mod apply;
mod bundle;
mod codec;
mod describe;
mod exchange;
mod fits;
mod kind;
mod local;
mod matching;
mod negotiator;
mod offer;
mod payload_types;
mod section;
mod slots;

pub use agreed::{Agreed, AgreedCodec};
pub use codec::Codec;
pub use exchange::{Change, Exchange, Outcome};
pub use fits::{Fits, parameters_fit};
pub use kind::{MediaKind, Protocol};
pub use local::{LocalSession, LocalStream};
pub use matching::Preference;
pub use negotiator::Negotiator;
