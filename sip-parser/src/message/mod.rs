//! Messages (RFC 3261 §7): indexed views of bytes, the same owned, edited, and drafts to be written.

mod check;
#[cfg(test)]
mod cost;
mod draft;
mod edit;
mod entries;
mod index;
mod one_line;
mod owned;
mod view;

pub use check::Essentials;
pub use draft::{BadName, Draft};
pub use edit::Edit;
pub use index::Index;
pub use owned::{Malformed, Message};
pub use view::{HeaderView, Headers, MessageView, StartLine};
