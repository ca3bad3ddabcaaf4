//! Replays the corpus, the same bytes a little changed, and the shared vectors where they are.

use offhook_fuzz::{TARGETS, Target, generated_messages, header_family_names, mutated, whole_message};
use offhook_sip_parser::strategies::header_names;
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
fn every_typed_header_is_of_a_family() {
    let names = header_family_names();
    for name in header_names() {
        assert!(names.contains(&name), "{name}");
    }
}

#[test]
fn generated_messages_and_their_mutations_are_taken() {
    let messages = generated_messages(400);
    for round in 0..6_000 {
        let bytes = &messages[round as usize % messages.len()];
        let (name, file) = ("whole_message", Path::new("a generated message"));
        run(whole_message, name, file, round, &if round < 400 { bytes.clone() } else { mutated(bytes, round) });
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
                eprintln!(
                    "{name} on {}, mutation {round}: {}",
                    file.display(),
                    bytes[..bytes.len().min(2000)].escape_ascii()
                );
            }
        }
    }
    let _say = Say(name, file, round, bytes);
    target(bytes);
}
