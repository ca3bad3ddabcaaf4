//! A multipart body being written.

use crate::header::Name;
use bytes::Bytes;
use std::fmt::{Display, Write as _};

/// Writes a multipart body, part by part.
///
/// ```
/// use offhook_sip_parser::{Name, body::MultipartDraft};
/// let mut parts = MultipartDraft::new("mixed", "9f3a")?;
/// parts.part("application/sdp", &[], b"v=0\r\n")?;
/// parts.part("text/plain", &[(Name::CONTENT_DISPOSITION, "render")], b"hello")?;
/// assert_eq!(parts.content_type(), "multipart/mixed;boundary=\"9f3a\"");
/// assert!(parts.finish().ends_with(b"hello\r\n--9f3a--\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Give both to [`Draft::body`](crate::Draft::body).
#[derive(Debug, Clone)]
pub struct MultipartDraft {
    subtype: &'static str,
    boundary: String,
    out: Vec<u8>,
}

/// Why a boundary cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a boundary is 1 to 70 characters of RFC 2046 §5.1.1 that do not end in a space")]
pub struct BadBoundary;

/// Why a part cannot be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a line of the part begins with the boundary, at byte {at} of its content")]
pub struct BoundaryInPart {
    /// Where in the content.
    pub at: usize,
}

impl MultipartDraft {
    /// A body without parts. The boundary should be random where the parts are a stranger's: `Entropy::token` of the
    /// family's core makes one.
    ///
    /// # Errors
    /// A boundary that RFC 2046 §5.1.1 does not allow.
    pub fn new(subtype: &'static str, boundary: &str) -> Result<Self, BadBoundary> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&b);
        if !(1..=70).contains(&boundary.len()) || boundary.ends_with(' ') || !boundary.bytes().all(allowed) {
            return Err(BadBoundary);
        }
        Ok(MultipartDraft { subtype, boundary: boundary.into(), out: Vec::new() })
    }

    /// Adds a part. A line break in a header's value is written as a space.
    ///
    /// # Errors
    /// Content that would end the part before its end; nothing is added.
    pub fn part(
        &mut self,
        content_type: impl Display,
        headers: &[(Name, &str)],
        content: &[u8],
    ) -> Result<&mut Self, BoundaryInPart> {
        let delimiter = format!("--{}", self.boundary);
        let mut at = 0;
        for line in content.split_inclusive(|&b| b == b'\n') {
            if line.starts_with(delimiter.as_bytes()) {
                return Err(BoundaryInPart { at });
            }
            at += line.len();
        }
        let mut head = format!("{delimiter}\r\n");
        let mut line = |name: Name, value: &dyn Display| {
            let from = head.len();
            // Writing to a String fails only if the value's own Display does; what it wrote until then stands.
            let _ = write!(head, "{name}: {value}");
            let clean = head.get(from..).unwrap_or_default().replace(['\r', '\n', '\0'], " ");
            head.truncate(from);
            head.push_str(&clean);
            head.push_str("\r\n");
        };
        line(Name::CONTENT_TYPE, &content_type);
        headers.iter().for_each(|(name, value)| line(*name, value));
        self.out.extend_from_slice(head.as_bytes());
        self.out.extend_from_slice(b"\r\n");
        self.out.extend_from_slice(content);
        self.out.extend_from_slice(b"\r\n");
        Ok(self)
    }

    /// The value of the Content-Type header.
    pub fn content_type(&self) -> String {
        format!("multipart/{};boundary=\"{}\"", self.subtype, self.boundary)
    }

    /// The body, closed.
    pub fn finish(mut self) -> Bytes {
        self.out.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        self.out.into()
    }
}
