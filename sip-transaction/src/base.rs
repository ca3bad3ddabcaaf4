//! What the four machines have in common.

use crate::Timing;
use bytes::Bytes;
use offhook_core::{Flow, Output, Slot, Timers, Transmit};
use std::collections::VecDeque;
use std::time::Instant;

/// Where a transaction sends, its timers, and what waits to be polled. Its state is the machine's own.
#[derive(Debug)]
pub(crate) struct Base<K: Slot, E> {
    pub(crate) flow: Flow,
    pub(crate) timing: Timing,
    pub(crate) timers: Timers<K>,
    /// The latest time seen: an earlier one is treated as this.
    latest: Option<Instant>,
    queue: VecDeque<Said<E>>,
    sent_again: u64,
}

/// What waits to be polled. Everything goes to the one flow.
#[derive(Debug)]
enum Said<E> {
    Send(Bytes),
    Tell(E),
}

impl<K: Slot, E> Base<K, E> {
    pub(crate) fn new(flow: Flow, timing: Timing) -> Self {
        Base { flow, timing, timers: Timers::default(), latest: None, queue: VecDeque::new(), sent_again: 0 }
    }

    pub(crate) fn tick(&mut self, now: Instant) -> Instant {
        let now = self.latest.map_or(now, |latest| latest.max(now));
        self.latest = Some(now);
        now
    }

    pub(crate) fn send(&mut self, contents: Bytes) {
        self.queue.push_back(Said::Send(contents));
    }

    /// Sends what was sent before.
    pub(crate) fn send_again(&mut self, contents: Bytes) {
        self.sent_again += 1;
        self.send(contents);
    }

    /// How often something was sent again since the last call.
    pub(crate) fn take_sent_again(&mut self) -> u64 {
        std::mem::take(&mut self.sent_again)
    }

    pub(crate) fn tell(&mut self, event: E) {
        self.queue.push_back(Said::Tell(event));
    }

    pub(crate) fn poll(&mut self) -> Output<E> {
        match self.queue.pop_front() {
            Some(Said::Send(contents)) => Output::Transmit(Transmit { flow: self.flow, contents }),
            Some(Said::Tell(event)) => Output::Event(event),
            None => {
                // Most of its life a transaction waits, and there may be a million of them.
                self.queue = VecDeque::new();
                Output::Timeout(self.timers.next())
            }
        }
    }
}
