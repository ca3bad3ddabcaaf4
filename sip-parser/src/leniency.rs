//! The departures from the grammar that are known by name, and which of them are taken.

use std::fmt;

macro_rules! departures {
    ($($(#[$meta:meta])* $field:ident $variant:ident $text:literal),+ $(,)?) => {
        /// Which departures from the grammar of RFC 3261 §25.1 are taken: one switch each, with its reason.
        ///
        /// Parsing and the typed headers take all of them, at the speed they have, for their meaning is plain.
        /// [`MessageView::check_with`](crate::MessageView::check_with) walks over a parsed message once more and refuses
        /// what is switched off: for a test suite, a proxy that cleans up, a border that lets nothing odd in.
        ///
        /// What has two meanings is no departure and is refused always, by parsing or by
        /// [`check`](crate::MessageView::check): white space in or around the Request-URI, tabs or double spaces in a start
        /// line, `sip:@host`, a Via without sent-by, a Content-Length with a sign or two that differ, `""name""`, a message
        /// without its empty line. What the grammar allows is no departure either: folding, white space before a colon or
        /// around `=`, `;` and `/`, lower-case `sip/2.0` (§7.1), empty lines before a message (§7.5).
        ///
        /// ```
        /// use offhook_sip_parser::{Departure, Leniency};
        /// let mut mine = Leniency::strict();
        /// mine.lf_only = true;
        /// assert!(mine.takes(Departure::LfOnly) && !mine.takes(Departure::SpacedBrackets));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Leniency {
            $($(#[$meta])* pub $field: bool,)+
        }

        /// A departure by name: what [`ErrorKind::Departure`](crate::ErrorKind::Departure) says was refused. The switches
        /// of [`Leniency`] tell what each is and why it is taken.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Departure {
            $(#[doc = concat!("See [`Leniency::", stringify!($field), "`].")] $variant,)+
        }

        impl Departure {
            /// All of them.
            pub const ALL: &'static [Departure] = &[$(Departure::$variant),+];

            /// The name of its switch.
            pub fn as_str(self) -> &'static str {
                match self { $(Departure::$variant => stringify!($field),)+ }
            }
        }

        impl fmt::Display for Departure {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self { $(Departure::$variant => $text,)+ })
            }
        }

        impl Leniency {
            const ALL: Leniency = Leniency { $($field: true,)+ };
            const NONE: Leniency = Leniency { $($field: false,)+ };

            /// Whether that departure is taken.
            pub fn takes(&self, departure: Departure) -> bool {
                match departure { $(Departure::$variant => self.$field,)+ }
            }

            /// Sets the switch of that departure.
            pub fn set(&mut self, departure: Departure, is_taken: bool) -> &mut Self {
                match departure { $(Departure::$variant => self.$field = is_taken,)+ }
                self
            }
        }
    };
}

departures! {
    /// Head lines that end in LF without CR (RFC 3261 §7). Scripts and test tools write them, and nothing else is lost.
    lf_only LfOnly "line end without CR",
    /// A CR inside a line that no LF follows. Embedded devices leave one behind a value; it reads as a space.
    lone_cr LoneCr "CR without LF",
    /// Bytes in the head that are not UTF-8 (RFC 3261 §25.1 `TEXT-UTF8char`): desk phones send Latin-1 display names.
    not_utf8 NotUtf8 "bytes that are not UTF-8",
    /// Control characters inside a quoted string or a text that no backslash escapes (RFC 3261 §25.1 `qdtext`).
    controls Controls "bare control character",
    /// Display names that are neither quoted nor tokens (RFC 4475 §3.1.2.15): `Müller, A. <sip:a@b>`. Many phones send the
    /// name as it was typed, and the `<` says where it ends.
    unquoted_display UnquotedDisplay "display name that wants quotes",
    /// White space between a URI and its angle brackets (RFC 4475 §3.1.2.14 advises to skip it).
    spaced_brackets SpacedBrackets "space inside angle brackets",
    /// A URI with `?` or a comma outside angle brackets (RFC 3261 §20; RFC 4475 §3.1.2.13 lets the brackets be inferred).
    bare_uri BareUri "URI that wants angle brackets",
    /// A `tel` or other URI than `sip` outside angle brackets with parameters behind it, as PSTN gateways write From. By
    /// grammar they are the URI's; as RFC 3261 §20 says of all bare URIs, they are read as the header's.
    bare_tel BareTel "tel URI with parameters that wants angle brackets",
    /// Commas with nothing between them, or at an end of a list (RFC 4475 §3.1.2.1). Proxies leave them behind when they
    /// take an element out.
    empty_elements EmptyElements "empty list element",
    /// Semicolons with nothing between them, or at the end (RFC 4475 §3.1.2.1). Devices that print optional parameters do.
    empty_params EmptyParams "empty parameter",
    /// `;name=` with nothing behind it: `;rport=` and `;received=` of devices that fill in what they do not have.
    /// An empty `tag` is read as none.
    empty_param_values EmptyParamValues "parameter without the value that its `=` promises",
    /// Parameter values that are neither token, host nor quoted string (RFC 3261 §25.1 `gen-value`): paths, braces,
    /// user agents' instance ids without quotes.
    odd_param_values OddParamValues "parameter value that wants quotes",
    /// A parameter that stands twice in one run (RFC 3261 §7.3.1 forbids it). The first one is read.
    repeated_params RepeatedParams "parameter that stands twice",
    /// `received` with an IPv6 reference in brackets, as half of all stacks send it (RFC 5118 §4.5 asks to take both).
    bracketed_received BracketedReceived "IPv6 address in brackets",
    /// An IPv6 reference with three colons before its IPv4 part, which the grammar of RFC 3261 derives by mistake
    /// (RFC 5118 §4.10 asks to take it).
    three_colons ThreeColons "three colons in an IPv6 reference",
    /// Host names that are none (RFC 3261 §25.1 `hostname`): underscores of Windows machines and containers, empty labels,
    /// a hyphen at an end.
    odd_hosts OddHosts "host name that is none",
    /// Characters that a URI may not hold unescaped, and `%` that begins no escape (RFC 3261 §25.1): `#` and `|` of dial
    /// strings, letters beyond ASCII.
    odd_uris OddUris "character that wants escaping",
    /// Headers or a `method` in the Request-URI (RFC 3261 §19.1.1 Table 1; RFC 4475 §3.1.2.11). They are not used.
    request_uri_headers RequestUriHeaders "headers in the Request-URI",
    /// What RFC 2543 allowed: no branch, or one without the magic cookie, no From tag, no Max-Forwards. RFC 3261 §17.2.3
    /// and §16.3 and RFC 4475 §3.1.1.1, §3.4.1 ask to take it, so [`strict`](Leniency::strict) does too.
    rfc2543 Rfc2543 "form of RFC 2543",
    /// A branch that is the magic cookie and no more (RFC 4475 §3.2.1): it tells no transaction from another.
    bare_cookie BareCookie "branch that is the magic cookie alone",
    /// No Content-Length in a message whose topmost Via names a stream (RFC 3261 §20.14). On a stream the
    /// [`Framer`](crate::stream::Framer) always refuses it; here it is a message from a capture, a log or a WebSocket.
    missing_content_length MissingContentLength "no Content-Length on a stream",
    /// A body without Content-Type (RFC 3261 §20.15). Test tools leave it out; SDP is then guessed by who reads it.
    untyped_body UntypedBody "body without Content-Type",
    /// A header that may stand once and stands again, other than those that [`check`](crate::MessageView::check) refuses
    /// always (RFC 3261 §7.3.1). Proxies add a Date, a Server, a Session-Expires of their own. The first one is read.
    repeated_headers RepeatedHeaders "header that may stand once",
    /// A header without a value whose grammar demands one. Devices print the name and have nothing to say.
    empty_headers EmptyHeaders "header without a value",
    /// A header that its type cannot read, other than those that every message must have and [`check`] reads (RFC 4475
    /// §3.1.2.12 advises to ignore such). Who needs it gets the error from [`typed`](crate::MessageView::typed).
    ///
    /// [`check`]: crate::MessageView::check
    unreadable_headers UnreadableHeaders "header that cannot be read",
    /// `*` beside other contacts (RFC 3261 §10.2.2). The registrar refuses it, for it knows what the request wants.
    star_among_contacts StarAmongContacts "`*` beside other contacts",
    /// Parameters of challenges and credentials without a comma between them, as one of RFC 3665 §2.1's is printed.
    missing_commas MissingCommas "missing comma",
    /// Parameters of Digest with quotes that the grammar has not, or without quotes that it has (RFC 3261 §25.1):
    /// `algorithm="MD5"`, `nonce=84a4`. Half of all devices do.
    auth_quotes AuthQuotes "quotes where none belong, or none where they do",
    /// A Call-ID with more than one `@`, or one at an end (RFC 3261 §25.1 `callid`).
    odd_call_ids OddCallIds "Call-ID that is not word@word",
    /// A Max-Forwards above 255 (RFC 3261 §20.22, RFC 4475 §3.1.2.4).
    large_max_forwards LargeMaxForwards "Max-Forwards above 255",
    /// A Date with another spacing, letter case, day of one digit or day of the week than RFC 3261 §20.17 has.
    odd_dates OddDates "date that is not written as RFC 3261 writes it",
    /// A User-Agent or Server that is no list of products and comments (RFC 3261 §20.35, §20.41): it is for people anyway.
    odd_products OddProducts "text that is no list of products and comments",
}

/// All that real devices need: every departure.
impl Default for Leniency {
    fn default() -> Self {
        Leniency::ALL
    }
}

impl Leniency {
    /// No departure but [`rfc2543`](Leniency::rfc2543), which RFC 3261 asks every element to take. It refuses every message
    /// that RFC 4475 calls invalid and none that it calls valid.
    pub fn strict() -> Self {
        Leniency { rfc2543: true, ..Leniency::NONE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_switch_is_its_own() {
        for &one in Departure::ALL {
            let mut leniency = Leniency::NONE;
            leniency.set(one, true);
            let taken: Vec<_> = Departure::ALL.iter().filter(|&&d| leniency.takes(d)).collect();
            assert_eq!(taken, [&one]);
            assert!(Leniency::default().takes(one));
            assert_eq!(Leniency::strict().takes(one), one == Departure::Rfc2543);
        }
    }
}
