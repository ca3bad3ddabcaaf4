//! Header names and their compact forms (RFC 3261 §7.3.3).

use super::key::Key;
use std::fmt;

/// A header name. The known ones are constants and compare by number.
#[derive(Clone, Copy)]
pub struct Name {
    id: u8,
    text: &'static str,
}

impl Name {
    /// A name that is not known here: `Name::other("X-Room")`. A known one given so is the known one all the same when
    /// a message is searched.
    ///
    /// # Panics
    /// If `text` is no token (RFC 3261 §25.1): while compiling, where it is given to a constant.
    pub const fn other(text: &'static str) -> Name {
        assert!(is_token(text.as_bytes()), "a header name is a token");
        Name { id: 0, text }
    }

    /// The full name in its usual spelling.
    pub const fn as_str(self) -> &'static str {
        self.text
    }

    /// The number of a known name; 0 for any other.
    pub(crate) const fn id(self) -> u8 {
        self.id
    }

    /// The known name that `text` spells, in full or compact form, in any case.
    pub fn lookup(text: &str) -> Option<Name> {
        Name::lookup_bytes(text.as_bytes())
    }

    pub(crate) fn lookup_bytes(text: &[u8]) -> Option<Name> {
        Key::of(text)?.name()
    }

    /// Whether `text`, as spelled in a message, names this header.
    pub fn matches(self, text: &str) -> bool {
        match Name::lookup(text) {
            Some(known) => Some(known) == Name::lookup(self.text),
            None => self.text.eq_ignore_ascii_case(text),
        }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        if self.id != 0 && other.id != 0 { self.id == other.id } else { self.text.eq_ignore_ascii_case(other.text) }
    }
}

impl Eq for Name {}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

const fn is_token(text: &[u8]) -> bool {
    let mut i = 0;
    while i < text.len() {
        if !crate::scan::is_token(text[i]) {
            return false;
        }
        i += 1;
    }
    i > 0
}

macro_rules! names {
    ($($id:literal $name:ident $text:literal $($compact:literal)?),+ $(,)?) => {
        impl Name {
            $(#[doc = concat!("`", $text, "`")] pub const $name: Name = Name { id: $id, text: $text };)+
        }
        pub(super) const KNOWN: &[Name] = &[$(Name::$name),+];
        pub(super) const COMPACT: &[(u8, Name)] = &[$($(($compact, Name::$name),)?)+];
    };
}

names! {
    1 VIA "Via" b'v',
    2 FROM "From" b'f',
    3 TO "To" b't',
    4 CALL_ID "Call-ID" b'i',
    5 CSEQ "CSeq",
    6 CONTACT "Contact" b'm',
    7 MAX_FORWARDS "Max-Forwards",
    8 CONTENT_LENGTH "Content-Length" b'l',
    9 CONTENT_TYPE "Content-Type" b'c',
    10 ROUTE "Route",
    11 RECORD_ROUTE "Record-Route",
    12 EXPIRES "Expires",
    13 MIN_EXPIRES "Min-Expires",
    14 ALLOW "Allow",
    15 SUPPORTED "Supported" b'k',
    16 REQUIRE "Require",
    17 PROXY_REQUIRE "Proxy-Require",
    18 UNSUPPORTED "Unsupported",
    19 AUTHORIZATION "Authorization",
    20 PROXY_AUTHORIZATION "Proxy-Authorization",
    21 WWW_AUTHENTICATE "WWW-Authenticate",
    22 PROXY_AUTHENTICATE "Proxy-Authenticate",
    23 AUTHENTICATION_INFO "Authentication-Info",
    24 USER_AGENT "User-Agent",
    25 SERVER "Server",
    26 ACCEPT "Accept",
    27 RETRY_AFTER "Retry-After",
    28 WARNING "Warning",
    29 REASON "Reason",
    30 DATE "Date",
    31 TIMESTAMP "Timestamp",
    32 SUBJECT "Subject" b's',
    33 CONTENT_ENCODING "Content-Encoding" b'e',
    34 EVENT "Event" b'o',
    35 ALLOW_EVENTS "Allow-Events" b'u',
    36 REFER_TO "Refer-To" b'r',
    37 REFERRED_BY "Referred-By" b'b',
    38 SESSION_EXPIRES "Session-Expires" b'x',
    39 PATH "Path",
    40 SERVICE_ROUTE "Service-Route",
    41 P_ASSERTED_IDENTITY "P-Asserted-Identity",
    42 CONTENT_DISPOSITION "Content-Disposition",
    43 ACCEPT_ENCODING "Accept-Encoding",
    44 ACCEPT_LANGUAGE "Accept-Language",
    45 ORGANIZATION "Organization",
    46 PRIORITY "Priority",
    47 CONTENT_LANGUAGE "Content-Language",
    48 CONTENT_ID "Content-ID",
    49 MIME_VERSION "MIME-Version",
    50 ACCEPT_CONTACT "Accept-Contact" b'a',
    51 REJECT_CONTACT "Reject-Contact" b'j',
    52 REQUEST_DISPOSITION "Request-Disposition" b'd',
    53 IN_REPLY_TO "In-Reply-To",
    54 REPLY_TO "Reply-To",
    55 ERROR_INFO "Error-Info",
    56 ALERT_INFO "Alert-Info",
    57 CALL_INFO "Call-Info",
    58 SUBSCRIPTION_STATE "Subscription-State",
    59 SIP_ETAG "SIP-ETag",
    60 SIP_IF_MATCH "SIP-If-Match",
    61 REFER_SUB "Refer-Sub",
    62 REPLACES "Replaces",
    63 JOIN "Join",
    64 TARGET_DIALOG "Target-Dialog",
    65 RACK "RAck",
    66 RSEQ "RSeq",
    67 MIN_SE "Min-SE",
    68 P_PREFERRED_IDENTITY "P-Preferred-Identity",
    69 REMOTE_PARTY_ID "Remote-Party-ID",
    70 PRIVACY "Privacy",
    71 DIVERSION "Diversion",
    72 HISTORY_INFO "History-Info",
    73 FLOW_TIMER "Flow-Timer",
    74 IDENTITY "Identity" b'y',
    75 IDENTITY_INFO "Identity-Info" b'n',
    76 INFO_PACKAGE "Info-Package",
    77 RECV_INFO "Recv-Info",
    78 MAX_BREADTH "Max-Breadth",
    79 SECURITY_CLIENT "Security-Client",
    80 SECURITY_SERVER "Security-Server",
    81 SECURITY_VERIFY "Security-Verify",
    82 P_CHARGING_VECTOR "P-Charging-Vector",
    83 P_ACCESS_NETWORK_INFO "P-Access-Network-Info",
    84 P_CALLED_PARTY_ID "P-Called-Party-ID",
    85 P_ASSOCIATED_URI "P-Associated-URI",
    86 P_EARLY_MEDIA "P-Early-Media",
    87 FEATURE_CAPS "Feature-Caps",
    88 GEOLOCATION "Geolocation",
    89 USER_TO_USER "User-to-User",
    90 SESSION_ID "Session-ID",
    91 RESOURCE_PRIORITY "Resource-Priority",
    92 ACCEPT_RESOURCE_PRIORITY "Accept-Resource-Priority",
    93 ANSWER_MODE "Answer-Mode",
    94 PRIV_ANSWER_MODE "Priv-Answer-Mode",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_in_any_case_and_by_its_compact_form() {
        for n in KNOWN {
            assert_eq!(Name::lookup(&n.text.to_uppercase()), Some(*n));
        }
        assert_eq!(Name::lookup("K"), Some(Name::SUPPORTED));
        assert_eq!(Name::lookup("X-Room"), None);
        assert!(Name::other("X-Room").matches("x-room") && Name::VIA.matches("V") && !Name::VIA.matches("To"));
    }

    #[test]
    fn a_name_is_a_token() {
        for bad in ["", "X Room", "X:", "Evil\r\nVia"] {
            assert!(std::panic::catch_unwind(|| Name::other(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn ids_are_unique() {
        let mut ids: Vec<_> = KNOWN.iter().map(|n| n.id).collect();
        ids.dedup();
        assert_eq!(ids.len(), KNOWN.len());
    }
}
