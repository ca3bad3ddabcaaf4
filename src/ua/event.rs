//! What a user agent is told and tells.

use crate::account::AccountId;
use crate::call::MediaTerms;
use crate::registration::RegistrationEvent;
use crate::resolve::Answer;
use bytes::Bytes;
use offhook_core::{Flow, Protocol};
use offhook_sip_dialog::Cause;
use offhook_sip_parser::{Message, Status};
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

/// Names a call of a [`Ua`](super::Ua); never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub(crate) u64);

/// Names a [`Query`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueryId(pub(crate) u64);

/// What a [`Ua`](super::Ua) is told; its verbs are methods.
#[derive(Debug, Clone)]
pub enum Input {
    /// A datagram came, or a message on a stream.
    Received {
        /// Where from, and at which address of ours; that must not be an unspecified one.
        flow: Flow,
        /// The bytes.
        contents: Bytes,
    },
    /// The answer to an [`Event::Dns`].
    Dns {
        /// Which query.
        id: crate::resolve::QueryId,
        /// What name servers say; [`Answer::Unsupported`] where nobody can be asked.
        answer: Answer,
    },
    /// The answer to an [`Event::Way`].
    Way {
        /// Which query.
        id: QueryId,
        /// The flow that leads there; `None` if there is none.
        flow: Option<Flow>,
    },
    /// What was sent on this flow did not arrive, or cannot be sent: requests that wait for their answer there fail.
    TransportFailed {
        /// The flow.
        flow: Flow,
    },
    /// The connection of this flow is gone, with all that was sent written. Answers may still come over another.
    Closed {
        /// The flow.
        flow: Flow,
    },
    /// The time that was asked for has come.
    Timeout,
}

/// A question for the driver: by which flow is this place reached?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// To be given back with the answer.
    pub id: QueryId,
    /// The transport.
    pub protocol: Protocol,
    /// Their address and port.
    pub remote: SocketAddr,
    /// The name that their certificate must have, where the transport has one (RFC 5922 §7.2).
    pub name: Arc<str>,
}

/// What a [`Ua`](super::Ua) tells.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// An account's registration has changed.
    Registration {
        /// The account.
        account: AccountId,
        /// How it stands now.
        event: RegistrationEvent,
    },
    /// Somebody calls and can be answered: what they offer has a codec of ours. 180 is under way unless
    /// [`Config::ring`](crate::Config::ring) is off.
    Incoming {
        /// The new call.
        call: CallId,
        /// The INVITE.
        request: Message,
        /// Where it came from.
        flow: Flow,
    },
    /// Our call moves: 180, 183 and the like.
    Progress {
        /// The call.
        call: CallId,
        /// The status.
        status: Status,
        /// The whole response.
        response: Message,
    },
    /// Both sides agree on media: make a [`Media`](crate::call::Media) of it, or update the one there is.
    Media {
        /// The call.
        call: CallId,
        /// What was agreed.
        terms: Box<MediaTerms>,
    },
    /// Both sides know that the call is answered.
    Established {
        /// The call.
        call: CallId,
    },
    /// The call is over. Nothing more comes of it.
    Ended {
        /// The call.
        call: CallId,
        /// Why.
        cause: Ended,
    },
    /// The driver is to ask a name server; [`Input::Dns`] answers.
    Dns(crate::resolve::Query),
    /// The driver is asked for the flow that leads to a place; [`Input::Way`] answers.
    Way(Query),
    /// All calls and registrations are gone, as [`shut_down`](super::Ua::shut_down) asked. Transactions may still wait for
    /// stray retransmissions; nothing hangs on them.
    ShutDown,
}

/// Why a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ended {
    /// What the dialog layer says.
    Session(Cause),
    /// The way to the callee was not found.
    NoWay,
    /// It rang for [`Config::ring_limit`](crate::Config::ring_limit) and was not answered.
    NoAnswer,
    /// The answer to our offer, or theirs to ours, could not be used.
    BadAnswer,
}

impl Ended {
    /// Whether the call was a call and ended by one side hanging up.
    pub fn is_normal(self) -> bool {
        matches!(self, Ended::Session(Cause::LocalHangUp | Cause::RemoteHangUp))
    }

    /// One word for logs and reports: `local-hang-up`, `rejected`, `no-answer` ….
    pub fn word(self) -> &'static str {
        match self {
            Ended::NoWay => "no-way",
            Ended::NoAnswer => "no-answer",
            Ended::BadAnswer => "bad-answer",
            Ended::Session(cause) => match cause {
                Cause::LocalHangUp => "local-hang-up",
                Cause::RemoteHangUp => "remote-hang-up",
                Cause::Cancelled => "cancelled",
                Cause::GaveUp => "gave-up",
                Cause::Refused(_) => "refused",
                Cause::Rejected(_) => "rejected",
                Cause::Unauthorized(..) => "unauthorized",
                Cause::Failed(_) => "failed",
                Cause::NoAck => "no-ack",
                Cause::NoContact => "no-contact",
                _ => "ended",
            },
        }
    }

    /// The status that ended it, where one did.
    pub fn status(self) -> Option<Status> {
        match self {
            Ended::Session(Cause::Refused(s) | Cause::Rejected(s) | Cause::Unauthorized(s, _)) => Some(s),
            _ => None,
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::NoWay => f.write_str("the callee's host is not found or not reachable"),
            Ended::NoAnswer => f.write_str("it rang and was not answered"),
            Ended::BadAnswer => f.write_str("the answer to our offer cannot be used"),
            Ended::Session(cause) => match cause {
                Cause::LocalHangUp => f.write_str("hung up here"),
                Cause::RemoteHangUp => f.write_str("hung up by the other side"),
                Cause::Cancelled => f.write_str("the caller gave up before it was answered"),
                Cause::GaveUp => f.write_str("given up before it was answered"),
                Cause::Refused(s) => write!(f, "refused with {s}"),
                Cause::Rejected(s) => write!(f, "rejected with {s}"),
                Cause::Unauthorized(s, why) => write!(f, "not authorized ({s}): {why}"),
                Cause::Failed(why) => write!(f, "{why}"),
                Cause::NoAck => f.write_str("our answer was never acknowledged"),
                Cause::NoContact => f.write_str("the answer has no usable Contact"),
                _ => f.write_str("ended"),
            },
        }
    }
}
