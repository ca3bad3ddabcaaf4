//! What was agreed on a call's media.

use crate::error::Error;
use offhook_core::Flow;
use offhook_rtp::{PayloadType, RtcpPath};
use offhook_sdp::{Agreed, AgreedCodec, Codec, Direction};
use std::net::SocketAddr;
use std::time::Duration;

/// Refuses codecs that are not built in, before they are offered to anybody.
pub(crate) fn check_codecs(codecs: &[Codec]) -> Result<(), Error> {
    let is_unknown = |c: &&Codec| offhook_media::codec::by_name(&c.name, c.clock_rate).is_none();
    match codecs.iter().find(is_unknown) {
        Some(codec) => Err(Error::UnknownCodec { name: codec.name.to_string(), clock_rate: codec.clock_rate }),
        None => Ok(()),
    }
}

/// Our own address for one call's media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaAddress {
    /// For RTP. With an unspecified IP the one that leads to the peer's signalling address is meant.
    pub rtp: SocketAddr,
    /// For RTCP; `None`: no RTCP.
    pub rtcp: Option<SocketAddr>,
}

impl MediaAddress {
    /// An RTP address, with RTCP at the next port (RFC 3550 §11).
    pub fn pair(rtp: SocketAddr) -> Self {
        let rtcp = rtp.port().checked_add(1).map(|port| SocketAddr::new(rtp.ip(), port));
        MediaAddress { rtp, rtcp }
    }

    /// With the IP that is meant.
    pub(crate) fn on(self, flow: &Flow) -> Self {
        let concrete = |a: SocketAddr| {
            if a.ip().is_unspecified() { SocketAddr::new(flow.local.ip(), a.port()) } else { a }
        };
        MediaAddress { rtp: concrete(self.rtp), rtcp: self.rtcp.map(concrete) }
    }
}

/// What both sides agreed on.
#[derive(Debug, Clone, PartialEq)]
pub struct MediaTerms {
    /// Our RTP address and the peer's.
    pub flow: Flow,
    /// Where RTCP goes.
    pub rtcp: RtcpPath,
    /// The codec to send.
    pub codec: AgreedCodec,
    /// Every codec that may come.
    pub codecs: Vec<AgreedCodec>,
    /// Telephone events, if the peer takes them.
    pub dtmf: Option<AgreedCodec>,
    /// Which way sound goes, from our side.
    pub direction: Direction,
    /// How much sound a packet of ours carries.
    pub ptime: Duration,
}

impl MediaTerms {
    /// `None` where nothing that carries sound was agreed on.
    pub(crate) fn new(local: &MediaAddress, agreed: Agreed, ptime: Duration) -> Option<Self> {
        let codec = agreed.codec()?.clone();
        let rtcp = match local.rtcp {
            Some(rtcp) => RtcpPath::Flow(Flow::udp(rtcp, agreed.remote_rtcp)),
            None => RtcpPath::Off,
        };
        // What the peer asks for within reason; beyond that a packet is late or heavy
        let asked = agreed.ptime.or(agreed.max_ptime.filter(|&max| max < ptime)).unwrap_or(ptime);
        let ptime = Duration::from_millis((asked.as_millis() as u64 / 10 * 10).clamp(10, 60));
        Some(MediaTerms {
            flow: Flow::udp(local.rtp, agreed.remote),
            rtcp,
            codec,
            codecs: agreed.codecs,
            dtmf: agreed.dtmf,
            direction: agreed.direction,
            ptime,
        })
    }

    pub(crate) fn rtp_terms(&self) -> offhook_rtp::Terms {
        let audio = self.codecs.iter().filter_map(|c| PayloadType::new(c.receive_pt)).collect();
        let mut terms = offhook_rtp::Terms::new(self.flow, audio);
        terms.rtcp = self.rtcp;
        terms.dtmf_receive = self.dtmf.as_ref().and_then(|d| PayloadType::new(d.receive_pt));
        terms.dtmf_send = self.dtmf.as_ref().and_then(|d| PayloadType::new(d.send_pt));
        terms
    }
}
