//! What a transaction writes itself: the top Via, what the receiver notes in it, ACK and CANCEL
//! (RFC 3261 §17.1.1.3, §9.1, §18.1.1, §18.2; RFC 3581).

use crate::LoopMark;
use bytes::Bytes;
use offhook_core::{Flow, Protocol, Token};
use offhook_sip_parser::header::Via;
use offhook_sip_parser::{Draft, Edit, HostPort, Index, Message, MessageView, Params, ParseError};
use std::net::SocketAddr;

const BRANCH: &str = ";branch=";
const MAGIC_COOKIE: &str = "z9hG4bK";
const RPORT: &str = ";rport";

/// Notes in a request's top Via where it really came from (RFC 3261 §18.2.1, RFC 3581 §4).
///
/// # Errors
/// If its top Via is missing or cannot be read.
pub(crate) fn note_source(request: &Message, flow: &Flow) -> Result<Message, ParseError> {
    let mut edit = Edit::new(request);
    edit.note_source(flow.remote)?;
    Ok(edit.message())
}

/// Where the responses to a request go (RFC 3261 §18.2.2, RFC 3581 §4): on a stream back where it came from; on UDP to
/// the source address, and there to the source port if `rport` was asked for, else to the port that Via names. `maddr`
/// is not followed: nobody needs it, and it would aim our answers where a stranger likes.
pub(crate) fn response_flow(flow: Flow, via: &Via<'_>) -> Flow {
    if flow.protocol.is_reliable() || via.wants_rport() {
        return flow;
    }
    let port = via.sent_by.port.unwrap_or(Protocol::Udp.default_port());
    Flow { remote: SocketAddr::new(flow.remote.ip(), port), ..flow }
}

/// The parameters of our own Via: the branch, and whom to answer.
pub(crate) fn own_params(flow: &Flow, token: Token, mark: Option<LoopMark>) -> String {
    let mut params = String::with_capacity(64);
    params.extend([BRANCH, MAGIC_COOKIE, token.as_str()]);
    if let Some(mark) = mark {
        params.extend([".", &mark.to_string()]);
    }
    // RFC 3581 §3: ask for the source port wherever an address translator may sit in between
    if flow.protocol == Protocol::Udp {
        params.push_str(RPORT);
    }
    params
}

/// The branch in what [`own_params`] wrote.
pub(crate) fn branch_of(params: &str) -> &str {
    let branch = params.strip_prefix(BRANCH).unwrap_or_default();
    branch.strip_suffix(RPORT).unwrap_or(branch)
}

/// Our own Via, with the flow's address. The scope of a link-local IPv6 address means nothing to others, and has no place
/// in the grammar.
pub(crate) fn own_via<'a>(flow: &Flow, params: &'a str) -> Via<'a> {
    let sent_by = HostPort::from(flow.local);
    Via { protocol: flow.protocol.as_str(), sent_by, params: Params::from_raw(params) }
}

/// The ACK of a failed INVITE (§17.1.1.3).
pub(crate) fn ack_for_failure(invite: Bytes, response: &Message) -> Option<Bytes> {
    same_hop(invite, |invite| Draft::ack(invite, response.view()))
}

/// The CANCEL of an INVITE (§9.1).
pub(crate) fn cancel_for(invite: Bytes) -> Option<Bytes> {
    same_hop(invite, Draft::cancel)
}

/// The bytes of a request that takes the same hop as `invite`; `None` if that is none.
fn same_hop(invite: Bytes, draft: impl FnOnce(MessageView<'_>) -> Result<Draft, ParseError>) -> Option<Bytes> {
    let mut index = Index::new();
    let invite = MessageView::parse(&invite, &mut index).ok()?;
    Some(draft(invite).ok()?.request_bytes(&invite.required().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use offhook_sip_parser::Name;

    fn request(via: &str) -> Message {
        let text = format!(
            "INVITE sip:b@x SIP/2.0\r\nVia: {via}\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n"
        );
        Message::parse(Bytes::from(text)).unwrap()
    }

    fn noted(via: &str) -> String {
        let flow = Flow::udp("192.0.2.1:5060".parse().unwrap(), "192.0.2.9:7000".parse().unwrap());
        let message = note_source(&request(via), &flow).unwrap();
        String::from_utf8(message.header(Name::VIA).unwrap().to_vec()).unwrap()
    }

    #[test]
    fn the_source_is_noted_only_where_it_says_something_new() {
        let plain = "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKa";
        assert_eq!(noted(plain), plain);
        assert_eq!(noted(&format!("{plain};rport")), format!("{plain};received=192.0.2.9;rport=7000"));
        let other = "SIP/2.0/UDP pc.example.com;branch=z9hG4bKa";
        assert_eq!(noted(other), format!("{other};received=192.0.2.9"));
    }

    #[test]
    fn a_forged_received_is_replaced_and_other_hops_stay() {
        let via = "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKa;received=203.0.113.5, SIP/2.0/UDP h;branch=z9hG4bKb";
        assert_eq!(noted(via), "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKa, SIP/2.0/UDP h;branch=z9hG4bKb");
    }

    #[test]
    fn a_comma_in_quotes_or_before_the_first_hop_does_not_end_it() {
        let hop = "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKa;x=\"\\\",\\\\\"";
        let rest = ", SIP/2.0/UDP h;branch=z9hG4bKb";
        assert_eq!(noted(&format!("{hop};rport=1{rest}")), format!("{hop};received=192.0.2.9;rport=7000{rest}"));
        assert_eq!(noted(&format!(", ,{hop};received=h{rest}")), format!(", ,{hop}{rest}"));
    }

    #[test]
    fn our_own_via_leaves_the_scope_of_an_ipv6_address_out() {
        let local = std::net::SocketAddrV6::new("fe80::1".parse().unwrap(), 5060, 0, 3);
        let flow = Flow::udp(local.into(), "[fe80::2]:5060".parse().unwrap());
        assert_eq!(own_via(&flow, ";rport").to_string(), "SIP/2.0/UDP [fe80::1]:5060;rport");
    }

    #[test]
    fn responses_go_to_the_source_address() {
        let flow = Flow::udp("192.0.2.1:5060".parse().unwrap(), "192.0.2.9:7000".parse().unwrap());
        let to = |via: &str| response_flow(flow, &request(via).required::<Via<'_>>().unwrap()).remote.to_string();
        assert_eq!(to("SIP/2.0/UDP h:5080;branch=z9hG4bKa"), "192.0.2.9:5080");
        assert_eq!(to("SIP/2.0/UDP h;branch=z9hG4bKa;maddr=203.0.113.1"), "192.0.2.9:5060");
        assert_eq!(to("SIP/2.0/UDP h:5080;branch=z9hG4bKa;rport"), "192.0.2.9:7000");
    }
}
