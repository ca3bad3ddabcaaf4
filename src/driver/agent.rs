//! The handle of a user agent.

use super::builder::{Builder, Listen};
use super::call::{Call, Line};
use super::incoming::IncomingCall;
use super::run::Command;
use super::socket;
use crate::account::{Account, AccountId};
use crate::error::Error;
use crate::registration::RegistrationEvent;
use crate::transport::Counters;
use crate::ua::Outgoing;
use offhook_sdp::Codec;
use offhook_sip_parser::Uri;
use std::collections::HashMap;
use std::future::{Future, IntoFuture};
use std::net::IpAddr;
use std::pin::Pin;
use tokio::sync::{Mutex, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// A telephone on tokio: registers, calls, is called.
///
/// Dropping it shuts it down as [`shut_down`](UserAgent::shut_down) does, but nobody waits for that.
///
/// ```no_run
/// # #[tokio::main] async fn main() -> Result<(), offhook::Error> {
/// use offhook::{Account, UserAgent, media::wav::Clip};
/// let ua = UserAgent::builder()
///     .listen("udp:0.0.0.0:5060")?
///     .account(Account::new("sip:bot@example.com")?.password("secret").registrar("sip:example.com")?)
///     .build()
///     .await?;
/// while let Some(call) = ua.incoming().await {
///     tokio::spawn(async move {
///         let mut call = call.answer().await?;
///         call.play(Clip::from_path("welcome.wav")?).await?;
///         let room = call.gather().max(6).until('#').await?;
///         println!("room {}", room.digits);
///         call.hang_up().await;
///         Ok::<(), offhook::Error>(())
///     });
/// }
/// # Ok(()) }
/// ```
pub struct UserAgent {
    commands: mpsc::Sender<Command>,
    calls: Mutex<mpsc::Receiver<IncomingCall>>,
    listening: Vec<Listen>,
    counters: watch::Receiver<Counters>,
    media_ip: IpAddr,
    registrations: Mutex<HashMap<AccountId, watch::Receiver<Option<RegistrationEvent>>>>,
    first_account: Option<AccountId>,
    task: Mutex<Option<JoinHandle<()>>>,
}

pub(super) struct Wiring {
    pub(super) commands: mpsc::Sender<Command>,
    pub(super) calls: mpsc::Receiver<IncomingCall>,
    pub(super) listening: Vec<Listen>,
    pub(super) counters: watch::Receiver<Counters>,
    pub(super) media_ip: IpAddr,
    pub(super) registrations: Vec<(AccountId, watch::Receiver<Option<RegistrationEvent>>)>,
    pub(super) task: JoinHandle<()>,
}

impl UserAgent {
    /// Begins to make one.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(super) fn new(wiring: Wiring) -> Self {
        UserAgent {
            commands: wiring.commands,
            calls: Mutex::new(wiring.calls),
            listening: wiring.listening,
            counters: wiring.counters,
            media_ip: wiring.media_ip,
            first_account: wiring.registrations.first().map(|(id, _)| *id),
            registrations: Mutex::new(wiring.registrations.into_iter().collect()),
            task: Mutex::new(Some(wiring.task)),
        }
    }

    /// Where it listens, in the order of the builder's places, with the ports that were free.
    pub fn listening(&self) -> &[Listen] {
        &self.listening
    }

    /// What its connections came to: how many there were, and how many were refused or closed, by cause.
    pub fn stream_counters(&self) -> Counters {
        *self.counters.borrow()
    }

    /// The next call that comes in; `None` once it is shut down. A caller who gave up meanwhile is passed over.
    pub async fn incoming(&self) -> Option<IncomingCall> {
        let mut calls = self.calls.lock().await;
        loop {
            let call = calls.recv().await?;
            if !call.is_over() {
                return Some(call);
            }
        }
    }

    /// Calls `to`: await it for a call that is answered, or [`start`](Dial::start) it for one that may still ring. The
    /// first account calls, if there is one.
    pub fn call(&self, to: &str) -> Dial<'_> {
        Dial { ua: self, to: to.parse().map_err(Error::BadUri), edit: Vec::new(), account: self.first_account }
    }

    /// Adds an account; it is registered if it names a registrar.
    pub async fn add_account(&self, account: Account) -> Result<AccountId, Error> {
        let (reply, added) = oneshot::channel();
        self.tell(Command::AddAccount { account: Box::new(account), reply }).await?;
        let (id, status) = added.await.map_err(|_| Error::ShuttingDown)?;
        self.registrations.lock().await.insert(id, status);
        Ok(id)
    }

    /// Takes an account's registration back.
    pub async fn unregister(&self, account: AccountId) -> Result<(), Error> {
        self.tell(Command::Unregister { account }).await
    }

    /// The first of the accounts that were given to the builder: the one that calls unless another is named.
    pub fn first_account(&self) -> Option<AccountId> {
        self.first_account
    }

    /// How an account's registration stands and changes; `None` before the first answer.
    pub async fn registration(&self, account: AccountId) -> Result<watch::Receiver<Option<RegistrationEvent>>, Error> {
        self.registrations.lock().await.get(&account).cloned().ok_or(Error::NoAccount)
    }

    /// Waits until the registrar has answered for the first time, for good or ill.
    pub async fn registered(&self, account: AccountId) -> Result<RegistrationEvent, Error> {
        let mut status = self.registration(account).await?;
        let first = status.wait_for(Option::is_some).await.map_err(|_| Error::ShuttingDown)?;
        first.ok_or(Error::ShuttingDown)
    }

    /// Hangs up every call, takes every registration back, and waits for the answers, up to 5 s. Then all sockets are closed,
    /// and every call is over.
    pub async fn shut_down(&self) {
        if self.tell(Command::ShutDown).await.is_err() {
            return;
        }
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the driver failed");
        }
    }

    async fn tell(&self, command: Command) -> Result<(), Error> {
        self.commands.send(command).await.map_err(|_| Error::ShuttingDown)
    }
}

impl Drop for UserAgent {
    fn drop(&mut self) {
        tell_later(&self.commands, Command::ShutDown);
    }
}

type Edit = Box<dyn FnOnce(Outgoing) -> Outgoing + Send>;

/// A call to be made. From [`UserAgent::call`].
pub struct Dial<'a> {
    ua: &'a UserAgent,
    to: Result<Uri, Error>,
    edit: Vec<Edit>,
    account: Option<AccountId>,
}

impl<'a> Dial<'a> {
    fn edit(mut self, edit: impl FnOnce(Outgoing) -> Outgoing + Send + 'static) -> Self {
        self.edit.push(Box::new(edit));
        self
    }

    /// As whom.
    pub fn account(mut self, account: AccountId) -> Self {
        self.account = Some(account);
        self
    }

    /// Codecs in the order of preference.
    pub fn codecs(self, codecs: Vec<Codec>) -> Self {
        self.edit(|o| o.codecs(codecs))
    }

    /// A header more in the INVITE.
    pub fn header(self, name: &str, value: &str) -> Self {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.edit(move |o| o.header(&name, &value))
    }

    /// The From value in place of the account's.
    pub fn from(self, from: &str) -> Self {
        let from = from.to_owned();
        self.edit(move |o| o.from(&from))
    }

    /// Sends the INVITE and does not wait: the call may still ring, or be refused. See
    /// [`Call::answered`](super::Call::answered).
    pub async fn start(self) -> Result<Call, Error> {
        let to = self.to?;
        let sockets = socket::bind_media(self.ua.media_ip)?;
        let mut outgoing = Outgoing::new(to.clone());
        outgoing.account = self.account;
        for edit in self.edit {
            outgoing = edit(outgoing);
        }
        let (reply, made) = oneshot::channel();
        self.ua.tell(Command::Dial { outgoing: Box::new(outgoing), sockets, reply }).await?;
        let line: Line = made.await.map_err(|_| Error::ShuttingDown)??;
        Ok(Call::new(line, to.to_string()))
    }
}

impl<'a> IntoFuture for Dial<'a> {
    type Output = Result<Call, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut call = self.start().await?;
            call.answered().await?;
            Ok(call)
        })
    }
}

/// Tells the driver without waiting, as what is dropped must: a full queue does not lose the command.
pub(super) fn tell_later(commands: &mpsc::Sender<Command>, command: Command) {
    if let Err(mpsc::error::TrySendError::Full(command)) = commands.try_send(command)
        && let Ok(runtime) = tokio::runtime::Handle::try_current()
    {
        let commands = commands.clone();
        runtime.spawn(async move { commands.send(command).await });
    }
}
