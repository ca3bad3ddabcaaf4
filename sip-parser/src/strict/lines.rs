//! What the head is made of: lines that end in CRLF, UTF-8, no bare controls (RFC 3261 §7, §25.1).

use super::grammar::Walked;
use crate::error::{ErrorKind, ParseError, Place};
use crate::header::Name;
use crate::leniency::{Departure, Leniency};
use crate::message::MessageView;

/// Walks over the bytes from the start to the body.
pub(super) fn walk(message: &MessageView<'_>, taken: &Leniency) -> Walked {
    let head = message.head();
    let met = |departure, at| match taken.takes(departure) {
        true => Ok(()),
        false => Err(ParseError::new(ErrorKind::Departure(departure), place(message, at), at)),
    };
    if let Err(e) = std::str::from_utf8(head) {
        met(Departure::NotUtf8, e.valid_up_to())?;
    }
    crate::scan::looked(2 * head.len());
    // In a quoted string a backslash takes the meaning of a control character (§25.1 `quoted-pair`).
    let mut is_escaped = false;
    let mut before = 0;
    for (at, &b) in head.iter().enumerate() {
        match b {
            b'\n' if before != b'\r' => met(Departure::LfOnly, at)?,
            b'\r' if head.get(at + 1) != Some(&b'\n') => met(Departure::LoneCr, at)?,
            b'\r' | b'\n' | b'\t' => {}
            0..=0x1f | 0x7f if !is_escaped => met(Departure::Controls, at)?,
            _ => {}
        }
        is_escaped = b == b'\\' && !is_escaped;
        before = b;
    }
    Ok(())
}

/// The line that a byte of the head is on.
fn place(message: &MessageView<'_>, at: usize) -> Place {
    match message.headers().take_while(|h| h.name_at() <= at).last() {
        None => Place::StartLine,
        Some(_) if message.headers().all(|h| h.at + h.value.len() + 2 <= at) => Place::Headers,
        Some(line) => Name::lookup(line.name()).map_or(Place::HeaderLine, Place::Header),
    }
}
