//! What tells one transaction from another (RFC 3261 §17.1.3, §17.2.3).

use offhook_sip_parser::header::{CSeq, CallId, From, Via};
use offhook_sip_parser::{Host, Method};
use smallvec::SmallVec;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Names a client transaction; chosen by the layer above, unique among those open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientKey(pub u64);

/// Names a server transaction; chosen by the [`Layer`](crate::Layer), never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(pub(crate) u64);

/// What a message is matched by: the same bytes for all messages of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Matcher(SmallVec<[u8; 96]>);

impl Matcher {
    /// Branch and method of a client transaction's request (§17.1.3).
    pub(crate) fn of_client(branch: &str, method: &Method) -> Self {
        let mut bytes = SmallVec::from_slice(branch.as_bytes());
        bytes.push(b' ');
        bytes.extend_from_slice(method.as_str().as_bytes());
        Matcher(bytes)
    }

    /// Branch, sent-by and method of a request: what makes two requests the same (§17.2.3). An ACK belongs to its INVITE.
    pub(crate) fn of_server(via: &Via<'_>, method: &Method) -> Self {
        let mut bytes = SmallVec::new();
        // §7.1: of these a method alone is case-sensitive
        let mut push_text = |text: &str| {
            bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
            bytes.extend(text.bytes().map(|b| b.to_ascii_lowercase()));
        };
        push_text(via.branch().unwrap_or_default());
        match via.sent_by.host {
            Host::Name(name) => push_text(name),
            Host::V4(a) => bytes.extend_from_slice(&a.octets()),
            Host::V6(a) => bytes.extend_from_slice(&a.octets()),
        }
        let port = via.sent_by.port.map_or([0; 3], |port| [1, (port >> 8) as u8, port as u8]);
        bytes.extend_from_slice(&port);
        let kind = match via.sent_by.host {
            Host::V4(_) => b'4',
            Host::V6(_) => b'6',
            Host::Name(_) => b'N',
        };
        bytes.push(kind);
        bytes.extend_from_slice(
            if *method == Method::Ack { Method::Invite.as_str() } else { method.as_str() }.as_bytes(),
        );
        Matcher(bytes)
    }

    /// That of the CANCEL of the INVITE of which `invite` is the matcher.
    pub(crate) fn of_cancel(invite: &[u8]) -> Self {
        let branch = invite.strip_suffix(Method::Invite.as_str().as_bytes()).unwrap_or(invite);
        let mut bytes = SmallVec::from_slice(branch);
        bytes.extend_from_slice(Method::Cancel.as_str().as_bytes());
        Matcher(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// A hash that nobody can aim who does not know `secret`.
    pub(crate) fn hash(&self, secret: u64) -> u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(secret);
        hasher.write(&self.0);
        hasher.finish()
    }
}

/// What two copies of a request have in common that came on different ways (§8.2.2.2): From tag, Call-ID and CSeq, as a
/// hash that nobody can aim.
pub(crate) fn merge_hash(secret: u64, from: &From<'_>, call_id: &CallId<'_>, cseq: &CSeq) -> u64 {
    let mut hasher = DefaultHasher::new();
    (secret, from.tag(), call_id, cseq.number, cseq.method.as_str()).hash(&mut hasher);
    hasher.finish()
}
