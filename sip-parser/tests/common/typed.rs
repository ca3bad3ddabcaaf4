//! Every header that has a type.

use offhook_sip_parser::header::*;
use offhook_sip_parser::{Index, MessageView, Name, ParseError};

macro_rules! typed {
    ($($ty:ident $(<$life:lifetime>)?),+ $(,)?) => {
        /// The types' names, and their headers'.
        pub(crate) const TYPED: &[(&str, Name)] = &[$((stringify!($ty), <$ty $(<$life>)?>::NAME)),+];

        /// Reads every typed header of a message. What is read is written, and read again as the same. Answers how many
        /// values were read, or the first fault.
        pub(crate) fn read_back(message: &MessageView<'_>) -> Result<usize, ParseError> {
            let mut count = 0;
            let mut first = None;
            $(for one in message.typed_all::<$ty $(<$life>)?>() {
                match one {
                    Ok(value) => {
                        let text = value.to_string();
                        let again = <$ty $(<$life>)?>::parse(text.as_bytes());
                        assert_eq!(again.as_ref().map(ToString::to_string).as_ref(), Ok(&text), "{value:?}");
                        // A display name of another encoding cannot be written as text, nor folding on one line.
                        let odd = |pair: &[u8]| matches!(pair, [b'\n', b' ' | b'\t'] | [b'\r', 0..=9 | 11..]);
                        let is_folded = message.as_bytes().windows(2).any(odd);
                        let is_same = again.as_ref() == Ok(&value);
                        assert!(is_same || is_folded || text.contains('\u{fffd}'), "{value:?} was written as {text:?}");
                        count += 1;
                    }
                    Err(e) => {
                        assert!(e.at <= message.as_bytes().len());
                        first = first.or(Some(e));
                    }
                }
            })+
            first.map_or(Ok(count), Err)
        }
    };
}

typed! {
    Accept<'_>,
    AcceptContact<'_>,
    AcceptEncoding<'_>,
    AcceptLanguage<'_>,
    AcceptResourcePriority<'_>,
    AlertInfo<'_>,
    Allow<'_>,
    AllowEvents<'_>,
    AnswerMode<'_>,
    AuthenticationInfo<'_>,
    Authorization<'_>,
    CSeq,
    CallId<'_>,
    CallInfo<'_>,
    Contact<'_>,
    ContentDisposition<'_>,
    ContentEncoding<'_>,
    ContentId<'_>,
    ContentLanguage<'_>,
    ContentLength,
    ContentType<'_>,
    Date,
    Diversion<'_>,
    ErrorInfo<'_>,
    Event<'_>,
    Expires,
    FeatureCaps<'_>,
    FlowTimer,
    From<'_>,
    Geolocation<'_>,
    HistoryInfo<'_>,
    Identity<'_>,
    IdentityInfo<'_>,
    InReplyTo<'_>,
    InfoPackage<'_>,
    Join<'_>,
    MaxBreadth,
    MaxForwards,
    MimeVersion,
    MinExpires,
    MinSe,
    Organization<'_>,
    PAccessNetworkInfo<'_>,
    PAssertedIdentity<'_>,
    PAssociatedUri<'_>,
    PCalledPartyId<'_>,
    PChargingVector<'_>,
    PEarlyMedia<'_>,
    PPreferredIdentity<'_>,
    Path<'_>,
    Priority<'_>,
    PrivAnswerMode<'_>,
    Privacy<'_>,
    ProxyAuthenticate<'_>,
    ProxyAuthorization<'_>,
    ProxyRequire<'_>,
    RAck,
    RSeq,
    Reason<'_>,
    RecordRoute<'_>,
    RecvInfo<'_>,
    ReferSub,
    ReferTo<'_>,
    ReferredBy<'_>,
    RejectContact<'_>,
    RemotePartyId<'_>,
    Replaces<'_>,
    ReplyTo<'_>,
    RequestDisposition<'_>,
    Require<'_>,
    ResourcePriority<'_>,
    RetryAfter,
    RetryAfterDetails<'_>,
    Route<'_>,
    SecurityClient<'_>,
    SecurityServer<'_>,
    SecurityVerify<'_>,
    Server<'_>,
    ServiceRoute<'_>,
    SessionExpires,
    SessionId,
    SipETag<'_>,
    SipIfMatch<'_>,
    Subject<'_>,
    SubscriptionState<'_>,
    Supported<'_>,
    TargetDialog<'_>,
    Timestamp<'_>,
    To<'_>,
    Unsupported<'_>,
    UserAgent<'_>,
    UserToUser<'_>,
    Via<'_>,
    Warning<'_>,
    WwwAuthenticate<'_>,
}

/// The same for one header line.
pub(crate) fn read_line(name: Name, value: &[u8]) -> Result<usize, ParseError> {
    let mut bytes = [b"SIP/2.0 200 OK\r\n", name.as_str().as_bytes(), b": ", value, b"\r\n\r\n"].concat();
    if let Ok(ContentLength(n)) = ContentLength::parse(value)
        && name == Name::CONTENT_LENGTH
    {
        bytes.resize(bytes.len() + n as usize, b'x');
    }
    let mut index = Index::new();
    read_back(&MessageView::parse(&bytes, &mut index)?)
}
