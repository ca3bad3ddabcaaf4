//! The sixteen keys.

use std::fmt;

/// A key of the telephone: `0` to `9`, `*`, `#`, `A` to `D`.
///
/// ```
/// use offhook_rtp::dtmf::Digit;
/// let pound = Digit::try_from('#')?;
/// assert_eq!((pound.code(), pound.to_string().as_str()), (11, "#"));
/// assert!(Digit::try_from('x').is_err());
/// # Ok::<(), offhook_rtp::dtmf::NotADigit>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digit(u8);

/// The character is no key of the telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not one of 0-9 * # A-D")]
pub struct NotADigit(pub char);

/// In the order of the event codes (RFC 4733 §3.2, table 3).
const KEYS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'];

impl Digit {
    /// The digit of an event code; `None` above 15.
    pub fn from_code(code: u8) -> Option<Self> {
        (code < 16).then_some(Digit(code))
    }

    /// The event code, 0 to 15.
    pub fn code(self) -> u8 {
        self.0
    }
}

impl TryFrom<char> for Digit {
    type Error = NotADigit;

    /// Takes `a` to `d` too.
    fn try_from(key: char) -> Result<Self, NotADigit> {
        let upper = key.to_ascii_uppercase();
        let code = (0u8..).zip(KEYS).find(|&(_, known)| known == upper);
        code.map(|(code, _)| Digit(code)).ok_or(NotADigit(key))
    }
}

impl From<Digit> for char {
    fn from(digit: Digit) -> char {
        KEYS[usize::from(digit.0 & 15)]
    }
}

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Write::write_char(f, char::from(*self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_key_and_back() {
        for code in 0..=255 {
            match Digit::from_code(code) {
                Some(digit) => assert_eq!(Digit::try_from(char::from(digit)).map(Digit::code), Ok(code)),
                None => assert!(code > 15),
            }
        }
        assert_eq!(Digit::try_from('d').map(Digit::code), Ok(15));
        assert_eq!(Digit::try_from('e'), Err(NotADigit('e')));
    }
}
