//! What every message must have (RFC 3261 §8.1.1, §8.2.6.2).

use super::view::MessageView;
use crate::error::{ErrorKind, ParseError, Place};
use crate::header::{CSeq, CallId, From, MaxForwards, Name, To, TypedHeader, Via};

impl<'a> MessageView<'a> {
    /// Checks that Via, From, To, Call-ID and CSeq are there, each once but Via, and readable; that CSeq names the
    /// request's method; and that the Request-URI is a URI. A missing Max-Forwards is taken as 70, as old peers send
    /// none.
    pub fn check(&self) -> Result<(), ParseError> {
        self.required::<Via<'_>>()?;
        self.once::<From<'_>>()?;
        self.once::<To<'_>>()?;
        self.once::<CallId<'_>>()?;
        let cseq = self.once::<CSeq>()?;
        if self.header(Name::MAX_FORWARDS).is_some() {
            self.once::<MaxForwards>()?;
        }
        if let Some(method) = self.method() {
            self.uri()?;
            if method != cseq.method {
                let at = self.header_all(Name::CSEQ).next().map_or(0, |h| h.at);
                return Err(ParseError::new(ErrorKind::Mismatch, Place::Header(Name::CSEQ), at));
            }
        }
        Ok(())
    }

    fn once<T: TypedHeader<'a>>(&self) -> Result<T, ParseError> {
        if let Some(second) = self.header_all(T::NAME).nth(1) {
            return Err(ParseError::new(ErrorKind::Repeated, Place::Header(T::NAME), second.at));
        }
        self.required()
    }
}
