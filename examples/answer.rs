//! Answers calls: echoes, plays a file or gathers digits, and prints one line per finished call.
//!
//!     cargo run --release --example answer -- --listen udp:127.0.0.1:5070 --mode echo --json
#![allow(clippy::disallowed_methods, reason = "a program on tokio may sleep and spawn")]

#[path = "common/mod.rs"]
mod common;
#[path = "common/tls.rs"]
mod tls;

use clap::{Parser, ValueEnum};
use offhook::media::wav::Clip;
use offhook::sip_parser::Status;
use offhook::{Account, Call, CallReport, Error, IncomingCall, UserAgent};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Answers SIP calls until Ctrl-C is pressed or --max-calls are done.
#[derive(Parser)]
#[command(after_help = "Example: answer --listen udp:127.0.0.1:5070 --mode gather --play prompt.wav --record-dir /tmp")]
struct Args {
    /// Where to listen: udp:, tcp: or tls:ADDRESS:PORT; may be given more than once. TLS needs --tls-cert
    #[arg(long, default_value = "udp:0.0.0.0:5060")]
    listen: Vec<String>,
    /// What to do with a call
    #[arg(long, value_enum, default_value = "echo")]
    mode: Mode,
    /// A WAV file: what to play, or the prompt before digits are gathered
    #[arg(long)]
    play: Option<PathBuf>,
    /// Where to write what each caller says, as call-N.wav
    #[arg(long)]
    record_dir: Option<PathBuf>,
    #[command(flatten)]
    tls: tls::TlsArgs,
    /// Our user name, for the registrar
    #[arg(long, requires = "registrar")]
    user: Option<String>,
    /// Our password
    #[arg(long, requires = "user")]
    password: Option<String>,
    /// Register there: sip:host[:port], with ;transport=tcp if need be and listened on, or sips:host
    #[arg(long, requires = "user")]
    registrar: Option<String>,
    /// Codecs in the order of preference
    #[arg(long, default_value = "pcmu,pcma", value_parser = common::codecs)]
    codec: std::vec::Vec<offhook::sdp::Codec>,
    /// Answer calls to these users only; others get 404
    #[arg(long)]
    number: Vec<String>,
    /// Say busy (486) when so many calls are up
    #[arg(long)]
    busy_above: Option<usize>,
    /// Stop when so many calls are done
    #[arg(long)]
    max_calls: Option<usize>,
    /// Print one JSON line per finished call
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// Send back what is heard, until the caller hangs up
    Echo,
    /// Play --play, then hang up
    Play,
    /// Play --play, gather digits up to #, then hang up
    Gather,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("answer: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), String> {
    let clip = match &args.play {
        Some(path) => Some(Clip::from_path(path).map_err(|e| format!("{}: {e}", path.display()))?),
        None if args.mode == Mode::Play => return Err("--mode play needs --play FILE.wav".into()),
        None => None,
    };
    let mut builder = UserAgent::builder().codecs(args.codec.clone());
    for place in &args.listen {
        builder = builder.listen(place).map_err(|e| format!("--listen {place}: {e}"))?;
    }
    if let (Some(user), Some(registrar)) = (&args.user, &args.registrar) {
        let account = Account::new(&common::at_host(user, registrar))
            .and_then(|a| a.password(args.password.as_deref().unwrap_or_default()).registrar(registrar));
        builder = builder.account(account.map_err(|e| e.to_string())?);
    }
    let secure = |uri: &str| uri.starts_with("sips:") || uri.ends_with(";transport=tls");
    let wanted = args.listen.iter().any(|l| l.starts_with("tls:")) || args.registrar.as_deref().is_some_and(secure);
    builder = args.tls.apply(builder, wanted)?;
    let ua = builder.build().await.map_err(|e| e.to_string())?;
    for place in ua.listening() {
        eprintln!("listening at {place}");
    }
    common::wait_registered(&ua).await?;
    if let Some(dir) = &args.record_dir {
        std::fs::create_dir_all(dir).map_err(|e| format!("--record-dir {}: {e}", dir.display()))?;
    }
    let args = Arc::new(args);
    let (mut calls, mut came, mut done) = (JoinSet::new(), 0, 0);
    let mut failed = 0;
    while args.max_calls.is_none_or(|max| done < max) {
        tokio::select! {
            call = ua.incoming() => {
                let Some(call) = call else { break };
                if let Some(status) = refusal(&args, &call, calls.len()) {
                    eprintln!("call from {} to {}: {status}", call.from(), call.to());
                    call.reject(status).await;
                    continue;
                }
                came += 1;
                eprintln!("call {came} from {} to {}", call.from(), call.to());
                calls.spawn(serve(args.clone(), came, call, clip.clone()));
            }
            Some(report) = calls.join_next(), if !calls.is_empty() => {
                done += 1;
                let fault = match report {
                    Ok(Ok(report)) => {
                        let words = || format!("{}: {}", report.from, common::in_words(&report));
                        println!("{}", if args.json { common::json_line(&report).to_string() } else { words() });
                        common::recording_failed(&report).map(|e| format!("the recording is not complete: {e}"))
                    }
                    Ok(Err(error)) => Some(error.to_string()),
                    Err(error) => Some(error.to_string()),
                };
                if let Some(fault) = fault {
                    failed += 1;
                    eprintln!("a call failed: {fault}");
                }
            }
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    ua.shut_down().await;
    if failed == 0 { Ok(()) } else { Err(format!("{failed} of {done} calls failed")) }
}

fn refusal(args: &Args, call: &IncomingCall, busy: usize) -> Option<Status> {
    let uri = call.request().uri().ok()?;
    let user = uri.user().unwrap_or_default();
    let known = args.number.is_empty() || args.number.iter().any(|n| n == user);
    match () {
        () if !known => Some(Status::NOT_FOUND),
        () if args.busy_above.is_some_and(|most| busy >= most) => Some(Status::BUSY_HERE),
        () => None,
    }
}

async fn serve(args: Arc<Args>, number: usize, call: IncomingCall, clip: Option<Clip>) -> Result<CallReport, Error> {
    let mut call = call.answer().await?;
    match talk(&args, number, &mut call, clip).await {
        Ok(()) if args.mode != Mode::Echo => Ok(call.hang_up().await),
        // The caller has hung up, or will.
        Ok(()) | Err(Error::Ended(_)) => Ok(call.ended().await),
        Err(error) => Err(error),
    }
}

async fn talk(args: &Args, number: usize, call: &mut Call, clip: Option<Clip>) -> Result<(), Error> {
    call.answered().await?;
    if let Some(dir) = &args.record_dir {
        call.record(dir.join(format!("call-{number}.wav"))).await?;
    }
    match args.mode {
        Mode::Echo => call.set_echo(true).await?,
        Mode::Play | Mode::Gather => {
            if let Some(clip) = clip {
                let play = call.play(clip);
                if args.mode == Mode::Gather {
                    play.until_digit().await?
                } else {
                    play.await?
                };
            }
        }
    }
    if args.mode == Mode::Gather {
        let gathered = call.gather().until('#').await?;
        eprintln!("call {number}: gathered {:?} ({:?})", gathered.digits, gathered.end);
    }
    Ok(())
}
