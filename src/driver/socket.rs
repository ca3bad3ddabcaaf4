//! Sockets.

use super::builder::Listen;
use crate::call::MediaAddress;
use crate::error::Error;
use bytes::Bytes;
use offhook_core::{Flow, Transmit};
use socket2::{Domain, Socket, Type};
use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket as StdUdpSocket};
use std::sync::Arc;
use std::task::Poll;
use tokio::io::ReadBuf;
use tokio::net::{TcpListener, UdpSocket};

/// What a socket holds for us while we are busy. The default of many systems, 208 kB, is full after a few hundred
/// messages.
const RECEIVE_BUFFER: usize = 4 << 20;

/// The largest datagram there is.
pub(super) const LARGEST: usize = 65_535;

/// More than a packet of sound ever has; ten thousand calls have ten thousand buffers.
pub(super) const LARGEST_MEDIA: usize = 4096;

pub(super) fn bind(address: SocketAddr) -> Result<UdpSocket, Error> {
    let failed = |error| Error::Bind { address, error: Arc::new(error) };
    let socket = StdUdpSocket::bind(address).map_err(failed)?;
    // The system may give less; that is no reason not to run.
    let _ = socket2::SockRef::from(&socket).set_recv_buffer_size(RECEIVE_BUFFER);
    socket.set_nonblocking(true).map_err(failed)?;
    UdpSocket::from_std(socket).map_err(failed)
}

/// A listener, and where it is.
pub(super) fn listen(place: Listen) -> Result<(TcpListener, SocketAddr), Error> {
    let failed = |error| Error::Bind { address: place.address, error: Arc::new(error) };
    let socket = stream_socket(place.address).map_err(failed)?;
    socket.listen(BACKLOG).map_err(failed)?;
    let listener = TcpListener::from_std(socket.into()).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// A port that is ours and where nobody listens.
pub(super) fn reserve(address: SocketAddr) -> Result<(SocketAddr, Socket), Error> {
    let failed = |error| Error::Bind { address, error: Arc::new(error) };
    let socket = stream_socket(address).map_err(failed)?;
    let bound = socket.local_addr().map_err(failed)?.as_socket();
    Ok((bound.unwrap_or(address), socket))
}

/// Connections that wait to be accepted.
const BACKLOG: i32 = 1024;

fn stream_socket(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(socket2::Protocol::TCP))?;
    // On Unix only: what the last run left behind keeps the port busy there, and elsewhere this would share it.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

/// A call's sockets: RTP at an even port and RTCP at the next (RFC 3550 §11), or RTP alone if no such pair is free.
pub(super) struct MediaSockets {
    pub(super) rtp: UdpSocket,
    pub(super) rtcp: Option<UdpSocket>,
    pub(super) address: MediaAddress,
}

pub(super) fn bind_media(ip: IpAddr) -> Result<MediaSockets, Error> {
    let mut last = None;
    for _ in 0..64 {
        let rtp = bind(SocketAddr::new(ip, 0))?;
        let address = rtp.local_addr().map_err(Error::io("asking a socket for its address"))?;
        if address.port() % 2 == 0
            && let Some(next) = address.port().checked_add(1)
            && let Ok(rtcp) = bind(SocketAddr::new(ip, next))
        {
            return Ok(MediaSockets { rtp, rtcp: Some(rtcp), address: MediaAddress::pair(address) });
        }
        last = Some((rtp, address));
    }
    match last {
        Some((rtp, address)) => {
            Ok(MediaSockets { rtp, rtcp: None, address: MediaAddress { rtp: address, rtcp: None } })
        }
        None => Err(Error::NoListener),
    }
}

/// A bound on the errors of one socket in one turn: one that only fails shall not hold the task.
const MOST_ERRORS: u32 = 32;

/// Datagrams of several sockets.
pub(super) struct Receiver {
    buffer: Box<[u8]>,
    /// Where to begin, so that a busy socket does not silence the others.
    turn: usize,
}

impl Receiver {
    /// Datagrams longer than `largest` are cut.
    pub(super) fn new(largest: usize) -> Self {
        Receiver { buffer: vec![0; largest].into(), turn: 0 }
    }

    /// The next datagram: of which socket, from whom. An error of one datagram (a port that is closed) is passed over.
    pub(super) async fn receive(&mut self, sockets: &[&UdpSocket]) -> (usize, SocketAddr, Bytes) {
        poll_fn(|cx| {
            let mut is_failing = false;
            for i in 0..sockets.len() {
                let which = (self.turn + i) % sockets.len();
                let Some(socket) = sockets.get(which) else { continue };
                let mut errors = 0;
                loop {
                    let mut read = ReadBuf::new(&mut self.buffer);
                    match socket.poll_recv_from(cx, &mut read) {
                        Poll::Ready(Ok(from)) => {
                            self.turn = which + 1;
                            return Poll::Ready((which, from, Bytes::copy_from_slice(read.filled())));
                        }
                        Poll::Ready(Err(_)) if errors < MOST_ERRORS => errors += 1,
                        Poll::Ready(Err(_)) => {
                            is_failing = true;
                            break;
                        }
                        Poll::Pending => break,
                    }
                }
            }
            if is_failing {
                // It was left before it was pending, so it would wake nobody: come back for it.
                cx.waker().wake_by_ref();
            }
            Poll::Pending
        })
        .await
    }
}

/// Sends a datagram. `Err` if the flow is of no use.
pub(super) async fn send(socket: &UdpSocket, transmit: &Transmit) -> io::Result<()> {
    match socket.try_send_to(&transmit.contents, transmit.flow.remote) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
            socket.send_to(&transmit.contents, transmit.flow.remote).await.map(|_| ())
        }
        // An ICMP answer to an earlier datagram, told at this one: send it all the same.
        Err(e) if e.kind() == io::ErrorKind::ConnectionRefused => {
            socket.send_to(&transmit.contents, transmit.flow.remote).await.map(|_| ())
        }
        Err(e) => Err(e),
    }
}

/// Our own addresses on the ways to others, as the system's routes have them.
#[derive(Default)]
pub(super) struct Routes {
    known: HashMap<IpAddr, IpAddr>,
}

/// Remembered ways; a stranger can add one with each datagram.
const MOST_ROUTES: usize = 4096;

impl Routes {
    /// Our address for a datagram between `bound` and `remote`.
    pub(super) fn local(&mut self, bound: SocketAddr, remote: SocketAddr) -> SocketAddr {
        if !bound.ip().is_unspecified() {
            return bound;
        }
        if let Some(&ip) = self.known.get(&remote.ip()) {
            return SocketAddr::new(ip, bound.port());
        }
        let Ok(ip) = route(remote) else { return bound };
        if self.known.len() >= MOST_ROUTES {
            self.known.clear();
        }
        self.known.insert(remote.ip(), ip);
        SocketAddr::new(ip, bound.port())
    }
}

/// Connecting a UDP socket sends nothing, and names the address that a datagram would leave by.
fn route(remote: SocketAddr) -> io::Result<IpAddr> {
    let any: IpAddr = if remote.is_ipv4() { [0; 4].into() } else { [0u16; 8].into() };
    let probe = StdUdpSocket::bind(SocketAddr::new(any, 0))?;
    probe.connect(remote)?;
    probe.local_addr().map(|a| a.ip())
}

/// The flow to a place, from one of the addresses that are bound for its transport.
pub(super) fn find(query: &crate::ua::Query, bound: &[SocketAddr], routes: &mut Routes) -> Option<Flow> {
    let (protocol, remote) = (query.protocol, query.remote);
    let bound = bound.iter().find(|b| b.is_ipv4() == remote.is_ipv4())?;
    Some(Flow { protocol, local: routes.local(*bound, remote), remote })
}
