//! What both sides have agreed upon, and where the peer is.

use crate::attribute::{Direction, MaxPtime, Ptime, Rtcp};
use crate::description::{MediaDescription, SessionDescription};
use crate::error::NegotiateError;
use crate::negotiate::Codec;
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
    pub send_fmtp: Option<String>,
}

/// What offer and answer agreed upon: all that a media session must know of the peer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Agreed {
    /// Which m= line the stream is, from 0.
    pub media: usize,
    /// Where to send RTP. Unspecified while the peer holds in the way of RFC 2543; nothing is sent then.
    pub remote: SocketAddr,
    /// Where to send RTCP.
    pub remote_rtcp: SocketAddr,
    /// The codec to send: the most wanted of [`codecs`](Agreed::codecs).
    pub codec: AgreedCodec,
    /// Every codec of speech that may arrive, most wanted first.
    pub codecs: Vec<AgreedCodec>,
    /// telephone-event at the clock of [`codec`](Agreed::codec), if both sides have it.
    pub dtmf: Option<AgreedCodec>,
    /// Which way media flows, as we say it.
    pub direction: Direction,
    /// Whether the peer does not want to hear us although it could: it holds us (RFC 3264 §8.4).
    pub is_held: bool,
    /// How much sound the peer would like in each packet; not more than `max_ptime`.
    pub ptime: Option<Duration>,
    /// How much sound the peer bears in each packet.
    pub max_ptime: Option<Duration>,
}

impl Agreed {
    /// Reads the peer's side of the m= line `index`. `common` is what both sides have, most wanted first; `willing` is
    /// our direction.
    pub(crate) fn read(
        peer: &SessionDescription,
        index: usize,
        media: &MediaDescription,
        common: &[AgreedCodec],
        willing: Direction,
    ) -> Result<Self, NegotiateError> {
        let codecs: Vec<_> = common.iter().filter(|c| c.codec.is_speech()).cloned().collect();
        let codec = codecs.first().ok_or(NegotiateError::NoCommonCodec)?.clone();
        let is_event = |c: &&AgreedCodec| c.codec.is_telephone_event() && c.codec.clock_rate == codec.codec.clock_rate;
        let dtmf = common.iter().find(is_event).cloned();

        let (remote, remote_rtcp) = addresses(peer, index, media)?;
        let said = peer.direction_of(media);
        // RFC 3264 §8.4: an unspecified address is the old way to say that nothing shall be sent there.
        let peers = Direction::new(said.sends(), said.receives() && !remote.ip().is_unspecified());

        let max_ptime = media.typed::<MaxPtime>().ok().flatten().map(|max| max.0);
        let wish = media.typed::<Ptime>().ok().flatten().map(|ptime| ptime.0);
        let ptime = wish.map(|wish| max_ptime.map_or(wish, |max| wish.min(max)));
        let direction = willing.intersect(peers.reversed());
        let is_held = !peers.receives();
        Ok(Agreed { media: index, remote, remote_rtcp, codec, codecs, dtmf, direction, is_held, ptime, max_ptime })
    }
}

/// Where the peer receives RTP and RTCP.
fn addresses(
    peer: &SessionDescription,
    index: usize,
    media: &MediaDescription,
) -> Result<(SocketAddr, SocketAddr), NegotiateError> {
    let connection = peer
        .connection_of(media)
        .map_err(|_| NegotiateError::BadConnection { media: index })?
        .ok_or(NegotiateError::NoConnection { media: index })?;
    let ip = connection.address.ip().ok_or(NegotiateError::UnresolvedName { media: index })?;
    let port = u16::try_from(media.port).map_err(|_| NegotiateError::BadPort { media: index })?;
    let remote = SocketAddr::new(ip, port);
    // RFC 3605 §2.1. One that cannot be read, or that names a host, does not cost the call: RTCP then goes to the
    // host of RTP.
    let rtcp = match media.typed::<Rtcp>() {
        Ok(Some(rtcp)) => SocketAddr::new(rtcp.address.and_then(|address| address.ip()).unwrap_or(ip), rtcp.port),
        // RFC 3550 §11: the next higher port. After 65535 there is none.
        Ok(None) | Err(_) => SocketAddr::new(ip, port.checked_add(1).unwrap_or(port)),
    };
    Ok((remote, rtcp))
}
