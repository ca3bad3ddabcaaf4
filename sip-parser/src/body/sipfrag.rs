//! `message/sipfrag`: a piece of a message (RFC 3420).

use super::fields::{Fields, line_width};
use crate::error::{ErrorKind, ParseError, Place};
use crate::header::ContentLength;
use crate::scan;
use crate::{Index, Limits, MessageView, StartLine, Status};

/// Perhaps a start line, perhaps headers, perhaps a body: what a NOTIFY tells of a REFER (RFC 3515 §2.4.5).
///
/// ```
/// use offhook_sip_parser::{Status, body::SipFrag};
/// assert_eq!(SipFrag::parse(b"SIP/2.0 200 OK")?.status(), Some(Status::OK));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SipFrag<'a> {
    /// The start line, if there is one.
    pub start_line: Option<StartLine<'a>>,
    /// The headers that it quotes.
    pub headers: Fields<'a>,
    /// What follows the empty line, as far as a Content-Length allows.
    pub body: &'a [u8],
}

impl<'a> SipFrag<'a> {
    /// Reads a fragment; one of no bytes quotes nothing.
    ///
    /// # Errors
    /// A start line that is not whole and valid (RFC 3420 §3.2), a line that is no header, a Content-Length that is no
    /// number. Other headers are as valid as they are when typed.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let width = line_width(bytes);
        let first = bytes.get(..width).map(scan::trim).unwrap_or_default();
        let is_header = {
            let name = first.iter().take_while(|&&b| scan::is_token(b)).count();
            first.get(name..).unwrap_or_default().trim_ascii_start().starts_with(b":")
        };
        let (start_line, from) = if first.is_empty() || is_header {
            (None, 0)
        } else {
            (Some(start_line(bytes.get(..width).unwrap_or_default())?), width)
        };
        let (headers, body) = Fields::parse(bytes.get(from..).unwrap_or_default(), from)?;
        let body = body.and_then(|at| bytes.get(at..)).unwrap_or_default();
        let length = headers.typed::<ContentLength>()?.map_or(body.len(), |l| body.len().min(l.0 as usize));
        Ok(SipFrag { start_line, headers, body: body.get(..length).unwrap_or_default() })
    }

    /// The status, if the fragment is of a response.
    pub fn status(&self) -> Option<Status> {
        match self.start_line {
            Some(StartLine::Response { status, .. }) => Some(status),
            _ => None,
        }
    }
}

/// Reads the line as that of a message, whose end it may lack here.
fn start_line(line: &[u8]) -> Result<StartLine<'_>, ParseError> {
    let limits = Limits::default();
    if line.len() > limits.start_line {
        return Err(ParseError::new(ErrorKind::TooLarge, Place::StartLine, limits.start_line));
    }
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let message = [text, b"\r\n\r\n"].concat();
    let mut index = Index::new();
    let message = MessageView::parse(&message, &mut index)?;
    // The same place in what was given, so that the answer borrows it.
    let here = |piece: &[u8]| {
        let from = piece.as_ptr() as usize - message.as_bytes().as_ptr() as usize;
        line.get(from..from + piece.len()).unwrap_or_default()
    };
    Ok(match message.start_line() {
        StartLine::Request { method, uri } => {
            message.uri()?;
            StartLine::Request { method, uri: here(uri) }
        }
        StartLine::Response { status, reason } => StartLine::Response { status, reason: here(reason) },
    })
}
