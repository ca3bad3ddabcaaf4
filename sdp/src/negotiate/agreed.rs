//! What both sides have agreed upon, and where the peer is.

use crate::attribute::Direction;
use crate::negotiate::section::{Peer, Section};
use crate::negotiate::{Codec, MediaKind};
use crate::text::Text;
use std::net::SocketAddr;
use std::time::Duration;

/// One codec that both sides have. Each side may have its own payload type for it (RFC 3264 §5.1): what we send bears
/// the peer's, what we receive bears ours.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgreedCodec {
    /// The codec as we have it. Its payload type is [`receive_pt`](AgreedCodec::receive_pt), its parameters are those
    /// that we ask of the peer.
    pub codec: Codec,
    /// The payload type of what we send.
    pub send_pt: u8,
    /// The payload type of what we receive.
    pub receive_pt: u8,
    /// What the peer asks of what we send: for telephone-event, the events that it understands.
    pub send_fmtp: Option<Text>,
}

/// What offer and answer agreed upon for one stream: all that a media session must know of the peer. What belongs to
/// the keys and to ICE stands in the peer's description, at the m= line [`transport`](Agreed::transport).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Agreed {
    /// Which m= line the stream is, from 0.
    pub media: usize,
    /// What kind of media.
    pub kind: MediaKind,
    /// Which of ours it is: its [key](crate::LocalStream::key), and its place in the list that was last given.
    pub key: u32,
    /// See [`key`](Agreed::key).
    pub stream: usize,
    /// Its identification-tag, if it has one (RFC 5888).
    pub mid: Option<Text>,
    /// Whose transport it uses: its own m= line, or the tagged one of its group (RFC 9143).
    pub transport: usize,
    /// Where to send RTP. Unspecified while the peer holds in the way of RFC 2543 (nothing is sent then), and before ICE
    /// has found the address.
    pub remote: SocketAddr,
    /// Where to send RTCP.
    pub remote_rtcp: SocketAddr,
    /// Whether RTCP comes and goes where RTP does (RFC 5761).
    pub rtcp_mux: bool,
    /// Every codec of sound or pictures that may arrive, most wanted first. Empty only for what is not RTP.
    pub codecs: Vec<AgreedCodec>,
    /// telephone-event at the clock of [`codec`](Agreed::codec), if both sides have it.
    pub dtmf: Option<AgreedCodec>,
    /// Comfort noise at the clock of [`codec`](Agreed::codec), if both sides have it.
    pub comfort_noise: Option<AgreedCodec>,
    /// For what is not RTP: the formats that both sides have, in the peer's order.
    pub formats: Vec<Text>,
    /// Which way media flows, as we say it.
    pub direction: Direction,
    /// Whether the peer does not want to hear us although it could: it holds us (RFC 3264 §8.4).
    pub is_held: bool,
    /// How much sound the peer would like in each packet; not more than `max_ptime`.
    pub ptime: Option<Duration>,
    /// How much sound the peer bears in each packet.
    pub max_ptime: Option<Duration>,
}

/// What is known of a stream before the peer's side of it is read.
pub(crate) struct Ground {
    pub(crate) media: usize,
    pub(crate) kind: MediaKind,
    pub(crate) key: u32,
    pub(crate) stream: usize,
    pub(crate) mid: Option<Text>,
    pub(crate) transport: usize,
    pub(crate) remote: (SocketAddr, SocketAddr),
    pub(crate) rtcp_mux: bool,
    pub(crate) formats: Vec<Text>,
    /// Our direction.
    pub(crate) willing: Direction,
}

impl Agreed {
    /// The codec to send: the most wanted of [`codecs`](Agreed::codecs). `None` only for what is not RTP.
    pub fn codec(&self) -> Option<&AgreedCodec> {
        self.codecs.first()
    }

    /// Reads the peer's side of a stream. `common` is what both sides have, most wanted first; `transport` is the m= line
    /// of whose transport it is.
    pub(crate) fn read(
        ground: Ground,
        peer: &Peer<'_>,
        section: &Section<'_>,
        transport: &Section<'_>,
        common: Vec<AgreedCodec>,
    ) -> Self {
        let clock = common.iter().find(|c| c.codec.carries_media()).map(|first| first.codec.clock_rate);
        let (mut codecs, mut dtmf, mut comfort_noise) = (Vec::with_capacity(common.len()), None, None);
        for c in common {
            if c.codec.carries_media() {
                codecs.push(c);
            } else if Some(c.codec.clock_rate) == clock && c.codec.is_telephone_event() {
                dtmf.get_or_insert(c);
            } else if Some(c.codec.clock_rate) == clock && c.codec.is_comfort_noise() {
                comfort_noise.get_or_insert(c);
            }
        }
        let (remote, remote_rtcp) = ground.remote;
        let said = peer.direction(section);
        // RFC 3264 §8.4: an unspecified address is the old way to say that nothing shall be sent there.
        let peers = Direction::new(said.sends(), said.receives() && !peer.is_silenced(transport, remote.ip()));
        let max_ptime = section.max_ptime;
        Agreed {
            media: ground.media,
            kind: ground.kind,
            key: ground.key,
            stream: ground.stream,
            mid: ground.mid,
            transport: ground.transport,
            remote,
            remote_rtcp: if ground.rtcp_mux { remote } else { remote_rtcp },
            rtcp_mux: ground.rtcp_mux,
            dtmf,
            comfort_noise,
            codecs,
            formats: ground.formats,
            direction: ground.willing.intersect(peers.reversed()),
            is_held: !peers.receives(),
            ptime: section.ptime.map(|wish| max_ptime.map_or(wish, |max| wish.min(max))),
            max_ptime,
        }
    }
}
