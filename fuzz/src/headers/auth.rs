//! Challenges, credentials, signatures and agreements on security.

use super::{family, law};
use offhook_sip_parser::header::{
    AuthenticationInfo, Authorization, Identity, Privacy, PrivacyValue, ProxyAuthenticate, ProxyAuthorization,
    SecurityClient, SecurityServer, SecurityVerify, TypedHeader, WwwAuthenticate,
};

family! {
    WwwAuthenticate<'_> as v => (v.get("realm"), v.get("nonce"), v.get("none"), v.is_digest()),
    ProxyAuthenticate<'_> as v => v.get("qop"),
    Authorization<'_> as v => (v.get("username"), v.get("response")),
    ProxyAuthorization<'_> as v => v.get("uri"),
    AuthenticationInfo<'_> as v => (v.next_nonce(), v.get("rspauth")),
    Identity<'_> as v => (v.algorithm(), v.extension(), v.info.map(|i| i.to_owned())),
    SecurityClient<'_> as v => v.q(),
    SecurityServer<'_> as v => v.q(),
    SecurityVerify<'_> as v => v.q(),
    Privacy<'_> as v => (v.iter().count(), v.has(PrivacyValue::Id)),
}
