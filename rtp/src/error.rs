//! What can be wrong: with bytes ([`ParseError`]) and with a call of ours ([`Error`]).

use std::fmt;

/// Why bytes are not an RTP, RTCP or telephone-event packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// The bytes end inside a part.
    #[error("{part} at byte {at} reaches past the end")]
    Truncated {
        /// The part that is cut.
        part: Part,
        /// Where the part begins.
        at: usize,
    },
    /// The version field is not 2 (RFC 3550 §5.1, §6.4.1).
    #[error("version {found} at byte {at}, where only 2 is RTP")]
    Version {
        /// The version found.
        found: u8,
        /// Where.
        at: usize,
    },
    /// The padding count is zero, reaches past the contents, or breaks RTCP's alignment of 4 (RFC 3550 §5.1).
    #[error("bad padding count {count} at byte {at}")]
    Padding {
        /// The count found.
        count: u8,
        /// Where: the last octet of the packet.
        at: usize,
    },
    /// The text of an SDES item or of a BYE reason is not UTF-8 (RFC 3550 §6.5).
    #[error("text at byte {at} is not UTF-8")]
    NotUtf8 {
        /// Where the text begins.
        at: usize,
    },
}

/// A part of a packet, for [`ParseError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The twelve fixed octets of RTP.
    Header,
    /// The list of contributing sources.
    Csrc,
    /// The header extension.
    Extension,
    /// An RTCP packet, by its length field.
    Rtcp,
    /// The sender information of an SR.
    SenderInfo,
    /// A reception report block.
    ReportBlock,
    /// An SDES chunk or item.
    Sdes,
    /// The sources or the reason of a BYE.
    Bye,
    /// A telephone-event payload.
    TelephoneEvent,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Header => "RTP header",
            Part::Csrc => "CSRC list",
            Part::Extension => "header extension",
            Part::Rtcp => "RTCP packet",
            Part::SenderInfo => "sender information",
            Part::ReportBlock => "report block",
            Part::Sdes => "SDES chunk",
            Part::Bye => "BYE",
            Part::TelephoneEvent => "telephone event",
        })
    }
}

/// Why a verb was refused. The machine is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The session is closed.
    #[error("the session is closed")]
    Closed,
    /// The peer takes no telephone events.
    #[error("telephone events are not negotiated")]
    DtmfNotNegotiated,
    /// As many digits wait as may wait.
    #[error("{limit} digits are waiting already")]
    QueueFull {
        /// How many may wait: [`dtmf::QUEUE_LIMIT`](crate::dtmf::QUEUE_LIMIT).
        limit: usize,
    },
    /// A canonical name is 1 to 255 octets (RFC 3550 §6.5).
    #[error("a CNAME of {length} octets, where 1 to 255 are allowed")]
    CnameLength {
        /// The length given.
        length: usize,
    },
}
