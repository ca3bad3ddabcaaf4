//! The user agent, with media.

use crate::drive::{drain, here, there, wall_clock};
use crate::peer::Peer;
use crate::steps::{Step, steps};
use bytes::Bytes;
use offhook::call::{Media, MediaAddress, MediaInput, MediaTerms};
use offhook::ua::{CallId, Event, Input, Outgoing, Ua};
use offhook::{Account, Config};
use offhook_core::{Flow, Machine, Output, Protocol};
use offhook_media::tone::Tone;
use offhook_sim::{SeededEntropy, epoch};
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// A user agent that answers every call with a tone and an echo; at the end it is shut down, and then nothing may be left.
///
/// `a`, `b`, `c`: a datagram from one of three peers. `p`: the peer answers our last request (`200 body`). `i`: it sends
/// a request within the dialog (`BYE`). `q`: we call it; `h`: we hang up the oldest call. `e`: an account is added, and
/// registers. `m`: a datagram comes to the oldest call's media; `d`: it sends a digit. `f`: the transport fails.
/// `t`: time alone.
pub fn ua(data: &[u8]) {
    let config = Config { max_calls: 4, max_transactions: 32, ..Config::default() };
    let locals = vec![(Protocol::Udp, here(5060))];
    let mut node = Node {
        ua: Ua::new(config, locals, Box::new(SeededEntropy::new(1))),
        now: epoch(),
        next: None,
        calls: BTreeMap::new(),
        peer: Peer::default(),
    };
    for step in steps(data) {
        node.pass(step.wait);
        node.act(&step);
        assert!(node.ua.calls() <= 4, "{} calls are kept", node.ua.calls());
    }
    node.end();
}

struct Node {
    ua: Ua,
    now: Instant,
    next: Option<Instant>,
    calls: BTreeMap<CallId, Option<Media>>,
    peer: Peer,
}

impl Node {
    fn flow(op: u8) -> Flow {
        Flow::udp(here(5060), there(9 + op % 3, 5060))
    }

    fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(at) = self.next.filter(|&at| at <= until) {
            self.now = self.now.max(at);
            self.input(Input::Timeout);
        }
        self.now = until;
        // Media is told once: what it missed it makes up for, or skips.
        for media in self.calls.values_mut().flatten() {
            let Ok(()) = media.handle_input(until, MediaInput::Timeout);
            let next = drain(media, |_| {});
            assert!(next.is_none_or(|at| at > until), "a tick that was served is over");
        }
    }

    fn act(&mut self, step: &Step<'_>) {
        let contents = match step.op {
            b'p' => self.peer.answer(step.data),
            b'i' => self.peer.request(step.data),
            b'q' => return self.call(),
            b'h' => return self.hang_up(),
            b'e' => {
                let account = Account::new("sip:us@192.0.2.10").expect("an address of record").password("secret");
                if let Ok(account) = account.registrar("sip:192.0.2.10") {
                    self.ua.add_account(self.now, account);
                }
                return self.settle();
            }
            b'm' | b'd' => return self.media(step),
            b'f' => return self.input(Input::TransportFailed { flow: Self::flow(b'a') }),
            b't' => return self.input(Input::Timeout),
            _ => Some(Bytes::copy_from_slice(step.data)),
        };
        if let Some(contents) = contents {
            self.input(Input::Received { flow: Self::flow(step.op), contents });
        }
    }

    fn input(&mut self, input: Input) {
        let Ok(()) = self.ua.handle_input(self.now, input);
        self.settle();
    }

    fn call(&mut self) {
        let callee = "sip:peer@192.0.2.10".parse().expect("a URI");
        let _ = self.ua.call(self.now, Outgoing::new(callee), MediaAddress::pair(here(4000)));
        self.settle();
    }

    fn hang_up(&mut self) {
        if let Some(&call) = self.calls.keys().next() {
            let _ = self.ua.hang_up(self.now, call);
            self.settle();
        }
    }

    fn media(&mut self, step: &Step<'_>) {
        let Some(media) = self.calls.values_mut().flatten().next() else { return };
        if step.op == b'd' {
            let digit = step.data.first().map_or('1', |&b| char::from(b));
            let _ = media.send_digit(self.now, digit, Duration::from_millis(100));
        } else {
            let contents = Bytes::copy_from_slice(step.data);
            let flow = Flow::udp(here(4000), there(10, 5000));
            let Ok(()) = media.handle_input(self.now, MediaInput::Received { flow, contents });
        }
        drain(media, |_| {});
        let _ = media.stats();
    }

    fn settle(&mut self) {
        for _ in 0..1000 {
            let (mut events, peer) = (VecDeque::new(), &mut self.peer);
            self.next = drain(&mut self.ua, |output| match output {
                Output::Transmit(t) => peer.hear(&t.contents),
                Output::Event(event) => events.push_back(event),
                Output::Timeout(_) => {}
            });
            if events.is_empty() {
                return;
            }
            events.into_iter().for_each(|e| self.event(e));
        }
        panic!("a user agent that never comes to rest");
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Incoming { call, .. } => {
                // The caller may be gone already.
                let _ = self.ua.answer(self.now, call, MediaAddress::pair(here(4000)));
                self.calls.insert(call, None);
            }
            Event::Progress { call, .. } => drop(self.calls.entry(call).or_default()),
            Event::Media { call, terms } => self.agree(call, *terms),
            Event::Ended { call, .. } => {
                if let Some(Some(mut media)) = self.calls.remove(&call) {
                    media.close(self.now);
                    assert_eq!(drain(&mut media, |_| {}), None, "closed media wants nothing");
                }
            }
            Event::Dns(query) => {
                let Ok(()) = self.ua.handle_input(self.now, Ua::no_dns(&query));
            }
            Event::Way(query) => {
                let Ok(()) = self.ua.handle_input(self.now, Ua::way_to(&query, here(5060)));
            }
            _ => {}
        }
    }

    fn agree(&mut self, call: CallId, terms: MediaTerms) {
        let media = self.calls.entry(call).or_default();
        if let Some(media) = media {
            media.update(self.now, terms).expect("what was agreed has a codec of ours");
        } else {
            let entropy = Box::new(SeededEntropy::new(2));
            let mut new =
                Media::new(self.now, terms, entropy, wall_clock()).expect("what was agreed has a codec of ours");
            new.set_echo(true);
            new.play(Tone::sine(440.0).source(8000, Some(Duration::from_secs(1)))).expect("there is room for one");
            *media = Some(new);
        }
    }

    fn end(mut self) {
        self.ua.shut_down(self.now);
        self.settle();
        for _ in 0..1000 {
            let Some(at) = self.next else { break };
            self.now = self.now.max(at);
            self.input(Input::Timeout);
        }
        assert_eq!((self.next, self.ua.calls()), (None, 0), "all was hung up, and nothing is armed");
        assert!(self.ua.is_idle(), "and nothing is kept");
        assert!(self.calls.is_empty(), "every call was told to be over");
    }
}
