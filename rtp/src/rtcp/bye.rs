//! BYE: sources that leave (RFC 3550 §6.6).

use super::frame::{self, MAX_COUNT, RawView};
use crate::error::{ParseError, Part};
use crate::ident::Ssrc;
use bytes::{BufMut, BytesMut};

pub(crate) const TYPE: u8 = 203;

/// A goodbye.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByeView<'a> {
    sources: &'a [[u8; 4]],
    reason: Option<&'a str>,
}

impl<'a> ByeView<'a> {
    pub(crate) fn parse(raw: &RawView<'a>) -> Result<Self, ParseError> {
        let (words, _) = raw.body.as_chunks::<4>();
        let Some(sources) = words.get(..usize::from(raw.count)) else {
            return Err(ParseError::Truncated { part: Part::Bye, at: raw.body_at() + words.len() * 4 });
        };
        let at = raw.body_at() + sources.len() * 4;
        let reason = match raw.body.get(sources.len() * 4..).unwrap_or_default().split_first() {
            None => None,
            Some((&length, rest)) => {
                let text = rest.get(..usize::from(length)).ok_or(ParseError::Truncated { part: Part::Bye, at })?;
                Some(str::from_utf8(text).map_err(|_| ParseError::NotUtf8 { at: at + 1 })?)
            }
        };
        Ok(ByeView { sources, reason })
    }

    /// Who leaves.
    pub fn sources(&self) -> impl Iterator<Item = Ssrc> + use<'a> {
        self.sources.iter().map(|&octets| Ssrc(u32::from_be_bytes(octets)))
    }

    /// Why, in the sender's words.
    pub fn reason(&self) -> Option<&'a str> {
        self.reason
    }
}

pub(crate) fn write(buffer: &mut BytesMut, sources: &[Ssrc], reason: Option<&str>) {
    let sources = &sources[..sources.len().min(MAX_COUNT)];
    frame::write(buffer, TYPE, sources.len(), |buffer| {
        sources.iter().for_each(|ssrc| buffer.put_u32(ssrc.0));
        if let Some(reason) = reason {
            let text = &reason[..reason.floor_char_boundary(255)];
            buffer.put_u8(text.len() as u8);
            buffer.put_slice(text.as_bytes());
            let filled = 1 + text.len();
            buffer.put_bytes(0, filled.next_multiple_of(4) - filled);
        }
    });
}
