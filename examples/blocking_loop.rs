//! The user agent's machines on `std::net` and a loop: no runtime, no thread. Without arguments two telephones in one loop
//! call each other over loopback; with `--listen` it answers with an echo, with `--to` it calls and plays a tone.
//!
//!     cargo run --release --example blocking_loop
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this program is a driver: it owns clock and sockets"
)]

use clap::Parser;
use offhook::call::{Media, MediaAddress, MediaEvent, MediaInput, MediaTerms};
use offhook::core::{Entropy, Flow, Machine, Output, Protocol, WallClock};
use offhook::media::tone::Tone;
use offhook::ua::{CallId, Ended, Event, Input, Outgoing, Ua};
use offhook::{Config, Error};
use std::net::{SocketAddr, UdpSocket};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

/// One call on std::net and a loop.
#[derive(Parser)]
struct Args {
    /// Answer one call here with an echo: ADDRESS:PORT; not 0.0.0.0, as peers are told this address
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Call this URI and play a tone
    #[arg(long)]
    to: Option<String>,
    /// Our own address when calling, one that leads to the callee; the port may be 0
    #[arg(long, default_value = "127.0.0.1:0")]
    local: SocketAddr,
    /// Seconds of talk before the caller hangs up
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// Print one JSON line for each end of the call
    #[arg(long)]
    json: bool,
}

/// The operating system's randomness.
struct Os;

impl Entropy for Os {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system has randomness");
    }
    fn fork(&mut self) -> Box<dyn Entropy> {
        Box::new(Os)
    }
}

/// A telephone: the signalling machine with its socket and, during a call, the media machine with its own.
struct Phone {
    name: &'static str,
    ua: Ua,
    sip: UdpSocket,
    rtp: UdpSocket,
    media: Option<Media>,
    call: Option<CallId>,
    hang_up_at: Option<Instant>,
    talk: Duration,
    ended: Option<Ended>,
}

impl Phone {
    fn new(name: &'static str, at: SocketAddr, talk: Duration) -> std::io::Result<Self> {
        let (sip, rtp) = (UdpSocket::bind(at)?, UdpSocket::bind(SocketAddr::new(at.ip(), 0))?);
        sip.set_nonblocking(true)?;
        rtp.set_nonblocking(true)?;
        let ua = Ua::new(Config::default(), vec![(Protocol::Udp, sip.local_addr()?)], Box::new(Os));
        Ok(Phone { name, ua, sip, rtp, media: None, call: None, hang_up_at: None, talk, ended: None })
    }

    fn address(&self) -> MediaAddress {
        // No RTCP, to keep the loop short.
        MediaAddress { rtp: self.rtp.local_addr().expect("it is bound"), rtcp: None }
    }

    fn dial(&mut self, to: &str) -> Result<(), Error> {
        let to = to.parse().map_err(Error::BadUri)?;
        self.call = Some(self.ua.call(Instant::now(), Outgoing::new(to), self.address())?);
        Ok(())
    }

    /// Takes what the sockets have, lets time pass, sends what is due. When to come back.
    fn turn(&mut self) -> std::io::Result<Option<Instant>> {
        let mut buffer = [0; 65_535];
        while let Ok((n, remote)) = self.sip.recv_from(&mut buffer) {
            let (flow, contents) = (Flow::udp(self.sip.local_addr()?, remote), buffer[..n].to_vec().into());
            let Ok(()) = self.ua.handle_input(Instant::now(), Input::Received { flow, contents });
        }
        while let Ok((n, remote)) = self.rtp.recv_from(&mut buffer) {
            let (flow, contents) = (Flow::udp(self.rtp.local_addr()?, remote), buffer[..n].to_vec().into());
            if let Some(media) = &mut self.media {
                let Ok(()) = media.handle_input(Instant::now(), MediaInput::Received { flow, contents });
            }
        }
        if self.hang_up_at.is_some_and(|at| at <= Instant::now()) {
            self.hang_up_at = None;
            let _ = self.call.map(|call| self.ua.hang_up(Instant::now(), call));
        }
        let Ok(()) = self.ua.handle_input(Instant::now(), Input::Timeout);
        let mut next = self.hang_up_at;
        loop {
            match self.ua.poll_output() {
                Output::Transmit(t) => drop(self.sip.send_to(&t.contents, t.flow.remote)?),
                Output::Event(event) => self.event(event),
                Output::Timeout(at) => break next = next.into_iter().chain(at).min(),
            }
        }
        let Some(media) = &mut self.media else { return Ok(next) };
        let Ok(()) = media.handle_input(Instant::now(), MediaInput::Timeout);
        loop {
            match media.poll_output() {
                Output::Transmit(t) => drop(self.rtp.send_to(&t.contents, t.flow.remote)?),
                Output::Event(MediaEvent::Heard) => eprintln!("{}: hears the other side", self.name),
                Output::Event(_) => {}
                Output::Timeout(at) => return Ok(next.into_iter().chain(at).min()),
            }
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Incoming { call, .. } => {
                eprintln!("{}: a call comes in", self.name);
                self.call = Some(call);
                let _ = self.ua.answer(Instant::now(), call, self.address());
            }
            Event::Progress { status, .. } => eprintln!("{}: {status}", self.name),
            Event::Media { terms, .. } => self.media = self.begin(*terms).ok(),
            Event::Established { .. } => eprintln!("{}: established", self.name),
            Event::Ended { cause, .. } => {
                let quality = self.media.as_ref().map(|m| m.stats().rtp.to_string()).unwrap_or_default();
                eprintln!("{}: {cause}; {quality}", self.name);
                self.ended = Some(cause);
            }
            Event::Dns(query) => {
                let Ok(()) = self.ua.handle_input(Instant::now(), Ua::no_dns(&query));
            }
            Event::Way(query) => {
                let local = self.sip.local_addr().expect("it is bound");
                let Ok(()) = self.ua.handle_input(Instant::now(), Ua::way_to(&query, local));
            }
            _ => {}
        }
    }

    fn json_line(&self) -> serde_json::Value {
        let stats = self.media.as_ref().map(|m| m.stats().rtp);
        serde_json::json!({
            "side": self.name,
            "codec": self.media.as_ref().map(|m| m.terms().codec.codec.name.to_string()),
            "packets_in": stats.as_ref().map_or(0, |s| s.packets_received),
            "packets_out": stats.as_ref().map_or(0, |s| s.packets_sent),
            "lost": stats.as_ref().map_or(0, |s| s.lost),
            "mos": stats.as_ref().and_then(|s| s.mos),
            "cause": self.ended.map(Ended::word),
        })
    }

    /// The caller plays a tone, the callee sends back what it hears.
    fn begin(&mut self, terms: MediaTerms) -> Result<Media, Error> {
        let (now, caller) = (Instant::now(), self.name == "caller");
        let unix = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let mut media = Media::new(now, terms, Box::new(Os), WallClock::new(now, unix))?;
        media.set_echo(!caller);
        if caller {
            self.hang_up_at = Some(now + self.talk);
            media.play(Tone::sine(440.0).source(8000, Some(self.talk)))?;
        }
        Ok(media)
    }
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("blocking_loop: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<bool, Box<dyn std::error::Error>> {
    let talk = Duration::from_secs(args.seconds);
    if args.local.ip().is_unspecified() || args.listen.is_some_and(|at| at.ip().is_unspecified()) {
        return Err("an address of this machine is needed: peers are told it".into());
    }
    let mut phones = Vec::new();
    if args.listen.is_some() || args.to.is_none() {
        phones.push(Phone::new("callee", args.listen.unwrap_or(args.local), talk)?);
    }
    if args.to.is_some() || args.listen.is_none() {
        let mut caller = Phone::new("caller", args.local, talk)?;
        let to = match (&args.to, phones.first()) {
            (None, Some(callee)) => format!("sip:callee@{}", callee.sip.local_addr()?),
            (to, _) => to.clone().unwrap_or_default(),
        };
        caller.dial(&to)?;
        phones.push(caller);
    }
    while phones.iter().any(|p| p.ended.is_none()) {
        let mut next = Instant::now() + Duration::from_millis(5);
        for phone in &mut phones {
            next = phone.turn()?.map_or(next, |at| at.min(next));
        }
        // A real loop waits in poll(2) or the like for its sockets; a nap of at most 5 ms does for one call.
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    for phone in phones.iter().filter(|_| args.json) {
        println!("{}", phone.json_line());
    }
    Ok(phones.iter().all(|p| p.ended.is_some_and(Ended::is_normal)))
}
