//! How challenges and credentials are written (RFC 3261 §25.1 `digest-cln`, `dig-resp`; RFC 7616 §3.3, §3.4).

use super::grammar::{Walk, Walked};
use crate::header::AuthParams;
use crate::leniency::Departure;
use crate::scan;

/// Parameters of Digest whose value is a quoted string.
const QUOTED: &[&str] = &["realm", "domain", "nonce", "opaque", "username", "uri", "response", "cnonce"];
/// And those whose value is a token. `qop` is the one in credentials and the other in a challenge.
const TOKENS: &[&str] = &["algorithm", "stale", "nc", "userhash"];

/// `auth-scheme LWS 1#auth-param`, of a challenge.
pub(super) fn challenge(w: &mut Walk<'_>) -> Walked {
    pairs(w, true)
}

/// The same, of credentials.
pub(super) fn credentials(w: &mut Walk<'_>) -> Walked {
    pairs(w, false)
}

fn pairs(w: &mut Walk<'_>, is_challenge: bool) -> Walked {
    let scheme = w.c.token()?;
    w.c.space();
    let mut ahead = w.c;
    if AuthParams::take_token68(&mut ahead, scheme).is_some() {
        return Ok(());
    }
    let is_digest = scheme.eq_ignore_ascii_case("Digest");
    loop {
        w.c.space();
        if w.c.is_end() {
            return Ok(());
        }
        let name = w.c.token()?;
        w.c.expect_spaced(b'=')?;
        let is = |list: &[&str]| list.iter().any(|n| name.eq_ignore_ascii_case(n));
        let is_qop = name.eq_ignore_ascii_case("qop");
        let (wants, wants_not) = (is(QUOTED) || (is_qop && is_challenge), is(TOKENS) || (is_qop && !is_challenge));
        let has = w.c.peek() == Some(b'"');
        if is_digest && ((wants && !has) || (wants_not && has)) {
            w.met(Departure::AuthQuotes)?;
        }
        if has {
            w.c.quoted()?;
        } else {
            w.c.take_while(|b| !scan::is_space(b) && b != b',');
        }
        if w.c.eat_spaced(b',') {
            // A comma at the end separates nothing.
            if w.c.is_end() {
                w.met(Departure::EmptyElements)?;
            }
            continue;
        }
        w.c.space();
        if !w.c.is_end() {
            w.met(Departure::MissingCommas)?;
        }
    }
}
