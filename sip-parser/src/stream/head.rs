//! The start line and headers of a message that is arriving, as far as framing needs them.

use crate::config::Limits;
use crate::error::{ErrorKind, ParseError, Place};
use crate::header::Name;
use crate::scan;
use bytes::BytesMut;

/// How far a head has arrived. Offsets count from the start of the message.
#[derive(Debug, Default)]
pub(super) struct Head {
    at: At,
    /// Where the header begins that may still be folded on.
    header: Option<usize>,
    headers: usize,
    length: Option<usize>,
    /// How many bytes were looked at: the proof that none is looked at again and again.
    pub(super) looked: usize,
}

#[derive(Debug, Default)]
enum At {
    #[default]
    StartLine,
    /// Behind a line end, where the next byte decides: folding, a header, or the end.
    LineBegin,
    Header,
    /// Behind the CR of the empty line.
    EmptyLine,
}

impl Head {
    /// Moves the next line, or what is there of it, from `input` to `buf`. Answers the Content-Length behind the empty
    /// line. An error takes nothing more.
    pub(super) fn push(
        &mut self,
        buf: &mut BytesMut,
        input: &mut &[u8],
        limits: &Limits,
    ) -> Result<Option<usize>, ParseError> {
        match self.at {
            At::StartLine => {
                if self.line(buf, input, limits, 0, limits.start_line, Place::StartLine)? {
                    self.at = At::LineBegin;
                }
            }
            At::Header => {
                let from = self.header.unwrap_or_default();
                if self.line(buf, input, limits, from, limits.header_line, Place::HeaderLine)? {
                    self.at = At::LineBegin;
                }
            }
            At::LineBegin => return self.line_begin(buf, input, limits),
            At::EmptyLine => match input.split_first() {
                Some((b'\n', rest)) => {
                    buf.extend_from_slice(b"\n");
                    *input = rest;
                    return self.end(buf.len()).map(Some);
                }
                Some(_) => return Err(ParseError::new(ErrorKind::BadCharacter, Place::HeaderLine, buf.len())),
                None => {}
            },
        }
        Ok(None)
    }

    /// Takes up to the line end, if it comes before the line passes `limit` or the head its own. Whether it came.
    fn line(
        &mut self,
        buf: &mut BytesMut,
        input: &mut &[u8],
        limits: &Limits,
        from: usize,
        limit: usize,
        place: Place,
    ) -> Result<bool, ParseError> {
        let line_end = from.saturating_add(limit);
        let (room_end, place) = if line_end <= limits.head { (line_end, place) } else { (limits.head, Place::Headers) };
        let room = room_end.saturating_sub(buf.len());
        let within = input.get(..room).unwrap_or(input);
        let end = memchr::memchr(b'\n', within).map(|i| i + 1);
        let take = end.unwrap_or(within.len());
        self.looked += take;
        if end.is_none() && input.len() > room {
            return Err(ParseError::new(ErrorKind::TooLarge, place, room_end));
        }
        let (line, rest) = input.split_at(take);
        buf.extend_from_slice(line);
        *input = rest;
        Ok(end.is_some())
    }

    /// A folded line goes on with the header before it; any other byte ends that header (§7.3.1).
    fn line_begin(
        &mut self,
        buf: &mut BytesMut,
        input: &mut &[u8],
        limits: &Limits,
    ) -> Result<Option<usize>, ParseError> {
        let Some((&first, rest)) = input.split_first() else { return Ok(None) };
        self.looked += 1;
        if matches!(first, b' ' | b'\t') && self.header.is_some() {
            self.at = At::Header;
            return Ok(None);
        }
        if let Some(from) = self.header.take() {
            self.finish(buf, from, limits)?;
        }
        if matches!(first, b'\r' | b'\n') {
            buf.extend_from_slice(&[first]);
            *input = rest;
            self.at = At::EmptyLine;
            return if first == b'\n' { self.end(buf.len()).map(Some) } else { Ok(None) };
        }
        if self.headers == limits.headers {
            return Err(ParseError::new(ErrorKind::TooMany, Place::Headers, buf.len()));
        }
        self.headers += 1;
        self.header = Some(buf.len());
        self.at = At::Header;
        Ok(None)
    }

    /// Looks at a whole header: is it a Content-Length, what does it say, is that allowed, was there another?
    fn finish(&mut self, buf: &BytesMut, from: usize, limits: &Limits) -> Result<(), ParseError> {
        let line = buf.get(from..).unwrap_or_default();
        // One byte more than the longest name that matters.
        let name_len = line.iter().take(15).take_while(|&&b| scan::is_token(b)).count();
        self.looked += name_len;
        let name = line.get(..name_len).unwrap_or_default();
        if !name.eq_ignore_ascii_case(b"l") && !name.eq_ignore_ascii_case(b"Content-Length") {
            return Ok(());
        }
        let after = line.get(name_len..).unwrap_or_default();
        self.looked += after.len();
        let gap = after.iter().take_while(|&&b| matches!(b, b' ' | b'\t')).count();
        let Some((b':', value)) = after.get(gap..).and_then(<[u8]>::split_first) else { return Ok(()) };
        let lead = value.iter().take_while(|&&b| scan::is_space(b)).count();
        let fault =
            |kind| ParseError::new(kind, Place::Header(Name::CONTENT_LENGTH), from + line.len() - value.len() + lead);
        let digits = scan::trim(value);
        let length = std::str::from_utf8(digits).ok().filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
        let length: usize = length.and_then(|d| d.parse().ok()).ok_or(fault(ErrorKind::BadNumber))?;
        if self.length.is_some_and(|before| before != length) {
            return Err(fault(ErrorKind::Repeated));
        }
        if length > limits.body {
            return Err(ParseError { place: Place::Body, ..fault(ErrorKind::TooLarge) });
        }
        self.length = Some(length);
        Ok(())
    }

    fn end(&self, at: usize) -> Result<usize, ParseError> {
        self.length.ok_or(ParseError::new(ErrorKind::Missing, Place::Header(Name::CONTENT_LENGTH), at))
    }
}
