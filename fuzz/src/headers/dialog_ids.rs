//! What names transactions, dialogs and sessions.

use super::{family, law};
use offhook_sip_parser::header::{
    CSeq, CallId, InReplyTo, Join, RAck, Replaces, SessionId, TargetDialog, TypedHeader, Via,
};

family! {
    Via<'_> as v => (v.branch(), v.has_magic_cookie(), v.received(), v.wants_rport(), v.rport(), v.sent_by.host.ip()),
    CallId<'_>,
    CSeq,
    RAck,
    Replaces<'_>,
    Join<'_>,
    TargetDialog<'_>,
    InReplyTo<'_>,
    SessionId,
}
