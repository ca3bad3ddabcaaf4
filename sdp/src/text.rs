//! The text of a line, without a copy of its own.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};
use std::sync::Arc;

/// Text that is cheap to clone. What was parsed is a part of the one copy of its description, which lives as long as any
/// of its parts; what is made from a string stands alone. It compares, hashes and is used as the `str` that it is.
///
/// ```
/// use offhook_sdp::Text;
/// let text = Text::from("sendrecv");
/// assert_eq!(text, "sendrecv");
/// assert!(text.starts_with("send"));
/// ```
#[derive(Clone)]
pub struct Text {
    whole: Arc<str>,
    part: Range<usize>,
}

impl Text {
    /// A part of a whole. A range that is none of it is empty text.
    pub(crate) fn part(whole: &Arc<str>, part: Range<usize>) -> Self {
        Text { whole: Arc::clone(whole), part }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.whole.get(self.part.clone()).unwrap_or_default()
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

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text { part: 0..text.len(), whole: Arc::from(text) }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text::from(text.as_str())
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
        Text::from("")
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
}
