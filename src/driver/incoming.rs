//! A call that comes in.

use super::agent::tell_later;
use super::call::{Call, Line};
use super::run::Command;
use super::socket;
use crate::error::Error;
use crate::ua::CallId;
use offhook_core::Flow;
use offhook_sip_parser::header::{From, To};
use offhook_sip_parser::{Message, Status};
use std::net::IpAddr;
use tokio::sync::oneshot;

/// Somebody calls. Answer it or reject it; dropping it says 480.
pub struct IncomingCall {
    /// `None` once it is answered or rejected.
    line: Option<Line>,
    id: CallId,
    request: Message,
    flow: Flow,
    media_ip: IpAddr,
}

impl IncomingCall {
    pub(super) fn new(line: Line, request: Message, flow: Flow, media_ip: IpAddr) -> Self {
        IncomingCall { id: line.id, line: Some(line), request, flow, media_ip }
    }

    /// The name of the call in the machine.
    pub fn id(&self) -> CallId {
        self.id
    }

    /// The INVITE: every header is there.
    pub fn request(&self) -> &Message {
        &self.request
    }

    /// Where it came from.
    pub fn flow(&self) -> Flow {
        self.flow
    }

    /// The URI that the caller claims to be.
    pub fn from(&self) -> String {
        self.request.typed::<From<'_>>().ok().flatten().map(|f| f.uri.to_string()).unwrap_or_default()
    }

    /// The URI that was called.
    pub fn to(&self) -> String {
        self.request.typed::<To<'_>>().ok().flatten().map(|t| t.uri.to_string()).unwrap_or_default()
    }

    /// Whether the caller has given up.
    pub fn is_over(&self) -> bool {
        self.line.as_ref().is_none_or(|line| line.state.borrow().is_ended())
    }

    /// Answers: codec, addresses and digits are negotiated, and the sound begins.
    pub async fn answer(mut self) -> Result<Call, Error> {
        let line = self.line.take().ok_or(Error::CallOver)?;
        // From here on the call is hung up if it is dropped.
        let call = Call::new(line, self.to());
        let sockets = socket::bind_media(self.media_ip)?;
        let (reply, answered) = oneshot::channel();
        call.tell(Command::Answer { call: self.id, sockets, reply }).await?;
        answered.await.map_err(|_| Error::ShuttingDown)??;
        Ok(call)
    }

    /// Refuses with a final status of 300 or more; any other is taken for 603.
    pub async fn reject(mut self, status: Status) {
        if let Some(line) = self.line.take() {
            // A driver that is gone has refused it already.
            let _ = line.driver.send(Command::Reject { call: line.id, status }).await;
        }
    }
}

impl Drop for IncomingCall {
    fn drop(&mut self) {
        if let Some(line) = self.line.take() {
            tell_later(&line.driver, Command::Reject { call: line.id, status: Status::TEMPORARILY_UNAVAILABLE });
        }
    }
}
