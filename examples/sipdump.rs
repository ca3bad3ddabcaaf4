//! Shows what SIP messages say, as the parser reads them, and where they are wrong.
//!
//!     cargo run --release --example sipdump -- --strict message.sip trace.pcap

#[path = "common/caret.rs"]
mod caret;
#[path = "common/pcap.rs"]
mod pcap;
#[path = "common/readings.rs"]
mod readings;

use caret::{caret, shown};
use clap::Parser;
use offhook::sip_parser::{ErrorKind, Index, Leniency, MessageView, ParseError, StartLine};
use readings::readings;
use serde_json::json;
use std::fmt::Write as _;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

const HELP: &str = "Exit code: 0 if every message parsed, 1 if one did not or a file could not be read or had none.\n
Examples:\n  sipdump invite.sip\n  sipdump --strict messages/*.sip\n  sipdump --json trace.pcap | jq .start_line";

/// Parses SIP messages and prints the start line, each header as it is written with what the parser understands of it
/// below, and the size of the body. Where a message is wrong it shows the line and a caret under the byte.
///
/// A file holds one message as a UDP datagram would, or it is a classic pcap: then every UDP packet that looks like SIP is
/// parsed (Ethernet, Linux cooked, loopback or raw IP; fragments are not put together). pcapng: `editcap -F pcap in out`.
#[derive(Parser)]
#[command(after_help = HELP)]
struct Args {
    /// Refuse also what departs from the grammar, lacks a mandatory header, contradicts itself or cannot be read: as
    /// `Leniency::strict` does, each departure once
    #[arg(long)]
    strict: bool,
    /// One JSON object a line for each message
    #[arg(long)]
    json: bool,
    /// Fail also when the message, or a known header alone, is not the same after it is written and read again
    #[arg(long)]
    roundtrip: bool,
    /// Messages or captures; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let mut is_good = true;
    for file in &args.files {
        let mut bytes = Vec::new();
        let read = if file == "-" { io::stdin().read_to_end(&mut bytes).map(|_| bytes) } else { std::fs::read(file) };
        let messages = match &read {
            Ok(bytes) => pcap::sip_datagrams(bytes).unwrap_or_else(|| vec![(0, bytes)]),
            Err(_) => vec![],
        };
        if messages.is_empty() {
            is_good = false;
            eprintln!("{file}: {}", read.as_ref().err().map_or("no SIP over UDP in it".into(), ToString::to_string));
        }
        for (frame, bytes) in messages {
            let name = if frame == 0 { file.clone() } else { format!("{file}#{frame}") };
            let (text, parsed) = dump(&args, &name, bytes);
            is_good &= parsed;
            if writeln!(io::stdout(), "{text}").is_err() {
                return ExitCode::FAILURE; // nobody reads any more
            }
        }
    }
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The text for one message, and whether it passed.
fn dump(args: &Args, name: &str, bytes: &[u8]) -> (String, bool) {
    let mut index = Index::new();
    let message = match MessageView::parse(bytes, &mut index) {
        Ok(message) => message,
        Err(e) if args.json => return (json!({"file": name, "ok": false, "errors": [fault(&e)]}).to_string(), false),
        Err(e) => return (format!("{name}: {}", caret(bytes, &e)), false),
    };
    let start_line = match message.start_line() {
        StartLine::Request { method, uri } => format!("{method} {}", shown(uri)),
        StartLine::Response { status, reason } => format!("{} {}", status.code(), shown(reason)),
    };
    let (mut errors, mut taken) = (vec![], Leniency::strict());
    while let Some(e) = message.check_with(&taken).err().filter(|e| args.strict && !errors.contains(e)) {
        errors.push(e);
        match e.kind {
            ErrorKind::Departure(departure) => {
                taken.set(departure, true);
            }
            _ => taken.unreadable_headers = true,
        }
    }
    let (mut text, mut headers, mut differs) = (format!("{name}: {start_line}\n"), vec![], message.as_bytes() != bytes);
    for line in message.headers() {
        let _ = writeln!(text, "  {} = {}", line.name(), shown(line.value));
        let mut typed = vec![];
        for reading in readings(bytes, &line) {
            match reading {
                Ok((debug, same)) => {
                    let note = if same { "" } else { "  (written back, it reads otherwise)" };
                    let _ = writeln!(text, "      {debug}{note}");
                    differs |= !same;
                    typed.push(debug);
                }
                Err(e) => {
                    let _ = writeln!(text, "      not understood: {e}");
                    errors.extend((args.strict && !errors.contains(&e)).then_some(e));
                }
            }
        }
        headers.push(json!({"name": line.name(), "value": shown(line.value), "typed": typed}));
    }
    let _ = write!(text, "  body of {} bytes", message.body().len());
    let is_good = errors.is_empty() && !(args.roundtrip && differs);
    if args.json {
        let errors: Vec<_> = errors.iter().map(fault).collect();
        let body = message.body().len();
        return (
            json!({"file": name, "ok": is_good, "start_line": start_line, "headers": headers, "body": body,
            "roundtrip": !differs, "errors": errors})
            .to_string(),
            is_good,
        );
    }
    errors.iter().for_each(|e| text.extend(["\n", &caret(bytes, e)]));
    text.push_str(if args.roundtrip && differs { "\nwritten back, it is not the same" } else { "" });
    (text, is_good)
}

fn fault(e: &ParseError) -> serde_json::Value {
    let departure = if let ErrorKind::Departure(departure) = e.kind { Some(departure.as_str()) } else { None };
    json!({"error": e.to_string(), "place": e.place.to_string(), "at": e.at, "status": e.status().code(), "departure": departure})
}
