//! Instructions of one operation, as callgrind counts them: a figure that a noisy machine cannot move.
//!
//! The program starts itself under valgrind with the same arguments. There each contestant goes through
//! [`counted_window`] twice, first to warm up, and callgrind writes a profile of what was done since the last one whenever
//! that function is left. So every second profile holds [`TIMES`] operations of the next contestant.

use crate::race::Contestant;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, io};

/// Operations in the window. The loop around one is two or three instructions.
const TIMES: u32 = 100;

/// callgrind finds it by its name.
#[inline(never)]
fn counted_window(contestant: &mut Contestant, times: u32) {
    contestant.repeat(times);
    black_box(times); // so that the call above is no tail call, which callgrind would see as a leaving
}

/// The part of the child under valgrind.
pub(crate) fn be_counted(field: &mut [Contestant]) {
    for contestant in field {
        counted_window(contestant, TIMES / 10);
        counted_window(contestant, TIMES);
    }
}

/// Instructions of one operation of each of the `expected` contestants, in their order.
pub(crate) fn count(expected: usize) -> Result<Vec<u64>, Box<dyn Error>> {
    let folder = env::temp_dir().join(format!("offhook-versus-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let counts = run_valgrind(&folder).and_then(|()| (1..=expected).map(|i| total(&folder, 2 * i)).collect());
    fs::remove_dir_all(&folder)?;
    counts
}

fn run_valgrind(folder: &Path) -> Result<(), Box<dyn Error>> {
    let done = Command::new("valgrind")
        .args(["--tool=callgrind", "--dump-after=*counted_window*"])
        .arg(format!("--callgrind-out-file={}", folder.join("profile").display()))
        .arg(env::current_exe()?)
        .args(env::args_os().skip(1))
        .arg("--under-callgrind")
        .stdout(Stdio::null())
        .output()
        .map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => "--instructions needs valgrind (Debian: apt-get install valgrind)".to_owned(),
            _ => format!("valgrind does not start: {e}"),
        })?;
    if done.status.success() {
        return Ok(());
    }
    Err(format!("valgrind ended with {}:\n{}", done.status, String::from_utf8_lossy(&done.stderr)).into())
}

/// The sum of the `i`th profile, per operation.
fn total(folder: &Path, i: usize) -> Result<u64, Box<dyn Error>> {
    let path = folder.join(format!("profile.{i}"));
    let profile = fs::read_to_string(path).map_err(|_| "callgrind did not find its window: is the binary stripped?")?;
    let sum = profile.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse::<u64>().ok());
    match sum {
        Some(sum) if sum > 0 => Ok(sum / u64::from(TIMES)),
        _ => Err(format!("callgrind counted nothing in its profile {i}").into()),
    }
}
