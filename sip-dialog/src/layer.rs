//! All the calls of one node, as one machine.

use crate::auth::Credentials;
use crate::session::{Body, Cause, Connect, Session, SessionEvent, SessionId};
use crate::transmit::Transmit;
use crate::{Config, Error};
use bytes::Bytes;
use offhook_core::{Deadlines, Entropy, Flow, Machine, Output};
use offhook_sip_parser::header::{Require, To};
use offhook_sip_parser::{Draft, Message, Method, Name, Status};
use offhook_sip_transaction::{Event as TransactionEvent, ServerId};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

/// What a [`Layer`] is told; its verbs are methods.
#[derive(Debug)]
pub enum Input {
    /// What the transaction layer says, but for the keys that are not ours.
    Transaction(TransactionEvent),
    /// The time that was asked for has come.
    Timeout,
}

/// What a [`Layer`] tells.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// Somebody calls. Answer with [`Layer::accept`] or [`Layer::reject`].
    Incoming {
        /// The new call.
        session: SessionId,
        /// The INVITE; its body is the offer, or empty.
        request: Message,
        /// Where it came from.
        flow: Flow,
    },
    /// Our call moves: 180, 183 and the like.
    Progress {
        /// The call.
        session: SessionId,
        /// The provisional response; its body may be an early answer.
        response: Message,
    },
    /// Our call is answered, and that is acknowledged.
    Answered {
        /// The call.
        session: SessionId,
        /// The 2xx; its body is the answer.
        response: Message,
    },
    /// Our answer has reached them.
    Acknowledged {
        /// The call.
        session: SessionId,
        /// The ACK; its body is the answer to an offer in our 2xx.
        request: Message,
    },
    /// They want to change the call: a re-INVITE. Answer with [`Layer::answer_offer`]. They may give it up before that;
    /// the answer is then refused with [`Error::WrongState`], and the call is as it was.
    Offer {
        /// The call.
        session: SessionId,
        /// The re-INVITE; its body is the offer, or empty.
        request: Message,
    },
    /// The call is over. Nothing more comes of it.
    Ended {
        /// The call.
        session: SessionId,
        /// Why.
        cause: Cause,
    },
    /// A request that is no business of calls: OPTIONS, MESSAGE, or a method unknown here. Answer it with
    /// [`Layer::respond`], 405 if nothing better.
    Request {
        /// Its transaction.
        id: ServerId,
        /// The call that it came in, if any.
        session: Option<SessionId>,
        /// The request.
        request: Message,
        /// Where it came from.
        flow: Flow,
    },
}

/// What was refused or dropped without a word to the layer above. Each only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counters {
    /// Requests for a dialog that is not there, answered 481.
    pub no_dialog: u64,
    /// ACKs that belong to no call, dropped.
    pub stray_acks: u64,
    /// INVITEs answered 503 because [`Config::max_sessions`] was reached.
    pub overloaded: u64,
    /// Requests answered 420 because they require what is not known here.
    pub bad_extension: u64,
    /// Requests of a call that count backwards, answered 500.
    pub out_of_order: u64,
    /// 2xx dropped because too many others answered the same INVITE of ours.
    pub forks_dropped: u64,
    /// INVITEs answered 400 because they make no dialog.
    pub malformed: u64,
}

/// The dialog layer: owns every call and finds the one that a message belongs to.
pub struct Layer {
    config: Arc<Config>,
    entropy: Box<dyn Entropy>,
    now: Option<Instant>,
    sessions: HashMap<SessionId, Session>,
    /// Calls that are over, but whose INVITE may still be answered by other forks (RFC 3261 §13.2.2.4).
    late: HashMap<SessionId, Session>,
    /// Our tag is ours alone, so it finds the dialog; Call-ID and their tag are checked then.
    by_tag: HashMap<Box<str>, SessionId>,
    by_invite: HashMap<ServerId, SessionId>,
    deadlines: Deadlines<SessionId>,
    queue: VecDeque<Output<Event, Transmit>>,
    counters: Counters,
    last: u64,
}

impl Layer {
    /// An empty layer.
    pub fn new(config: Config, entropy: Box<dyn Entropy>) -> Self {
        Layer {
            config: Arc::new(config),
            entropy,
            now: None,
            sessions: HashMap::new(),
            late: HashMap::new(),
            by_tag: HashMap::new(),
            by_invite: HashMap::new(),
            deadlines: Deadlines::default(),
            queue: VecDeque::new(),
            counters: Counters::default(),
            last: 0,
        }
    }

    /// What was refused or dropped so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// How many calls there are. One that has ended is none, though for 64·T1 from its first 2xx the layer still hangs up
    /// on other forks that answer it, and has a timeout for that.
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether there is no call.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// The calls there are, oldest first.
    pub fn sessions(&self) -> Vec<SessionId> {
        let mut ids: Vec<_> = self.sessions.keys().copied().collect();
        ids.sort();
        ids
    }

    fn tick(&mut self, now: Instant) -> Instant {
        let now = self.now.map_or(now, |latest| latest.max(now));
        self.now = Some(now);
        now
    }

    /// Calls somebody.
    pub fn connect(&mut self, now: Instant, connect: Connect) -> Result<SessionId, Error> {
        if self.sessions.len() >= self.config.max_sessions {
            return Err(Error::Full);
        }
        self.tick(now);
        let id = self.next_id();
        let session = Session::connect(id, self.config.clone(), connect, self.entropy.fork());
        self.insert(id, session);
        Ok(id)
    }

    /// Tells the caller how it goes: 180, or 183 with a body. `contact` is our Contact value.
    pub fn progress(
        &mut self,
        now: Instant,
        id: SessionId,
        status: Status,
        contact: &str,
        body: Option<(&str, Bytes)>,
    ) -> Result<(), Error> {
        self.with(now, id, |s, _| s.progress(status, contact, own(body)))
    }

    /// Answers the call. `contact` is our Contact value, `body` the answer (or the offer, if the INVITE had none);
    /// `credentials` answer the challenges to later requests of ours.
    pub fn accept(
        &mut self,
        now: Instant,
        id: SessionId,
        contact: &str,
        body: Option<(&str, Bytes)>,
        credentials: Option<Credentials>,
    ) -> Result<(), Error> {
        self.with(now, id, |s, now| s.accept(now, contact, own(body), credentials))
    }

    /// Refuses the call with a final status of 300 or more.
    pub fn reject(&mut self, now: Instant, id: SessionId, status: Status) -> Result<(), Error> {
        self.with(now, id, |s, _| s.reject(status))
    }

    /// Answers an [`Event::Offer`] with a body, or refuses it; the call goes on either way.
    pub fn answer_offer(
        &mut self,
        now: Instant,
        id: SessionId,
        answer: Result<Option<(&str, Bytes)>, Status>,
    ) -> Result<(), Error> {
        self.with(now, id, |s, now| s.answer_modify(now, answer.map(own)))
    }

    /// Hangs up: CANCEL, BYE, or a refusal with 603, whichever the state asks for. [`Event::Ended`] follows.
    pub fn hang_up(&mut self, now: Instant, id: SessionId) -> Result<(), Error> {
        self.with(now, id, |s, _| s.hang_up(Status::DECLINE))
    }

    /// Answers an [`Event::Request`].
    pub fn respond(&mut self, id: ServerId, request: &Message, status: Status, edit: impl FnOnce(&mut Draft)) {
        let tag = self.entropy.token();
        let mut response = Draft::response(request.view(), status, Some(tag.as_str()));
        if let Some(product) = &self.config.product {
            response.append(Name::SERVER, product);
        }
        edit(&mut response);
        self.queue.push_back(Output::Transmit(Transmit::Response { id, response }));
    }

    fn with(
        &mut self,
        now: Instant,
        id: SessionId,
        verb: impl FnOnce(&mut Session, Instant) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let latest = self.now.map_or(now, |latest| latest.max(now));
        verb(self.sessions.get_mut(&id).ok_or(Error::NoSession)?, latest)?;
        self.tick(now);
        self.drain(id);
        Ok(())
    }

    fn next_id(&mut self) -> SessionId {
        self.last += 1;
        SessionId(self.last)
    }

    fn insert(&mut self, id: SessionId, session: Session) {
        self.by_tag.insert(session.local_tag.clone(), id);
        self.sessions.insert(id, session);
        self.drain(id);
    }

    /// Moves what a session has to say into our queue, and forgets it when it is over.
    fn drain(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id).or_else(|| self.late.get_mut(&id)) else { return };
        let next = loop {
            match session.poll_output() {
                Output::Transmit(t) => self.queue.push_back(Output::Transmit(t)),
                Output::Event(e) => self.queue.push_back(Output::Event(named(id, e))),
                Output::Timeout(at) => break at,
            }
        };
        self.deadlines.set(id, next);
        self.counters.forks_dropped += std::mem::take(&mut session.forks_dropped);
        let pending = session.pending();
        if pending != session.indexed {
            if let Some(old) = std::mem::replace(&mut session.indexed, pending) {
                self.by_invite.remove(&old);
            }
            if let Some(new) = pending {
                self.by_invite.insert(new, id);
            }
        }
        if !session.is_ended() {
            return;
        }
        if let Some(session) = self.sessions.remove(&id) {
            self.by_tag.remove(&session.local_tag);
            self.late.insert(id, session);
        }
        if next.is_none() {
            self.late.remove(&id);
        }
    }

    fn receive(&mut self, now: Instant, event: TransactionEvent) {
        match event {
            TransactionEvent::Request { id, request, flow } => self.receive_request(id, request, flow),
            TransactionEvent::Cancel { id, invite, request, .. } => self.receive_cancel(id, invite, &request),
            TransactionEvent::Ack { request, .. } => match self.find(&request) {
                Some(session) => self.on(session, |s| s.acknowledged(&request)),
                None => self.counters.stray_acks += 1,
            },
            TransactionEvent::Response { key, response } => {
                self.on(SessionId::of_key(key), |s| s.receive_response(now, key, &response));
            }
            TransactionEvent::Failed { key, failure } => self.on(SessionId::of_key(key), |s| s.fail(key, failure)),
            // Our refusal was not acknowledged: nothing hangs on that.
            TransactionEvent::NoAck { .. } => {}
            _ => {}
        }
    }

    fn on(&mut self, id: SessionId, verb: impl FnOnce(&mut Session)) {
        if let Some(session) = self.sessions.get_mut(&id).or_else(|| self.late.get_mut(&id)) {
            verb(session);
            self.drain(id);
        }
    }

    /// The call whose dialog a request belongs to.
    fn find(&self, request: &Message) -> Option<SessionId> {
        let to = request.typed::<To<'_>>().ok()??;
        let id = *self.by_tag.get(to.tag()?)?;
        self.sessions.get(&id).is_some_and(|s| s.owns(request)).then_some(id)
    }

    fn receive_request(&mut self, id: ServerId, request: Message, flow: Flow) {
        let Some(method) = request.method() else { return };
        if self.requires_unknown(id, &request) {
            return;
        }
        let in_dialog = request.typed::<To<'_>>().is_ok_and(|to| to.is_some_and(|to| to.tag().is_some()));
        let session = self.find(&request);
        if session.is_some_and(|session| !self.counts(session, id, &request)) {
            return;
        }
        match (method, session) {
            (_, None) if in_dialog => {
                self.counters.no_dialog += 1;
                self.respond(id, &request, Status::CALL_OR_TRANSACTION_DOES_NOT_EXIST, |_| {});
            }
            (Method::Bye, Some(session)) => self.on(session, |s| s.receive_bye(id, &request)),
            (Method::Bye, None) => {
                self.counters.no_dialog += 1;
                self.respond(id, &request, Status::CALL_OR_TRANSACTION_DOES_NOT_EXIST, |_| {});
            }
            (Method::Invite, Some(session)) => self.on(session, |s| s.receive_reinvite(id, &request)),
            (Method::Invite, None) => self.receive_invite(id, request, flow),
            (_, session) => self.queue.push_back(Output::Event(Event::Request { id, session, request, flow })),
        }
    }

    fn counts(&mut self, session: SessionId, id: ServerId, request: &Message) -> bool {
        let mut in_order = true;
        self.on(session, |s| in_order = s.count(id, request));
        self.counters.out_of_order += u64::from(!in_order);
        in_order
    }

    /// RFC 3261 §8.2.2.3. No extension that can be required is known here yet.
    fn requires_unknown(&mut self, id: ServerId, request: &Message) -> bool {
        let unknown: Vec<String> =
            request.typed_all::<Require<'_>>().flatten().map(|option| option.0.to_owned()).collect();
        if unknown.is_empty() {
            return false;
        }
        self.counters.bad_extension += 1;
        self.respond(id, request, Status::BAD_EXTENSION, |draft| {
            for option in &unknown {
                draft.append(Name::UNSUPPORTED, option);
            }
        });
        true
    }

    fn receive_invite(&mut self, id: ServerId, request: Message, flow: Flow) {
        if self.sessions.len() >= self.config.max_sessions {
            self.counters.overloaded += 1;
            self.respond(id, &request, Status::SERVICE_UNAVAILABLE, |draft| {
                draft.append(Name::RETRY_AFTER, 5);
            });
            return;
        }
        let session = self.next_id();
        match Session::incoming(session, self.config.clone(), id, request.clone(), self.entropy.fork()) {
            Ok(state) => {
                self.queue.push_back(Output::Event(Event::Incoming { session, request, flow }));
                self.insert(session, state);
            }
            Err(error) => {
                self.counters.malformed += 1;
                self.respond(id, &request, Status::BAD_REQUEST, |draft| {
                    draft.reason(&error.to_string());
                });
            }
        }
    }

    fn receive_cancel(&mut self, id: ServerId, invite: Option<ServerId>, request: &Message) {
        let session = invite.and_then(|invite| self.by_invite.get(&invite).copied());
        let Some(session) = session.filter(|s| self.sessions.contains_key(s)) else {
            let status = if invite.is_some() { Status::OK } else { Status::CALL_OR_TRANSACTION_DOES_NOT_EXIST };
            self.counters.no_dialog += u64::from(invite.is_none());
            self.respond(id, request, status, |_| {});
            return;
        };
        self.on(session, |s| s.receive_cancel(id, request));
    }
}

fn own(body: Option<(&str, Bytes)>) -> Option<Body> {
    body.map(|(content_type, bytes)| Body { content_type: content_type.into(), bytes })
}

fn named(session: SessionId, event: SessionEvent) -> Event {
    match event {
        SessionEvent::Progress(response) => Event::Progress { session, response },
        SessionEvent::Answered(response) => Event::Answered { session, response },
        SessionEvent::Acknowledged(request) => Event::Acknowledged { session, request },
        SessionEvent::Offer(request) => Event::Offer { session, request },
        SessionEvent::Ended(cause) => Event::Ended { session, cause },
    }
}

impl Machine for Layer {
    type Input<'a> = Input;
    type Event = Event;
    type Transmit = Transmit;
    type Error = Error;

    fn handle_input(&mut self, now: Instant, input: Input) -> Result<(), Error> {
        let now = self.tick(now);
        match input {
            Input::Transaction(event) => self.receive(now, event),
            Input::Timeout => {
                while let Some(id) = self.deadlines.take_due(now) {
                    self.on(id, |s| s.timeout(now));
                }
            }
        }
        Ok(())
    }

    fn poll_output(&mut self) -> Output<Event, Transmit> {
        self.queue.pop_front().unwrap_or_else(|| Output::Timeout(self.deadlines.next()))
    }
}
