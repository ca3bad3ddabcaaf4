//! A reader for the captures of the world: classic pcap, either byte order, micro- or nanoseconds.

/// The UDP datagrams that look like SIP, of a pcap file, with their frame numbers; `None` if it is none.
pub(crate) fn sip_datagrams(file: &[u8]) -> Option<Vec<(usize, &[u8])>> {
    let is_little = match file.get(..4)? {
        [0xd4, 0xc3, 0xb2, 0xa1] | [0x4d, 0x3c, 0xb2, 0xa1] => true,
        [0xa1, 0xb2, 0xc3, 0xd4] | [0xa1, 0xb2, 0x3c, 0x4d] => false,
        _ => return None,
    };
    let word = |at: usize| -> Option<u32> {
        let bytes = *file.get(at..)?.first_chunk()?;
        Some(if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let (link, mut at, mut found) = (word(20)? & 0x0fff_ffff, 24, vec![]);
    for frame in 1.. {
        let Some(len) = word(at + 8) else { break };
        let Some(packet) = file.get(at + 16..).and_then(|p| p.get(..len as usize)) else { break };
        at += 16 + len as usize;
        found.extend(datagram(link, packet).filter(|bytes| looks_like_sip(bytes)).map(|bytes| (frame, bytes)));
    }
    Some(found)
}

fn looks_like_sip(bytes: &[u8]) -> bool {
    bytes.split(|&b| b == b'\n').next().unwrap_or_default().windows(4).any(|w| w == b"SIP/")
}

/// The payload of the UDP packet, if it is one and not a later fragment.
fn datagram(link: u32, packet: &[u8]) -> Option<&[u8]> {
    let ip = packet.get(
        match link {
            0 | 108 => 4,
            1 if packet.get(12..14)? == [0x81, 0] => 18, // a VLAN tag
            1 => 14,
            113 => 16,
            276 => 20,
            _ => 0,
        }..,
    )?;
    let udp = match ip.first()? >> 4 {
        4 if ip.get(9)? == &17 && ip.get(6)? & 0x1f == 0 && ip.get(7)? == &0 => {
            ip.get(usize::from(ip[0] & 15) * 4..)?
        }
        6 if ip.get(6)? == &17 => ip.get(40..)?,
        _ => return None,
    };
    let len = u16::from_be_bytes([*udp.get(4)?, *udp.get(5)?]);
    udp.get(8..usize::from(len).min(udp.len()))
}
