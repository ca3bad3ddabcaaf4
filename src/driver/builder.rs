//! Making a user agent.

use super::agent::UserAgent;
use super::entropy::OsEntropy;
use super::{run, socket};
use crate::account::Account;
use crate::config::Config;
use crate::error::Error;
use crate::ladder::Crossing;
use crate::ua::Ua;
use offhook_core::Protocol;
use offhook_sdp::Codec;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// A place to listen at: `udp:0.0.0.0:5060`. Port 0 takes any that is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen {
    /// The transport; only UDP so far.
    pub protocol: Protocol,
    /// The address.
    pub address: SocketAddr,
}

impl FromStr for Listen {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (protocol, address) = text.split_once(':').ok_or(Error::BadListen)?;
        if !protocol.eq_ignore_ascii_case("udp") {
            return Err(if address.parse::<SocketAddr>().is_ok() { Error::Transport } else { Error::BadListen });
        }
        Ok(Listen { protocol: Protocol::Udp, address: address.parse().map_err(|_| Error::BadListen)? })
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
}

impl Builder {
    /// Listens at `place`, written `udp:ADDRESS:PORT`. May be said more than once.
    pub fn listen(mut self, place: &str) -> Result<Self, Error> {
        self.listen.push(place.parse()?);
        Ok(self)
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
        let first = self.listen.first().ok_or(Error::NoListener)?;
        crate::call::check_codecs(&self.config.codecs)?;
        let media_ip = self.media_ip.unwrap_or(first.address.ip());
        let mut sockets = Vec::new();
        for listen in &self.listen {
            let socket = socket::bind(listen.address)?;
            let address = socket.local_addr().map_err(Error::io("asking a socket for its address"))?;
            sockets.push((address, socket));
        }
        let locals = sockets.iter().map(|(address, _)| (Protocol::Udp, *address)).collect();
        let ua = Ua::new(self.config, locals, Box::new(OsEntropy));
        Ok(run::start(ua, sockets, media_ip, self.accounts, self.tap))
    }
}
