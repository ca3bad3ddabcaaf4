//! `name-addr` with parameters.

use super::{family, law};
use offhook_sip_parser::header::{
    Contact, Diversion, From, HistoryInfo, PAssertedIdentity, PAssociatedUri, PCalledPartyId, PPreferredIdentity, Path,
    RecordRoute, ReferTo, ReferredBy, RemotePartyId, ReplyTo, Route, ServiceRoute, To, TypedHeader,
};

family! {
    From<'_> as v => (v.display_name(), v.tag(), v.uri.to_owned(), v.params.iter().count()),
    To<'_> as v => v.tag(),
    Contact<'_> as v => (v.expires(), v.address().map(|a| (a.display_name(), a.uri.host_port()))),
    Route<'_> as v => v.uri.is_loose_router(),
    RecordRoute<'_> as v => v.uri.is_loose_router(),
    Path<'_>,
    ServiceRoute<'_>,
    ReplyTo<'_>,
    ReferTo<'_> as v => v.uri.headers().map(str::len),
    ReferredBy<'_> as v => v.content_id(),
    PAssertedIdentity<'_>,
    PPreferredIdentity<'_>,
    PAssociatedUri<'_>,
    PCalledPartyId<'_>,
    RemotePartyId<'_> as v => (v.party(), v.privacy(), v.is_private(), v.is_screened()),
    Diversion<'_> as v => (v.reason(), v.counter(), v.limit(), v.privacy(), v.is_screened()),
    HistoryInfo<'_> as v => (v.index().map(|i| (i.numbers().count(), i.parent())), v.retargeting()),
}
