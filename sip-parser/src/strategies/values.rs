//! How the value of each header is written. One element, where it is a list.

use super::write::Out;
use crate::header::Date;
use crate::{Method, Status};

pub(super) fn via(o: &mut Out<'_, '_>) {
    match o.choices.below(20) {
        18 => o.push("SIP / 2.0 / "),
        19 => o.push("sip/2.0/"),
        _ => o.push("SIP/2.0/"),
    }
    o.of(&["UDP", "TCP", "TLS", "WS", "WSS", "SCTP", "xyz"]);
    o.lws();
    o.host();
    if o.choices.one_in(2) {
        o.of(&[":", ":", ":", " : "]);
        o.port();
    }
    o.param(1, "branch", |o| {
        o.push("z9hG4bK");
        o.token();
    });
    match o.choices.below(6) {
        4 => o.flag(0, "rport"),
        5 => o.param(1, "rport", |o| o.port()),
        _ => {}
    }
    o.param(5, "received", |o| o.of(&["192.0.2.9", "2001:db8::9"]));
    o.param(12, "maddr", |o| o.host());
    o.param(12, "ttl", |o| o.number(256));
    o.generic_params();
}

pub(super) fn address(o: &mut Out<'_, '_>, params: impl FnOnce(&mut Out<'_, '_>)) {
    o.address();
    params(o);
}

/// From and To.
pub(super) fn tagged(o: &mut Out<'_, '_>) {
    o.address();
    o.param(1, "tag", |o| o.token());
    o.generic_params();
}

pub(super) fn contact(o: &mut Out<'_, '_>) {
    o.address();
    o.param(4, "expires", |o| o.number(7201));
    o.param(6, "q", q);
    o.param(8, "+sip.instance", |o| o.push("\"<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>\""));
    o.param(8, "reg-id", |o| o.number(9));
    o.generic_params();
}

pub(super) fn q(o: &mut Out<'_, '_>) {
    o.of(&["1", "0.5", "0", "0.125", "1.000", "0."]);
}

pub(super) fn route(o: &mut Out<'_, '_>) {
    if o.choices.one_in(8) {
        o.push("\"p\" ");
    }
    o.push("<sip:");
    o.host();
    o.of(&[";lr>", ";lr;ob>", ">", ":5070;transport=tcp;lr>"]);
    o.generic_params();
}

pub(super) fn method(o: &mut Out<'_, '_>) {
    match o.choices.below(9) {
        8 => o.token(),
        _ => {
            let method = o.choices.of(Method::KNOWN);
            o.push(method.as_str());
        }
    }
}

pub(super) fn cseq(o: &mut Out<'_, '_>) {
    o.number(1 << 31);
    o.lws();
    method(o);
}

pub(super) fn rack(o: &mut Out<'_, '_>) {
    o.number(u32::MAX);
    o.lws();
    cseq(o);
}

pub(super) fn seconds(o: &mut Out<'_, '_>) {
    match o.choices.below(4) {
        3 => o.number(u32::MAX),
        _ => o.number(7201),
    }
}

pub(super) fn option_tag(o: &mut Out<'_, '_>) {
    o.of(&["100rel", "timer", "path", "outbound", "replaces", "gruu", "x-own%20"]);
}

pub(super) fn media_type(o: &mut Out<'_, '_>) {
    o.word_of(&["text", "application", "message", "x-a"]);
    o.of(&["/", "/", "/", " / "]);
    o.word_of(&["plain", "sdp", "vnd.x+xml", "x"]);
    o.param(4, "charset", |o| o.of(&["utf-8", "\"UTF-8\"", "iso-8859-1"]));
    o.generic_params();
}

pub(super) fn accept(o: &mut Out<'_, '_>) {
    o.word_of(&["application", "text", "*"]);
    let is_any = o.bytes.last() == Some(&b'*');
    o.push("/");
    o.of(if is_any { &["*"] } else { &["sdp", "plain", "*"] });
    o.param(4, "level", |o| o.number(9));
    o.param(3, "q", q);
}

pub(super) fn weighted(o: &mut Out<'_, '_>, words: &[&str]) {
    o.word_of(words);
    o.param(3, "q", q);
}

/// Comma-separated parameters: `name="text"` and `name=token`.
pub(super) fn pairs(o: &mut Out<'_, '_>, pairs: &[(&str, &[&str])]) {
    for (i, (name, values)) in pairs.iter().enumerate() {
        if i > 0 {
            // The first is always there, so that there is one.
            if o.choices.one_in(4) {
                continue;
            }
            o.sws();
            o.push(",");
            o.of(&[" ", "", "\r\n\t"]);
        }
        o.word_of(&[name]);
        o.separator("=");
        o.of(values);
    }
}

pub(super) fn challenge(o: &mut Out<'_, '_>) {
    if o.choices.one_in(6) {
        o.push("Bearer ");
        return pairs(
            o,
            &[
                ("authz_server", &["\"https://as.example/a?b=c,d\""]),
                ("scope", &["\"sip\""]),
                ("error", &["invalid_token"]),
            ],
        );
    }
    o.of(&["Digest ", "Digest  ", "digest ", "Digest\r\n "]);
    let realm: &[&str] = &["\"example.com\"", "\"a, \\\"b\\\"\"", "\"\u{e9}\"", "\"\""];
    pairs(
        o,
        &[
            ("realm", realm),
            ("nonce", &["\"84a4cc6f3082121f32b42a2187831a9e\"", "\"\""]),
            ("qop", &["\"auth\"", "\"auth,auth-int\"", "auth"]),
            ("algorithm", &["MD5", "SHA-256", "SHA-512-256", "MD5-sess", "\"MD5\""]),
            ("opaque", &["\"\"", "\"5ccc069c403ebaf9f0171e9517f40e41\""]),
            ("stale", &["FALSE", "true"]),
            ("domain", &["\"sip:a.example.com sip:b.example.com\""]),
        ],
    );
}

pub(super) fn credentials(o: &mut Out<'_, '_>) {
    o.of(&["Digest ", "Digest  ", "digest ", "NoOneKnowsThisScheme ", "Digest\r\n\t"]);
    pairs(
        o,
        &[
            ("username", &["\"bob\"", "\"b\\\\ob\"", "\"\u{65e5}\""]),
            ("realm", &["\"example.com\"", "\"a, b\""]),
            ("nonce", &["\"84a4cc6f3082121f32b42a2187831a9e\""]),
            ("uri", &["\"sip:example.com\"", "\"sip:b@example.com;x=,\""]),
            ("response", &["\"7587245234b3434cc3412213e5f113a5\""]),
            ("algorithm", &["MD5", "SHA-256"]),
            ("cnonce", &["\"0a4f113b\""]),
            ("qop", &["auth", "auth-int"]),
            ("nc", &["00000001", "ffffffff"]),
            ("userhash", &["false"]),
        ],
    );
}

pub(super) fn authentication_info(o: &mut Out<'_, '_>) {
    let proof: &[(&str, &[&str])] = &[
        ("nextnonce", &["\"47364c23432d2e131a5fb210812c\""]),
        ("qop", &["auth"]),
        ("rspauth", &["\"\"", "\"7587245234b3434cc3412213e5f113a5\""]),
        ("cnonce", &["\"0a4f113b\""]),
        ("nc", &["00000001"]),
    ];
    pairs(o, proof);
}

pub(super) fn retry_after(o: &mut Out<'_, '_>) {
    seconds(o);
    if o.choices.one_in(3) {
        o.of(&[" (in a meeting)", " (a (nested \\) one))", " ()"]);
    }
    o.param(3, "duration", |o| o.number(7201));
    o.generic_params();
}

pub(super) fn warning(o: &mut Out<'_, '_>) {
    o.of(&["370", "301", "399", "307"]);
    o.push(" ");
    o.host();
    o.push(" ");
    o.quoted();
}

pub(super) fn reason(o: &mut Out<'_, '_>) {
    o.word_of(&["SIP", "Q.850", "Preemption"]);
    o.param(1, "cause", |o| o.number(700));
    o.param(2, "text", |o| o.quoted());
    o.generic_params();
}

pub(super) fn date(o: &mut Out<'_, '_>) {
    let seconds = o.choices.any();
    let date = Date::from_unix(seconds.into()).expect("before the year 2107");
    o.push(&date.to_string());
}

pub(super) fn timestamp(o: &mut Out<'_, '_>) {
    o.digits(10);
    if o.choices.one_in(2) {
        o.push(".");
        o.digits(6);
    }
    if o.choices.one_in(4) {
        o.lws();
        o.of(&["0.5", ".25", "7", "3."]);
    }
}

pub(super) fn disposition(o: &mut Out<'_, '_>) {
    o.word_of(&["session", "render", "icon", "early-session", "attachment"]);
    o.param(3, "handling", |o| o.word_of(&["optional", "required"]));
    o.generic_params();
}

pub(super) fn content_id(o: &mut Out<'_, '_>) {
    o.push("<");
    o.run(b"abcdefghijklmnop0123456789.-+", 1, 9);
    o.push("@example.com>");
}

pub(super) fn event(o: &mut Out<'_, '_>) {
    o.of(&["presence", "dialog", "refer", "presence.winfo", "reg", "x-own.a.b"]);
    o.param(3, "id", |o| o.token());
    o.generic_params();
}

pub(super) fn subscription_state(o: &mut Out<'_, '_>) {
    o.word_of(&["active", "pending", "terminated", "x-other"]);
    o.param(3, "expires", |o| o.number(7201));
    o.param(4, "reason", |o| {
        o.word_of(&["timeout", "noresource", "giveup", "probation", "deactivated", "rejected", "invariant"])
    });
    o.param(6, "retry-after", |o| o.number(7201));
    o.generic_params();
}

pub(super) fn refer_sub(o: &mut Out<'_, '_>) {
    o.word_of(&["false", "true"]);
    o.generic_params();
}

pub(super) fn dialog(o: &mut Out<'_, '_>, [one, other]: [&str; 2]) {
    o.call_id();
    let swapped = o.choices.one_in(2);
    let (one, other) = if swapped { (other, one) } else { (one, other) };
    o.param(1, one, |o| o.token());
    o.param(1, other, |o| o.token());
    o.generic_params();
}

pub(super) fn replaces(o: &mut Out<'_, '_>) {
    dialog(o, ["to-tag", "from-tag"]);
    o.flag(3, "early-only");
}

pub(super) fn session_expires(o: &mut Out<'_, '_>) {
    let seconds = 90 + o.choices.below(7200);
    o.push(&seconds.to_string());
    o.param(2, "refresher", |o| o.word_of(&["uac", "uas"]));
    o.generic_params();
}

pub(super) fn features(o: &mut Out<'_, '_>, flags: &[&str]) {
    o.push("*");
    for flag in flags {
        o.flag(2, flag);
    }
    o.param(3, "methods", |o| o.push("\"INVITE,BYE\""));
    o.param(4, "+x.priority", |o| o.push("\"#>=5\""));
}

pub(super) fn reference(o: &mut Out<'_, '_>) {
    o.push("<");
    o.of(&[
        "http://www.example.com/sounds/moo.wav",
        "urn:alert:service:call-waiting",
        "cid:target123@atlanta.example.com",
        "https://a.example/b,c;d?e",
        "sip:announce@example.com;early=no",
    ]);
    o.push(">");
    o.param(3, "purpose", |o| o.word_of(&["icon", "info", "card"]));
    o.generic_params();
}

pub(super) fn remote_party(o: &mut Out<'_, '_>) {
    o.address();
    o.param(2, "party", |o| o.word_of(&["calling", "called"]));
    o.param(2, "privacy", |o| o.word_of(&["full", "name", "off"]));
    o.param(2, "screen", |o| o.word_of(&["yes", "no"]));
}

pub(super) fn privacy(o: &mut Out<'_, '_>) {
    o.word_of(&["id", "none", "header", "session", "user", "history"]);
    for _ in 0..o.choices.below(4).saturating_sub(2) {
        o.separator(";");
        o.push("critical");
    }
}

pub(super) fn diversion(o: &mut Out<'_, '_>) {
    o.address();
    o.param(1, "reason", |o| o.word_of(&["unconditional", "user-busy", "no-answer", "\"x y\"", "deflection"]));
    o.param(3, "counter", |o| o.number(9));
    o.param(4, "privacy", |o| o.of(&["off", "\"full\""]));
    o.param(6, "limit", |o| o.number(9));
}

pub(super) fn history_info(o: &mut Out<'_, '_>) {
    o.of(&["", "", "Bob ", "\"B\" "]);
    o.push("<");
    o.uri();
    o.push(">");
    o.param(1, "index", |o| o.of(&["1", "1.1", "1.2.13"]));
    match o.choices.below(6) {
        3 => o.param(1, "rc", |o| o.push("1")),
        4 => o.param(1, "mp", |o| o.push("1.1")),
        5 => o.param(1, "np", |o| o.push("1")),
        _ => {}
    }
}

pub(super) fn identity(o: &mut Out<'_, '_>) {
    o.push("eyJhbGciOiJFUzI1NiJ9.");
    o.run(b"ABCabc019-_", 0, 20);
    o.of(&[".sig", "."]);
    o.push(";info=<https://cert.example/a.cer>");
    o.param(2, "alg", |o| o.push("ES256"));
    o.param(3, "ppt", |o| o.of(&["shaken", "\"shaken\""]));
}

pub(super) fn package(o: &mut Out<'_, '_>) {
    o.of(&["foo", "dtmf", "x-own"]);
    o.generic_params();
}

pub(super) fn security(o: &mut Out<'_, '_>) {
    o.of(&["tls", "digest", "ipsec-ike", "ipsec-3gpp"]);
    o.param(2, "q", |o| o.of(&["0.1", "0.2", "1"]));
    o.param(4, "d-alg", |o| o.push("md5"));
    o.param(4, "spi-c", |o| o.number(u32::MAX));
}

pub(super) fn charging_vector(o: &mut Out<'_, '_>) {
    o.push("icid-value=");
    o.of(&["1234bc9876e", "\"AyretyU0dm+6O2IrT5tAFrbHLso=023551024\""]);
    o.param(2, "icid-generated-at", |o| o.of(&["192.0.6.8", "\"a.example\""]));
    o.param(3, "orig-ioi", |o| o.of(&["home1.net", "\"\""]));
    o.param(3, "term-ioi", |o| o.push("home2.net"));
}

pub(super) fn access_network(o: &mut Out<'_, '_>) {
    o.of(&["3GPP-UTRAN-TDD", "IEEE-802.11a", "x-own"]);
    o.param(2, "utran-cell-id-3gpp", |o| o.of(&["234151D0FCE11", "\"a\""]));
    o.flag(4, "network-provided");
}

pub(super) fn user_to_user(o: &mut Out<'_, '_>) {
    match o.choices.below(3) {
        2 => o.quoted(),
        _ => o.hex(20),
    }
    o.param(2, "encoding", |o| o.push("hex"));
    o.param(3, "purpose", |o| o.push("isdn-uui"));
    o.param(3, "content", |o| o.push("isdn-uui"));
}

pub(super) fn session_id(o: &mut Out<'_, '_>) {
    o.hex(32);
    o.param(2, "remote", |o| o.hex(32));
}

pub(super) fn answer_mode(o: &mut Out<'_, '_>) {
    o.word_of(&["Manual", "Auto"]);
    o.flag(2, "require");
}

/// The reason phrase of a status line.
pub(super) fn phrase(o: &mut Out<'_, '_>, status: u16) {
    match o.choices.below(4) {
        0 | 1 => {
            let phrase = Status::new(status).map(|s| s.to_string()).unwrap_or_default();
            o.push(phrase.get(4..).unwrap_or_default());
        }
        2 => o.of(&["OK", "", "= 2**3 * 9", "\u{43d}\u{435}\u{442}", "a;b/c?d:e@f&g", "a\tb"]),
        _ => {}
    }
}
