//! Making a user agent.

use super::agent::UserAgent;
use super::entropy::OsEntropy;
use super::streams::Streams;
#[cfg(feature = "tls")]
use super::tls::{Tls, TlsError};
use super::{run, socket};
use crate::account::Account;
use crate::config::Config;
use crate::error::Error;
use crate::ladder::Crossing;
use crate::ua::Ua;
use offhook_core::Protocol;
use offhook_sdp::Codec;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// A place to listen at: `udp:0.0.0.0:5060`, `tcp:[::]:5060`, `tls:0.0.0.0:5061`. Port 0 takes any that is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen {
    /// The transport.
    pub protocol: Protocol,
    /// The address.
    pub address: SocketAddr,
}

impl FromStr for Listen {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (protocol, address) = text.split_once(':').ok_or(Error::BadListen)?;
        let address = address.parse().map_err(|_| Error::BadListen)?;
        let carried = [
            Protocol::Udp,
            Protocol::Tcp,
            #[cfg(feature = "tls")]
            Protocol::Tls,
        ];
        let protocol =
            carried.into_iter().find(|p| p.as_str().eq_ignore_ascii_case(protocol)).ok_or(Error::Transport)?;
        Ok(Listen { protocol, address })
    }
}

/// As it is read: `tcp:192.0.2.1:5060`.
impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.protocol.as_str().to_ascii_lowercase(), self.address)
    }
}

pub(super) type Tap = Box<dyn FnMut(&Crossing) + Send>;

/// What a [`UserAgent`] is made of. From [`UserAgent::builder`].
#[derive(Default)]
pub struct Builder {
    config: Config,
    listen: Vec<Listen>,
    accounts: Vec<Account>,
    media_ip: Option<IpAddr>,
    tap: Option<Tap>,
    streams: crate::transport::Config,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
}

impl Builder {
    /// Listens at `place`, written `udp:ADDRESS:PORT`, `tcp:..` or `tls:..`. May be said more than once. What is listened on
    /// is also what can be called by: a URI with `transport=tcp` needs a `tcp` place. TLS needs [`tls`](Builder::tls)
    /// besides, and listens only with an identity of its own.
    pub fn listen(mut self, place: &str) -> Result<Self, Error> {
        self.listen.push(place.parse()?);
        Ok(self)
    }

    /// Bounds on connections.
    pub fn streams(mut self, config: crate::transport::Config) -> Self {
        self.streams = config;
        self
    }

    /// How TLS is spoken. Without a place to listen at it is enough to call and to register by TLS.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Adds an account. It is registered if it names a registrar.
    pub fn account(mut self, account: Account) -> Self {
        self.accounts.push(account);
        self
    }

    /// Speech codecs in the order of preference.
    pub fn codecs(mut self, codecs: Vec<Codec>) -> Self {
        self.config.codecs = codecs;
        self
    }

    /// All the other settings. Codecs said before are replaced.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Where calls' media is bound. Default: where the first listener is.
    pub fn media_ip(mut self, ip: IpAddr) -> Self {
        self.media_ip = Some(ip);
        self
    }

    /// Shows every SIP message that comes or goes. It holds up the user agent while it runs.
    pub fn tap(mut self, tap: impl FnMut(&Crossing) + Send + 'static) -> Self {
        self.tap = Some(Box::new(tap));
        self
    }

    /// Binds the sockets and starts. Must be called within a tokio runtime.
    pub async fn build(self) -> Result<UserAgent, Error> {
        #[cfg(feature = "tls")]
        let tls = self.tls.as_ref().map(Tls::context).transpose()?;
        #[cfg(feature = "tls")]
        let (listen, client) = self.tls_places(tls.as_ref().map(super::tls::Context::can_listen))?;
        #[cfg(not(feature = "tls"))]
        let (listen, client) = (self.listen.clone(), None);
        let first = listen.first().or(client.as_ref()).ok_or(Error::NoListener)?;
        crate::call::check_codecs(&self.config.codecs)?;
        let media_ip = self.media_ip.unwrap_or(first.address.ip());
        let mut streams = Streams::new(
            self.streams,
            #[cfg(feature = "tls")]
            tls,
        );
        let (mut sockets, mut listening) = (Vec::new(), Vec::new());
        for place in &listen {
            listening.push(match place.protocol {
                Protocol::Udp => {
                    let socket = socket::bind(place.address)?;
                    let address = socket.local_addr().map_err(Error::io("asking a socket for its address"))?;
                    sockets.push((address, socket));
                    Listen { address, ..*place }
                }
                _ => streams.listen(*place)?,
            });
        }
        let mut places = listening.clone();
        if let Some(place) = client {
            places.push(Listen { address: streams.reserve(place.address)?, ..place });
        }
        let locals = places.iter().map(|place| (place.protocol, place.address)).collect();
        let ua = Ua::new(self.config, locals, Box::new(OsEntropy));
        let places = run::Places { listening, places, sockets, streams, media_ip };
        Ok(run::start(ua, places, self.accounts, self.tap))
    }

    /// Where it listens; and where TLS connections that we open seem to come from if nothing listens for it.
    #[cfg(feature = "tls")]
    fn tls_places(&self, can_listen: Option<bool>) -> Result<(Vec<Listen>, Option<Listen>), Error> {
        let listens = self.listen.iter().any(|place| place.protocol == Protocol::Tls);
        match can_listen {
            None | Some(false) if listens => Err(TlsError::NoIdentity.into()),
            Some(_) if !listens => {
                let ip = self.listen.first().map(|place| place.address.ip()).ok_or(Error::NoListener)?;
                Ok((self.listen.clone(), Some(Listen { protocol: Protocol::Tls, address: SocketAddr::new(ip, 0) })))
            }
            _ => Ok((self.listen.clone(), None)),
        }
    }
}
