//! The laws of every machine, on sessions under random inputs.

mod common;

use common::*;
use offhook_core::{Machine, Output};
use offhook_rtp::dtmf::Digit;
use offhook_rtp::{Event, Input, PayloadType, Session};
use offhook_sim::epoch;
use offhook_sim::laws::Script;
use proptest::prelude::*;
use std::time::Instant;

#[derive(Debug, Clone)]
enum Step {
    Wait(u16),
    Send(bool),
    Digit(u8, u16),
    Bytes(Vec<u8>),
    Packet { payload_type: u8, sequence: u16, timestamp: u32, ssrc: u8, payload: Vec<u8>, stranger: bool },
    Timeout,
    Close,
}

fn step() -> impl Strategy<Value = Step> {
    let bytes = || proptest::collection::vec(any::<u8>(), 0..40);
    prop_oneof![
        10 => (0u16..3000).prop_map(Step::Wait),
        10 => any::<bool>().prop_map(Step::Send),
        3 => (0u8..16, 0u16..400).prop_map(|(code, ms)| Step::Digit(code, ms)),
        3 => bytes().prop_map(Step::Bytes),
        3 => (198u8..206, bytes()).prop_map(|(packet_type, mut rest)| {
            rest.truncate(rest.len() / 4 * 4);
            rest.splice(0..0, [0x81, packet_type, 0, (rest.len() / 4) as u8]);
            Step::Bytes(rest)
        }),
        10 => (prop_oneof![Just(0u8), Just(101), 0u8..128], 0u16..20, 0u32..2000, 0u8..3, bytes(), proptest::bool::weighted(0.2))
            .prop_map(|(payload_type, sequence, timestamp, ssrc, payload, stranger)| {
                Step::Packet { payload_type, sequence, timestamp, ssrc, payload, stranger }
            }),
        10 => Just(Step::Timeout),
        1 => Just(Step::Close),
    ]
}

fn apply(session: &mut Session, now: &mut Instant, step: &Step) {
    match step {
        Step::Wait(wait) => *now += ms(u64::from(*wait)),
        Step::Send(speaks) => {
            let _ = session.send(*now, 160, if *speaks { speech() } else { None });
        }
        Step::Digit(code, length) => {
            let _ = session.send_digit(*now, Digit::from_code(*code).unwrap(), ms(u64::from(*length)));
        }
        Step::Bytes(bytes) => receive(session, *now, flow(), bytes.clone()),
        Step::Packet { payload_type, sequence, timestamp, ssrc, payload, stranger } => {
            let payload_type = offhook_rtp::PayloadType::new(*payload_type).unwrap();
            // one of the sources is our own
            let ssrc = if *ssrc == 2 { session.ssrc().0 } else { u32::from(*ssrc) };
            let mut flow = flow();
            if *stranger {
                flow.remote.set_port(9);
            }
            receive(session, *now, flow, packet(payload_type, *sequence, *timestamp, ssrc, payload));
        }
        Step::Timeout => session.handle_input(*now, Input::Timeout).unwrap(),
        Step::Close => {
            let _ = session.close(*now);
        }
    }
}

/// A session that talks, presses keys, hears sound, digits, reports, strangers and rubbish, is refused verbs, and closes.
fn script() -> Script<Session> {
    let make = || session(epoch(), 7, terms(flow()));
    let mut script = Script::new(make, |s: &mut Session, now| s.handle_input(now, Input::Timeout).unwrap());
    for i in 0..40u16 {
        let at = ms(20 * u64::from(i));
        script =
            script.step(at, "we speak", |s, now| s.send(now, 160, speech())).step(at, "they speak", move |s, now| {
                let sound = packet(PayloadType::PCMU, i, 160 * u32::from(i), 9, &[0xff; 160]);
                s.handle_input(now, Input::Received { flow: flow(), contents: sound })
            });
    }
    script
        .step(ms(810), "a key", |s, now| s.send_digit(now, Digit::from_code(5).unwrap(), ms(100)))
        .step(ms(820), "its first packet", |s, now| s.send(now, 160, None))
        .step(ms(840), "its second", |s, now| s.send(now, 160, None))
        .step(ms(850), "rubbish", |s, now| {
            s.handle_input(now, Input::Received { flow: flow(), contents: vec![0x80, 200, 0xff].into() })
        })
        .step(ms(860), "a stranger", |s, now| {
            let mut flow = flow();
            flow.remote.set_port(9);
            let sound = packet(PayloadType::PCMU, 41, 0, 9, &[0; 160]);
            s.handle_input(now, Input::Received { flow, contents: sound })
        })
        .step(ms(9_000), "silence ends", |s, now| s.send(now, 160, speech()))
        .step(ms(9_100), "goodbye", |s, now| s.close(now))
        .step(ms(9_200), "too late", |s, now| s.send(now, 160, speech()))
        .finished_when(|s| s.is_closed())
}

#[test]
fn the_session_keeps_the_laws_of_every_machine() {
    offhook_sim::laws::check(&script());
}

proptest! {
    // Each case feeds the bytes in every state of the script.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_bytes_in_any_state_are_borne(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        offhook_sim::laws::check_bytes(&script(), &bytes, |s, now, bytes| {
            s.handle_input(now, Input::Received { flow: flow(), contents: bytes.to_vec().into() }).unwrap();
        });
    }
}

proptest! {
    #[test]
    fn same_inputs_and_entropy_give_the_same_outputs_drained_early_or_late(
        steps in proptest::collection::vec(step(), 0..60), seed in 1u64..,
    ) {
        let t0 = epoch();
        let mut eager = session(t0, seed, terms(flow()));
        let mut lazy = session(t0, seed, terms(flow()));
        let (mut now, mut now_lazy) = (t0, t0);
        let (mut transmits, mut events) = (vec![], vec![]);
        let mut timeout = drain(&mut eager).2;
        for step in &steps {
            apply(&mut eager, &mut now, step);
            let drained = drain(&mut eager);
            transmits.extend(drained.0);
            events.extend(drained.1);
            timeout = drained.2;
            apply(&mut lazy, &mut now_lazy, step);
        }
        prop_assert_eq!(drain(&mut lazy), (transmits, events, timeout));
        prop_assert_eq!(lazy.stats(), eager.stats());
    }

    #[test]
    fn an_early_timeout_changes_nothing_and_the_answer_is_stable(
        steps in proptest::collection::vec(step(), 0..60), seed in 1u64..,
    ) {
        let t0 = epoch();
        let mut plain = session(t0, seed, terms(flow()));
        let mut poked = session(t0, seed, terms(flow()));
        let (mut now, mut now_poked) = (t0, t0);
        for step in &steps {
            apply(&mut plain, &mut now, step);
            apply(&mut poked, &mut now_poked, step);
            let a = drain(&mut plain);
            prop_assert_eq!(&drain(&mut poked), &a);
            let due = a.2.is_some_and(|at| at <= now);
            for _ in 0..2 {
                if !due {
                    poked.handle_input(now, Input::Timeout).unwrap();
                    // an earlier now is taken for the latest
                    poked.handle_input(t0, Input::Timeout).unwrap();
                }
                prop_assert_eq!(poked.poll_output(), Output::Timeout(a.2));
            }
        }
    }

    #[test]
    fn nothing_follows_closed(steps in proptest::collection::vec(step(), 0..60), more in proptest::collection::vec(step(), 0..20)) {
        let mut now = epoch();
        let mut session = session(now, 1, terms(flow()));
        for step in &steps {
            apply(&mut session, &mut now, step);
        }
        let _ = session.close(now);
        let (_, events, timeout) = drain(&mut session);
        prop_assert_eq!((events.last(), timeout), (Some(&Event::Closed), None));
        for step in &more {
            apply(&mut session, &mut now, step);
            prop_assert_eq!(drain(&mut session), (vec![], vec![], None));
        }
    }

    #[test]
    fn a_timeout_when_due_fires_and_moves_on(seed in 1u64..) {
        let now = epoch();
        let mut session = session(now, seed, terms(flow()));
        let mut at = drain(&mut session).2.unwrap();
        for _ in 0..20 {
            session.handle_input(at, Input::Timeout).unwrap();
            let next = drain(&mut session).2.unwrap();
            prop_assert!(next > at);
            at = next;
        }
    }
}
