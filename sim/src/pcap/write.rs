//! Packets to a file.

use crate::clock::wall_clock;
use crate::net::{Fate, Record};
use offhook_core::{Flow, Protocol};
use std::io::{self, ErrorKind, Write};
use std::net::IpAddr;
use std::time::Duration;

pub(super) const MAGIC_NANOSECONDS: u32 = 0xa1b2_3c4d;
pub(super) const LINK_RAW: u32 = 101;
pub(super) const PROTOCOL_UDP: u8 = 17;
const SNAP_LENGTH: u32 = 65_575; // an IPv6 header and the largest payload
const HOPS: u8 = 64;

/// Writes what a capture beside each sender shows: every datagram once, lost ones too, when it was sent.
///
/// # Errors
/// See [`Writer::write`].
pub fn write_sent(out: impl Write, trace: &[Record]) -> io::Result<()> {
    write_if(out, trace, |fate| fate == Fate::Sent)
}

/// Writes what a capture beside each receiver shows: every copy that arrived, as it arrived and when.
///
/// # Errors
/// See [`Writer::write`].
pub fn write_arrived(out: impl Write, trace: &[Record]) -> io::Result<()> {
    write_if(out, trace, Fate::is_arrival)
}

fn write_if(out: impl Write, trace: &[Record], wanted: impl Fn(Fate) -> bool) -> io::Result<()> {
    let (mut writer, clock) = (Writer::new(out)?, wall_clock());
    trace
        .iter()
        .filter(|record| wanted(record.fate))
        .try_for_each(|record| writer.write(clock.unix(record.at), record.flow, &record.contents))?;
    writer.into_inner().flush()
}

/// Writes packets, one after the other.
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
}

impl<W: Write> Writer<W> {
    /// Begins the file.
    ///
    /// # Errors
    /// What `out` answers.
    pub fn new(mut out: W) -> io::Result<Self> {
        let mut header = Vec::with_capacity(24);
        header.extend(MAGIC_NANOSECONDS.to_le_bytes());
        header.extend([2, 0, 4, 0]); // version 2.4
        header.extend([0; 8]); // time zone and accuracy: always 0
        header.extend(SNAP_LENGTH.to_le_bytes());
        header.extend(LINK_RAW.to_le_bytes());
        out.write_all(&header)?;
        Ok(Writer { out })
    }

    /// A datagram from `flow.local` to `flow.remote`, so long after 1970-01-01 00:00 UTC.
    ///
    /// # Errors
    /// What `out` answers; `InvalidInput` if the flow is not UDP, if its addresses are not of one IP version, if the
    /// contents are over 65,507 bytes, or if the time is after 2106.
    pub fn write(&mut self, unix: Duration, flow: Flow, contents: &[u8]) -> io::Result<()> {
        let seconds = u32::try_from(unix.as_secs()).map_err(|_| invalid("a capture ends in 2106"))?;
        let packet = packet(flow, contents)?;
        let length = (packet.len() as u32).to_le_bytes();
        self.out.write_all(&seconds.to_le_bytes())?;
        self.out.write_all(&unix.subsec_nanos().to_le_bytes())?;
        self.out.write_all(&length)?;
        self.out.write_all(&length)?;
        self.out.write_all(&packet)
    }

    /// Gives back what was written to.
    pub fn into_inner(self) -> W {
        self.out
    }
}

fn packet(flow: Flow, contents: &[u8]) -> io::Result<Vec<u8>> {
    if flow.protocol != Protocol::Udp {
        return Err(invalid("a capture holds datagrams only"));
    }
    let length = 8 + contents.len();
    let udp_length = u16::try_from(length).ok().filter(|&length| length <= u16::MAX - 20);
    let udp_length = udp_length.ok_or_else(|| invalid("no datagram is over 65507 bytes"))?;
    let mut udp = Vec::with_capacity(length);
    udp.extend(flow.local.port().to_be_bytes());
    udp.extend(flow.remote.port().to_be_bytes());
    udp.extend(udp_length.to_be_bytes());
    udp.extend([0; 2]);
    udp.extend(contents);

    let (mut packet, pseudo) = match (flow.local.ip(), flow.remote.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let mut ip = vec![0x45, 0]; // version 4, five words
            ip.extend((20 + udp_length).to_be_bytes());
            ip.extend([0, 0, 0x40, 0, HOPS, PROTOCOL_UDP, 0, 0]); // whole: do not fragment
            let addresses = [from.octets(), to.octets()].concat();
            ip.extend(&addresses);
            let sum = (!sum(&[&ip])).to_be_bytes();
            ip[10..12].copy_from_slice(&sum);
            (ip, addresses)
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            let mut ip = vec![0x60, 0, 0, 0]; // version 6
            ip.extend(udp_length.to_be_bytes());
            ip.extend([PROTOCOL_UDP, HOPS]);
            let addresses = [from.octets(), to.octets()].concat();
            ip.extend(&addresses);
            (ip, addresses)
        }
        _ => return Err(invalid("a flow has one version of IP")),
    };
    // RFC 768: a sum of zero is sent as ones, for zero means that there is none
    let sum = match !sum(&[&pseudo, &[0, PROTOCOL_UDP], &udp_length.to_be_bytes(), &udp]) {
        0 => u16::MAX,
        sum => sum,
    };
    udp[6..8].copy_from_slice(&sum.to_be_bytes());
    packet.append(&mut udp);
    Ok(packet)
}

/// The Internet's ones' complement sum (RFC 1071). Only the last part may have an odd length.
pub(super) fn sum(parts: &[&[u8]]) -> u16 {
    let words = parts.iter().flat_map(|part| part.chunks(2));
    let mut sum: u32 = words.map(|word| u32::from(word[0]) << 8 | word.get(1).map_or(0, |&low| u32::from(low))).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}

fn invalid(why: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, why)
}
