//! Header lines, and single values of list headers (RFC 3261 §7.3.1).

use super::editing::Edit;
use crate::header::Name;
use crate::message::BadName;
use std::fmt::{Display, Write as _};

impl Edit<'_> {
    /// The value of the first line of that name, as it is now.
    pub fn header(&self, name: Name) -> Option<&[u8]> {
        self.lines.named(name).next().map(|line| self.lines.value(line))
    }

    /// Adds a line behind all others. A Content-Length is not taken.
    pub fn append(&mut self, name: Name, value: impl Display) -> &mut Self {
        self.insert(self.lines.table.len(), name.as_str(), value)
    }

    /// Adds a line whose name is only known at run time behind all others.
    pub fn append_text(&mut self, name: &str, value: &str) -> Result<&mut Self, BadName> {
        BadName::check(name)?;
        Ok(self.insert(self.lines.table.len(), name, value))
    }

    /// Adds a line before all others of its name; if there are none, behind the last Via.
    pub fn prepend(&mut self, name: Name, value: impl Display) -> &mut Self {
        self.insert(self.lines.above(name), name.as_str(), value)
    }

    fn insert(&mut self, at: usize, name: &str, value: impl Display) -> &mut Self {
        if !Name::CONTENT_LENGTH.matches(name) {
            self.lines.insert(at, name, |line| write!(line, "{value}"));
        }
        self
    }

    /// Replaces the value of the first line of that name, whose spelling stays, and removes the others; if there are none,
    /// adds one behind all others. A Content-Length is not taken.
    pub fn replace(&mut self, name: Name, value: impl Display) -> &mut Self {
        if Name::CONTENT_LENGTH.matches(name.as_str()) {
            return self;
        }
        self.put(name, value);
        self
    }

    pub(super) fn put(&mut self, name: Name, value: impl Display) {
        let Some(first) = self.lines.named(name).next() else {
            return self.lines.insert(self.lines.table.len(), name.as_str(), |line| write!(line, "{value}"));
        };
        let len = self.lines.value(first).len();
        self.lines.splice(first, 0..len, |line| write!(line, "{value}"));
        self.lines.remove_named(first + 1, name);
    }

    /// Removes every line of that name and says how many there were. A Content-Length stays.
    pub fn remove(&mut self, name: Name) -> usize {
        if Name::CONTENT_LENGTH.matches(name.as_str()) { 0 } else { self.lines.remove_named(0, name) }
    }

    /// Adds a value to the end of the last line of that list header; if there is none, as a line behind all others. One
    /// that is there already, in any case, is not added.
    pub fn add_value(&mut self, name: Name, value: &str) -> &mut Self {
        let has = |line| self.lines.spots(line).any(|s| self.lines.spot(&s).eq_ignore_ascii_case(value.as_bytes()));
        if self.lines.named(name).any(has) || Name::CONTENT_LENGTH.matches(name.as_str()) {
            return self;
        }
        let Some(line) = self.lines.named(name).next_back() else { return self.append(name, value) };
        let end = self.lines.spots(line).last().map(|spot| spot.range.end);
        let len = self.lines.value(line).len();
        let comma = if end.is_some() { ", " } else { "" };
        self.lines.splice(line, end.unwrap_or(0)..len, |line| write!(line, "{comma}{value}"));
        self
    }

    /// Removes every value of that list header for which `is` holds, and a line with its last value; says how many.
    pub fn remove_values(&mut self, name: Name, mut is: impl FnMut(&[u8]) -> bool) -> usize {
        if Name::CONTENT_LENGTH.matches(name.as_str()) {
            return 0;
        }
        let lines: Vec<usize> = self.lines.named(name).collect();
        // From the last to the first, so that those still to come stay where they are.
        lines.into_iter().rev().map(|line| self.lines.remove_values(line, |_, value| is(value))).sum()
    }

    /// Removes a value of that list header, spelled in any case; whether it was there.
    pub fn remove_value(&mut self, name: Name, value: &str) -> bool {
        self.remove_values(name, |v| v.eq_ignore_ascii_case(value.as_bytes())) > 0
    }

    /// Replaces the first value of that list header for which `is` holds, as a proxy does with its own Record-Route in a
    /// response (§16.7 step 8); whether there was one.
    pub fn replace_value(&mut self, name: Name, mut is: impl FnMut(&[u8]) -> bool, value: impl Display) -> bool {
        if Name::CONTENT_LENGTH.matches(name.as_str()) {
            return false;
        }
        let found = self.lines.named(name).find_map(|l| self.lines.spots(l).find(|s| is(self.lines.spot(s))));
        let Some(spot) = found else { return false };
        self.lines.splice(spot.line, spot.range, |line| write!(line, "{value}"));
        true
    }
}
