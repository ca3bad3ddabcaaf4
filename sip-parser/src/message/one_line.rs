//! What may be written on a line: anything that does not end it.

use std::fmt;

/// Writes to the end of a line and never ends it: what would, becomes a space.
pub(super) struct OneLine<'a>(pub(super) &'a mut Vec<u8>);

impl OneLine<'_> {
    pub(super) fn push_bytes(&mut self, bytes: &[u8]) -> &mut Self {
        let from = self.0.len();
        self.0.extend_from_slice(bytes);
        for b in self.0.get_mut(from..).unwrap_or_default() {
            if matches!(b, b'\r' | b'\n' | b'\0') {
                *b = b' ';
            }
        }
        self
    }

    /// Writes `name`, a token, with its colon; no more of it than an index can count.
    pub(super) fn push_name(&mut self, name: &str) -> &mut Self {
        let name = name.as_bytes();
        self.0.extend_from_slice(name.get(..usize::from(u16::MAX)).unwrap_or(name));
        self.0.extend_from_slice(b": ");
        self
    }
}

impl fmt::Write for OneLine<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_bytes(text.as_bytes());
        Ok(())
    }
}
