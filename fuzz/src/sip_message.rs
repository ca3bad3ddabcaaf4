//! SIP messages.

use bytes::Bytes;
use offhook_sip_parser::header::{
    Accept, AcceptContact, AcceptEncoding, AcceptLanguage, AcceptResourcePriority, AlertInfo, Allow, AllowEvents,
    AnswerMode, AuthenticationInfo, Authorization, CSeq, CallId, CallInfo, Contact, ContentDisposition,
    ContentEncoding, ContentId, ContentLanguage, ContentLength, ContentType, Date, Diversion, ErrorInfo, Event,
    Expires, FeatureCaps, FlowTimer, From, Geolocation, HistoryInfo, Identity, IdentityInfo, InReplyTo, InfoPackage,
    Join, MaxBreadth, MaxForwards, MimeVersion, MinExpires, MinSe, Organization, PAccessNetworkInfo, PAssertedIdentity,
    PAssociatedUri, PCalledPartyId, PChargingVector, PEarlyMedia, PPreferredIdentity, Path, Priority, PrivAnswerMode,
    Privacy, ProxyAuthenticate, ProxyAuthorization, ProxyRequire, RAck, RSeq, Reason, RecordRoute, RecvInfo, ReferSub,
    ReferTo, ReferredBy, RejectContact, RemotePartyId, Replaces, ReplyTo, RequestDisposition, Require,
    ResourcePriority, RetryAfter, Route, SecurityClient, SecurityServer, SecurityVerify, Server, ServiceRoute,
    SessionExpires, SessionId, SipETag, SipIfMatch, Subject, SubscriptionState, Supported, TargetDialog, Timestamp, To,
    TypedHeader, Unsupported, UserAgent, UserToUser, Via, Warning, WwwAuthenticate,
};
use offhook_sip_parser::{Draft, ErrorKind, Index, Leniency, Limits, Message, MessageView, Status};
use std::fmt::Display;

/// A message is read in every way, asked everything, answered, and the answer read again.
pub fn sip_message(data: &[u8]) {
    let mut index = Index::new();
    let view = MessageView::parse(data, &mut index);
    let owned = Message::parse_or_salvage(Bytes::copy_from_slice(data), &Limits::default());
    match (view, owned) {
        (Ok(view), Ok(owned)) => {
            read(view);
            assert_eq!(view.as_bytes(), owned.bytes());
            assert_eq!(view.body(), owned.body());
            assert_eq!(view.check(), owned.check());
            check(view);
            answer(owned.view());
        }
        (Err(error), Err(malformed)) => {
            assert_eq!(error, malformed.error);
            let _ = (error.status(), error.to_string());
            // What was saved from a bad message is answered too.
            if let Some(message) = malformed.message {
                read(message.view());
                answer(message.view());
            }
        }
        (view, owned) => panic!("borrowed {view:?} and owned {owned:?} do not agree"),
    }
}

/// Each departure that is taken makes no message worse, and a fault is inside the message.
fn check(view: MessageView<'_>) {
    assert_eq!(view.check_with(&Leniency::default()), view.check());
    let strict = view.check_with(&Leniency::strict());
    if let Err(error) = strict {
        assert!(error.at <= view.as_bytes().len(), "{error}");
        if let ErrorKind::Departure(departure) = error.kind {
            let taken = view.check_with(Leniency::strict().set(departure, true));
            assert_ne!(taken.err().map(|e| e.kind), Some(error.kind));
        }
    }
    // What is taken strictly is taken at default.
    assert!(strict.is_err() || view.check().is_ok());
}

/// Every header of these kinds: what can be read is written, and read again as the same.
macro_rules! every {
    ($view:ident: $($kind:ident $(<$life:lifetime>)?)+) => {$(
        let _ = $view.typed::<$kind $(<$life>)?>();
        for value in $view.typed_all::<$kind $(<$life>)?>().flatten() {
            let text = value.to_string();
            match $kind::parse(text.as_bytes()) {
                Ok(again) => {
                    assert_eq!(again.to_string(), text);
                    // A display name of another encoding cannot be written as text, nor folding on one line.
                    let is_folded = $view.as_bytes().windows(2).any(|w| matches!(w, [b'\n', b' ' | b'\t'] | [b'\r', 0..=9 | 11..]));
                    assert!(is_folded || again == value || text.contains('\u{fffd}'), "{value:?} was written as {text:?}");
                }
                Err(error) => panic!("{value:?} was written as {text:?}, which cannot be read: {error}"),
            }
        }
    )+};
}

fn read(view: MessageView<'_>) {
    let _ = (view.start_line(), view.method(), view.status(), view.reason(), view.check());
    let _ = view.uri().map(|uri| uri.to_owned());
    let _ = format!("{view:?}");
    for header in view.headers() {
        let _ = (header.name(), header.value);
    }
    every!(view: Allow<'_> Authorization<'_> CSeq CallId<'_> Contact<'_> ContentLength ContentType<'_> Expires
        From<'_> MaxForwards MinExpires ProxyAuthenticate<'_> ProxyAuthorization<'_> ProxyRequire<'_>
        RecordRoute<'_> Require<'_> RetryAfter Route<'_> Supported<'_> To<'_> Unsupported<'_> Via<'_>
        WwwAuthenticate<'_>);
    every!(view: Accept<'_> AcceptContact<'_> AcceptEncoding<'_> AcceptLanguage<'_> AcceptResourcePriority<'_> AlertInfo<'_> AllowEvents<'_> AnswerMode<'_> AuthenticationInfo<'_> CallInfo<'_> ContentDisposition<'_> ContentEncoding<'_> ContentId<'_> ContentLanguage<'_> Date Diversion<'_> ErrorInfo<'_> Event<'_> FeatureCaps<'_> FlowTimer Geolocation<'_> HistoryInfo<'_> Identity<'_> IdentityInfo<'_> InReplyTo<'_> InfoPackage<'_> Join<'_> MaxBreadth MimeVersion MinSe Organization<'_> PAccessNetworkInfo<'_> PAssertedIdentity<'_> PAssociatedUri<'_> PCalledPartyId<'_> PChargingVector<'_> PEarlyMedia<'_> PPreferredIdentity<'_> Path<'_> Priority<'_> PrivAnswerMode<'_> Privacy<'_> RAck RSeq Reason<'_> RecvInfo<'_> ReferSub ReferTo<'_> ReferredBy<'_> RejectContact<'_> RemotePartyId<'_> Replaces<'_> ReplyTo<'_> RequestDisposition<'_> ResourcePriority<'_> SecurityClient<'_> SecurityServer<'_> SecurityVerify<'_> Server<'_> ServiceRoute<'_> SessionExpires SessionId SipETag<'_> SipIfMatch<'_> Subject<'_> SubscriptionState<'_> TargetDialog<'_> Timestamp<'_> UserAgent<'_> UserToUser<'_> Warning<'_>);
    for address in view.typed_all::<Contact<'_>>().flatten().filter_map(|c| c.address().copied()) {
        let _ = (address.display_name(), address.tag(), address.uri.to_owned());
    }
    for via in view.typed_all::<Via<'_>>().flatten() {
        let _ = (via.branch(), via.has_magic_cookie(), via.received(), via.wants_rport(), via.rport());
    }
    for challenge in view.typed_all::<WwwAuthenticate<'_>>().flatten() {
        let _ = (challenge.0.get("realm"), challenge.0.get("nonce"), challenge.0.is_digest());
    }
}

/// A response to a whole request is whole, whatever the request was like.
fn answer(request: MessageView<'_>) {
    let whole = request.check();
    let bytes = Draft::response(request, Status::OK, Some("tag")).response_bytes();
    let response = match Message::parse(bytes) {
        Ok(response) => response,
        Err(error) => panic!("the answer cannot be read: {error}"),
    };
    assert_eq!(response.status(), Some(Status::OK));
    if whole.is_ok() {
        assert_eq!(response.check(), Ok(()), "the answer to a whole message is whole");
        let (sent, came) = (response.view(), request);
        assert_eq!(text::<Via<'_>>(sent), text::<Via<'_>>(came));
        assert_eq!(text::<From<'_>>(sent), text::<From<'_>>(came));
        assert_eq!(text::<CallId<'_>>(sent), text::<CallId<'_>>(came));
        assert_eq!(text::<CSeq>(sent), text::<CSeq>(came));
        assert!(response.required::<To<'_>>().is_ok_and(|to| to.tag().is_some()), "the answer has a To tag");
    }
}

/// A header as text, each run of white space as one: a draft unfolds what it copies character by character, and a value
/// that is written makes one space of a fold.
fn text<'a, T: TypedHeader<'a> + Display>(message: MessageView<'a>) -> String {
    let text = message.required::<T>().map(|t| t.to_string()).expect("it was checked");
    text.split(['\r', '\n', '\0', ' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
