//! Bodies.

use offhook_sip_parser::body::{Dtmf, MessageSummary, Multipart, SipFrag};
use offhook_sip_parser::header::{ContentType, TypedHeader};

/// The first line is a Content-Type, the rest a body of it; and every other kind of body is read from the same bytes.
pub fn sip_body(data: &[u8]) {
    let end = data.iter().position(|&b| b == b'\n').unwrap_or(data.len());
    let (kind, body) = (data.get(..end).unwrap_or_default(), data.get(end + 1..).unwrap_or_default());
    if let Ok(kind) = ContentType::parse(kind.trim_ascii_end()) {
        parts(&kind, body, 0);
    }
    if let Ok(fragment) = SipFrag::parse(body) {
        let _ = (fragment.status(), fragment.headers.iter().count(), fragment.body);
    }
    if let Ok(digit) = Dtmf::parse(body) {
        let again = Dtmf::parse(digit.to_string().as_bytes()).expect("what was written can be read");
        assert_eq!((again.signal(), again.duration()), (digit.signal(), digit.duration()));
    }
    if let Ok(summary) = MessageSummary::parse(body) {
        let _ = (summary.is_waiting(), summary.account(), summary.voice(), summary.messages().count());
    }
}

fn parts(kind: &ContentType<'_>, body: &[u8], depth: usize) {
    let Ok(multipart) = Multipart::parse(kind, body) else { return };
    for part in multipart.flatten() {
        assert!(part.at <= body.len() && part.content.len() <= body.len(), "a part lies in its body");
        let _ = part.headers.iter().count();
        if depth < 8
            && let Ok(kind) = part.content_type()
        {
            parts(&kind, part.content, depth + 1);
        }
    }
}
