//! Replays the corpus, the same bytes a little changed, and the shared vectors where they are.

use offhook_fuzz::{TARGETS, Target};
use std::fs;
use std::path::{Path, PathBuf};

const MUTATIONS: u64 = 200;

#[test]
fn every_seed_and_its_mutations_are_taken() {
    for (name, target) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
        let seeds = files(&folder);
        assert!(!seeds.is_empty(), "{name} has no seed");
        for seed in seeds {
            let bytes = fs::read(&seed).expect("it is there");
            run(target, name, &seed, 0, &bytes);
            for round in 1..=MUTATIONS {
                run(target, name, &seed, round, &mutated(&bytes, round));
            }
        }
    }
}

#[test]
fn the_shared_vectors_are_taken() {
    let vectors = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors"));
    let folders = [("sip-real", "sip_message"), ("rfc4475", "sip_message"), ("sdp", "sdp"), ("rtcp", "rtp_session")];
    for (folder, name) in folders {
        let files = files(&vectors.join(folder));
        if files.is_empty() {
            println!("no vectors in {}: skipped", vectors.join(folder).display());
        }
        let target = TARGETS.iter().find(|(n, _)| *n == name).expect("a target").1;
        for file in files {
            run(target, name, &file, 0, &fs::read(&file).expect("it is there"));
        }
    }
}

/// The files of a folder and the folders in it, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found.sort();
    found
}

/// Runs a target, and says on what if it panics.
fn run(target: Target, name: &str, file: &Path, round: u64, bytes: &[u8]) {
    struct Say<'a>(&'a str, &'a Path, u64, &'a [u8]);
    impl Drop for Say<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                let Say(name, file, round, bytes) = self;
                eprintln!("{name} on {}, mutation {round}: {}", file.display(), bytes.escape_ascii());
            }
        }
    }
    let _say = Say(name, file, round, bytes);
    target(bytes);
}

/// The bytes with one to four small changes, the same ones in every run.
fn mutated(bytes: &[u8], round: u64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    // xorshift64 (Marsaglia 2003)
    let mut state = round.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ bytes.len() as u64;
    let mut below = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n.max(1) as u64) as usize
    };
    const TELLING: &[u8] = b"\r\n\0 \t:;,<>@\"\\%=/[]0129aZ\x7f\x80\xff";
    for _ in 0..=below(4) {
        let (from, to) = (below(bytes.len() + 1), below(bytes.len() + 1));
        let (from, to) = (from.min(to), from.max(to));
        match below(6) {
            0 => bytes.truncate(to),
            1 => drop(bytes.drain(from..to.min(from + 8))),
            2 => {
                let copy = bytes[from..to].to_vec();
                bytes.splice(from..from, copy);
            }
            3 => bytes.insert(from, TELLING[below(TELLING.len())]),
            4 if from < bytes.len() => bytes[from] = TELLING[below(TELLING.len())],
            _ if from < bytes.len() => bytes[from] ^= 1 << below(8),
            _ => {}
        }
    }
    bytes
}
