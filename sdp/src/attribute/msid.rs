//! `a=msid` and `a=msid-semantic`: which media stream of WebRTC a stream belongs to (RFC 8830).

use crate::attribute::TypedAttribute;
use crate::attribute::scan::{Words, is_token_byte};
use crate::error::ValueError;
use std::fmt;

/// The media stream, and the track in it (RFC 8830 §2).
///
/// ```
/// use offhook_sdp::{Msid, TypedAttribute};
/// let msid = Msid::parse("- f83006c5")?;
/// assert_eq!((msid.stream(), msid.track), (None, Some("f83006c5")));
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Msid<'a> {
    /// The media stream as it is written, 1 to 64 bytes; `-` is none.
    pub id: &'a str,
    /// The track, 1 to 64 bytes.
    pub track: Option<&'a str>,
}

impl<'a> Msid<'a> {
    /// The media stream, if it belongs to one.
    pub fn stream(&self) -> Option<&'a str> {
        Some(self.id).filter(|&id| id != "-")
    }
}

impl<'a> TypedAttribute<'a> for Msid<'a> {
    const NAME: &'static str = "msid";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        const LENGTH: std::ops::RangeInclusive<usize> = 1..=64;
        let mut words = Words::new(Self::NAME, value);
        let id = words.of(LENGTH, is_token_byte)?;
        let has_track = words.clone().next().is_some();
        let track = if has_track { Some(words.of(LENGTH, is_token_byte)?) } else { None };
        words.end()?;
        Ok(Msid { id, track })
    }
}

impl fmt::Display for Msid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)?;
        self.track.map_or(Ok(()), |track| write!(f, " {track}"))
    }
}

/// Which media streams have a meaning, said of the session by older drafts of RFC 8830; browsers still write it, with a
/// space before it that is not written here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MsidSemantic<'a> {
    /// The meaning: `WMS`.
    pub semantic: &'a str,
    /// The media streams, which spaces divide; `*` is all.
    pub streams: &'a str,
}

impl<'a> TypedAttribute<'a> for MsidSemantic<'a> {
    const NAME: &'static str = "msid-semantic";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        Ok(MsidSemantic { semantic: words.token()?, streams: words.rest() })
    }
}

impl fmt::Display for MsidSemantic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.semantic)?;
        if self.streams.is_empty() { Ok(()) } else { write!(f, " {}", self.streams) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_browsers_write_is_read() {
        for text in ["952cb92b-f9a9 9476126f-bd70", "{94ba830c} {cb2638fc}", "x"] {
            assert_eq!(Msid::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(MsidSemantic::parse(" WMS *").unwrap(), MsidSemantic { semantic: "WMS", streams: "*" });
        assert_eq!(MsidSemantic::parse(" WMS").unwrap().to_string(), "WMS");
    }

    #[test]
    fn an_error_points_at_its_word() {
        let long = "x".repeat(65);
        for (text, offset) in [("", 0), ("a b c", 4), ("a b/", 3), (long.as_str(), 64)] {
            assert_eq!(Msid::parse(text), Err(ValueError { name: "msid", offset }), "{text}");
        }
        assert_eq!(MsidSemantic::parse(" "), Err(ValueError { name: "msid-semantic", offset: 1 }));
    }
}
