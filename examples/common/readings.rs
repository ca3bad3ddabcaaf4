//! Header lines as the parser's types read them.

use offhook::sip_parser::body::SipFrag;
use offhook::sip_parser::{HeaderView, ParseError, header::*};

/// What each type of the parser understands of a line: its text, and whether it reads the same when written back.
#[allow(elided_lifetimes_in_paths, reason = "a list of names reads better")]
pub(crate) fn readings(bytes: &[u8], line: &HeaderView<'_>) -> Vec<Result<(String, bool), ParseError>> {
    let from = line.name().as_ptr() as usize - bytes.as_ptr() as usize;
    let mut all = vec![];
    let Ok(alone) = SipFrag::parse(&bytes[from..line.at + line.value.len()]) else { return all };
    macro_rules! read {
        ($($ty:ident)*) => {$(if line.is($ty::NAME) {
            all.extend(alone.headers.typed_all::<$ty>().map(|one| match one {
                Ok(v) => Ok((format!("{v:?}"), {
                    let (text, folded) = (v.to_string(), line.value.contains(&b'\n')); // folding is written as a space
                    $ty::parse(text.as_bytes()).is_ok_and(|a| a == v || (folded && a.to_string() == text))
                })),
                Err(e) => Err(ParseError { at: e.at + from, ..e }),
            }));
        })*};
    }
    read!(Via From To CallId CSeq Contact MaxForwards Route RecordRoute Path ServiceRoute Expires MinExpires Date
        ContentType ContentLength ContentEncoding ContentDisposition ContentLanguage ContentId MimeVersion Timestamp
        Accept AcceptEncoding AcceptLanguage AcceptContact RejectContact RequestDisposition Allow AllowEvents Supported
        Require ProxyRequire Unsupported Authorization ProxyAuthorization WwwAuthenticate ProxyAuthenticate Subject
        AuthenticationInfo UserAgent Server Warning RetryAfter Priority Organization InReplyTo ReplyTo ErrorInfo
        AlertInfo CallInfo Event SubscriptionState SipETag SipIfMatch ReferTo ReferredBy ReferSub Replaces Join
        TargetDialog RAck RSeq SessionExpires MinSe PAssertedIdentity PPreferredIdentity RemotePartyId Privacy Diversion
        HistoryInfo Reason FlowTimer Identity IdentityInfo InfoPackage RecvInfo MaxBreadth SecurityClient SecurityServer
        SecurityVerify PChargingVector PAccessNetworkInfo PCalledPartyId PAssociatedUri PEarlyMedia FeatureCaps
        Geolocation UserToUser SessionId ResourcePriority AcceptResourcePriority AnswerMode PrivAnswerMode);
    all
}
