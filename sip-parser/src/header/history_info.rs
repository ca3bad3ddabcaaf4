//! `History-Info` (RFC 7044 §5).

use super::from_to::address_header;
use super::{Name, NameAddr, TypedHeader};
use crate::error::{ParseError, Place};
use std::fmt;

address_header! {
    /// One target that the request had on its way. Reason and Privacy stand in the URI, after its `?`.
    ///
    /// ```
    /// use offhook_sip_parser::header::{HistoryInfo, Retargeting, TypedHeader};
    /// let entry = HistoryInfo::parse(b"<sip:bob@192.0.2.4>;index=1.1.2;mp=1.1")?;
    /// let index = entry.index().unwrap();
    /// assert!(index.numbers().eq([1, 1, 2]));
    /// assert_eq!(entry.retargeting(), index.parent().map(Retargeting::Mapped));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    HistoryInfo, Name::HISTORY_INFO, true
}

/// The place of an entry in the tree of targets: `1`, `1.1`, `1.2.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HistoryIndex<'a>(&'a str);

/// How a target came about, and from which entry (RFC 7044 §10.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retargeting<'a> {
    /// `rc`: another contact of the same user.
    Contact(HistoryIndex<'a>),
    /// `mp`: another user.
    Mapped(HistoryIndex<'a>),
    /// `np`: the same address in other words.
    Unchanged(HistoryIndex<'a>),
}

impl<'a> HistoryIndex<'a> {
    /// `None` if it is not numbers with dots between them.
    pub fn parse(text: &'a str) -> Option<Self> {
        let number = |n: &str| n.bytes().all(|b| b.is_ascii_digit()) && n.parse::<u32>().is_ok();
        text.split('.').all(number).then_some(HistoryIndex(text))
    }

    /// The text.
    pub fn as_str(&self) -> &'a str {
        self.0
    }

    /// The numbers from the root.
    pub fn numbers(&self) -> impl Iterator<Item = u32> + use<'a> {
        self.0.split('.').filter_map(|n| n.parse().ok())
    }

    /// The entry that this one branches from; `None` for a root.
    pub fn parent(&self) -> Option<HistoryIndex<'a>> {
        self.0.rsplit_once('.').map(|(parent, _)| HistoryIndex(parent))
    }
}

impl fmt::Display for HistoryIndex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl<'a> HistoryInfo<'a> {
    /// The `index` parameter.
    pub fn index(&self) -> Option<HistoryIndex<'a>> {
        self.index_of("index")
    }

    /// The `rc`, `mp` or `np` parameter.
    pub fn retargeting(&self) -> Option<Retargeting<'a>> {
        let contact = self.index_of("rc").map(Retargeting::Contact);
        let mapped = || self.index_of("mp").map(Retargeting::Mapped);
        contact.or_else(mapped).or_else(|| self.index_of("np").map(Retargeting::Unchanged))
    }

    fn index_of(&self, name: &str) -> Option<HistoryIndex<'a>> {
        HistoryIndex::parse(self.params.value(name)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_numbers_with_dots() {
        for bad in ["", ".", "1.", ".1", "1..2", "a", "1.+2", "4294967296"] {
            assert_eq!(HistoryIndex::parse(bad), None, "{bad}");
        }
        assert_eq!(HistoryIndex::parse("1").unwrap().parent(), None);
    }
}
