//! The m= line of a stream of ours, with all that belongs to it.

use crate::address::Connection;
use crate::attribute::Direction;
use crate::attribute::{Fmtp, MaxPtime, Ptime, Rtcp, Rtpmap, TypedAttribute};
use crate::description::MediaDescription;
use crate::line::Lines;
use crate::negotiate::bundle::is_of_transport;
use crate::negotiate::{Codec, LocalStream};
use crate::text::{Digits, Text, TextBuilder};
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
    formats: &[Text],
    place: &Place<'_>,
) -> MediaDescription {
    let port = if place.bundle_only { 0 } else { place.address.port() };
    let payload_types = codecs.clone().map(|codec| Text::from(Digits::of(codec.payload_type.into()).as_str()));
    let formats = payload_types.chain(formats.iter().cloned());
    let mut media = MediaDescription::new(stream.kind.as_str(), port, stream.protocol.as_str(), formats);
    // Two for each codec, the caller's, and what else is said here.
    media.lines = Lines::with_capacity(2 * media.formats.len() + stream.lines.len() + 8);

    let more = |is_attribute: bool| {
        let said = move |line: &&crate::line::Line| (line.kind == 'a') == is_attribute;
        stream.lines.iter().filter(said).filter(|line| place.has_transport || !is_of_transport(line))
    };
    for line in more(false) {
        media.lines.push(line.kind, line.value.clone());
    }
    if place.address.ip() != place.session {
        media.lines.set('c', Text::written(&Connection::from(place.address.ip())));
    }
    for codec in codecs {
        media.lines.push('a', rtpmap(codec));
        if let Some(parameters) = &codec.fmtp {
            media.lines.push('a', fmtp(codec.payload_type, parameters));
        }
    }
    if let Some(ptime) = stream.ptime {
        media.lines.push_typed(&Ptime(ptime));
    }
    if let Some(max) = stream.max_ptime {
        media.lines.push_typed(&MaxPtime(max));
    }
    media.lines.push('a', Text::from_static(place.direction.as_str()));
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
            media.lines.push('a', Text::from_static(name));
        }
    }
    for line in more(true) {
        media.lines.push(line.kind, line.value.clone());
    }
    media
}

/// A stream that is not there: port 0 (RFC 3264 §6, §8.2), with its identification-tag if it has one. The grammar asks
/// for a format, though it means nothing here.
pub(crate) fn refuse(
    kind: impl Into<Text>,
    protocol: impl Into<Text>,
    formats: impl IntoIterator<Item = Text>,
    mid: Option<&str>,
) -> MediaDescription {
    let mut media = MediaDescription::new(kind, 0, protocol, formats);
    if media.formats.is_empty() {
        media.formats.push(Text::from_static("0"));
    }
    if let Some(mid) = mid {
        media.lines.push_attribute("mid", mid);
    }
    media
}

/// `rtpmap:111 opus/48000/2`, as [`Rtpmap`] writes it.
fn rtpmap(codec: &Codec) -> Text {
    let mut text = TextBuilder::new();
    text.push(Rtpmap::NAME).push(":").number(codec.payload_type.into()).push(" ");
    text.push(&codec.name).push("/").number(codec.clock_rate);
    if codec.channels > 1 {
        text.push("/").number(codec.channels.into());
    }
    text.finish()
}

/// `fmtp:111 useinbandfec=1`, as [`Fmtp`] writes it.
fn fmtp(payload_type: u8, parameters: &str) -> Text {
    let mut text = TextBuilder::new();
    text.push(Fmtp::NAME).push(":").number(payload_type.into()).push(" ").push(parameters);
    text.finish()
}
