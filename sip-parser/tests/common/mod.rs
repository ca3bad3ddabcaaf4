//! What the integration tests share.
#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod typed;

use offhook_sip_parser::header::*;
use offhook_sip_parser::{MessageView, ParseError, UriView};
use std::path::PathBuf;

/// The folder of public test messages beside the checkout. `None`, and a printed line, where it is not there.
pub(crate) fn vectors(folder: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors")).join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("SKIP: no vectors at {}", path.display());
    None
}

/// The rows of a tab-separated file under their column names.
pub(crate) fn rows(text: &str) -> (Vec<&str>, Vec<Vec<&str>>) {
    let mut lines = text.lines();
    let head = lines.next().unwrap_or_default().split('\t').collect();
    (head, lines.map(|l| l.split('\t').collect()).collect())
}

/// Reads every header that has a type, and everything the typed ones answer. All are read whatever happens; the first
/// fault is returned.
pub(crate) fn read_all(message: &MessageView<'_>) -> Result<(), ParseError> {
    let _ = (message.start_line(), message.method(), message.status(), message.reason(), message.body());
    for header in message.headers() {
        assert!(header.at + header.value.len() <= message.as_bytes().len() && !header.name().is_empty());
    }
    let mut all = ReadAll { message: *message, first: None };
    if message.is_request() {
        match message.uri() {
            Ok(uri) => touch_uri(uri),
            Err(e) => all.first = Some(e),
        }
    }
    all.of(|via: Via<'_>| {
        let _ = (via.branch(), via.has_magic_cookie(), via.received(), via.rport(), via.wants_rport(), via.to_string());
    });
    all.of(|from: From<'_>| touch(&from));
    all.of(|to: To<'_>| touch(&to));
    all.of(|_: CallId<'_>| ());
    all.of(|_: CSeq| ());
    all.of(|contact: Contact<'_>| {
        let _ = contact.expires();
        contact.address().into_iter().for_each(touch);
    });
    all.of(|route: Route<'_>| touch(&route));
    all.of(|route: RecordRoute<'_>| touch(&route));
    all.of(|_: MaxForwards| ());
    all.of(|_: Expires| ());
    all.of(|_: MinExpires| ());
    all.of(|_: ContentLength| ());
    all.of(|_: RetryAfter| ());
    all.of(|content: ContentType<'_>| assert!(content.params.iter().count() <= content.params.as_str().len()));
    all.of(|_: Allow<'_>| ());
    all.of(|_: Supported<'_>| ());
    all.of(|_: Require<'_>| ());
    all.of(|_: ProxyRequire<'_>| ());
    all.of(|_: Unsupported<'_>| ());
    all.of(|auth: Authorization<'_>| touch_auth(&auth));
    all.of(|auth: ProxyAuthorization<'_>| touch_auth(&auth));
    all.of(|auth: WwwAuthenticate<'_>| touch_auth(&auth));
    all.of(|auth: ProxyAuthenticate<'_>| touch_auth(&auth));
    macro_rules! each {
        ($($ty:ty),+ $(,)?) => {$(all.of(|value: $ty| drop(value.to_string()));)+};
    }
    each!(
        Path<'_>,
        ServiceRoute<'_>,
        ContentEncoding<'_>,
        ContentDisposition<'_>,
        ContentLanguage<'_>,
        ContentId<'_>,
        MimeVersion,
        Accept<'_>,
        AcceptEncoding<'_>,
        AcceptLanguage<'_>,
        AcceptContact<'_>,
        RejectContact<'_>,
        RequestDisposition<'_>,
        AllowEvents<'_>,
        AuthenticationInfo<'_>,
        UserAgent<'_>,
        Server<'_>,
        Subject<'_>,
        Date,
        Timestamp<'_>,
        Warning<'_>,
        Priority<'_>,
        Organization<'_>,
        InReplyTo<'_>,
        ReplyTo<'_>,
        ErrorInfo<'_>,
        AlertInfo<'_>,
        CallInfo<'_>,
        Event<'_>,
        SubscriptionState<'_>,
        SipETag<'_>,
        SipIfMatch<'_>,
        ReferTo<'_>,
        ReferredBy<'_>,
        ReferSub,
        Replaces<'_>,
        Join<'_>,
        TargetDialog<'_>,
        RAck,
        RSeq,
        SessionExpires,
        MinSe,
        PAssertedIdentity<'_>,
        PPreferredIdentity<'_>,
        RemotePartyId<'_>,
        Privacy<'_>,
        Diversion<'_>,
        HistoryInfo<'_>,
        Reason<'_>,
        FlowTimer,
        Identity<'_>,
        IdentityInfo<'_>,
        InfoPackage<'_>,
        RecvInfo<'_>,
        MaxBreadth,
        SecurityClient<'_>,
        SecurityServer<'_>,
        SecurityVerify<'_>,
        PChargingVector<'_>,
        PAccessNetworkInfo<'_>,
        PCalledPartyId<'_>,
        PAssociatedUri<'_>,
        PEarlyMedia<'_>,
        FeatureCaps<'_>,
        Geolocation<'_>,
        UserToUser<'_>,
        SessionId,
        ResourcePriority<'_>,
        AcceptResourcePriority<'_>,
        AnswerMode<'_>,
        PrivAnswerMode<'_>,
        RetryAfterDetails<'_>,
    );
    all.first.map_or(Ok(()), Err)
}

struct ReadAll<'a> {
    message: MessageView<'a>,
    first: Option<ParseError>,
}

impl<'a> ReadAll<'a> {
    fn of<T: TypedHeader<'a>>(&mut self, touch: impl Fn(T)) {
        for one in self.message.typed_all::<T>() {
            match one {
                Ok(value) => touch(value),
                Err(e) => {
                    assert!(e.at <= self.message.as_bytes().len());
                    self.first = self.first.or(Some(e));
                }
            }
        }
    }
}

fn touch(address: &NameAddr<'_>) {
    let _ = (address.tag(), address.display_name(), address.params.iter().count(), address.to_string());
    touch_uri(address.uri);
}

fn touch_uri(uri: UriView<'_>) {
    let _ = (uri.scheme(), uri.user(), uri.host_port(), uri.params().iter().count(), uri.is_loose_router());
    let _ = (uri.headers(), uri.port(), uri.to_owned().to_string());
}

fn touch_auth(auth: &AuthParams<'_>) {
    let _ = (auth.get("realm"), auth.get("response"), auth.get("none"), auth.is_digest(), auth.to_string());
}
