//! What becomes of bytes that come in (RFC 3261 §17.1.3, §17.2.3, §18.2.1).

use super::table::{AnyServer, ClientId};
use super::{Event, Layer};
use crate::client::ClientInput;
use crate::invite_server::InviteServer;
use crate::key::{ServerId, client_match, server_match};
use crate::server::{Server, ServerInput};
use crate::via;
use bytes::Bytes;
use offhook_core::{Flow, Output, Transmit};
use offhook_sip_parser::header::{CSeq, To, Via};
use offhook_sip_parser::{Draft, Limits, Message, Method, Name, ParseError, Status};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Instant;

/// How long a client is asked to stay away when the table is full, in seconds.
const RETRY_AFTER: u32 = 5;

impl Layer {
    pub(super) fn receive(&mut self, now: Instant, flow: Flow, contents: Bytes) {
        // RFC 5626 §3.5.1: a client keeps its binding alive with empty lines, or with a lone NUL as some devices do
        if contents.iter().all(|b| matches!(b, b'\r' | b'\n' | 0)) {
            self.counters.keep_alives += 1;
            return;
        }
        match Message::parse_or_salvage(contents, &Limits::default()) {
            Ok(message) => match message.check() {
                Ok(()) if message.is_request() => self.receive_request(now, flow, message),
                Ok(()) => self.receive_response(now, flow, &message),
                Err(error) => self.refuse(flow, &message, &error),
            },
            Err(malformed) => match malformed.message {
                Some(message) => self.refuse(flow, &message, &malformed.error),
                None => self.counters.not_sip += 1,
            },
        }
    }

    /// Answers a malformed request without keeping anything of it, with as much of it as could be read; drops what cannot
    /// be answered.
    fn refuse(&mut self, flow: Flow, message: &Message, error: &ParseError) {
        let wants_answer = message.method().is_some_and(|m| m != Method::Ack);
        if !wants_answer || message.required::<Via<'_>>().is_err() {
            self.counters.malformed_dropped += 1;
            return;
        }
        self.counters.malformed_requests += 1;
        let mut phrase = error.to_string();
        if let Some(first) = phrase.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let status = error.status();
        self.reply(flow, message, status, |draft| {
            if status == Status::BAD_REQUEST {
                draft.reason(&phrase);
            }
        });
    }

    /// A stateless reply (§8.2.7).
    fn reply(&mut self, flow: Flow, request: &Message, status: Status, edit: impl FnOnce(&mut Draft)) {
        let noted = via::note_source(request, &flow);
        let request = noted.as_ref().unwrap_or(request);
        let Ok(via) = request.required::<Via<'_>>() else { return };
        let tag = self.stateless_tag(&via, request);
        let mut draft = Draft::response(request.view(), status, Some(&tag));
        edit(&mut draft);
        let flow = via::response_flow(flow, &via);
        self.queue.push_back(Output::Transmit(Transmit { flow, contents: draft.response_bytes() }));
    }

    /// The tag of a stateless reply: the same for a request, its retransmissions, and the ACK of an INVITE (§8.2.7).
    fn stateless_tag(&self, via: &Via<'_>, request: &Message) -> String {
        let matcher = server_match(via, &request.method().unwrap_or(Method::Ack));
        let mut hasher = DefaultHasher::new();
        (self.secret, matcher, request.header(Name::CALL_ID)).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    fn receive_request(&mut self, now: Instant, flow: Flow, message: Message) {
        let (Ok(request), Some(method)) = (via::note_source(&message, &flow), message.method()) else {
            self.counters.malformed_dropped += 1;
            return;
        };
        let Ok(via) = request.required::<Via<'_>>() else { return };
        if !via.has_magic_cookie() {
            self.refuse_rfc_2543(flow, &request, &method);
            return;
        }
        let matcher = server_match(&via, &method);
        if let Some(id) = self.servers.find(&matcher) {
            self.counters.retransmissions_received += u64::from(method != Method::Ack);
            let input = if method == Method::Ack { ServerInput::Ack } else { ServerInput::Request };
            if let Some(server) = self.servers.get_mut(id) {
                server.handle(now, input);
            }
            // RFC 6026 §7.1: of a peer that gives the ACK of a 2xx the branch of its INVITE
            if self.drain_server(id) {
                self.queue.push_back(Output::Event(Event::Ack { request, flow }));
            }
            return;
        }
        if method == Method::Ack {
            // An INVITE that was refused statelessly has its ACK too, and nobody waits for that.
            let tag = request.typed::<To<'_>>().ok().flatten().and_then(|to| to.tag());
            if tag != Some(&self.stateless_tag(&via, &request)) {
                self.queue.push_back(Output::Event(Event::Ack { request, flow }));
            }
            return;
        }
        if self.servers.len() >= self.config.max_servers {
            self.counters.overloaded += 1;
            self.reply(flow, &request, Status::SERVICE_UNAVAILABLE, |draft| {
                draft.append(Name::RETRY_AFTER, RETRY_AFTER);
            });
            return;
        }
        let back = via::response_flow(flow, &via);
        let invite =
            if method == Method::Cancel { self.servers.find(&server_match(&via, &Method::Invite)) } else { None };
        let id = self.open_server(now, back, matcher, &request, &method);
        self.queue.push_back(Output::Event(match method {
            Method::Cancel => Event::Cancel { id, invite, request, flow },
            _ => Event::Request { id, request, flow },
        }));
    }

    fn open_server(
        &mut self,
        now: Instant,
        back: Flow,
        matcher: Box<str>,
        request: &Message,
        method: &Method,
    ) -> ServerId {
        let timing = self.config.timing;
        let machine = if *method == Method::Invite {
            let trying = Draft::response(request.view(), Status::TRYING, None);
            AnyServer::Invite(InviteServer::new(now, back, trying.response_bytes(), timing))
        } else {
            AnyServer::Other(Server::new(back, timing))
        };
        let id = self.servers.insert(matcher, machine);
        self.drain_server(id);
        id
    }

    /// A branch without the magic cookie is of RFC 2543, whose matching rules are not kept here: no implementation of
    /// this century sends one, and guessing would let strangers into the transactions of others.
    fn refuse_rfc_2543(&mut self, flow: Flow, request: &Message, method: &Method) {
        if *method == Method::Ack {
            self.counters.malformed_dropped += 1;
            return;
        }
        self.counters.malformed_requests += 1;
        self.reply(flow, request, Status::BAD_REQUEST, |draft| {
            draft.reason("Via branch lacks the magic cookie z9hG4bK");
        });
    }

    fn receive_response(&mut self, now: Instant, flow: Flow, response: &Message) {
        let id = match (response.required::<Via<'_>>(), response.required::<CSeq>()) {
            (Ok(via), Ok(cseq)) => {
                via.branch().and_then(|branch| self.clients.find(&client_match(branch, &cseq.method)))
            }
            _ => None,
        };
        // §18.1.2: it comes on the transport that the request took, if not always from the address that it went to
        let id = id.filter(|&id: &ClientId| self.clients.flow(id).is_some_and(|f| f.protocol == flow.protocol));
        let Some(id) = id else {
            self.counters.stray_responses += 1;
            return;
        };
        if let Some(client) = self.clients.get_mut(id) {
            client.handle(now, ClientInput::Response(response));
        }
        self.drain_client(now, id);
    }
}
