//! `Route` and `Record-Route` (RFC 3261 §20.34, §20.30).

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
