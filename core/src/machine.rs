//! One door in, one door out.

use crate::Transmit;
use std::time::Instant;

/// A layer that lives in time. The only trait that a layer of the family implements.
///
/// Whoever drives a machine passes it inputs, then drains it: calls [`poll_output`](Machine::poll_output) until it
/// answers [`Output::Timeout`], and comes back with an input or at that time, whichever is first.
///
/// Every machine of the family keeps these laws, and `offhook_sim::laws` checks them:
/// 1. the same inputs and the same entropy give the same outputs;
/// 2. a drained machine answers the same `Timeout` until the next input;
/// 3. an early timeout input changes nothing;
/// 4. inputs may come in batches before a drain: outputs queue, nothing is lost;
/// 5. an earlier `now` is treated as the latest one seen, and a deadline at or before `now` fires at once;
/// 6. no bytes from the network can panic it;
/// 7. `poll_output` never fails; what ends a machine is its last `Event`, and after it come only `Timeout(None)`;
/// 8. an `Err` leaves it as it was.
pub trait Machine {
    /// What can come in; each machine has its own, with a `Timeout` among its variants.
    type Input<'a>;
    /// What goes up, to the layer above and at last to the application.
    type Event;
    /// What goes down: bytes on a [`Flow`](crate::Flow) where the layer meets the network, a message for the layer
    /// below where it does not.
    type Transmit;
    /// Why an input was refused: the caller broke the contract. A misbehaving peer is never an error.
    type Error;

    /// Takes one input at the time `now`. On `Err` the machine is as it was.
    fn handle_input(&mut self, now: Instant, input: Self::Input<'_>) -> Result<(), Self::Error>;

    /// The next thing to do. [`Output::Timeout`] ends every drain.
    fn poll_output(&mut self) -> Output<Self::Event, Self::Transmit>;
}

/// What a machine wants done.
#[must_use = "an output dropped is a packet or an event lost"]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output<E, T = Transmit> {
    /// Goes down: to the layer below, at last to a socket.
    Transmit(T),
    /// Goes up: to the layer above, at last to the application.
    Event(E),
    /// Goes to the clock: come back at this time at the latest. `None`: nothing is armed. It ends every drain.
    Timeout(Option<Instant>),
}
