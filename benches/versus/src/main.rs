//! `offhook-versus`: offhook beside its rivals, all in one process, on one machine, in one run.
//!
//! A subcommand is a field: `parse` and `sdp`. Each makes its contestants, and the rest is shared: [`race`] runs
//! them by turns, [`allocations`] and [`instructions`] count, [`report`] prints.

mod allocations;
mod instructions;
mod race;
mod report;
mod sdp;
mod sip;

use clap::{Args, Parser, Subcommand};
use race::Contestant;
use report::Form;
use std::error::Error;
use std::io;
use std::process::ExitCode;

/// offhook beside its rivals, in one run.
///
/// All contestants run in one process by turns, about a millisecond each, round after round, so that a noisy neighbour
/// disturbs them all alike. `ns` is the best round, `median_ns` the middle one: compare ratios of one run, never
/// nanoseconds of two. What a contestant does at each depth is told at the top of its file in benches/versus/src.
#[derive(Parser)]
#[command(name = "offhook-versus", after_help = AFTER)]
struct Cli {
    #[command(subcommand)]
    field: Field,
}

const AFTER: &str = "\
Examples, from the root of the repository:
  cargo run --release -p offhook-versus -- parse                     a table
  cargo run --release -p offhook-versus -- parse --json              one JSON line per measurement
  cargo run --release -p offhook-versus -- parse --instructions      counts instructions too (needs valgrind)
  cargo run --release -p offhook-versus -- parse --only offhook,sipx --rounds 1000
  cargo run --release -p offhook-versus -- sdp --instructions --markdown   a table of benches/README.md";

#[derive(Subcommand)]
enum Field {
    /// SIP messages: an INVITE with SDP, an OPTIONS, a 200 with four Via and four Record-Route.
    ///
    /// Depth `split`: the message is framed, and its start line and all header names and values are found.
    /// Depth `typed`: the same, and every Via, From, To, CSeq, Call-ID and Contact is a typed value.
    /// `httparse` splits an HTTP request of the same size with the same headers: what splitting costs at least.
    Parse {
        #[command(flatten)]
        options: Options,
        /// Read the messages from DIR/*.sip instead; the name of a file is the name of its message
        #[arg(long, value_name = "DIR")]
        messages: Option<std::path::PathBuf>,
    },
    /// Session descriptions: a browser's offer of 2.5 KB, and a desk phone's.
    ///
    /// Depth `parse`: the bytes become a description, as deep as the contestant goes by itself.
    /// Depth `answer`: the description is read, answered, and the answer written.
    Sdp {
        #[command(flatten)]
        options: Options,
    },
}

/// What every field takes.
#[derive(Args)]
struct Options {
    /// One JSON line per measurement on standard output
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Tables in Markdown, one per depth: ns (times offhook) / instructions / allocations
    #[arg(long)]
    markdown: bool,
    /// Also count the instructions of one operation: runs itself under valgrind's callgrind, ten seconds more
    #[arg(long)]
    instructions: bool,
    /// How many rounds, each a turn of about a millisecond for everyone
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Only those whose name contains one of these, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "WHO")]
    only: Vec<String>,
    /// What `--instructions` starts
    #[arg(long, hide = true)]
    under_callgrind: bool,
}

impl Options {
    fn form(&self) -> Form {
        match (self.json, self.markdown) {
            (true, _) => Form::Json,
            (_, true) => Form::Markdown,
            _ => Form::Text,
        }
    }
}

fn main() -> ExitCode {
    let (options, contestants) = match Cli::parse().field {
        Field::Parse { options, messages } => (options, sip::contestants(messages.as_deref())),
        Field::Sdp { options } => (options, sdp::contestants()),
    };
    match contestants.and_then(|field| run(&options, field)) {
        Ok(()) => ExitCode::SUCCESS,
        // Who reads along has read enough.
        Err(e) if e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) => {
            ExitCode::SUCCESS
        }
        Err(e) => {
            eprintln!("offhook-versus: {e}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options, mut field: Vec<Contestant>) -> Result<(), Box<dyn Error>> {
    let is_wanted = |who: &str| options.only.is_empty() || options.only.iter().any(|part| who.contains(&**part));
    field.retain(|c| is_wanted(c.who));
    if field.is_empty() {
        return Err("nobody is called so".into());
    }
    if options.under_callgrind {
        instructions::be_counted(&mut field);
        return Ok(());
    }
    let instructions = if options.instructions { Some(instructions::count(field.len())?) } else { None };
    let mut results = race::run(&mut field, options.rounds);
    for (i, result) in results.iter_mut().enumerate() {
        result.instructions = instructions.as_ref().and_then(|counts| counts.get(i).copied());
    }
    report::print(&results, options.form())?;
    Ok(())
}
