//! Lists of hops: `Route`, `Record-Route` (RFC 3261 §20.34, §20.30), `Path` (RFC 3327 §4), `Service-Route` (RFC 3608 §5).

use super::from_to::address_header;
use super::{Name, NameAddr, TypedHeader};
use crate::error::{ParseError, Place};

address_header! {
    /// A hop that the request shall take.
    Route, Name::ROUTE, true
}

address_header! {
    /// A proxy that wants to see the requests of the dialog to come.
    RecordRoute, Name::RECORD_ROUTE, true
}

address_header! {
    /// A proxy that requests to the registered contact shall pass.
    ///
    /// ```
    /// use offhook_sip_parser::header::{Path, TypedHeader};
    /// assert!(Path::parse(b"<sip:P1.EXAMPLEVISITED.COM;lr>")?.uri.is_loose_router());
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    Path, Name::PATH, true
}

address_header! {
    /// A hop that the registered user's requests shall take.
    ///
    /// ```
    /// use offhook_sip_parser::header::{ServiceRoute, TypedHeader};
    /// assert!(ServiceRoute::parse(b"<sip:HSP.HOME.EXAMPLE.COM;lr>")?.uri.is_loose_router());
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    ServiceRoute, Name::SERVICE_ROUTE, true
}
