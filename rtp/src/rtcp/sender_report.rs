//! SR: what was sent, and what was heard (RFC 3550 §6.4.1).

use super::frame::{self, MAX_COUNT, RawView};
use super::report_block::{ReportBlock, ReportBlocks};
use crate::error::{ParseError, Part};
use crate::ident::Ssrc;
use bytes::{BufMut, BytesMut};

pub(crate) const TYPE: u8 = 200;

/// What a sender says about what it sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderInfo {
    /// When the report was sent: NTP format, seconds since 1900 in the upper half.
    pub ntp: u64,
    /// The same instant on the clock of the RTP timestamps.
    pub rtp_timestamp: u32,
    /// Packets sent since the beginning, wrapping.
    pub packet_count: u32,
    /// Payload octets sent since the beginning, wrapping.
    pub octet_count: u32,
}

/// A sender report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderReportView<'a> {
    /// Whose report it is.
    pub ssrc: Ssrc,
    /// What it sent.
    pub info: SenderInfo,
    blocks: ReportBlocks<'a>,
}

const FIXED: usize = 24;

impl<'a> SenderReportView<'a> {
    pub(crate) fn parse(raw: &RawView<'a>) -> Result<Self, ParseError> {
        let Some((fixed, _)) = raw.body.split_first_chunk::<FIXED>() else {
            return Err(ParseError::Truncated { part: Part::SenderInfo, at: raw.body_at() });
        };
        let [s0, s1, s2, s3, n0, n1, n2, n3, n4, n5, n6, n7, rest @ ..] = *fixed;
        let [t0, t1, t2, t3, p0, p1, p2, p3, o0, o1, o2, o3] = rest;
        Ok(SenderReportView {
            ssrc: Ssrc(u32::from_be_bytes([s0, s1, s2, s3])),
            info: SenderInfo {
                ntp: u64::from_be_bytes([n0, n1, n2, n3, n4, n5, n6, n7]),
                rtp_timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
                packet_count: u32::from_be_bytes([p0, p1, p2, p3]),
                octet_count: u32::from_be_bytes([o0, o1, o2, o3]),
            },
            blocks: ReportBlocks::parse(raw, FIXED)?,
        })
    }

    /// What it heard.
    pub fn blocks(&self) -> ReportBlocks<'a> {
        self.blocks.clone()
    }
}

pub(crate) fn write(buffer: &mut BytesMut, ssrc: Ssrc, info: &SenderInfo, blocks: &[ReportBlock]) {
    let blocks = &blocks[..blocks.len().min(MAX_COUNT)];
    frame::write(buffer, TYPE, blocks.len(), |buffer| {
        buffer.put_u32(ssrc.0);
        buffer.put_u64(info.ntp);
        buffer.put_u32(info.rtp_timestamp);
        buffer.put_u32(info.packet_count);
        buffer.put_u32(info.octet_count);
        blocks.iter().for_each(|block| block.write_to(buffer));
    });
}
