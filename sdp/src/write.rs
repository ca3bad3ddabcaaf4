//! Description to bytes: every line ends with CRLF (RFC 8866 §5).

use crate::description::{MediaDescription, SessionDescription};
use crate::line::Lines;
use crate::text::Digits;
use bytes::BytesMut;
use std::fmt::{self, Write};

impl SessionDescription {
    /// Appends the description.
    pub fn write_to(&self, out: &mut BytesMut) {
        write(self, out).expect("a BytesMut grows");
    }
}

impl fmt::Display for SessionDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self, f)
    }
}

impl fmt::Display for MediaDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_media(self, f)
    }
}

fn write(sdp: &SessionDescription, out: &mut impl Write) -> fmt::Result {
    line(out, 'v', ["0"])?;
    let origin = &sdp.origin;
    line(out, 'o', [&*origin.username, " ", &origin.session_id, " ", &origin.version, " ", &origin.address])?;
    write_lines(&sdp.lines, out)?;
    sdp.media.iter().try_for_each(|media| write_media(media, out))
}

fn write_media(media: &MediaDescription, out: &mut impl Write) -> fmt::Result {
    let (port, count) = (Digits::of(media.port), media.port_count.map(Digits::of));
    let count = count.iter().flat_map(|count| ["/", count.as_str()]);
    let formats = media.formats.iter().flat_map(|format| [" ", format.as_str()]);
    let fields = [media.media.as_str(), " ", port.as_str()].into_iter().chain(count);
    line(out, 'm', fields.chain([" ", media.protocol.as_str()]).chain(formats))?;
    write_lines(&media.lines, out)
}

fn write_lines(lines: &Lines, out: &mut impl Write) -> fmt::Result {
    lines.iter().try_for_each(|l| line(out, l.kind, [l.value.as_str()]))
}

/// The one place where a line is written, so that no value can end its line early and forge another: CR, LF and NUL
/// become spaces.
fn line<'a>(out: &mut impl Write, kind: char, value: impl IntoIterator<Item = &'a str>) -> fmt::Result {
    out.write_char(if FORBIDDEN.contains(&kind) { ' ' } else { kind })?;
    out.write_char('=')?;
    for mut text in value {
        while let Some((before, after)) = memchr::memchr3(b'\r', b'\n', 0, text.as_bytes())
            .and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?)))
        {
            out.write_str(before)?;
            out.write_char(' ')?;
            text = after;
        }
        out.write_str(text)?;
    }
    out.write_str("\r\n")
}

const FORBIDDEN: [char; 3] = ['\r', '\n', '\0'];

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
