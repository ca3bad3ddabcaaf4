//! The text of a line, of a codec's name or its parameters: cheap to clone, and without a copy of its own where it can be.

use smol_str::SmolStr;
use std::borrow::{Borrow, Cow};
use std::fmt::{self, Write};
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};
use std::sync::Arc;

/// Text that is cheap to clone. What was parsed is a part of the one copy of its description, which lives as long as any
/// of its parts; what is made from a string stands alone, and costs no allocation while it is short. It compares, hashes and is used as the `str` that it is.
///
/// ```
/// use offhook_sdp::Text;
/// let text = Text::from("sendrecv");
/// assert_eq!(text, "sendrecv");
/// assert!(text.starts_with("send"));
/// ```
#[derive(Clone)]
pub struct Text(Repr);

/// The way in which it is kept.
#[derive(Clone)]
enum Repr {
    /// By itself: short text within it, longer text shared with its clones.
    Own(SmolStr),
    /// A part of a whole.
    Part { whole: Arc<str>, start: u32, end: u32 },
}

impl Text {
    /// Of a text that lives as long as the program, without a copy.
    pub const fn from_static(text: &'static str) -> Self {
        Text(Repr::Own(SmolStr::new_static(text)))
    }

    /// A part of a whole. A range that is none of it is empty text.
    pub(crate) fn part(whole: &Arc<str>, part: Range<usize>) -> Self {
        match (u32::try_from(part.start), u32::try_from(part.end)) {
            (Ok(start), Ok(end)) => Text(Repr::Part { whole: Arc::clone(whole), start, end }),
            _ => Text::from(whole.get(part).unwrap_or_default()),
        }
    }

    /// What is written so.
    pub(crate) fn written(value: &dyn fmt::Display) -> Self {
        let mut builder = TextBuilder::new();
        write!(builder, "{value}").expect("a text grows");
        builder.finish()
    }

    /// How many texts keep the whole of this part alive.
    #[cfg(test)]
    pub(crate) fn holders(&self) -> usize {
        match &self.0 {
            Repr::Own(_) => 0,
            Repr::Part { whole, .. } => Arc::strong_count(whole),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Own(text) => text,
            Repr::Part { whole, start, end } => whole.get(*start as usize..*end as usize).unwrap_or_default(),
        }
    }
}

/// Makes a text of pieces.
pub(crate) struct TextBuilder(String);

impl TextBuilder {
    pub(crate) fn new() -> Self {
        const ORDINARY: usize = 64; // what most lines are not longer than
        TextBuilder(String::with_capacity(ORDINARY))
    }

    #[inline]
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    pub(crate) fn number(&mut self, number: u32) -> &mut Self {
        self.push(Digits::of(number).as_str())
    }

    pub(crate) fn finish(self) -> Text {
        Text::from(self.0)
    }
}

impl Write for TextBuilder {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}

/// A number in decimal digits, without the machinery of `fmt`.
pub(crate) struct Digits {
    digits: [u8; 10],
    start: usize,
}

impl Digits {
    pub(crate) fn of(mut number: u32) -> Self {
        let (mut digits, mut start) = ([b'0'; 10], 10);
        for digit in digits.iter_mut().rev() {
            *digit += (number % 10) as u8;
            start -= 1;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        Digits { digits, start }
    }

    pub(crate) fn as_str(&self) -> &str {
        self.digits.get(self.start..).and_then(|digits| str::from_utf8(digits).ok()).unwrap_or_default()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// So that a list of them joins, and is found in a map, as `str` is.
impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text(Repr::Own(SmolStr::new(text)))
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Text::from(text.as_str())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text(Repr::Own(SmolStr::from(text)))
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        Text::from(&*text)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.as_str().to_owned()
    }
}

impl Default for Text {
    fn default() -> Self {
        Text::from_static("")
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_as_good_as_a_text_of_its_own() {
        let whole = Arc::from("a=sendrecv\r\n");
        let part = Text::part(&whole, 2..10);
        assert_eq!(part, Text::from("sendrecv".to_owned()));
        assert_eq!((format!("{part}"), format!("{part:?}")), ("sendrecv".into(), "\"sendrecv\"".into()));
        assert_eq!(Text::part(&whole, 2..99), Text::default());
    }

    #[test]
    fn a_number_has_all_its_digits() {
        for number in [0, 7, 10, 101, 48_000, 90_000, 999_999_999, u32::MAX] {
            assert_eq!(TextBuilder::new().push("=").number(number).0, format!("={number}"));
        }
    }
}
