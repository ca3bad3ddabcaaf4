//! What the examples share: one JSON line per call, quality in words, codecs by name.

use offhook::sdp::Codec;
use offhook::{CallReport, RegistrationEvent, UserAgent};
use serde_json::{Value, json};

/// `pcmu,pcma` as codecs.
pub(crate) fn codecs(list: &str) -> Result<Vec<Codec>, String> {
    let known = |name: &str| match name.to_ascii_lowercase().as_str() {
        "pcmu" => Ok(Codec::pcmu()),
        "pcma" => Ok(Codec::pcma()),
        other => Err(format!("unknown codec {other:?}: pcmu and pcma are known")),
    };
    list.split(',').map(|name| known(name.trim())).collect()
}

/// `user` at the host of a URI: `alice` and `sip:example.com;transport=tcp` make `sip:alice@example.com`.
#[allow(dead_code, reason = "not every example registers")]
pub(crate) fn at_host(user: &str, uri: &str) -> String {
    let (scheme, rest) = uri.split_once(':').unwrap_or(("sip", uri));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    format!("{scheme}:{user}@{}", host.split(';').next().unwrap_or(host))
}

/// A finished call as one object.
#[allow(dead_code, reason = "not every example prints it")]
pub(crate) fn json_line(report: &CallReport) -> Value {
    let media = report.media.as_ref();
    let rtp = media.map(|m| &m.rtp);
    let round = |x: f64| (x * 100.0).round() / 100.0;
    json!({
        "from": report.from,
        "to": report.to,
        "codec": report.codec,
        "seconds": round(report.duration.as_secs_f64()),
        "packets_in": rtp.map_or(0, |s| s.packets_received),
        "packets_out": rtp.map_or(0, |s| s.packets_sent),
        "lost": rtp.map_or(0, |s| s.lost),
        "jitter_ms": rtp.map_or(0.0, |s| round(s.jitter.as_secs_f64() * 1000.0)),
        "mos": rtp.and_then(|s| s.mos).map(round),
        "digits": report.digits,
        "cause": report.cause.word(),
        "status": report.cause.status().map(|s| s.code()),
    })
}

/// A finished call in a line for people.
#[allow(dead_code, reason = "not every example prints it")]
pub(crate) fn in_words(report: &CallReport) -> String {
    let quality = report.media.as_ref().map_or("no sound".to_owned(), |m| m.rtp.to_string());
    format!("{:.1} s, {}, {quality}", report.duration.as_secs_f64(), report.cause)
}

/// What kept a recording from being whole.
#[allow(dead_code, reason = "not every example records")]
pub(crate) fn recording_failed(report: &CallReport) -> Option<offhook::media::Error> {
    report.media.as_ref().and_then(|m| m.tap_failed)
}

/// Waits for the registrar's word.
#[allow(dead_code, reason = "not every example registers")]
pub(crate) async fn wait_registered(ua: &UserAgent) -> Result<(), String> {
    let Some(account) = ua.first_account() else { return Ok(()) };
    match ua.registered(account).await.map_err(|e| e.to_string())? {
        RegistrationEvent::Registered { expires } => {
            eprintln!("registered for {} s", expires.as_secs());
            Ok(())
        }
        RegistrationEvent::Failed { reason, .. } => Err(format!("cannot register: {reason}")),
        other => Err(format!("cannot register: {other:?}")),
    }
}
