//! What the layer above wants sent (RFC 3261 §8.1.1.7, §9.1, §16.6, §17.1).

use super::loops::LoopMark;
use super::table::{AnyClient, ClientId};
use super::{Event, Layer};
use crate::client::Client;
use crate::invite_client::InviteClient;
use crate::key::{ClientKey, Matcher, ServerId};
use crate::server::ServerInput;
use crate::{Error, via};
use bytes::Bytes;
use offhook_core::{Flow, Output, Transmit};
use offhook_sip_parser::header::{TypedHeader, Via};
use offhook_sip_parser::{Draft, Edit, Message, MessageView, Method, ParseError, Status};
use std::time::Instant;

/// A request that lacks our Via.
pub(super) enum Outgoing<'a> {
    Draft(&'a Draft),
    Forward(&'a Message, Option<LoopMark>),
}

impl Outgoing<'_> {
    fn method(&self) -> Option<Method> {
        match self {
            Outgoing::Draft(draft) => draft.method().cloned(),
            Outgoing::Forward(message, _) => message.method(),
        }
    }

    fn mark(&self) -> Option<LoopMark> {
        match self {
            Outgoing::Draft(_) => None,
            Outgoing::Forward(_, mark) => *mark,
        }
    }
}

impl Layer {
    pub(super) fn request(
        &mut self,
        now: Instant,
        key: ClientKey,
        flow: Flow,
        request: Outgoing<'_>,
    ) -> Result<(), Error> {
        let id = ClientId::User(key);
        if self.clients.contains(id) {
            return Err(Error::KeyInUse);
        }
        if self.clients.len() >= self.config.max_clients {
            return Err(Error::Full);
        }
        let method = request.method().ok_or(Error::WrongKind)?;
        if matches!(method, Method::Ack | Method::Cancel) {
            return Err(Error::WrongKind);
        }
        let (branch, bytes) = self.finish(&flow, &request)?;
        let machine = match method {
            Method::Invite => AnyClient::Invite(InviteClient::new(now, flow, bytes, self.config.timing)),
            _ => AnyClient::Other(Client::new(now, flow, bytes, self.config.timing)),
        };
        self.clients.insert(self.secret, id, Matcher::of_client(&branch, &method), machine);
        self.drain_client(now, id);
        Ok(())
    }

    /// The request with a Via and a branch of its own.
    fn finish(&mut self, flow: &Flow, request: &Outgoing<'_>) -> Result<(String, Bytes), Error> {
        let token = self.unused_branch.take().unwrap_or_else(|| self.entropy.token());
        let params = via::own_params(flow, token, request.mark());
        let written = match self.config.sent_by.as_deref() {
            None => self.write(request, &via::own_via(flow, &params)),
            Some(name) => {
                let text = format!("SIP/2.0/{} {name}{params}", flow.protocol);
                Via::parse(text.as_bytes()).and_then(|via| self.write(request, &via))
            }
        };
        if written.is_err() {
            self.unused_branch = Some(token);
        }
        Ok((via::branch_of(&params).to_owned(), written?))
    }

    fn write(&mut self, request: &Outgoing<'_>, via: &Via<'_>) -> Result<Bytes, ParseError> {
        match request {
            Outgoing::Draft(draft) => {
                let bytes = draft.request_bytes(via);
                MessageView::parse(&bytes, &mut self.index)?.check()?;
                Ok(bytes)
            }
            Outgoing::Forward(message, _) => {
                message.check()?;
                let mut edit = Edit::new(message);
                edit.push_via(via);
                Ok(edit.finish())
            }
        }
    }

    pub(super) fn ack(&mut self, flow: Flow, request: Outgoing<'_>) -> Result<(), Error> {
        if request.method() != Some(Method::Ack) {
            return Err(Error::WrongKind);
        }
        let (_, contents) = self.finish(&flow, &request)?;
        self.queue.push_back(Output::<Event>::Transmit(Transmit { flow, contents }));
        Ok(())
    }

    pub(super) fn respond(
        &mut self,
        now: Instant,
        id: ServerId,
        status: Option<Status>,
        contents: impl FnOnce() -> Bytes,
    ) -> Result<(), Error> {
        let status = status.ok_or(Error::WrongKind)?;
        let server = self.servers.get_mut(id).ok_or(Error::NoTransaction)?;
        if server.is_answered(status) {
            return Err(Error::AlreadyAnswered);
        }
        server.handle(now, ServerInput::Respond { status, contents: contents() });
        self.drain_server(id);
        Ok(())
    }

    pub(super) fn send_cancel(&mut self, now: Instant, invite: ClientId) {
        let Some((AnyClient::Invite(machine), matcher)) = self.clients.get(invite) else { return };
        let (flow, matcher) = (machine.flow(), Matcher::of_cancel(matcher));
        let Some(bytes) = machine.cancel() else { return };
        let id = self.clients.cancel_id();
        let cancel = AnyClient::Other(Client::new(now, flow, bytes, self.config.timing));
        self.clients.insert(self.secret, id, matcher, cancel);
        self.drain_client(now, id);
    }
}
