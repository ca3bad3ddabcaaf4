//! How `name-addr` and `addr-spec` are written (RFC 3261 §20, §20.10, §25.1).

use super::grammar::{Walk, Walked};
use crate::leniency::Departure;
use crate::scan;

/// `( name-addr / addr-spec ) *( SEMI generic-param )`
pub(super) fn address(w: &mut Walk<'_>) -> Walked {
    walk(w, false)
}

/// `name-addr *( SEMI generic-param )`: the brackets may not be left out.
pub(super) fn route(w: &mut Walk<'_>) -> Walked {
    walk(w, true)
}

/// `*`, or an address.
pub(super) fn contact(w: &mut Walk<'_>) -> Walked {
    if w.value == b"*" { Ok(()) } else { walk(w, false) }
}

fn walk(w: &mut Walk<'_>, wants_brackets: bool) -> Walked {
    w.c.space();
    if w.c.peek() == Some(b'"') {
        w.c.quoted()?;
        w.c.space();
    } else {
        let angle = memchr::memchr3(b'<', b'"', b';', w.c.rest());
        if angle.and_then(|i| w.c.rest().get(i)) != Some(&b'<') {
            return bare(w, wants_brackets);
        }
        loop {
            w.c.take_while(scan::is_token);
            w.c.space();
            match w.c.peek() {
                None | Some(b'<') => break,
                Some(b) if scan::is_token(b) => {}
                Some(_) => {
                    w.met(Departure::UnquotedDisplay)?;
                    w.c.take_while(|b| b != b'<');
                    break;
                }
            }
        }
    }
    w.c.bump();
    space(w)?;
    let at = w.at();
    let uri = w.c.take_while(scan::is_uri);
    w.uri(uri, at)?;
    space(w)?;
    w.c.bump();
    w.params()
}

fn space(w: &mut Walk<'_>) -> Walked {
    if w.c.peek().is_some_and(scan::is_space) {
        w.met(Departure::SpacedBrackets)?;
        w.c.space();
    }
    Ok(())
}

/// An `addr-spec`. By §20 its `;` is the header's; `?` and a comma want brackets.
fn bare(w: &mut Walk<'_>, wants_brackets: bool) -> Walked {
    let at = w.at();
    if wants_brackets {
        w.met(Departure::BareUri)?;
    }
    let uri = w.c.take_while(|b| scan::is_uri(b) && b != b';');
    if let Some(i) = memchr::memchr2(b'?', b',', uri) {
        w.met_at(Departure::BareUri, at + i)?;
    }
    let is_sip = [&b"sip:"[..], b"sips:"]
        .iter()
        .any(|scheme| uri.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)));
    if !is_sip && !w.c.is_end() {
        w.met_at(Departure::BareTel, at)?;
    }
    w.uri(uri, at)?;
    w.params()
}
