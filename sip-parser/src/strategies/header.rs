//! A value for every header that has a type.

use super::choices::Choices;
use super::values::*;
use super::write::Out;
use crate::header::Name;
use std::fmt;

/// How often a header may stand, and in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Once.
    One,
    /// On many lines, each of one value.
    Lines,
    /// On many lines, each a list with commas.
    List,
}

/// A header line by itself: a name and a value that its RFC allows, of any spelling.
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderLine {
    /// The header's name.
    pub name: Name,
    /// What stands after the colon, perhaps folded; for a list header perhaps more elements than one.
    pub value: Vec<u8>,
}

impl HeaderLine {
    /// One of the headers that have a type here.
    pub fn choose(choices: &mut Choices<'_>) -> Self {
        let &(name, form, write) = choices.of(HEADERS);
        HeaderLine { name, value: value(choices, form, write) }
    }

    /// A line of this name; `None` if there is no type for it here.
    pub fn choose_of(name: Name, choices: &mut Choices<'_>) -> Option<Self> {
        let &(name, form, write) = HEADERS.iter().find(|(n, ..)| *n == name)?;
        Some(HeaderLine { name, value: value(choices, form, write) })
    }
}

impl fmt::Debug for HeaderLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.value.escape_ascii())
    }
}

/// The names of all headers that [`HeaderLine`] can be of.
pub fn header_names() -> impl Iterator<Item = Name> {
    HEADERS.iter().map(|(name, ..)| *name)
}

type Write = fn(&mut Out<'_, '_>);

fn value(choices: &mut Choices<'_>, form: Form, write: Write) -> Vec<u8> {
    let mut out = Out::new(choices);
    match form {
        Form::List => out.list(write),
        Form::One | Form::Lines => write(&mut out),
    }
    out.take()
}

use Form::{Lines, List, One};

/// Every header with a type, and how it is written.
pub(super) const HEADERS: &[(Name, Form, Write)] = &[
    (Name::VIA, List, via),
    (Name::FROM, One, tagged),
    (Name::TO, One, tagged),
    (Name::CALL_ID, One, |o| o.call_id()),
    (Name::CSEQ, One, cseq),
    (Name::CONTACT, List, contact),
    (Name::MAX_FORWARDS, One, |o| o.number(256)),
    (Name::CONTENT_LENGTH, One, |o| o.number(1 << 20)),
    (Name::CONTENT_TYPE, One, media_type),
    (Name::ROUTE, List, route),
    (Name::RECORD_ROUTE, List, route),
    (Name::PATH, List, route),
    (Name::SERVICE_ROUTE, List, route),
    (Name::EXPIRES, One, seconds),
    (Name::MIN_EXPIRES, One, seconds),
    (Name::ALLOW, List, method),
    (Name::SUPPORTED, List, option_tag),
    (Name::REQUIRE, List, option_tag),
    (Name::PROXY_REQUIRE, List, option_tag),
    (Name::UNSUPPORTED, List, option_tag),
    (Name::AUTHORIZATION, Lines, credentials),
    (Name::PROXY_AUTHORIZATION, Lines, credentials),
    (Name::WWW_AUTHENTICATE, Lines, challenge),
    (Name::PROXY_AUTHENTICATE, Lines, challenge),
    (Name::AUTHENTICATION_INFO, One, authentication_info),
    (Name::USER_AGENT, One, |o| o.text()),
    (Name::SERVER, One, |o| o.text()),
    (Name::SUBJECT, One, |o| o.text()),
    (Name::ORGANIZATION, One, |o| o.text()),
    (Name::ACCEPT, List, accept),
    (Name::ACCEPT_ENCODING, List, |o| weighted(o, &["gzip", "identity", "*"])),
    (Name::ACCEPT_LANGUAGE, List, |o| weighted(o, &["en", "en-gb", "da", "*"])),
    (Name::RETRY_AFTER, One, retry_after),
    (Name::WARNING, List, warning),
    (Name::REASON, List, reason),
    (Name::DATE, One, date),
    (Name::TIMESTAMP, One, timestamp),
    (Name::CONTENT_ENCODING, List, |o| o.word_of(&["gzip", "tar"])),
    (Name::CONTENT_LANGUAGE, List, |o| o.of(&["fr", "en-US", "i-default"])),
    (Name::CONTENT_DISPOSITION, One, disposition),
    (Name::CONTENT_ID, One, content_id),
    (Name::MIME_VERSION, One, |o| o.of(&["1.0", "1.1"])),
    (Name::PRIORITY, One, |o| o.word_of(&["normal", "emergency", "urgent", "non-urgent", "other"])),
    (Name::EVENT, One, event),
    (Name::ALLOW_EVENTS, List, |o| o.of(&["presence", "dialog", "presence.winfo", "message-summary", "refer"])),
    (Name::SUBSCRIPTION_STATE, One, subscription_state),
    (Name::SIP_ETAG, One, |o| o.token()),
    (Name::SIP_IF_MATCH, One, |o| o.token()),
    (Name::REFER_TO, One, |o| address(o, |o| o.generic_params())),
    (Name::REFERRED_BY, One, |o| {
        address(o, |o| o.param(4, "cid", |o| o.push("\"20398823.2UWQFN309shb3@referrer.example\"")))
    }),
    (Name::REFER_SUB, One, refer_sub),
    (Name::REPLACES, One, replaces),
    (Name::JOIN, One, |o| dialog(o, ["to-tag", "from-tag"])),
    (Name::TARGET_DIALOG, One, |o| dialog(o, ["local-tag", "remote-tag"])),
    (Name::SESSION_EXPIRES, One, session_expires),
    (Name::MIN_SE, One, |o| o.number(1 << 16)),
    (Name::RACK, One, rack),
    (Name::RSEQ, One, |o| o.number(u32::MAX)),
    (Name::ACCEPT_CONTACT, List, |o| features(o, &["require", "explicit"])),
    (Name::REJECT_CONTACT, List, |o| features(o, &["audio", "video"])),
    (Name::FEATURE_CAPS, List, |o| features(o, &["+sip.607", "+g.3gpp.srvcc"])),
    (Name::REQUEST_DISPOSITION, List, |o| {
        o.word_of(&["proxy", "redirect", "no-cancel", "fork", "recurse", "parallel", "queue"])
    }),
    (Name::IN_REPLY_TO, List, |o| o.call_id()),
    (Name::REPLY_TO, One, |o| address(o, |o| o.generic_params())),
    (Name::ALERT_INFO, List, reference),
    (Name::CALL_INFO, List, reference),
    (Name::ERROR_INFO, List, reference),
    (Name::GEOLOCATION, List, reference),
    (Name::P_ASSERTED_IDENTITY, List, |o| o.address()),
    (Name::P_PREFERRED_IDENTITY, List, |o| o.address()),
    (Name::P_ASSOCIATED_URI, List, |o| address(o, |o| o.generic_params())),
    (Name::P_CALLED_PARTY_ID, One, |o| address(o, |o| o.generic_params())),
    (Name::REMOTE_PARTY_ID, List, remote_party),
    (Name::PRIVACY, One, privacy),
    (Name::DIVERSION, List, diversion),
    (Name::HISTORY_INFO, List, history_info),
    (Name::FLOW_TIMER, One, |o| o.number(1 << 16)),
    (Name::IDENTITY, Lines, identity),
    (Name::IDENTITY_INFO, One, |o| o.push("<https://atlanta.example.com/atlanta.cer>;alg=rsa-sha1")),
    (Name::INFO_PACKAGE, One, package),
    (Name::RECV_INFO, List, package),
    (Name::MAX_BREADTH, One, |o| o.number(1 << 16)),
    (Name::SECURITY_CLIENT, List, security),
    (Name::SECURITY_SERVER, List, security),
    (Name::SECURITY_VERIFY, List, security),
    (Name::P_CHARGING_VECTOR, One, charging_vector),
    (Name::P_ACCESS_NETWORK_INFO, One, access_network),
    (Name::P_EARLY_MEDIA, List, |o| o.word_of(&["supported", "sendrecv", "sendonly", "recvonly", "inactive", "gated"])),
    (Name::USER_TO_USER, List, user_to_user),
    (Name::SESSION_ID, One, session_id),
    (Name::RESOURCE_PRIORITY, List, |o| o.of(&["dsn.flash", "wps.3", "ets.0", "x-y.z"])),
    (Name::ACCEPT_RESOURCE_PRIORITY, List, |o| o.of(&["dsn.flash", "q735.4"])),
    (Name::ANSWER_MODE, One, answer_mode),
    (Name::PRIV_ANSWER_MODE, One, answer_mode),
];
