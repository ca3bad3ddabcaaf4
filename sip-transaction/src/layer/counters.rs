//! What is counted.

/// What was dropped or refused without a word to the layer above. Each only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counters {
    /// Bytes that are no SIP message and cannot be answered.
    pub not_sip: u64,
    /// Requests answered 4xx or 505 because they are malformed.
    pub malformed_requests: u64,
    /// Malformed responses and ACKs, and requests without a readable Via: dropped, as nobody waits for an answer or
    /// nobody knows where.
    pub malformed_dropped: u64,
    /// Requests answered 400 because their branch is of RFC 2543.
    pub rfc_2543: u64,
    /// Requests answered 482 because they came before on another way (RFC 3261 §8.2.2.2).
    pub merged: u64,
    /// Requests answered 503 because [`Admission`](crate::Admission) said so.
    pub refused: u64,
    /// Requests, ACKs among them, dropped because [`Admission`](crate::Admission) said so.
    pub unadmitted: u64,
    /// ACKs of a failure response or of a stateless answer: nobody waits for them.
    pub acks_absorbed: u64,
    /// CANCELs of an INVITE that is over or never was. They are told like others.
    pub cancels_of_nothing: u64,
    /// Responses that match no request of ours, dropped.
    pub stray_responses: u64,
    /// Requests answered 503 because [`Config::max_servers`](crate::Config::max_servers) was reached.
    pub overloaded: u64,
    /// Retransmissions absorbed.
    pub retransmissions_received: u64,
    /// Messages sent again.
    pub retransmissions_sent: u64,
    /// Keep-alives (RFC 5626 §3.5.1).
    pub keep_alives: u64,
}
