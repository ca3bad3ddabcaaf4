//! What we bring to the table.

use crate::attribute::{Direction, Fmtp, Ptime, Rtcp};
use crate::description::MediaDescription;
use crate::negotiate::Codec;
use std::net::SocketAddr;
use std::time::Duration;

/// Our side of the audio stream.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LocalMedia {
    /// Where we receive RTP, as the peer can reach it: never an unspecified address, which would mean hold.
    pub address: SocketAddr,
    /// Where we receive RTCP, on the same host; `None` is the port after RTP's (RFC 3550 §11).
    pub rtcp_port: Option<u16>,
    /// What we have, most wanted first, with telephone-event among it.
    pub codecs: Vec<Codec>,
    /// How much sound we would like in each packet; `None` says nothing.
    pub ptime: Option<Duration>,
    /// Which way we are willing to let media flow: `SendOnly` or `Inactive` holds the peer (RFC 3264 §8.4).
    pub direction: Direction,
}

impl LocalMedia {
    /// Both ways, RTCP on the port after RTP's, no wish for a packet time.
    pub fn new(address: SocketAddr, codecs: impl Into<Vec<Codec>>) -> Self {
        LocalMedia { address, rtcp_port: None, codecs: codecs.into(), ptime: None, direction: Direction::SendRecv }
    }

    /// With another direction.
    #[must_use]
    pub fn with_direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// With a wish for how much sound is in each packet.
    #[must_use]
    pub fn with_ptime(mut self, ptime: Duration) -> Self {
        self.ptime = Some(ptime);
        self
    }

    /// With another port for RTCP.
    #[must_use]
    pub fn with_rtcp_port(mut self, port: u16) -> Self {
        self.rtcp_port = Some(port);
        self
    }

    /// The m= line with all that belongs to it. RTP/AVP payload types that need no rtpmap get one too, as RFC 3264 §5.1
    /// recommends.
    pub(crate) fn describe(&self, codecs: &[Codec], direction: Direction) -> MediaDescription {
        let formats = codecs.iter().map(|codec| codec.payload_type.to_string());
        let mut media = MediaDescription::new("audio", self.address.port(), super::matching::PROFILE, formats);
        for codec in codecs {
            media.lines.push_typed(&codec.rtpmap());
            if let Some(fmtp) = &codec.fmtp {
                let format = codec.payload_type.to_string();
                media.lines.push_typed(&Fmtp { format, parameters: fmtp.clone() });
            }
        }
        if let Some(ptime) = self.ptime {
            media.lines.push_typed(&Ptime(ptime));
        }
        media.lines.set_direction(direction);
        if let Some(port) = self.rtcp_port.filter(|&port| Some(port) != self.address.port().checked_add(1)) {
            media.lines.push_typed(&Rtcp { port, address: None });
        }
        media
    }
}
