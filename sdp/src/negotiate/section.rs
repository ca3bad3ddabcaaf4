//! What a peer's description says, read in one pass over its lines.

use crate::attribute::{Direction, MaxPtime, Ptime, Rtcp, Rtpmap, TypedAttribute};
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
    rtpmaps: Vec<&'a str>,
    fmtps: Vec<(u8, &'a str)>,
}

/// One payload type of an m= line.
pub(crate) struct Format<'a> {
    pub(crate) payload_type: u8,
    /// By a=rtpmap or, where there is none, by RFC 3551 §6.
    pub(crate) map: Option<Rtpmap>,
    /// The parameters.
    pub(crate) fmtp: Option<&'a str>,
}

impl<'a> Peer<'a> {
    pub(crate) fn read(description: &'a SessionDescription) -> Self {
        let sections = description.media.iter().map(Section::read).collect();
        let mut peer = Peer { description, sections, bundles: Vec::new(), direction: None, ice: false };
        for attribute in description.lines.attributes() {
            let is = |name: &str| attribute.name.eq_ignore_ascii_case(name);
            if is("group") {
                let (semantics, mids) = attribute.value.unwrap_or_default().split_once(' ').unwrap_or_default();
                if semantics == "BUNDLE" {
                    peer.bundles.push(mids);
                }
            } else if is("ice-ufrag") {
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
            rtpmaps: Vec::new(),
            fmtps: Vec::new(),
        };
        for attribute in media.lines.attributes() {
            let is = |name: &str| attribute.name.eq_ignore_ascii_case(name);
            match attribute.value {
                Some(value) if is(Rtpmap::NAME) => section.rtpmaps.push(value),
                Some(value) if is("fmtp") => section.fmtps.extend(fmtp(value)),
                Some(value) if is("mid") => section.mid = section.mid.or(Some(value.trim())),
                Some(value) if is(Ptime::NAME) => {
                    section.ptime = section.ptime.or(Ptime::parse(value).ok().map(|p| p.0))
                }
                Some(value) if is(MaxPtime::NAME) => {
                    section.max_ptime = section.max_ptime.or(MaxPtime::parse(value).ok().map(|p| p.0));
                }
                // RFC 3605 §2.1. One that cannot be read does not cost the call.
                Some(value) if is(Rtcp::NAME) => section.rtcp = section.rtcp.or(Rtcp::parse(value).ok()),
                Some(_) if is("ice-ufrag") => section.ice = true,
                Some(_) => {}
                None if is("rtcp-mux") => section.rtcp_mux = true,
                // RFC 8858 §4.2: it may stand without rtcp-mux beside it.
                None if is("rtcp-mux-only") => (section.rtcp_mux, section.rtcp_mux_only) = (true, true),
                None if is("bundle-only") => section.bundle_only = true,
                None => section.direction = section.direction.or_else(|| Direction::from_name(attribute.name)),
            }
        }
        section
    }

    /// The RTP payload types of the m= line, in its order, each once.
    pub(crate) fn formats(&self) -> Vec<Format<'a>> {
        // Tables, so that many lines times many formats cost no more than their sum.
        const NONE: u16 = u16::MAX;
        let (mut map_of, mut fmtp_of) = ([NONE; 128], [NONE; 128]);
        let mut maps: Vec<Option<Rtpmap>> = Vec::with_capacity(self.rtpmaps.len());
        let put = |table: &mut [u16; 128], payload_type: u8, at: usize| {
            if let Some(entry) = table.get_mut(usize::from(payload_type)).filter(|entry| **entry == NONE) {
                *entry = u16::try_from(at).unwrap_or(NONE);
            }
        };
        for map in self.rtpmaps.iter().filter_map(|value| Rtpmap::parse(value).ok()) {
            put(&mut map_of, map.payload_type, maps.len());
            maps.push(Some(map));
        }
        for (at, (payload_type, _)) in self.fmtps.iter().enumerate() {
            put(&mut fmtp_of, *payload_type, at);
        }
        let mut seen = 0u128;
        let formats = self.media.formats.iter().filter_map(|format| {
            let payload_type: u8 = format.parse().ok().filter(|&pt| pt < 128)?;
            let bit = 1u128 << payload_type;
            let is_new = seen & bit == 0;
            seen |= bit;
            let map = maps.get_mut(usize::from(map_of[usize::from(payload_type)])).and_then(Option::take);
            is_new.then(|| Format {
                payload_type,
                map: map.or_else(|| Rtpmap::of_static(payload_type)),
                fmtp: self.fmtps.get(usize::from(fmtp_of[usize::from(payload_type)])).map(|(_, text)| *text),
            })
        });
        formats.collect()
    }
}

/// `96 mode=20`, without making a text of its own of it.
fn fmtp(value: &str) -> Option<(u8, &str)> {
    let (format, parameters) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    Some((format.parse().ok()?, parameters.trim_start()))
}
