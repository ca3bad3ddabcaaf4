//! `Content-Disposition` (RFC 3261 §20.11).

use super::Name;
use super::shapes::{param_header, plain};

param_header! {
    /// What the body is for.
    ///
    /// ```
    /// use offhook_sip_parser::header::{ContentDisposition, TypedHeader};
    /// let d = ContentDisposition::parse(b"session;handling=optional")?;
    /// assert_eq!((d.kind, d.is_required()), ("session", false));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    ContentDisposition, Name::CONTENT_DISPOSITION, false,
    /// `session`, `render`, `icon`, `alert`, `attachment` … .
    kind
}

impl ContentDisposition<'_> {
    /// Whether it is of that kind, in any case.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// Whether a receiver that cannot use the body has to refuse the request (415); so unless `handling` says
    /// `optional`.
    pub fn is_required(&self) -> bool {
        !plain(self.params, "handling").is_some_and(|h| h.eq_ignore_ascii_case("optional"))
    }
}
