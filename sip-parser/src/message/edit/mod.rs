//! Editing a received message: for proxies (RFC 3261 §16.4, §16.6, §16.7), for whoever notes where a request came from
//! (§18.2.1, RFC 3581 §4), and for back-to-back user agents that change a body.
//!
//! Lines that are not touched are copied as they stand: compact forms, folding, order, spelling and unknown headers stay.
//! Left out: what to do with a request (targets, loops, forking) is the caller's; only the text is changed here.

mod editing;
mod fields;
mod hops;
mod lines;

pub use editing::Edit;
