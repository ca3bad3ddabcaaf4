//! Packets from a file.

use super::write::{LINK_RAW, MAGIC_NANOSECONDS, PROTOCOL_UDP, sum};
use bytes::Bytes;
use offhook_core::Flow;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// One packet of a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// The time since 1970-01-01 00:00 UTC.
    pub unix: Duration,
    /// From `local` to `remote`.
    pub flow: Flow,
    /// What the datagram carried.
    pub contents: Bytes,
}

/// Why a capture cannot be read. `at` counts bytes from the beginning of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Not a little-endian pcap file with nanoseconds.
    #[error("not a little-endian pcap file with nanoseconds")]
    NotPcap,
    /// A link type other than RAW.
    #[error("link type {0}, not {LINK_RAW}")]
    Link(u32),
    /// The file ends within a packet.
    #[error("cut off in the packet at byte {at}")]
    Truncated {
        /// Where the packet begins.
        at: usize,
    },
    /// Not UDP over IPv4 without options, or over IPv6 without extensions.
    #[error("no plain UDP in the packet at byte {at}")]
    NotUdp {
        /// Where the packet begins.
        at: usize,
    },
    /// A checksum is wrong.
    #[error("a wrong checksum in the packet at byte {at}")]
    Checksum {
        /// Where the packet begins.
        at: usize,
    },
}

/// Reads a capture as [`Writer`](super::Writer) writes it, and checks every checksum.
///
/// # Errors
/// The first thing that is not as it should be.
pub fn read(file: &[u8]) -> Result<Vec<Packet>, ReadError> {
    let (header, mut rest) = file.split_first_chunk::<24>().ok_or(ReadError::NotPcap)?;
    let word = |bytes: &[u8], at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    if word(header, 0) != MAGIC_NANOSECONDS {
        return Err(ReadError::NotPcap);
    }
    if word(header, 20) != LINK_RAW {
        return Err(ReadError::Link(word(header, 20)));
    }
    let mut packets = Vec::new();
    while !rest.is_empty() {
        let at = file.len() - rest.len();
        let (head, tail) = rest.split_first_chunk::<16>().ok_or(ReadError::Truncated { at })?;
        let (bytes, tail) = tail.split_at_checked(word(head, 8) as usize).ok_or(ReadError::Truncated { at })?;
        let unix = Duration::from_secs(word(head, 0).into()) + Duration::from_nanos(word(head, 4).into());
        let (flow, contents) = datagram(bytes, at)?;
        packets.push(Packet { unix, flow, contents });
        rest = tail;
    }
    Ok(packets)
}

fn datagram(packet: &[u8], at: usize) -> Result<(Flow, Bytes), ReadError> {
    let wrong = ReadError::NotUdp { at };
    let (from, to, addresses, udp): (_, _, &[u8], _) = match packet.first().ok_or(wrong)? {
        0x45 => {
            let (ip, udp) = packet.split_first_chunk::<20>().filter(|(ip, _)| ip[9] == PROTOCOL_UDP).ok_or(wrong)?;
            if sum(&[ip]) != u16::MAX {
                return Err(ReadError::Checksum { at });
            }
            let address = |i: usize| Ipv4Addr::new(ip[i], ip[i + 1], ip[i + 2], ip[i + 3]);
            (address(12).into(), address(16).into(), &ip[12..], udp)
        }
        byte if byte >> 4 == 6 => {
            let (ip, udp) = packet.split_first_chunk::<40>().filter(|(ip, _)| ip[6] == PROTOCOL_UDP).ok_or(wrong)?;
            let address = |i: usize| Ipv6Addr::from(std::array::from_fn::<u8, 16, _>(|n| ip[i + n]));
            (address(8).into(), address(24).into(), &ip[8..], udp)
        }
        _ => return Err(wrong),
    };
    let (head, contents) = udp.split_first_chunk::<8>().ok_or(wrong)?;
    let [a, b, c, d, length @ .., _, _] = *head;
    if usize::from(u16::from_be_bytes(length)) != udp.len() {
        return Err(wrong);
    }
    if sum(&[addresses, &[0, PROTOCOL_UDP], &length, udp]) != u16::MAX {
        return Err(ReadError::Checksum { at });
    }
    let local = SocketAddr::new(from, u16::from_be_bytes([a, b]));
    let remote = SocketAddr::new(to, u16::from_be_bytes([c, d]));
    Ok((Flow::udp(local, remote), Bytes::copy_from_slice(contents)))
}
