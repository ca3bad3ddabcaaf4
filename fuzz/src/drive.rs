//! What every machine is held to.

use offhook_core::{Machine, Output, WallClock};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// More outputs than these in one drain are no answer to a few hundred bytes.
const MAX_OUTPUTS: usize = 10_000;

/// Drains a machine, and hands what it says to `take`. When it wants to be woken.
pub(crate) fn drain<M: Machine>(
    machine: &mut M,
    mut take: impl FnMut(Output<M::Event, M::Transmit>),
) -> Option<Instant> {
    for _ in 0..MAX_OUTPUTS {
        match machine.poll_output() {
            Output::Timeout(at) => {
                let again = matches!(machine.poll_output(), Output::Timeout(same) if same == at);
                assert!(again, "a drained machine answers the same until the next input");
                return at;
            }
            output => take(output),
        }
    }
    panic!("a drain without end");
}

pub(crate) fn wall_clock() -> WallClock {
    WallClock::new(offhook_sim::epoch(), Duration::from_secs(1_800_000_000))
}

/// Our own address.
pub(crate) fn here(port: u16) -> SocketAddr {
    ([192, 0, 2, 1], port).into()
}

/// The address of a peer.
pub(crate) fn there(host: u8, port: u16) -> SocketAddr {
    ([192, 0, 2, host], port).into()
}
