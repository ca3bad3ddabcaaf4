//! Where choices come from.

/// Bytes that answer the questions of a generator: which header, how many, folded or not. The same bytes give the same
/// message; when they are used up, every answer is 0, which is the simplest; and a byte made smaller, or taken away,
/// gives a simpler message or another one, never none. So whoever owns the bytes owns the shrinking too.
///
/// ```
/// use offhook_sip_parser::strategies::{Choices, ValidMessage};
/// let simplest = ValidMessage::choose(&mut Choices::new(&[]));
/// assert!(simplest.as_bytes().starts_with(b"INVITE sip:a@example.com SIP/2.0\r\n"));
/// ```
#[derive(Debug, Clone)]
pub struct Choices<'a> {
    rest: &'a [u8],
}

impl<'a> Choices<'a> {
    /// Answers out of these bytes, whoever made them.
    pub fn new(bytes: &'a [u8]) -> Self {
        Choices { rest: bytes }
    }

    /// A number below `n`; 0 if `n` is 0. It takes one byte, two above 256, four above 65,536.
    pub fn below(&mut self, n: u32) -> u32 {
        let width = match n {
            0 | 1 => return 0,
            2..=0x100 => 1,
            0x101..=0x1_0000 => 2,
            _ => 4,
        };
        self.take(width) % n
    }

    /// Any number.
    pub fn any(&mut self) -> u32 {
        self.take(4)
    }

    /// Yes, once in `n` times; no when there are no more bytes.
    pub fn one_in(&mut self, n: u32) -> bool {
        n > 1 && self.below(n) == n - 1
    }

    /// One of these, the first when there are no more bytes.
    ///
    /// # Panics
    /// There is none.
    pub fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len() as u32) as usize]
    }

    fn take(&mut self, width: usize) -> u32 {
        let (now, rest) = self.rest.split_at(width.min(self.rest.len()));
        self.rest = rest;
        now.iter().fold(0, |n, &b| n << 8 | u32::from(b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_is_in_its_range_and_the_last_ones_are_zero() {
        let bytes = [0xff; 9];
        let mut choices = Choices::new(&bytes);
        assert_eq!(
            (choices.below(3), choices.below(1), choices.below(1000), choices.below(70_000)),
            (0, 0, 535, 47_295)
        );
        assert_eq!(
            (choices.below(200), choices.one_in(256), choices.below(256), choices.one_in(2)),
            (55, true, 0, false)
        );
    }
}
