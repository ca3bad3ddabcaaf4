//! The pieces that attributes are made of: words with their places, numbers, tokens (RFC 8866 §9).

use crate::error::ValueError;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Reads the words of a value, which spaces divide, and knows where each stands.
#[derive(Clone)]
pub(crate) struct Words<'a> {
    name: &'static str,
    value: &'a str,
    /// Where the next word is looked for.
    next: usize,
    /// Where the last word began; where the value ends, if there was none.
    start: usize,
}

impl<'a> Words<'a> {
    pub(crate) fn new(name: &'static str, value: &'a str) -> Self {
        Words { name, value, next: 0, start: 0 }
    }

    /// The next word, if there is one.
    pub(crate) fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest_text();
        let end = rest.bytes().position(is_space).unwrap_or(rest.len());
        let word = rest.get(..end).filter(|word| !word.is_empty())?;
        self.next = self.start + end;
        Some(word)
    }

    /// The next word.
    pub(crate) fn word(&mut self) -> Result<&'a str, ValueError> {
        self.next().ok_or(self.error())
    }

    /// The next word, which must be a token.
    pub(crate) fn token(&mut self) -> Result<&'a str, ValueError> {
        let word = self.word()?;
        self.check(word, 1..=usize::MAX, is_token_byte)
    }

    /// The next word, whose bytes and length must be as `is_allowed` and `length` say.
    pub(crate) fn of(
        &mut self,
        length: RangeInclusive<usize>,
        is_allowed: fn(u8) -> bool,
    ) -> Result<&'a str, ValueError> {
        let word = self.word()?;
        self.check(word, length, is_allowed)
    }

    /// The next word, which must be a number without a sign.
    pub(crate) fn number<N: FromStr>(&mut self) -> Result<N, ValueError> {
        number(self.word()?).ok_or(self.error())
    }

    /// What is left, without the spaces around it. Nothing is left then.
    pub(crate) fn rest(&mut self) -> &'a str {
        let rest = self.rest_text().trim_end_matches([' ', '\t']);
        self.next = self.value.len();
        rest
    }

    /// Nothing may be left.
    pub(crate) fn end(&mut self) -> Result<(), ValueError> {
        if self.rest_text().is_empty() { Ok(()) } else { Err(self.error()) }
    }

    /// The error that points at the last word.
    pub(crate) fn error(&self) -> ValueError {
        self.error_at(0)
    }

    /// The error that points into the last word.
    pub(crate) fn error_at(&self, within: usize) -> ValueError {
        ValueError { name: self.name, offset: self.start + within }
    }

    fn rest_text(&mut self) -> &'a str {
        let rest = self.value.get(self.next..).unwrap_or_default();
        self.start = self.next + rest.bytes().position(|b| !is_space(b)).unwrap_or(rest.len());
        self.value.get(self.start..).unwrap_or_default()
    }

    fn check(
        &self,
        word: &'a str,
        length: RangeInclusive<usize>,
        is_allowed: fn(u8) -> bool,
    ) -> Result<&'a str, ValueError> {
        match word.bytes().position(|b| !is_allowed(b)) {
            Some(within) => Err(self.error_at(within)),
            None if word.len() < *length.start() => Err(self.error_at(word.len())),
            None if word.len() > *length.end() => Err(self.error_at(*length.end())),
            None => Ok(word),
        }
    }
}

/// What stands before the first of this ASCII byte, and what follows it. A plain search: values and names are so short
/// that it is over before a clever one has begun.
pub(crate) fn cut(text: &str, at: u8) -> Option<(&str, &str)> {
    let place = text.bytes().position(|b| b == at)?;
    Some((text.get(..place)?, text.get(place + 1..)?))
}

/// A number of digits alone, without the sign that [`str::parse`] would take.
pub(crate) fn number<N: FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t')
}

/// RFC 8866 §9, token-char.
pub(crate) fn is_token_byte(b: u8) -> bool {
    matches!(b, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'^'..=b'~')
}

/// RFC 8839 §5.1, ice-char; and the base64 alphabet of RFC 4648 §4.
pub(crate) fn is_ice_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_points_at_its_word() {
        let mut words = Words::new("x", " ab  7 c\u{e9} +1");
        assert_eq!((words.word(), words.error().offset), (Ok("ab"), 1));
        assert_eq!((words.number::<u8>(), words.error().offset), (Ok(7), 5));
        assert_eq!(words.token().map_err(|e| e.offset), Err(8));
        assert_eq!(words.number::<u8>().map_err(|e| e.offset), Err(11));
        assert_eq!((words.word().map_err(|e| e.offset), words.end()), (Err(13), Ok(())));
    }

    #[test]
    fn a_length_is_missed_at_the_end_of_the_word() {
        assert_eq!(Words::new("x", "abc").of(4..=5, is_ice_byte).map_err(|e| e.offset), Err(3));
        assert_eq!(Words::new("x", "abcdef").of(4..=5, is_ice_byte).map_err(|e| e.offset), Err(5));
        assert_eq!(Words::new("x", "abc/+").of(4..=5, is_ice_byte), Ok("abc/+"));
    }

    #[test]
    fn a_token_is_that_of_the_grammar() {
        let separators = b"\"(),/:;<=>?@[\\] \x7f\0";
        for b in 0..=255u8 {
            let expected = b.is_ascii_graphic() && !separators.contains(&b);
            assert_eq!(is_token_byte(b), expected, "{b:#x}");
        }
    }
}
