//! Header lines that stand in a body: of a part, of a fragment, of a summary.

use crate::error::{ErrorKind, ParseError, Place};
use crate::header::{Name, TypedHeader};
use crate::scan::{self, SplitList};
use std::fmt;

/// Header lines without a message around them, read as those of a [`MessageView`](crate::MessageView) are. They are few,
/// so they are looked through rather than indexed: small and `Copy`.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Fields<'a> {
    lines: &'a [u8],
    /// Where they stand in the body.
    at: usize,
}

/// One header line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// The name as spelled.
    pub name: &'a str,
    /// The value, trimmed; folding stays in it.
    pub value: &'a [u8],
    /// Where the value begins, in bytes from the start of the body.
    pub at: usize,
}

impl<'a> Fields<'a> {
    /// Takes the lines from the front of `bytes`, to the empty line or the end, and answers them with the offset of what
    /// follows, if the empty line is there. `at` is where `bytes` stands.
    ///
    /// # Errors
    /// A line that has no name and colon.
    pub(super) fn parse(bytes: &'a [u8], at: usize) -> Result<(Self, Option<usize>), ParseError> {
        let mut end = 0;
        while let Some(rest) = bytes.get(end..).filter(|rest| !rest.is_empty()) {
            let width = line_width(rest);
            if matches!(rest.get(..width), Some(b"\r\n" | b"\n")) {
                let lines = bytes.get(..end).unwrap_or_default();
                return Ok((Fields { lines, at }, Some(at + end + width)));
            }
            let (_, next) = field(rest, at + end)?;
            end += next;
        }
        Ok((Fields { lines: bytes, at }, None))
    }

    /// Every line in order.
    pub fn iter(&self) -> FieldsIter<'a> {
        FieldsIter { rest: self.lines, at: self.at }
    }

    /// Every line of that name, in order.
    pub fn header_all(&self, name: Name) -> impl Iterator<Item = Field<'a>> + use<'a> {
        self.iter().filter(move |field| field.is(name))
    }

    /// The value of the first line of that name.
    pub fn header(&self, name: Name) -> Option<&'a [u8]> {
        self.header_all(name).next().map(|field| field.value)
    }

    /// The first `T`, if there is one.
    ///
    /// # Errors
    /// What `T` says of its value.
    pub fn typed<T: TypedHeader<'a>>(&self) -> Result<Option<T>, ParseError> {
        self.typed_all().next().transpose()
    }

    /// The first `T`; an error of kind [`Missing`](ErrorKind::Missing) if there is none.
    ///
    /// # Errors
    /// That, and what `T` says of its value.
    pub fn required<T: TypedHeader<'a>>(&self) -> Result<T, ParseError> {
        let missing = ParseError::new(ErrorKind::Missing, Place::Header(T::NAME), self.at + self.lines.len());
        self.typed()?.ok_or(missing)
    }

    /// Every `T` in order: of all lines and, for a list header, of all elements of each.
    pub fn typed_all<T: TypedHeader<'a>>(&self) -> impl Iterator<Item = Result<T, ParseError>> + use<'a, T> {
        self.header_all(T::NAME).flat_map(|line| {
            let parts = if T::IS_LIST { SplitList::new(line.value) } else { SplitList::whole(line.value) };
            parts.map(move |value| {
                let before = value.as_ptr() as usize - line.value.as_ptr() as usize;
                T::parse(value).map_err(|e| ParseError { at: e.at + line.at + before, ..e })
            })
        })
    }

    /// The lines as they stand, with their line ends.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.lines
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

impl<'a> Field<'a> {
    /// Whether this line carries `name`, in full or compact form, in any case.
    pub fn is(&self, name: Name) -> bool {
        name.matches(self.name)
    }

    /// The value as text, if it is UTF-8.
    pub fn text(&self) -> Option<&'a str> {
        std::str::from_utf8(self.value).ok()
    }
}

/// The names alone: values may be secret.
impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|field| field.name)).finish()
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({}: {} bytes)", self.name, self.value.len())
    }
}

/// Header lines in order.
#[derive(Debug, Clone)]
pub struct FieldsIter<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Iterator for FieldsIter<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        // What was parsed has only lines that read.
        let (field, next) = field(self.rest, self.at).ok()?;
        self.rest = self.rest.get(next..).unwrap_or_default();
        self.at += next;
        Some(field)
    }
}

/// Bytes up to and with the next LF, or all.
pub(super) fn line_width(bytes: &[u8]) -> usize {
    memchr::memchr(b'\n', bytes).map_or(bytes.len(), |i| i + 1)
}

/// The line at the front of `bytes` with what is folded onto it, and where the next begins.
fn field(bytes: &[u8], at: usize) -> Result<(Field<'_>, usize), ParseError> {
    let mut width = line_width(bytes);
    while matches!(bytes.get(width), Some(b' ' | b'\t')) {
        width += line_width(bytes.get(width..).unwrap_or_default());
    }
    let line = bytes.get(..width).unwrap_or_default();
    let name_len = line.iter().take_while(|&&b| scan::is_token(b)).count();
    let gap = line.iter().skip(name_len).take_while(|&&b| matches!(b, b' ' | b'\t')).count();
    let colon = name_len + gap;
    let name = line.get(..name_len).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default();
    if name.is_empty() || line.get(colon) != Some(&b':') {
        return Err(ParseError::new(ErrorKind::BadCharacter, Place::HeaderLine, at + colon));
    }
    let raw = line.get(colon + 1..).unwrap_or_default();
    let lead = raw.iter().take_while(|&&b| scan::is_space(b)).count();
    Ok((Field { name, value: scan::trim(raw), at: at + colon + 1 + lead }, width))
}
