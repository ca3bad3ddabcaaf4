//! What walks share: a cursor that knows what is taken, lists and parameters.

use crate::error::{ErrorKind, ParseError, Place};
use crate::leniency::{Departure, Leniency};
use crate::scan::{self, Cursor};
use crate::strict::uri;

/// One value or element under way.
#[derive(Clone, Copy)]
pub(super) struct Walk<'a> {
    pub(super) value: &'a [u8],
    pub(super) c: Cursor<'a>,
    place: &'a Place,
    taken: &'a Leniency,
}

pub(super) type Walked = Result<(), ParseError>;

impl<'a> Walk<'a> {
    pub(super) fn new(value: &'a [u8], place: &'a Place, taken: &'a Leniency) -> Self {
        Walk { value, c: Cursor::new(value, place), place, taken }
    }

    /// Where the cursor stands.
    pub(super) fn at(&self) -> usize {
        self.value.len() - self.c.rest().len()
    }

    /// Met here.
    pub(super) fn met(&self, departure: Departure) -> Walked {
        self.met_at(departure, self.at())
    }

    /// Met at a byte of the value.
    pub(super) fn met_at(&self, departure: Departure, at: usize) -> Walked {
        if self.taken.takes(departure) {
            return Ok(());
        }
        Err(ParseError::new(ErrorKind::Departure(departure), *self.place, at))
    }

    /// A URI that stands in the value from `at`.
    pub(super) fn uri(&self, text: &[u8], at: usize) -> Walked {
        uri::walk(text, &mut |departure, i| self.met_at(departure, at + i))
    }

    /// The rest of the value: `*( SEMI generic-param )`.
    pub(super) fn params(&mut self) -> Walked {
        let mut names = Vec::new();
        loop {
            self.c.space();
            if self.c.is_end() {
                return self.repeated(names);
            }
            let semicolon = self.at();
            if !self.c.eat(b';') {
                return Err(self.c.error(ErrorKind::BadCharacter));
            }
            self.c.space();
            if matches!(self.c.peek(), None | Some(b';')) {
                self.met_at(Departure::EmptyParams, semicolon)?;
                continue;
            }
            let at = self.at();
            let name = self.c.take_while(scan::is_token);
            names.push((name, at));
            if self.c.eat_spaced(b'=') {
                self.param_value(name)?;
            }
        }
    }

    /// `gen-value`: a token, a host or a quoted string.
    fn param_value(&mut self, name: &[u8]) -> Walked {
        let is_end = |c: &Cursor<'_>| c.peek().is_none_or(|b| b == b';' || scan::is_space(b));
        if self.c.peek() == Some(b'"') {
            self.c.quoted()?;
            return Ok(());
        }
        let at = self.at();
        if self.c.is_end() || self.c.peek() == Some(b';') {
            return self.met_at(Departure::EmptyParamValues, at);
        }
        if self.c.eat(b'[') {
            if name.eq_ignore_ascii_case(b"received") {
                self.met_at(Departure::BracketedReceived, at)?;
            }
            self.c.take_while(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.'));
            self.c.eat(b']');
        } else if name.eq_ignore_ascii_case(b"received") {
            self.c.take_while(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.'));
        }
        self.c.take_while(scan::is_token);
        if is_end(&self.c) {
            return Ok(());
        }
        self.met(Departure::OddParamValues)?;
        self.c.take_while(|b| !matches!(b, b';'));
        Ok(())
    }

    fn repeated(&self, mut names: Vec<(&[u8], usize)>) -> Walked {
        let lower = |name: &[u8]| name.to_ascii_lowercase();
        names.sort_by_cached_key(|(name, at)| (lower(name), *at));
        let twice = names.windows(2).filter(|pair| matches!(pair, [a, b] if a.0.eq_ignore_ascii_case(b.0)));
        match twice.filter_map(|pair| pair.get(1)).map(|(_, at)| *at).min() {
            Some(at) => self.met_at(Departure::RepeatedParams, at),
            None => Ok(()),
        }
    }

    /// Moves on to the parameters: to the first `;` outside quotes and brackets of any kind.
    pub(super) fn skip_to_params(&mut self) -> Walked {
        let mut depth = 0usize;
        loop {
            match self.c.peek() {
                None => return Ok(()),
                Some(b';') if depth == 0 => return Ok(()),
                Some(b'"') => {
                    self.c.quoted()?;
                    continue;
                }
                Some(b'\\') => self.c.bump(),
                Some(b'<' | b'(') => depth += 1,
                Some(b'>' | b')') => depth = depth.saturating_sub(1),
                Some(_) => {}
            }
            self.c.bump();
        }
    }
}

/// The elements of a list, the empty ones too, and where each begins. Commas in quotes and brackets do not split.
pub(super) fn elements(value: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut from = Some(0);
    std::iter::from_fn(move || {
        let start = from?;
        let rest = value.get(start..).unwrap_or_default();
        let (mut quoted, mut angle, mut escaped) = (false, false, false);
        let comma = rest.iter().position(|&b| {
            match b {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'<' => angle = true,
                b'>' => angle = false,
                b',' => return !angle,
                _ => {}
            }
            false
        });
        let end = comma.map_or(value.len(), |i| start + i);
        scan::looked(end - start + 1);
        from = comma.map(|_| end + 1);
        let element = value.get(start..end).unwrap_or_default();
        let lead = element.iter().take_while(|&&b| scan::is_space(b)).count();
        Some((start + lead.min(element.len()), scan::trim(element)))
    })
}
