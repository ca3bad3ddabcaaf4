//! `a=mid` and `a=group`: streams by name, and which belong together (RFC 5888; BUNDLE of RFC 9143).

use crate::attribute::TypedAttribute;
use crate::attribute::scan::{Words, is_token_byte};
use crate::error::ValueError;
use std::fmt;

/// A stream's name, once in the description (RFC 5888 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mid<'a>(pub &'a str);

impl<'a> TypedAttribute<'a> for Mid<'a> {
    const NAME: &'static str = "mid";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let mid = words.token()?;
        words.end()?;
        Ok(Mid(mid))
    }
}

impl fmt::Display for Mid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Streams that belong together in one sense; said of the session (RFC 5888 §5).
///
/// ```
/// use offhook_sdp::{Group, GroupSemantics, TypedAttribute};
/// let group = Group::parse("BUNDLE audio video")?;
/// assert_eq!(group.semantics, GroupSemantics::Bundle);
/// assert_eq!(group.mids().collect::<Vec<_>>(), ["audio", "video"]);
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Group<'a> {
    /// In which sense.
    pub semantics: GroupSemantics<'a>,
    /// The names of the streams, which spaces divide. Each is some stream's [`Mid`], or it is to be ignored.
    pub names: &'a str,
}

/// In which sense streams belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GroupSemantics<'a> {
    /// Played in step: lip synchronization (RFC 5888 §7).
    Ls,
    /// One flow in several streams (RFC 5888 §8).
    Fid,
    /// All on one address and port (RFC 9143).
    Bundle,
    /// Another.
    Other(&'a str),
}

impl<'a> Group<'a> {
    /// The names of the streams.
    pub fn mids(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.names.split_ascii_whitespace()
    }

    /// Whether a stream of this name belongs to it. Names compare with regard to case.
    pub fn contains(&self, mid: Mid<'_>) -> bool {
        self.mids().any(|name| name == mid.0)
    }
}

impl GroupSemantics<'_> {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        match self {
            GroupSemantics::Ls => "LS",
            GroupSemantics::Fid => "FID",
            GroupSemantics::Bundle => "BUNDLE",
            GroupSemantics::Other(name) => name,
        }
    }
}

impl<'a> TypedAttribute<'a> for Group<'a> {
    const NAME: &'static str = "group";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let semantics = match words.token()? {
            "LS" => GroupSemantics::Ls,
            "FID" => GroupSemantics::Fid,
            "BUNDLE" => GroupSemantics::Bundle,
            other => GroupSemantics::Other(other),
        };
        let names = words.clone().rest();
        while let Some(name) = words.next() {
            if let Some(within) = name.bytes().position(|b| !is_token_byte(b)) {
                return Err(words.error_at(within));
            }
        }
        Ok(Group { semantics, names })
    }
}

impl fmt::Display for Group<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.semantics.as_str())?;
        if self.names.is_empty() { Ok(()) } else { write!(f, " {}", self.names) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_may_be_empty_or_of_an_unknown_sense() {
        for text in ["BUNDLE", "LS 1 2", "FID 0", "DUP p1 p2"] {
            assert_eq!(Group::parse(text).unwrap().to_string(), text);
        }
        let dup = Group::parse("DUP p1").unwrap();
        assert_eq!(dup.semantics, GroupSemantics::Other("DUP"));
        assert!(dup.contains(Mid("p1")) && !dup.contains(Mid("P1")));
    }

    #[test]
    fn an_error_points_at_what_is_no_token() {
        for (text, offset) in [("", 0), ("B@ 1", 1), ("LS a b\"c", 6)] {
            assert_eq!(Group::parse(text), Err(ValueError { name: "group", offset }), "{text}");
        }
        for (text, offset) in [("", 0), ("a b", 2), ("a:", 1)] {
            assert_eq!(Mid::parse(text), Err(ValueError { name: "mid", offset }), "{text}");
        }
    }
}
