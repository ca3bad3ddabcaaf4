//! Messages of real devices and of the RFCs' call flows: how many are accepted, and whether they are read as an
//! independent dissector read them.

mod common;

use offhook_sip_parser::header::{CSeq, CallId, From, To, Via};
use offhook_sip_parser::{ErrorKind, Index, MessageView, ParseError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// `Err` with the step that refused.
fn read(bytes: &[u8]) -> Result<(), (&'static str, ParseError)> {
    let mut index = Index::new();
    let message = MessageView::parse(bytes, &mut index).map_err(|e| ("parse", e))?;
    assert_eq!(message.as_bytes(), bytes);
    message.check().map_err(|e| ("check", e))?;
    common::read_all(&message).map_err(|e| ("typed", e))
}

/// Of captures, logs and vendors' documents: every message that is refused, and what is wrong with it.
const REFUSED: &[(&str, &str, ErrorKind, &str)] = &[
    ("capture-0156-INVITE.sip", "check", ErrorKind::BadCharacter, "an empty user before the @ of the Request-URI"),
    ("capture-0199-INVITE.sip", "check", ErrorKind::Truncated, "quotes of the display name written \\\""),
    ("capture-0200-INVITE.sip", "check", ErrorKind::Repeated, "To twice, in both spellings"),
    ("capture-0203-401.sip", "typed", ErrorKind::BadCharacter, "quotes of the challenge written \\\""),
    ("capture-0204-INVITE.sip", "check", ErrorKind::Truncated, "quotes of the display name written \\\""),
    ("capture-0205-200.sip", "check", ErrorKind::Truncated, "the same"),
    ("capture-0350-ACK.sip", "parse", ErrorKind::Truncated, "cut off in the headers"),
    ("capture-0351-BYE.sip", "parse", ErrorKind::Truncated, "cut off in the headers"),
    ("log-0366-REGISTER.sip", "typed", ErrorKind::BadCharacter, "markup of the page that printed it, in Expires"),
    ("log-0368-REGISTER.sip", "typed", ErrorKind::BadCharacter, "the same"),
    ("log-0380-INVITE.sip", "check", ErrorKind::Truncated, "quotes of the display name written \\\""),
    ("log-0384-INVITE.sip", "check", ErrorKind::BadCharacter, "no sent-by in Via"),
    ("log-0385-ACK.sip", "check", ErrorKind::BadCharacter, "the same"),
    ("log-0386-REGISTER.sip", "check", ErrorKind::BadCharacter, "the same"),
    ("log-0394-INVITE.sip", "check", ErrorKind::BadCharacter, "display name in two pairs of quotes"),
    ("log-0395-INVITE.sip", "check", ErrorKind::BadCharacter, "the same"),
    ("log-0397-INVITE.sip", "check", ErrorKind::BadCharacter, "the same"),
    ("log-0398-INVITE.sip", "check", ErrorKind::BadCharacter, "the same"),
    ("log-0399-INVITE.sip", "check", ErrorKind::BadCharacter, "the same"),
    ("log-0400-INVITE.sip", "check", ErrorKind::BadCharacter, "the same"),
    ("log-0434-ACK.sip", "check", ErrorKind::Mismatch, "an ACK that counts a SUBSCRIBE"),
    ("vendor-doc-0689-PUBLISH.sip", "parse", ErrorKind::Truncated, "one octet less than its Content-Length"),
];

#[test]
fn what_deployed_devices_send_is_accepted_but_for_named_defects() {
    let Some(folder) = common::vectors("sip-real") else { return };
    let manifest = fs::read_to_string(folder.join("manifest.tsv")).unwrap();
    let (mut all, mut accepted) = (BTreeMap::new(), BTreeMap::new());
    for row in common::rows(&manifest).1 {
        let (file, category) = (row[0], row[1]);
        *all.entry(category).or_insert(0) += 1;
        let refused = REFUSED.iter().find(|(name, ..)| *name == file);
        match read(&fs::read(folder.join("messages").join(file)).unwrap()) {
            Ok(()) => {
                assert!(refused.is_none(), "{file} is accepted now: take its row away");
                *accepted.entry(category).or_insert(0) += 1;
            }
            // Test suites break messages on purpose: those have only to be survived.
            Err(_) if category.starts_with("test") => {}
            Err((step, e)) => {
                let Some((_, by, kind, _)) = refused else { panic!("{file}: {step}: {e}") };
                assert_eq!((step, e.kind), (*by, *kind), "{file}: {e}");
            }
        }
    }
    println!("accepted {accepted:?} of {all:?}");
    assert_eq!((all["capture"], accepted["capture"]), (361, 353));
    assert_eq!((all["log"], accepted["log"]), (95, 82));
    assert_eq!((all["vendor-doc"], accepted["vendor-doc"]), (13, 12));
    assert!(accepted["testdata"] >= TESTDATA && accepted["testfile"] >= TESTFILE, "{accepted:?}");
}

/// How many of the test suites' messages are accepted, so that a loss shows.
const TESTDATA: usize = 124;
const TESTFILE: usize = 20;

fn texts(value: &Value, key: &str) -> Vec<String> {
    let list = value["tshark"][key].as_array();
    list.into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

/// Where the dissector errs or shows what we do not, and how.
const EXPLAINED: &[(&str, &str, &str)] = &[
    ("testdata-0511-INVITE.sip", "sip.Via.transport", "it does not know `Via  :` with spaces and reads the second Via"),
    ("testfile-0666-REGISTER.sip", "sip.to.tag", "it shows the nothing of `;tag=`, which is no tag (§19.3)"),
];

/// Compared only where the dissector says something; it keeps white space at a line's end, which no value has.
fn compare(file: &str, what: &str, theirs: Option<&String>, ours: Option<String>, differences: &mut Vec<String>) {
    let explained = EXPLAINED.iter().any(|(f, w, _)| (*f, *w) == (file, what));
    if let Some(theirs) = theirs
        && Some(theirs.trim_end()) != ours.as_deref()
        && !explained
    {
        differences.push(format!("{file} {what}: theirs {theirs:?}, ours {ours:?}"));
    }
}

#[test]
fn messages_are_read_as_an_independent_dissector_reads_them() {
    let Some(folder) = common::vectors("sip-real") else { return };
    let (mut compared, mut differences) = (0, Vec::new());
    for line in fs::read_to_string(folder.join("tshark.jsonl")).unwrap().lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        let file = value["file"].as_str().unwrap();
        let bytes = fs::read(folder.join("messages").join(file)).unwrap();
        let mut index = Index::new();
        let Ok(m) = MessageView::parse(&bytes, &mut index) else { continue };
        if m.check().is_err() {
            continue;
        }
        compared += 1;
        let mut same = |what, ours: Option<String>| {
            compare(file, what, texts(&value, what).first(), ours, &mut differences);
        };
        same("sip.Method", m.method().map(|v| v.to_string()));
        same("sip.Status-Code", m.status().map(|s| s.code().to_string()));
        same("sip.r-uri", m.uri().ok().map(|u| u.to_string()));
        same("sip.r-uri.user", m.uri().ok().and_then(|u| u.user().map(str::to_owned)));
        same("sip.r-uri.port", m.uri().ok().and_then(|u| u.port().map(|p| p.to_string())));
        same("sip.Call-ID", m.required::<CallId<'_>>().ok().map(|c| c.0.to_owned()));
        let cseq = m.required::<CSeq>().unwrap();
        same("sip.CSeq.seq", Some(cseq.number.to_string()));
        same("sip.CSeq.method", Some(cseq.method.to_string()));
        let (from, to) = (m.required::<From<'_>>().unwrap(), m.required::<To<'_>>().unwrap());
        same("sip.from.tag", from.tag().map(str::to_owned));
        same("sip.from.addr", Some(from.uri.to_string()));
        same("sip.to.tag", to.tag().map(str::to_owned));
        same("sip.to.addr", Some(to.uri.to_string()));
        let via = m.required::<Via<'_>>().unwrap();
        same("sip.Via.transport", Some(via.protocol.to_owned()));
        same("sip.Via.branch", m.typed_all::<Via<'_>>().find_map(|v| v.ok()?.branch().map(str::to_owned)));
    }
    for d in &differences {
        println!("{d}");
    }
    assert!(compared >= 590, "{compared} compared");
    assert!(differences.is_empty(), "{} differences in {compared} messages", differences.len());
}

/// Of the call flows printed in RFCs: every message that is refused, and what is wrong with it.
const REFUSED_FLOWS: &[(&str, &str, &str)] = &[
    ("rfc3261/007_23.3_INVITE.sip", "typed", "a semicolon missing in Content-Disposition"),
    ("rfc3261/009_23.4.2_INVITE.sip", "check", "From without a scheme"),
    ("rfc3327/", "typed", "dots stand for what is left out"),
    ("rfc3515/001_4.1_REFER.sip", "typed", "words stand for the URI of Refer-To"),
    ("rfc3515/003_4.1_NOTIFY.sip", "typed", "words stand for a number in Subscription-State"),
    ("rfc3515/007_4.2_REFER.sip", "typed", "words stand for the URI of Refer-To"),
    ("rfc3515/009_4.2_NOTIFY.sip", "typed", "words stand for a number in Subscription-State"),
    ("rfc3608/00", "typed", "dots stand for what is left out"),
    ("rfc3666/039_2.3_F14-ACK-Alice-Proxy-1.sip", "typed", "Route without a scheme"),
    ("rfc3666/041_2.3_F16-BYE-Alice-Proxy-1.sip", "typed", "the same"),
    ("rfc3666/119_3.3_F12-BYE-Proxy-1-Bob.sip", "check", "no From"),
    ("rfc4662/005_6_SUBSCRIBE.sip", "typed", "a signature that is folded, which leaves spaces in it"),
    ("rfc4662/009_6_SUBSCRIBE.sip", "typed", "the same"),
    ("rfc5359/092_2.4_F5-REFER-Alice-Bob.sip", "typed", "Referred-By without a scheme"),
    ("rfc5359/098_2.4_F11-INVITE-Bob-Carol.sip", "typed", "the same"),
    ("rfc5626/002_9.1_NOTIFY.sip", "check", "To without a scheme"),
    ("rfc6442/001_5.1_INVITE.sip", "check", "SIPS/2.0 as Via's protocol"),
    ("rfc6442/002_5.2_INVITE.sip", "check", "the same"),
];

#[test]
fn the_flows_printed_in_rfcs_are_accepted_but_for_their_known_defects() {
    let Some(folder) = common::vectors("rfc-flows") else { return };
    let manifest = fs::read_to_string(folder.join("manifest.tsv")).unwrap();
    let rows = common::rows(&manifest).1;
    let mut accepted = 0;
    for row in &rows {
        let file = row[0];
        let refused = REFUSED_FLOWS.iter().find(|(name, ..)| file.starts_with(name));
        match (read(&fs::read(Path::new(&folder).join(file)).unwrap()), refused) {
            (Ok(()), None) => accepted += 1,
            (Err((step, e)), Some((_, by, why))) => assert_eq!(&step, by, "{file}: {why}: {e}"),
            (Ok(()), Some(_)) => panic!("{file} is accepted now: take its row away"),
            (Err((step, e)), None) => panic!("{file}: {step}: {e}"),
        }
    }
    assert_eq!((rows.len(), accepted), (840, 807));
}
