//! What a peer's description says, read in one pass over its lines.

use crate::attribute::scan::cut;
use crate::attribute::{
    BundleOnly, Direction, Fmtp, Group, IceUfrag, MaxPtime, Mid, Ptime, Rtcp, RtcpMux, RtcpMuxOnly, Rtpmap,
    TypedAttribute,
};
use crate::description::{MediaDescription, SessionDescription};
use crate::error::Refusal;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// The description of the peer, as far as the negotiation needs it.
pub(crate) struct Peer<'a> {
    description: &'a SessionDescription,
    pub(crate) sections: Vec<Section<'a>>,
    /// The identification-tags of each a=group:BUNDLE.
    bundles: Vec<&'a str>,
    direction: Option<Direction>,
    /// Whether the session has ICE credentials for all.
    ice: bool,
}

/// One m= line of the peer with what is under it.
pub(crate) struct Section<'a> {
    pub(crate) media: &'a MediaDescription,
    pub(crate) mid: Option<&'a str>,
    pub(crate) bundle_only: bool,
    pub(crate) rtcp_mux: bool,
    pub(crate) rtcp_mux_only: bool,
    pub(crate) ptime: Option<Duration>,
    pub(crate) max_ptime: Option<Duration>,
    direction: Option<Direction>,
    rtcp: Option<Rtcp>,
    ice: bool,
    rtpmaps: Vec<(u8, Map<'a>)>,
    fmtps: Vec<(u8, &'a str)>,
}

/// Encoding, clock rate and channels.
pub(crate) type Map<'a> = (&'a str, u32, u8);

/// One payload type of an m= line.
pub(crate) struct Format<'a> {
    pub(crate) payload_type: u8,
    /// By a=rtpmap or, where there is none, by RFC 3551 §6.
    pub(crate) map: Option<Map<'a>>,
    /// The parameters.
    pub(crate) fmtp: Option<&'a str>,
}

impl<'a> Peer<'a> {
    pub(crate) fn read(description: &'a SessionDescription) -> Self {
        let sections = description.media.iter().map(Section::read).collect();
        let mut peer = Peer { description, sections, bundles: Vec::new(), direction: None, ice: false };
        for attribute in description.lines.attributes() {
            let is = |name: &str| attribute.name.eq_ignore_ascii_case(name);
            if is(Group::NAME) {
                let (semantics, mids) = attribute.value.unwrap_or_default().split_once(' ').unwrap_or_default();
                if semantics == "BUNDLE" {
                    peer.bundles.push(mids);
                }
            } else if is(IceUfrag::NAME) {
                peer.ice = true;
            } else if attribute.value.is_none() && peer.direction.is_none() {
                peer.direction = Direction::from_name(attribute.name);
            }
        }
        peer
    }

    /// The BUNDLE groups, each a list of m= lines, the suggested tagged one first. `find` tells the m= line of an
    /// identification-tag. A tag that nobody has and a line that was named before are left out.
    pub(crate) fn bundles(&self, find: impl Fn(&str) -> Option<usize>) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::with_capacity(self.bundles.len());
        for mids in &self.bundles {
            let mut group = Vec::new();
            for index in mids.split_ascii_whitespace().filter_map(&find) {
                if !group.contains(&index) && groups.iter().all(|other| !other.contains(&index)) {
                    group.push(index);
                }
            }
            groups.push(group);
        }
        groups.retain(|group| !group.is_empty());
        groups
    }

    /// The m= line that has this identification-tag.
    pub(crate) fn by_mid(&self, mid: &str) -> Option<usize> {
        self.sections.iter().position(|section| section.mid == Some(mid))
    }

    /// Which way media flows, as the peer says it.
    pub(crate) fn direction(&self, section: &Section<'_>) -> Direction {
        section.direction.or(self.direction).unwrap_or_default()
    }

    /// Where the peer receives RTP and RTCP.
    pub(crate) fn addresses(&self, section: &Section<'_>) -> Result<(SocketAddr, SocketAddr), Refusal> {
        let connection = self.description.connection_of(section.media).map_err(|_| Refusal::BadConnection)?;
        let ip = connection.ok_or(Refusal::NoConnection)?.address.ip().ok_or(Refusal::UnresolvedName)?;
        let port = u16::try_from(section.media.port).map_err(|_| Refusal::BadPort)?;
        let remote = SocketAddr::new(ip, port);
        let rtcp = match &section.rtcp {
            Some(rtcp) => {
                SocketAddr::new(rtcp.address.as_ref().and_then(|address| address.ip()).unwrap_or(ip), rtcp.port)
            }
            // RFC 3550 §11: the next higher port. After 65535 there is none.
            None => SocketAddr::new(ip, port.checked_add(1).unwrap_or(port)),
        };
        Ok((remote, rtcp))
    }

    /// Whether sending to `ip` is forbidden (RFC 3264 §8.4): it is unspecified, and not because ICE will find the
    /// address (RFC 9143 §10).
    pub(crate) fn is_silenced(&self, transport: &Section<'_>, ip: IpAddr) -> bool {
        ip.is_unspecified() && !self.ice && !transport.ice
    }
}

impl<'a> Section<'a> {
    fn read(media: &'a MediaDescription) -> Self {
        let mut section = Section {
            media,
            mid: None,
            bundle_only: false,
            rtcp_mux: false,
            rtcp_mux_only: false,
            ptime: None,
            max_ptime: None,
            direction: None,
            rtcp: None,
            ice: false,
            rtpmaps: Vec::with_capacity(media.formats.len()),
            fmtps: Vec::new(),
        };
        for attribute in media.lines.attributes() {
            section.learn(attribute.name, attribute.value);
        }
        section
    }

    /// One attribute. Of those that may stand once the first holds, and one that cannot be read does not cost the call.
    fn learn(&mut self, name: &'a str, value: Option<&'a str>) {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        match value {
            Some(value) if is(Rtpmap::NAME) => {
                let fields = Rtpmap::fields(value).ok();
                self.rtpmaps.extend(fields.map(|(pt, encoding, clock, channels)| (pt, (encoding, clock, channels))));
            }
            Some(value) if is(Fmtp::NAME) => self.fmtps.extend(fmtp(value)),
            Some(value) if is(Mid::NAME) => self.mid = self.mid.or(Some(value.trim())),
            Some(value) if is(Ptime::NAME) => self.ptime = self.ptime.or_else(|| Some(Ptime::parse(value).ok()?.0)),
            Some(value) if is(MaxPtime::NAME) => {
                self.max_ptime = self.max_ptime.or_else(|| Some(MaxPtime::parse(value).ok()?.0));
            }
            // RFC 3605 §2.1
            Some(value) if is(Rtcp::NAME) && self.rtcp.is_none() => self.rtcp = Rtcp::parse(value).ok(),
            Some(_) => self.ice |= is(IceUfrag::NAME),
            None if is(RtcpMux::NAME) => self.rtcp_mux = true,
            // RFC 8858 §4.2: it may stand without rtcp-mux beside it.
            None if is(RtcpMuxOnly::NAME) => (self.rtcp_mux, self.rtcp_mux_only) = (true, true),
            None if is(BundleOnly::NAME) => self.bundle_only = true,
            None => self.direction = self.direction.or_else(|| Direction::from_name(name)),
        }
    }

    /// The RTP payload types of the m= line, in its order, each once.
    pub(crate) fn formats(&self) -> impl Iterator<Item = Format<'a>> {
        // Tables, so that many lines times many formats cost no more than their sum.
        const NONE: u16 = u16::MAX;
        let (mut map_of, mut fmtp_of) = ([NONE; 128], [NONE; 128]);
        let put = |table: &mut [u16; 128], payload_type: u8, at: usize| {
            if let Some(entry) = table.get_mut(usize::from(payload_type)).filter(|entry| **entry == NONE) {
                *entry = u16::try_from(at).unwrap_or(NONE);
            }
        };
        for (at, (payload_type, _)) in self.rtpmaps.iter().enumerate() {
            put(&mut map_of, *payload_type, at);
        }
        for (at, (payload_type, _)) in self.fmtps.iter().enumerate() {
            put(&mut fmtp_of, *payload_type, at);
        }
        let mut seen = 0u128;
        self.media.formats.iter().filter_map(move |format| {
            let payload_type: u8 = format.parse().ok().filter(|&pt| pt < 128)?;
            let bit = 1u128 << payload_type;
            let is_new = seen & bit == 0;
            seen |= bit;
            let map = self.rtpmaps.get(usize::from(map_of[usize::from(payload_type)])).map(|(_, map)| *map);
            is_new.then(|| Format {
                payload_type,
                map: map.or_else(|| Rtpmap::static_fields(payload_type)),
                fmtp: self.fmtps.get(usize::from(fmtp_of[usize::from(payload_type)])).map(|(_, text)| *text),
            })
        })
    }
}

/// `96 mode=20`, without making a text of its own of it.
fn fmtp(value: &str) -> Option<(u8, &str)> {
    let (format, parameters) = cut(value.trim(), b' ').unwrap_or((value.trim(), ""));
    Some((format.parse().ok()?, parameters.trim_start()))
}
