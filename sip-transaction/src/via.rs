//! What a transaction writes itself: the top Via, what the receiver notes in it, ACK and CANCEL
//! (RFC 3261 §17.1.1.3, §9.1, §18.1.1, §18.2; RFC 3581).

use bytes::{Bytes, BytesMut};
use offhook_core::{Flow, Protocol};
use offhook_sip_parser::header::{CSeq, CallId, Via};
use offhook_sip_parser::{Draft, HostPort, Limits, Malformed, Message, Method, Name};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::ops::Range;

/// Notes in a request's top Via where it really came from: `received` if the address is another than it says, and the
/// port if it asks for it (RFC 3261 §18.2.1, RFC 3581 §4). A `received` or `rport` value that the sender wrote itself is
/// replaced, so that responses cannot be aimed at a third party.
///
/// # Errors
/// If the request is no whole message, or not any more; with what could be read.
pub(crate) fn note_source(request: &Message, flow: &Flow) -> Result<Message, Box<Malformed>> {
    let view = request.view();
    let via: Via<'_> = view.required().map_err(|error| Malformed { error, message: None })?;
    let same = via.sent_by.host.ip() == Some(flow.remote.ip());
    let forged = via.params.value("received").is_some() || via.params.value("rport").is_some();
    if same && !via.wants_rport() && !forged {
        return Ok(request.clone());
    }
    let Some(line) = view.header_all(Name::VIA).next() else { return Ok(request.clone()) };
    let mut out = BytesMut::with_capacity(view.as_bytes().len() + 48);
    // Other hops may follow in the same line.
    let element = first_element(line.value);
    out.extend_from_slice(view.as_bytes().get(..line.at + element.start).unwrap_or_default());
    let noted = write_noted(&mut out, &via, flow, same);
    debug_assert!(noted.is_ok(), "BytesMut grows");
    out.extend_from_slice(view.as_bytes().get(line.at + element.end..).unwrap_or_default());
    Message::parse_or_salvage(out.freeze(), &Limits::default())
}

fn write_noted(out: &mut BytesMut, via: &Via<'_>, flow: &Flow, same: bool) -> std::fmt::Result {
    write!(out, "SIP/2.0/{} {}", via.protocol, via.sent_by)?;
    for p in via.params.iter().filter(|p| !is_noted(p.name)) {
        match p.value {
            Some(value) => write!(out, ";{}={value}", p.name)?,
            None => write!(out, ";{}", p.name)?,
        }
    }
    // RFC 3581 §4: with rport, received is always written
    if !same || via.wants_rport() {
        write!(out, ";received={}", flow.remote.ip())?;
    }
    if via.wants_rport() {
        write!(out, ";rport={}", flow.remote.port())?;
    }
    Ok(())
}

fn is_noted(name: &str) -> bool {
    name.eq_ignore_ascii_case("received") || name.eq_ignore_ascii_case("rport")
}

/// Where the first element of a list stands that is not empty: up to a comma outside quotes.
fn first_element(value: &[u8]) -> Range<usize> {
    let start = value.iter().take_while(|b| matches!(b, b',' | b' ' | b'\t' | b'\r' | b'\n')).count();
    let (mut quoted, mut escaped) = (false, false);
    let len = value.iter().skip(start).take_while(|&&b| {
        let ends = b == b',' && !quoted;
        quoted ^= b == b'"' && !escaped;
        escaped = quoted && b == b'\\' && !escaped;
        !ends
    });
    start..start + len.count()
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

/// The text of our own Via.
pub(crate) fn own_via(flow: &Flow, sent_by: Option<&str>, branch: &str) -> String {
    // RFC 3581 §3: ask for the source port wherever an address translator may sit in between
    let rport = if flow.protocol == Protocol::Udp { ";rport" } else { "" };
    match sent_by {
        Some(name) => format!("SIP/2.0/{} {name};branch={branch}{rport}", flow.protocol),
        // The scope of a link-local IPv6 address means nothing to others, and has no place in the grammar.
        None => format!("SIP/2.0/{} {};branch={branch}{rport}", flow.protocol, HostPort::from(flow.local)),
    }
}

/// The ACK of a failed INVITE (§17.1.1.3): the INVITE's Request-URI, Via, From, Call-ID, CSeq number and Route, the
/// response's To.
pub(crate) fn ack_for_failure(invite: &Message, response: &Message) -> Bytes {
    same_hop(invite, Method::Ack, response.header(Name::TO))
}

/// The CANCEL of an INVITE (§9.1).
pub(crate) fn cancel_for(invite: &Message) -> Bytes {
    same_hop(invite, Method::Cancel, invite.header(Name::TO))
}

/// A request that takes the same hop as `invite`, in the same transaction space.
fn same_hop(invite: &Message, method: Method, to: Option<&[u8]>) -> Bytes {
    let text = |value: Option<&[u8]>| String::from_utf8_lossy(value.unwrap_or_default()).into_owned();
    let (Ok(uri), Ok(via), Ok(cseq), Ok(call_id)) =
        (invite.uri(), invite.required::<Via<'_>>(), invite.required::<CSeq>(), invite.required::<CallId<'_>>())
    else {
        unreachable!("an INVITE is checked before its transaction is made");
    };
    let from = text(invite.header(Name::FROM));
    let mut draft = Draft::request(method, uri.to_owned(), from, text(to), call_id, cseq.number);
    draft.copy(invite.view(), Name::ROUTE);
    draft.request_bytes(&via)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(own_via(&flow, None, "z9hG4bKa"), "SIP/2.0/UDP [fe80::1]:5060;branch=z9hG4bKa;rport");
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
