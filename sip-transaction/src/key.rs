//! What tells one transaction from another (RFC 3261 §17.1.3, §17.2.3).

use offhook_sip_parser::{Method, header::Via};
use std::fmt::Write as _;

/// Names a client transaction; chosen by the layer above, unique among those open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientKey(pub u64);

/// Names a server transaction; chosen by the [`Layer`](crate::Layer), never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(pub(crate) u64);

/// Branch and method of a client transaction's request: what a response is matched by (§17.1.3).
pub(crate) fn client_match(branch: &str, method: &Method) -> Box<str> {
    format!("{branch} {method}").into()
}

/// Branch, sent-by and method of a request: what makes two requests the same (§17.2.3). An ACK belongs to its INVITE.
pub(crate) fn server_match(via: &Via<'_>, method: &Method) -> Box<str> {
    let mut key = String::with_capacity(64);
    // Writing to a String cannot fail.
    let _ = write!(key, "{} {} ", via.branch().unwrap_or_default(), via.sent_by);
    key.make_ascii_lowercase();
    // §7.1: of these a method alone is case-sensitive
    let _ = write!(key, "{}", if *method == Method::Ack { &Method::Invite } else { method });
    key.into()
}
