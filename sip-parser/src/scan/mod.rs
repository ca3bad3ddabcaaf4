//! What values are read with: byte classes of RFC 3261 §25.1, a search for a byte, a cursor, a splitter of lists.
//!
//! Written by hand rather than with `nom`: a value is a handful of runs over a 256-entry table, and a cursor keeps the
//! byte offset of a fault for free, which combinators have to carry along.

mod class;
mod cursor;
mod find;
mod list;
mod work;

pub(crate) use class::{Class, is_digit, is_host, is_space, is_token, is_uri, trim, trim_end, write_unfolded};
pub(crate) use cursor::Cursor;
pub(crate) use find::{find, marks};
pub(crate) use list::SplitList;
pub(crate) use work::looked;
#[cfg(test)]
pub(crate) use work::of as work_of;
