//! Bodies and the headers that describe them.

use super::write::Out;

/// A body with the value of its Content-Type; `None` where there is no body.
pub(super) fn body(o: &mut Out<'_, '_>) -> Option<(String, Vec<u8>)> {
    match o.choices.below(8) {
        0 | 1 => None,
        2 | 3 => Some(("application/sdp".to_owned(), sdp(o))),
        7 => Some(multipart(o, 0)),
        _ => Some(single(o)),
    }
}

fn single(o: &mut Out<'_, '_>) -> (String, Vec<u8>) {
    let (kind, body): (&str, Vec<u8>) = match o.choices.below(6) {
        0 => ("text/plain", text(o)),
        1 => ("application/sdp", sdp(o)),
        2 => ("message/sipfrag", sipfrag(o)),
        3 => ("application/dtmf-relay", dtmf(o)),
        4 => ("application/simple-message-summary", b"Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n".to_vec()),
        _ => ("application/octet-stream", octets(o)),
    };
    (kind.to_owned(), body)
}

fn text(o: &mut Out<'_, '_>) -> Vec<u8> {
    o.of(&["hello", "", "\r\n", "a: b\r\n\r\nc", "INVITE sip:a@b SIP/2.0\r\n\r\n", " x\0y", "日本"]);
    o.take()
}

fn octets(o: &mut Out<'_, '_>) -> Vec<u8> {
    (0..o.choices.below(40)).map(|_| o.choices.below(256) as u8).collect()
}

fn sdp(o: &mut Out<'_, '_>) -> Vec<u8> {
    o.push("v=0\r\no=- ");
    o.number(u32::MAX);
    o.push(" 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n");
    for _ in 0..=o.choices.below(2) {
        o.of(&["m=audio ", "m=video "]);
        o.port();
        o.of(&[
            " RTP/AVP 0 8 101\r\n",
            " RTP/SAVPF 96\r\na=rtpmap:96 opus/48000/2\r\n",
            " UDP/TLS/RTP/SAVPF 111\r\na=rtcp-mux\r\n",
        ]);
        o.of(&["", "a=sendrecv\r\n", "a=inactive\r\n", "a=ptime:20\r\na=x-own:1\r\n"]);
    }
    o.take()
}

fn sipfrag(o: &mut Out<'_, '_>) -> Vec<u8> {
    o.of(&[
        "SIP/2.0 100 Trying\r\n",
        "SIP/2.0 603 Declined\r\n\r\n",
        "SIP/2.0 200 OK\r\nContact: <sip:a@192.0.2.1>\r\n\r\n",
        "From: <sip:a@b>;tag=1\r\n",
    ]);
    o.take()
}

fn dtmf(o: &mut Out<'_, '_>) -> Vec<u8> {
    o.push("Signal=");
    o.of(&["1", "*", "#", "D", "0"]);
    o.push("\r\nDuration=");
    o.number(8000);
    o.push("\r\n");
    o.take()
}

/// Parts that may be multipart themselves, with a boundary that none of them holds (RFC 2046 §5.1.1).
fn multipart(o: &mut Out<'_, '_>, depth: usize) -> (String, Vec<u8>) {
    const BOUNDARIES: [&str; 3] = ["boundary1", "-x'()+_,-./:=?", "7a9cbec02ceef655"];
    let boundary = BOUNDARIES[depth % BOUNDARIES.len()];
    let kind = *o.choices.of(&["mixed", "alternative", "related"]);
    let mut body = Vec::new();
    body.extend_from_slice(o.choices.of(&["", "a preamble\r\n"]).as_bytes());
    for _ in 0..=o.choices.below(3) {
        let nested = depth + 1 < BOUNDARIES.len() && o.choices.one_in(8);
        let (kind, content) = if nested { multipart(o, depth + 1) } else { single(o) };
        body.extend_from_slice(format!("--{boundary}\r\nContent-Type: {kind}\r\n").as_bytes());
        body.extend_from_slice(
            o.choices.of(&["", "Content-Transfer-Encoding: binary\r\n", "Content-ID: <a@example.com>\r\n"]).as_bytes(),
        );
        body.extend_from_slice(b"\r\n");
        body.extend_from_slice(&content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--").as_bytes());
    body.extend_from_slice(o.choices.of(&["\r\n", "", "\r\nan epilogue"]).as_bytes());
    (format!("multipart/{kind};boundary=\"{boundary}\""), body)
}
