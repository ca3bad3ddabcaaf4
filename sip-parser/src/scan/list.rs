//! Lists of values in one header.

use super::class::trim;
use super::find::find;
use super::work::looked;

/// Splits a list value at the commas that stand outside quotes and angle brackets.
pub(crate) struct SplitList<'a> {
    rest: Option<&'a [u8]>,
    /// Whether the rest is one element whatever it holds.
    is_whole: bool,
}

impl<'a> SplitList<'a> {
    pub(crate) fn new(value: &'a [u8]) -> Self {
        // As a rule there is one element, and that is soon seen.
        SplitList { rest: Some(value).filter(|value| !value.is_empty()), is_whole: find(b',', value).is_none() }
    }

    /// The value as it is, for what is no list: also where it is empty.
    pub(crate) fn whole(value: &'a [u8]) -> Self {
        SplitList { rest: Some(value), is_whole: true }
    }
}

impl<'a> Iterator for SplitList<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.is_whole {
            return self.rest.take();
        }
        loop {
            let value = self.rest?;
            let (mut quoted, mut angle, mut escaped) = (false, false, false);
            let comma = value.iter().position(|&b| {
                if escaped {
                    escaped = false;
                } else if quoted {
                    escaped = b == b'\\';
                    quoted = b != b'"';
                } else {
                    match b {
                        b'"' => quoted = true,
                        b'<' => angle = true,
                        b'>' => angle = false,
                        b',' => return !angle,
                        _ => {}
                    }
                }
                false
            });
            looked(comma.map_or(value.len(), |i| i + 1));
            let item = match comma {
                Some(i) => {
                    self.rest = value.get(i + 1..);
                    value.get(..i).unwrap_or_default()
                }
                None => {
                    self.rest = None;
                    value
                }
            };
            let item = trim(item);
            // An empty element says nothing (RFC 3261 §7.3.1 allows none, devices send them).
            if !item.is_empty() {
                return Some(item);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_quotes_and_brackets_do_not_split() {
        let items: Vec<_> = SplitList::new(b"\"a,\\\",b\" <sip:x@y;p=1,2> , <sip:z@w>,").collect();
        assert_eq!(items, [&b"\"a,\\\",b\" <sip:x@y;p=1,2>"[..], b"<sip:z@w>"]);
    }
}
