//! Calls: offer and answer (RFC 3264) around the dialog layer's sessions.

use super::registrations::contact;
use super::streams::Keeps;
use super::ways::{Errand, Owner};
use super::{CallId, Ended, Event, Ua};
use crate::account::AccountId;
use crate::call::{MediaAddress, MediaTerms, check_codecs};
use crate::error::Error;
use bytes::{Bytes, BytesMut};
use offhook_core::{Flow, Output};
use offhook_sdp::{Agreed, Codec, Exchange, LocalSession, LocalStream, Negotiator, SessionDescription};
use offhook_sip_dialog::{Connect, SessionId};
use offhook_sip_parser::header::{ContentType, From, TypedHeader};
use offhook_sip_parser::{Message, Scheme, Status, Uri};
use std::net::SocketAddr;
use std::time::Instant;

/// The media type of session descriptions.
pub(super) const SDP: &str = "application/sdp";

/// The payload type that we ask telephone events to have.
const TELEPHONE_EVENT: u8 = 101;

/// Who calls without an account (RFC 3261 §8.1.1.3, §20.20).
const ANONYMOUS: &str = "sip:anonymous@anonymous.invalid";

/// What a call of ours is made of.
#[derive(Debug, Clone)]
pub struct Outgoing {
    pub(crate) to: Uri,
    pub(crate) account: Option<AccountId>,
    pub(crate) from: Option<Box<str>>,
    pub(crate) codecs: Option<Vec<Codec>>,
    pub(crate) headers: Vec<(Box<str>, Box<str>)>,
}

impl Outgoing {
    /// To whom: `sip:bob@example.com`.
    pub fn new(to: Uri) -> Self {
        Outgoing { to, account: None, from: None, codecs: None, headers: Vec::new() }
    }

    /// As whom. Without an account the call is anonymous.
    pub fn account(mut self, account: AccountId) -> Self {
        self.account = Some(account);
        self
    }

    /// The From value in place of the account's: `"Desk" <sip:desk@example.com>`.
    pub fn from(mut self, from: &str) -> Self {
        self.from = Some(from.into());
        self
    }

    /// Codecs in place of the configured ones, in the order of preference.
    pub fn codecs(mut self, codecs: Vec<Codec>) -> Self {
        self.codecs = Some(codecs);
        self
    }

    /// A header more in the INVITE. A name that is no token is left out.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

pub(super) struct Call {
    session: Option<SessionId>,
    account: Option<AccountId>,
    flow: Option<Flow>,
    keeps: Keeps,
    /// Our Contact.
    contact: Option<Uri>,
    negotiator: Negotiator,
    codecs: Vec<Codec>,
    media: Option<MediaAddress>,
    state: State,
    /// Why it ends, if the dialog layer will not know.
    ended: Option<Ended>,
}

impl Call {
    pub(super) fn flow(&self) -> Option<Flow> {
        self.flow
    }

    pub(super) fn keeps(&self) -> Keeps {
        self.keeps
    }

    /// A request of the call went to another server than it would have. A connection that the far end made is kept.
    pub(super) fn go_over(&mut self, flow: Flow) {
        if matches!(self.keeps, Keeps::Nothing | Keeps::Address) {
            self.flow = Some(flow);
            self.keeps = Keeps::of_call(&flow);
        }
    }

    /// The connection of `flow` is gone.
    pub(super) fn lose(&mut self, flow: Flow) {
        if self.flow == Some(flow) {
            self.keeps = Keeps::Nothing;
        }
    }
}

enum State {
    /// The way to the callee is looked for.
    Looking(Box<Outgoing>),
    /// Our INVITE is out. `early`: an answer that came with a provisional response.
    Calling {
        early: Option<Bytes>,
    },
    /// They call; `None`: without an offer.
    Ringing {
        offer: Option<Box<SessionDescription>>,
    },
    Talking {
        established: bool,
    },
}

impl Ua {
    fn new_call(&mut self, state: State) -> Call {
        let mut codecs = self.config.codecs.clone();
        codecs.push(Codec::telephone_event(TELEPHONE_EVENT, 8000));
        Call {
            session: None,
            account: None,
            flow: None,
            keeps: Keeps::Nothing,
            contact: None,
            // 62 bits: some peers read the session id into a signed number
            negotiator: Negotiator::new(self.entropy.u64() >> 2),
            codecs,
            media: None,
            state,
            ended: None,
        }
    }

    fn next_call(&mut self) -> CallId {
        self.last_call += 1;
        CallId(self.last_call)
    }

    /// Calls somebody, with media at our address `media`. [`Event::Progress`], [`Event::Media`] and [`Event::Established`]
    /// or [`Event::Ended`] follow.
    pub fn call(&mut self, now: Instant, outgoing: Outgoing, media: MediaAddress) -> Result<CallId, Error> {
        let now = self.tick(now);
        if self.shutting_down {
            return Err(Error::ShuttingDown);
        }
        if self.calls.len() >= self.config.max_calls {
            return Err(Error::TooManyCalls);
        }
        check_codecs(outgoing.codecs.as_deref().unwrap_or_default())?;
        let account = outgoing.account.map(|id| self.accounts.get(&id).ok_or(Error::NoAccount)).transpose()?;
        let next_hop = account.and_then(|(a, _)| a.proxy.as_ref()).unwrap_or(&outgoing.to).clone();
        if !self.ways.carries(&next_hop) {
            return Err(Error::Transport);
        }
        let mut call = self.new_call(State::Looking(Box::new(outgoing.clone())));
        call.account = outgoing.account;
        call.media = Some(media);
        if let Some(mut codecs) = outgoing.codecs {
            codecs.push(Codec::telephone_event(TELEPHONE_EVENT, 8000));
            call.codecs = codecs;
        }
        let id = self.next_call();
        self.calls.insert(id, call);
        self.ring_limits.set(id, Some(now + self.config.ring_limit));
        self.find_way(now, &next_hop, Errand::Call(id));
        self.settle(now);
        Ok(id)
    }

    /// The URI that a call of ours comes from.
    pub fn caller(&self, outgoing: &Outgoing) -> String {
        let from = outgoing.from.as_deref().and_then(|from| From::parse(from.as_bytes()).ok());
        let account = outgoing.account.and_then(|id| self.accounts.get(&id));
        match (from, account) {
            (Some(from), _) => from.uri.to_string(),
            (None, Some((account, _))) => account.aor.to_string(),
            (None, None) => ANONYMOUS.to_owned(),
        }
    }

    pub(super) fn callee_found(&mut self, now: Instant, id: CallId, flow: Option<Flow>) {
        let Some(flow) = flow else { return self.end(id, Ended::NoWay) };
        let Some(call) = self.calls.get_mut(&id) else { return };
        let (State::Looking(outgoing), Some(media)) = (&call.state, call.media) else { return };
        let account = call.account.and_then(|a| self.accounts.get(&a)).map(|(account, _)| account);
        let user = account.map_or("", |a| a.user());
        let is_secure = [Some(&outgoing.to), account.and_then(|a| a.proxy.as_ref())]
            .into_iter()
            .flatten()
            .any(|uri| uri.scheme() == Scheme::Sips);
        let contact = contact(user, &flow, is_secure);
        let from = match (&outgoing.from, account) {
            (Some(from), _) => from.to_string(),
            (None, Some(account)) => account.from_value(),
            (None, None) => format!("\"Anonymous\" <{ANONYMOUS}>"),
        };
        let media = media.on(&flow);
        let local = local_media(&media, &call.codecs, self.config.ptime);
        let offer = bytes(&call.negotiator.create_offer(&local));
        let mut connect = Connect::new(&from, outgoing.to.clone(), &format!("<{contact}>"))
            .body(SDP, offer)
            .credentials(account.and_then(|a| a.credentials()))
            .route(account.and_then(|a| a.proxy.clone()));
        for (name, value) in &outgoing.headers {
            connect = connect.header(name, value);
        }
        call.media = Some(media);
        call.flow = Some(flow);
        call.keeps = Keeps::of_call(&flow);
        call.contact = Some(contact);
        call.state = State::Calling { early: None };
        match self.dialogs.connect(now, connect) {
            Ok(session) => {
                call.session = Some(session);
                self.by_session.insert(session, id);
            }
            Err(_) => self.end(id, Ended::NoWay),
        }
    }

    /// Tells a caller how it goes: 180 as a rule.
    pub fn ring(&mut self, now: Instant, id: CallId, status: Status) -> Result<(), Error> {
        let now = self.tick(now);
        let (session, contact) = self.ringing(id)?;
        self.dialogs.progress(now, session, status, &contact, None).map_err(|_| Error::WrongState)?;
        self.settle(now);
        Ok(())
    }

    fn ringing(&self, id: CallId) -> Result<(SessionId, String), Error> {
        let call = self.calls.get(&id).ok_or(Error::CallOver)?;
        match (&call.state, call.session, &call.contact) {
            (State::Ringing { .. }, Some(session), Some(contact)) => Ok((session, format!("<{contact}>"))),
            _ => Err(Error::WrongState),
        }
    }

    /// Answers a call, with media at our address `media`.
    pub fn answer(&mut self, now: Instant, id: CallId, media: MediaAddress) -> Result<(), Error> {
        let now = self.tick(now);
        let (session, contact) = self.ringing(id)?;
        let Some(call) = self.calls.get_mut(&id) else { return Err(Error::CallOver) };
        let (State::Ringing { offer }, Some(flow)) = (&call.state, call.flow) else { return Err(Error::WrongState) };
        let media = media.on(&flow);
        let local = local_media(&media, &call.codecs, self.config.ptime);
        let (body, agreed) = match offer {
            Some(offer) => {
                let (body, agreed) = negotiate(&mut call.negotiator, offer, &local).ok_or(Error::WrongState)?;
                (body, Some(agreed))
            }
            None => (bytes(&call.negotiator.create_offer(&local)), None),
        };
        let credentials = call.account.and_then(|a| self.accounts.get(&a)).and_then(|(a, _)| a.credentials());
        self.dialogs.accept(now, session, &contact, Some((SDP, body)), credentials).map_err(|_| Error::WrongState)?;
        call.media = Some(media);
        call.state = State::Talking { established: false };
        self.ring_limits.set(id, None);
        if let Some(agreed) = agreed {
            self.tell_media(id, &media, agreed);
        }
        self.settle(now);
        Ok(())
    }

    /// Refuses a call with a final status of 300 or more: 486, 603 ….
    pub fn reject(&mut self, now: Instant, id: CallId, status: Status) -> Result<(), Error> {
        let now = self.tick(now);
        let (session, _) = self.ringing(id)?;
        self.dialogs.reject(now, session, status).map_err(|_| Error::WrongState)?;
        self.settle(now);
        Ok(())
    }

    /// Ends a call, whatever its state: CANCEL, BYE, or a refusal with 603. [`Event::Ended`] follows.
    pub fn hang_up(&mut self, now: Instant, id: CallId) -> Result<(), Error> {
        let now = self.tick(now);
        let call = self.calls.get(&id).ok_or(Error::CallOver)?;
        match call.session {
            Some(session) => {
                // Hanging up twice is no fault.
                let _ = self.dialogs.hang_up(now, session);
            }
            None => {
                self.ways.give_up_call(id);
                self.end(id, Ended::Session(offhook_sip_dialog::Cause::GaveUp));
            }
        }
        self.settle(now);
        Ok(())
    }

    /// Nobody answered: we give up, or tell the caller to.
    pub(super) fn rang_too_long(&mut self, now: Instant, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.ended = Some(Ended::NoAnswer);
        // Refused only where it is ending already.
        let _ = match (&call.state, call.session) {
            (State::Ringing { .. }, Some(session)) => {
                self.dialogs.reject(now, session, Status::TEMPORARILY_UNAVAILABLE)
            }
            (_, Some(session)) => self.dialogs.hang_up(now, session),
            (_, None) => {
                self.ways.give_up_call(id);
                return self.end(id, Ended::NoAnswer);
            }
        };
    }

    pub(super) fn incoming(&mut self, now: Instant, session: SessionId, request: Message, flow: Flow) {
        let mut call = self.new_call(State::Ringing { offer: None });
        let user = request.uri().ok().and_then(|u| u.user().map(str::to_owned)).unwrap_or_default();
        let refusal = if self.shutting_down {
            Some(Status::SERVICE_UNAVAILABLE)
        } else {
            match self.read_offer(&request, &flow, &call) {
                Ok(offer) => {
                    call.state = State::Ringing { offer };
                    None
                }
                Err(status) => Some(status),
            }
        };
        if let Some(status) = refusal {
            // The session has just come to be, and waits for its answer.
            let _ = self.dialogs.reject(now, session, status);
            return;
        }
        call.session = Some(session);
        call.account = self.accounts.iter().find(|(_, (a, _))| a.user() == user).map(|(&id, _)| id);
        call.flow = Some(flow);
        let is_secure = request.uri().is_ok_and(|u| u.scheme() == Scheme::Sips);
        call.keeps = Keeps::of_invite(&flow, &request);
        call.contact = Some(contact(&user, &flow, is_secure));
        let id = self.next_call();
        self.calls.insert(id, call);
        self.ring_limits.set(id, Some(now + self.config.ring_limit));
        self.by_session.insert(session, id);
        if self.config.ring {
            let _ = self.ring_quietly(now, id);
        }
        self.queue.push_back(Output::Event(Event::Incoming { call: id, request, flow }));
    }

    fn ring_quietly(&mut self, now: Instant, id: CallId) -> Result<(), Error> {
        let (session, contact) = self.ringing(id)?;
        self.dialogs.progress(now, session, Status::RINGING, &contact, None).map_err(|_| Error::WrongState)
    }

    /// The offer of an INVITE, tried on our codecs, so that nobody is rung for a call that cannot be (488).
    fn read_offer(
        &self,
        request: &Message,
        flow: &Flow,
        call: &Call,
    ) -> Result<Option<Box<SessionDescription>>, Status> {
        let Some(body) = sdp_body(request)? else { return Ok(None) };
        let offer = SessionDescription::parse(&body).map_err(|_| Status::BAD_REQUEST)?;
        let trial = LocalSession::audio(SocketAddr::new(flow.local.ip(), 9), call.codecs.clone());
        match negotiate(&mut call.negotiator.clone(), &offer, &trial) {
            Some(_) => Ok(Some(Box::new(offer))),
            None => Err(Status::NOT_ACCEPTABLE_HERE),
        }
    }

    pub(super) fn progressed(&mut self, session: SessionId, response: Message) {
        let Some((id, call)) = self.by_session(session) else { return };
        let Some(status) = response.status() else { return };
        if let (State::Calling { early }, Ok(Some(body))) = (&mut call.state, sdp_body(&response)) {
            *early = Some(body);
        }
        self.queue.push_back(Output::Event(Event::Progress { call: id, status, response }));
    }

    pub(super) fn answered(&mut self, now: Instant, session: SessionId, response: &Message) {
        let Some((id, call)) = self.by_session(session) else { return };
        // Some answer in the 183 and say nothing in the 200.
        let early = match &mut call.state {
            State::Calling { early } => early.take(),
            _ => None,
        };
        let body = sdp_body(response).ok().flatten().or(early).unwrap_or_default();
        call.state = State::Talking { established: false };
        self.ring_limits.set(id, None);
        self.apply_answer(now, id, session, &body);
        self.establish(id);
    }

    pub(super) fn acknowledged(&mut self, now: Instant, session: SessionId, request: &Message) {
        let Some((id, call)) = self.by_session(session) else { return };
        if call.negotiator.is_offer_pending() {
            let body = sdp_body(request).ok().flatten().unwrap_or_default();
            self.apply_answer(now, id, session, &body);
        }
        self.establish(id);
    }

    fn establish(&mut self, id: CallId) {
        if let Some(call) = self.calls.get_mut(&id)
            && call.ended.is_none()
            && let State::Talking { established: established @ false } = &mut call.state
        {
            *established = true;
            self.queue.push_back(Output::Event(Event::Established { call: id }));
        }
    }

    fn apply_answer(&mut self, now: Instant, id: CallId, session: SessionId, body: &[u8]) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        let exchange = SessionDescription::parse(body).ok().and_then(|it| call.negotiator.apply_answer(&it).ok());
        match (exchange.and_then(Exchange::into_audio), call.media) {
            (Some(agreed), Some(media)) => self.tell_media(id, &media, agreed),
            _ => {
                call.ended = Some(Ended::BadAnswer);
                let _ = self.dialogs.hang_up(now, session);
            }
        }
    }

    fn tell_media(&mut self, id: CallId, media: &MediaAddress, agreed: Agreed) {
        if let Some(terms) = MediaTerms::new(media, agreed, self.config.ptime).map(Box::new) {
            self.queue.push_back(Output::Event(Event::Media { call: id, terms }));
        }
    }

    /// A re-INVITE.
    pub(super) fn offered(&mut self, now: Instant, session: SessionId, request: &Message) {
        let ptime = self.config.ptime;
        let Some((id, call)) = self.by_session(session) else { return };
        let Some(media) = call.media else { return };
        let local = local_media(&media, &call.codecs, ptime);
        let answer = match sdp_body(request) {
            Ok(None) => Ok((bytes(&call.negotiator.create_offer(&local)), None)),
            Ok(Some(body)) => match SessionDescription::parse(&body) {
                Ok(offer) => negotiate(&mut call.negotiator, &offer, &local)
                    .map(|(answer, agreed)| (answer, Some(agreed)))
                    .ok_or(Status::NOT_ACCEPTABLE_HERE),
                Err(_) => Err(Status::BAD_REQUEST),
            },
            Err(status) => Err(status),
        };
        let (body, agreed) = match answer {
            Ok((body, agreed)) => (Ok(Some((SDP, body))), agreed),
            Err(status) => (Err(status), None),
        };
        let _ = self.dialogs.answer_offer(now, session, body);
        if let Some(agreed) = agreed {
            self.tell_media(id, &media, agreed);
        }
    }

    pub(super) fn session_ended(&mut self, session: SessionId, cause: offhook_sip_dialog::Cause) {
        if let Some(id) = self.by_session.remove(&session) {
            let ended = self.calls.get(&id).and_then(|c| c.ended).unwrap_or(Ended::Session(cause));
            self.end(id, ended);
        }
    }

    fn end(&mut self, id: CallId, cause: Ended) {
        if let Some(call) = self.calls.remove(&id) {
            self.ring_limits.set(id, None);
            if let Some(session) = call.session {
                self.by_session.remove(&session);
            }
            self.ways.forget(Owner::Call(id));
            self.queue.push_back(Output::Event(Event::Ended { call: id, cause }));
        }
    }

    fn by_session(&mut self, session: SessionId) -> Option<(CallId, &mut Call)> {
        let id = *self.by_session.get(&session)?;
        Some((id, self.calls.get_mut(&id)?))
    }
}

/// The session description in a message; `None` without a body, 415 for a body of another kind.
fn sdp_body(message: &Message) -> Result<Option<Bytes>, Status> {
    let body = message.body();
    if body.is_empty() {
        return Ok(None);
    }
    match message.typed::<ContentType<'_>>() {
        Ok(Some(kind)) if kind.is("application", "sdp") => Ok(Some(body)),
        _ => Err(Status::UNSUPPORTED_MEDIA_TYPE),
    }
}

fn bytes(description: &SessionDescription) -> Bytes {
    let mut out = BytesMut::with_capacity(512);
    description.write_to(&mut out);
    out.freeze()
}

/// Answers an offer with sound in it. `None` where there is none for us: nothing has changed then.
fn negotiate(negotiator: &mut Negotiator, offer: &SessionDescription, local: &LocalSession) -> Option<(Bytes, Agreed)> {
    let mut trial = negotiator.clone();
    let (answer, exchange) = trial.answer(offer, local).ok()?;
    let agreed = exchange.into_audio()?;
    *negotiator = trial;
    Some((bytes(&answer), agreed))
}

fn local_media(media: &MediaAddress, codecs: &[Codec], ptime: std::time::Duration) -> LocalSession {
    let local = LocalStream::audio(media.rtp, codecs.to_vec()).with_ptime(ptime);
    match media.rtcp {
        Some(rtcp) if Some(rtcp.port()) != media.rtp.port().checked_add(1) => local.with_rtcp_port(rtcp.port()).into(),
        _ => local.into(),
    }
}
