//! A telephone with a little application in it.

use super::ear::{Ear, Piece};
use super::zone::Zone;
use bytes::Bytes;
use offhook::call::{Media, MediaAddress, MediaEvent, MediaInput, MediaStats, MediaTerms};
use offhook::core::{Entropy, Flow, Machine, Output, Protocol};
use offhook::media::tone::Tone;
use offhook::media::wav::Clip;
use offhook::sdp::Codec;
use offhook::sip_parser::{Status, Uri};
use offhook::ua::{CallId, Ended, Event, Input, Outgoing, Ua};
use offhook::{Account, AccountId, Config, RegistrationEvent};
use offhook_sim::{Host, SeededEntropy, wall_clock};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// What the application does by itself.
#[derive(Clone, Default)]
pub(crate) struct Plan {
    /// Answers so long after it rang; lets it ring if not said.
    pub(crate) answer: Option<Duration>,
    /// Refuses at once.
    pub(crate) reject: Option<Status>,
    /// Hangs up so long after the call was established.
    pub(crate) hang_up: Option<Duration>,
    /// Plays a tone for ever.
    pub(crate) tone: Option<f64>,
    /// Plays a clip once.
    pub(crate) clip: Option<Clip>,
    /// Presses these keys.
    pub(crate) digits: &'static str,
    /// Codecs in place of the default.
    pub(crate) codecs: Option<Vec<Codec>>,
    /// Listens at 0.0.0.0, so that the machine has to ask for its own address.
    pub(crate) anywhere: bool,
    /// What its name server knows.
    pub(crate) zone: Zone,
}

impl Plan {
    pub(crate) fn answers() -> Self {
        Plan { answer: Some(Duration::ZERO), ..Plan::default() }
    }

    pub(crate) fn tone(self, frequency: f64) -> Self {
        Plan { tone: Some(frequency), ..self }
    }

    pub(crate) fn hang_up(self, after: Duration) -> Self {
        Plan { hang_up: Some(after), ..self }
    }
}

/// One call and what was observed of it.
pub(crate) struct Line {
    address: MediaAddress,
    media: Option<Media>,
    piece: Option<Receiver<Piece>>,
    /// What they said and what we did, aligned.
    pub(crate) heard: Vec<i16>,
    pub(crate) sent: Vec<i16>,
    /// The numbers when the media was closed.
    closed: Option<MediaStats>,
    pub(crate) terms: Vec<MediaTerms>,
    pub(crate) progress: Vec<Status>,
    pub(crate) established: Option<Instant>,
    pub(crate) ended: Option<(Instant, Ended)>,
    pub(crate) events: Vec<(Instant, MediaEvent)>,
}

impl Line {
    fn new(address: MediaAddress) -> Self {
        Line {
            address,
            media: None,
            piece: None,
            heard: Vec::new(),
            sent: Vec::new(),
            closed: None,
            terms: Vec::new(),
            progress: Vec::new(),
            established: None,
            ended: None,
            events: Vec::new(),
        }
    }

    pub(crate) fn has_media(&self) -> bool {
        self.media.is_some()
    }

    /// The numbers now, or when the media was closed.
    pub(crate) fn stats(&self) -> MediaStats {
        self.media.as_ref().map(Media::stats).or_else(|| self.closed.clone()).expect("it came to media")
    }

    pub(crate) fn cause(&self) -> Option<Ended> {
        self.ended.map(|(_, cause)| cause)
    }

    pub(crate) fn digits(&self) -> String {
        let digit = |(_, event): &(Instant, MediaEvent)| match event {
            MediaEvent::Digit { digit, .. } => Some(*digit),
            _ => None,
        };
        self.events.iter().filter_map(digit).collect()
    }

    fn listen(&mut self) {
        while let Some((heard, sent)) = self.piece.as_ref().and_then(|p| p.try_recv().ok()) {
            self.heard.extend(heard);
            self.sent.extend(sent);
        }
    }
}

#[derive(Clone, Copy)]
enum Act {
    Answer,
    HangUp,
}

pub(crate) struct Phone {
    pub(crate) ua: Ua,
    pub(crate) plan: Plan,
    ip: IpAddr,
    entropy: SeededEntropy,
    pub(crate) lines: BTreeMap<CallId, Line>,
    agenda: Vec<(Instant, CallId, Act)>,
    /// Answers of the name server that are under way.
    answers: Vec<(Instant, Input)>,
    ports: u16,
    /// Everything that the machine told, and when.
    pub(crate) log: Vec<(Instant, Event)>,
    /// Sound that came before the call had media.
    pub(crate) early: u64,
    /// When the last drain said to come back.
    pub(crate) next: Option<Instant>,
}

impl Phone {
    pub(crate) fn new(ip: IpAddr, plan: Plan, mut entropy: SeededEntropy) -> Self {
        let mut config = Config::default();
        if let Some(codecs) = &plan.codecs {
            config.codecs = codecs.clone();
        }
        let listen = if plan.anywhere { [0, 0, 0, 0].into() } else { ip };
        let ua = Ua::new(config, vec![(Protocol::Udp, SocketAddr::new(listen, 5060))], entropy.fork());
        Phone {
            ua,
            plan,
            ip,
            entropy,
            lines: BTreeMap::new(),
            agenda: Vec::new(),
            answers: Vec::new(),
            ports: 20_000,
            log: Vec::new(),
            early: 0,
            next: None,
        }
    }

    pub(crate) fn dial(&mut self, now: Instant, to: Uri) -> CallId {
        self.try_dial(now, Outgoing::new(to)).expect("it can call")
    }

    pub(crate) fn try_dial(&mut self, now: Instant, outgoing: Outgoing) -> Result<CallId, offhook::Error> {
        let address = self.port();
        let call = self.ua.call(now, outgoing, address)?;
        self.lines.insert(call, Line::new(address));
        Ok(call)
    }

    pub(crate) fn answer(&mut self, now: Instant, call: CallId) {
        let address = self.port();
        self.lines.get_mut(&call).expect("it rang").address = address;
        // The caller may be gone by now.
        let _ = self.ua.answer(now, call, address);
    }

    pub(crate) fn hang_up(&mut self, now: Instant, call: CallId) {
        self.ua.hang_up(now, call).expect("there is a call");
    }

    pub(crate) fn add_account(&mut self, now: Instant, account: Account) -> AccountId {
        self.ua.add_account(now, account)
    }

    pub(crate) fn transport_failed(&mut self, now: Instant, flow: Flow) {
        let Ok(()) = self.ua.handle_input(now, Input::TransportFailed { flow });
    }

    pub(crate) fn media(&mut self, call: CallId) -> &mut Media {
        self.lines.get_mut(&call).and_then(|l| l.media.as_mut()).expect("the call has media")
    }

    /// The only call so far.
    pub(crate) fn line(&self) -> &Line {
        assert_eq!(self.lines.len(), 1, "one call");
        self.lines.values().next().expect("one call")
    }

    pub(crate) fn registrations(&self) -> Vec<(Instant, RegistrationEvent)> {
        let event = |(at, event): &(Instant, Event)| match event {
            Event::Registration { event, .. } => Some((*at, *event)),
            _ => None,
        };
        self.log.iter().filter_map(event).collect()
    }

    pub(crate) fn is_shut_down(&self) -> bool {
        self.log.iter().any(|(_, e)| matches!(e, Event::ShutDown))
    }

    pub(crate) fn is_registered(&self) -> bool {
        matches!(self.registrations().last(), Some((_, RegistrationEvent::Registered { .. })))
    }

    /// No call, no dialog, no transaction, no media.
    pub(crate) fn is_idle(&self) -> bool {
        self.ua.is_idle() && self.lines.values().all(|l| !l.has_media())
    }

    fn port(&mut self) -> MediaAddress {
        self.ports += 2;
        MediaAddress::pair((self.ip, self.ports).into())
    }

    fn event(&mut self, now: Instant, event: Event) {
        self.log.push((now, event.clone()));
        match event {
            Event::Dns(query) => {
                if let Some((delay, answer)) = self.plan.zone.ask(&query) {
                    self.answers.push((now + delay, Input::Dns { id: query.id, answer }));
                }
            }
            Event::Way(query) => {
                let Ok(()) = self.ua.handle_input(now, Ua::way_to(&query, (self.ip, 5060).into()));
            }
            Event::Incoming { call, .. } => {
                self.lines.insert(call, Line::new(MediaAddress::pair(([0, 0, 0, 0], 9).into())));
                if let Some(status) = self.plan.reject {
                    self.ua.reject(now, call, status).expect("it rings");
                } else if let Some(after) = self.plan.answer {
                    self.agenda.push((now + after, call, Act::Answer));
                }
            }
            Event::Progress { call, status, .. } => self.on(call).progress.push(status),
            Event::Media { call, terms } => self.agreed(now, call, *terms),
            Event::Established { call } => {
                self.on(call).established = Some(now);
                for digit in self.plan.digits.chars() {
                    let press = self.media(call).send_digit(now, digit, Duration::from_millis(100));
                    press.expect("digits were agreed");
                }
                if let Some(after) = self.plan.hang_up {
                    self.agenda.push((now + after, call, Act::HangUp));
                }
            }
            Event::Ended { call, cause } => {
                let line = self.on(call);
                line.ended = Some((now, cause));
                if let Some(media) = &mut line.media {
                    media.close(now);
                }
                self.agenda.retain(|(_, c, _)| *c != call);
            }
            _ => {}
        }
    }

    fn on(&mut self, call: CallId) -> &mut Line {
        self.lines.get_mut(&call).expect("an event of a call that is known")
    }

    fn agreed(&mut self, now: Instant, call: CallId, terms: MediaTerms) {
        let entropy = self.entropy.fork();
        let (tone, clip) = (self.plan.tone, self.plan.clip.clone());
        let line = self.on(call);
        assert_eq!(line.ended, None, "media for a call that is over");
        line.terms.push(terms.clone());
        if let Some(media) = &mut line.media {
            return media.update(now, terms).expect("new terms fit");
        }
        let mut media = Media::new(now, terms, entropy, wall_clock()).expect("the codec is known");
        let (ear, piece) = channel();
        media.add_tap(Box::new(Ear(ear)));
        line.piece = Some(piece);
        let rate = media.rate();
        if let Some(tone) = tone {
            media.play(Tone::sine(tone).source(rate, None)).expect("it can be queued");
        }
        if let Some(clip) = clip {
            media.play(clip).expect("it can be queued");
        }
        line.media = Some(media);
    }

    fn act(&mut self, now: Instant) -> bool {
        if let Some(at) = self.answers.iter().position(|(at, _)| *at <= now) {
            let Ok(()) = self.ua.handle_input(now, self.answers.remove(at).1);
            return true;
        }
        let Some(at) = self.agenda.iter().position(|(at, ..)| *at <= now) else { return false };
        let (_, call, act) = self.agenda.remove(at);
        match act {
            Act::Answer => self.answer(now, call),
            // The other side may have been faster.
            Act::HangUp => drop(self.ua.hang_up(now, call)),
        }
        true
    }
}

impl Host for Phone {
    fn receive(&mut self, now: Instant, flow: Flow, contents: Bytes) {
        if flow.local.port() == 5060 {
            let Ok(()) = self.ua.handle_input(now, Input::Received { flow, contents });
            return;
        }
        let ours = |l: &&mut Line| l.address.rtp == flow.local || l.address.rtcp == Some(flow.local);
        let Some(line) = self.lines.values_mut().find(ours) else { return };
        match &mut line.media {
            Some(media) => {
                let Ok(()) = media.handle_input(now, MediaInput::Received { flow, contents });
            }
            None => self.early += u64::from(line.ended.is_none()),
        }
    }

    fn timeout(&mut self, now: Instant) {
        let Ok(()) = self.ua.handle_input(now, Input::Timeout);
        for media in self.lines.values_mut().filter_map(|l| l.media.as_mut()) {
            let Ok(()) = media.handle_input(now, MediaInput::Timeout);
        }
    }

    fn poll(&mut self, now: Instant) -> Output<Infallible> {
        loop {
            let mut next = match self.ua.poll_output() {
                Output::Transmit(transmit) => return Output::Transmit(transmit),
                Output::Event(event) => {
                    self.event(now, event);
                    continue;
                }
                Output::Timeout(at) => at,
            };
            for line in self.lines.values_mut() {
                let Some(media) = &mut line.media else { continue };
                loop {
                    match media.poll_output() {
                        Output::Transmit(transmit) => return Output::Transmit(transmit),
                        Output::Event(event) => line.events.push((now, event)),
                        Output::Timeout(at) => break next = next.into_iter().chain(at).min(),
                    }
                }
                let closed = matches!(line.events.last(), Some((_, MediaEvent::Closed)));
                line.listen();
                if closed {
                    line.closed = line.media.take().map(|m| m.stats());
                }
            }
            if self.act(now) {
                continue;
            }
            let agenda = self.agenda.iter().map(|(at, ..)| *at).chain(self.answers.iter().map(|(at, _)| *at));
            self.next = next.into_iter().chain(agenda).min();
            return Output::Timeout(self.next);
        }
    }
}
