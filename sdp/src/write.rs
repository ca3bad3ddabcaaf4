//! Description to bytes: every line ends with CRLF (RFC 8866 §5).

use crate::description::{MediaDescription, SessionDescription};
use crate::line::Lines;
use bytes::BytesMut;
use std::fmt::{self, Write};

impl SessionDescription {
    /// Appends the description.
    pub fn write_to(&self, out: &mut BytesMut) {
        write!(out, "{self}").expect("a BytesMut grows");
    }
}

impl fmt::Display for SessionDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, 'v', "0")?;
        line(f, 'o', &self.origin)?;
        lines(f, &self.lines)?;
        self.media.iter().try_for_each(|media| media.fmt(f))
    }
}

impl fmt::Display for MediaDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, 'm', MediaLine(self))?;
        lines(f, &self.lines)
    }
}

/// The value of an m= line.
struct MediaLine<'a>(&'a MediaDescription);

impl fmt::Display for MediaLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.media, self.0.port)?;
        if let Some(count) = self.0.port_count {
            write!(f, "/{count}")?;
        }
        write!(f, " {}", self.0.protocol)?;
        self.0.formats.iter().try_for_each(|format| write!(f, " {format}"))
    }
}

fn lines(f: &mut fmt::Formatter<'_>, lines: &Lines) -> fmt::Result {
    lines.iter().try_for_each(|l| line(f, l.kind, &l.value))
}

/// The one place where a line is written, so that no value can end its line early and forge another.
fn line(f: &mut fmt::Formatter<'_>, kind: char, value: impl fmt::Display) -> fmt::Result {
    let mut inside = Inside(f);
    inside.write_char(kind)?;
    inside.write_char('=')?;
    write!(inside, "{value}")?;
    f.write_str("\r\n")
}

/// Writes CR, LF and NUL as spaces.
struct Inside<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for Inside<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut parts = text.split(['\r', '\n', '\0']);
        self.0.write_str(parts.next().unwrap_or_default())?;
        parts.try_for_each(|part| {
            self.0.write_char(' ')?;
            self.0.write_str(part)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::Origin;

    #[test]
    fn no_value_can_forge_a_line() {
        let mut sdp = SessionDescription::new(Origin::new(1, 2, [192, 0, 2, 1].into()));
        sdp.origin.username = "a\r\nb=CT:1".into();
        sdp.lines.set('s', "x\nm=video 1 RTP/AVP 31");
        sdp.lines.push('\n', "y\0");
        sdp.media.push(MediaDescription::new("audio", 1, "RTP/AVP\r\na=x", ["0\n"]));
        let mut out = BytesMut::new();
        sdp.write_to(&mut out);
        let text = String::from_utf8(out.to_vec()).unwrap();
        let starts: Vec<_> = text.split_terminator("\r\n").map(|l| &l[..2]).collect();
        assert_eq!(starts, ["v=", "o=", "s=", "t=", " =", "m="]);
        assert_eq!(text, sdp.to_string());
    }
}
