//! Every attribute of the descriptions that RFCs print and that devices and browsers send is read as its type and comes
//! back as it stood, where the collection of them is at hand.

use offhook_sdp::*;
use std::path::{Path, PathBuf};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared");

/// Attributes that are refused as their type, and why.
const REFUSED: &[(&str, &str)] = &[
    ("rtpmap", "31 LPC "), // no clock rate: RFC 8866 §6.6 has none that may be missing
    ("rtpmap", "31 LPC"),
    ("rtpmap", "101 telepho"), // cut off
    ("rtpmap", "97 telephone-events"),
    ("rtpmap", "96 AppleLossless"),
    ("rtcp", "1 IN IP7 X"), // there is no IP7
    ("mid", "secondary;"),  // no token (RFC 5888 §4)
];

/// c= lines that are refused: a number that has not the form of one, and one that is not of the type that it says.
const UNREADABLE: &[&str] = &["IN IP4 00.000.00.0", "IN IP4 fe80::5a55:caff:fe1a:e187"];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found.sort();
    found
}

/// The descriptions of the vectors, and those within the SIP messages of browsers.
fn descriptions() -> Vec<(String, SessionDescription)> {
    let mut found = Vec::new();
    for path in files(&Path::new(SHARED).join("vectors/sdp")) {
        if path.extension().is_some_and(|e| e == "sdp") {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path.display().to_string(), SessionDescription::parse(&bytes).unwrap()));
        }
    }
    for path in files(&Path::new(SHARED).join("browser-captures")) {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).replace("\r\n", "\n");
        for (at, _) in text.match_indices("\nv=0\n") {
            let body = &text[at + 1..];
            let body = &body[..body.find("\n\n").map_or(body.len(), |end| end + 1)];
            found.push((path.display().to_string(), SessionDescription::parse(body.as_bytes()).unwrap()));
        }
    }
    if found.is_empty() {
        println!("skipped: there is no {SHARED}");
    }
    found
}

/// What the attribute's type makes of the value; `None` if it has no type.
fn written(name: &str, value: &str) -> Option<Result<String, ValueError>> {
    macro_rules! types {
        ($($type:ident)*) => { $(if name == $type::NAME { return Some($type::parse(value).map(|read| read.to_string())); })* };
    }
    types!(Rtpmap Fmtp Ptime MaxPtime Rtcp RtcpMux RtcpMuxOnly RtcpRsize BundleOnly ExtmapAllowMixed EndOfCandidates);
    types!(IceLite IceMismatch RtcpFb Extmap Mid Group Msid MsidSemantic SourceAttribute SourceGroup Crypto);
    types!(Fingerprint Setup TlsId Candidate RemoteCandidates IceUfrag IcePwd IceOptions IcePacing Label);
    types!(Content SctpPort MaxMessageSize);
    None
}

/// The value as our writing has it. What is not kept: spaces around it and doubled ones, the channel count 1, the case
/// of hexadecimal digits and of a candidate's transport, and zeros at the end of a ptime.
fn normal(name: &str, value: &str) -> String {
    let mut words: Vec<String> = value.split_ascii_whitespace().map(str::to_owned).collect();
    match (name, words.as_mut_slice()) {
        ("rtpmap", [_, map, ..]) if map.split('/').count() == 3 => {
            *map = map.strip_suffix("/1").unwrap_or(map).to_owned();
        }
        ("fingerprint", [_, digits]) => digits.make_ascii_uppercase(),
        ("candidate", [_, _, transport, ..]) => transport.make_ascii_uppercase(),
        _ => {}
    }
    words.join(" ")
}

#[test]
fn every_attribute_comes_back_as_it_stood() {
    let mut typed = 0;
    let mut wrong = Vec::new();
    let all = descriptions();
    for (file, sdp) in &all {
        let streams = sdp.media.iter().map(|media| &media.lines);
        for attribute in std::iter::once(&sdp.lines).chain(streams).flat_map(Lines::attributes) {
            let value = attribute.value.unwrap_or_default();
            let Some(result) = written(attribute.name, value) else { continue };
            typed += 1;
            let is_as_expected = match &result {
                Ok(text) => normal(attribute.name, text) == normal(attribute.name, value),
                Err(error) => error.name == attribute.name && REFUSED.contains(&(attribute.name, value)),
            };
            if !is_as_expected {
                wrong.push(format!("{file}: a={}:{value} -> {result:?}", attribute.name));
            }
        }
    }
    println!("{typed} attributes in {} descriptions", all.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(all.is_empty() || typed > 1000, "{typed}");
}

#[test]
fn every_connection_bandwidth_and_time_comes_back_as_it_stood() {
    for (file, sdp) in descriptions() {
        for lines in std::iter::once(&sdp.lines).chain(sdp.media.iter().map(|media| &media.lines)) {
            for line in lines.all('b') {
                assert_eq!(Bandwidth::parse(line).unwrap().to_string(), line, "{file}");
            }
            for line in lines.all('t') {
                assert_eq!(Timing::parse(line).unwrap().to_string(), line.trim(), "{file}");
            }
            for line in lines.all('c') {
                let expected = line.to_ascii_lowercase();
                match Connection::parse(line) {
                    Ok(c) => assert!(expected.starts_with(&c.to_string().to_lowercase()), "{file}: {line}"),
                    Err(error) => assert!(UNREADABLE.contains(&line), "{file}: c={line}: {error}"),
                }
            }
        }
    }
}

#[test]
fn the_offers_of_browsers_are_understood() {
    let mut seen = 0;
    for (file, sdp) in descriptions().iter().filter(|(file, _)| file.contains("browser-captures")) {
        seen += 1;
        for media in sdp.media.iter().filter(|media| !media.is_rejected()) {
            assert!(media.has::<RtcpMux>(), "{file}");
            let prints: Vec<_> = sdp.typed_all_of::<Fingerprint>(media).collect();
            assert!(matches!(prints.as_slice(), [Ok(print)] if print.hash() == HashFunction::Sha256), "{file}");
            assert_eq!(sdp.typed_of::<Setup>(media), Ok(Some(Setup::ActPass)), "{file}");
            assert!(matches!(sdp.typed_of::<IceUfrag<'_>>(media), Ok(Some(_))), "{file}");
            assert!(matches!(sdp.typed_of::<IcePwd<'_>>(media), Ok(Some(_))), "{file}");
            assert!(media.typed_all::<Candidate<'_>>().count() > 0, "{file}");
            assert!(
                matches!(sdp.typed::<Group<'_>>(), Ok(Some(group)) if group.contains(media.typed().unwrap().unwrap()))
            );
            let opus = media.rtpmaps().find(|map| map.encoding == "opus").expect("browsers have opus");
            let parameters = media.fmtp(opus.payload_type).expect("and say how");
            assert!(OpusParameters::parse(&parameters).unwrap().use_inband_fec, "{file}");
        }
    }
    println!("{seen} offers of browsers");
}
