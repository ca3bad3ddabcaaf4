//! A peer that knows what was said, so that random bytes come further than to the first check.

use crate::steps::{behind, number};
use bytes::Bytes;
use offhook_sip_parser::{Draft, Message, Name, Status};

/// What the other side of a machine has heard.
#[derive(Default)]
pub(crate) struct Peer {
    request: Option<Message>,
    response: Option<Message>,
    branch: u32,
}

impl Peer {
    /// Hears what a machine sends.
    pub(crate) fn hear(&mut self, contents: &Bytes) {
        let message = Message::parse(contents.clone()).expect("what a machine sends can be read");
        // The refusal of a request that lacks something lacks it too.
        let is_refusal = message.status().is_some_and(|status| status.code() >= 400);
        assert!(is_refusal || message.check().is_ok(), "what a machine sends is whole: {:?}", message.check());
        match message.is_request() {
            true => self.request = Some(message),
            false => self.response = Some(message),
        }
    }

    /// Answers the last request: `200 body`. The body is one as session description.
    pub(crate) fn answer(&self, data: &[u8]) -> Option<Bytes> {
        let request = self.request.as_ref()?;
        let status = Status::new(number(data)?)?;
        let mut draft = Draft::response(request.view(), status, Some("peer"));
        draft.append(Name::CONTACT, "<sip:peer@192.0.2.9>");
        match behind(data) {
            [] => {}
            line if line.starts_with(b"WWW-Authenticate: ") => {
                draft.append(Name::WWW_AUTHENTICATE, String::from_utf8_lossy(behind(line)));
            }
            body => {
                draft.body("application/sdp", body.to_vec());
            }
        }
        Some(draft.response_bytes())
    }

    /// A request within the dialog of the last response, or of the last request: `BYE body`.
    pub(crate) fn request(&mut self, data: &[u8]) -> Option<Bytes> {
        let method = data.split(|&b| b == b' ').next().and_then(|m| std::str::from_utf8(m).ok())?;
        let (known, swapped) = match (&self.response, &self.request) {
            (Some(response), _) => (response, false),
            (None, Some(request)) => (request, true),
            (None, None) => return None,
        };
        let value = |name| known.header(name).map(String::from_utf8_lossy).unwrap_or_default();
        let (mut from, mut to) = (value(Name::FROM), value(Name::TO));
        if swapped {
            std::mem::swap(&mut from, &mut to);
            from = format!("{from};tag=peer").into();
        }
        self.branch += 1;
        let (branch, call_id, body) = (self.branch, value(Name::CALL_ID), behind(data));
        // An ACK has the number of its INVITE.
        let cseq = if method == "ACK" { "1".into() } else { (100 + branch).to_string() };
        let mut text = format!(
            "{method} sip:us@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKpeer{branch}\r\nFrom: {from}\r\n\
             To: {to}\r\nCall-ID: {call_id}\r\nCSeq: {cseq} {method}\r\nContact: <sip:peer@192.0.2.9>\r\n"
        );
        if !body.is_empty() {
            text += "Content-Type: application/sdp\r\n";
        }
        text += &format!("Content-Length: {}\r\n\r\n", body.len());
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(body);
        Some(bytes.into())
    }
}
