//! What a layer is told and tells.

use super::loops::LoopMark;
use crate::Failure;
use crate::key::{ClientKey, ServerId};
use bytes::Bytes;
use offhook_core::Flow;
use offhook_sip_parser::{Draft, Message};

/// What a [`Layer`](crate::Layer) is told.
#[derive(Debug, Clone)]
pub enum Input {
    /// Bytes came: one datagram, or one message framed from a stream.
    Received {
        /// Where from, and on what.
        flow: Flow,
        /// The bytes.
        contents: Bytes,
    },
    /// Send a request (anything but ACK and CANCEL) and hear its responses under `key`.
    Request {
        /// What events about it will carry.
        key: ClientKey,
        /// Where to.
        flow: Flow,
        /// The request without its Via.
        request: Draft,
    },
    /// Give up the INVITE of `key`: a CANCEL leaves as soon as that is allowed (RFC 3261 §9.1). Its final response, 487 as
    /// a rule, still comes as [`Event::Response`].
    Cancel {
        /// The INVITE.
        key: ClientKey,
    },
    /// Send the ACK of a 2xx: once, with a branch of its own (RFC 3261 §13.2.2.4).
    Ack {
        /// Where to.
        flow: Flow,
        /// The ACK without its Via.
        request: Draft,
    },
    /// Send on a request that was received (anything but ACK and CANCEL), as [`Edit`](offhook_sip_parser::Edit) changed it
    /// and without a Via of ours, and hear its responses under `key`: a branch of a stateful proxy (RFC 3261 §16.6).
    Forward {
        /// What events about it will carry.
        key: ClientKey,
        /// Where to.
        flow: Flow,
        /// The request.
        request: Message,
        /// What tells by our Via that it has been here, from [`Layer::loop_mark`](crate::Layer::loop_mark).
        mark: Option<LoopMark>,
    },
    /// Send on the ACK of a 2xx: once, with a branch of its own.
    ForwardAck {
        /// Where to.
        flow: Flow,
        /// The ACK.
        request: Message,
    },
    /// Answer a request with a response that was received, its topmost Via taken off (§16.7).
    Relay {
        /// Which.
        id: ServerId,
        /// The response.
        response: Message,
    },
    /// Answer a request.
    Respond {
        /// Which.
        id: ServerId,
        /// The response.
        response: Draft,
    },
    /// Nothing can be sent on this flow any more.
    TransportFailed {
        /// The flow.
        flow: Flow,
    },
    /// The time that was asked for has come.
    Timeout,
}

/// What a [`Layer`](crate::Layer) tells.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A new request. Answer it with [`Input::Respond`].
    Request {
        /// Its transaction.
        id: ServerId,
        /// The request, its top Via noted with where it came from.
        request: Message,
        /// Where it came from.
        flow: Flow,
    },
    /// A CANCEL, itself a request that wants an answer: 200, or 481 where `invite` is `None`. The INVITE then wants its
    /// 487.
    Cancel {
        /// The CANCEL's own transaction.
        id: ServerId,
        /// The INVITE that it is about, if that is still open.
        invite: Option<ServerId>,
        /// The CANCEL.
        request: Message,
        /// Where it came from.
        flow: Flow,
    },
    /// The ACK of a 2xx. It has no answer.
    Ack {
        /// The ACK.
        request: Message,
        /// Where it came from.
        flow: Flow,
    },
    /// A response to a request of ours. To an INVITE there may be several 2xx.
    Response {
        /// The request.
        key: ClientKey,
        /// The response.
        response: Message,
    },
    /// A request of ours ended without a final response; or, after a failure response, its ACK could not be sent.
    Failed {
        /// The request.
        key: ClientKey,
        /// Why.
        failure: Failure,
    },
    /// Our failure response to an INVITE was never acknowledged (timer H).
    NoAck {
        /// The INVITE.
        id: ServerId,
    },
}
