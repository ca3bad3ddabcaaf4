//! The task that drives the user agent.

use super::agent::{UserAgent, Wiring};
use super::builder::{Listen, Tap};
use super::call::{CallEvent, CallState, Line};
use super::dns::Dns;
use super::incoming::IncomingCall;
use super::media::{COMMANDS, MediaCommand, MediaTask};
use super::socket::{self, MediaSockets, Receiver, Routes};
use super::streams::{Heard, News, Streams};
use crate::account::{Account, AccountId};
use crate::call::{MediaStats, MediaTerms};
use crate::error::Error;
use crate::ladder::{Crossing, Way};
use crate::registration::RegistrationEvent;
use crate::ua::{CallId, Ended, Event, Input, Outgoing, Query, Ua};
use bytes::Bytes;
use offhook_core::{Flow, Machine, Output, Protocol, Transmit, WallClock};
use offhook_sip_dialog::Cause;
use offhook_sip_parser::header::From;
use offhook_sip_parser::{Message, Status};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

/// Now, and what o'clock that is.
pub(super) fn clock() -> (Instant, WallClock) {
    let now = Instant::now();
    let unix = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    (now, WallClock::new(now, unix))
}

/// What the handles ask of the driver.
pub(super) enum Command {
    Dial {
        outgoing: Box<Outgoing>,
        sockets: MediaSockets,
        reply: oneshot::Sender<Result<Line, Error>>,
    },
    Answer {
        call: CallId,
        sockets: MediaSockets,
        reply: oneshot::Sender<Result<(), Error>>,
    },
    Reject {
        call: CallId,
        status: Status,
    },
    HangUp {
        call: CallId,
    },
    AddAccount {
        account: Box<Account>,
        reply: oneshot::Sender<(AccountId, watch::Receiver<Option<RegistrationEvent>>)>,
    },
    Unregister {
        account: AccountId,
    },
    ShutDown,
}

/// Events of one call that wait for its owner.
const EVENTS: usize = 256;
/// How long a shut down waits for the answers to BYE and REGISTER.
const PATIENCE: Duration = Duration::from_secs(5);
/// Calls that came in and wait for the application to look.
const INCOMING: usize = 1024;

/// The driver's end of a call.
struct Wire {
    state: watch::Sender<CallState>,
    events: mpsc::Sender<CallEvent>,
    media: mpsc::Sender<MediaCommand>,
    /// What the media task is made of, until it runs.
    parts: Option<Parts>,
    answered: Option<Instant>,
}

struct Parts {
    sockets: Option<MediaSockets>,
    commands: mpsc::Receiver<MediaCommand>,
    stats: watch::Sender<Option<MediaStats>>,
}

/// Where a user agent is.
pub(super) struct Places {
    pub(super) listening: Vec<Listen>,
    /// Where it listens, and where its connections seem to come from.
    pub(super) places: Vec<Listen>,
    pub(super) sockets: Vec<(SocketAddr, UdpSocket)>,
    pub(super) streams: Streams,
    pub(super) media_ip: IpAddr,
}

struct Driver {
    ua: Ua,
    places: Vec<Listen>,
    sockets: Vec<(SocketAddr, UdpSocket)>,
    streams: Streams,
    routes: Routes,
    commands: mpsc::Sender<Command>,
    inbox: mpsc::Receiver<Command>,
    incoming: mpsc::Sender<IncomingCall>,
    wires: HashMap<CallId, Wire>,
    accounts: HashMap<AccountId, watch::Sender<Option<RegistrationEvent>>>,
    dns: Dns,
    lookups: JoinSet<Input>,
    media: JoinSet<()>,
    media_ip: IpAddr,
    tap: Option<Tap>,
    began: Instant,
    /// Until when a shut down waits.
    patience: Option<Instant>,
    over: bool,
}

pub(super) fn start(ua: Ua, places: Places, accounts: Vec<Account>, tap: Option<Tap>) -> UserAgent {
    let (commands, inbox) = mpsc::channel(1024);
    let (incoming, calls) = mpsc::channel(INCOMING);
    let Places { listening, places, sockets, streams, media_ip } = places;
    let counters = streams.counters();
    let now = clock().0;
    let mut driver = Driver {
        ua,
        places,
        sockets,
        streams,
        routes: Routes::default(),
        commands: commands.clone(),
        inbox,
        incoming,
        wires: HashMap::new(),
        accounts: HashMap::new(),
        dns: Dns::new(),
        lookups: JoinSet::new(),
        media: JoinSet::new(),
        media_ip,
        tap,
        began: now,
        patience: None,
        over: false,
    };
    let registrations = accounts.into_iter().map(|account| driver.add_account(now, account)).collect();
    let task = tokio::spawn(driver.run());
    UserAgent::new(Wiring { commands, calls, listening, counters, media_ip, registrations, task })
}

impl Driver {
    async fn run(mut self) {
        let mut receiver = Receiver::new(socket::LARGEST);
        loop {
            let deadline = self.drain().await.into_iter().chain(self.patience).min();
            if self.over {
                break;
            }
            if self.patience.is_some_and(|until| until <= clock().0) {
                tracing::warn!("somebody did not answer our BYE or REGISTER in time");
                break;
            }
            let sleep = tokio::time::sleep_until(deadline.unwrap_or(clock().0 + Duration::from_secs(3600)).into());
            let sockets: Vec<_> = self.sockets.iter().map(|(_, s)| s).collect();
            tokio::select! {
                (which, remote, contents) = receiver.receive(&sockets) => self.received(which, remote, contents),
                Some(news) = self.streams.next() => self.heard(news),
                Some(command) = self.inbox.recv() => self.obey(command),
                Some(found) = self.lookups.join_next(), if !self.lookups.is_empty() => {
                    if let Ok(input) = found {
                        self.tell(input);
                    }
                }
                Some(_) = self.media.join_next(), if !self.media.is_empty() => {}
                () = sleep => self.tell(Input::Timeout),
            }
        }
        for call in self.wires.keys().copied().collect::<Vec<_>>() {
            let is_answered = self.wires.get(&call).is_some_and(|wire| wire.answered.is_some());
            self.ended(call, Ended::Session(if is_answered { Cause::LocalHangUp } else { Cause::GaveUp }));
        }
        self.streams.shut_down().await;
        // The last packets of sound, and the recordings' ends.
        while self.media.join_next().await.is_some() {}
    }

    fn tell(&mut self, input: Input) {
        let Ok(()) = self.ua.handle_input(clock().0, input);
    }

    fn received(&mut self, which: usize, remote: SocketAddr, contents: Bytes) {
        let Some(&(bound, _)) = self.sockets.get(which) else { return };
        let flow = Flow::udp(self.routes.local(bound, remote), remote);
        self.show(Way::In, flow, &contents);
        self.tell(Input::Received { flow, contents });
    }

    fn heard(&mut self, news: News) {
        match self.streams.heard(news) {
            Some(Heard::Message { flow, contents }) => {
                self.show(Way::In, flow, &contents);
                self.tell(Input::Received { flow, contents });
            }
            Some(Heard::Closed { flow }) => self.tell(Input::Closed { flow }),
            Some(Heard::Failed { flow }) => self.tell(Input::TransportFailed { flow }),
            None => {}
        }
    }

    fn show(&mut self, way: Way, flow: Flow, contents: &Bytes) {
        if self.tap.is_none() && !tracing::enabled!(tracing::Level::TRACE) {
            return;
        }
        let crossing = Crossing { at: clock().0 - self.began, way, flow, contents: contents.clone() };
        tracing::trace!(%crossing);
        if let Some(tap) = &mut self.tap {
            tap(&crossing);
        }
    }

    /// Sends and tells all that the machine has; when to come back.
    async fn drain(&mut self) -> Option<Instant> {
        loop {
            match self.ua.poll_output() {
                Output::Transmit(t) => self.send(t).await,
                Output::Event(event) => self.event(event),
                Output::Timeout(at) => return at,
            }
        }
    }

    async fn send(&mut self, t: Transmit) {
        self.show(Way::Out, t.flow, &t.contents);
        if t.flow.protocol != Protocol::Udp {
            let flow = t.flow;
            if let Err(error) = self.streams.send(t) {
                tracing::debug!(%flow, %error, "cannot send");
                self.tell(Input::TransportFailed { flow });
            }
            return;
        }
        let socket = self.sockets.iter().find(|(bound, _)| {
            bound.port() == t.flow.local.port()
                && bound.is_ipv4() == t.flow.remote.is_ipv4()
                && (bound.ip().is_unspecified() || bound.ip() == t.flow.local.ip())
        });
        let sent = match socket {
            Some((_, socket)) => socket::send(socket, &t).await,
            None => Err(std::io::ErrorKind::AddrNotAvailable.into()),
        };
        if let Err(error) = sent {
            tracing::debug!(flow = %t.flow, %error, "cannot send");
            self.tell(Input::TransportFailed { flow: t.flow });
        }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Registration { account, event } => {
                tracing::debug!(?account, ?event, "registration");
                if let Some(status) = self.accounts.get(&account) {
                    status.send_replace(Some(event));
                }
            }
            Event::Incoming { call, request, flow } => self.incoming(call, request, flow),
            Event::Progress { call, status, .. } => self.with(call, |wire| {
                let _ = wire.events.try_send(CallEvent::Progress(status));
            }),
            Event::Media { call, terms } => self.start_media(call, terms),
            Event::Established { call } => self.with(call, |wire| {
                wire.answered = Some(clock().0);
                wire.state.send_replace(CallState::Established);
            }),
            Event::Ended { call, cause } => self.ended(call, cause),
            Event::Dns(query) => {
                let dns = self.dns.clone();
                self.lookups.spawn(async move {
                    let id = query.id;
                    Input::Dns { id, answer: dns.ask(query).await }
                });
            }
            Event::Way(query) => {
                let flow = self.flow_to(&query);
                self.tell(Input::Way { id: query.id, flow });
            }
            Event::ShutDown => self.over = true,
        }
    }

    /// The flow to a place, on which nobody is spoken to but whom its name says.
    fn flow_to(&mut self, query: &Query) -> Option<Flow> {
        let fits = |place: &&Listen| place.protocol == query.protocol;
        let bound: Vec<_> = self.places.iter().filter(fits).map(|place| place.address).collect();
        let flow = socket::find(query, &bound, &mut self.routes)?;
        self.streams.expect(flow, &query.name, &mut self.routes)
    }

    fn ended(&mut self, call: CallId, cause: Ended) {
        tracing::debug!(?call, %cause, "call ended");
        if let Some(wire) = self.wires.remove(&call) {
            let duration = wire.answered.map_or(Duration::ZERO, |at| clock().0 - at);
            wire.state.send_replace(CallState::Ended { cause, duration });
        }
    }

    fn with(&mut self, call: CallId, verb: impl FnOnce(&mut Wire)) {
        if let Some(wire) = self.wires.get_mut(&call) {
            verb(wire);
        }
    }

    fn incoming(&mut self, call: CallId, request: Message, flow: Flow) {
        let from = request.typed::<From<'_>>().ok().flatten().map(|f| f.uri.to_string()).unwrap_or_default();
        let line = self.wire(call, from, None);
        let call = IncomingCall::new(line, request, flow, self.media_ip);
        // Dropping it refuses it.
        if self.incoming.try_send(call).is_err() {
            tracing::warn!("a call was refused: the application does not take calls fast enough, or not at all");
        }
    }

    /// Both ends of a call.
    fn wire(&mut self, call: CallId, from: String, sockets: Option<MediaSockets>) -> Line {
        let (state, state_out) = watch::channel(CallState::Pending);
        let (events, events_out) = mpsc::channel(EVENTS);
        let (media, commands) = mpsc::channel(COMMANDS);
        let (stats, stats_out) = watch::channel(None);
        let parts = Some(Parts { sockets, commands, stats });
        self.wires.insert(call, Wire { state, events, media: media.clone(), parts, answered: None });
        Line {
            id: call,
            driver: self.commands.clone(),
            state: state_out,
            events: events_out,
            media,
            stats: stats_out,
            codec: None,
            from,
        }
    }

    fn start_media(&mut self, call: CallId, terms: Box<MediaTerms>) {
        let Some(wire) = self.wires.get_mut(&call) else { return };
        let name = terms.codec.codec.name.to_string();
        let _ = wire.events.try_send(CallEvent::MediaAgreed { codec: name });
        match wire.parts.take() {
            Some(Parts { sockets: Some(sockets), commands, stats }) => {
                let task =
                    MediaTask { sockets, commands, events: wire.events.clone(), stats, state: wire.state.subscribe() };
                self.media.spawn(task.run(*terms));
            }
            Some(parts) => wire.parts = Some(parts),
            None => {
                let _ = wire.media.try_send(MediaCommand::Update(terms));
            }
        }
    }

    fn add_account(
        &mut self,
        now: Instant,
        account: Account,
    ) -> (AccountId, watch::Receiver<Option<RegistrationEvent>>) {
        let id = self.ua.add_account(now, account);
        let (status, out) = watch::channel(None);
        self.accounts.insert(id, status);
        (id, out)
    }

    fn obey(&mut self, command: Command) {
        let now = clock().0;
        match command {
            Command::Dial { outgoing, sockets, reply } => {
                let from = self.ua.caller(&outgoing);
                let made = self.ua.call(now, *outgoing, sockets.address);
                let made = made.map(|call| self.wire(call, from, Some(sockets)));
                drop(reply.send(made));
            }
            Command::Answer { call, sockets, reply } => {
                let address = sockets.address;
                self.with(call, |wire| {
                    if let Some(parts) = &mut wire.parts {
                        parts.sockets = Some(sockets);
                    }
                });
                drop(reply.send(self.ua.answer(now, call, address)));
            }
            // A call that is over by now needs neither.
            Command::Reject { call, status } => {
                if self.ua.reject(now, call, status).is_err() {
                    let _ = self.ua.hang_up(now, call);
                }
            }
            Command::HangUp { call } => drop(self.ua.hang_up(now, call)),
            Command::AddAccount { account, reply } => {
                let added = self.add_account(now, *account);
                drop(reply.send(added));
            }
            Command::Unregister { account } => self.ua.unregister(now, account),
            Command::ShutDown => {
                self.patience.get_or_insert(now + PATIENCE);
                self.ua.shut_down(now);
            }
        }
    }
}
