//! A registrar that does as it is told.

use bytes::Bytes;
use offhook::core::{Entropy, Flow, Machine, Output};
use offhook::sip_dialog::auth::digest::{Algorithm, Inputs, Qop};
use offhook::sip_parser::header::{Authorization, CSeq, Contact, Expires};
use offhook::sip_parser::{Draft, Message, Method, Name, Status};
use offhook::sip_transaction::{Config, Event, Input, Layer};
use offhook_sim::{Host, SeededEntropy};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::{Duration, Instant};

pub(crate) const PASSWORD: &str = "correct horse";
const REALM: &str = "sim.invalid";

/// How it behaves.
#[derive(Clone)]
pub(crate) struct Rules {
    /// What it challenges with, in this order; nobody is challenged if empty.
    pub(crate) algorithms: Vec<Algorithm>,
    /// A nonce older than this is stale.
    pub(crate) nonce_life: Duration,
    /// Shorter registrations are refused with 423.
    pub(crate) min_expires: u32,
    /// Longer ones are cut to this.
    pub(crate) max_expires: u32,
    /// Answers everything with this.
    pub(crate) refuse: Option<(Status, Option<u32>)>,
    /// Answers nothing.
    pub(crate) silent: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            algorithms: vec![Algorithm::MD5],
            nonce_life: Duration::from_secs(3600),
            min_expires: 60,
            max_expires: 3600,
            refuse: None,
            silent: false,
        }
    }
}

/// One REGISTER and what became of it. Retransmissions are not seen twice, but by a registrar that is silent.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) at: Instant,
    pub(crate) call_id: String,
    pub(crate) cseq: u32,
    pub(crate) expires: u32,
    /// What the request was authorized with.
    pub(crate) algorithm: Option<String>,
    /// None of a silent registrar.
    pub(crate) status: Option<Status>,
}

enum Verdict {
    Good,
    Wanted { stale: bool },
}

pub(crate) struct Registrar {
    pub(crate) rules: Rules,
    layer: Layer,
    entropy: SeededEntropy,
    /// When each was made, and the highest count it was used with.
    nonces: BTreeMap<String, (Instant, u32)>,
    pub(crate) seen: Vec<Seen>,
    /// Contacts by user.
    pub(crate) bindings: BTreeMap<String, String>,
}

impl Registrar {
    pub(crate) fn new(rules: Rules, mut entropy: SeededEntropy) -> Self {
        let layer = Layer::new(Config::default(), entropy.fork());
        Registrar { rules, layer, entropy, nonces: BTreeMap::new(), seen: Vec::new(), bindings: BTreeMap::new() }
    }

    pub(crate) fn statuses(&self) -> Vec<u16> {
        self.seen.iter().filter_map(|s| s.status).map(Status::code).collect()
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.layer.is_empty()
    }

    fn answer(&mut self, now: Instant, request: &Message) -> Draft {
        let mut answer = |status| Draft::response(request.view(), status, Some(self.entropy.token().as_str()));
        if request.method() != Some(Method::Register) {
            return answer(Status::METHOD_NOT_ALLOWED);
        }
        let refuse = self.rules.refuse;
        let mut draft = match refuse {
            Some((status, retry_after)) => {
                let mut draft = answer(status);
                retry_after.map(|secs| draft.append(Name::RETRY_AFTER, secs));
                draft
            }
            None => match self.verdict(now, request) {
                Verdict::Good => self.register(request),
                Verdict::Wanted { stale } => self.challenge(now, request, stale),
            },
        };
        draft.append(Name::SERVER, "sim");
        self.see(now, request, draft.status());
        draft
    }

    fn see(&mut self, at: Instant, request: &Message, status: Option<Status>) {
        let auth = request.typed::<Authorization<'_>>().expect("readable");
        self.seen.push(Seen {
            at,
            call_id: String::from_utf8_lossy(request.header(Name::CALL_ID).expect("there")).into(),
            cseq: request.required::<CSeq>().expect("readable").number,
            expires: expires(request),
            algorithm: auth.and_then(|a| a.get("algorithm").map(|a| a.into_owned())),
            status,
        });
    }

    fn verdict(&mut self, now: Instant, request: &Message) -> Verdict {
        if self.rules.algorithms.is_empty() {
            return Verdict::Good;
        }
        let Some(auth) = request.typed::<Authorization<'_>>().expect("readable") else {
            return Verdict::Wanted { stale: false };
        };
        let get = |name: &str| auth.get(name).map(|v| v.into_owned()).unwrap_or_default();
        let (username, nonce, uri, cnonce) = (get("username"), get("nonce"), get("uri"), get("cnonce"));
        let count = u32::from_str_radix(&get("nc"), 16).expect("a count");
        let inputs = Inputs {
            algorithm: Algorithm::parse(&get("algorithm")).expect("an algorithm"),
            username: &username,
            realm: REALM,
            nonce: &nonce,
            method: "REGISTER",
            uri: &uri,
            qop: Some((Qop::Auth, &cnonce, count)),
        };
        let right = get("qop") == "auth"
            && get("realm") == REALM
            && get("opaque") == "kept"
            && self.rules.algorithms.contains(&inputs.algorithm)
            && inputs.is_right(&inputs.ha1(PASSWORD), &get("response"));
        match self.nonces.get_mut(&nonce) {
            Some((made, used)) if right && *made + self.rules.nonce_life >= now && *used < count => {
                *used = count;
                Verdict::Good
            }
            _ => Verdict::Wanted { stale: right },
        }
    }

    fn challenge(&mut self, now: Instant, request: &Message, stale: bool) -> Draft {
        let mut draft = Draft::response(request.view(), Status::UNAUTHORIZED, Some(self.entropy.token().as_str()));
        let nonce = self.entropy.token().to_string();
        for algorithm in &self.rules.algorithms {
            let algorithm = algorithm.as_str();
            let stale = if stale { ", stale=true" } else { "" };
            let value = format!(
                "Digest realm=\"{REALM}\", nonce=\"{nonce}\", opaque=\"kept\", qop=\"auth\", algorithm={algorithm}{stale}"
            );
            draft.append(Name::WWW_AUTHENTICATE, value);
        }
        self.nonces.insert(nonce, (now, 0));
        draft
    }

    fn register(&mut self, request: &Message) -> Draft {
        let mut answer = |status| Draft::response(request.view(), status, Some(self.entropy.token().as_str()));
        let wanted = expires(request);
        if wanted > 0 && wanted < self.rules.min_expires {
            let mut draft = answer(Status::INTERVAL_TOO_BRIEF);
            draft.append(Name::MIN_EXPIRES, self.rules.min_expires);
            return draft;
        }
        let mut draft = answer(Status::OK);
        let contact = request.required::<Contact<'_>>().expect("a Contact");
        let uri = contact.address().expect("no star").uri.to_string();
        let user = String::from_utf8_lossy(request.header(Name::TO).expect("there")).into_owned();
        let granted = wanted.min(self.rules.max_expires);
        if granted == 0 {
            self.bindings.remove(&user);
        } else {
            draft.append(Name::CONTACT, format_args!("<{uri}>;expires={granted}"));
            self.bindings.insert(user, uri);
        }
        draft
    }
}

fn expires(request: &Message) -> u32 {
    let contact = request.typed::<Contact<'_>>().expect("readable");
    let header = request.typed::<Expires>().expect("readable").map(|e| e.0);
    contact.and_then(|c| c.expires()).or(header).unwrap_or(3600)
}

impl Host for Registrar {
    fn receive(&mut self, now: Instant, flow: Flow, contents: Bytes) {
        if self.rules.silent {
            let request = Message::parse(contents).expect("a message");
            return self.see(now, &request, None);
        }
        self.layer.handle_input(now, Input::Received { flow, contents }).expect("received");
    }

    fn timeout(&mut self, now: Instant) {
        self.layer.handle_input(now, Input::Timeout).expect("timeout");
    }

    fn poll(&mut self, now: Instant) -> Output<Infallible> {
        loop {
            match self.layer.poll_output() {
                Output::Transmit(transmit) => return Output::Transmit(transmit),
                Output::Timeout(at) => return Output::Timeout(at),
                Output::Event(Event::Request { id, request, .. }) => {
                    let response = self.answer(now, &request);
                    self.layer.handle_input(now, Input::Respond { id, response }).expect("it can be answered");
                }
                Output::Event(_) => {}
            }
        }
    }
}
