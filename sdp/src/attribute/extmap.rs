//! `a=extmap`: what an extension of RTP's header stands for (RFC 8285 §5, §7).

use crate::attribute::scan::{Words, number};
use crate::attribute::{Direction, SessionDefault, TypedAttribute};
use crate::error::ValueError;
use std::fmt;

/// What one id of RTP's header extensions stands for. Said of the session it is said of all streams (RFC 8285 §5):
/// [`SessionDescription::typed_all_of`](crate::SessionDescription::typed_all_of) finds it there.
///
/// ```
/// use offhook_sdp::{Direction, Extmap, TypedAttribute};
/// let map = Extmap::parse("4/recvonly urn:ietf:params:rtp-hdrext:sdes:mid")?;
/// assert_eq!((map.id, map.direction), (4, Some(Direction::RecvOnly)));
/// assert!(map.fits_one_byte());
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Extmap<'a> {
    /// 1 to 255; or 4096 to 4351, which only offers have, more of them than packets can bear (RFC 8285 §7).
    pub id: u16,
    /// Which way it goes, where the line says; else as the stream does.
    pub direction: Option<Direction>,
    /// What it is.
    pub uri: &'a str,
    /// What the extension is told besides; empty where nothing is.
    pub attributes: &'a str,
}

impl Extmap<'_> {
    /// Whether the id fits into a header of one byte: 1 to 14 (RFC 8285 §4.2).
    pub fn fits_one_byte(&self) -> bool {
        (1..=14).contains(&self.id)
    }

    /// Whether the id must be changed in the answer, because packets cannot bear it (RFC 8285 §7).
    pub fn is_provisional(&self) -> bool {
        self.id >= 4096
    }
}

impl<'a> TypedAttribute<'a> for Extmap<'a> {
    const NAME: &'static str = "extmap";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let word = words.word()?;
        let (digits, direction) = match word.split_once('/') {
            Some((digits, name)) => {
                let direction = Direction::from_name(name).ok_or(words.error_at(digits.len() + 1))?;
                (digits, Some(direction))
            }
            None => (word, None),
        };
        let id = number(digits).filter(|id| matches!(id, 1..=255 | 4096..=4351)).ok_or(words.error())?;
        Ok(Extmap { id, direction, uri: words.word()?, attributes: words.rest() })
    }
}

/// RFC 8285 §5: all of the session or all of the streams.
impl<'a> SessionDefault<'a> for Extmap<'a> {}

impl fmt::Display for Extmap<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        if let Some(direction) = self.direction {
            write!(f, "/{direction}")?;
        }
        write!(f, " {}", self.uri)?;
        if self.attributes.is_empty() { Ok(()) } else { write!(f, " {}", self.attributes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_read_and_written() {
        for text in ["1 URI-toffset", "2/recvonly urn:x", "4351/inactive urn:x a b", "255 urn:x 25@600/24"] {
            assert_eq!(Extmap::parse(text).unwrap().to_string(), text);
        }
        let map = Extmap::parse("4096 urn:x  short").unwrap();
        assert_eq!((map.attributes, map.is_provisional(), map.fits_one_byte()), ("short", true, false));
    }

    #[test]
    fn an_error_points_at_the_id_the_direction_or_the_uri() {
        for (text, offset) in
            [("0 u", 0), ("256 u", 0), ("4095 u", 0), ("4352 u", 0), ("+1 u", 0), ("1/up u", 2), ("/ u", 1), ("1", 1)]
        {
            assert_eq!(Extmap::parse(text), Err(ValueError { name: "extmap", offset }), "{text}");
        }
    }
}
