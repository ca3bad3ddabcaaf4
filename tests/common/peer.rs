//! A peer that says what it is told to, word by word.

use bytes::Bytes;
use offhook::core::{Flow, Output, Transmit};
use offhook_sim::Host;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

pub(crate) struct Peer {
    ip: IpAddr,
    /// Every SIP message that came, repeated ones too.
    pub(crate) inbox: Vec<(Instant, String)>,
    /// Everything that came to other ports.
    pub(crate) sound: Vec<(Instant, Flow, Bytes)>,
    outbox: VecDeque<Transmit>,
}

impl Peer {
    pub(crate) fn new(ip: IpAddr) -> Self {
        Peer { ip, inbox: Vec::new(), sound: Vec::new(), outbox: VecDeque::new() }
    }

    /// Says something from port 5060. Lines are ended as SIP wants it.
    pub(crate) fn say(&mut self, to: SocketAddr, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        self.send(5060, to, Bytes::from(text));
    }

    pub(crate) fn send(&mut self, port: u16, to: SocketAddr, contents: Bytes) {
        let flow = Flow::udp((self.ip, port).into(), to);
        self.outbox.push_back(Transmit { flow, contents });
    }

    /// The messages that begin so, oldest first.
    pub(crate) fn all(&self, start: &str) -> Vec<&str> {
        self.inbox.iter().map(|(_, text)| text.as_str()).filter(|text| text.starts_with(start)).collect()
    }

    /// The newest of them.
    #[track_caller]
    pub(crate) fn last(&self, start: &str) -> String {
        let found = self.all(start).last().map(|text| (*text).to_owned());
        found.unwrap_or_else(|| panic!("nothing that begins with {start:?} came, but {:#?}", self.inbox))
    }
}

impl Host for Peer {
    fn receive(&mut self, now: Instant, flow: Flow, contents: Bytes) {
        if flow.local.port() == 5060 {
            self.inbox.push((now, String::from_utf8(contents.to_vec()).expect("text")));
        } else {
            self.sound.push((now, flow, contents));
        }
    }

    fn timeout(&mut self, _now: Instant) {}

    fn poll(&mut self, _now: Instant) -> Output<Infallible> {
        self.outbox.pop_front().map_or(Output::Timeout(None), Output::Transmit)
    }
}

/// The peer's side of a call that it makes.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    from: IpAddr,
    to: SocketAddr,
    call_id: &'static str,
    pub(crate) cseq: u32,
    pub(crate) to_tag: String,
}

impl Caller {
    /// `call_id` tells one call from another.
    pub(crate) fn new(from: IpAddr, to: SocketAddr, call_id: &'static str) -> Self {
        Caller { from, to, call_id, cseq: 0, to_tag: String::new() }
    }

    /// The next request, with more header lines (each ended by a line feed) and a session description.
    pub(crate) fn request(&mut self, method: &str, more: &str, sdp: &str) -> String {
        self.cseq += u32::from(method != "ACK" && method != "CANCEL");
        let (from, to, call, cseq) = (self.from, self.to, self.call_id, self.cseq);
        let branch = if method == "ACK" { "ack" } else { "" };
        let tag = if self.to_tag.is_empty() { String::new() } else { format!(";tag={}", self.to_tag) };
        let kind = if sdp.is_empty() { "" } else { "Content-Type: application/sdp\n" };
        let length = sdp.replace('\n', "\r\n").len();
        format!(
            "{method} sip:p@{to} SIP/2.0\nVia: SIP/2.0/UDP {from}:5060;branch=z9hG4bK{call}{cseq}{branch}\n\
             Max-Forwards: 70\nFrom: <sip:peer@{from}>;tag=peer\nTo: <sip:p@{to}>{tag}\nCall-ID: {call}\n\
             CSeq: {cseq} {method}\nContact: <sip:peer@{from}:5060>\n{more}{kind}Content-Length: {length}\n\n{sdp}"
        )
    }

    /// Takes the tag of the other side's answer.
    pub(crate) fn learn(&mut self, response: &str) {
        self.to_tag = tag_of(&header(response, "To"));
    }
}

/// A response to a request that came, with a tag of ours, more header lines and a session description.
pub(crate) fn reply(request: &str, status: &str, more: &str, sdp: &str) -> String {
    let all = |name: &str| {
        let start = format!("{name}: ");
        let lines = request.lines().take_while(|l| !l.is_empty()).filter(|l| l.starts_with(&start));
        lines.fold(String::new(), |all, line| all + line + "\n")
    };
    let to = header(request, "To");
    let tag = if to.contains(";tag=") { "" } else { ";tag=peer" };
    let (via, from, id, cseq) = (all("Via"), all("From"), all("Call-ID"), all("CSeq"));
    let kind = if sdp.is_empty() { "" } else { "Content-Type: application/sdp\n" };
    let length = sdp.replace('\n', "\r\n").len();
    format!("SIP/2.0 {status}\n{via}{from}To: {to}{tag}\n{id}{cseq}{more}{kind}Content-Length: {length}\n\n{sdp}")
}

/// The value of the first line of that name.
#[track_caller]
pub(crate) fn header(text: &str, name: &str) -> String {
    let start = format!("{name}: ");
    let line = text.lines().take_while(|l| !l.is_empty()).find_map(|l| l.strip_prefix(&start));
    line.unwrap_or_else(|| panic!("no {name} in {text}")).to_owned()
}

pub(crate) fn tag_of(value: &str) -> String {
    value.split_once(";tag=").map(|(_, tag)| tag.to_owned()).unwrap_or_default()
}

/// A session description with sound at `at`, in these payload types, with more lines (each ended by a line feed).
pub(crate) fn sdp(at: SocketAddr, version: u32, types: &str, more: &str) -> String {
    let (ip, port) = (at.ip(), at.port());
    format!("v=0\no=peer 1 {version} IN IP4 {ip}\ns=-\nc=IN IP4 {ip}\nt=0 0\nm=audio {port} RTP/AVP {types}\n{more}")
}
