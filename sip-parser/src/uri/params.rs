//! Parameters: `;name` and `;name=value`, of URIs and of headers alike.

use std::fmt;

/// A run of parameters as written, each with its leading `;`. Names compare without regard to case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Params<'a> {
    raw: &'a str,
}

/// One parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param<'a> {
    /// The name, as spelled.
    pub name: &'a str,
    /// What follows the `=`, with its quotes if it has them.
    pub value: Option<&'a str>,
}

impl<'a> Params<'a> {
    /// Takes text of the form `;a;b=c`. Anything else reads as what can be made of it.
    pub fn from_raw(raw: &'a str) -> Self {
        Params { raw }
    }

    /// The text.
    pub fn as_str(&self) -> &'a str {
        self.raw
    }

    /// All of them in order.
    pub fn iter(&self) -> ParamsIter<'a> {
        ParamsIter { rest: self.raw }
    }

    /// The first of that name.
    pub fn get(&self, name: &str) -> Option<Param<'a>> {
        self.iter().find(|p| p.name.eq_ignore_ascii_case(name))
    }

    /// The value of the first of that name, with its quotes if it has them.
    pub fn value(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.value
    }

    /// Whether there is one of that name, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// The parameters in order.
#[derive(Debug, Clone)]
pub struct ParamsIter<'a> {
    rest: &'a str,
}

impl<'a> Iterator for ParamsIter<'a> {
    type Item = Param<'a>;

    fn next(&mut self) -> Option<Param<'a>> {
        loop {
            let text = self.rest.strip_prefix(';').unwrap_or(self.rest);
            if text.is_empty() {
                return None;
            }
            let end = end_of_param(text);
            // To its end, to its `=`, and what is trimmed.
            crate::scan::looked(2 * end + 1);
            let (param, rest) = text.split_at_checked(end)?;
            self.rest = rest;
            let (name, value) = match param.split_once('=') {
                Some((name, value)) => (name.trim_ascii(), Some(value.trim_ascii())),
                None => (param.trim_ascii(), None),
            };
            if !name.is_empty() {
                return Some(Param { name, value });
            }
        }
    }
}

/// Up to the next `;` outside quotes.
fn end_of_param(text: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    text.bytes()
        .position(|b| {
            if escaped {
                escaped = false;
            } else if quoted {
                escaped = b == b'\\';
                quoted = b != b'"';
            } else {
                quoted = b == b'"';
                return b == b';';
            }
            false
        })
        .unwrap_or(text.len())
}

/// With its leading `;`.
impl fmt::Display for Param<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ";{}", self.name)?;
        self.value.map_or(Ok(()), |value| write!(f, "={value}"))
    }
}

impl fmt::Display for Params<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::scan::write_unfolded(f, self.raw)
    }
}

impl fmt::Debug for Params<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Params({:?})", self.raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_case_and_quotes_hide_semicolons() {
        let p = Params::from_raw(";Tag=x ; a=\"1;2\\\";3\";lr;;b=");
        assert_eq!(p.value("tag"), Some("x"));
        assert_eq!(p.value("a"), Some("\"1;2\\\";3\""));
        assert_eq!((p.has("LR"), p.value("lr"), p.value("b")), (true, None, Some("")));
        assert_eq!(p.iter().count(), 4);
    }
}
