//! A host that is one machine.

use super::Host;
use bytes::Bytes;
use offhook_core::{Flow, Machine, Output, Transmit};
use std::convert::Infallible;
use std::fmt::Debug;
use std::time::Instant;

type Reaction<M> = Box<dyn FnMut(&mut M, Instant, &<M as Machine>::Event)>;

/// One machine as a host: two functions say how a datagram and a timeout become its inputs. Its events are kept, and
/// a reaction to them may be given.
///
/// ```
/// use bytes::Bytes;
/// use offhook_core::{Flow, Machine, Output, Transmit};
/// use offhook_sim::{Solo, World};
/// # use std::{collections::VecDeque, convert::Infallible, time::{Duration, Instant}};
///
/// /// Greets when told to, and counts who greets it.
/// #[derive(Default)]
/// struct Greeter { outbox: VecDeque<Transmit>, heard: VecDeque<Flow> }
///
/// enum Input<'a> { Datagram(Flow, &'a [u8]), Timeout }
///
/// impl Greeter {
///     fn greet(&mut self, _now: Instant, flow: Flow) {
///         self.outbox.push_back(Transmit { flow, contents: Bytes::from_static(b"hello") });
///     }
/// }
///
/// impl Machine for Greeter {
///     type Input<'a> = Input<'a>;
///     type Event = Flow;
///     type Transmit = Transmit;
///     type Error = Infallible;
///
///     fn handle_input(&mut self, _now: Instant, input: Input<'_>) -> Result<(), Infallible> {
///         if let Input::Datagram(flow, b"hello") = input { self.heard.push_back(flow) }
///         Ok(())
///     }
///
///     fn poll_output(&mut self) -> Output<Flow> {
///         if let Some(transmit) = self.outbox.pop_front() { return Output::Transmit(transmit) }
///         self.heard.pop_front().map_or(Output::Timeout(None), Output::Event)
///     }
/// }
///
/// let (a, b) = ("10.0.0.1:7".parse().unwrap(), "10.0.0.2:7".parse().unwrap());
/// let greeter = || Solo::new(Greeter::default(), |flow, bytes| Input::Datagram(flow, bytes), || Input::Timeout);
/// let mut world = World::new(3);
/// let alice = world.add(greeter(), [a]);
/// let bob = world.add(greeter().reacting(|machine, now, &flow| machine.greet(now, flow)), [b]);
///
/// world.with(alice, |alice, now| alice.machine.greet(now, Flow::udp(a, b)));
/// world.run_until_quiet(Duration::from_secs(1)).unwrap();
/// assert_eq!(world[bob].events, [Flow::udp(b, a)]);
/// assert_eq!(world[alice].events, [Flow::udp(a, b)]); // bob greeted back
/// ```
pub struct Solo<M: Machine> {
    /// The machine; its verbs are called through [`World::with`](crate::World::with).
    pub machine: M,
    /// Its events so far, for the test to look at or to take away.
    pub events: Vec<M::Event>,
    datagram: for<'a> fn(Flow, &'a Bytes) -> M::Input<'a>,
    timeout: fn() -> M::Input<'static>,
    reaction: Option<Reaction<M>>,
}

impl<M: Machine> Solo<M> {
    /// `datagram` makes an input of what arrived, `timeout` is the machine's timeout input.
    pub fn new(
        machine: M,
        datagram: for<'a> fn(Flow, &'a Bytes) -> M::Input<'a>,
        timeout: fn() -> M::Input<'static>,
    ) -> Self {
        Solo { machine, events: Vec::new(), datagram, timeout, reaction: None }
    }

    /// Lets `reaction` see every event before it is kept, and answer it with the machine's verbs.
    pub fn reacting(mut self, reaction: impl FnMut(&mut M, Instant, &M::Event) + 'static) -> Self {
        self.reaction = Some(Box::new(reaction));
        self
    }
}

impl<M> Host for Solo<M>
where
    M: Machine<Transmit = Transmit> + 'static,
    M::Error: Debug,
{
    fn receive(&mut self, now: Instant, flow: Flow, contents: Bytes) {
        let input = (self.datagram)(flow, &contents);
        self.machine.handle_input(now, input).expect("a misbehaving peer is never an error");
    }

    fn timeout(&mut self, now: Instant) {
        self.machine.handle_input(now, (self.timeout)()).expect("a timeout is never an error");
    }

    fn poll(&mut self, now: Instant) -> Output<Infallible> {
        loop {
            match self.machine.poll_output() {
                Output::Transmit(transmit) => return Output::Transmit(transmit),
                Output::Timeout(at) => return Output::Timeout(at),
                Output::Event(event) => {
                    if let Some(reaction) = &mut self.reaction {
                        reaction(&mut self.machine, now, &event);
                    }
                    self.events.push(event);
                }
            }
        }
    }
}
