//! The eight laws of every machine, for the three of this crate: the user agent, a call's media, and the gathering of digits.

mod common;

use bytes::Bytes;
use common::*;
use offhook::call::{Gather, GatherInput, Media, MediaAddress, MediaEvent, MediaInput, MediaTerms};
use offhook::core::{Machine, Output, Protocol};
use offhook::media::playout::Mark;
use offhook::media::wav::Clip;
use offhook::sip_parser::Status;
use offhook::ua::{CallId, Event, Input, Outgoing, Ua};
use offhook::{Account, Config};
use offhook_sim::laws::{self, Script};
use offhook_sim::{SeededEntropy, World, epoch, wall_clock};
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// A machine that remembers its last event, by which it is over.
struct Watched<M: Machine> {
    machine: M,
    is_last: fn(&M::Event) -> bool,
    over: bool,
}

impl<M: Machine> Machine for Watched<M> {
    type Input<'a> = M::Input<'a>;
    type Event = M::Event;
    type Transmit = M::Transmit;
    type Error = M::Error;

    fn handle_input(&mut self, now: Instant, input: M::Input<'_>) -> Result<(), M::Error> {
        self.machine.handle_input(now, input)
    }

    fn poll_output(&mut self) -> Output<M::Event, M::Transmit> {
        let output = self.machine.poll_output();
        if let Output::Event(event) = &output {
            self.over |= (self.is_last)(event);
        }
        output
    }
}

fn ua() -> Ua {
    Ua::new(Config::default(), vec![(Protocol::Udp, sip(1))], Box::new(SeededEntropy::new(81)))
}

fn received(n: u8, text: &str) -> Input {
    let flow = offhook::core::Flow::udp(sip(1), sip(n));
    Input::Received { flow, contents: Bytes::from(text.replace('\n', "\r\n")) }
}

fn media_address() -> MediaAddress {
    MediaAddress::pair((ip(1), 20_000).into())
}

/// A script whose peers' words depend on what the machine said before: the steps so far are told to a machine of the same
/// seed, and what that says is answered. A step's outcome must not depend on a drain, as the laws leave drains out.
struct Story {
    steps: Vec<(Duration, String, Step)>,
    scout: Ua,
    said: Vec<String>,
    calls: Vec<CallId>,
}

type Step = std::rc::Rc<dyn Fn(&mut Ua, Instant) -> Result<(), String>>;

impl Story {
    fn new() -> Self {
        Story { steps: Vec::new(), scout: ua(), said: Vec::new(), calls: Vec::new() }
    }

    fn step(&mut self, millis: u64, name: &str, step: impl Fn(&mut Ua, Instant) -> Result<(), String> + 'static) {
        let at = ms(millis);
        // Refusals are part of the story.
        let _ = step(&mut self.scout, epoch() + at);
        loop {
            match self.scout.poll_output() {
                Output::Transmit(t) => self.said.push(String::from_utf8_lossy(&t.contents).replace("\r\n", "\n")),
                Output::Event(Event::Incoming { call, .. }) => self.calls.push(call),
                Output::Event(_) => {}
                Output::Timeout(_) => break,
            }
        }
        self.steps.push((at, name.to_owned(), std::rc::Rc::new(step)));
    }

    fn hear(&mut self, millis: u64, from: u8, text: &str) {
        let input = received(from, text);
        let name = text.lines().next().unwrap_or_default().to_owned();
        self.step(millis, &name, move |ua, now| {
            let Ok(()) = ua.handle_input(now, input.clone());
            Ok(())
        });
    }

    fn last(&self, start: &str) -> String {
        let found = self.said.iter().rfind(|text| text.starts_with(start));
        found.unwrap_or_else(|| panic!("it never said {start}, but {:#?}", self.said)).clone()
    }

    fn script(self) -> Script<Ua> {
        let timeout = |ua: &mut Ua, now: Instant| {
            let Ok(()) = ua.handle_input(now, Input::Timeout);
        };
        let script = Script::new(ua, timeout);
        self.steps
            .into_iter()
            .fold(script, |script, (at, name, step)| script.step(at, name, move |ua: &mut Ua, now| step(ua, now)))
    }
}

const CONTACT: &str = "Contact: <sip:peer@10.0.0.2>\n";

/// Called, answered, put on hold, hung up by them.
fn a_call_that_comes_in() -> Story {
    let mut story = Story::new();
    let mut caller = Caller::new(ip(2), sip(1), "in");
    let offer = sdp((ip(2), 4000).into(), 1, "0 8 101", "a=rtpmap:101 telephone-event/8000\n");
    story.hear(0, 2, &caller.request("INVITE", "", &offer));
    let call = story.calls[0];
    let answer = move |ua: &mut Ua, now| ua.answer(now, call, media_address()).map_err(|e| e.to_string());
    story.step(100, "rings with 183", move |ua, now| {
        ua.ring(now, call, Status::SESSION_PROGRESS).map_err(|e| e.to_string())
    });
    story.step(1000, "answers", answer);
    story.step(1000, "answers again, which is refused", answer);
    caller.learn(&story.last("SIP/2.0 200"));
    story.hear(1800, 2, &caller.request("ACK", "", ""));
    let hold = sdp((ip(2), 4000).into(), 2, "0 8 101", "a=sendonly\n");
    story.hear(3000, 2, &caller.request("INVITE", "", &hold));
    story.hear(3100, 2, &caller.request("ACK", "", ""));
    story.step(3200, "rejects, which is refused", move |ua, now| {
        ua.reject(now, call, Status::BUSY_HERE).map_err(|e| e.to_string())
    });
    story.hear(5000, 2, &caller.request("BYE", "", ""));
    story.step(5100, "hangs up, which is refused", move |ua, now| ua.hang_up(now, call).map_err(|e| e.to_string()));
    story
}

/// Registers, calls, is challenged, is answered, shuts down.
fn a_call_that_goes_out() -> Story {
    let mut story = Story::new();
    story.step(0, "registers", |ua, now| {
        ua.add_account(now, account(1, 9, PASSWORD));
        Ok(())
    });
    let asks = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5\n";
    let register = story.last("REGISTER");
    story.hear(100, 9, &reply(&register, "401 Unauthorized", asks, ""));
    let register = story.last("REGISTER");
    story.hear(200, 9, &reply(&register, "200 OK", "Contact: <sip:p1@10.0.0.1:5060>;expires=600\n", ""));
    story.step(1000, "calls", |ua, now| {
        ua.call(now, Outgoing::new(uri(2)), media_address()).map(drop).map_err(|e| e.to_string())
    });
    let invite = story.last("INVITE");
    story.hear(1800, 2, &reply(&invite, "180 Ringing", "", ""));
    let answer = sdp((ip(2), 4000).into(), 1, "0 101", "a=rtpmap:101 telephone-event/8000\n");
    let ok = reply(&invite, "200 OK", CONTACT, &answer);
    story.hear(3000, 2, &ok);
    story.hear(3500, 2, &ok);
    story.step(4000, "calls another", |ua, now| {
        ua.call(now, Outgoing::new(uri(3)), media_address()).map(drop).map_err(|e| e.to_string())
    });
    let other = story.last("INVITE");
    story.hear(4100, 3, &reply(&other, "183 Session Progress", "", ""));
    story.step(5000, "shuts down", |ua, now| {
        ua.shut_down(now);
        Ok(())
    });
    story.step(5000, "calls, which is refused", |ua, now| {
        ua.call(now, Outgoing::new(uri(3)), media_address()).map(drop).map_err(|e| e.to_string())
    });
    let (bye, cancel, register) = (story.last("BYE"), story.last("CANCEL"), story.last("REGISTER"));
    story.hear(5100, 2, &reply(&bye, "200 OK", "", ""));
    story.hear(5200, 3, &reply(&cancel, "200 OK", "", ""));
    story.hear(5300, 3, &reply(&other, "487 Request Terminated", "", ""));
    story.hear(5400, 9, &reply(&register, "200 OK", "", ""));
    story
}

#[test]
fn the_user_agent_keeps_the_laws_when_called() {
    laws::check(&a_call_that_comes_in().script());
}

#[test]
fn the_user_agent_keeps_the_laws_when_it_calls_and_shuts_down() {
    let story = a_call_that_goes_out();
    assert!(story.said.iter().any(|m| m.starts_with("REGISTER") && m.contains("Authorization: Digest")));
    laws::check(&story.script());
}

#[test]
fn the_user_agent_keeps_the_laws_when_nobody_answers() {
    let script = Script::new(ua, |ua, now| {
        let Ok(()) = ua.handle_input(now, Input::Timeout);
    });
    let register = |ua: &mut Ua, now| {
        let account = Account::new("sip:p1@sim.invalid").and_then(|a| a.registrar("sip:10.0.0.9"));
        account.map(|a| ua.add_account(now, a)).map(drop)
    };
    let script = script
        .step(Duration::ZERO, "registers", register)
        .step(ms(10), "calls", |ua, now| ua.call(now, Outgoing::new(uri(2)), media_address()).map(drop));
    laws::check(&script);
}

/// What a call in the simulation agreed on.
fn terms() -> MediaTerms {
    let mut world = World::new(82);
    let a = phone(&mut world, 1, Plan::default());
    let b = phone(&mut world, 2, Plan::answers());
    let (call, _) = establish(&mut world, a, b, 2);
    world[a].lines[&call].terms[0].clone()
}

/// Plays, presses a key, hears sound and digits and nonsense, closes.
fn media(tail: Duration) -> Script<Watched<Media>> {
    let terms = terms();
    let flow = terms.flow;
    let make = move || {
        let media = Media::new(epoch(), terms.clone(), Box::new(SeededEntropy::new(83)), wall_clock());
        let is_last = |event: &MediaEvent| *event == MediaEvent::Closed;
        Watched { machine: media.expect("the codec is known"), is_last, over: false }
    };
    let hear = move |contents: Bytes| {
        move |media: &mut Watched<Media>, now| {
            media.handle_input(now, MediaInput::Received { flow, contents: contents.clone() })
        }
    };
    let rtp = |sequence: u16, payload_type: u8, payload: &[u8]| {
        let mut packet = vec![0x80, payload_type];
        packet.extend(sequence.to_be_bytes());
        packet.extend((u32::from(sequence) * 160).to_be_bytes());
        packet.extend([7; 4]);
        packet.extend(payload);
        Bytes::from(packet)
    };
    let script = Script::new(make, |media, now| {
        let Ok(()) = media.handle_input(now, MediaInput::Timeout);
    });
    let mut script = script
        .step(ms(5), "plays", |m, _| m.machine.play(Clip::new(sine(440.0, 8000, 800), 8000)?).map(drop))
        .step(ms(5), "marks", |m, _| m.machine.mark(Mark(1)))
        .step(ms(30), "presses a key", |m, now| m.machine.send_digit(now, '5', ms(80)))
        .step(ms(30), "presses no key, which is refused", |m, now| m.machine.send_digit(now, 'x', ms(80)));
    for n in 0..4u16 {
        script = script.step(ms(45 + 20 * u64::from(n)), format!("sound {n}"), hear(rtp(n, 0, &[0x2a; 160])));
    }
    script
        .step(ms(120), "a digit", hear(rtp(4, 101, &[5, 10, 0, 160])))
        .step(ms(140), "its end", hear(rtp(5, 101, &[5, 0x8a, 2, 128])))
        .step(ms(150), "nonsense", hear(Bytes::from_static(b"nonsense")))
        .step(ms(400), "closes", |m, now| {
            m.machine.close(now);
            Ok::<(), ()>(())
        })
        .step(ms(410), "presses a key, which is refused", |m, now| m.machine.send_digit(now, '5', ms(80)))
        .finished_when(|m| m.over)
        .tail(tail)
}

#[test]
fn media_keeps_the_laws() {
    laws::check(&media(secs(2)));
}

#[test]
fn gather_keeps_the_laws() {
    let make = || Watched { machine: Gather::new().max(4).until('#'), is_last: |_| true, over: false };
    let timeout = |gather: &mut Watched<Gather>, now| {
        let Ok(()) = gather.handle_input(now, GatherInput::Timeout);
    };
    let tell = |input| move |gather: &mut Watched<Gather>, now| gather.handle_input(now, input);
    let start = |script: Script<Watched<Gather>>| script.step(Duration::ZERO, "starts", tell(GatherInput::Start));
    let digit = |script: Script<Watched<Gather>>, secs: u64, digit: char| {
        script.step(Duration::from_secs(secs), format!("{digit}"), tell(GatherInput::Digit(digit)))
    };
    let script = || start(Script::new(make, timeout)).finished_when(|gather| gather.over);
    laws::check(&script());
    laws::check(&digit(digit(script(), 3, '1'), 5, '#'));
    laws::check(&"12345".chars().zip(1..).fold(script(), |script, (key, secs)| digit(script, secs, key)));
    laws::check(&digit(digit(script(), 7, '1'), 20, '2'));
}

fn sip_like() -> impl Strategy<Value = Vec<u8>> {
    let whole = Caller::new(ip(2), sip(1), "fuzz").request("INVITE", "", &sdp((ip(2), 4000).into(), 1, "0", ""));
    let whole = whole.replace('\n', "\r\n").into_bytes();
    let damage = proptest::collection::vec((0..whole.len(), any::<u8>()), 1..6);
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        damage.prop_map(move |places| {
            let mut bytes = whole.clone();
            places.into_iter().for_each(|(at, byte)| bytes[at] = byte);
            bytes
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_can_panic_the_user_agent(bytes in sip_like()) {
        laws::check_bytes(&a_call_that_comes_in().script(), &bytes, |ua, now, bytes| {
            let flow = offhook::core::Flow::udp(sip(1), sip(2));
            let Ok(()) = ua.handle_input(now, Input::Received { flow, contents: Bytes::copy_from_slice(bytes) });
        });
    }

    #[test]
    fn no_bytes_can_panic_media(first in any::<[u8; 2]>(), rest in proptest::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [&[0x80 | first[0] & 0x3f, first[1]][..], &rest].concat();
        let flow = terms().flow;
        laws::check_bytes(&media(ms(100)), &bytes, |media, now, bytes| {
            let Ok(()) = media.handle_input(now, MediaInput::Received { flow, contents: Bytes::copy_from_slice(bytes) });
        });
    }
}
