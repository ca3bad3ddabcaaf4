//! Errors shown where they are.

use offhook::sip_parser::ParseError;

/// Text for a terminal: what would steer it is a dot.
pub(crate) fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().map(|c| if c.is_control() { '·' } else { c }).collect()
}

/// The error, the line it is on, and a caret under the byte.
pub(crate) fn caret(bytes: &[u8], e: &ParseError) -> String {
    let (before, after) = bytes.split_at(e.at.min(bytes.len()));
    let line = before.iter().rposition(|&b| b == b'\n').map_or(before, |i| &before[i + 1..]);
    let number = before.iter().filter(|&&b| b == b'\n').count() + 1;
    let rest = after.split(|&b| b == b'\n').next().unwrap_or_default();
    let (line, rest, gutter) = (shown(line), shown(rest.trim_ascii_end()), format!("{number:>5} | "));
    let column = " ".repeat(gutter.len() + line.chars().count());
    format!("error: {e}; it deserves {}\n{gutter}{line}{rest}\n{column}^", e.status())
}
