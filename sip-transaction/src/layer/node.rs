//! The layer: what it owns, its doors, and how what a transaction says goes on.

use super::send::Outgoing;
use super::table::{ClientId, Clients, Servers};
use super::{Counters, Event, Input};
use crate::client::{ClientEvent, ClientInput};
use crate::key::ServerId;
use crate::server::{ServerEvent, ServerInput};
use crate::{Admission, Config, Error};
use offhook_core::Flow;
use offhook_core::{Deadlines, Entropy, Machine, Output, Token, Transmit};
use offhook_sip_parser::Index;
use std::collections::VecDeque;
use std::time::Instant;

/// The transaction layer: owns every transaction, matches what comes to them, and forgets them when they end.
pub struct Layer {
    pub(super) config: Config,
    pub(super) entropy: Box<dyn Entropy>,
    pub(super) admission: Option<Box<dyn Admission>>,
    /// What makes the tags of stateless replies ours alone.
    pub(super) secret: u64,
    /// A branch that was drawn for a request that was then refused. It never left, so the next request has it.
    pub(super) unused_branch: Option<Token>,
    /// The latest time seen: an earlier one is treated as this.
    now: Option<Instant>,
    pub(super) clients: Clients,
    pub(super) servers: Servers,
    deadlines: Deadlines<Id>,
    /// Room to look at what is about to be sent.
    pub(super) index: Index,
    pub(super) queue: VecDeque<Output<Event>>,
    pub(super) counters: Counters,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Id {
    Client(ClientId),
    Server(ServerId),
}

impl Layer {
    /// An empty layer.
    pub fn new(config: Config, mut entropy: Box<dyn Entropy>) -> Self {
        let secret = entropy.u64();
        Layer {
            config,
            entropy,
            admission: None,
            secret,
            unused_branch: None,
            now: None,
            clients: Clients::default(),
            servers: Servers::default(),
            deadlines: Deadlines::default(),
            index: Index::new(),
            queue: VecDeque::new(),
            counters: Counters::default(),
        }
    }

    /// Has `admission` asked about every new request.
    pub fn set_admission(&mut self, admission: Box<dyn Admission>) {
        self.admission = Some(admission);
    }

    /// What was dropped or refused so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// How many transactions are open.
    pub fn len(&self) -> usize {
        self.clients.len() + self.servers.len()
    }

    /// Whether none is open.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn transport_failed(&mut self, now: Instant, flow: Flow) {
        for id in self.clients.on_flow(flow) {
            if let Some(client) = self.clients.get_mut(id) {
                client.handle(now, ClientInput::TransportFailed);
            }
            self.drain_client(now, id);
        }
    }

    fn timeout(&mut self, now: Instant) {
        while let Some(id) = self.deadlines.take_due(now) {
            match id {
                Id::Client(id) => {
                    if let Some(client) = self.clients.get_mut(id) {
                        client.handle(now, ClientInput::Timeout);
                    }
                    self.drain_client(now, id);
                }
                Id::Server(id) => {
                    if let Some(server) = self.servers.get_mut(id) {
                        server.handle(now, ServerInput::Timeout);
                    }
                    self.drain_server(id);
                }
            }
        }
    }

    /// Moves what a client transaction has to say into our queue, and forgets it when it is over.
    pub(super) fn drain_client(&mut self, now: Instant, id: ClientId) {
        let mut cancel = false;
        let Some(client) = self.clients.get_mut(id) else { return };
        let next = loop {
            match (client.poll_output(), id) {
                (Output::Transmit(t), _) => self.queue.push_back(Output::Transmit(t)),
                (Output::Event(ClientEvent::CancelNow), _) => cancel = true,
                // What becomes of a CANCEL does not matter to anybody.
                (Output::Event(_), ClientId::Cancel(_)) => {}
                (Output::Event(ClientEvent::Response(response)), ClientId::User(key)) => {
                    self.queue.push_back(Output::Event(Event::Response { key, response }));
                }
                (Output::Event(ClientEvent::Failed(failure)), ClientId::User(key)) => {
                    self.queue.push_back(Output::Event(Event::Failed { key, failure }));
                }
                (Output::Timeout(at), _) => break at,
            }
        };
        self.counters.retransmissions_sent += client.take_sent_again();
        let over = client.is_terminated();
        self.deadlines.set(Id::Client(id), next.filter(|_| !over));
        if cancel {
            self.send_cancel(now, id);
        }
        if over {
            self.clients.remove(id);
        }
    }

    /// The same for a server transaction. Answers whether an ACK that it was told of is for the layer above.
    pub(super) fn drain_server(&mut self, id: ServerId) -> bool {
        let mut ack = false;
        let Some(server) = self.servers.get_mut(id) else { return ack };
        let next = loop {
            match server.poll_output() {
                Output::Transmit(t) => self.queue.push_back(Output::Transmit(t)),
                Output::Event(ServerEvent::NoAck) => self.queue.push_back(Output::Event(Event::NoAck { id })),
                Output::Event(ServerEvent::Ack) => ack = true,
                Output::Timeout(at) => break at,
            }
        };
        self.counters.retransmissions_sent += server.take_sent_again();
        let over = server.is_terminated();
        self.deadlines.set(Id::Server(id), next.filter(|_| !over));
        if over {
            self.servers.remove(id);
        }
        ack
    }
}

impl Machine for Layer {
    type Input<'a> = Input;
    type Event = Event;
    type Transmit = Transmit;
    type Error = Error;

    fn handle_input(&mut self, now: Instant, input: Input) -> Result<(), Error> {
        let now = self.now.map_or(now, |latest| latest.max(now));
        match input {
            Input::Received { flow, contents } => self.receive(now, flow, contents),
            Input::Request { key, flow, request } => self.request(now, key, flow, Outgoing::Draft(&request))?,
            Input::Forward { key, flow, request, mark } => {
                self.request(now, key, flow, Outgoing::Forward(&request, mark))?;
            }
            Input::Cancel { key } => {
                let id = ClientId::User(key);
                self.clients.get_mut(id).ok_or(Error::NoTransaction)?.handle(now, ClientInput::Cancel);
                self.drain_client(now, id);
            }
            Input::Ack { flow, request } => self.ack(flow, Outgoing::Draft(&request))?,
            Input::ForwardAck { flow, request } => self.ack(flow, Outgoing::Forward(&request, None))?,
            Input::Respond { id, response } => {
                self.respond(now, id, response.status(), || response.response_bytes())?;
            }
            Input::Relay { id, response } => self.respond(now, id, response.status(), || response.bytes().clone())?,
            Input::TransportFailed { flow } => self.transport_failed(now, flow),
            Input::Timeout => self.timeout(now),
        }
        // A refused input leaves the layer as it was, the time that it knows of included.
        self.now = Some(now);
        Ok(())
    }

    fn poll_output(&mut self) -> Output<Event> {
        if let Some(output) = self.queue.pop_front() {
            return output;
        }
        if self.queue.capacity() > 1024 {
            self.queue = VecDeque::new(); // after a flood
        }
        Output::Timeout(self.deadlines.next())
    }
}
