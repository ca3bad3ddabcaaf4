//! URIs (RFC 3261 §19.1): `sip` and `sips` taken apart, `tel` read as a [`Tel`] (RFC 3966), others kept whole.
//!
//! - `==` on a [`Uri`] compares the text, byte by byte; [`equivalent`] is the comparison of §19.1.4, and a [`UriKey`]
//!   is what a table of URIs is keyed by.
//! - What accessors return is still escaped: [`unescape_str`] reads it, [`escape`] writes it.
//! - [`Uri::sip`], [`Uri::sips`] and [`Uri::tel`] begin a URI that cannot become an invalid one.
//! - [`Uri::fit`] drops what may not stand in a Request-URI, From, To or Contact (§19.1.1, Table 1).
//!
//! Left out: internationalised host names and what other schemes hold.

mod builder;
mod compare;
mod escape;
mod fit;
mod host;
mod ipv6;
mod parameters;
mod params;
mod parts;
mod tel;
mod tel_builder;
mod text;

pub use builder::{BuildError, UriBuilder};
pub use compare::{UriKey, equivalent};
pub use escape::{Component, escape, first_malformed, unescape, unescape_str};
pub use fit::UriUse;
pub use host::{Host, HostPort};
pub use parameters::{Gruu, UriHeader, UriHeaders};
pub use params::{Param, Params, ParamsIter};
pub use parts::Scheme;
pub use tel::Tel;
pub use tel_builder::TelBuilder;
pub use text::{Uri, UriView};
