//! A dialog (RFC 3261 §12): who talks to whom, by what route, and how far each has counted.

use offhook_sip_parser::header::{CSeq, CallId, Contact, From, RecordRoute, To};
use offhook_sip_parser::{Draft, ErrorKind, Message, Method, Name, ParseError, Place, Status, Uri, UriView};

/// The state that two user agents share.
#[derive(Debug, Clone)]
pub struct Dialog {
    call_id: Box<str>,
    /// Our From value, with our tag.
    local: Box<str>,
    local_tag: Box<str>,
    /// Their From value, with their tag.
    remote: Box<str>,
    /// Empty for a peer of RFC 2543, which has none (§12.1.1).
    remote_tag: Box<str>,
    local_seq: u32,
    remote_seq: Option<u32>,
    target: Uri,
    /// `Route` values in the order in which requests of ours pass them.
    route_set: Vec<Box<str>>,
}

/// Why a message does not make or fit a dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DialogError {
    /// A header that a dialog is made of is missing or bad.
    #[error(transparent)]
    Header(#[from] ParseError),
}

impl Dialog {
    /// The UAC's half, from its INVITE's `local` From value and the 2xx (§12.1.2).
    pub fn from_response(local: &str, local_tag: &str, cseq: u32, response: &Message) -> Result<Self, DialogError> {
        let to: To<'_> = response.required()?;
        let mut dialog = Dialog {
            call_id: response.required::<CallId<'_>>()?.0.into(),
            local: local.into(),
            local_tag: local_tag.into(),
            remote: text(response, Name::TO),
            remote_tag: to.tag().unwrap_or_default().into(),
            local_seq: cseq,
            remote_seq: None,
            target: contact(response)?,
            route_set: record_route(response)?,
        };
        dialog.route_set.reverse();
        Ok(dialog)
    }

    /// The UAC's half of a dialog that cannot be: its 2xx names no Contact or no readable route. It is good for one ACK
    /// and one BYE, both by the way of the INVITE, whose Request-URI was `target` and whose `Route` values were `route`.
    pub(crate) fn without_contact(
        local: &str,
        local_tag: &str,
        cseq: u32,
        response: &Message,
        target: Uri,
        route: &[Box<str>],
    ) -> Self {
        let mut route_set = record_route(response).unwrap_or_default();
        route_set.reverse();
        if route_set.is_empty() {
            route_set.extend_from_slice(route);
        }
        Dialog {
            call_id: text(response, Name::CALL_ID),
            local: local.into(),
            local_tag: local_tag.into(),
            remote: text(response, Name::TO),
            remote_tag: remote_tag(response),
            local_seq: cseq,
            remote_seq: None,
            target,
            route_set,
        }
    }

    /// The UAS's half, from an INVITE and the tag that its answers carry (§12.1.1).
    pub fn from_request(request: &Message, local_tag: &str) -> Result<Self, DialogError> {
        let from: From<'_> = request.required()?;
        Ok(Dialog {
            call_id: request.required::<CallId<'_>>()?.0.into(),
            local: format!("{};tag={local_tag}", text(request, Name::TO)).into(),
            local_tag: local_tag.into(),
            remote: text(request, Name::FROM),
            remote_tag: from.tag().unwrap_or_default().into(),
            local_seq: 0,
            remote_seq: Some(request.required::<CSeq>()?.number),
            target: contact(request)?,
            route_set: record_route(request)?,
        })
    }

    /// Their tag.
    pub fn remote_tag(&self) -> &str {
        &self.remote_tag
    }

    /// Where they are: the Contact that they gave last.
    pub fn target(&self) -> &Uri {
        &self.target
    }

    /// Whether a request that came in belongs here: Call-ID and both tags (§12.2.2).
    pub fn matches(&self, request: &Message) -> bool {
        let tag = |value: Option<&str>, ours: &str| value.unwrap_or_default() == ours;
        request.typed::<CallId<'_>>().is_ok_and(|id| id.is_some_and(|id| id.0 == &*self.call_id))
            && request.typed::<To<'_>>().is_ok_and(|to| to.is_some_and(|to| tag(to.tag(), &self.local_tag)))
            && request.typed::<From<'_>>().is_ok_and(|from| from.is_some_and(|from| tag(from.tag(), &self.remote_tag)))
    }

    /// Counts a request of theirs. One that counts backwards is out of order and deserves a 500 (§12.2.2).
    pub fn count_remote(&mut self, request: &Message) -> Result<(), Status> {
        let cseq: CSeq = request.required().map_err(|e| e.status())?;
        if self.remote_seq.is_some_and(|seen| cseq.number < seen) {
            return Err(Status::SERVER_INTERNAL_ERROR);
        }
        self.remote_seq = Some(cseq.number);
        Ok(())
    }

    /// Takes the Contact of a target refresh request or its 2xx (§12.2.1.2, §12.2.2).
    pub fn refresh_target(&mut self, message: &Message) {
        if let Ok(target) = contact(message) {
            self.target = target;
        }
    }

    /// A new request, and where it goes first (§12.2.1.1).
    pub fn request(&mut self, method: Method) -> (Draft, Uri) {
        self.local_seq += 1;
        self.request_with(method, self.local_seq)
    }

    /// The ACK of the 2xx to the INVITE counted `cseq` (§13.2.2.4).
    pub fn ack(&self, cseq: u32) -> (Draft, Uri) {
        self.request_with(Method::Ack, cseq)
    }

    /// The number of our last request.
    pub fn local_seq(&self) -> u32 {
        self.local_seq
    }

    fn request_with(&self, method: Method, cseq: u32) -> (Draft, Uri) {
        let first = self.route_set.first().and_then(|r| route_uri(r));
        let (uri, next_hop, routes, last) = match first {
            None => (self.target.clone(), self.target.clone(), self.route_set.as_slice(), None),
            Some(first) if first.is_loose_router() => (self.target.clone(), first, self.route_set.as_slice(), None),
            // A strict router of RFC 2543 wants itself in the Request-URI, and the target at the end of the route
            Some(first) => (first.clone(), first, self.route_set.get(1..).unwrap_or_default(), Some(&self.target)),
        };
        let mut draft = Draft::request(method, uri, &self.local, &self.remote, &self.call_id, cseq);
        for route in routes {
            draft.append(Name::ROUTE, route);
        }
        if let Some(target) = last {
            draft.append(Name::ROUTE, format_args!("<{target}>"));
        }
        (draft, next_hop)
    }
}

/// The To tag of a response: which of several answerers it comes from.
pub(crate) fn remote_tag(response: &Message) -> Box<str> {
    response.typed::<To<'_>>().ok().flatten().and_then(|to| to.tag()).unwrap_or_default().into()
}

fn text(message: &Message, name: Name) -> Box<str> {
    String::from_utf8_lossy(message.header(name).unwrap_or_default()).into()
}

fn contact(message: &Message) -> Result<Uri, DialogError> {
    match message.required::<Contact<'_>>()? {
        Contact::Address(address) => Ok(address.uri.to_owned()),
        Contact::Any => {
            let at = message.view().header_all(Name::CONTACT).next().map_or(0, |h| h.at);
            Err(ParseError { kind: ErrorKind::BadCharacter, place: Place::Header(Name::CONTACT), at }.into())
        }
    }
}

fn record_route(message: &Message) -> Result<Vec<Box<str>>, DialogError> {
    message.typed_all::<RecordRoute<'_>>().map(|r| Ok(r.map(|r| r.to_string().into())?)).collect()
}

fn route_uri(route: &str) -> Option<Uri> {
    let inner = route.split_once('<')?.1.split_once('>')?.0;
    UriView::parse(inner).ok().map(|u| u.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn message(lines: &[&str]) -> Message {
        Message::parse(Bytes::from(lines.join("\r\n") + "\r\n\r\n")).unwrap()
    }

    fn answer(routes: &[&str]) -> Message {
        let mut lines = vec![
            "SIP/2.0 200 OK",
            "Via: SIP/2.0/UDP a;branch=z9hG4bK1",
            "From: <sip:a@a>;tag=l",
            "To: <sip:b@b>;tag=r",
            "Call-ID: c",
            "CSeq: 7 INVITE",
            "Contact: <sip:b@192.0.2.4>",
        ];
        lines.extend(routes);
        message(&lines)
    }

    fn written(d: (Draft, Uri)) -> (String, String) {
        let via = "SIP/2.0/UDP a;branch=z9hG4bK2";
        let via =
            <offhook_sip_parser::header::Via<'_> as offhook_sip_parser::header::TypedHeader<'_>>::parse(via.as_bytes());
        (String::from_utf8(d.0.request_bytes(&via.unwrap()).to_vec()).unwrap(), d.1.to_string())
    }

    #[test]
    fn a_uac_takes_the_record_route_in_reverse_and_routes_loosely() {
        let response = answer(&["Record-Route: <sip:p3;lr>, <sip:p2;lr>", "Record-Route: <sip:p1;lr>"]);
        let mut dialog = Dialog::from_response("<sip:a@a>;tag=l", "l", 7, &response).unwrap();
        let (text, next_hop) = written(dialog.request(Method::Bye));
        assert_eq!(next_hop, "sip:p1;lr");
        assert!(text.starts_with("BYE sip:b@192.0.2.4 SIP/2.0\r\n"), "{text}");
        assert!(text.contains("Route: <sip:p1;lr>\r\nRoute: <sip:p2;lr>\r\nRoute: <sip:p3;lr>\r\n"), "{text}");
        assert!(text.contains("CSeq: 8 BYE\r\n") && text.contains("To: <sip:b@b>;tag=r\r\n"), "{text}");
    }

    #[test]
    fn a_strict_router_gets_itself_in_the_request_uri() {
        let mut dialog =
            Dialog::from_response("<sip:a@a>;tag=l", "l", 7, &answer(&["Record-Route: <sip:p2;lr>, <sip:p1>"]))
                .unwrap();
        let (text, next_hop) = written(dialog.request(Method::Bye));
        assert_eq!(next_hop, "sip:p1");
        assert!(text.starts_with("BYE sip:p1 SIP/2.0\r\n"), "{text}");
        assert!(text.contains("Route: <sip:p2;lr>\r\nRoute: <sip:b@192.0.2.4>\r\n"), "{text}");
    }

    #[test]
    fn without_a_contact_there_is_no_dialog() {
        let lines = [
            "SIP/2.0 200 OK",
            "Via: SIP/2.0/UDP a;branch=z9hG4bK1",
            "From: <sip:a@a>;tag=l",
            "To: <sip:b@b>;tag=r",
            "Call-ID: c",
            "CSeq: 7 INVITE",
        ];
        let e = Dialog::from_response("<sip:a@a>;tag=l", "l", 7, &message(&lines)).unwrap_err();
        assert!(
            matches!(e, DialogError::Header(ParseError { kind: ErrorKind::Missing, place: Place::Header(n), .. }) if n == Name::CONTACT)
        );
    }
}
