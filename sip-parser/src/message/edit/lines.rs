//! The header lines of a message being edited.

use crate::header::Name;
use crate::message::index::Entry;
use crate::message::one_line::OneLine;
use crate::message::view::{is_named, name_id};
use crate::scan::{SplitList, is_space};
use bytes::BytesMut;
use smallvec::SmallVec;
use std::fmt;
use std::ops::Range;

/// A run of bytes: of the message as it came, or of what was written since.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) is_new: bool,
}

/// One header line with its line end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) piece: Piece,
    value_at: u32,
    value_len: u32,
    name_len: u16,
    id: u8,
}

impl Line {
    /// The same line at `at` of a message.
    pub(super) fn entry(&self, at: u32) -> Entry {
        Entry {
            name_at: at,
            value_at: at + (self.value_at - self.piece.from),
            value_len: self.value_len,
            name_len: self.name_len,
            id: self.id,
            next: 0,
        }
    }
}

/// The lines in order. What is not new points into `base`, what is into `text`.
pub(super) struct Lines<'a> {
    base: &'a [u8],
    pub(super) text: Vec<u8>,
    pub(super) table: SmallVec<[Line; 32]>,
}

/// Parts of one value that go, from where to where, in order.
type Cuts = SmallVec<[(usize, usize); 4]>;

/// One value of a list header: of which line, and where in that line's value.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub(super) line: usize,
    pub(super) range: Range<usize>,
}

impl<'a> Lines<'a> {
    /// The lines that `entries` found in `base`, the last of which ends at `end`.
    pub(super) fn new(base: &'a [u8], entries: &[Entry], end: u32) -> Self {
        let ends = entries.iter().skip(1).map(|e| e.name_at).chain([end]);
        let line = |(e, to): (&Entry, u32)| Line {
            piece: Piece { from: e.name_at, to, is_new: false },
            value_at: e.value_at,
            value_len: e.value_len,
            name_len: e.name_len,
            id: e.id,
        };
        Lines { base, text: Vec::new(), table: entries.iter().zip(ends).map(line).collect() }
    }

    pub(super) fn bytes(&self, piece: Piece) -> &[u8] {
        let from = if piece.is_new { &self.text } else { self.base };
        from.get(piece.from as usize..piece.to as usize).unwrap_or_default()
    }

    pub(super) fn value(&self, line: usize) -> &[u8] {
        let Some(l) = self.table.get(line) else { return &[] };
        self.bytes(Piece { from: l.value_at, to: l.value_at + l.value_len, ..l.piece })
    }

    /// Where a fault at byte `at` of a line's value is: from the start of the message as it came, or of the value if it
    /// is new.
    pub(super) fn place(&self, line: usize, at: usize) -> usize {
        self.table.get(line).filter(|l| !l.piece.is_new).map_or(at, |l| l.value_at as usize + at)
    }

    /// The lines of that name, from the first or from the last.
    pub(super) fn named(&self, name: Name) -> impl DoubleEndedIterator<Item = usize> + use<'_, 'a> {
        let id = name_id(name);
        self.table.iter().enumerate().filter_map(move |(i, l)| {
            let text = || self.bytes(Piece { to: l.piece.from + u32::from(l.name_len), ..l.piece });
            is_named(l.id, text, id, name).then_some(i)
        })
    }

    /// The first value of that list header.
    pub(super) fn first(&self, name: Name) -> Option<Spot> {
        self.named(name).find_map(|line| self.spots(line).next())
    }

    /// The last value of that list header.
    pub(super) fn last(&self, name: Name) -> Option<Spot> {
        self.named(name).rev().find_map(|line| self.spots(line).last())
    }

    /// The values of one line of a list header.
    pub(super) fn spots(&self, line: usize) -> impl Iterator<Item = Spot> + use<'_> {
        let value = self.value(line);
        SplitList::new(value).map(move |v| {
            let from = v.as_ptr() as usize - value.as_ptr() as usize;
            Spot { line, range: from..from + v.len() }
        })
    }

    pub(super) fn spot(&self, spot: &Spot) -> &[u8] {
        self.value(spot.line).get(spot.range.clone()).unwrap_or_default()
    }

    /// Where a line of that name goes that shall come before all others of its name: Via on top, and what other hops look
    /// at right behind (§7.3.1).
    pub(super) fn above(&self, name: Name) -> usize {
        let behind_via = || if name == Name::VIA { 0 } else { self.named(Name::VIA).next_back().map_or(0, |i| i + 1) };
        self.named(name).next().unwrap_or_else(behind_via)
    }

    /// Where a line of that name goes that shall come after all others of its name.
    pub(super) fn below(&self, name: Name) -> usize {
        self.named(name).next_back().map_or_else(|| self.above(name), |i| i + 1)
    }

    pub(super) fn insert(&mut self, at: usize, name: &str, write: impl FnOnce(&mut OneLine<'_>) -> fmt::Result) {
        let from = self.room();
        OneLine(&mut self.text).push_name(name);
        let colon = self.text.len();
        let written = self.text.get(from..colon - 2).unwrap_or_default();
        let id = Name::lookup_bytes(written).map_or(0, Name::id);
        let name_len = written.len() as u16;
        // Writing to a buffer fails only if the value's own Display does; what it wrote until then stands.
        let _ = write(&mut OneLine(&mut self.text));
        let value = self.trimmed(colon, self.text.len());
        self.text.extend_from_slice(b"\r\n");
        let piece = Piece { from: from as u32, to: self.text.len() as u32, is_new: true };
        let line =
            Line { piece, value_at: value.start as u32, value_len: (value.end - value.start) as u32, name_len, id };
        self.table.insert(at.min(self.table.len()), line);
    }

    /// Replaces `cut` of a line's value by what is written; the rest of the line stays as it is spelled.
    pub(super) fn splice(
        &mut self,
        line: usize,
        cut: Range<usize>,
        write: impl FnOnce(&mut OneLine<'_>) -> fmt::Result,
    ) {
        self.rewrite(line, &[(cut.start, cut.end)], write);
    }

    /// Writes a line anew without what is cut out of its value, and what is written in place of the last cut.
    fn rewrite(&mut self, line: usize, cuts: &[(usize, usize)], write: impl FnOnce(&mut OneLine<'_>) -> fmt::Result) {
        let Some(&l) = self.table.get(line) else { return };
        let at = |i: usize| l.value_at + i as u32;
        let from = self.room();
        let mut copied = l.piece.from;
        for &(start, end) in cuts {
            self.copy(Piece { from: copied, to: at(start), ..l.piece });
            copied = at(end);
        }
        let value_at = from + (l.value_at - l.piece.from) as usize;
        let _ = write(&mut OneLine(&mut self.text));
        self.copy(Piece { from: copied, to: l.value_at + l.value_len, ..l.piece });
        let value = self.trimmed(value_at, self.text.len());
        self.copy(Piece { from: l.value_at + l.value_len, ..l.piece });
        if !self.text.ends_with(b"\n") {
            // Of a message that is cut off.
            self.text.extend_from_slice(b"\r\n");
        }
        // Where the line was the last that was written, its old text is nobody's: one line edited again and again, as a
        // long Route is popped, does not grow.
        let is_last = l.piece.is_new && l.piece.to as usize == from;
        let gone = if is_last { from - l.piece.from as usize } else { 0 };
        self.text.drain(from - gone..from);
        let (from, value) = (from - gone, value.start - gone..value.end - gone);
        let piece = Piece { from: from as u32, to: self.text.len() as u32, is_new: true };
        if let Some(place) = self.table.get_mut(line) {
            let (value_at, value_len) = (value.start as u32, (value.end - value.start) as u32);
            *place = Line { piece, value_at, value_len, ..l };
        }
    }

    /// Removes one value of a list; the line with it if it was the only one.
    pub(super) fn remove_value(&mut self, spot: &Spot) {
        self.remove_values(spot.line, |other, _| *other == spot.range);
    }

    /// Removes the values of one line for which `is` holds, and the line with its last value; says how many. The line is
    /// written anew once, however many go.
    pub(super) fn remove_values(&mut self, line: usize, mut is: impl FnMut(&Range<usize>, &[u8]) -> bool) -> usize {
        let (mut cuts, mut count, mut kept) = (Cuts::new(), 0, None);
        for spot in self.spots(line) {
            if !is(&spot.range, self.spot(&spot)) {
                // What goes takes the comma behind it along.
                if let Some((_, to)) = cuts.last_mut().filter(|(_, to)| *to == usize::MAX) {
                    *to = spot.range.start;
                }
                kept = Some(spot.range.end);
                continue;
            }
            count += 1;
            if cuts.last().is_none_or(|(_, to)| *to != usize::MAX) {
                cuts.push((spot.range.start, usize::MAX));
            }
        }
        match kept {
            None if count > 0 => self.remove(line),
            Some(end) if count > 0 => {
                // And the one before it, if there is none behind.
                if let Some(last) = cuts.last_mut().filter(|(_, to)| *to == usize::MAX) {
                    *last = (end, self.value(line).len());
                }
                self.rewrite(line, &cuts, |_| Ok(()));
            }
            _ => {}
        }
        count
    }

    pub(super) fn remove(&mut self, line: usize) {
        if line < self.table.len() {
            self.table.remove(line);
        }
    }

    /// Removes the lines of that name from line `from` on; says how many.
    pub(super) fn remove_named(&mut self, from: usize, name: Name) -> usize {
        let gone: SmallVec<[usize; 32]> = self.named(name).filter(|&line| line >= from).collect();
        let (mut line, mut next) = (0, gone.iter().peekable());
        self.table.retain(|_| {
            let is_gone = next.next_if_eq(&&line).is_some();
            line += 1;
            !is_gone
        });
        gone.len()
    }

    /// Copies a piece to the end of what is new.
    pub(super) fn copy(&mut self, piece: Piece) {
        let range = piece.from as usize..piece.to as usize;
        if piece.is_new {
            self.text.extend_from_within(range);
        } else {
            self.text.extend_from_slice(self.base.get(range).unwrap_or_default());
        }
    }

    /// Where the next new line begins.
    pub(super) fn room(&mut self) -> usize {
        if self.text.capacity() == 0 {
            self.text.reserve(512);
        }
        self.text.len()
    }

    fn trimmed(&self, from: usize, to: usize) -> Range<usize> {
        let value = self.text.get(from..to).unwrap_or_default();
        let lead = value.iter().position(|&b| !is_space(b)).unwrap_or(value.len());
        let end = value.iter().rposition(|&b| !is_space(b)).map_or(lead, |i| i + 1);
        from + lead..from + end
    }

    /// Bytes of all lines.
    pub(super) fn len(&self) -> usize {
        self.table.iter().map(|l| (l.piece.to - l.piece.from) as usize).sum()
    }

    /// Writes `start` and all lines, neighbours of the same origin in one run.
    pub(super) fn write_to(&self, start: Piece, out: &mut BytesMut) {
        let mut run = start;
        for l in &self.table {
            if l.piece.is_new == run.is_new && l.piece.from == run.to {
                run.to = l.piece.to;
            } else {
                out.extend_from_slice(self.bytes(run));
                run = l.piece;
            }
        }
        out.extend_from_slice(self.bytes(run));
    }
}
