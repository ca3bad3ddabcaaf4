//! How a proxy tells that a request has been here before (RFC 3261 §16.3 step 4, §16.6 step 8; RFC 5393 §4.2).

use super::Layer;
use offhook_sip_parser::header::{CSeq, From, To, Via};
use offhook_sip_parser::{Message, Name, StartLine};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

/// All of a request that decides where it goes, in one number. As the second part of our branch it tells a loop, where
/// the request comes back as it was, from a spiral, where it comes back for another target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LoopMark(u64);

/// As it stands in a branch.
impl fmt::Display for LoopMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Layer {
    /// The mark of a request as it was received: of its Request-URI, tags, Call-ID, CSeq number, Route, Proxy-Require and
    /// Proxy-Authorization. Not of its method, so that an INVITE and its CANCEL have the same. Nobody else can make one.
    pub fn loop_mark(&self, request: &Message) -> LoopMark {
        let mut hasher = DefaultHasher::new();
        self.secret.hash(&mut hasher);
        if let StartLine::Request { uri, .. } = request.view().start_line() {
            uri.hash(&mut hasher);
        }
        let from = request.typed::<From<'_>>().ok().flatten();
        let to = request.typed::<To<'_>>().ok().flatten();
        (from.and_then(|h| h.tag()), to.and_then(|h| h.tag())).hash(&mut hasher);
        request.header(Name::CALL_ID).hash(&mut hasher);
        request.typed::<CSeq>().ok().flatten().map(|cseq| cseq.number).hash(&mut hasher);
        for name in [Name::ROUTE, Name::PROXY_REQUIRE, Name::PROXY_AUTHORIZATION] {
            for line in request.view().header_all(name) {
                line.value.hash(&mut hasher);
            }
            0u8.hash(&mut hasher);
        }
        LoopMark(hasher.finish())
    }

    /// Whether a request was here before and nothing has changed since that would send it elsewhere: a proxy answers it
    /// with 482.
    pub fn is_loop(&self, request: &Message) -> bool {
        let mark = self.loop_mark(request).to_string();
        let marked =
            |via: Via<'_>| via.branch().is_some_and(|b| b.strip_suffix(&mark).is_some_and(|b| b.ends_with('.')));
        request.typed_all::<Via<'_>>().flatten().any(marked)
    }
}
