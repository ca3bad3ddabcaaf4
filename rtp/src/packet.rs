//! RTP data packets in and out (RFC 3550 §5.1, §5.3.1).
//!
//! [`PacketView`] borrows a datagram whose layout has been checked once; [`Header`] is the fixed part as a value, and
//! writes. What a header extension means is left to the reader of [`Extension::data`].

use crate::error::{ParseError, Part};
use crate::ident::{PayloadType, Ssrc};
use crate::seq::SeqNo;
use bytes::{BufMut, BytesMut};
use std::ops::Range;

/// Octets of a header without contributing sources and extension.
pub const HEADER_LEN: usize = 12;

/// The fixed part of an RTP header.
///
/// ```
/// use offhook_rtp::{Header, PacketView, PayloadType, SeqNo, Ssrc};
/// let header = Header {
///     marker: true, payload_type: PayloadType::PCMU, sequence: SeqNo(7), timestamp: 160, ssrc: Ssrc(1),
/// };
/// let mut buffer = bytes::BytesMut::new();
/// header.write_to(&mut buffer);
/// buffer.extend_from_slice(b"sound");
/// let packet = PacketView::parse(&buffer)?;
/// assert_eq!((packet.header(), packet.payload()), (header, &b"sound"[..]));
/// # Ok::<(), offhook_rtp::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Header {
    /// For audio: the first packet after a silence (RFC 3551 §4.1), or of an event (RFC 4733 §2.5.1.2).
    pub marker: bool,
    /// What the payload is.
    pub payload_type: PayloadType,
    /// Counts packets.
    pub sequence: SeqNo,
    /// Counts sampling instants, in ticks of the clock rate.
    pub timestamp: u32,
    /// Who sends.
    pub ssrc: Ssrc,
}

impl Header {
    /// Appends the twelve octets, without padding, extension and contributing sources; the payload follows.
    pub fn write_to(&self, buffer: &mut BytesMut) {
        buffer.put_u8(2 << 6);
        buffer.put_u8(u8::from(self.marker) << 7 | self.payload_type.number());
        buffer.put_u16(self.sequence.0);
        buffer.put_u32(self.timestamp);
        buffer.put_u32(self.ssrc.0);
    }
}

/// An RTP packet in the bytes that carried it, its layout checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacketView<'a> {
    header: Header,
    csrcs: &'a [u8],
    extension: Option<Extension<'a>>,
    payload: &'a [u8],
    payload_at: usize,
}

impl<'a> PacketView<'a> {
    /// Reads one datagram: version, contributing sources, extension and padding must fit in it (RFC 3550 §5.1, A.1).
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let Some((fixed, rest)) = bytes.split_first_chunk::<HEADER_LEN>() else {
            return Err(ParseError::Truncated { part: Part::Header, at: 0 });
        };
        let [first, second, s0, s1, t0, t1, t2, t3, x0, x1, x2, x3] = *fixed;
        if first >> 6 != 2 {
            return Err(ParseError::Version { found: first >> 6, at: 0 });
        }
        let header = Header {
            marker: second & 0x80 != 0,
            payload_type: PayloadType::from_low_bits(second),
            sequence: SeqNo(u16::from_be_bytes([s0, s1])),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: Ssrc(u32::from_be_bytes([x0, x1, x2, x3])),
        };
        let (csrcs, mut rest) = rest
            .split_at_checked(usize::from(first & 0x0f) * 4)
            .ok_or(ParseError::Truncated { part: Part::Csrc, at: HEADER_LEN })?;
        let mut extension = None;
        if first & 0x10 != 0 {
            let (found, after) = Extension::split(rest)
                .ok_or(ParseError::Truncated { part: Part::Extension, at: bytes.len() - rest.len() })?;
            extension = Some(found);
            rest = after;
        }
        let payload_at = bytes.len() - rest.len();
        if first & 0x20 != 0 {
            let at = bytes.len() - 1;
            let count = rest.last().copied().unwrap_or(0);
            rest = match rest.len().checked_sub(usize::from(count)) {
                Some(end) if count > 0 => rest.get(..end).unwrap_or_default(),
                _ => return Err(ParseError::Padding { count, at }),
            };
        }
        Ok(PacketView { header, csrcs, extension, payload: rest, payload_at })
    }

    /// The fixed part.
    pub fn header(&self) -> Header {
        self.header
    }

    /// Contributing sources: at most 15, from a mixer.
    pub fn csrcs(&self) -> impl Iterator<Item = Ssrc> + 'a {
        self.csrcs.as_chunks::<4>().0.iter().map(|&octets| Ssrc(u32::from_be_bytes(octets)))
    }

    /// The header extension, if there is one.
    pub fn extension(&self) -> Option<Extension<'a>> {
        self.extension
    }

    /// The payload without padding; may be empty.
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// Where the payload stands in the datagram, to slice a `Bytes` without a copy.
    pub fn payload_range(&self) -> Range<usize> {
        self.payload_at..self.payload_at + self.payload.len()
    }
}

/// A header extension (RFC 3550 §5.3.1), not looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension<'a> {
    /// The 16 bits that the profile defines.
    pub profile: u16,
    /// Its contents: a multiple of four octets.
    pub data: &'a [u8],
}

impl<'a> Extension<'a> {
    fn split(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (&[p0, p1, l0, l1], rest) = bytes.split_first_chunk::<4>()?;
        let (data, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([l0, l1])) * 4)?;
        Some((Extension { profile: u16::from_be_bytes([p0, p1]), data }, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packet(first: u8, tail: &[u8]) -> Vec<u8> {
        let mut bytes = vec![first, 0x80, 0x12, 0x34, 0, 0, 0, 5, 0, 0, 0, 9];
        bytes.extend_from_slice(tail);
        bytes
    }

    #[test]
    fn sources_extension_payload_and_padding_are_told_apart() {
        let bytes = packet(0xb1, &[0, 0, 0, 3, 0xbe, 0xde, 0, 1, 1, 2, 3, 4, 0xaa, 0xbb, 0, 2]);
        let view = PacketView::parse(&bytes).unwrap();
        assert!(view.header().marker);
        assert_eq!(view.header().sequence, SeqNo(0x1234));
        assert_eq!(view.csrcs().collect::<Vec<_>>(), [Ssrc(3)]);
        assert_eq!(view.extension(), Some(Extension { profile: 0xbede, data: &[1, 2, 3, 4] }));
        assert_eq!(view.payload(), [0xaa, 0xbb]);
        assert_eq!(&bytes[view.payload_range()], [0xaa, 0xbb]);
    }

    #[test]
    fn every_part_that_does_not_fit_is_named() {
        let truncated = |part, at| Err(ParseError::Truncated { part, at });
        assert_eq!(PacketView::parse(&[0x80; 11]), truncated(Part::Header, 0));
        assert_eq!(PacketView::parse(&packet(0x40, &[])), Err(ParseError::Version { found: 1, at: 0 }));
        assert_eq!(PacketView::parse(&packet(0x82, &[0; 7])), truncated(Part::Csrc, 12));
        assert_eq!(PacketView::parse(&packet(0x91, &[0; 7])), truncated(Part::Extension, 16));
        assert_eq!(PacketView::parse(&packet(0x90, &[0, 0, 0, 2, 1, 2, 3, 4])), truncated(Part::Extension, 12));
        assert_eq!(PacketView::parse(&packet(0xa0, &[1, 0])), Err(ParseError::Padding { count: 0, at: 13 }));
        assert_eq!(PacketView::parse(&packet(0xa0, &[1, 3])), Err(ParseError::Padding { count: 3, at: 13 }));
        assert_eq!(PacketView::parse(&packet(0xa0, &[])), Err(ParseError::Padding { count: 0, at: 11 }));
    }

    #[test]
    fn a_packet_may_be_empty_or_all_padding() {
        assert_eq!(PacketView::parse(&packet(0x80, &[])).unwrap().payload(), []);
        assert_eq!(PacketView::parse(&packet(0xa0, &[0, 2])).unwrap().payload(), []);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            marker: bool, pt in 0u8..128, seq: u16, timestamp: u32, ssrc: u32, payload: Vec<u8>,
        ) {
            let payload_type = PayloadType::new(pt).unwrap();
            let header = Header { marker, payload_type, sequence: SeqNo(seq), timestamp, ssrc: Ssrc(ssrc) };
            let mut buffer = BytesMut::new();
            header.write_to(&mut buffer);
            buffer.extend_from_slice(&payload);
            let view = PacketView::parse(&buffer).unwrap();
            prop_assert_eq!(view.header(), header);
            prop_assert_eq!(view.payload(), &payload[..]);
        }

        #[test]
        fn no_bytes_panic(first in 0x80u8..0xc0, tail in proptest::collection::vec(any::<u8>(), 0..80)) {
            let bytes = packet(first, &tail);
            if let Ok(view) = PacketView::parse(&bytes) {
                prop_assert_eq!(&bytes[view.payload_range()], view.payload());
                prop_assert_eq!(view.csrcs().count(), usize::from(first & 0x0f));
            }
        }
    }
}
