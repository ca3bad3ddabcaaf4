//! How the other headers' values are written (RFC 3261 §20, §25.1).

use super::grammar::{Walk, Walked};
use super::uri::walk_host;
use crate::header::{Date, MaxForwards, TypedHeader, Via};
use crate::leniency::Departure;
use crate::scan;
use crate::uri::Host;

/// Nothing that its type has not read already.
pub(super) fn as_typed(_: &mut Walk<'_>) -> Walked {
    Ok(())
}

/// Something, then `*( SEMI generic-param )`.
pub(super) fn with_params(w: &mut Walk<'_>) -> Walked {
    w.skip_to_params()?;
    w.params()
}

/// A `callid`, in which quotes and brackets mean nothing, and parameters.
pub(super) fn dialog(w: &mut Walk<'_>) -> Walked {
    let id = w.c.take_while(|b| b != b';' && !scan::is_space(b));
    ats(w, id)?;
    w.params()
}

/// `word [ "@" word ]`
pub(super) fn call_id(w: &mut Walk<'_>) -> Walked {
    ats(w, w.value)
}

fn ats(w: &Walk<'_>, id: &[u8]) -> Walked {
    let mut ats = id.iter().enumerate().filter(|(_, b)| **b == b'@').map(|(i, _)| i);
    match (ats.next(), ats.next()) {
        (Some(at), None) if at == 0 || at + 1 == id.len() => w.met_at(Departure::OddCallIds, at),
        (_, Some(second)) => w.met_at(Departure::OddCallIds, second),
        _ => Ok(()),
    }
}

/// One hop.
pub(super) fn via(w: &mut Walk<'_>) -> Walked {
    let Ok(via) = Via::parse(w.value) else { return Ok(()) };
    let offset = |part: &str| part.as_ptr() as usize - w.value.as_ptr() as usize;
    match (via.sent_by.host, memchr::memmem::find(w.value, b":::")) {
        (Host::Name(name), _) => {
            let at = offset(name);
            walk_host(name.as_bytes(), &mut |departure, i| w.met_at(departure, at + i))?;
        }
        (Host::V6(_), Some(i)) => w.met_at(Departure::ThreeColons, i)?,
        _ => {}
    }
    match via.branch() {
        None => w.met_at(Departure::Rfc2543, w.value.len())?,
        Some(branch) if !via.has_magic_cookie() => w.met_at(Departure::Rfc2543, offset(branch))?,
        Some(branch) if branch.len() == crate::header::MAGIC_COOKIE.len() => {
            w.met_at(Departure::BareCookie, offset(branch))?;
        }
        Some(_) => {}
    }
    with_params(w)
}

/// 0 to 255.
pub(super) fn max_forwards(w: &mut Walk<'_>) -> Walked {
    match MaxForwards::parse(w.value) {
        Ok(MaxForwards(256..)) => w.met(Departure::LargeMaxForwards),
        _ => Ok(()),
    }
}

/// Written as it is written back.
pub(super) fn date(w: &mut Walk<'_>) -> Walked {
    let Ok(date) = Date::parse(w.value) else { return Ok(()) };
    let text = date.to_string();
    // A leap second is written as the one after it, so the seconds are not compared.
    let is_leap = memchr::memmem::find(w.value, b":60 ").is_some();
    match w.value.iter().zip(text.as_bytes()).position(|(a, b)| a != b) {
        Some(at) if !is_leap => w.met_at(Departure::OddDates, at),
        None if w.value.len() != text.len() => w.met_at(Departure::OddDates, text.len().min(w.value.len())),
        _ => Ok(()),
    }
}

/// `( product / comment ) *( LWS ( product / comment ) )`
pub(super) fn products(w: &mut Walk<'_>) -> Walked {
    loop {
        w.c.space();
        if w.c.is_end() {
            return Ok(());
        }
        if w.c.peek() == Some(b'(') {
            if !comment(w) {
                return w.met(Departure::OddProducts);
            }
        } else {
            let name = w.c.take_while(scan::is_token);
            let has_version = w.c.eat_spaced(b'/');
            if name.is_empty() || (has_version && w.c.take_while(scan::is_token).is_empty()) {
                return w.met(Departure::OddProducts);
            }
        }
        if !w.c.is_end() && !w.c.peek().is_some_and(scan::is_space) && !ends_in_space(w) {
            return w.met(Departure::OddProducts);
        }
    }
}

fn ends_in_space(w: &Walk<'_>) -> bool {
    w.at().checked_sub(1).and_then(|i| w.value.get(i)).is_some_and(|&b| scan::is_space(b))
}

/// Takes a comment; whether it closes.
fn comment(w: &mut Walk<'_>) -> bool {
    let mut depth = 0usize;
    while let Some(b) = w.c.peek() {
        w.c.bump();
        match b {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'\\' => w.c.bump(),
            _ => {}
        }
        if depth == 0 {
            return true;
        }
    }
    false
}
