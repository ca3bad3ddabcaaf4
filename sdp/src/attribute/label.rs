//! `a=label` and `a=content`: how other documents point at a stream, and what it is for (RFC 4574, RFC 4796).

use crate::attribute::TypedAttribute;
use crate::attribute::scan::{Words, is_token_byte};
use crate::error::ValueError;
use std::fmt;

/// A label by which another document points at the stream (RFC 4574 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Label<'a>(pub &'a str);

impl<'a> TypedAttribute<'a> for Label<'a> {
    const NAME: &'static str = "label";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let label = words.token()?;
        words.end()?;
        Ok(Label(label))
    }
}

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What the stream shows (RFC 4796 §5): words such as `slides`, `speaker`, `sl` (sign language), `main`, `alt`, which
/// commas divide.
///
/// ```
/// use offhook_sdp::{Content, TypedAttribute};
/// assert!(Content::parse("slides,speaker")?.contains("speaker"));
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Content<'a>(pub &'a str);

impl<'a> Content<'a> {
    /// The words.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.0.split(',').map(str::trim)
    }

    /// Whether a word is among them, without regard to case.
    pub fn contains(&self, word: &str) -> bool {
        self.iter().any(|own| own.eq_ignore_ascii_case(word))
    }
}

impl<'a> TypedAttribute<'a> for Content<'a> {
    const NAME: &'static str = "content";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let text = Words::new(Self::NAME, value).rest();
        let mut at = text.as_ptr() as usize - value.as_ptr() as usize;
        for part in text.split(',') {
            let word = part.trim();
            let space = part.len() - part.trim_start().len();
            if word.is_empty() {
                return Err(ValueError { name: Self::NAME, offset: at });
            }
            if let Some(within) = word.bytes().position(|b| !is_token_byte(b)) {
                return Err(ValueError { name: Self::NAME, offset: at + space + within });
            }
            at += part.len() + 1;
        }
        Ok(Content(text))
    }
}

impl fmt::Display for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_a_list_of_words() {
        let content = Content::parse(" main, alt").unwrap();
        assert_eq!(content.iter().collect::<Vec<_>>(), ["main", "alt"]);
        assert!(!content.contains("ma"));
        for (text, offset) in [("", 0), ("main,,alt", 5), ("main,", 5), ("a,b c", 3), (" a b", 2), ("\u{c}a b", 2)] {
            assert_eq!(Content::parse(text), Err(ValueError { name: "content", offset }), "{text}");
        }
    }

    #[test]
    fn a_label_is_one_token() {
        assert_eq!(Label::parse("11").unwrap().to_string(), "11");
        assert_eq!(Label::parse("a b"), Err(ValueError { name: "label", offset: 2 }));
    }
}
