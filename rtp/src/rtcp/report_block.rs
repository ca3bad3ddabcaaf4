//! Reception report blocks (RFC 3550 §6.4.1), the same in SR and RR.

use super::frame::RawView;
use crate::error::{ParseError, Part};
use crate::ident::Ssrc;
use bytes::{BufMut, BytesMut};

/// How one source was heard by the sender of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportBlock {
    /// The source that was heard.
    pub ssrc: Ssrc,
    /// Loss since the previous report, in 256ths.
    pub fraction_lost: u8,
    /// Loss since the beginning; duplicates can make it negative. 24 bits on the wire: written clamped.
    pub cumulative_lost: i32,
    /// The highest sequence number, with the count of cycles above it.
    pub highest_sequence: u32,
    /// Interarrival jitter in timestamp units.
    pub jitter: u32,
    /// The middle 32 bits of the NTP timestamp of the last SR from that source; zero if there was none.
    pub last_sr: u32,
    /// Delay since that SR, in 65536ths of a second; zero if there was none.
    pub delay_since_last_sr: u32,
}

impl ReportBlock {
    /// Octets on the wire.
    pub const LEN: usize = 24;

    fn read(octets: &[u8; Self::LEN]) -> Self {
        let [s0, s1, s2, s3, fraction, c0, c1, c2, h0, h1, h2, h3, rest @ ..] = *octets;
        let [j0, j1, j2, j3, l0, l1, l2, l3, d0, d1, d2, d3] = rest;
        ReportBlock {
            ssrc: Ssrc(u32::from_be_bytes([s0, s1, s2, s3])),
            fraction_lost: fraction,
            // read into the upper three octets, then shifted down with the sign
            cumulative_lost: i32::from_be_bytes([c0, c1, c2, 0]) >> 8,
            highest_sequence: u32::from_be_bytes([h0, h1, h2, h3]),
            jitter: u32::from_be_bytes([j0, j1, j2, j3]),
            last_sr: u32::from_be_bytes([l0, l1, l2, l3]),
            delay_since_last_sr: u32::from_be_bytes([d0, d1, d2, d3]),
        }
    }

    pub(crate) fn write_to(&self, buffer: &mut BytesMut) {
        // RFC 3550 A.3: clamped, not wrapped
        let lost = self.cumulative_lost.clamp(-0x80_0000, 0x7f_ffff);
        buffer.put_u32(self.ssrc.0);
        buffer.put_u8(self.fraction_lost);
        buffer.put_int(i64::from(lost), 3);
        buffer.put_u32(self.highest_sequence);
        buffer.put_u32(self.jitter);
        buffer.put_u32(self.last_sr);
        buffer.put_u32(self.delay_since_last_sr);
    }
}

/// The blocks of one report, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportBlocks<'a> {
    blocks: &'a [[u8; ReportBlock::LEN]],
}

impl<'a> ReportBlocks<'a> {
    /// The first `raw.count` blocks of the body from `offset` on. What follows is a profile's extension, passed over.
    pub(crate) fn parse(raw: &RawView<'a>, offset: usize) -> Result<Self, ParseError> {
        let count = usize::from(raw.count);
        let (all, _) = raw.body.get(offset..).unwrap_or_default().as_chunks();
        match all.get(..count) {
            Some(blocks) => Ok(ReportBlocks { blocks }),
            None => {
                let at = raw.body_at() + offset + all.len() * ReportBlock::LEN;
                Err(ParseError::Truncated { part: Part::ReportBlock, at })
            }
        }
    }
}

impl Iterator for ReportBlocks<'_> {
    type Item = ReportBlock;

    fn next(&mut self) -> Option<ReportBlock> {
        let (first, rest) = self.blocks.split_first()?;
        self.blocks = rest;
        Some(ReportBlock::read(first))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.blocks.len(), Some(self.blocks.len()))
    }
}

impl ExactSizeIterator for ReportBlocks<'_> {}
