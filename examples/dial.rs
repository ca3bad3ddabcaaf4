//! Calls somebody: plays a file, presses keys, records what is heard.
//!
//!     cargo run --release --example dial -- --to sip:bob@127.0.0.1:5070 --play hello.wav --record heard.wav
#![allow(clippy::disallowed_methods, reason = "a program on tokio may sleep and spawn")]

#[path = "common/mod.rs"]
mod common;
#[path = "common/tls.rs"]
mod tls;

use clap::{Parser, ValueEnum};
use offhook::media::wav::Clip;
use offhook::{Account, Call, CallEvent, CallReport, Error, UserAgent};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Calls a SIP URI and hangs up when what was asked for is done: keys are pressed first, then the file is
/// played. Without either the call lasts until the other side hangs up, --duration is over or Ctrl-C is pressed.
#[derive(Parser)]
#[command(after_help = "Example: dial --to sip:bob@127.0.0.1:5070 --send-dtmf 1234# --duration 5 --json")]
struct Args {
    /// Whom to call: sip:user@host[:port], or sips: for TLS
    #[arg(long)]
    to: String,
    /// How, where the URIs do not say it themselves
    #[arg(long, value_enum, default_value = "udp")]
    transport: Transport,
    #[command(flatten)]
    tls: tls::TlsArgs,
    /// Our address and port; port 0 takes any that is free
    #[arg(long, default_value = "0.0.0.0:0")]
    local: String,
    /// Our user name, for the registrar and for challenges
    #[arg(long)]
    user: Option<String>,
    /// Our password
    #[arg(long, requires = "user")]
    password: Option<String>,
    /// Register there first: sip:host[:port]
    #[arg(long, requires = "user")]
    registrar: Option<String>,
    /// A WAV file to play, of any rate
    #[arg(long)]
    play: Option<PathBuf>,
    /// Where to write what is heard, as WAV
    #[arg(long)]
    record: Option<PathBuf>,
    /// Keys to press: 0-9 * # A-D
    #[arg(long)]
    send_dtmf: Option<String>,
    /// Codecs in the order of preference
    #[arg(long, default_value = "pcmu,pcma", value_parser = common::codecs)]
    codec: std::vec::Vec<offhook::sdp::Codec>,
    /// Hang up after so many seconds of talk
    #[arg(long, value_parser = seconds)]
    duration: Option<Duration>,
    /// Print one JSON line at the end
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Transport {
    Udp,
    Tcp,
    /// With the name in the URI proven by a certificate
    Tls,
}

impl Transport {
    /// The URI with this transport, if it names none.
    fn apply(self, uri: &str) -> String {
        match self {
            _ if uri.contains(";transport=") || uri.starts_with("sips:") => uri.to_owned(),
            Transport::Udp => uri.to_owned(),
            Transport::Tcp => format!("{uri};transport=tcp"),
            Transport::Tls => format!("{uri};transport=tls"),
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut args = Args::parse();
    args.to = args.transport.apply(&args.to);
    args.registrar = args.registrar.map(|uri| args.transport.apply(&uri));
    match run(&args).await {
        Ok(report) => {
            eprintln!("{}", common::in_words(&report));
            if args.json {
                println!("{}", common::json_line(&report));
            }
            let lost = common::recording_failed(&report);
            if let Some(error) = lost {
                eprintln!("dial: the recording is not complete: {error}");
            }
            if report.cause.is_normal() && lost.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("dial: {error}");
            if args.json {
                println!("{}", serde_json::json!({ "to": args.to, "error": error }));
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<CallReport, String> {
    let clip = match &args.play {
        Some(path) => Some(Clip::from_path(path).map_err(|e| format!("{}: {e}", path.display()))?),
        None => None,
    };
    let mut builder = UserAgent::builder().codecs(args.codec.clone());
    let uris = [Some(&args.to), args.registrar.as_ref()];
    let any = |what: &[&str]| uris.iter().flatten().any(|uri| what.iter().any(|w| uri.contains(w)));
    // A client of TLS need not listen; of TCP it must, for who calls back.
    let place = if any(&[";transport=tcp"]) { "tcp" } else { "udp" };
    builder = builder
        .listen(&format!("{place}:{}", args.local))
        .map_err(|_| format!("--local {}: write ADDRESS:PORT, like 0.0.0.0:0", args.local))?;
    builder = args.tls.apply(builder, any(&["sips:", ";transport=tls"]))?;
    if let Some(user) = &args.user {
        let account = account(args, user).map_err(|e| format!("--user {user}, --registrar or --to: {e}"))?;
        builder = builder.account(account);
    }
    let ua = builder.build().await.map_err(|e| e.to_string())?;
    if args.registrar.is_some() {
        common::wait_registered(&ua).await?;
    }
    eprintln!("calling {}", args.to);
    let mut call = ua.call(&args.to).start().await.map_err(|e| format!("{}: {e}", args.to))?;
    let report = match talk(args, &mut call, clip).await {
        // Both at once: the shut down bounds how long a silent callee is waited for.
        Ok(()) => return Ok(tokio::join!(call.hang_up(), ua.shut_down()).0),
        // It ended by itself: the report says how.
        Err(Error::Ended(_)) => Ok(call.ended().await),
        Err(error) => Err(error.to_string()),
    };
    ua.shut_down().await;
    report
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .map_err(|_| "not a number".to_owned())
        .and_then(|s| Duration::try_from_secs_f64(s).map_err(|e| e.to_string()))
}

fn account(args: &Args, user: &str) -> Result<Account, Error> {
    let mut account = Account::new(&common::at_host(user, args.registrar.as_deref().unwrap_or(&args.to)))?;
    if let Some(password) = &args.password {
        account = account.password(password);
    }
    match &args.registrar {
        Some(registrar) => account.registrar(registrar),
        None => Ok(account),
    }
}

async fn talk(args: &Args, call: &mut Call, clip: Option<Clip>) -> Result<(), Error> {
    tokio::select! {
        answered = call.answered() => answered?,
        _ = tokio::signal::ctrl_c() => return Ok(()),
    }
    eprintln!("answered");
    if let Some(path) = &args.record {
        call.record(path).await?;
    }
    let limit = args.duration.unwrap_or(Duration::from_secs(86_400));
    tokio::select! {
        done = act(args, call, clip) => done,
        () = tokio::time::sleep(limit) => Ok(()),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

async fn act(args: &Args, call: &mut Call, clip: Option<Clip>) -> Result<(), Error> {
    let errand = clip.is_some() || args.send_dtmf.is_some();
    if let Some(digits) = &args.send_dtmf {
        call.send_dtmf(digits).await?;
        eprintln!("pressed {digits}");
    }
    if let Some(clip) = clip {
        call.play(clip).await?;
        eprintln!("played to the end");
    }
    if errand && args.duration.is_none() {
        // What they say to that is on its way.
        tokio::time::sleep(Duration::from_millis(500)).await;
        return Ok(());
    }
    while let Some(event) = call.next_event().await {
        if let CallEvent::Media(event) = event {
            eprintln!("{event:?}");
        }
    }
    Ok(())
}
