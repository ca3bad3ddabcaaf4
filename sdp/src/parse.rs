//! Bytes to description (RFC 8866 §5, §9).

use crate::config::Config;
use crate::description::{MediaDescription, Origin, SessionDescription};
use crate::error::{ParseError, ParseErrorKind};
use crate::line::Lines;
use crate::text::Text;
use std::sync::Arc;

/// The type letters of RFC 8866 §5.
const KNOWN_TYPES: &[u8] = b"vosiuepcbtrzkam";

impl SessionDescription {
    /// Reads a description, within the limits of [`Config::default`].
    ///
    /// # Errors
    /// It is no session description: the error says why and where.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        Self::parse_with(bytes, &Config::default())
    }

    /// Reads a description, within the limits of `config`.
    ///
    /// # Errors
    /// As [`SessionDescription::parse`].
    pub fn parse_with(bytes: &[u8], config: &Config) -> Result<Self, ParseError> {
        if bytes.len() > config.max_bytes {
            return Err(ParseError { kind: ParseErrorKind::TooLong, line: 1, offset: config.max_bytes });
        }
        // One copy of it all, of which each line is a part.
        let whole = std::str::from_utf8(bytes).ok().map(Arc::<str>::from);
        let mut reader = Reader::default();
        let mut offset = 0;
        let mut number = 0;
        while let Some(rest) = bytes.get(offset..).filter(|rest| !rest.is_empty()) {
            number += 1;
            let at = |kind, within| ParseError { kind, line: number, offset: offset + within };
            if number > config.max_lines {
                return Err(at(ParseErrorKind::TooManyLines, 0));
            }
            // The line ends with LF, CRLF, or where all ends; no other CR may stand in it, and no NUL.
            let end = memchr::memchr3(b'\n', b'\r', 0, rest).unwrap_or(rest.len());
            let (line, ending) = rest.split_at(end);
            let ending = match *ending {
                [] => 0,
                [b'\n', ..] | [b'\r'] => 1,
                [b'\r', b'\n', ..] => 2,
                _ => return Err(at(ParseErrorKind::ForbiddenByte, end)),
            };
            if !line.iter().all(u8::is_ascii_whitespace) {
                let place = Place { whole: whole.as_ref(), offset, left: rest.len() };
                reader.line(line, place, config).map_err(|(kind, within)| at(kind, within))?;
            }
            offset += end + ending;
        }
        let kind = if reader.version { ParseErrorKind::NoOrigin } else { ParseErrorKind::NoVersion };
        let origin = reader.origin.ok_or(ParseError { kind, line: number.max(1), offset })?;
        Ok(SessionDescription { origin, lines: reader.lines, media: reader.media })
    }
}

/// What room is made for the lines of a stream: as many short ones as may follow, but no more than a browser says.
const SHORT_LINE: usize = 24;
const MANY_LINES: usize = 32;

/// What is read so far.
#[derive(Default)]
struct Reader {
    version: bool,
    origin: Option<Origin>,
    lines: Lines,
    media: Vec<MediaDescription>,
}

/// Where a line stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The whole description, if it is UTF-8.
    whole: Option<&'a Arc<str>>,
    /// The byte in it at which the line starts.
    offset: usize,
    /// How many bytes there are from there to the end.
    left: usize,
}

impl Reader {
    /// One line without its end. An error says what, and at which byte of the line.
    #[inline]
    fn line(&mut self, line: &[u8], place: Place<'_>, config: &Config) -> Result<(), (ParseErrorKind, usize)> {
        const VALUE: usize = 2; // where the value begins
        let &[kind, b'=', ref value @ ..] = line else {
            return Err((if self.version { ParseErrorKind::NotALine } else { ParseErrorKind::NoVersion }, 0));
        };
        if !kind.is_ascii_alphabetic() {
            return Err((ParseErrorKind::NotALine, 0));
        }
        let value = match place.whole {
            Some(whole) => Text::part(whole, place.offset + VALUE..place.offset + line.len()),
            None => text(value),
        };
        match (kind, self.version) {
            (b'v', false) if value.trim() == "0" => self.version = true,
            (_, false) => return Err((ParseErrorKind::NoVersion, 0)),
            (b'v', true) => return Err((ParseErrorKind::Repeated, 0)),
            (b'o', true) if self.origin.is_some() => return Err((ParseErrorKind::Repeated, 0)),
            (b'o', true) if self.media.is_empty() => {
                self.origin = Some(Origin::parse(&value).ok_or((ParseErrorKind::BadOrigin, VALUE))?);
            }
            (b'o' | b'm', true) if self.origin.is_none() => return Err((ParseErrorKind::NoOrigin, 0)),
            (b'm', true) if self.media.len() >= config.max_media => return Err((ParseErrorKind::TooManyMedia, 0)),
            (b'm', true) => {
                let mut media = MediaDescription::parse(&value).ok_or((ParseErrorKind::BadMedia, VALUE))?;
                media.lines = Lines::with_capacity((place.left / SHORT_LINE).min(MANY_LINES));
                self.media.push(media);
            }
            _ if !config.unknown_types && !KNOWN_TYPES.contains(&kind) => return Err((ParseErrorKind::UnknownType, 0)),
            _ => {
                let lines = self.media.last_mut().map_or(&mut self.lines, |media| &mut media.lines);
                lines.push(char::from(kind), value);
            }
        }
        Ok(())
    }
}

/// UTF-8 or, where it is not, ISO 8859-1 (see [`Line`](crate::Line)).
fn text(bytes: &[u8]) -> Text {
    match std::str::from_utf8(bytes) {
        Ok(text) => Text::from(text),
        Err(_) => Text::from(bytes.iter().map(|&b| char::from(b)).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const O: &str = "o=- 1 1 IN IP4 192.0.2.1";

    fn error(text: &str) -> (ParseErrorKind, usize, usize) {
        let e = SessionDescription::parse(text.as_bytes()).unwrap_err();
        (e.kind, e.line, e.offset)
    }

    #[test]
    fn an_error_says_what_and_at_which_line_and_byte() {
        use ParseErrorKind::*;
        for (text, expected) in [
            ("", (NoVersion, 1, 0)),
            ("hello", (NoVersion, 1, 0)),
            ("v=1\n", (NoVersion, 1, 0)),
            ("o=- 1 1 IN IP4 192.0.2.1\n", (NoVersion, 1, 0)),
            ("v=0\r\n", (NoOrigin, 1, 5)),
            ("v=0\r\nm=audio 1 RTP/AVP 0\r\n", (NoOrigin, 2, 5)),
            ("v=0\r\no=-\r\n", (BadOrigin, 2, 7)),
            ("v=0\nv=0\n", (Repeated, 2, 4)),
            ("v=0\no=- 1 1 IN IP4 h\no=- 1 1 IN IP4 h\n", (Repeated, 3, 21)),
            ("v=0\no=- 1 1 IN IP4 h\nm=audio x RTP/AVP 0\n", (BadMedia, 3, 23)),
            ("v=0\no=- 1 1 IN IP4 h\nnot a line\n", (NotALine, 3, 21)),
            ("v=0\no=- 1 1 IN IP4 h\n1=x\n", (NotALine, 3, 21)),
            ("v=0\no=- 1 1 IN IP4 h\ns=a\rb\n", (ForbiddenByte, 3, 24)),
            ("v=0\no=- 1 1 IN IP4 h\ns=\0\n", (ForbiddenByte, 3, 23)),
        ] {
            assert_eq!(error(text), expected, "{text:?}");
        }
        assert_eq!(SessionDescription::parse(b"v=0\r\n").unwrap_err().to_string(), "no o= line at line 1, byte 5");
    }

    #[test]
    fn line_ends_of_lf_alone_empty_lines_and_a_missing_last_end_are_borne() {
        let sdp =
            SessionDescription::parse(format!("v=0\n{O}\n\nm=audio 4000 RTP/AVP 0\na=sendonly").as_bytes()).unwrap();
        assert_eq!(sdp.to_string(), format!("v=0\r\n{O}\r\nm=audio 4000 RTP/AVP 0\r\na=sendonly\r\n"));
    }

    #[test]
    fn unknown_lines_stay_in_their_place_unless_the_switch_refuses_them() {
        let text = format!("v=0\r\n{O}\r\nx=1\r\ns=-\r\nm=audio 1 RTP/AVP 0\r\ny=2\r\na=b\r\n");
        assert_eq!(SessionDescription::parse(text.as_bytes()).unwrap().to_string(), text);
        let config = Config { unknown_types: false, ..Config::default() };
        let e = SessionDescription::parse_with(text.as_bytes(), &config).unwrap_err();
        assert_eq!((e.kind, e.line), (ParseErrorKind::UnknownType, 3));
    }

    #[test]
    fn every_limit_is_kept_and_named() {
        let text = format!("v=0\r\n{O}\r\nm=audio 1 RTP/AVP 0\r\nm=audio 2 RTP/AVP 0\r\n");
        let parse = |config| SessionDescription::parse_with(text.as_bytes(), &config).map_err(|e| e.kind);
        let fits = Config { max_bytes: text.len(), max_lines: 4, max_media: 2, ..Config::default() };
        assert!(parse(fits).is_ok());
        assert_eq!(parse(Config { max_bytes: text.len() - 1, ..fits }), Err(ParseErrorKind::TooLong));
        assert_eq!(parse(Config { max_lines: 3, ..fits }), Err(ParseErrorKind::TooManyLines));
        assert_eq!(parse(Config { max_media: 1, ..fits }), Err(ParseErrorKind::TooManyMedia));
    }

    #[test]
    fn text_that_is_not_utf_8_is_read_as_latin_1() {
        let sdp = SessionDescription::parse(b"v=0\r\no=- 1 1 IN IP4 h\r\ns=M\xfcller\r\n").unwrap();
        assert_eq!(sdp.name(), Some("Müller"));
    }
}
