//! REGISTER and its refresh (RFC 3261 §10.2), one machine per account.
//!
//! ```text
//!            start                       2xx                     due
//!  Idle ──────────────> Registering ───────────> Registered ─────────> Registering
//!                         │   ^  401, 407, 423                             │
//!                         └───┘ (again with what was missing)              │
//!                 failure │   ^ after a pause that doubles                 │ failure
//!                         V   │                                            V
//!                        Waiting <─────────────────────────────────────────┘
//!  any ── stop ──> Unregistering (Expires: 0) ── any answer ──> Idle        (at once to Idle if nothing can be bound)
//! ```

use crate::account::Account;
use offhook_core::{Entropy, Flow, Output, Protocol};
use offhook_sip_dialog::auth::{Client as AuthClient, Refusal};
use offhook_sip_parser::header::{Contact, Expires, MinExpires, RetryAfter};
use offhook_sip_parser::{Draft, Message, Method, Name, Status, Uri, UriView};
use offhook_sip_transaction::{ClientKey, Failure};
use std::collections::VecDeque;
use std::mem;
use std::time::{Duration, Instant};

/// First pause after a failure; it doubles up to [`LONGEST_PAUSE`], each time varied by up to a half.
const FIRST_PAUSE: Duration = Duration::from_secs(4);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// The least time between two REGISTERs for the sake of a connection that is gone.
const RECOVERY: Duration = Duration::from_secs(60);
/// Refreshes are never closer than this, however little a registrar grants.
const SHORTEST: Duration = Duration::from_secs(1);

/// How an account stands with its registrar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistrationEvent {
    /// Calls reach us for so long; it is refreshed in time.
    Registered {
        /// What the registrar granted.
        expires: Duration,
    },
    /// It did not work, and is tried again.
    Failed {
        /// Why.
        reason: RegistrationFailure,
        /// When it is tried again.
        retry_in: Duration,
    },
    /// Calls reach us no more, as we asked.
    Unregistered,
}

/// Why a registration failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistrationFailure {
    /// The registrar refused.
    #[error("refused: {0}")]
    Refused(Status),
    /// Its challenge could not be answered.
    #[error("not authorized: {0}")]
    Unauthorized(Refusal),
    /// It was not reached.
    #[error("{0}")]
    NotReached(Failure),
}

#[derive(Debug)]
enum State {
    Idle,
    Registering { key: ClientKey, tries: u8 },
    Registered { refresh: Instant },
    Waiting { until: Instant },
    Unregistering { key: ClientKey, tries: u8 },
}

/// A REGISTER for the transaction layer.
pub(crate) struct Transmit {
    pub(crate) key: ClientKey,
    pub(crate) request: Draft,
    pub(crate) next_hop: Uri,
}

pub(crate) struct Registration {
    registrar: Uri,
    next_hop: Uri,
    from: Box<str>,
    tag: Box<str>,
    call_id: Box<str>,
    contact: Option<Uri>,
    expires: Duration,
    cseq: u32,
    keys: u64,
    auth: AuthClient,
    entropy: Box<dyn Entropy>,
    product: Option<Box<str>>,
    pause: Duration,
    /// Until when the registrar keeps the binding that it granted last, whatever became of the refresh.
    bound_until: Option<Instant>,
    /// When it was granted, and over which connection calls come if they can come over no other.
    bound_at: Option<Instant>,
    flow: Option<Flow>,
    stopped: bool,
    state: State,
    queue: VecDeque<Output<RegistrationEvent, Transmit>>,
}

/// Answers to one REGISTER with another: challenge, stale nonce, 423. More is a loop.
const MAX_TRIES: u8 = 4;

impl Registration {
    /// `keys` is the first of the transaction keys that are this registration's own.
    pub(crate) fn new(
        account: &Account,
        registrar: &Uri,
        keys: u64,
        product: Option<Box<str>>,
        mut entropy: Box<dyn Entropy>,
    ) -> Self {
        Registration {
            registrar: registrar.clone(),
            next_hop: account.proxy.as_ref().unwrap_or(registrar).clone(),
            from: account.from_value().into(),
            tag: entropy.token().as_str().into(),
            call_id: entropy.token().as_str().into(),
            contact: None,
            expires: account.expires,
            cseq: 0,
            keys,
            auth: AuthClient::new(account.credentials()),
            entropy,
            product,
            pause: FIRST_PAUSE,
            bound_until: None,
            bound_at: None,
            flow: None,
            stopped: false,
            state: State::Idle,
            queue: VecDeque::new(),
        }
    }

    /// Where the REGISTER goes first: the contact's address depends on it.
    pub(crate) fn next_hop(&self) -> &Uri {
        &self.next_hop
    }

    pub(crate) fn has_contact(&self) -> bool {
        self.contact.is_some()
    }

    /// The way is known, and so is our contact. Nothing happens if it was stopped meanwhile.
    pub(crate) fn start(&mut self, contact: Uri) {
        if self.contact.is_none() && !self.stopped {
            self.contact = Some(contact);
            self.state = self.register(0);
        }
    }

    /// The REGISTER takes this connection, and so will calls.
    pub(crate) fn keep(&mut self, flow: Flow) {
        self.flow = flow.protocol.is_reliable().then_some(flow);
    }

    /// A connection is gone. If it is the one that calls would come over, it is made anew by another REGISTER (as RFC 5626
    /// §4.5 does), but not more than once a minute: some registrars close it after each answer.
    pub(crate) fn flow_closed(&mut self, now: Instant, flow: Flow) {
        if let (State::Registered { refresh }, true) = (&mut self.state, self.flow == Some(flow)) {
            let vary = FIRST_PAUSE.mul_f64(f64::from(self.entropy.u32() >> 8) / f64::from(1u32 << 24));
            let again = self.bound_at.map_or(now, |at| now.max(at + RECOVERY)) + vary;
            *refresh = again.min(*refresh);
        }
    }

    /// The way to the registrar is not found.
    pub(crate) fn not_reached(&mut self, now: Instant) {
        if self.stopped {
            return;
        }
        self.state = self.wait(now, RegistrationFailure::NotReached(Failure::Transport), None);
    }

    /// Takes the binding back, if there is one or may be one.
    pub(crate) fn stop(&mut self, now: Instant) {
        self.stopped = true;
        let is_bound = self.bound_until.is_some_and(|until| now < until);
        self.state = match mem::replace(&mut self.state, State::Idle) {
            State::Waiting { .. } if is_bound => self.unregister(0),
            State::Registering { .. } | State::Registered { .. } if self.contact.is_some() => self.unregister(0),
            State::Idle | State::Waiting { .. } | State::Registering { .. } | State::Registered { .. } => {
                self.queue.push_back(Output::Event(RegistrationEvent::Unregistered));
                State::Idle
            }
            state => state,
        };
    }

    fn register(&mut self, tries: u8) -> State {
        let key = self.send(self.expires);
        State::Registering { key, tries }
    }

    fn unregister(&mut self, tries: u8) -> State {
        let key = self.send(Duration::ZERO);
        State::Unregistering { key, tries }
    }

    fn send(&mut self, expires: Duration) -> ClientKey {
        self.cseq += 1;
        let from = format!("{};tag={}", self.from, self.tag);
        let mut request =
            Draft::request(Method::Register, self.registrar.clone(), from, &self.from, &self.call_id, self.cseq);
        if let Some(contact) = &self.contact {
            request.append(Name::CONTACT, format_args!("<{contact}>"));
        }
        request.append(Name::EXPIRES, expires.as_secs());
        if let Some(product) = &self.product {
            request.append(Name::USER_AGENT, product);
        }
        self.auth.authorize(&mut request, b"", &mut *self.entropy);
        let key = ClientKey(self.keys + u64::from(self.cseq));
        self.queue.push_back(Output::Transmit(Transmit { key, request, next_hop: self.next_hop.clone() }));
        key
    }

    fn wait(&mut self, now: Instant, reason: RegistrationFailure, asked: Option<Duration>) -> State {
        // Half to full pause: a thousand phones behind one power cut shall not come back in one second
        let vary = self.pause.mul_f64(0.5 + f64::from(self.entropy.u32() >> 8) / f64::from(1u32 << 25));
        // `Retry-After: 0` at every answer would be a flood
        let retry_in = asked.map_or(vary, |asked| asked.clamp(FIRST_PAUSE, LONGEST_PAUSE));
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        self.queue.push_back(Output::Event(RegistrationEvent::Failed { reason, retry_in }));
        State::Waiting { until: now + retry_in }
    }

    pub(crate) fn receive(&mut self, now: Instant, key: ClientKey, response: &Message) {
        let Some(status) = response.status().filter(|s| s.is_final()) else { return };
        self.state = match mem::replace(&mut self.state, State::Idle) {
            State::Registering { key: ours, tries } if ours == key => self.registering(now, tries, status, response),
            State::Unregistering { key: ours, tries } if ours == key => {
                let challenged = matches!(status, Status::UNAUTHORIZED | Status::PROXY_AUTHENTICATION_REQUIRED);
                if challenged && tries < MAX_TRIES && self.auth.take_challenge(response).is_ok() {
                    self.unregister(tries + 1)
                } else {
                    self.queue.push_back(Output::Event(RegistrationEvent::Unregistered));
                    State::Idle
                }
            }
            state => state,
        };
    }

    fn registering(&mut self, now: Instant, tries: u8, status: Status, response: &Message) -> State {
        if status.is_success() {
            let expires = self.granted(response);
            self.pause = FIRST_PAUSE;
            self.bound_at = Some(now);
            self.bound_until = Some(now + expires);
            self.queue.push_back(Output::Event(RegistrationEvent::Registered { expires }));
            // Early enough for a whole transaction that fails (32 s) and a second one, if there is so much time
            let refresh = (expires.mul_f64(0.5)).max(expires.saturating_sub(Duration::from_secs(70)));
            return State::Registered { refresh: now + refresh.max(SHORTEST) };
        }
        match status {
            Status::UNAUTHORIZED | Status::PROXY_AUTHENTICATION_REQUIRED if tries < MAX_TRIES => {
                match self.auth.take_challenge(response) {
                    Ok(()) => self.register(tries + 1),
                    Err(refusal) => self.wait(now, RegistrationFailure::Unauthorized(refusal), Some(LONGEST_PAUSE)),
                }
            }
            // §10.2.8
            Status::INTERVAL_TOO_BRIEF if tries < MAX_TRIES => match response.typed::<MinExpires>() {
                Ok(Some(MinExpires(least))) if Duration::from_secs(least.into()) > self.expires => {
                    self.expires = Duration::from_secs(least.into());
                    self.register(tries + 1)
                }
                _ => self.wait(now, RegistrationFailure::Refused(status), None),
            },
            _ => {
                let asked = response.typed::<RetryAfter>().ok().flatten().map(|r| Duration::from_secs(r.0.into()));
                self.wait(now, RegistrationFailure::Refused(status), asked)
            }
        }
    }

    /// §10.2.4: what the Contact that is ours says, else the Expires header, else what we asked for.
    fn granted(&self, response: &Message) -> Duration {
        let ours = response.typed_all::<Contact<'_>>().flatten().find_map(|c| {
            let uri: UriView<'_> = c.address()?.uri;
            self.contact.as_ref().filter(|own| same_binding(own, &uri)).and(c.expires())
        });
        let header = || response.typed::<Expires>().ok().flatten().map(|e| e.0);
        let expires = ours.or_else(header).map_or(self.expires, |s| Duration::from_secs(s.into()));
        expires.max(Duration::from_secs(1))
    }

    pub(crate) fn fail(&mut self, now: Instant, key: ClientKey, failure: Failure) {
        self.state = match mem::replace(&mut self.state, State::Idle) {
            State::Registering { key: ours, .. } if ours == key => {
                self.wait(now, RegistrationFailure::NotReached(failure), None)
            }
            State::Unregistering { key: ours, .. } if ours == key => {
                self.queue.push_back(Output::Event(RegistrationEvent::Unregistered));
                State::Idle
            }
            state => state,
        };
    }

    pub(crate) fn timeout(&mut self, now: Instant) {
        self.state = match mem::replace(&mut self.state, State::Idle) {
            State::Registered { refresh } if refresh <= now => self.register(0),
            State::Waiting { until } if until <= now => self.register(0),
            state => state,
        };
    }

    pub(crate) fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle)
    }

    pub(crate) fn poll_output(&mut self) -> Output<RegistrationEvent, Transmit> {
        self.queue.pop_front().unwrap_or(Output::Timeout(match self.state {
            State::Registered { refresh: at } | State::Waiting { until: at } => Some(at),
            _ => None,
        }))
    }
}

/// Registrars write a binding back in their own spelling, and some leave the usual port out: user, host and port make it.
fn same_binding(ours: &Uri, theirs: &UriView<'_>) -> bool {
    let port = |port: Option<u16>| port.unwrap_or(Protocol::Udp.default_port());
    ours.user() == theirs.user() && ours.host() == theirs.host() && port(ours.port()) == port(theirs.port())
}
