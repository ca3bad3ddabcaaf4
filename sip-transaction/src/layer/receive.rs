//! What becomes of bytes that come in (RFC 3261 §17.1.3, §17.2.3, §18.2.1).

use super::table::AnyServer;
use super::{Event, Layer};
use crate::admission::Verdict;
use crate::client::ClientInput;
use crate::invite_server::InviteServer;
use crate::key::{Matcher, merge_hash};
use crate::server::{Server, ServerInput};
use crate::via;
use bytes::Bytes;
use offhook_core::{Flow, Output, Transmit};
use offhook_sip_parser::header::Via;
use offhook_sip_parser::{Draft, Essentials, Limits, Message, Method, Name, ParseError, Status};
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
            Ok(message) => match message.view().essentials() {
                Ok(read) => match message.method() {
                    Some(method) => self.receive_request(now, flow, &message, &read, method),
                    None => self.receive_response(now, flow, &message, &read),
                },
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
        let matcher = Matcher::of_server(via, &request.method().unwrap_or(Method::Ack));
        let mut hasher = DefaultHasher::new();
        (self.secret, matcher.as_bytes(), request.header(Name::CALL_ID)).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    fn receive_request(&mut self, now: Instant, flow: Flow, request: &Message, read: &Essentials<'_>, method: Method) {
        if !read.via.has_magic_cookie() {
            self.refuse_rfc_2543(flow, request, &method);
            return;
        }
        let matcher = Matcher::of_server(&read.via, &method);
        let hash = matcher.hash(self.secret);
        if let Some(id) = self.servers.find(hash, &matcher) {
            let is_ack = method == Method::Ack;
            if let Some(server) = self.servers.get_mut(id) {
                server.handle(now, if is_ack { ServerInput::Ack } else { ServerInput::Request });
            }
            // RFC 6026 §7.1: of a peer that gives the ACK of a 2xx the branch of its INVITE
            if self.drain_server(id) {
                self.pass_ack(flow, request);
            } else if is_ack {
                self.counters.acks_absorbed += 1;
            } else {
                self.counters.retransmissions_received += 1;
            }
            return;
        }
        if method == Method::Ack {
            // An INVITE that was refused statelessly has its ACK too, and nobody waits for that.
            if read.to.tag() == Some(&self.stateless_tag(&read.via, request)) {
                self.counters.acks_absorbed += 1;
            } else if self.admit(now, &flow, request) == Verdict::Admit {
                self.pass_ack(flow, request);
            } else {
                self.counters.unadmitted += 1;
            }
            return;
        }
        // A CANCEL has what its INVITE has, however many ways that came.
        let may_merge = self.config.refuse_merged && method != Method::Cancel && read.to.tag().is_none();
        let merge = may_merge.then(|| merge_hash(self.secret, &read.from, &read.call_id, &read.cseq));
        if merge.is_some_and(|merge| self.servers.has_merge(merge)) {
            self.counters.merged += 1;
            self.reply(flow, request, Status::LOOP_DETECTED, |_| {});
            return;
        }
        match self.admit(now, &flow, request) {
            Verdict::Admit => {}
            Verdict::Drop => {
                self.counters.unadmitted += 1;
                return;
            }
            Verdict::Refuse { retry_after } => {
                self.counters.refused += 1;
                self.unavailable(flow, request, retry_after);
                return;
            }
        }
        if self.servers.len() >= self.config.max_servers {
            self.counters.overloaded += 1;
            self.unavailable(flow, request, RETRY_AFTER);
            return;
        }
        // It cannot fail: its Via was read.
        let Ok(noted) = via::note_source(request, &flow) else { return };
        self.open(now, flow, noted, read, &method, (hash, &matcher, merge));
    }

    /// Makes the transaction of a new request, whose matcher was not found, and tells of it.
    fn open(
        &mut self,
        now: Instant,
        flow: Flow,
        request: Message,
        read: &Essentials<'_>,
        method: &Method,
        (hash, matcher, merge): (u64, &Matcher, Option<u64>),
    ) {
        let (timing, back) = (self.config.timing, via::response_flow(flow, &read.via));
        let machine = match method {
            Method::Invite => AnyServer::Invite(InviteServer::new(now, back, request.clone(), timing)),
            _ => AnyServer::Other(Server::new(back, timing)),
        };
        let id = self.servers.insert(hash, matcher, merge, machine);
        self.drain_server(id);
        let event = if *method == Method::Cancel {
            let matcher = Matcher::of_server(&read.via, &Method::Invite);
            let invite = self.servers.find(matcher.hash(self.secret), &matcher);
            self.counters.cancels_of_nothing += u64::from(invite.is_none());
            Event::Cancel { id, invite, request, flow }
        } else {
            Event::Request { id, request, flow }
        };
        self.queue.push_back(Output::Event(event));
    }

    /// The ACK of a 2xx goes up.
    fn pass_ack(&mut self, flow: Flow, request: &Message) {
        let request = via::note_source(request, &flow).unwrap_or_else(|_| request.clone());
        self.queue.push_back(Output::Event(Event::Ack { request, flow }));
    }

    fn admit(&mut self, now: Instant, flow: &Flow, request: &Message) -> Verdict {
        self.admission.as_mut().map_or(Verdict::Admit, |admission| admission.admit(now, flow, request))
    }

    /// 503 for a while, statelessly.
    fn unavailable(&mut self, flow: Flow, request: &Message, retry_after: u32) {
        self.reply(flow, request, Status::SERVICE_UNAVAILABLE, |draft| {
            draft.append(Name::RETRY_AFTER, retry_after);
        });
    }

    /// A branch without the magic cookie is of RFC 2543, whose matching rules are not kept here: no implementation of
    /// this century sends one, and guessing would let strangers into the transactions of others.
    fn refuse_rfc_2543(&mut self, flow: Flow, request: &Message, method: &Method) {
        if *method == Method::Ack {
            self.counters.malformed_dropped += 1;
            return;
        }
        self.counters.rfc_2543 += 1;
        self.reply(flow, request, Status::BAD_REQUEST, |draft| {
            draft.reason("Via branch lacks the magic cookie z9hG4bK");
        });
    }

    fn receive_response(&mut self, now: Instant, flow: Flow, response: &Message, read: &Essentials<'_>) {
        let matcher = read.via.branch().map(|branch| Matcher::of_client(branch, &read.cseq.method));
        let id = matcher.and_then(|matcher| self.clients.find(self.secret, &matcher));
        // §18.1.2: it comes on the transport that the request took, if not always from the address that it went to
        let id = id.filter(|&id| self.clients.get(id).is_some_and(|(c, _)| c.flow().protocol == flow.protocol));
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
