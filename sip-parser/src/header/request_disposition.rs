//! `Request-Disposition` (RFC 3841 §9.1).

use super::shapes::words;
use super::{Name, TypedHeader};
use crate::error::{ParseError, Place};
use crate::scan::Cursor;
use std::fmt;

/// What the caller wants proxies to do with the request.
///
/// ```
/// use offhook_sip_parser::header::{Directive, RequestDisposition, TypedHeader};
/// assert_eq!(RequestDisposition::parse(b"no-fork")?.0, Directive::NoFork);
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestDisposition<'a>(pub Directive<'a>);

words! {
    /// One wish. Each comes with its contrary.
    Directive {
        /// Forward it.
        Proxy = "proxy",
        /// Redirect it.
        Redirect = "redirect",
        /// Cancel the other branches once one has answered.
        Cancel = "cancel",
        /// Leave the other branches alone.
        NoCancel = "no-cancel",
        /// Send it to several places.
        Fork = "fork",
        /// Send it to one.
        NoFork = "no-fork",
        /// Follow redirections.
        Recurse = "recurse",
        /// Hand redirections back.
        NoRecurse = "no-recurse",
        /// Try the places at once.
        Parallel = "parallel",
        /// Try them one by one.
        Sequential = "sequential",
        /// Wait if the callee is busy.
        Queue = "queue",
        /// Do not wait.
        NoQueue = "no-queue",
    }
}

impl<'a> TypedHeader<'a> for RequestDisposition<'a> {
    const NAME: Name = Name::REQUEST_DISPOSITION;
    const IS_LIST: bool = true;

    fn parse(value: &'a [u8]) -> Result<Self, ParseError> {
        let mut c = Cursor::new(value, &Place::Header(Name::REQUEST_DISPOSITION));
        let word = c.token()?;
        c.end()?;
        Ok(RequestDisposition(Directive::of(word)))
    }
}

impl fmt::Display for RequestDisposition<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
