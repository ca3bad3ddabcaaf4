//! Tells a script in different ways and compares.

use super::play::{Cause, Habit, LAG, Player, Segment, Telling, place};
use super::{Law, Script, Violation};
use offhook_core::Machine;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

/// Checks the laws on a script: all but the sixth, which is [`check_bytes`]'s.
///
/// # Panics
/// If the machine breaks a law: with the [`Violation`] in words.
#[track_caller]
pub fn check<M: Machine>(script: &Script<M>)
where
    M::Event: Debug,
    M::Transmit: Debug,
{
    if let Err(violation) = judge(script) {
        panic!("{violation}");
    }
}

/// What [`check`] checks, as a value.
///
/// # Errors
/// The first law that the machine breaks, in the order of their numbers.
pub fn judge<M: Machine>(script: &Script<M>) -> Result<(), Violation>
where
    M::Event: Debug,
    M::Transmit: Debug,
{
    let told = Player::play(script, Habit::default())?;
    deterministic(script, &told)?;
    Player::play(script, Habit { repolls: true, ..Habit::default() })?;
    let early = Player::play(script, Habit { early: true, ..Habit::default() })?;
    compare(script, Law::EarlyTimeout, "told with early timeouts", &told.segments, &early.segments)?;
    batches(script, &told)?;
    overdue(script)?;
    if script.finished.is_some() {
        Player::play(script, Habit { asks: true, ..Habit::default() })?;
    }
    refused(script, &told)
}

/// Law 6 for these bytes: feeds them to the machine in every state that the script passes through, drains it and
/// lets its timers run on. A proptest or a fuzzer brings the bytes.
///
/// ```
/// # use offhook_core::{Machine, Output};
/// # use offhook_sim::laws::{self, Script};
/// # use std::{convert::Infallible, time::Instant};
/// # #[derive(Default)] struct Deaf;
/// # impl Machine for Deaf {
/// #     type Input<'a> = &'a [u8]; type Event = (); type Transmit = (); type Error = Infallible;
/// #     fn handle_input(&mut self, _: Instant, _: &[u8]) -> Result<(), Infallible> { Ok(()) }
/// #     fn poll_output(&mut self) -> Output<(), ()> { Output::Timeout(None) }
/// # }
/// let script = Script::new(Deaf::default, |_, _| {}); // with the steps that lead through its states
/// laws::check_bytes(&script, b"\xff\0\r\n", |machine, now, bytes| machine.handle_input(now, bytes).unwrap());
/// ```
///
/// # Panics
/// If the machine does: with its own panic, after the law, the step and the bytes were printed. Or if it breaks
/// another law on the way.
pub fn check_bytes<M: Machine>(script: &Script<M>, bytes: &[u8], feed: impl Fn(&mut M, Instant, &[u8]))
where
    M::Event: Debug,
    M::Transmit: Debug,
{
    for count in 0..=script.steps.len() {
        let fed = catch_unwind(AssertUnwindSafe(|| {
            let mut player = Player::new(script, Habit::default())?;
            player.steps(count)?;
            feed(&mut player.machine, player.now, bytes);
            player.drain(Cause::Timer)?;
            player.fire_until(player.now + script.tail)
        }));
        match fed {
            Ok(Ok(())) => {}
            Ok(Err(violation)) => panic!("{violation}\n    fed: \"{}\"", bytes.escape_ascii()),
            Err(panic) => {
                let cause = count.checked_sub(1).map_or(Cause::Made, Cause::Step);
                let at = crate::epoch() + count.checked_sub(1).map_or(Duration::ZERO, |last| script.steps[last].at);
                let place = place(script, cause, at);
                eprintln!("broken {}\n     at: {place}\n    fed: \"{}\"", Law::AnyBytes, bytes.escape_ascii());
                resume_unwind(panic);
            }
        }
    }
}

fn deterministic<M: Machine>(script: &Script<M>, told: &Telling) -> Result<(), Violation>
where
    M::Event: Debug,
    M::Transmit: Debug,
{
    let again = Player::play(script, Habit::default())?;
    compare(script, Law::Deterministic, "told a second time", &told.segments, &again.segments)?;
    match (0..script.steps.len()).find(|&index| told.refused[index] != again.refused[index]) {
        None => Ok(()),
        Some(index) => Err(Violation {
            law: Law::Deterministic,
            place: place(script, Cause::Step(index), crate::epoch() + script.steps[index].at),
            expected: format!("{:?}", told.refused[index]),
            found: format!("{:?}", again.refused[index]),
        }),
    }
}

/// Law 4: without the drains between steps that no timer parts, the same outputs come, in whatever order.
fn batches<M: Machine>(script: &Script<M>, told: &Telling) -> Result<(), Violation>
where
    M::Event: Debug,
    M::Transmit: Debug,
{
    let mut joined = vec![false; script.steps.len()];
    for pair in told.segments.windows(2) {
        if let (Cause::Step(index), Cause::Step(_)) = (pair[0].cause, pair[1].cause) {
            joined[index] = true;
        }
    }
    let mut expected: Vec<Segment> = Vec::new();
    let mut carried = Vec::new();
    for segment in &told.segments {
        let mut segment = segment.clone();
        carried.append(&mut segment.outputs);
        if !matches!(segment.cause, Cause::Step(index) if joined[index]) {
            carried.sort();
            segment.outputs = std::mem::take(&mut carried);
            expected.push(segment);
        }
    }
    let mut found = Player::play(script, Habit { joined, ..Habit::default() })?.segments;
    found.iter_mut().for_each(|segment| segment.outputs.sort());
    compare(script, Law::Batches, "and the steps before it, drained once (outputs sorted)", &expected, &found)
}

/// Law 5: a step told an earlier time is as one told the latest time seen; and overdue timers fire.
fn overdue<M: Machine>(script: &Script<M>) -> Result<(), Violation>
where
    M::Event: Debug,
    M::Transmit: Debug,
{
    for (index, step) in script.steps.iter().enumerate() {
        let tell = |lag| Player::play(script, Habit { set_back: Some((index, lag)), ..Habit::default() });
        let (latest, earlier) = (tell(Duration::ZERO)?, tell(LAG)?);
        let how = format!("with step {index} {:?} told a `now` {LAG:?} before the latest seen", step.name);
        compare(script, Law::Overdue, &how, &latest.segments, &earlier.segments)?;
    }
    Player::play(script, Habit { slow: true, ..Habit::default() }).map(drop)
}

/// Law 8: a refused step puts nothing out, moves no timer, and the rest goes on as without it.
fn refused<M: Machine>(script: &Script<M>, told: &Telling) -> Result<(), Violation>
where
    M::Event: Debug,
    M::Transmit: Debug,
{
    let steps = told.refused.iter().enumerate().filter_map(|(index, error)| Some((index, error.as_ref()?)));
    for (index, error) in steps {
        let without = Player::play(script, Habit { skips: Some(index), ..Habit::default() })?;
        let how = format!("with step {index} {:?}, refused as {error}, and without it", script.steps[index].name);
        let (mut expected, found) = (without.segments, &told.segments);
        let Some(here) = found.iter().position(|segment| segment.cause == Cause::Step(index)) else { continue };
        // what the machine says when drained after the refusal is what it said before
        let before = found[..here].last().and_then(|segment| segment.timeout);
        expected
            .insert(here.min(expected.len()), Segment { outputs: Vec::new(), timeout: before, ..found[here].clone() });
        compare(script, Law::Refused, &how, &expected, found)?;
    }
    Ok(())
}

fn compare<M>(
    script: &Script<M>,
    law: Law,
    how: &str,
    expected: &[Segment],
    found: &[Segment],
) -> Result<(), Violation> {
    let length = expected.len().max(found.len());
    let Some(index) = (0..length).find(|&index| expected.get(index) != found.get(index)) else { return Ok(()) };
    let (expected, found) = (expected.get(index), found.get(index));
    let place = found.or(expected).map(|segment| place(script, segment.cause, segment.at)).unwrap_or_default();
    let text = |segment: Option<&Segment>| match segment {
        Some(segment) => segment.to_string(),
        None => "nothing more".to_owned(),
    };
    Err(Violation { law, place: format!("{place}, {how}"), expected: text(expected), found: text(found) })
}
