//! The generators as proptest strategies, with a shrinking of their own.

use super::choices::Choices;
use super::flaw::Flaw;
use super::header::HeaderLine;
use super::message::ValidMessage;
use super::nearly_valid::NearlyValidMessage;
use super::write::Out;
use crate::header::Name;
use ::proptest::strategy::{NewTree, Strategy, ValueTree};
use ::proptest::test_runner::TestRunner;
use std::fmt;

/// Choices that a message may take before the rest of it is the simplest there is.
const CHOICES: usize = 1024;

/// Requests and responses, as [`ValidMessage`] says.
pub fn valid_message() -> impl Strategy<Value = ValidMessage> {
    from_choices(ValidMessage::choose)
}

/// Requests alone.
pub fn valid_request() -> impl Strategy<Value = ValidMessage> {
    from_choices(ValidMessage::choose_request)
}

/// Responses alone.
pub fn valid_response() -> impl Strategy<Value = ValidMessage> {
    from_choices(ValidMessage::choose_response)
}

/// Messages with flaws, as [`NearlyValidMessage`] says.
pub fn nearly_valid() -> impl Strategy<Value = NearlyValidMessage> {
    from_choices(NearlyValidMessage::choose)
}

/// Messages with this one flaw.
pub fn nearly_valid_with(flaw: Flaw) -> impl Strategy<Value = NearlyValidMessage> {
    from_choices(move |choices| NearlyValidMessage::with(flaw, choices))
        .prop_filter_map("the flaw does not go with the message", |near| near)
}

/// Header lines of every name that has a type.
pub fn header_line() -> impl Strategy<Value = HeaderLine> {
    from_choices(HeaderLine::choose)
}

/// Values of one header.
///
/// # Panics
/// When run, if the header is none of [`header_names`](super::header_names).
pub fn header_value(name: Name) -> impl Strategy<Value = Vec<u8>> {
    from_choices(move |choices| HeaderLine::choose_of(name, choices).expect("a header with a type").value)
}

/// `token` (RFC 3261 §25.1).
pub fn token() -> impl Strategy<Value = String> {
    text(|o| o.token())
}

/// `host`: names, IPv4 addresses and bracketed IPv6 addresses.
pub fn host() -> impl Strategy<Value = String> {
    text(|o| o.host())
}

/// URIs: `sip`, `sips`, `tel` and others (RFC 3261 §19.1, RFC 3966).
pub fn uri() -> impl Strategy<Value = String> {
    text(|o| o.uri())
}

/// `name-addr` and `addr-spec`, perhaps folded, without parameters of a header.
pub fn name_addr() -> impl Strategy<Value = String> {
    text(|o| o.address())
}

fn text(write: fn(&mut Out<'_, '_>)) -> impl Strategy<Value = String> {
    from_choices(move |choices| Out::text_of(choices, write))
}

/// Whatever `build` makes of [`Choices`]. A failing one is made small by taking choices away and by making them smaller,
/// in ever finer steps: some thousands for a message, for which `max_shrink_iters` has to have room.
pub fn from_choices<T: fmt::Debug, F: Fn(&mut Choices<'_>) -> T + Clone>(build: F) -> FromChoices<F> {
    FromChoices { build }
}

/// What [`from_choices`] gives.
#[derive(Clone)]
pub struct FromChoices<F> {
    build: F,
}

impl<F> fmt::Debug for FromChoices<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromChoices")
    }
}

impl<T: fmt::Debug, F: Fn(&mut Choices<'_>) -> T + Clone> Strategy for FromChoices<F> {
    type Tree = ChoicesTree<F>;
    type Value = T;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let bytes = ::proptest::collection::vec(::proptest::num::u8::ANY, 0..CHOICES).new_tree(runner)?.current();
        let step = Step::first(&bytes);
        Ok(ChoicesTree { build: self.build.clone(), bytes, before: None, is_smaller: false, step })
    }
}

/// A value, and the choices that it came from.
#[derive(Clone)]
pub struct ChoicesTree<F> {
    build: F,
    bytes: Vec<u8>,
    /// The choices before the last change.
    before: Option<Vec<u8>>,
    /// Whether a change was kept since the first step.
    is_smaller: bool,
    step: Step,
}

/// What is tried next: a change to the `size` bytes from `at`.
#[derive(Debug, Clone, Copy)]
struct Step {
    size: usize,
    at: usize,
    how: How,
}

impl Step {
    fn first(bytes: &[u8]) -> Self {
        Step { size: bytes.len().next_power_of_two(), at: 0, how: How::Delete }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    Delete,
    /// One less of something, and the bytes behind taken away: those that the one more was made of, with luck.
    Shorten,
    Zero,
    Halve,
    Decrease,
}

impl<F> fmt::Debug for ChoicesTree<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChoicesTree({:?}, {:?})", self.bytes, self.step)
    }
}

impl<F> ChoicesTree<F> {
    /// Moves on: along the bytes, then to the next way of changing them, then to half the size.
    fn next_step(&mut self) {
        let step = &mut self.step;
        step.at += if step.how == How::Shorten { 1 } else { step.size };
        if step.at < self.bytes.len() {
            return;
        }
        step.at = 0;
        step.how = match step.how {
            How::Delete if step.size <= 16 => How::Shorten,
            How::Delete | How::Shorten => How::Zero,
            How::Zero if step.size == 1 => How::Halve,
            How::Halve => How::Decrease,
            How::Zero | How::Decrease => {
                step.size /= 2;
                How::Delete
            }
        };
        if step.size == 0 && std::mem::take(&mut self.is_smaller) {
            self.step = Step::first(&self.bytes);
        }
    }

    /// Makes the next change that is one. False if there is none left.
    fn change(&mut self) -> bool {
        while self.step.size > 0 {
            let Step { size, at, how } = self.step;
            let end = (at + size).min(self.bytes.len());
            let part = self.bytes.get(at..end).unwrap_or_default();
            let changes = match how {
                How::Delete => !part.is_empty(),
                How::Shorten => part.first().is_some_and(|&b| b != 0),
                _ => part.iter().any(|&b| b != 0),
            };
            if changes {
                let before = self.bytes.clone();
                match how {
                    How::Delete => drop(self.bytes.drain(at..end)),
                    How::Shorten => {
                        self.bytes[at] -= 1;
                        self.bytes.drain(at + 1..(end + 1).min(before.len()));
                    }
                    How::Zero => self.bytes[at..end].fill(0),
                    How::Halve => self.bytes[at] /= 2,
                    How::Decrease => self.bytes[at] -= 1,
                }
                self.before = Some(before);
                return true;
            }
            self.next_step();
        }
        false
    }
}

impl<T: fmt::Debug, F: Fn(&mut Choices<'_>) -> T> ValueTree for ChoicesTree<F> {
    type Value = T;

    fn current(&self) -> T {
        (self.build)(&mut Choices::new(&self.bytes))
    }

    /// The last change is kept, and the same tried again where it stands.
    fn simplify(&mut self) -> bool {
        self.is_smaller |= self.before.take().is_some();
        self.change()
    }

    /// The last change is taken back, and the next one tried.
    fn complicate(&mut self) -> bool {
        let Some(before) = self.before.take() else { return false };
        self.bytes = before;
        self.next_step();
        self.change();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng};

    #[test]
    fn a_failure_is_made_small() {
        let config = Config { max_shrink_iters: 100_000, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let failure = runner.run(&valid_message(), |message| {
            let text = String::from_utf8_lossy(message.as_bytes()).to_lowercase();
            ::proptest::prop_assert!(!text.contains("\r\nwarning:"));
            Ok(())
        });
        let Err(TestError::Fail(_, small)) = failure else { panic!("a Warning comes: {failure:?}") };
        let text = String::from_utf8_lossy(small.as_bytes()).into_owned();
        // One of the smallest there are: without a body, and with hardly a header that need not be there.
        assert!(text.contains("Warning: 370 ") && text.lines().count() <= 14 && text.len() < 400, "{text}");
    }
}
