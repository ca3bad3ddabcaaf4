//! Changes messages at random, the same way in every run, and gives them to everything that reads SIP: parser, checks,
//! every typed header, write-back, framer, bodies. It looks for panics, hangs, and time that is not linear in the length.
//!
//! ```sh
//! cargo run --release -p offhook-fuzz --example mutations -- --count 10000000 [--from ROUND] [--limit NS_PER_BYTE] [FILE|FOLDER]…
//! ```
//!
//! Without a folder it takes those of the shared vectors that hold SIP, and where they are not, messages of its own
//! making. It exits with 1 after a panic, or if a message took longer than the limit for each of its bytes, three times.
#![allow(clippy::disallowed_methods, reason = "it is its own driver, and measures")]

use offhook_fuzz::{generated_messages, mutated, whole_message};
use std::cmp::Reverse;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Shorter ones say nothing about time for a byte.
const LEAST: usize = 512;
/// How many of the slowest are kept.
const SLOWEST: usize = 8;
/// A round that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(20);

struct Options {
    count: u64,
    from: u64,
    limit: u64,
    paths: Vec<String>,
}

fn main() -> ExitCode {
    let Some(options) = options(std::env::args().skip(1)) else {
        eprintln!("usage: mutations [--count N] [--from ROUND] [--limit NS_PER_BYTE] [FILE|FOLDER]...");
        return ExitCode::from(2);
    };
    let seeds = seeds(&options.paths);
    println!("{} messages to change", seeds.len());
    let round = Arc::new(AtomicU64::new(options.from));
    watch(Arc::clone(&round));

    let start = Instant::now();
    let (mut bytes_read, mut panics) = (0, 0);
    let mut slowest: Vec<(u64, u64)> = Vec::new();
    let of = |round: u64| mutated(&seeds[(round % seeds.len() as u64) as usize], round);
    for now in options.from..options.from + options.count {
        round.store(now, Ordering::Relaxed);
        let bytes = of(now);
        bytes_read += bytes.len();
        let (took, is_sound) = run(&bytes);
        if !is_sound {
            panics += 1;
            println!("PANIC in round {now}: {}", bytes[..bytes.len().min(2000)].escape_ascii());
        }
        if is_sound && bytes.len() >= LEAST {
            note(&mut slowest, now, &bytes, took);
        }
        let done = now + 1 - options.from;
        if done.is_multiple_of((options.count / 20).max(1)) {
            let slow = slowest.first().map_or(0, |s| s.0);
            println!("{done} done, {panics} panics, slowest {slow} ns/byte, {:.0} s", start.elapsed().as_secs_f64());
        }
    }
    let took = start.elapsed();
    println!(
        "{} rounds, {bytes_read} bytes, {panics} panics, {:.1} s, {:.1} ns/byte",
        options.count,
        took.as_secs_f64(),
        took.as_nanos() as f64 / bytes_read.max(1) as f64
    );
    for (rate, round) in &slowest {
        println!("round {round}: {} bytes, {rate} ns/byte", of(*round).len());
    }
    let is_slow = slowest.iter().any(|(rate, _)| *rate > options.limit);
    ExitCode::from(u8::from(panics > 0 || is_slow))
}

fn options(mut args: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options { count: 1_000_000, from: 0, limit: 2_000, paths: Vec::new() };
    while let Some(arg) = args.next() {
        let mut number = || args.next()?.replace('_', "").parse().ok();
        match arg.as_str() {
            "--count" => options.count = number()?,
            "--from" => options.from = number()?,
            "--limit" => options.limit = number()?,
            _ if arg.starts_with("--") => return None,
            _ => options.paths.push(arg),
        }
    }
    Some(options)
}

/// How long it took, and whether it came through.
fn run(bytes: &[u8]) -> (Duration, bool) {
    let start = Instant::now();
    let is_sound = catch_unwind(AssertUnwindSafe(|| whole_message(bytes))).is_ok();
    (start.elapsed(), is_sound)
}

/// Keeps a round that is among the slowest. What was slow because something else ran is not slow three times.
fn note(slowest: &mut Vec<(u64, u64)>, round: u64, bytes: &[u8], took: Duration) {
    let is_slow = |took: Duration| {
        let rate = took.as_nanos() as u64 / bytes.len() as u64;
        (slowest.len() < SLOWEST || slowest.last().is_some_and(|last| last.0 < rate)).then_some(rate)
    };
    let again = || is_slow(run(bytes).0);
    let rates = is_slow(took).and_then(|first| Some(first.min(again()?).min(again()?)));
    if let Some(rate) = rates {
        slowest.push((rate, round));
        slowest.sort_by_key(|s| Reverse(*s));
        slowest.truncate(SLOWEST);
    }
}

/// Ends the program, with the round that hangs, if one does.
fn watch(round: Arc<AtomicU64>) {
    thread::spawn(move || {
        loop {
            let before = round.load(Ordering::Relaxed);
            thread::sleep(PATIENCE);
            if before == round.load(Ordering::Relaxed) {
                println!("HANG in round {before}");
                std::process::exit(1);
            }
        }
    });
}

fn seeds(paths: &[String]) -> Vec<Vec<u8>> {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors"));
    let mut found = Vec::new();
    for folder in ["rfc4475", "sip-real", "rfc-flows"].iter().filter(|_| paths.is_empty()) {
        read(&shared.join(folder), &mut found);
    }
    for path in paths {
        read(Path::new(path), &mut found);
    }
    if found.is_empty() { generated_messages(500) } else { found }
}

/// The messages of a folder and the folders in it, in order; or one file, whatever its name.
fn read(path: &Path, found: &mut Vec<Vec<u8>>) {
    if !path.is_dir() {
        found.extend(fs::read(path));
        return;
    }
    let mut entries: Vec<_> = fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() || entry.extension().is_some_and(|e| e == "sip" || e == "dat") {
            read(&entry, found);
        }
    }
}
