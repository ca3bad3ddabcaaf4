//! Numbers, times, and what begins with a number.

use super::{family, law};
use offhook_sip_parser::header::{
    ContentLength, Date, Expires, FlowTimer, MaxBreadth, MaxForwards, MimeVersion, MinExpires, MinSe, RSeq, RetryAfter,
    RetryAfterDetails, SessionExpires, Timestamp, TypedHeader, Warning,
};

family! {
    MaxForwards,
    ContentLength,
    Expires,
    MinExpires,
    RetryAfter,
    RetryAfterDetails<'_> as v => v.duration(),
    RSeq,
    MaxBreadth,
    FlowTimer,
    SessionExpires,
    MinSe,
    MimeVersion,
    Date as v => assert_eq!(Date::from_unix(v.unix()).as_ref(), Some(v)),
    Timestamp<'_> as v => (v.sent_time(), v.delay_time()),
    Warning<'_> as v => v.text(),
}
