//! The task of one connection: it reads, writes and sleeps for the machine, and decides nothing.

use super::run::clock;
use super::streams::News;
use crate::transport::{CloseReason, Config, Connection, ConnectionId, Event, Input, Side};
use bytes::{Buf, Bytes};
use offhook_core::{Machine, Output};
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, WriteHalf};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{sleep_until, timeout};

/// What is read at once. Each connection has one of these.
const READ: usize = 4096;

/// What the task of a connection works with.
pub(super) struct Wire {
    pub(super) id: ConnectionId,
    pub(super) config: Config,
    /// What is to be sent. Its other end is dropped to close the connection.
    pub(super) outbox: mpsc::Receiver<Bytes>,
    pub(super) news: mpsc::Sender<News>,
}

/// A TCP connection from one of our addresses.
pub(super) async fn connect(local: SocketAddr, remote: SocketAddr, limit: Duration) -> Result<TcpStream, CloseReason> {
    let connecting = async {
        let socket = if remote.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        if !local.ip().is_unspecified() {
            socket.bind(SocketAddr::new(local.ip(), 0))?;
        }
        socket.connect(remote).await
    };
    match timeout(limit, connecting).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err::<_, io::Error>(error)) => {
            tracing::debug!(%remote, %error, "cannot connect");
            Err(CloseReason::NotConnected)
        }
        Err(_) => Err(CloseReason::ConnectTimeout),
    }
}

impl Wire {
    /// It never came to be.
    #[cfg(feature = "tls")]
    pub(super) async fn fail(self, reason: CloseReason) {
        let _ = self.news.send(News::Closed { id: self.id, reason, is_lost: true }).await;
    }

    /// Carries messages until the connection is over.
    pub(super) async fn run(self, io: impl AsyncRead + AsyncWrite, side: Side) {
        let Wire { id, config, mut outbox, news } = self;
        let (reader, mut writer) = tokio::io::split(io);
        let mut line = Line {
            connection: Connection::new(clock().0, side, config, &mut super::entropy::OsEntropy),
            buffer: vec![0; READ].into(),
            out: VecDeque::new(),
            up: VecDeque::new(),
            flushed: true,
            ended: false,
            hung_up: false,
            closed: None,
        };
        let mut reader = reader;
        while let Some(deadline) = line.drain() {
            let alarm = sleep_until(deadline.unwrap_or(clock().0 + config.idle).into());
            let is_open = line.closed.is_none();
            tokio::select! {
                // A place in the user agent's queue first, and only then more from the peer.
                place = news.reserve(), if !line.up.is_empty() => match place {
                    Ok(place) => if let Some(contents) = line.up.pop_front() {
                        place.send(News::Message { id, contents });
                    },
                    Err(_) => return,
                },
                read = reader.read(&mut line.buffer), if is_open && line.up.is_empty() && !line.ended => line.read(read),
                written = write(&mut writer, line.out.front()), if is_open && (!line.out.is_empty() || !line.flushed) => {
                    line.written(written);
                }
                message = outbox.recv(), if is_open && !line.hung_up => match message {
                    Some(message) => line.tell(Input::Send(message)),
                    None => {
                        line.hung_up = true;
                        line.tell(Input::Close);
                    }
                },
                () = alarm => line.tell(Input::Timeout),
            }
        }
        outbox.close();
        let is_lost = line.connection.is_writing() || outbox.try_recv().is_ok();
        let reason = line.closed.unwrap_or(CloseReason::Local);
        let _ = news.send(News::Closed { id, reason, is_lost }).await;
        let _ = timeout(config.linger, writer.shutdown()).await;
    }
}

/// Writes what there is, or makes sure that all has left.
async fn write(writer: &mut WriteHalf<impl AsyncWrite>, bytes: Option<&Bytes>) -> io::Result<usize> {
    match bytes {
        Some(bytes) => writer.write(bytes).await,
        None => writer.flush().await.map(|()| 0),
    }
}

struct Line {
    connection: Connection,
    buffer: Box<[u8]>,
    out: VecDeque<Bytes>,
    /// Messages for the user agent.
    up: VecDeque<Bytes>,
    flushed: bool,
    /// The peer writes no more.
    ended: bool,
    /// The user agent writes no more.
    hung_up: bool,
    closed: Option<CloseReason>,
}

impl Line {
    /// When to come back; `None` when it is over and everything is told.
    fn drain(&mut self) -> Option<Option<Instant>> {
        loop {
            match self.connection.poll_output() {
                Output::Transmit(bytes) => self.out.push_back(bytes),
                Output::Event(Event::Message(message)) => self.up.push_back(message),
                Output::Event(Event::Closed(reason)) => self.closed = Some(reason),
                Output::Timeout(_) if self.closed.is_some() && self.up.is_empty() => return None,
                Output::Timeout(at) => return Some(at),
            }
        }
    }

    fn tell(&mut self, input: Input<'_>) {
        let Ok(()) = self.connection.handle_input(clock().0, input);
    }

    fn read(&mut self, read: io::Result<usize>) {
        match read {
            Ok(count) if count > 0 => {
                let bytes = self.buffer.get(..count).unwrap_or_default();
                let Ok(()) = self.connection.handle_input(clock().0, Input::Received(bytes));
            }
            Ok(_) => self.end(),
            // Content-Length says what TLS's last word would: whether a message was cut off.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => self.end(),
            Err(_) => self.tell(Input::Broken),
        }
    }

    fn end(&mut self) {
        self.ended = true;
        self.tell(Input::End);
    }

    fn written(&mut self, written: io::Result<usize>) {
        let Some(front) = self.out.front_mut() else {
            self.flushed = true;
            if written.is_err() {
                self.tell(Input::Broken);
            }
            return;
        };
        match written {
            Ok(count) if count > 0 => {
                front.advance(count.min(front.len()));
                if front.is_empty() {
                    self.out.pop_front();
                }
                self.flushed = false;
                self.tell(Input::Written(count));
            }
            _ => self.tell(Input::Broken),
        }
    }
}
