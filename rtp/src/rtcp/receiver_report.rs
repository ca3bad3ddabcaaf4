//! RR: what was heard, from one who sends nothing (RFC 3550 §6.4.2).

use super::frame::{self, MAX_COUNT, RawView};
use super::report_block::{ReportBlock, ReportBlocks};
use crate::error::{ParseError, Part};
use crate::ident::Ssrc;
use bytes::{BufMut, BytesMut};

pub(crate) const TYPE: u8 = 201;

/// A receiver report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiverReportView<'a> {
    /// Whose report it is.
    pub ssrc: Ssrc,
    blocks: ReportBlocks<'a>,
}

impl<'a> ReceiverReportView<'a> {
    pub(crate) fn parse(raw: &RawView<'a>) -> Result<Self, ParseError> {
        let Some((&ssrc, _)) = raw.body.split_first_chunk::<4>() else {
            return Err(ParseError::Truncated { part: Part::Rtcp, at: raw.at });
        };
        Ok(ReceiverReportView { ssrc: Ssrc(u32::from_be_bytes(ssrc)), blocks: ReportBlocks::parse(raw, 4)? })
    }

    /// What it heard.
    pub fn blocks(&self) -> ReportBlocks<'a> {
        self.blocks.clone()
    }
}

pub(crate) fn write(buffer: &mut BytesMut, ssrc: Ssrc, blocks: &[ReportBlock]) {
    let blocks = &blocks[..blocks.len().min(MAX_COUNT)];
    frame::write(buffer, TYPE, blocks.len(), |buffer| {
        buffer.put_u32(ssrc.0);
        blocks.iter().for_each(|block| block.write_to(buffer));
    });
}
