//! Messages (RFC 3261 §7): indexed views of bytes, the same owned, and drafts to be written.

mod check;
mod draft;
mod entries;
mod index;
mod owned;
mod view;

pub use draft::{BadName, Draft};
pub use index::Index;
pub use owned::{Malformed, Message};
pub use view::{HeaderView, Headers, MessageView, StartLine};
