//! Messages made to order, valid and nearly valid, to test parsers with: this one, and anybody's (features `proptest` and
//! `arbitrary`).
//!
//! One generator makes them all, out of [`Choices`]: bytes that say which header, how many, folded or not. proptest
//! brings random bytes and makes a failing message small; a fuzzer brings its own through `arbitrary::Arbitrary`; anybody
//! else may call [`ValidMessage::choose`] with bytes from anywhere.
//!
//! - [`ValidMessage`]: what RFC 3261 and the RFCs of the headers allow, in all its spellings. A stack that refuses one is
//!   wrong, or has a limit.
//! - [`NearlyValidMessage`]: one to three named [`Flaw`]s put into such a message. A stack that takes one of which
//!   [`must_be_refused`](NearlyValidMessage::must_be_refused) says so is wrong; none may panic, hang or grow.
//! - [`HeaderLine`]: one header with its value.
//!
//! It covers the grammar of RFC 3261 §25 and of the headers in [`header`](crate::header), one message at a time. It leaves
//! out what messages mean to each other: dialogs and transactions.
//!
//! ```
//! # #[cfg(feature = "proptest")] {
//! use offhook_sip_parser::strategies::{nearly_valid, valid_message};
//! use proptest::test_runner::TestRunner;
//!
//! // Somebody else's parser: whether it takes a datagram.
//! let theirs = |datagram: &[u8]| datagram.windows(4).any(|w| w == b"\r\n\r\n");
//!
//! let refused = TestRunner::default().run(&valid_message(), |message| {
//!     assert!(theirs(message.as_bytes()), "a valid message is refused");
//!     Ok(())
//! });
//! assert!(refused.is_ok());
//!
//! let taken = TestRunner::default().run(&nearly_valid(), |near| {
//!     let took = theirs(near.as_bytes());
//!     assert!(!took || !near.must_be_refused(), "taken in spite of {:?}", near.flaws());
//!     Ok(())
//! });
//! assert!(taken.is_err(), "it only looks for the empty line, and proptest says with which message it fails");
//! # }
//! ```

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod body;
mod choices;
mod flaw;
mod header;
mod message;
mod nearly_valid;
#[cfg(feature = "proptest")]
mod proptest;
mod uri;
mod values;
mod write;

pub use choices::Choices;
pub use flaw::Flaw;
pub use header::{HeaderLine, header_names};
pub use message::ValidMessage;
pub use nearly_valid::NearlyValidMessage;
#[cfg(feature = "proptest")]
pub use proptest::{
    ChoicesTree, FromChoices, from_choices, header_line, header_value, host, name_addr, nearly_valid,
    nearly_valid_with, token, uri, valid_message, valid_request, valid_response,
};
