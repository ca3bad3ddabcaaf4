//! Tokens, types and references with parameters.

use super::{family, law};
use offhook_sip_parser::header::{
    Accept, AcceptContact, AcceptEncoding, AcceptLanguage, AlertInfo, AnswerMode, CallInfo, ContentDisposition,
    ContentId, ContentType, ErrorInfo, Event, FeatureCaps, Geolocation, IdentityInfo, InfoPackage, PAccessNetworkInfo,
    PChargingVector, PrivAnswerMode, Reason, RecvInfo, ReferSub, RejectContact, SubscriptionState, TypedHeader,
    UserToUser,
};

family! {
    ContentType<'_> as v => (v.is("application", "sdp"), v.params.value("boundary")),
    ContentDisposition<'_> as v => (v.is("session"), v.is_required()),
    ContentId<'_>,
    Accept<'_> as v => (v.takes("application", "sdp"), v.q()),
    AcceptEncoding<'_> as v => v.q(),
    AcceptLanguage<'_> as v => v.q(),
    AcceptContact<'_> as v => (v.is_required(), v.is_explicit()),
    RejectContact<'_>,
    FeatureCaps<'_>,
    Event<'_>,
    SubscriptionState<'_> as v => (v.reason(), v.expires(), v.retry_after()),
    Reason<'_> as v => (v.is("SIP"), v.cause(), v.text()),
    ReferSub,
    InfoPackage<'_>,
    RecvInfo<'_>,
    AnswerMode<'_> as v => (v.is_auto(), v.is_manual(), v.is_required()),
    PrivAnswerMode<'_> as v => v.is_auto(),
    PAccessNetworkInfo<'_>,
    PChargingVector<'_> as v => (v.icid(), v.generated_at(), v.originating(), v.terminating()),
    UserToUser<'_> as v => (v.is_hex(), v.encoding(), v.purpose(), v.content()),
    AlertInfo<'_> as v => v.uri(),
    CallInfo<'_> as v => v.purpose(),
    ErrorInfo<'_>,
    Geolocation<'_>,
    IdentityInfo<'_>,
}
