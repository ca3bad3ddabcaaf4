//! All the transactions of one node, as one machine.

mod receive;
mod table;

use crate::client::{Client, ClientEvent, ClientInput};
use crate::invite_client::InviteClient;
use crate::key::{ClientKey, ServerId, client_match};
use crate::server::{ServerEvent, ServerInput};
use crate::{Config, Error, Failure, via};
use bytes::Bytes;
use offhook_core::{Deadlines, Entropy, Flow, Machine, Output, Token, Transmit};
use offhook_sip_parser::header::{TypedHeader, Via};
use offhook_sip_parser::{Draft, Message, Method};
use std::collections::VecDeque;
use std::time::Instant;
use table::{AnyClient, ClientId, Clients, Servers};

/// What a [`Layer`] is told.
#[derive(Debug, Clone)]
pub enum Input {
    /// Bytes came: one datagram, or one message framed from a stream.
    Received {
        /// Where from, and on what.
        flow: Flow,
        /// The bytes.
        contents: Bytes,
    },
    /// Send a request (anything but ACK and CANCEL) and hear its responses under `key`.
    Request {
        /// What events about it will carry.
        key: ClientKey,
        /// Where to.
        flow: Flow,
        /// The request without its Via.
        request: Draft,
    },
    /// Give up the INVITE of `key`: a CANCEL leaves as soon as that is allowed (RFC 3261 §9.1). Its final response, 487 as
    /// a rule, still comes as [`Event::Response`].
    Cancel {
        /// The INVITE.
        key: ClientKey,
    },
    /// Send the ACK of a 2xx: once, with a branch of its own (RFC 3261 §13.2.2.4).
    Ack {
        /// Where to.
        flow: Flow,
        /// The ACK without its Via.
        request: Draft,
    },
    /// Answer a request.
    Respond {
        /// Which.
        id: ServerId,
        /// The response.
        response: Draft,
    },
    /// Nothing can be sent on this flow any more.
    TransportFailed {
        /// The flow.
        flow: Flow,
    },
    /// The time that was asked for has come.
    Timeout,
}

/// What a [`Layer`] tells.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A new request. Answer it with [`Input::Respond`].
    Request {
        /// Its transaction.
        id: ServerId,
        /// The request, its top Via noted with where it came from.
        request: Message,
        /// Where it came from.
        flow: Flow,
    },
    /// A CANCEL, itself a request that wants an answer: 200, or 481 where `invite` is `None`. The INVITE then wants its
    /// 487.
    Cancel {
        /// The CANCEL's own transaction.
        id: ServerId,
        /// The INVITE that it is about, if that is still open.
        invite: Option<ServerId>,
        /// The CANCEL.
        request: Message,
        /// Where it came from.
        flow: Flow,
    },
    /// The ACK of a 2xx. It has no answer.
    Ack {
        /// The ACK.
        request: Message,
        /// Where it came from.
        flow: Flow,
    },
    /// A response to a request of ours. To an INVITE there may be several 2xx.
    Response {
        /// The request.
        key: ClientKey,
        /// The response.
        response: Message,
    },
    /// A request of ours ended without a final response; or, after a failure response, its ACK could not be sent.
    Failed {
        /// The request.
        key: ClientKey,
        /// Why.
        failure: Failure,
    },
    /// Our failure response to an INVITE was never acknowledged (timer H).
    NoAck {
        /// The INVITE.
        id: ServerId,
    },
}

/// What was dropped or refused without a word to the layer above. Each only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counters {
    /// Bytes that are no SIP message and cannot be answered.
    pub not_sip: u64,
    /// Requests answered 4xx or 505 because they are malformed.
    pub malformed_requests: u64,
    /// Malformed responses and ACKs, and requests without a readable Via: dropped, as nobody waits for an answer or
    /// nobody knows where.
    pub malformed_dropped: u64,
    /// Responses that match no request of ours, dropped.
    pub stray_responses: u64,
    /// Requests answered 503 because [`Config::max_servers`] was reached.
    pub overloaded: u64,
    /// Retransmissions absorbed.
    pub retransmissions_received: u64,
    /// Messages sent again.
    pub retransmissions_sent: u64,
    /// Keep-alives (RFC 5626 §3.5.1).
    pub keep_alives: u64,
}

/// The transaction layer: owns every transaction, matches what comes to them, and forgets them when they end.
pub struct Layer {
    config: Config,
    entropy: Box<dyn Entropy>,
    /// What makes the tags of stateless replies ours alone.
    secret: u64,
    /// A branch that was drawn for a request that was then refused. It never left, so the next request has it.
    unused_branch: Option<Token>,
    /// The latest time seen: an earlier one is treated as this.
    now: Option<Instant>,
    clients: Clients,
    servers: Servers,
    deadlines: Deadlines<Id>,
    queue: VecDeque<Output<Event>>,
    counters: Counters,
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
            secret,
            unused_branch: None,
            now: None,
            clients: Clients::default(),
            servers: Servers::default(),
            deadlines: Deadlines::default(),
            queue: VecDeque::new(),
            counters: Counters::default(),
        }
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

    fn request(&mut self, now: Instant, key: ClientKey, flow: Flow, draft: &Draft) -> Result<(), Error> {
        let id = ClientId::User(key);
        if self.clients.contains(id) {
            return Err(Error::KeyInUse);
        }
        if self.clients.len() >= self.config.max_clients {
            return Err(Error::Full);
        }
        let method = draft.method().ok_or(Error::WrongKind)?.clone();
        if matches!(method, Method::Ack | Method::Cancel) {
            return Err(Error::WrongKind);
        }
        let (branch, request) = self.finish(&flow, draft)?;
        let machine = match method {
            Method::Invite => AnyClient::Invite(InviteClient::new(now, flow, request, self.config.timing)),
            _ => AnyClient::Other(Client::new(now, flow, request.bytes().clone(), self.config.timing)),
        };
        self.clients.insert(id, client_match(&branch, &method), machine);
        self.drain_client(now, id);
        Ok(())
    }

    /// The request with a Via and a branch of its own.
    fn finish(&mut self, flow: &Flow, draft: &Draft) -> Result<(String, Message), Error> {
        let token = self.unused_branch.take().unwrap_or_else(|| self.entropy.token());
        let branch = format!("z9hG4bK{token}");
        let text = via::own_via(flow, self.config.sent_by.as_deref(), &branch);
        let request = Via::parse(text.as_bytes()).and_then(|via| {
            let request = Message::parse(draft.request_bytes(&via))?;
            request.check()?;
            Ok(request)
        });
        if request.is_err() {
            self.unused_branch = Some(token);
        }
        Ok((branch, request?))
    }

    fn ack(&mut self, flow: Flow, draft: &Draft) -> Result<(), Error> {
        if draft.method() != Some(&Method::Ack) {
            return Err(Error::WrongKind);
        }
        let (_, ack) = self.finish(&flow, draft)?;
        self.queue.push_back(Output::Transmit(Transmit { flow, contents: ack.bytes().clone() }));
        Ok(())
    }

    fn respond(&mut self, now: Instant, id: ServerId, draft: &Draft) -> Result<(), Error> {
        let status = draft.status().ok_or(Error::WrongKind)?;
        let server = self.servers.get_mut(id).ok_or(Error::NoTransaction)?;
        if server.is_answered(status) {
            return Err(Error::AlreadyAnswered);
        }
        server.handle(now, ServerInput::Respond { status, contents: draft.response_bytes() });
        self.drain_server(id);
        Ok(())
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
    fn drain_client(&mut self, now: Instant, id: ClientId) {
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

    fn send_cancel(&mut self, now: Instant, invite: ClientId) {
        let Some(AnyClient::Invite(invite)) = self.clients.get_mut(invite) else { return };
        let (flow, bytes) = (invite.flow(), via::cancel_for(invite.request()));
        let Ok(Some(branch)) = invite.request().typed::<Via<'_>>().map(|v| v.and_then(|v| v.branch())) else { return };
        let key = client_match(branch, &Method::Cancel);
        let id = self.clients.cancel_id();
        self.clients.insert(id, key, AnyClient::Other(Client::new(now, flow, bytes, self.config.timing)));
        self.drain_client(now, id);
    }

    /// The same for a server transaction. Answers whether an ACK that it was told of is for the layer above.
    fn drain_server(&mut self, id: ServerId) -> bool {
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
            Input::Request { key, flow, request } => self.request(now, key, flow, &request)?,
            Input::Cancel { key } => {
                let id = ClientId::User(key);
                self.clients.get_mut(id).ok_or(Error::NoTransaction)?.handle(now, ClientInput::Cancel);
                self.drain_client(now, id);
            }
            Input::Ack { flow, request } => self.ack(flow, &request)?,
            Input::Respond { id, response } => self.respond(now, id, &response)?,
            Input::TransportFailed { flow } => self.transport_failed(now, flow),
            Input::Timeout => self.timeout(now),
        }
        // A refused input leaves the layer as it was, the time that it knows of included.
        self.now = Some(now);
        Ok(())
    }

    fn poll_output(&mut self) -> Output<Event> {
        self.queue.pop_front().unwrap_or_else(|| Output::Timeout(self.deadlines.next()))
    }
}
