//! What a session is told: for its life ([`Config`]) and by each offer and answer ([`Terms`]).

use crate::dtmf;
use crate::ident::PayloadType;
use crate::rtcp::Cname;
use crate::stats::emodel::Impairment;
use offhook_core::Flow;
use std::num::NonZeroU32;
use std::time::Duration;

/// What holds as long as the session lives.
#[derive(Debug, Clone)]
pub struct Config {
    /// Our canonical name in RTCP.
    pub cname: Cname,
    /// Ticks of the RTP timestamp per second. 8000 for G.711 (RFC 3551 §6), which is the default.
    pub clock_rate: NonZeroU32,
    /// What the codec does to speech, for the estimate of quality. G.711 without concealment by default.
    pub impairment: Impairment,
    /// The least pause between two digits sent: [`dtmf::DEFAULT_GAP`].
    pub digit_gap: Duration,
    /// The level of the digits sent, in dBm0 without the sign: [`dtmf::DEFAULT_VOLUME`].
    pub digit_volume: u8,
    /// The first terms.
    pub terms: Terms,
}

impl Config {
    /// With the defaults said at each field.
    pub fn new(cname: Cname, terms: Terms) -> Self {
        Config {
            cname,
            clock_rate: const { NonZeroU32::new(8000).expect("not zero") },
            impairment: Impairment::G711,
            digit_gap: dtmf::DEFAULT_GAP,
            digit_volume: dtmf::DEFAULT_VOLUME,
            terms,
        }
    }
}

/// What an offer and its answer agree upon; changed by [`Session::update`](super::Session::update).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Our RTP address and the one that the peer signalled.
    pub flow: Flow,
    /// Where RTCP goes. [`RtcpPath::Mux`] by default.
    pub rtcp: RtcpPath,
    /// Payload types of sound that the peer may send.
    pub audio: Vec<PayloadType>,
    /// The payload type of the telephone events that the peer may send. None by default.
    pub dtmf_receive: Option<PayloadType>,
    /// The payload type of telephone events that the peer takes. None by default.
    pub dtmf_send: Option<PayloadType>,
    /// Whom to believe. [`SourcePolicy::Symmetric`] by default.
    pub source_policy: SourcePolicy,
}

impl Terms {
    /// With the defaults said at each field.
    pub fn new(flow: Flow, audio: Vec<PayloadType>) -> Self {
        let (rtcp, source_policy) = (RtcpPath::Mux, SourcePolicy::Symmetric);
        Terms { flow, rtcp, audio, dtmf_receive: None, dtmf_send: None, source_policy }
    }
}

/// Where RTCP goes and comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RtcpPath {
    /// Over the flow of RTP (RFC 5761).
    Mux,
    /// Over a flow of its own (RFC 3550 §11, RFC 3605).
    Flow(Flow),
    /// None is sent, and what comes is dropped.
    Off,
}

/// Whose packets are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourcePolicy {
    /// Those from the signalled address only.
    Strict,
    /// Those from the signalled address; or, while that one is silent, from the first address that sends a packet of
    /// the negotiated kind, which is then kept and answered to (symmetric RTP, RFC 4961; "latching", RFC 7362 §4).
    Symmetric,
}

/// One interval's sound, encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AudioPayload<'a> {
    /// Its payload type.
    pub payload_type: PayloadType,
    /// Its octets.
    pub data: &'a [u8],
}
