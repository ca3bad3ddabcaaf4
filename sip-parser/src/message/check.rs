//! What every message must have (RFC 3261 §8.1.1, §8.2.6.2), what it may have once (§7.3.1), and what a draft of its kind
//! must have (§20, tables 2 and 3).

use super::draft::Draft;
use super::view::MessageView;
use crate::Method;
use crate::error::{ErrorKind, ParseError, Place};
use crate::header::{CSeq, CallId, From, MaxForwards, Name, To, TypedHeader, Via};

/// Headers of which a second one leaves open which call, which order or which body is meant.
const ONCE: &[Name] = &[Name::FROM, Name::TO, Name::CALL_ID, Name::CSEQ, Name::MAX_FORWARDS, Name::CONTENT_TYPE];

/// An answer takes back every Via and, where it makes a dialog, every Record-Route (§8.2.6.2, §12.1.1). With more lines of
/// both than these it would leave its writer less than 64 of the 256 lines that we read ourselves by default, and the
/// request has come further than the 70 hops of §8.1.1.6 ever let it.
const HOPS: usize = 192;

/// The five headers by which requests, responses and dialogs are matched; of Via the topmost.
#[derive(Debug, Clone)]
pub struct Essentials<'a> {
    /// The last hop.
    pub via: Via<'a>,
    /// Who asks.
    pub from: From<'a>,
    /// Who is asked.
    pub to: To<'a>,
    /// Of which call.
    pub call_id: CallId<'a>,
    /// Its number and method: of a request its own, of a response that of the request.
    pub cseq: CSeq,
}

impl<'a> MessageView<'a> {
    /// Checks that Via, From, To, Call-ID and CSeq are there and readable; that none of them but Via stands twice, nor
    /// Max-Forwards or Content-Type; that CSeq names the request's method; and that the Request-URI is a URI. A missing
    /// Max-Forwards is taken as 70, as old peers send none. A request with more than 192 lines of Via and Record-Route is
    /// refused, as an answer to it could not be read by everybody ([`Status::TOO_MANY_HOPS`](crate::Status)).
    ///
    /// It takes every departure of [`Leniency`](crate::Leniency), being all that can be asked at the cost of five headers;
    /// [`check_with`](MessageView::check_with) asks the rest.
    pub fn check(&self) -> Result<(), ParseError> {
        self.essentials().map(drop)
    }

    /// What [`check`](MessageView::check) reads, for whoever needs it next.
    ///
    /// # Errors
    /// Where `check` fails.
    pub fn essentials(&self) -> Result<Essentials<'a>, ParseError> {
        let via = self.required()?;
        if let Some((name, at)) = self.doubled() {
            return Err(ParseError::new(ErrorKind::Repeated, Place::Header(name), at));
        }
        let (from, to, call_id) = (self.required()?, self.required()?, self.required()?);
        let cseq = self.required::<CSeq>()?;
        self.typed::<MaxForwards>()?;
        if let Some(method) = self.method() {
            self.uri()?;
            if let Some(line) = self.header_all(Name::VIA).chain(self.header_all(Name::RECORD_ROUTE)).nth(HOPS) {
                let name = if line.is(Name::VIA) { Name::VIA } else { Name::RECORD_ROUTE };
                return Err(ParseError::new(ErrorKind::TooMany, Place::Header(name), line.at));
            }
            if method != cseq.method {
                let at = self.header_all(Name::CSEQ).next().map_or(0, |h| h.at);
                return Err(ParseError::new(ErrorKind::Mismatch, Place::Header(Name::CSEQ), at));
            }
        }
        Ok(Essentials { via, from, to, call_id, cseq })
    }

    /// The first header of [`ONCE`] that stands again, and where.
    fn doubled(&self) -> Option<(Name, usize)> {
        ONCE.iter().filter_map(|&name| Some((name, self.header_all(name).nth(1)?.at))).min_by_key(|(_, at)| *at)
    }
}

impl Draft {
    /// The first header that is not there and that this method or status may not go without; `None` if all are. The
    /// constructors demand what every message needs; this asks for the rest as well: Contact of what makes a dialog,
    /// Event of a SUBSCRIBE, Allow of a 405 (RFC 3261 §20, §21.4; RFC 3262 §7.2, RFC 3311 §5.1, RFC 3515 §2.4.1,
    /// RFC 3903 §11.1, RFC 4028 §6, RFC 6665 §8.2). Via is not looked for in a request, as its transport writes it.
    ///
    /// ```
    /// use offhook_sip_parser::{Draft, Method, Name};
    /// let mut draft = Draft::request(
    ///     Method::Invite, "sip:bob@example.com".parse()?, "<sip:alice@example.com>;tag=1", "<sip:bob@example.com>", "x@y", 1);
    /// assert_eq!(draft.missing(), Some(Name::CONTACT));
    /// assert_eq!(draft.append(Name::CONTACT, "<sip:alice@192.0.2.1>").missing(), None);
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    pub fn missing(&self) -> Option<Name> {
        const COMMON: [Name; 4] = [Name::FROM, Name::TO, Name::CALL_ID, Name::CSEQ];
        let of_start = match (self.method(), self.status()) {
            (Some(method), _) => of_request(method),
            (None, Some(status)) => {
                let cseq = self.header(Name::CSEQ).and_then(|v| CSeq::parse(v.as_bytes()).ok());
                of_response(status.code(), cseq.map(|c| c.method))
            }
            (None, None) => &[],
        };
        let every = if self.method().is_some() { Name::MAX_FORWARDS } else { Name::VIA };
        std::iter::once(&every).chain(&COMMON).chain(of_start).copied().find(|&name| !self.has(name))
    }
}

fn of_request(method: &Method) -> &'static [Name] {
    match method {
        Method::Invite | Method::Update => &[Name::CONTACT],
        Method::Subscribe => &[Name::CONTACT, Name::EVENT],
        Method::Notify => &[Name::CONTACT, Name::EVENT, Name::SUBSCRIPTION_STATE],
        Method::Refer => &[Name::CONTACT, Name::REFER_TO],
        Method::Publish => &[Name::EVENT],
        Method::Prack => &[Name::RACK],
        _ => &[],
    }
}

fn of_response(code: u16, method: Option<Method>) -> &'static [Name] {
    match (code, method) {
        (200..=299, Some(Method::Invite | Method::Update)) => &[Name::CONTACT],
        (200..=299, Some(Method::Subscribe)) => &[Name::CONTACT, Name::EXPIRES],
        (200..=299, Some(Method::Publish)) => &[Name::SIP_ETAG, Name::EXPIRES],
        (401, _) => &[Name::WWW_AUTHENTICATE],
        (405, _) => &[Name::ALLOW],
        (407, _) => &[Name::PROXY_AUTHENTICATE],
        (420, _) => &[Name::UNSUPPORTED],
        (421, _) => &[Name::REQUIRE],
        (422, _) => &[Name::MIN_SE],
        (423, _) => &[Name::MIN_EXPIRES],
        (489, _) => &[Name::ALLOW_EVENTS],
        (494, _) => &[Name::SECURITY_SERVER],
        _ => &[],
    }
}
