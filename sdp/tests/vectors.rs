//! Descriptions as RFCs print them and as devices and browsers send them, where the collection of them is at hand.

use offhook_sdp::{Config, ParseErrorKind, SessionDescription};
use std::path::{Path, PathBuf};

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors/sdp");

/// Its only unknown type letter is what makes it invalid: it is borne by default, see the test of it below.
const INVALID: &str = "invalid.sdp";

fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(folders) = std::fs::read_dir(VECTORS) else {
        println!("skipped: there is no {VECTORS}");
        return Vec::new();
    };
    let mut files: Vec<_> = folders
        .filter_map(|entry| std::fs::read_dir(entry.ok()?.path()).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "sdp"))
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    assert!(files.len() > 200, "the collection is complete");
    files
}

fn is_invalid(path: &Path) -> bool {
    path.ends_with(INVALID)
}

/// The lines of a text with the fields of o= and m= set apart by single spaces, and without empty ones.
fn content(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let words = |line: &str| line.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    let lines = text.split('\n').map(|line| line.trim_end_matches('\r')).filter(|line| !line.is_empty());
    lines.map(|line| if line.starts_with(['o', 'm']) { words(line) } else { line.to_owned() }).collect()
}

#[test]
fn every_valid_one_is_read_and_written_with_its_lines_in_their_order() {
    for (path, bytes) in files() {
        let sdp = SessionDescription::parse(&bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let written = sdp.to_string();
        let mut expected = content(&bytes);
        for line in expected.iter_mut().filter(|line| line.starts_with("o=") && line.split(' ').count() == 5) {
            line.insert_str(2, "- "); // a user name that was missing
        }
        assert_eq!(content(written.as_bytes()), expected, "{}", path.display());
        assert_eq!(SessionDescription::parse(written.as_bytes()), Ok(sdp), "{}", path.display());
    }
}

#[test]
fn those_with_crlf_and_clean_fields_come_back_byte_for_byte() {
    let mut same = 0;
    for (path, bytes) in files() {
        let is_clean = content(&bytes).join("\r\n") + "\r\n" == String::from_utf8_lossy(&bytes);
        if is_clean {
            let written = SessionDescription::parse(&bytes).unwrap().to_string();
            let origin_is_whole = content(&bytes).iter().any(|l| l.starts_with("o=") && l.split(' ').count() == 6);
            if origin_is_whole {
                assert_eq!(written.as_bytes(), bytes, "{}", path.display());
                same += 1;
            }
        }
    }
    println!("{same} byte for byte");
    assert!(same == 0 || same > 150, "{same}");
}

#[test]
fn without_unknown_type_letters_only_the_invalid_one_is_refused() {
    let config = {
        let mut config = Config::default();
        config.unknown_types = false;
        config
    };
    for (path, bytes) in files() {
        let verdict = SessionDescription::parse_with(&bytes, &config).map_err(|e| e.kind);
        let expected = if is_invalid(&path) { Err(ParseErrorKind::UnknownType) } else { Ok(()) };
        assert_eq!(verdict.map(|_| ()), expected, "{}", path.display());
    }
}

#[test]
fn no_change_of_bytes_makes_it_panic() {
    for (_, bytes) in files() {
        for at in (0..bytes.len()).step_by(23) {
            for byte in [0, b'\r', b'\n', b'=', b'/', b' ', 0xff] {
                let mut changed = bytes.clone();
                changed[at] = byte;
                read_all(&changed);
            }
            read_all(&bytes[..at]);
        }
    }
}

fn read_all(bytes: &[u8]) {
    if let Ok(sdp) = SessionDescription::parse(bytes) {
        for media in &sdp.media {
            let _ = (media.rtpmaps().count(), sdp.connection_of(media), sdp.direction_of(media));
        }
        let _ = sdp.to_string();
    }
}
