//! The m= line of a stream of ours, with all that belongs to it.

use crate::address::Connection;
use crate::attribute::Direction;
use crate::attribute::{Fmtp, MaxPtime, Ptime, Rtcp, Rtpmap, TypedAttribute};
use crate::description::MediaDescription;
use crate::negotiate::bundle::is_of_transport;
use crate::negotiate::{Codec, LocalStream};
use std::net::{IpAddr, SocketAddr};

/// What the negotiation has decided of a stream.
pub(crate) struct Place<'a> {
    /// The c= of the session: that of the stream is only said where it differs.
    pub(crate) session: IpAddr,
    /// Where the stream receives: its own address, or that of its group.
    pub(crate) address: SocketAddr,
    /// Whether it has a transport of its own, so that its lines stand here.
    pub(crate) has_transport: bool,
    /// Whether it is bundled, so that RTCP has no port.
    pub(crate) is_bundled: bool,
    /// Whether port 0 and a=bundle-only are said.
    pub(crate) bundle_only: bool,
    pub(crate) rtcp_mux: bool,
    pub(crate) rtcp_mux_only: bool,
    pub(crate) mid: Option<&'a str>,
    pub(crate) direction: Direction,
}

/// RTP payload types that need no rtpmap get one too, as RFC 3264 §5.1 recommends.
pub(crate) fn describe<'a>(
    stream: &LocalStream,
    codecs: impl Iterator<Item = &'a Codec> + Clone,
    formats: &[String],
    place: &Place<'_>,
) -> MediaDescription {
    let port = if place.bundle_only { 0 } else { place.address.port() };
    let payload_types = codecs.clone().map(|codec| codec.payload_type.to_string());
    let formats = payload_types.chain(formats.iter().cloned());
    let mut media = MediaDescription::new(stream.kind.as_str(), port, stream.protocol.as_str(), formats);

    let more = |is_attribute: bool| {
        let said = move |line: &&crate::line::Line| (line.kind == 'a') == is_attribute;
        stream.lines.iter().filter(said).filter(|line| place.has_transport || !is_of_transport(line))
    };
    for line in more(false) {
        media.lines.push(line.kind, line.value.as_str());
    }
    if place.address.ip() != place.session {
        media.lines.set('c', Connection::from(place.address.ip()).to_string());
    }
    for codec in codecs {
        media.lines.push('a', format!("{}:{}", Rtpmap::NAME, codec.rtpmap()));
        if let Some(fmtp) = &codec.fmtp {
            media.lines.push('a', format!("{}:{} {fmtp}", Fmtp::NAME, codec.payload_type));
        }
    }
    if let Some(ptime) = stream.ptime {
        media.lines.push_typed(&Ptime(ptime));
    }
    if let Some(max) = stream.max_ptime {
        media.lines.push_typed(&MaxPtime(max));
    }
    media.lines.push_attribute(place.direction.as_str(), "");
    let next = place.address.port().checked_add(1);
    if let Some(port) = stream.rtcp_port.filter(|&port| !place.is_bundled && Some(port) != next) {
        media.lines.push_typed(&Rtcp { port, address: None });
    }
    if let Some(mid) = place.mid {
        media.lines.push_attribute("mid", mid);
    }
    for (said, name) in
        [(place.rtcp_mux, "rtcp-mux"), (place.rtcp_mux_only, "rtcp-mux-only"), (place.bundle_only, "bundle-only")]
    {
        if said {
            media.lines.push_attribute(name, "");
        }
    }
    for line in more(true) {
        media.lines.push(line.kind, line.value.as_str());
    }
    media
}

/// A stream that is not there: port 0 (RFC 3264 §6, §8.2), with its identification-tag if it has one. The grammar asks
/// for a format, though it means nothing here.
pub(crate) fn refuse<F: Into<String>>(
    kind: &str,
    protocol: &str,
    formats: impl IntoIterator<Item = F>,
    mid: Option<&str>,
) -> MediaDescription {
    let mut media = MediaDescription::new(kind, 0, protocol, formats);
    if media.formats.is_empty() {
        media.formats.push("0".to_owned());
    }
    if let Some(mid) = mid {
        media.lines.push_attribute("mid", mid);
    }
    media
}
