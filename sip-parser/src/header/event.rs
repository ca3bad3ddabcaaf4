//! `Event` (RFC 6665 §8.2.1).

use super::Name;
use super::shapes::param_header;

param_header! {
    /// What a subscription, notification or publication is about.
    ///
    /// ```
    /// use offhook_sip_parser::header::{Event, TypedHeader};
    /// let event = Event::parse(b"presence.winfo;id=93809824")?;
    /// assert_eq!((event.base(), event.id()), ("presence", Some("93809824")));
    /// assert!(event.is_same_as(&Event::parse(b"presence.winfo ;x=1; id=93809824")?));
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    Event, Name::EVENT, false,
    /// The event package, with its templates if it has any.
    package
}

impl<'a> Event<'a> {
    /// The package without its templates: `presence` of `presence.winfo`.
    pub fn base(&self) -> &'a str {
        self.package.split_once('.').map_or(self.package, |(base, _)| base)
    }

    /// The `id` parameter, which tells subscriptions of one dialog apart.
    pub fn id(&self) -> Option<&'a str> {
        self.params.value("id")
    }

    /// Whether both mean the same subscription: package and id alike, byte by byte.
    pub fn is_same_as(&self, other: &Event<'_>) -> bool {
        self.package == other.package && self.id() == other.id()
    }
}
