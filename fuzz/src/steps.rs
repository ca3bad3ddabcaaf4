//! Bytes as a list of things to do.

use std::time::Duration;

/// What is done, after how long.
pub(crate) struct Step<'a> {
    /// Time that passes before.
    pub(crate) wait: Duration,
    /// What is done.
    pub(crate) op: u8,
    /// With what.
    pub(crate) data: &'a [u8],
}

/// The steps of an input: at most 64, so that a run stays short. Bytes before the first `%%` are a step `a` at once.
pub(crate) fn steps(input: &[u8]) -> impl Iterator<Item = Step<'_>> {
    let mut rest = Some(input);
    let mut head = (b'0', b'a');
    let step = move || {
        let now = rest?;
        let end = now.windows(2).position(|w| w == b"%%").unwrap_or(now.len());
        let (data, after) = now.split_at(end);
        let (time, op) = head;
        head = (after.get(2).copied().unwrap_or(b'0'), after.get(3).copied().unwrap_or(b'a'));
        rest = after.get(4..);
        Some(Step { wait: wait(time), op, data })
    };
    // An input that begins with a head has nothing before it.
    std::iter::from_fn(step).skip(usize::from(input.starts_with(b"%%"))).take(64)
}

/// `0` is at once, `1` a millisecond, and each next character twice as long, up to half a minute; then it begins anew.
fn wait(time: u8) -> Duration {
    match time & 15 {
        0 => Duration::ZERO,
        n => Duration::from_millis(1 << (n - 1)),
    }
}

/// The number that the bytes begin with: at most five digits.
pub(crate) fn number(data: &[u8]) -> Option<u16> {
    let digits = data.iter().take(5).take_while(|b| b.is_ascii_digit()).count();
    std::str::from_utf8(data.get(..digits)?).ok()?.parse().ok()
}

/// The bytes behind the first space.
pub(crate) fn behind(data: &[u8]) -> &[u8] {
    let at = data.iter().position(|&b| b == b' ').map_or(data.len(), |at| at + 1);
    data.get(at..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_as_they_are_typed() {
        let read = |input: &'static str| -> Vec<_> {
            steps(input.as_bytes()).map(|s| (s.wait.as_millis(), s.op, s.data)).collect()
        };
        assert_eq!(read("%%0ax%%3p486 no"), [(0, b'a', &b"x"[..]), (4, b'p', b"486 no")]);
        assert_eq!(read("x%%1"), [(0, b'a', &b"x"[..])]);
        assert_eq!(read(""), [(0, b'a', &b""[..])]);
        assert_eq!((number(b"486 no"), number(b"no"), behind(b"486 no")), (Some(486), None, &b"no"[..]));
    }
}
