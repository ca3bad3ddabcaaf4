//! Answering challenges.

use super::digest::{Algorithm, Inputs, Qop};
use offhook_core::Entropy;
use offhook_sip_parser::header::{AuthParams, ProxyAuthenticate, WwwAuthenticate};
use offhook_sip_parser::{Draft, Message, Name, Status};
use std::fmt;
use std::fmt::Write as _;

/// A user name and its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Who.
    pub username: Box<str>,
    password: Box<str>,
}

impl Credentials {
    /// For whatever realm asks.
    pub fn new(username: &str, password: &str) -> Self {
        Credentials { username: username.into(), password: password.into() }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({}, ..)", self.username)
    }
}

/// Why a challenge is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// We were given no user name and password.
    #[error("no credentials")]
    NoCredentials,
    /// The answer was refused: the user name or the password is wrong.
    #[error("wrong user name or password")]
    WrongCredentials,
    /// No challenge is a digest with an algorithm and quality of protection known here.
    #[error("no challenge that we understand")]
    NotUnderstood,
}

/// One side of the conversation with the realms on a request's way. Keep it as long as requests go that way: their
/// nonces serve on.
#[derive(Debug, Clone, Default)]
pub struct Client {
    credentials: Option<Credentials>,
    /// Bounded: see [`MAX_REALMS`].
    realms: Vec<Realm>,
    /// Challenges of the request that is under way.
    rounds: u32,
    /// Whether a challenge came after the last [`authorize`](Client::authorize): the next one belongs to the same request.
    challenged: bool,
}

/// Realms that one request may be challenged by; a way through more is a loop.
const MAX_REALMS: usize = 4;
/// Challenges that one request may meet: each realm asks, and changes its nonce once. Beyond it somebody plays with us.
const MAX_ROUNDS: u32 = 2 * MAX_REALMS as u32;

#[derive(Debug, Clone)]
struct Realm {
    proxy: bool,
    name: Box<str>,
    nonce: Box<str>,
    opaque: Option<Box<str>>,
    algorithm: Algorithm,
    /// Whether the challenge named its algorithm: some old servers choke on one that they did not name.
    names_algorithm: bool,
    qop: Option<Protection>,
    /// Uses of the nonce.
    count: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protection {
    Auth,
    AuthInt,
}

impl Client {
    /// Without credentials every challenge is refused.
    pub fn new(credentials: Option<Credentials>) -> Self {
        Client { credentials, ..Client::default() }
    }

    /// Takes the challenges of a 401 or 407. On `Ok` the request is to be sent again, with a higher CSeq and what
    /// [`authorize`](Client::authorize) adds. Of several challenges of one realm the one with the strongest algorithm is
    /// answered, whatever their order: the local policy that RFC 8760 §2.4 leaves room for. On `Err` nothing was taken.
    pub fn take_challenge(&mut self, response: &Message) -> Result<(), Refusal> {
        if self.credentials.is_none() {
            return Err(Refusal::NoCredentials);
        }
        let proxy = response.status() == Some(Status::PROXY_AUTHENTICATION_REQUIRED);
        let mut offers: Vec<(Realm, bool)> = Vec::new();
        let mut offer = |params: AuthParams<'_>| {
            if let Some((realm, stale)) = Realm::read(proxy, params) {
                match offers.iter().position(|(r, _)| r.name == realm.name) {
                    Some(i) if offers[i].0.algorithm < realm.algorithm => offers[i] = (realm, stale),
                    None if offers.len() < MAX_REALMS => offers.push((realm, stale)),
                    _ => {}
                }
            }
        };
        if proxy {
            response.typed_all::<ProxyAuthenticate<'_>>().flatten().for_each(|c| offer(c.0));
        } else {
            response.typed_all::<WwwAuthenticate<'_>>().flatten().for_each(|c| offer(c.0));
        }
        if offers.is_empty() {
            return Err(Refusal::NotUnderstood);
        }
        let mut realms = self.realms.clone();
        for (realm, stale) in offers {
            match realms.iter().position(|r| r.proxy == proxy && r.name == realm.name) {
                // The same realm again: our answer was wrong, unless its nonce had only grown old, or had served before
                // and the server has changed its mind about it
                Some(i) if stale || realms[i].count > 1 => realms[i] = realm,
                Some(_) => return Err(Refusal::WrongCredentials),
                None if realms.len() < MAX_REALMS => realms.push(realm),
                None => return Err(Refusal::NotUnderstood),
            }
        }
        if self.rounds >= MAX_ROUNDS {
            return Err(Refusal::WrongCredentials);
        }
        (self.realms, self.rounds, self.challenged) = (realms, self.rounds + 1, true);
        Ok(())
    }

    /// Adds an answer for every realm that has asked so far, replacing older ones. Called once for each request that
    /// leaves.
    pub fn authorize(&mut self, draft: &mut Draft, body: &[u8], entropy: &mut dyn Entropy) {
        let answers = self.answers(draft, body, entropy);
        write_answers(draft, &answers);
    }

    /// What [`authorize`](Client::authorize) adds.
    pub(crate) fn answers(&mut self, draft: &Draft, body: &[u8], entropy: &mut dyn Entropy) -> Vec<Answer> {
        if !std::mem::take(&mut self.challenged) {
            self.rounds = 0;
        }
        let (Some(credentials), Some(method), Some(uri)) = (&self.credentials, draft.method(), draft.uri()) else {
            return Vec::new();
        };
        let answer = |realm: &mut Realm| {
            let name = if realm.proxy { Name::PROXY_AUTHORIZATION } else { Name::AUTHORIZATION };
            (name, realm.answer(credentials, method.as_str(), uri.as_str(), body, entropy).into())
        };
        self.realms.iter_mut().map(answer).collect()
    }
}

/// An Authorization or Proxy-Authorization line.
pub(crate) type Answer = (Name, Box<str>);

/// Puts the answers in the place of older ones.
pub(crate) fn write_answers(draft: &mut Draft, answers: &[Answer]) {
    draft.remove(Name::AUTHORIZATION).remove(Name::PROXY_AUTHORIZATION);
    for (name, value) in answers {
        draft.append(*name, value);
    }
}

impl Realm {
    fn read(proxy: bool, c: AuthParams<'_>) -> Option<(Realm, bool)> {
        if !c.is_digest() {
            return None;
        }
        let token = c.get("algorithm");
        let algorithm = token.as_deref().map_or(Some(Algorithm::MD5), Algorithm::parse)?;
        let qop = match c.get("qop") {
            // The secret of a `-sess` form has our nonce in it, which only goes with a qop (RFC 7616 §3.4.2)
            None if algorithm.is_session() => return None,
            None => None,
            Some(list) => {
                let has = |want: &str| list.split(',').any(|q| q.trim().eq_ignore_ascii_case(want));
                Some(if has("auth") {
                    Protection::Auth
                } else if has("auth-int") {
                    Protection::AuthInt
                } else {
                    return None;
                })
            }
        };
        let realm = Realm {
            proxy,
            name: c.get("realm")?.into(),
            nonce: c.get("nonce")?.into(),
            opaque: c.get("opaque").map(Into::into),
            algorithm,
            names_algorithm: token.is_some(),
            qop,
            count: 0,
        };
        let stale = c.get("stale").is_some_and(|s| s.eq_ignore_ascii_case("true"));
        Some((realm, stale))
    }

    fn answer(&mut self, who: &Credentials, method: &str, uri: &str, body: &[u8], entropy: &mut dyn Entropy) -> String {
        self.count += 1;
        let cnonce = entropy.token();
        let qop = self.qop.map(|qop| {
            let qop = if qop == Protection::Auth { Qop::Auth } else { Qop::AuthInt(body) };
            (qop, cnonce.as_str(), self.count)
        });
        let inputs = Inputs {
            algorithm: self.algorithm,
            username: &who.username,
            realm: &self.name,
            nonce: &self.nonce,
            method,
            uri,
            qop,
        };
        let response = inputs.response(&inputs.ha1(&who.password));
        let mut out = format!(
            "Digest username=\"{}\", realm=\"{}\", nonce=\"{}\", uri=\"{uri}\", response=\"{response}\"",
            quoted(&who.username),
            quoted(&self.name),
            quoted(&self.nonce),
        );
        if self.names_algorithm {
            let _ = write!(out, ", algorithm={}", self.algorithm.as_str());
        }
        if let Some((qop, cnonce, count)) = qop {
            let name = if matches!(qop, Qop::Auth) { "auth" } else { "auth-int" };
            let _ = write!(out, ", qop={name}, cnonce=\"{cnonce}\", nc={count:08x}");
        }
        if let Some(opaque) = &self.opaque {
            let _ = write!(out, ", opaque=\"{}\"", quoted(opaque));
        }
        out
    }
}

/// The inside of a quoted string.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
