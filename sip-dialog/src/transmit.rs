//! What goes down to the transaction layer.

use crate::session::SessionId;
use offhook_sip_parser::{Draft, Uri};
use offhook_sip_transaction::{ClientKey, ServerId};

/// A message for the transaction layer to carry. The layer between finds the flow that leads to `next_hop`.
#[derive(Debug, Clone)]
pub enum Transmit {
    /// A new request.
    Request {
        /// The call that it belongs to.
        session: SessionId,
        /// What its responses carry.
        key: ClientKey,
        /// The request without its Via.
        request: Draft,
        /// Where it goes (RFC 3261 §8.1.2): the first route, or the Request-URI.
        next_hop: Uri,
    },
    /// The ACK of a 2xx, outside any transaction.
    Ack {
        /// The call that it belongs to.
        session: SessionId,
        /// The ACK without its Via.
        request: Draft,
        /// Where it goes.
        next_hop: Uri,
    },
    /// Give up the INVITE of `key`.
    Cancel {
        /// The INVITE.
        key: ClientKey,
    },
    /// A response.
    Response {
        /// The request that it answers.
        id: ServerId,
        /// The response.
        response: Draft,
    },
}
