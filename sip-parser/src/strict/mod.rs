//! The walk over a parsed message that finds departures from the grammar (RFC 3261 §7.3, §19.1, §20, §25.1): what
//! [`MessageView::check_with`](crate::MessageView::check_with) does.
//!
//! A value is first read by its type, so what a walk meets is known to have that shape; the walk only asks how it is
//! written. Left out: bodies, and rules that need more than the message (which response may hold what, whether a required
//! extension is understood).

mod address;
mod auth;
mod check;
mod grammar;
mod lines;
mod rules;
mod uri;
mod values;
