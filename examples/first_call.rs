//! A whole call on this machine, and proof that it worked: an answering bot and a caller, a spoken greeting, dialled digits,
//! recordings of both ends, the SIP ladder and a quality line.
//!
//!     cargo run --release --example first_call
#![allow(clippy::disallowed_methods, reason = "a program on tokio may sleep and spawn")]

use clap::Parser;
use offhook::media::score;
use offhook::media::wav::{Clip, Limits};
use offhook::{Call, CallReport, Error, UserAgent};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Makes a call from a program to itself over loopback and checks that each side heard what the other said. No argument is
/// needed, no network, no other program.
#[derive(Parser)]
struct Args {
    /// Where to put the recordings
    #[arg(long, default_value_os_t = std::env::temp_dir().join("offhook-first-call"))]
    out: PathBuf,
    /// Print one JSON line at the end
    #[arg(long)]
    json: bool,
}

const GREETING: &[u8] = include_bytes!("assets/greeting.wav");
const DIGITS: &str = "1234#";
/// Speech through G.711 on loopback scores above 0.95; other speech and silence stay below 0.4.
const ALIKE: f64 = 0.85;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("first_call: FAILED: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<(), String> {
    std::fs::create_dir_all(&args.out).map_err(|e| format!("{}: {e}", args.out.display()))?;
    let greeting = Clip::read(GREETING, Limits::default()).map_err(|e| e.to_string())?;
    let [bot_heard, caller_heard] = ["bot-heard.wav", "caller-heard.wav"].map(|name| args.out.join(name));

    let bot = agent(false).await.map_err(|e| e.to_string())?;
    let caller = agent(true).await.map_err(|e| e.to_string())?;
    let to = format!("sip:bot@{}", bot.listening()[0].address);
    eprintln!("calling {to}\n");
    let (answered, called) =
        tokio::join!(answer(&bot, &greeting, &bot_heard), call(&caller, &to, &greeting, &caller_heard));
    let (bot_report, gathered) = answered.map_err(|e| format!("the bot: {e}"))?;
    let caller_report = called.map_err(|e| format!("the caller: {e}"))?;
    tokio::join!(bot.shut_down(), caller.shut_down());

    eprintln!();
    let mut faults = Vec::new();
    if gathered != DIGITS.trim_end_matches('#') {
        faults.push(format!("the digits arrived as {gathered:?}"));
    }
    eprintln!("digits   pressed {DIGITS}, gathered {gathered}");
    let mut alike = [0.0; 2];
    let sides = [("caller", &caller_heard, &caller_report), ("bot", &bot_heard, &bot_report)];
    for (alike, (who, path, report)) in alike.iter_mut().zip(sides) {
        *alike = likeness(&greeting, path)?;
        let quality = report.media.as_ref().map(|m| m.rtp.to_string()).unwrap_or_default();
        eprintln!("{who:8} heard the greeting, likeness {alike:.3}; {quality}; {}", path.display());
        if *alike < ALIKE {
            faults.push(format!("the {who}'s recording does not contain the greeting (likeness {alike:.3} < {ALIKE})"));
        }
    }
    if args.json {
        let mos = |r: &CallReport| r.media.as_ref().and_then(|m| m.rtp.mos);
        println!(
            "{}",
            serde_json::json!({ "ok": faults.is_empty(), "digits": gathered, "likeness": alike,
                "mos": [mos(&caller_report), mos(&bot_report)], "seconds": caller_report.duration.as_secs_f64() })
        );
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
}

/// The caller shows the ladder: every SIP message that it sends or gets.
async fn agent(show: bool) -> Result<UserAgent, Error> {
    let builder = UserAgent::builder().listen("udp:127.0.0.1:0")?;
    if show { builder.tap(|crossing| eprintln!("{crossing}")).build().await } else { builder.build().await }
}

async fn answer(bot: &UserAgent, greeting: &Clip, heard: &Path) -> Result<(CallReport, String), Error> {
    let call = bot.incoming().await.ok_or(Error::ShuttingDown)?;
    let mut call = call.answer().await?;
    call.answered().await?;
    call.record(heard).await?;
    call.play(greeting.clone()).await?;
    let gathered = call.gather().max(10).until('#').timeout(Duration::from_secs(8)).await?;
    Ok((call.ended().await, gathered.digits))
}

async fn call(caller: &UserAgent, to: &str, greeting: &Clip, heard: &Path) -> Result<CallReport, Error> {
    let mut call: Call = caller.call(to).await?;
    call.record(heard).await?;
    // Both speak at once, as telephones do.
    call.play(greeting.clone()).await?;
    call.send_dtmf(DIGITS).await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    Ok(call.hang_up().await)
}

fn likeness(greeting: &Clip, path: &Path) -> Result<f64, String> {
    let read = |clip: &Clip| clip.resampled(8000).map_err(|e| e.to_string());
    let heard = Clip::from_path(path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(score::similarity(read(greeting)?.samples(), read(&heard)?.samples(), 8000).correlation)
}
