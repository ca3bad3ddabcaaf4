//! Which header has which shape: one row each.

use super::grammar::{Walk, Walked};
use super::{address, auth, values};
use crate::error::ParseError;
use crate::header::*;

/// What is known of a header.
pub(super) struct Rule {
    pub(super) name: Name,
    pub(super) is_list: bool,
    /// Whether it may stand once only: its grammar is no list and §7.3.1 makes no exception for it.
    pub(super) is_single: bool,
    /// Whether its grammar takes an empty value.
    pub(super) may_be_empty: bool,
    /// Reads one value, or one element of a list.
    pub(super) read: fn(&[u8]) -> Result<(), ParseError>,
    /// Asks how it is written.
    pub(super) walk: fn(&mut Walk<'_>) -> Walked,
}

impl Rule {
    pub(super) fn of(name: Name) -> Option<&'static Rule> {
        RULES.iter().find(|rule| rule.name == name)
    }
}

/// A row: the type, its walk, how often it may stand, and `empty` where the grammar takes an empty value.
macro_rules! rules {
    ($($ty:ident $(<$life:lifetime>)? $walk:path, $times:ident $($empty:ident)?;)+) => {
        static RULES: &[Rule] = &[$(Rule {
            name: <$ty $(<$life>)? as TypedHeader>::NAME,
            is_list: <$ty $(<$life>)? as TypedHeader>::IS_LIST,
            is_single: rules!(@times $times),
            may_be_empty: rules!(@empty $($empty)?),
            read: |value| $ty::parse(value).map(drop),
            walk: $walk,
        }),+];
    };
    (@times once) => { true };
    (@times often) => { false };
    (@empty) => { false };
    (@empty empty) => { true };
}

rules! {
    Via<'_> values::via, often;
    From<'_> address::address, once;
    To<'_> address::address, once;
    CallId<'_> values::call_id, once;
    CSeq values::as_typed, once;
    Contact<'_> address::contact, often;
    MaxForwards values::max_forwards, once;
    ContentLength values::as_typed, often;
    ContentType<'_> values::with_params, once;
    Route<'_> address::route, often;
    RecordRoute<'_> address::route, often;
    Path<'_> address::route, often;
    ServiceRoute<'_> address::route, often;
    Expires values::as_typed, once;
    MinExpires values::as_typed, once;
    Allow<'_> values::as_typed, often empty;
    Supported<'_> values::as_typed, often empty;
    Require<'_> values::as_typed, often;
    ProxyRequire<'_> values::as_typed, often;
    Unsupported<'_> values::as_typed, often;
    Authorization<'_> auth::credentials, often;
    ProxyAuthorization<'_> auth::credentials, often;
    WwwAuthenticate<'_> auth::challenge, often;
    ProxyAuthenticate<'_> auth::challenge, often;
    AuthenticationInfo<'_> values::as_typed, once;
    UserAgent<'_> values::products, once;
    Server<'_> values::products, once;
    Accept<'_> values::with_params, often empty;
    AcceptEncoding<'_> values::with_params, often empty;
    AcceptLanguage<'_> values::with_params, often empty;
    AcceptContact<'_> values::with_params, often;
    RejectContact<'_> values::with_params, often;
    RequestDisposition<'_> values::as_typed, often;
    RetryAfterDetails<'_> values::with_params, once;
    Warning<'_> values::as_typed, often;
    Reason<'_> values::with_params, often;
    Date values::date, once;
    Timestamp<'_> values::as_typed, once;
    Subject<'_> values::as_typed, once empty;
    Organization<'_> values::as_typed, once empty;
    Priority<'_> values::as_typed, once;
    ContentEncoding<'_> values::as_typed, often;
    ContentLanguage<'_> values::as_typed, often;
    ContentDisposition<'_> values::with_params, once;
    ContentId<'_> values::as_typed, once;
    MimeVersion values::as_typed, once;
    Event<'_> values::with_params, once;
    AllowEvents<'_> values::as_typed, often;
    SubscriptionState<'_> values::with_params, once;
    ReferTo<'_> address::address, once;
    ReferredBy<'_> address::address, once;
    ReferSub values::with_params, once;
    SessionExpires values::with_params, once;
    MinSe values::with_params, once;
    InReplyTo<'_> values::call_id, often;
    ReplyTo<'_> address::address, once;
    ErrorInfo<'_> values::with_params, often;
    AlertInfo<'_> values::with_params, often;
    CallInfo<'_> values::with_params, often;
    Geolocation<'_> values::with_params, often;
    SipETag<'_> values::as_typed, once;
    SipIfMatch<'_> values::as_typed, once;
    Replaces<'_> values::dialog, once;
    Join<'_> values::dialog, once;
    TargetDialog<'_> values::dialog, once;
    RAck values::as_typed, once;
    RSeq values::as_typed, once;
    PAssertedIdentity<'_> address::address, often;
    PPreferredIdentity<'_> address::address, often;
    PAssociatedUri<'_> address::address, often;
    PCalledPartyId<'_> address::address, once;
    RemotePartyId<'_> address::address, often;
    Diversion<'_> address::route, often;
    HistoryInfo<'_> address::route, often;
    Privacy<'_> values::as_typed, once;
    FlowTimer values::as_typed, once;
    Identity<'_> values::as_typed, often;
    IdentityInfo<'_> values::with_params, once;
    InfoPackage<'_> values::with_params, once;
    RecvInfo<'_> values::with_params, often empty;
    MaxBreadth values::as_typed, once;
    SecurityClient<'_> values::with_params, often;
    SecurityServer<'_> values::with_params, often;
    SecurityVerify<'_> values::with_params, often;
    PChargingVector<'_> values::with_params, once;
    PAccessNetworkInfo<'_> values::with_params, often;
    PEarlyMedia<'_> values::as_typed, often;
    FeatureCaps<'_> values::with_params, often;
    UserToUser<'_> values::with_params, often;
    SessionId values::as_typed, once;
    ResourcePriority<'_> values::as_typed, often;
    AcceptResourcePriority<'_> values::as_typed, often empty;
    AnswerMode<'_> values::with_params, once;
    PrivAnswerMode<'_> values::with_params, once;
}
