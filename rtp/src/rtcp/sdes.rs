//! SDES: who the sources are (RFC 3550 §6.5).

use super::cname::Cname;
use super::frame::{self, RawView};
use crate::error::{ParseError, Part};
use crate::ident::Ssrc;
use bytes::{BufMut, BytesMut};

pub(crate) const TYPE: u8 = 202;
const CNAME: u8 = 1;

/// A source description: chunks, each about one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdesView<'a> {
    count: u8,
    body: &'a [u8],
}

/// What is said about one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkView<'a> {
    /// The source.
    pub ssrc: Ssrc,
    items: &'a [u8],
}

/// One thing said about a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SdesItem<'a> {
    /// Its canonical name.
    Cname(&'a str),
    /// An item of another type, or a name that is not UTF-8.
    Other {
        /// Its type, not zero.
        item_type: u8,
        /// Its text, as octets.
        value: &'a [u8],
    },
}

impl<'a> SdesView<'a> {
    pub(crate) fn parse(raw: &RawView<'a>) -> Result<Self, ParseError> {
        let mut rest = raw.body;
        for _ in 0..raw.count {
            let at = raw.body_at() + raw.body.len() - rest.len();
            (_, rest) = split_chunk(rest).ok_or(ParseError::Truncated { part: Part::Sdes, at })?;
        }
        Ok(SdesView { count: raw.count, body: raw.body })
    }

    /// The chunks, in order.
    pub fn chunks(&self) -> impl Iterator<Item = ChunkView<'a>> + use<'a> {
        let mut rest = self.body;
        (0..self.count).map_while(move |_| {
            let (chunk, after) = split_chunk(rest)?;
            rest = after;
            Some(chunk)
        })
    }
}

impl<'a> ChunkView<'a> {
    /// The items, in order.
    pub fn items(&self) -> impl Iterator<Item = SdesItem<'a>> + use<'a> {
        let mut rest = self.items;
        std::iter::from_fn(move || {
            let (item, after) = split_item(rest)?;
            rest = after;
            Some(item)
        })
    }

    /// The canonical name, if it is among the items.
    pub fn cname(&self) -> Option<&'a str> {
        self.items().find_map(|item| match item {
            SdesItem::Cname(name) => Some(name),
            SdesItem::Other { .. } => None,
        })
    }
}

/// The first item and what follows it. `None` at the terminating zero and where the item does not fit.
fn split_item(bytes: &[u8]) -> Option<(SdesItem<'_>, &[u8])> {
    let (&[item_type, length], rest) = bytes.split_first_chunk::<2>()?;
    if item_type == 0 {
        return None;
    }
    let (value, rest) = rest.split_at_checked(usize::from(length))?;
    let item = match (item_type, str::from_utf8(value)) {
        (CNAME, Ok(name)) => SdesItem::Cname(name),
        _ => SdesItem::Other { item_type, value },
    };
    Some((item, rest))
}

/// The first chunk and what follows it: items, then zeros up to the next multiple of four, at least one.
fn split_chunk(bytes: &[u8]) -> Option<(ChunkView<'_>, &[u8])> {
    let (&ssrc, all) = bytes.split_first_chunk::<4>()?;
    let mut rest = all;
    while let Some((_, after)) = split_item(rest) {
        rest = after;
    }
    if rest.first() != Some(&0) {
        return None;
    }
    let items_len = all.len() - rest.len();
    let items = all.get(..items_len)?;
    let after = all.get((items_len + 1).next_multiple_of(4)..)?;
    Some((ChunkView { ssrc: Ssrc(u32::from_be_bytes(ssrc)), items }, after))
}

pub(crate) fn write_cname(buffer: &mut BytesMut, ssrc: Ssrc, cname: &Cname) {
    frame::write(buffer, TYPE, 1, |buffer| {
        let name = cname.as_str().as_bytes();
        buffer.put_u32(ssrc.0);
        buffer.put_u8(CNAME);
        buffer.put_u8(name.len() as u8); // `Cname` holds at most 255
        buffer.put_slice(name);
        let filled = 2 + name.len();
        buffer.put_bytes(0, (filled + 1).next_multiple_of(4) - filled);
    });
}
