//! What we bring to the table.

use crate::attribute::Direction;
use crate::line::Lines;
use crate::negotiate::{Codec, Fits, MediaKind, Protocol, parameters_fit};
use crate::text::Text;
use std::net::SocketAddr;
use std::time::Duration;

/// Our side of the session: the streams that we have.
///
/// An offer has a stream for each of them. In an answer each of them is paired with the first offered stream that fits;
/// offered streams beyond are refused. Their order is that of a first offer; later each stream keeps its place, in
/// whatever order they are given (RFC 3264 §8).
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct LocalSession {
    /// The streams. One that is no longer here is ended, with port 0 in its place.
    pub streams: Vec<LocalStream>,
    /// Whether streams may share one transport (RFC 9143): all of ours are offered as one group, and offered groups are
    /// taken. Groups that are in use already stay in answers in any case, as RFC 9143 §7.3.2 demands.
    pub bundle: bool,
    /// More lines for the session, such as `a=ice-lite` or `a=fingerprint`, as they shall be said. What the negotiator
    /// says itself (c=, t=, a=group:BUNDLE) does not belong here.
    pub lines: Lines,
}

/// One stream of ours.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LocalStream {
    /// Which of ours it is, where there are several of one kind: any number, the same in every exchange. Streams of one
    /// kind and key are told apart by their order alone.
    pub key: u32,
    /// What kind of media.
    pub kind: MediaKind,
    /// What carries it. Only streams over the same protocol are taken.
    pub protocol: Protocol,
    /// Where we receive RTP, as the peer can reach it: never an unspecified address without ICE, which would mean hold.
    /// With port 0 the stream is ended, as if it were not in the list.
    pub address: SocketAddr,
    /// Where we receive RTCP, on the same host; `None` is the port after RTP's (RFC 3550 §11).
    pub rtcp_port: Option<u16>,
    /// Whether RTCP may come to RTP's port (RFC 5761): it is offered, and answered where it is offered.
    pub rtcp_mux: bool,
    /// For RTP: what we have, most wanted first, with telephone-event and comfort noise among it.
    pub codecs: Vec<Codec>,
    /// For what is not RTP: the formats of the m= line, such as `webrtc-datachannel` or `t38`.
    pub formats: Vec<Text>,
    /// Which parameters of the peer fit to which codec of ours.
    pub fits: Fits,
    /// How much sound we would like in each packet; `None` says nothing.
    pub ptime: Option<Duration>,
    /// How much sound we bear in each packet; `None` says nothing.
    pub max_ptime: Option<Duration>,
    /// Which way we are willing to let media flow: `SendOnly` or `Inactive` holds the peer (RFC 3264 §8.4).
    pub direction: Direction,
    /// Its identification-tag in offers of ours (RFC 5888); `None` makes one up where one is needed. A tag that the
    /// stream has in this session already goes before.
    pub mid: Option<Text>,
    /// Whether it is offered only to who shares transports (RFC 9143 §6): with port 0 until it is bundled.
    pub bundle_only: bool,
    /// More lines of the stream as they shall be said, in offers and answers: b=, a=crypto, a=candidate,
    /// a=fingerprint, a=rtcp-fb, a=extmap, a=ssrc .. Those that belong to the transport are left out where the stream
    /// uses the transport of another (RFC 9143 §7.1.3). What the negotiator says itself (c=, rtpmap, fmtp, ptime,
    /// maxptime, direction, rtcp, rtcp-mux, mid, bundle-only) does not belong here.
    pub lines: Lines,
}

impl LocalSession {
    /// With these streams.
    pub fn new(streams: impl Into<Vec<LocalStream>>) -> Self {
        LocalSession { streams: streams.into(), bundle: false, lines: Lines::default() }
    }

    /// A telephone call: one stream of sound over RTP/AVP, as [`LocalStream::audio`] makes it.
    pub fn audio(address: SocketAddr, codecs: impl Into<Vec<Codec>>) -> Self {
        LocalStream::audio(address, codecs).into()
    }

    /// With or without shared transports.
    #[must_use]
    pub fn with_bundle(mut self, bundle: bool) -> Self {
        self.bundle = bundle;
        self
    }

    /// With one stream more.
    #[must_use]
    pub fn with_stream(mut self, stream: LocalStream) -> Self {
        self.streams.push(stream);
        self
    }
}

impl From<LocalStream> for LocalSession {
    fn from(stream: LocalStream) -> Self {
        LocalSession::new([stream])
    }
}

impl LocalStream {
    /// Both ways, RTCP on the port after RTP's, no wish for a packet time, no codec.
    pub fn new(kind: MediaKind, protocol: Protocol, address: SocketAddr) -> Self {
        LocalStream {
            key: 0,
            kind,
            protocol,
            address,
            rtcp_port: None,
            rtcp_mux: false,
            codecs: Vec::new(),
            formats: Vec::new(),
            fits: parameters_fit,
            ptime: None,
            max_ptime: None,
            direction: Direction::SendRecv,
            mid: None,
            bundle_only: false,
            lines: Lines::default(),
        }
    }

    /// Sound over RTP/AVP.
    pub fn audio(address: SocketAddr, codecs: impl Into<Vec<Codec>>) -> Self {
        LocalStream::new(MediaKind::Audio, Protocol::RtpAvp, address).with_codecs(codecs)
    }

    /// Pictures over RTP/AVP.
    pub fn video(address: SocketAddr, codecs: impl Into<Vec<Codec>>) -> Self {
        LocalStream::new(MediaKind::Video, Protocol::RtpAvp, address).with_codecs(codecs)
    }

    /// With other codecs.
    #[must_use]
    pub fn with_codecs(mut self, codecs: impl Into<Vec<Codec>>) -> Self {
        self.codecs = codecs.into();
        self
    }

    /// With other formats, for what is not RTP.
    #[must_use]
    pub fn with_formats<F: Into<Text>>(mut self, formats: impl IntoIterator<Item = F>) -> Self {
        self.formats = formats.into_iter().map(Into::into).collect();
        self
    }

    /// With telephone-event at each clock that a codec here has and telephone-event has not yet. Of those the one fits
    /// in the end that has the clock of the codec that is chosen (RFC 4733 §2.1).
    ///
    /// ```
    /// # use offhook_sdp::{Codec, LocalStream};
    /// let opus = Codec::new("opus", 48_000, 111).with_channels(2);
    /// let stream = LocalStream::audio("192.0.2.1:4000".parse()?, [opus, Codec::pcmu()]).with_telephone_events();
    /// let clocks: Vec<_> = stream.codecs[2..].iter().map(|codec| codec.clock_rate).collect();
    /// assert_eq!(clocks, [48_000, 8_000]);
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    #[must_use]
    pub fn with_telephone_events(mut self) -> Self {
        /// What most devices use; where it is taken, an offer gives another.
        const USUAL: u8 = 101;
        for index in 0..self.codecs.len() {
            let clock = self.codecs[index].clock_rate;
            let has = |codec: &Codec| codec.is_telephone_event() && codec.clock_rate == clock;
            if self.codecs[index].carries_media() && !self.codecs.iter().any(has) {
                self.codecs.push(Codec::telephone_event(USUAL, clock));
            }
        }
        self
    }

    /// With another key.
    #[must_use]
    pub fn with_key(mut self, key: u32) -> Self {
        self.key = key;
        self
    }

    /// Over another protocol.
    #[must_use]
    pub fn with_protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
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

    /// With RTCP on RTP's port.
    #[must_use]
    pub fn with_rtcp_mux(mut self) -> Self {
        self.rtcp_mux = true;
        self
    }

    /// With one attribute more, or a property where the value is empty.
    #[must_use]
    pub fn with_attribute(mut self, name: &str, value: &str) -> Self {
        self.lines.push_attribute(name, value);
        self
    }

    /// Whether it is there at all: its port is not 0.
    pub(crate) fn is_live(&self) -> bool {
        self.address.port() != 0
    }
}
