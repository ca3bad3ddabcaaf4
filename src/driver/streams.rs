//! All the connections: who listens, who connects, what comes.

use super::builder::Listen;
use super::socket::{self, Routes};
use super::stream::{self, Wire};
#[cfg(feature = "tls")]
use super::tls::Context;
use crate::error::Error;
use crate::transport::{CloseReason, Config, ConnectionId, Counters, Refused, Route, Side, Table};
use bytes::Bytes;
use offhook_core::{Flow, Protocol, Transmit};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};

/// What tasks tell the user agent's.
pub(super) enum News {
    /// A peer has connected.
    Accepted { socket: TcpStream, flow: Flow },
    /// The peer of a connection has proven by a certificate who he is.
    #[cfg(feature = "tls")]
    Proven { id: ConnectionId },
    /// A message came.
    Message { id: ConnectionId, contents: Bytes },
    /// A connection is over. `is_lost`: not all that was sent was written.
    Closed { id: ConnectionId, reason: CloseReason, is_lost: bool },
}

/// What of it the user agent hears.
pub(super) enum Heard {
    Message { flow: Flow, contents: Bytes },
    Closed { flow: Flow },
    Failed { flow: Flow },
}

/// Messages that wait for one connection. What it may hold beside is bounded in bytes.
const OUTBOX: usize = 256;
/// Messages of all connections that wait for the user agent: a peer who sends more waits himself.
const NEWS: usize = 256;
/// How long a listener rests when the system has no more sockets.
const REST: Duration = Duration::from_millis(100);
/// Ports that are held for TLS flows whose address is another domain's.
const MOST_RESERVED: usize = 64;

struct Line {
    outbox: mpsc::Sender<Bytes>,
    task: AbortHandle,
    is_proven: bool,
}

pub(super) struct Streams {
    config: Config,
    table: Table,
    lines: HashMap<ConnectionId, Line>,
    /// Where we can be reached, so that answers to a connection that is gone may still come.
    listening: Vec<Protocol>,
    /// Ports that are ours and where nobody listens.
    reserved: Vec<(SocketAddr, socket2::Socket)>,
    news: mpsc::Sender<News>,
    inbox: mpsc::Receiver<News>,
    listeners: JoinSet<()>,
    tasks: JoinSet<()>,
    counters: watch::Sender<Counters>,
    #[cfg(feature = "tls")]
    tls: Option<Context>,
}

impl Streams {
    pub(super) fn new(config: Config, #[cfg(feature = "tls")] tls: Option<Context>) -> Self {
        let (news, inbox) = mpsc::channel(NEWS);
        Streams {
            config,
            table: Table::new(config),
            lines: HashMap::new(),
            listening: Vec::new(),
            reserved: Vec::new(),
            news,
            inbox,
            listeners: JoinSet::new(),
            tasks: JoinSet::new(),
            counters: watch::Sender::default(),
            #[cfg(feature = "tls")]
            tls,
        }
    }

    pub(super) fn counters(&self) -> watch::Receiver<Counters> {
        self.counters.subscribe()
    }

    /// Binds a listener and starts its task. Where it is, with the port that was free.
    pub(super) fn listen(&mut self, place: Listen) -> Result<Listen, Error> {
        let (listener, address) = socket::listen(place)?;
        self.listening.push(place.protocol);
        self.listeners.spawn(accept(listener, place.protocol, self.news.clone()));
        Ok(Listen { address, ..place })
    }

    /// Holds a port where nobody listens, so that a client can name an address that is its own.
    pub(super) fn reserve(&mut self, address: SocketAddr) -> Result<SocketAddr, Error> {
        let (address, socket) = socket::reserve(address)?;
        self.reserved.push((address, socket));
        Ok(address)
    }

    /// Sees to it that only `domain` is spoken to on the flow. The flow, or another of ours to the same peer.
    pub(super) fn expect(&mut self, flow: Flow, domain: &str, routes: &mut Routes) -> Option<Flow> {
        if !flow.protocol.is_secure() || self.table.expect(flow, domain) {
            return Some(flow);
        }
        for i in 0..=self.reserved.len().min(MOST_RESERVED) {
            let bound = match self.reserved.get(i) {
                Some((bound, _)) => *bound,
                None => self.reserve(SocketAddr::new(flow.local.ip(), 0)).ok()?,
            };
            if bound.is_ipv4() != flow.remote.is_ipv4() {
                continue;
            }
            let flow = Flow { local: routes.local(bound, flow.remote), ..flow };
            if self.table.expect(flow, domain) {
                return Some(flow);
            }
        }
        None
    }

    /// Sends a message on the flow's connection, which is opened if there is none.
    pub(super) fn send(&mut self, transmit: Transmit) -> Result<(), Refused> {
        let id = self.route(&transmit)?;
        let Some(line) = self.lines.get(&id) else { return Ok(()) };
        match line.outbox.try_send(transmit.contents.clone()) {
            Ok(()) => Ok(()),
            // It has just ended, and another can take its place.
            Err(mpsc::error::TrySendError::Closed(_)) => {
                self.lines.remove(&id);
                self.table.closed(id, CloseReason::Ended);
                let id = self.route(&transmit)?;
                if let Some(line) = self.lines.get(&id) {
                    let _ = line.outbox.try_send(transmit.contents);
                }
                Ok(())
            }
            Err(mpsc::error::TrySendError::Full(_)) => {
                // Whoever waits for it shall not wait longer.
                line.task.abort();
                self.lines.remove(&id);
                let news = self.news.clone();
                self.tasks.spawn(async move {
                    let _ = news.send(News::Closed { id, reason: CloseReason::QueueFull, is_lost: true }).await;
                });
                Ok(())
            }
        }
    }

    /// The connection that a message takes, made if there is none.
    fn route(&mut self, transmit: &Transmit) -> Result<ConnectionId, Refused> {
        let route = self.table.route(transmit);
        self.publish();
        match route? {
            Route::Use(id) => Ok(id),
            Route::Open { id, flow, domain } => {
                let (config, news) = (self.config, self.news.clone());
                #[cfg(feature = "tls")]
                let tls = self.tls.clone().filter(|_| flow.protocol.is_secure());
                #[cfg(not(feature = "tls"))]
                let tls: Option<Never> = None;
                self.spawn(id, |wire| async move {
                    let opened = match stream::connect(flow.local, flow.remote, config.connect).await {
                        Ok(socket) => socket,
                        Err(reason) => return drop(news.send(News::Closed { id, reason, is_lost: true }).await),
                    };
                    let _ = opened.set_nodelay(true);
                    match tls {
                        #[cfg(feature = "tls")]
                        Some(tls) => tls.open(wire, opened, domain).await,
                        #[cfg(not(feature = "tls"))]
                        Some(never) => match never {},
                        None => {
                            drop(domain);
                            wire.run(opened, Side::Opened).await;
                        }
                    }
                });
                Ok(id)
            }
        }
    }

    fn spawn<F>(&mut self, id: ConnectionId, work: impl FnOnce(Wire) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (outbox, messages) = mpsc::channel(OUTBOX);
        let wire = Wire { id, config: self.config, outbox: messages, news: self.news.clone() };
        let task = self.tasks.spawn(work(wire));
        self.lines.insert(id, Line { outbox, task, is_proven: false });
    }

    /// What happens next at any connection.
    pub(super) async fn next(&mut self) -> Option<News> {
        while self.tasks.try_join_next().is_some() {}
        self.inbox.recv().await
    }

    /// Sees to what happened; what of it the user agent must hear.
    pub(super) fn heard(&mut self, news: News) -> Option<Heard> {
        let heard = match news {
            News::Accepted { socket, flow } => {
                self.accepted(socket, flow);
                None
            }
            #[cfg(feature = "tls")]
            News::Proven { id } => {
                if let Some(line) = self.lines.get_mut(&id) {
                    line.is_proven = true;
                }
                None
            }
            News::Message { id, contents } => {
                if self.lines.get(&id).is_some_and(|line| line.is_proven) {
                    self.table.alias(id, &contents);
                }
                self.table.flow(id).map(|flow| Heard::Message { flow, contents })
            }
            News::Closed { id, reason, is_lost } => {
                self.lines.remove(&id);
                self.table.closed(id, reason).map(|flow| {
                    tracing::debug!(%flow, %reason, "connection closed");
                    let can_come_again = self.listening.contains(&flow.protocol);
                    let is_calm = matches!(reason, CloseReason::Ended | CloseReason::Idle | CloseReason::Local);
                    if is_calm && can_come_again && !is_lost { Heard::Closed { flow } } else { Heard::Failed { flow } }
                })
            }
        };
        self.publish();
        heard
    }

    fn accepted(&mut self, socket: TcpStream, flow: Flow) {
        let id = match self.table.accept(flow) {
            Ok(id) => id,
            Err(refused) => return tracing::debug!(%flow, %refused, "connection not taken"),
        };
        let _ = socket.set_nodelay(true);
        #[cfg(feature = "tls")]
        if let Some(tls) = self.tls.clone().filter(|_| flow.protocol.is_secure()) {
            return self.spawn(id, |wire| tls.accept(wire, socket));
        }
        self.spawn(id, |wire| wire.run(socket, Side::Accepted));
    }

    fn publish(&self) {
        let counters = self.table.counters();
        self.counters.send_if_modified(|told| std::mem::replace(told, counters) != counters);
    }

    /// Closes the listeners and all connections, once what waits is written; in a second at most.
    pub(super) async fn shut_down(mut self) {
        self.listeners.shutdown().await;
        self.lines.clear();
        let limit = self.config.linger * 2;
        let ending = async {
            let mut inbox = self.inbox;
            loop {
                tokio::select! {
                    done = self.tasks.join_next() => if done.is_none() { break },
                    Some(_) = inbox.recv() => {}
                }
            }
        };
        let _ = tokio::time::timeout(limit, ending).await;
    }
}

/// What there is none of.
#[cfg(not(feature = "tls"))]
enum Never {}

async fn accept(listener: TcpListener, protocol: Protocol, news: mpsc::Sender<News>) {
    loop {
        // A place first: whoever is not waited for stays in the system's queue.
        let Ok(place) = news.reserve().await else { return };
        match listener.accept().await {
            Ok((socket, remote)) => {
                // One that is gone already has no address.
                if let Ok(local) = socket.local_addr() {
                    place.send(News::Accepted { socket, flow: Flow { protocol, local, remote } });
                }
            }
            Err(error) => {
                drop(place);
                tracing::debug!(%error, "cannot accept");
                tokio::time::sleep(REST).await;
            }
        }
    }
}
