//! What all RTCP packets share: the first word and the padding (RFC 3550 §6.4.1).

use crate::error::{ParseError, Part};
use bytes::{BufMut, BytesMut};

/// How many report blocks, chunks or sources one packet can count: the count has five bits.
pub const MAX_COUNT: usize = 31;

/// One RTCP packet of any type, its length and padding checked, its body not looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawView<'a> {
    /// The five bits after version and padding: a count or a sub-type.
    pub count: u8,
    /// The packet type.
    pub packet_type: u8,
    /// What follows the first word, without padding: a multiple of four octets.
    pub body: &'a [u8],
    /// Where the packet begins in the datagram, for errors.
    pub(crate) at: usize,
}

impl<'a> RawView<'a> {
    /// The packet that begins at `at`, and where the next one begins.
    pub(crate) fn split(datagram: &'a [u8], at: usize) -> Result<(Self, usize), ParseError> {
        let truncated = ParseError::Truncated { part: Part::Rtcp, at };
        let rest = datagram.get(at..).unwrap_or_default();
        let (&[first, packet_type, l0, l1], rest) = rest.split_first_chunk::<4>().ok_or(truncated)?;
        if first >> 6 != 2 {
            return Err(ParseError::Version { found: first >> 6, at });
        }
        let length = usize::from(u16::from_be_bytes([l0, l1])) * 4;
        let mut body = rest.get(..length).ok_or(truncated)?;
        let next = at + 4 + length;
        if first & 0x20 != 0 {
            let count = body.last().copied().unwrap_or(0);
            body = match body.len().checked_sub(usize::from(count)) {
                Some(end) if count > 0 && count % 4 == 0 => body.get(..end).unwrap_or_default(),
                _ => return Err(ParseError::Padding { count, at: next - 1 }),
            };
        }
        Ok((RawView { count: first & 0x1f, packet_type, body, at }, next))
    }

    /// Where the body begins in the datagram.
    pub(crate) fn body_at(&self) -> usize {
        self.at + 4
    }
}

/// Appends one packet: `body` writes what follows the first word, a multiple of four octets below 256 KiB.
pub(crate) fn write(buffer: &mut BytesMut, packet_type: u8, count: usize, body: impl FnOnce(&mut BytesMut)) {
    debug_assert!(count <= MAX_COUNT);
    let start = buffer.len();
    buffer.put_u8(2 << 6 | count as u8);
    buffer.put_u8(packet_type);
    buffer.put_u16(0);
    body(buffer);
    let words = (buffer.len() - start) / 4 - 1;
    debug_assert_eq!((words + 1) * 4, buffer.len() - start);
    buffer[start + 2..start + 4].copy_from_slice(&(words as u16).to_be_bytes());
}
