//! Streams that share one transport (RFC 9143): which lines go only into the tagged section.

use crate::line::Line;

/// The attributes of the categories TRANSPORT and IDENTICAL (RFC 8859), and those of ICE that RFC 9143 §10 treats like
/// them: within a group they stand in the tagged section alone (RFC 9143 §7.1.3).
const OF_TRANSPORT: &[&str] = &[
    "altc",
    "candidate",
    "ccap",
    "connection",
    "crypto",
    "dtls-id",
    "ecn-capable-rtp",
    "end-of-candidates",
    "fingerprint",
    "ice-mismatch",
    "ice-pacing",
    "ice-pwd",
    "ice-ufrag",
    "key-mgmt",
    "remote-candidates",
    "rtcp",
    "rtcp-mux",
    "rtcp-mux-only",
    "rtcp-rsize",
    "setup",
    "tls-id",
    "zrtp-hash",
];

/// Whether a line belongs to the transport, which a group has in common.
pub(crate) fn is_of_transport(line: &Line) -> bool {
    let name = line.value.split(':').next().unwrap_or_default();
    line.kind == 'a' && OF_TRANSPORT.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Where each m= line's media goes: the tagged section of its group, or itself.
pub(crate) fn transport_of(groups: &[Vec<usize>], index: usize) -> usize {
    group_of(groups, index).and_then(|group| group.first().copied()).unwrap_or(index)
}

/// The group that an m= line is in.
pub(crate) fn group_of(groups: &[Vec<usize>], index: usize) -> Option<&Vec<usize>> {
    groups.iter().find(|group| group.contains(&index))
}
