//! What makes a header typed.

use super::Name;
use crate::error::{ErrorKind, ParseError, Place};

/// A header whose value is parsed when asked for.
pub trait TypedHeader<'a>: Sized {
    /// The header's name.
    const NAME: Name;

    /// Whether the value is a comma-separated list, so that each element is one header (RFC 3261 §7.3.1).
    const IS_LIST: bool = false;

    /// Reads one value (one element, if [`IS_LIST`](TypedHeader::IS_LIST)), trimmed. The error's offset counts from the
    /// start of `value`.
    fn parse(value: &'a [u8]) -> Result<Self, ParseError>;

    /// The error for a byte that may not stand at `at`.
    fn bad_character(at: usize) -> ParseError {
        ParseError::new(ErrorKind::BadCharacter, Place::Header(Self::NAME), at)
    }
}
