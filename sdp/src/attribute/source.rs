//! `a=ssrc` and `a=ssrc-group`: what is said of one RTP source of a stream, and of several (RFC 5576).

use crate::attribute::TypedAttribute;
use crate::attribute::scan::{Words, is_token_byte, number};
use crate::error::ValueError;
use std::fmt;

/// An attribute of one source (RFC 5576 §4.1).
///
/// ```
/// use offhook_sdp::{SourceAttribute, TypedAttribute};
/// let source = SourceAttribute::parse("1402868592 cname:xZ2NqP/P1HhnJjfx")?;
/// assert_eq!((source.ssrc, source.cname()), (1402868592, Some("xZ2NqP/P1HhnJjfx")));
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SourceAttribute<'a> {
    /// The source.
    pub ssrc: u32,
    /// The attribute's name.
    pub name: &'a str,
    /// What follows its colon, if it has one.
    pub value: Option<&'a str>,
}

impl<'a> SourceAttribute<'a> {
    /// The canonical name of the source's end point, if that is what is said (RFC 5576 §6.1).
    pub fn cname(&self) -> Option<&'a str> {
        self.value.filter(|_| self.name.eq_ignore_ascii_case("cname"))
    }

    /// What is said, as its type: `source.typed::<Msid>()`, `source.typed::<Fmtp>()`. `None` if it is another attribute.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn typed<T: TypedAttribute<'a>>(&self) -> Result<Option<T>, ValueError> {
        let is_it = self.name.eq_ignore_ascii_case(T::NAME);
        is_it.then(|| T::parse(self.value.unwrap_or_default())).transpose()
    }
}

impl<'a> TypedAttribute<'a> for SourceAttribute<'a> {
    const NAME: &'static str = "ssrc";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let ssrc = words.number()?;
        let rest = words.rest();
        let (name, value) = rest.split_once(':').map_or((rest, None), |(name, value)| (name, Some(value)));
        match name.bytes().position(|b| !is_token_byte(b)) {
            Some(within) => Err(words.error_at(within)),
            None if name.is_empty() => Err(words.error()),
            None => Ok(SourceAttribute { ssrc, name, value }),
        }
    }
}

impl fmt::Display for SourceAttribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.ssrc, self.name)?;
        self.value.map_or(Ok(()), |value| write!(f, ":{value}"))
    }
}

/// Sources that belong together (RFC 5576 §4.2): for `FID` the second repeats the first, for `FEC-FR` it mends it.
///
/// ```
/// use offhook_sdp::{SourceGroup, TypedAttribute};
/// let group = SourceGroup::parse("FID 1366781083 1366781084")?;
/// assert_eq!((group.semantics, group.ssrcs().collect::<Vec<_>>()), ("FID", vec![1366781083, 1366781084]));
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SourceGroup<'a> {
    /// In which sense, such as `FID`, `FEC-FR` or `SIM`.
    pub semantics: &'a str,
    /// The sources' numbers, which spaces divide.
    pub sources: &'a str,
}

impl<'a> SourceGroup<'a> {
    /// The sources.
    pub fn ssrcs(&self) -> impl Iterator<Item = u32> + use<'a> {
        self.sources.split_ascii_whitespace().filter_map(number)
    }
}

impl<'a> TypedAttribute<'a> for SourceGroup<'a> {
    const NAME: &'static str = "ssrc-group";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let semantics = words.token()?;
        let sources = words.clone().rest();
        while let Some(word) = words.next() {
            number::<u32>(word).ok_or(words.error())?;
        }
        Ok(SourceGroup { semantics, sources })
    }
}

impl fmt::Display for SourceGroup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.semantics)?;
        if self.sources.is_empty() { Ok(()) } else { write!(f, " {}", self.sources) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::{Fmtp, Msid};

    #[test]
    fn what_is_said_of_a_source_is_read_as_its_type() {
        let source = SourceAttribute::parse("7 msid:a b").unwrap();
        assert_eq!(source.typed(), Ok(Some(Msid { id: "a", track: Some("b") })));
        assert_eq!((source.typed::<Fmtp>(), source.cname()), (Ok(None), None));
        assert_eq!(SourceAttribute::parse("7 mute").unwrap().to_string(), "7 mute");
        assert_eq!(SourceAttribute::parse("7 cname:").unwrap().to_string(), "7 cname:");
    }

    #[test]
    fn an_error_points_at_its_word() {
        for (text, offset) in [("", 0), ("4294967296 cname:x", 0), ("-1 x", 0), ("7", 1), ("7 :x", 2), ("7 a b:x", 3)] {
            assert_eq!(SourceAttribute::parse(text), Err(ValueError { name: "ssrc", offset }), "{text}");
        }
        for (text, offset) in [("", 0), ("FID 1 x", 6), ("F/D 1", 1)] {
            assert_eq!(SourceGroup::parse(text), Err(ValueError { name: "ssrc-group", offset }), "{text}");
        }
    }
}
