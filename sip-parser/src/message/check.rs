//! What every message must have (RFC 3261 §8.1.1, §8.2.6.2), and what it may have once (§7.3.1).

use super::view::MessageView;
use crate::error::{ErrorKind, ParseError, Place};
use crate::header::{CSeq, CallId, From, MaxForwards, Name, To, Via};

/// Headers of which a second one leaves open which call, which order or which body is meant.
const ONCE: &[Name] = &[Name::FROM, Name::TO, Name::CALL_ID, Name::CSEQ, Name::MAX_FORWARDS, Name::CONTENT_TYPE];

impl<'a> MessageView<'a> {
    /// Checks that Via, From, To, Call-ID and CSeq are there and readable; that none of them but Via stands twice, nor
    /// Max-Forwards or Content-Type; that CSeq names the request's method; and that the Request-URI is a URI. A missing
    /// Max-Forwards is taken as 70, as old peers send none.
    ///
    /// It takes every departure of [`Leniency`](crate::Leniency), being all that can be asked at the cost of five headers;
    /// [`check_with`](MessageView::check_with) asks the rest.
    pub fn check(&self) -> Result<(), ParseError> {
        self.required::<Via<'_>>()?;
        if let Some((name, at)) = self.doubled() {
            return Err(ParseError::new(ErrorKind::Repeated, Place::Header(name), at));
        }
        self.required::<From<'_>>()?;
        self.required::<To<'_>>()?;
        self.required::<CallId<'_>>()?;
        let cseq = self.required::<CSeq>()?;
        self.typed::<MaxForwards>()?;
        if let Some(method) = self.method() {
            self.uri()?;
            if method != cseq.method {
                let at = self.header_all(Name::CSEQ).next().map_or(0, |h| h.at);
                return Err(ParseError::new(ErrorKind::Mismatch, Place::Header(Name::CSEQ), at));
            }
        }
        Ok(())
    }

    /// The first header of [`ONCE`] that stands again, and where.
    fn doubled(&self) -> Option<(Name, usize)> {
        let mask = |id: u8| 1u128.checked_shl(u32::from(id)).unwrap_or(0);
        const { assert!(Name::MAX_FORWARDS.id() < 128 && Name::CONTENT_TYPE.id() < 128) };
        let once = ONCE.iter().fold(0, |all, name| all | mask(name.id()));
        let mut seen = 0;
        let twice = self.entries.iter().find(|e| {
            let one = mask(e.id) & once;
            let again = seen & one != 0;
            seen |= one;
            again
        })?;
        let name = ONCE.iter().find(|name| name.id() == twice.id)?;
        Some((*name, twice.value_at as usize))
    }
}
