//! How a URI is written (RFC 3261 §19.1.1, §25.1, RFC 3966 §3).

use super::grammar::Walked;
use crate::leniency::Departure;
use std::net::Ipv4Addr;

type Met<'m> = &'m mut dyn FnMut(Departure, usize) -> Walked;

/// Walks over the whole of a URI and tells what it meets at which byte.
pub(super) fn walk(text: &[u8], met: Met<'_>) -> Walked {
    // What it looks for, and each part of it.
    crate::scan::looked(3 * text.len());
    let Some(colon) = memchr::memchr(b':', text) else { return Ok(()) };
    let (scheme, from) = (text.get(..colon).unwrap_or_default(), colon + 1);
    if !scheme.eq_ignore_ascii_case(b"sip") && !scheme.eq_ignore_ascii_case(b"sips") {
        // `#` is a digit of local numbers (RFC 3966 §3).
        let is_tel = scheme.eq_ignore_ascii_case(b"tel");
        return part(text, from, text.len(), |b| b";/?:@&=+$,[]".contains(&b) || (is_tel && b == b'#'), met);
    }
    let find = |needle: &[u8], from: usize, to: usize| {
        let tail = text.get(from..to).unwrap_or_default();
        tail.iter().position(|b| needle.contains(b)).map_or(to, |i| from + i)
    };
    let end = text.len();
    let at = find(b"@", from, end);
    let host = if at < end {
        part(text, from, at, |b| b"&=+$,;?/:".contains(&b), met)?;
        at + 1
    } else {
        from
    };
    let params = find(b";?", host, end);
    walk_host(text.get(host..params).unwrap_or_default(), &mut |departure, i| met(departure, host + i))?;
    let headers = find(b"?", params, end);
    part(text, params, headers, |b| b"[]/:&+$;=".contains(&b), met)?;
    part(text, headers, end, |b| b"[]/?:+$&=".contains(&b), met)
}

/// Whether `text[from..to]` holds but `unreserved`, escapes and what is `allowed` there.
fn part(text: &[u8], from: usize, to: usize, allowed: impl Fn(u8) -> bool, met: Met<'_>) -> Walked {
    let part = text.get(from..to).unwrap_or_default();
    for (i, &b) in part.iter().enumerate() {
        let is_good = match b {
            b'%' => matches!(part.get(i + 1..i + 3), Some([a, b]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()),
            b => b.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&b) || allowed(b),
        };
        if !is_good {
            met(Departure::OddUris, from + i)?;
        }
    }
    Ok(())
}

/// Walks over `host [ ":" port ]`.
pub(super) fn walk_host(text: &[u8], met: Met<'_>) -> Walked {
    if text.first() == Some(&b'[') {
        return match text.windows(3).position(|w| w == b":::") {
            Some(i) => met(Departure::ThreeColons, i),
            None => Ok(()),
        };
    }
    let name = text.split(|&b| b == b':' || crate::scan::is_space(b)).next().unwrap_or_default();
    if std::str::from_utf8(name).is_ok_and(|n| n.parse::<Ipv4Addr>().is_ok()) {
        return Ok(());
    }
    let name = name.strip_suffix(b".").unwrap_or(name);
    let mut at = 0;
    let mut label: &[u8] = b"";
    for next in name.split(|&b| b == b'.') {
        label = next;
        let alphanumeric = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
        if let Some(i) = label.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'-') {
            met(Departure::OddHosts, at + i)?;
        } else if !alphanumeric(label.first()) || !alphanumeric(label.last()) {
            met(Departure::OddHosts, at)?;
        }
        at += label.len() + 1;
    }
    // `toplabel` begins with a letter: else it would be a bad address.
    if label.first().is_some_and(u8::is_ascii_digit) {
        return met(Departure::OddHosts, at - 1 - label.len());
    }
    Ok(())
}
