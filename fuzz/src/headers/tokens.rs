//! Tokens, lists of them, and free text.

use super::{family, law};
use offhook_sip_parser::header::{
    AcceptResourcePriority, Allow, AllowEvents, ContentEncoding, ContentLanguage, Organization, PEarlyMedia, Priority,
    ProxyRequire, RequestDisposition, Require, ResourcePriority, Server, SipETag, SipIfMatch, Subject, Supported,
    TypedHeader, Unsupported, UserAgent,
};

family! {
    Allow<'_>,
    AllowEvents<'_>,
    Supported<'_>,
    Require<'_>,
    ProxyRequire<'_>,
    Unsupported<'_>,
    ContentEncoding<'_>,
    ContentLanguage<'_>,
    Priority<'_>,
    SipETag<'_>,
    SipIfMatch<'_>,
    RequestDisposition<'_>,
    PEarlyMedia<'_>,
    ResourcePriority<'_>,
    AcceptResourcePriority<'_>,
    UserAgent<'_>,
    Server<'_>,
    Subject<'_>,
    Organization<'_>,
}
