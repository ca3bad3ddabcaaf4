//! Classes of bytes.

use super::work::looked;

/// A set of bytes.
#[derive(Clone, Copy)]
pub(crate) struct Class(u8);

impl Class {
    pub(crate) const TOKEN: Class = Class(1);
    pub(crate) const HOST: Class = Class(2);
    pub(crate) const DIGIT: Class = Class(4);
    /// May stand in a URI as it is written in a message: anything printable but what delimits it.
    pub(crate) const URI: Class = Class(8);
    /// `word` of §25.1: Call-ID.
    pub(crate) const WORD: Class = Class(16);
    /// The value of a parameter: a host, a token, or what real devices write there.
    pub(crate) const VALUE: Class = Class(32);

    /// [`URI`](Class::URI) but the `:` before a password.
    pub(crate) const USER: Class = Class(64);
    /// [`URI`](Class::URI) but the `?` before headers.
    pub(crate) const PARAMS: Class = Class(128);

    #[inline]
    pub(crate) const fn has(self, b: u8) -> bool {
        CLASS[b as usize] & self.0 != 0
    }

    /// How many bytes at the start are of the class. Eight are looked at before it is asked whether they all are.
    #[inline]
    pub(crate) fn len(self, bytes: &[u8]) -> usize {
        let (blocks, _) = bytes.as_chunks::<8>();
        let is_all = |block: &&[u8; 8]| block.iter().fold(self.0, |all, &b| all & CLASS[usize::from(b)]) != 0;
        let whole = blocks.iter().take_while(is_all).count() * 8;
        let rest = bytes.get(whole..).unwrap_or_default();
        let len = whole + rest.iter().position(|&b| !self.has(b)).unwrap_or(rest.len());
        looked(len + 1);
        len
    }
}

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0u8; 256];
    let mut b = 0usize;
    while b < 256 {
        let c = b as u8;
        if c.is_ascii_alphanumeric() {
            table[b] |= Class::TOKEN.0 | Class::HOST.0 | Class::WORD.0;
        }
        if c.is_ascii_digit() {
            table[b] |= Class::DIGIT.0;
        }
        if matches!(c, b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~') {
            table[b] |= Class::TOKEN.0 | Class::WORD.0;
        }
        if matches!(c, b'(' | b')' | b'<' | b'>' | b':' | b'\\' | b'"' | b'/' | b'[' | b']' | b'?' | b'{' | b'}' | b'@')
        {
            table[b] |= Class::WORD.0;
        }
        if matches!(c, b'-' | b'.' | b'_') {
            table[b] |= Class::HOST.0;
        }
        if c > b' ' && c != 0x7f {
            if !matches!(c, b'<' | b'>' | b'"') {
                table[b] |= Class::URI.0;
                table[b] |= if c == b':' { 0 } else { Class::USER.0 };
                table[b] |= if c == b'?' { 0 } else { Class::PARAMS.0 };
            }
            if !matches!(c, b';' | b',' | b'"') {
                table[b] |= Class::VALUE.0;
            }
        }
        b += 1;
    }
    table
}

pub(crate) const fn is_token(b: u8) -> bool {
    Class::TOKEN.has(b)
}

pub(crate) fn is_host(b: u8) -> bool {
    Class::HOST.has(b)
}

pub(crate) fn is_digit(b: u8) -> bool {
    Class::DIGIT.has(b)
}

pub(crate) fn is_uri(b: u8) -> bool {
    Class::URI.has(b)
}

/// White space inside a value. CR and LF occur there only as folding (§7.3.1), which reads as a space.
pub(crate) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\r' | b'\n')
}

pub(crate) fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b, rest @ ..] = bytes
        && is_space(*b)
    {
        looked(1);
        bytes = rest;
    }
    trim_end(bytes)
}

#[inline]
pub(crate) fn trim_end(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., b] = bytes
        && is_space(*b)
    {
        looked(1);
        bytes = rest;
    }
    bytes
}

/// Writes text on one line: folding reads as a space (§7.3.1), and so it is written.
pub(crate) fn write_unfolded(f: &mut std::fmt::Formatter<'_>, text: &str) -> std::fmt::Result {
    let mut rest = text;
    while let Some(fold) = rest.find(['\r', '\n']) {
        let (line, tail) = rest.split_at(fold);
        f.write_str(line.trim_end_matches([' ', '\t']))?;
        f.write_str(" ")?;
        rest = tail.trim_start_matches([' ', '\t', '\r', '\n']);
    }
    f.write_str(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_at_the_first_byte_that_is_not_of_its_class() {
        let letters = [b'a'; 40];
        for n in 0..letters.len() {
            let mut bytes = letters;
            bytes[n] = b' ';
            assert_eq!((Class::TOKEN.len(&bytes), Class::HOST.len(&letters[..n])), (n, n));
        }
    }
}
