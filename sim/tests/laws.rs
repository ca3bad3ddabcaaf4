//! A healthy machine keeps the laws, and for each law a machine with one flaw breaks that law and no earlier one.

use offhook_core::{Machine, Output};
use offhook_sim::epoch;
use offhook_sim::laws::{self, Law, Script, Violation};
use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    TellsHowOftenOneWasMade,
    TimeoutMovesWithEachPoll,
    DrainNeverEnds,
    FiresEarly,
    PutsOffWhenAskedEarly,
    HasRoomForOneOutput,
    TakesEarlierTimes,
    TakesEarlierTimesInTimeouts,
    FiresOnlyAfterItsTime,
    PanicsWhileSending,
    KeepsATimerAtItsEnd,
    TalksAfterItsEnd,
    NeverEnds,
    ErrsAndSends,
    ErrsAndMovesItsTimer,
}

/// Sends what it is told, again after 1, 2 and 4 s, until it is acknowledged or gives up.
struct Sender {
    flaw: Flaw,
    made: u32,
    latest: Option<Instant>,
    linger: Option<Instant>,
    state: State,
    outbox: VecDeque<Output<&'static str, u32>>,
}

enum State {
    Idle,
    Sending { at: Instant, tries: u32 },
    Over,
}

enum Input<'a> {
    Bytes(&'a [u8]),
    Timeout,
}

#[derive(Debug)]
struct Busy;

const INTERVAL: Duration = Duration::from_secs(1);

impl Sender {
    fn new(flaw: Flaw, made: u32) -> Self {
        Sender { flaw, made, latest: None, linger: None, state: State::Idle, outbox: VecDeque::new() }
    }

    fn put(&mut self, output: Output<&'static str, u32>) {
        if self.flaw == Flaw::HasRoomForOneOutput {
            self.outbox.clear();
        }
        self.outbox.push_back(output);
    }

    fn clamp(&mut self, now: Instant) -> Instant {
        let latest = self.latest.map_or(now, |latest| latest.max(now));
        self.latest = Some(latest);
        if self.flaw == Flaw::TakesEarlierTimes { now } else { latest }
    }

    fn send(&mut self, now: Instant) -> Result<(), Busy> {
        if let State::Sending { at, .. } = &mut self.state {
            match self.flaw {
                Flaw::ErrsAndMovesItsTimer => *at += INTERVAL,
                Flaw::ErrsAndSends => self.put(Output::Event("busy")),
                _ => {}
            }
            return Err(Busy);
        }
        let now = self.clamp(now);
        self.state = State::Sending { at: now + INTERVAL, tries: 1 };
        self.put(Output::Transmit(if self.flaw == Flaw::TellsHowOftenOneWasMade { self.made } else { 0 }));
        Ok(())
    }

    fn end(&mut self, how: &'static str) {
        self.put(Output::Event(how));
        self.state = if self.flaw == Flaw::NeverEnds { State::Idle } else { State::Over };
        if self.flaw == Flaw::KeepsATimerAtItsEnd {
            self.linger = self.latest.map(|latest| latest + INTERVAL);
        }
    }

    fn fire(&mut self, now: Instant, told: Instant) {
        let now = if self.flaw == Flaw::TakesEarlierTimesInTimeouts { told } else { now };
        let flaw = self.flaw;
        self.linger = self.linger.map(|at| if at <= now { at + INTERVAL } else { at });
        match &mut self.state {
            State::Sending { at, .. } if *at > now && flaw == Flaw::PutsOffWhenAskedEarly => *at = now + INTERVAL,
            State::Sending { at, .. } if *at > now && flaw != Flaw::FiresEarly => {}
            State::Sending { at, .. } if *at == now && flaw == Flaw::FiresOnlyAfterItsTime => {}
            State::Sending { tries: 3, .. } => self.end("gave up"),
            State::Sending { at, tries } => {
                *tries += 1;
                *at = now + INTERVAL * 2u32.pow(*tries);
                let try_ = *tries;
                self.put(Output::Transmit(try_));
            }
            State::Idle | State::Over => {}
        }
    }
}

impl Machine for Sender {
    type Input<'a> = Input<'a>;
    type Event = &'static str;
    type Transmit = u32;
    type Error = Busy;

    fn handle_input(&mut self, now: Instant, input: Input<'_>) -> Result<(), Busy> {
        let told = now;
        let now = self.clamp(now);
        match (&self.state, input) {
            (_, Input::Timeout) => self.fire(now, told),
            (State::Sending { .. }, Input::Bytes(b"ack")) => self.end("done"),
            (State::Sending { .. }, Input::Bytes(bytes)) if self.flaw == Flaw::PanicsWhileSending => {
                assert!(!bytes.contains(&b'!'), "what is this");
            }
            (State::Over, Input::Bytes(_)) if self.flaw == Flaw::TalksAfterItsEnd => {
                self.put(Output::Event("still here"))
            }
            (_, Input::Bytes(_)) => {}
        }
        Ok(())
    }

    fn poll_output(&mut self) -> Output<&'static str, u32> {
        if let Some(output) = self.outbox.pop_front() {
            return output;
        }
        match &mut self.state {
            State::Idle => Output::Timeout(None),
            State::Sending { .. } if self.flaw == Flaw::DrainNeverEnds => Output::Event("and again"),
            State::Sending { at, .. } => {
                if self.flaw == Flaw::TimeoutMovesWithEachPoll {
                    *at += Duration::from_millis(1);
                }
                Output::Timeout(Some(*at))
            }
            State::Over => Output::Timeout(self.linger),
        }
    }
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn timeout(sender: &mut Sender, now: Instant) {
    sender.handle_input(now, Input::Timeout).unwrap();
}

fn bytes(sender: &mut Sender, now: Instant, bytes: &[u8]) {
    sender.handle_input(now, Input::Bytes(bytes)).unwrap();
}

/// Sent at 500 ms, refused a second time while the first timer runs, acknowledged, and spoken to after that.
fn script(flaw: Flaw) -> Script<Sender> {
    let made = Rc::new(Cell::new(0));
    let make = move || {
        made.set(made.get() + 1);
        Sender::new(flaw, made.get())
    };
    Script::new(make, timeout)
        .step(ms(500), "sent", Sender::send)
        .step(ms(700), "sent again", Sender::send)
        .step(ms(700), "noise", |sender, now| sender.handle_input(now, Input::Bytes(b"?")))
        .step(ms(3000), "acknowledged", |sender, now| sender.handle_input(now, Input::Bytes(b"ack")))
        .step(ms(4000), "acknowledged again", |sender, now| sender.handle_input(now, Input::Bytes(b"ack")))
        .finished_when(|sender| matches!(sender.state, State::Over))
}

/// The same without an acknowledgement, sent and refused at one instant.
fn unanswered(flaw: Flaw) -> Script<Sender> {
    Script::new(move || Sender::new(flaw, 0), timeout)
        .step(ms(0), "sent", Sender::send)
        .step(ms(0), "sent again", Sender::send)
        .finished_when(|sender| matches!(sender.state, State::Over))
}

fn broken(script: Script<Sender>) -> Violation {
    laws::judge(&script).expect_err("the flaw is not found")
}

#[test]
fn a_healthy_machine_keeps_them_all() {
    laws::check(&script(Flaw::None));
    laws::check(&unanswered(Flaw::None));
    laws::check_bytes(&script(Flaw::None), b"!", bytes);
}

#[test]
fn law_1_finds_a_machine_that_differs_from_run_to_run() {
    let violation = broken(script(Flaw::TellsHowOftenOneWasMade));
    assert_eq!(violation.law, Law::Deterministic);
    assert!(violation.expected.starts_with("Transmit(1)") && violation.found.starts_with("Transmit(2)"), "{violation}");
}

#[test]
fn law_2_finds_a_timeout_that_changes_and_a_drain_without_end() {
    assert_eq!(broken(script(Flaw::TimeoutMovesWithEachPoll)).law, Law::Drained);
    assert_eq!(broken(script(Flaw::DrainNeverEnds)).law, Law::Drained);
}

#[test]
fn law_3_finds_what_an_early_timeout_changes() {
    assert_eq!(broken(script(Flaw::FiresEarly)).law, Law::EarlyTimeout);
    assert_eq!(broken(unanswered(Flaw::PutsOffWhenAskedEarly)).law, Law::EarlyTimeout);
}

#[test]
fn law_4_finds_an_output_lost_between_two_inputs() {
    let chatter = |flaw| {
        Script::new(move || Sender::new(flaw, 0), timeout).step(ms(0), "sent", Sender::send).step(
            ms(1),
            "acknowledged",
            |sender, now| sender.handle_input(now, Input::Bytes(b"ack")),
        )
    };
    laws::check(&chatter(Flaw::None));
    let violation = broken(chatter(Flaw::HasRoomForOneOutput));
    assert_eq!(violation.law, Law::Batches);
    assert!(violation.expected.contains("Transmit(0)") && !violation.found.contains("Transmit(0)"), "{violation}");
}

#[test]
fn law_5_finds_a_machine_that_goes_back_in_time() {
    let violation = broken(script(Flaw::TakesEarlierTimes));
    assert_eq!(violation.law, Law::Overdue);
    assert!(violation.place.contains("\"sent\""), "{violation}");
}

#[test]
fn law_5_finds_a_deadline_that_does_not_fire_at_its_time_or_when_overdue() {
    assert_eq!(broken(script(Flaw::FiresOnlyAfterItsTime)).law, Law::Overdue);
    let slow = |flaw| {
        Script::new(move || Sender::new(flaw, 0), timeout).step(ms(0), "sent", Sender::send).step(
            ms(5000),
            "noise",
            |sender, now| sender.handle_input(now, Input::Bytes(b"?")),
        )
    };
    laws::check(&slow(Flaw::None));
    assert_eq!(broken(slow(Flaw::TakesEarlierTimesInTimeouts)).law, Law::Overdue);
}

/// Rings once for each bell, one at each timeout input, with a word or without.
struct Bells {
    bells: Vec<Instant>,
    latest: Instant,
    due: bool,
}

impl Machine for Bells {
    type Input<'a> = ();
    type Event = &'static str;
    type Transmit = ();
    type Error = Busy;

    fn handle_input(&mut self, now: Instant, (): ()) -> Result<(), Busy> {
        self.latest = self.latest.max(now);
        if self.bells.last().is_some_and(|&at| at <= self.latest) {
            self.bells.pop();
            self.due = self.bells.is_empty();
        }
        Ok(())
    }

    fn poll_output(&mut self) -> Output<&'static str, ()> {
        if std::mem::take(&mut self.due) { Output::Event("rung") } else { Output::Timeout(self.bells.last().copied()) }
    }
}

#[test]
fn law_5_lets_several_timers_of_one_instant_fire_one_after_the_other() {
    let make = || Bells { bells: vec![epoch() + ms(5); 9], latest: epoch(), due: false };
    laws::check(&Script::new(make, |bells: &mut Bells, now| bells.handle_input(now, ()).unwrap()));
}

#[test]
fn law_5_does_not_count_the_time_of_a_refused_step_as_seen() {
    let refused_late = Script::new(|| Sender::new(Flaw::None, 0), timeout)
        .step(ms(0), "sent", Sender::send)
        .step(ms(900), "sent again", Sender::send)
        .step(ms(1500), "sent again", Sender::send);
    laws::check(&refused_late);
}

#[test]
fn law_6_finds_bytes_that_panic_it_in_a_state_on_the_way() {
    let script = script(Flaw::PanicsWhileSending);
    laws::check_bytes(&script, b"fine", bytes);
    let fed = catch_unwind(AssertUnwindSafe(|| laws::check_bytes(&script, b"!", bytes)));
    let panic = fed.expect_err("the panic goes on");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"what is this"), "the machine's own panic");
}

#[test]
fn law_7_finds_a_timer_a_word_and_a_life_after_the_end() {
    for flaw in [Flaw::KeepsATimerAtItsEnd, Flaw::TalksAfterItsEnd, Flaw::NeverEnds] {
        assert_eq!(broken(script(flaw)).law, Law::LastEvent, "{flaw:?}");
    }
}

#[test]
fn law_8_finds_what_a_refused_step_changed() {
    let violation = broken(script(Flaw::ErrsAndMovesItsTimer));
    assert_eq!(violation.law, Law::Refused);
    assert!(violation.place.contains("\"sent again\""), "{violation}");
    assert_eq!(broken(unanswered(Flaw::ErrsAndSends)).law, Law::Refused);
}

#[test]
fn the_panic_names_the_law_the_step_and_both_outputs() {
    let check = catch_unwind(AssertUnwindSafe(|| laws::check(&script(Flaw::ErrsAndMovesItsTimer))));
    let panic = check.expect_err("a broken law panics");
    let text = panic.downcast_ref::<String>().expect("with a text");
    assert_eq!(
        text,
        "broken law 8: an `Err` leaves it as it was\n     \
         at: step 1 \"sent again\", 700ms after the epoch, with step 1 \"sent again\", refused as Busy, and without it\n\
         expected: Timeout(1.5s after the epoch)\n  \
         found: Timeout(2.5s after the epoch)"
    );
}
