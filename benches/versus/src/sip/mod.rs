//! The field `parse`: SIP messages, split and typed.
//!
//! One file per parser, which does in [`Parser::split`] and [`Parser::typed`] what its documentation gives as the way, and
//! where there are several, the fastest. A parser takes `Bytes` where it wants to keep them (a clone counts
//! references and copies nothing), as a server would hand it a datagram.
//!
//! The Request-URI is typed by those who do so in passing; `typed` does not ask for it.

mod ezk;
mod httparse;
mod offhook;
mod rsip;
mod rsiprtp;
mod rsipstack;
mod rvoip;
mod sipx;

use crate::race::Contestant;
use bytes::Bytes;
use std::error::Error;
use std::fs;
use std::path::Path;

const INVITE: &[u8] = include_bytes!("../../messages/invite.sip");
const OPTIONS: &[u8] = include_bytes!("../../messages/options.sip");
const OK200: &[u8] = include_bytes!("../../messages/ok200.sip");

/// One of those who read SIP.
trait Parser: Default + 'static {
    /// The package.
    const WHO: &'static str;
    /// Whether it can stop after splitting.
    const SPLITS: bool = true;
    /// Whether it has typed headers.
    const TYPES: bool = true;

    /// What it reads instead of `message`.
    fn prepare(message: &Bytes) -> Bytes {
        message.clone()
    }

    /// The message framed, its start line and all header names and values found.
    fn split(&mut self, message: &Bytes) -> Option<Split>;

    /// The same, and every Via, From, To, CSeq, Call-ID and Contact typed.
    fn typed(&mut self, message: &Bytes) -> Option<Typed>;
}

/// What a parser found: all must agree, or they did not do the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Split {
    headers: usize,
    body: usize,
}

/// The same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Typed {
    via: usize,
    contact: usize,
    /// How many of From, To and Call-ID.
    single: usize,
    cseq: u32,
}

/// Every parser with every message, grouped by message and depth.
pub(crate) fn contestants(folder: Option<&Path>) -> Result<Vec<Contestant>, Box<dyn Error>> {
    let mut field = Vec::new();
    for (name, message) in messages(folder)? {
        let mut typed = Vec::new();
        let expected = expected(&message).ok_or(format!("offhook does not read the message {name}"))?;
        let mut groups = Groups { name: &name, message: &message, expected, split: &mut field, typed: &mut typed };
        groups.add::<offhook::Offhook>();
        groups.add::<httparse::Httparse>();
        groups.add::<rsipstack::Rsipstack>();
        groups.add::<sipx::Sipx>();
        groups.add::<rsiprtp::Rsiprtp>();
        groups.add::<rsip::Rsip>();
        groups.add::<ezk::Ezk>();
        groups.add::<rvoip::Rvoip>();
        field.append(&mut typed);
    }
    Ok(field)
}

fn messages(folder: Option<&Path>) -> Result<Vec<(String, Bytes)>, Box<dyn Error>> {
    let Some(folder) = folder else {
        let ours = [("invite", INVITE), ("options", OPTIONS), ("ok200", OK200)];
        return Ok(ours.map(|(name, bytes)| (name.to_owned(), Bytes::from_static(bytes))).into());
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "sip") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            found.push((name, Bytes::from(fs::read(&path)?)));
        }
    }
    found.sort();
    if found.is_empty() { Err(format!("no *.sip in {}", folder.display()).into()) } else { Ok(found) }
}

/// Counted without any parser but ours, so that a rival that loses a header is seen.
fn expected(message: &Bytes) -> Option<(Split, Typed)> {
    let mut ours = offhook::Offhook::default();
    Some((ours.split(message)?, ours.typed(message)?))
}

struct Groups<'a> {
    name: &'a str,
    message: &'a Bytes,
    expected: (Split, Typed),
    split: &'a mut Vec<Contestant>,
    typed: &'a mut Vec<Contestant>,
}

impl Groups<'_> {
    /// Adds what it can do; tells on standard error what it gets wrong and leaves that out.
    fn add<P: Parser>(&mut self) {
        let message = P::prepare(self.message);
        let (name, bytes) = (self.name, message.len());
        if P::SPLITS {
            let (mut parser, message) = (P::default(), message.clone());
            if agrees(P::WHO, name, parser.split(&message), self.expected.0) {
                let work = move || parser.split(&message);
                self.split.push(Contestant::new(name, P::WHO, "split", bytes, work));
            }
        }
        if P::TYPES {
            let mut parser = P::default();
            if agrees(P::WHO, name, parser.typed(&message), self.expected.1) {
                let work = move || parser.typed(&message);
                self.typed.push(Contestant::new(name, P::WHO, "typed", bytes, work));
            }
        }
    }
}

fn agrees<T: PartialEq + std::fmt::Debug>(who: &str, message: &str, found: Option<T>, expected: T) -> bool {
    let is_right = found.as_ref() == Some(&expected);
    if !is_right {
        eprintln!("{who} is left out for {message}: found {found:?}, expected {expected:?}");
    }
    is_right
}
