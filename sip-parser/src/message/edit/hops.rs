//! What a proxy does to the hops of a message (RFC 3261 §16.4, §16.6, §16.7, §18.2.1; RFC 3581 §4).

use super::editing::Edit;
use super::lines::{Lines, Spot};
use crate::error::ParseError;
use crate::header::{MaxForwards, Name, NameAddr, Route, TypedHeader, Via};
use crate::uri::UriUse;
use std::fmt::Write as _;
use std::net::SocketAddr;

/// What a proxy gives a request that says nothing (§16.6 step 3).
const MAX_FORWARDS: u32 = 70;

impl Edit<'_> {
    /// Puts our Via on top (§16.6 step 8).
    pub fn push_via(&mut self, via: &Via<'_>) -> &mut Self {
        self.prepend(Name::VIA, via)
    }

    /// Takes the topmost Via off (§16.7 step 3); `false` if there is none. Others of its line stay.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn pop_via(&mut self) -> Result<bool, ParseError> {
        let Some(spot) = self.lines.first(Name::VIA) else { return Ok(false) };
        read::<Via<'_>>(&self.lines, &spot)?;
        self.lines.remove_value(&spot);
        Ok(true)
    }

    /// Notes in the topmost Via where the request really came from: `received` if the address is another than it says, and
    /// the port if it asks for it (§18.2.1, RFC 3581 §4). A `received` or `rport` value that the sender wrote itself is
    /// replaced, so that responses cannot be aimed at a third party. What says nothing new is not written.
    ///
    /// # Errors
    /// If there is no Via, or it cannot be read.
    pub fn note_source(&mut self, source: SocketAddr) -> Result<&mut Self, ParseError> {
        let missing = ParseError::new(crate::ErrorKind::Missing, crate::Place::Header(Name::VIA), 0);
        let spot = self.lines.first(Name::VIA).ok_or(missing)?;
        let value = self.lines.spot(&spot);
        let via: Via<'_> = read(&self.lines, &spot)?;
        let same = via.sent_by.host.ip() == Some(source.ip());
        let is_noted = |name: &str| name.eq_ignore_ascii_case("received") || name.eq_ignore_ascii_case("rport");
        let params = via.params.as_str();
        // No parameters are no part of the value.
        let from = if params.is_empty() { value.len() } else { params.as_ptr() as usize - value.as_ptr() as usize };
        let mut noted = String::with_capacity(params.len() + 64);
        let (mut wants_rport, mut forged) = (false, false);
        for p in via.params.iter() {
            if is_noted(p.name) {
                wants_rport |= p.name.len() == "rport".len();
                forged |= p.value.is_some();
                continue;
            }
            noted.push(';');
            noted.push_str(p.name);
            if let Some(value) = p.value {
                noted.push('=');
                noted.push_str(value);
            }
        }
        if same && !wants_rport && !forged {
            return Ok(self);
        }
        // RFC 3581 §4: with rport, received is always written.
        let written = if wants_rport {
            write!(noted, ";received={};rport={}", source.ip(), source.port())
        } else if !same {
            write!(noted, ";received={}", source.ip())
        } else {
            Ok(())
        };
        debug_assert!(written.is_ok(), "a String grows");
        let cut = spot.range.start + from..spot.range.end;
        self.lines.splice(spot.line, cut, |line| line.write_str(&noted));
        Ok(self)
    }

    /// Counts Max-Forwards down and says what is left; adds 70 where there is none (§16.6 step 3). `None`, and no change,
    /// if it is zero: such a request is answered with 483 (§16.3).
    ///
    /// # Errors
    /// If it is no number.
    pub fn decrement_max_forwards(&mut self) -> Result<Option<u32>, ParseError> {
        let Some(line) = self.lines.named(Name::MAX_FORWARDS).next() else {
            self.prepend(Name::MAX_FORWARDS, MAX_FORWARDS);
            return Ok(Some(MAX_FORWARDS));
        };
        let range = 0..self.lines.value(line).len();
        let MaxForwards(hops) = read(&self.lines, &Spot { line, range: range.clone() })?;
        let Some(left) = hops.checked_sub(1) else { return Ok(None) };
        self.lines.splice(line, range, |line| write!(line, "{left}"));
        Ok(Some(left))
    }

    /// Puts a hop before all others (§16.6 step 6).
    pub fn push_route(&mut self, hop: &NameAddr<'_>) -> &mut Self {
        self.prepend(Name::ROUTE, hop)
    }

    /// Puts hops before all others; the first of them comes first.
    pub fn push_routes<'h>(&mut self, hops: impl DoubleEndedIterator<Item = NameAddr<'h>>) -> &mut Self {
        for hop in hops.rev() {
            self.push_route(&hop);
        }
        self
    }

    /// Takes the first hop off, as the proxy does that it names (§16.4); `false` if there is none. Others of its line
    /// stay.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn pop_route(&mut self) -> Result<bool, ParseError> {
        let Some(spot) = self.lines.first(Name::ROUTE) else { return Ok(false) };
        read::<Route<'_>>(&self.lines, &spot)?;
        self.lines.remove_value(&spot);
        Ok(true)
    }

    /// Puts ourselves on the way of the requests to come, before all who are there already (§16.6 step 4).
    pub fn push_record_route(&mut self, hop: &NameAddr<'_>) -> &mut Self {
        self.prepend(Name::RECORD_ROUTE, hop)
    }

    /// If the first hop is a strict router (no `lr`), writes the request as such a one wants it: its URI becomes the
    /// Request-URI, which in turn becomes the last hop (§16.6 step 6, §12.2.1.1). Whether it was one.
    ///
    /// # Errors
    /// If the first hop or the Request-URI cannot be read; of a response.
    pub fn route_strictly(&mut self) -> Result<bool, ParseError> {
        let target = self.uri()?.to_owned();
        let Some(spot) = self.lines.first(Name::ROUTE) else { return Ok(false) };
        let route: Route<'_> = read(&self.lines, &spot)?;
        if route.uri.is_loose_router() {
            return Ok(false);
        }
        // §12.2.1.1: without what a Request-URI may not hold.
        let next = route.uri.fit(UriUse::RequestUri);
        self.set_uri(&next)?;
        let last = NameAddr::new(target.view());
        self.lines.insert(self.lines.below(Name::ROUTE), Name::ROUTE.as_str(), |line| write!(line, "{last}"));
        self.lines.remove_value(&spot);
        Ok(true)
    }

    /// Takes back what a strict router before us did: the last hop becomes the Request-URI. For a request whose
    /// Request-URI is one that we put into a Record-Route (§16.4). `false` if there is no hop.
    ///
    /// # Errors
    /// If the last hop cannot be read; of a response.
    pub fn restore_uri(&mut self) -> Result<bool, ParseError> {
        let Some(spot) = self.lines.last(Name::ROUTE) else { return Ok(false) };
        let route: Route<'_> = read(&self.lines, &spot)?;
        let target = route.uri.to_owned();
        self.set_uri(&target)?;
        self.lines.remove_value(&spot);
        Ok(true)
    }
}

/// Reads one value; an error says where it stands.
fn read<'t, T: TypedHeader<'t>>(lines: &'t Lines<'_>, spot: &Spot) -> Result<T, ParseError> {
    T::parse(lines.spot(spot)).map_err(|e| ParseError { at: lines.place(spot.line, spot.range.start + e.at), ..e })
}
