//! Lines as they stand, in order, and how to find and change them.

use crate::attribute::scan::cut;
use crate::attribute::{Direction, TypedAttribute};
use crate::error::ValueError;
use crate::text::{Text, TextBuilder};
use std::fmt::{self, Write};

/// One line, `kind=value`.
///
/// The value is text. A line that is not UTF-8 is read as ISO 8859-1, which is what such lines are in practice
/// (RFC 8866 §4.4 has text in UTF-8 unless `a=charset` says otherwise), and is written as UTF-8.
///
/// `Debug` does not show what is secret: the keys of a=crypto and k=, and the password of a=ice-pwd.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// The type letter, such as `c` or `a`.
    pub kind: char,
    /// What follows the `=`. A CR, LF or NUL in it is written as a space, so that no value can make a line of its own.
    pub value: Text,
}

/// An `a=` line, split at the colon (RFC 8866 §5.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// What stands before the first colon.
    pub name: &'a str,
    /// What follows it; `None` for a property attribute such as `a=rtcp-mux`.
    pub value: Option<&'a str>,
}

/// The lines of a session or of one media description, in the order in which they stand, known and unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines(Vec<Line>);

/// The order that RFC 8866 §5 gives to the lines of a session (after v= and o=), and of a media description.
const ORDER: &str = "siuepcbtrzka";

impl Lines {
    /// Without a line yet, with room for so many.
    pub(crate) fn with_capacity(lines: usize) -> Self {
        Lines(Vec::with_capacity(lines))
    }

    /// Every line, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Line> {
        self.0.iter()
    }

    /// Every line, in order, to be changed.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Line> {
        self.0.iter_mut()
    }

    /// How many lines.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of the first line of this type letter.
    pub fn first(&self, kind: char) -> Option<&str> {
        self.all(kind).next()
    }

    /// The values of all lines of this type letter.
    pub fn all(&self, kind: char) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |line| line.kind == kind).map(|line| line.value.as_str())
    }

    /// Adds a line at the end.
    pub fn push(&mut self, kind: char, value: impl Into<Text>) {
        self.0.push(Line { kind, value: value.into() });
    }

    /// Puts a line before the one at `index`, or at the end where there is none.
    pub fn insert(&mut self, index: usize, kind: char, value: impl Into<Text>) {
        self.0.insert(index.min(self.0.len()), Line { kind, value: value.into() });
    }

    /// Gives the first line of this type letter another value; where there is none, adds one at the place that
    /// RFC 8866 §5 has for it.
    pub fn set(&mut self, kind: char, value: impl Into<Text>) {
        let value = value.into();
        if let Some(line) = self.0.iter_mut().find(|line| line.kind == kind) {
            line.value = value;
            return;
        }
        let rank = |kind| ORDER.find(kind).unwrap_or(ORDER.len());
        let at = self.0.iter().position(|line| rank(line.kind) > rank(kind)).unwrap_or(self.0.len());
        self.0.insert(at, Line { kind, value });
    }

    /// Keeps only the lines for which `keep` says so.
    pub fn retain(&mut self, keep: impl FnMut(&Line) -> bool) {
        self.0.retain(keep);
    }

    /// The attributes, in order.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'_>> {
        self.all('a').map(split)
    }

    /// The first attribute of this name. Names compare without regard to case, because devices do not agree on it.
    pub fn attribute<'a>(&'a self, name: &str) -> Option<Attribute<'a>> {
        self.all('a').find(|line| value_of(line, name).is_some()).map(split)
    }

    /// Adds `a=name:value` at the end, or `a=name` where the value is empty.
    pub fn push_attribute(&mut self, name: &str, value: &str) {
        let mut text = TextBuilder::new();
        text.push(name);
        if !value.is_empty() {
            text.push(":").push(value);
        }
        self.push('a', text.finish());
    }

    /// Removes every attribute of this name.
    pub fn remove_attributes(&mut self, name: &str) {
        self.retain(|line| line.kind != 'a' || value_of(&line.value, name).is_none());
    }

    /// Whether there is an attribute of type `T`, readable or not: what is asked of those without a value, such as
    /// [`RtcpMux`](crate::RtcpMux).
    pub fn has<'a, T: TypedAttribute<'a>>(&'a self) -> bool {
        self.values_of(T::NAME).next().is_some()
    }

    /// The first attribute of type `T`, if there is one.
    ///
    /// # Errors
    /// It is there but cannot be read.
    pub fn typed<'a, T: TypedAttribute<'a>>(&'a self) -> Result<Option<T>, ValueError> {
        self.typed_all().next().transpose()
    }

    /// Every attribute of type `T`, each read or an error.
    pub fn typed_all<'a, T: TypedAttribute<'a>>(&'a self) -> impl Iterator<Item = Result<T, ValueError>> + use<'a, T> {
        self.values_of(T::NAME).map(T::parse)
    }

    /// Adds a typed attribute at the end.
    pub fn push_typed<'a, T: TypedAttribute<'a>>(&mut self, attribute: &T) {
        let mut text = TextBuilder::new();
        text.push(T::NAME).push(":");
        write!(text, "{attribute}").expect("a text grows");
        let text = text.finish();
        // Where there was no value there is no colon.
        let text = if text.len() == T::NAME.len() + 1 { Text::from_static(T::NAME) } else { text };
        self.push('a', text);
    }

    /// Puts a typed attribute in the place of all of its name.
    pub fn set_typed<'a, T: TypedAttribute<'a>>(&mut self, attribute: &T) {
        self.remove_attributes(T::NAME);
        self.push_typed(attribute);
    }

    /// The values of all attributes of this name; empty where there is none.
    pub(crate) fn values_of(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.all('a').filter_map(move |line| value_of(line, name))
    }

    /// The direction that these lines name, if any (RFC 8866 §6.7).
    pub fn direction(&self) -> Option<Direction> {
        self.attributes().find_map(|a| Direction::from_name(a.name))
    }

    /// Puts `direction` in the place of any that is there.
    pub fn set_direction(&mut self, direction: Direction) {
        self.retain(|line| line.kind != 'a' || Direction::from_name(split(&line.value).name).is_none());
        self.push('a', Text::from_static(direction.as_str()));
    }
}

impl<'a> IntoIterator for &'a Lines {
    type Item = &'a Line;
    type IntoIter = std::slice::Iter<'a, Line>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn split(line: &str) -> Attribute<'_> {
    match cut(line, b':') {
        Some((name, value)) => Attribute { name, value: Some(value) },
        None => Attribute { name: line, value: None },
    }
}

/// The value of an attribute's line, empty where it has none; `None` if it is of another name.
fn value_of<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    // The byte after the name is looked at first: it tells most other attributes.
    let value = match line.as_bytes().get(name.len()) {
        Some(b':') => line.get(name.len() + 1..)?,
        None if line.len() == name.len() => "",
        _ => return None,
    };
    line.get(..name.len())?.eq_ignore_ascii_case(name).then_some(value)
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SECRETS: [&str; 2] = ["crypto", "ice-pwd"];
        let secret = SECRETS.into_iter().find(|name| self.kind == 'a' && value_of(&self.value, name).is_some());
        match secret {
            Some(name) => write!(f, "a={name}:.."),
            None if self.kind == 'k' => f.write_str("k=.."),
            None => write!(f, "{}={}", self.kind, self.value.escape_debug()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::{IcePwd, Ptime};
    use std::time::Duration;

    #[test]
    fn a_new_line_goes_to_its_place_and_an_old_one_keeps_its_own() {
        let mut lines = Lines::default();
        lines.push('s', "-");
        lines.push('t', "0 0");
        lines.push('x', "unknown");
        lines.push('a', "sendrecv");
        lines.set('c', "IN IP4 192.0.2.1");
        lines.set('t', "1 2");
        lines.set('b', "AS:64");
        let order: String = lines.iter().map(|line| line.kind).collect();
        assert_eq!(order, "scbtxa");
        assert_eq!(lines.first('t'), Some("1 2"));
    }

    #[test]
    fn a_typed_attribute_replaces_all_of_its_name_and_no_other() {
        let mut lines = Lines::default();
        lines.push_attribute("ptime", "20");
        lines.push_attribute("maxptime", "40");
        lines.push_attribute("PTIME", "30");
        lines.set_typed(&Ptime(Duration::from_millis(10)));
        let all: Vec<_> = lines.all('a').collect();
        assert_eq!(all, ["maxptime:40", "ptime:10"]);
    }

    #[test]
    fn one_direction_is_left_after_setting_it() {
        let mut lines = Lines::default();
        lines.push_attribute("sendrecv", "");
        lines.push_attribute("inactive", "");
        assert_eq!(lines.direction(), Some(Direction::SendRecv));
        lines.set_direction(Direction::SendOnly);
        assert_eq!(lines.all('a').collect::<Vec<_>>(), ["sendonly"]);
    }
    #[test]
    fn a_name_is_the_whole_name() {
        let mut lines = Lines::default();
        for line in ["rtcp-mux", "RTCP:9", "rtcp", "rtc", "x"] {
            lines.push('a', line);
        }
        assert_eq!(lines.values_of("rtcp").collect::<Vec<_>>(), ["9", ""]);
        assert_eq!(lines.attribute("rtcp"), Some(Attribute { name: "RTCP", value: Some("9") }));
        assert!(!lines.has::<Ptime>());
    }

    #[test]
    fn no_secret_is_shown() {
        let mut lines = Lines::default();
        lines.push_typed(&IcePwd("asd88fgpdd777uzjYhagZg"));
        lines.push('a', "Crypto:1 X inline:AAAA");
        lines.push('k', "clear:AAAA");
        lines.push('a', "mid:0");
        assert_eq!(format!("{lines:?}"), "Lines([a=ice-pwd:.., a=crypto:.., k=.., a=mid:0])");
    }
}
