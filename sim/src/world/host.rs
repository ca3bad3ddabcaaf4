//! What can live in a world.

use bytes::Bytes;
use offhook_core::{Flow, Output};
use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::time::Instant;

/// Something with addresses: one machine ([`Solo`](crate::Solo)), or several with the logic of an application between.
///
/// A host that owns machines gives each its inputs, reacts to their events inside [`poll`](Host::poll), hands their
/// transmits on, and answers the least of their timeouts. The example is a host of two machines: the second
/// one is started by an event of the first.
///
/// ```
/// use bytes::Bytes;
/// use offhook_core::{Flow, Machine, Output, Transmit};
/// use offhook_sim::Host;
/// # use std::{convert::Infallible, time::{Duration, Instant}};
/// # #[derive(Default)] struct Phone { rung: bool }
/// # #[derive(Default)] struct Media { at: Option<Instant> }
/// # enum Ring<'a> { Bytes(&'a [u8]), Timeout }
/// # enum Frame { Start, Bytes, Timeout }
/// # impl Machine for Phone {
/// #     type Input<'a> = Ring<'a>; type Event = &'static str; type Transmit = Transmit; type Error = Infallible;
/// #     fn handle_input(&mut self, _: Instant, input: Ring<'_>) -> Result<(), Infallible> { if let Ring::Bytes(b) = input { self.rung = !b.is_empty() } Ok(()) }
/// #     fn poll_output(&mut self) -> Output<&'static str> { if std::mem::take(&mut self.rung) { Output::Event("ringing") } else { Output::Timeout(None) } }
/// # }
/// # impl Machine for Media {
/// #     type Input<'a> = Frame; type Event = Infallible; type Transmit = Transmit; type Error = Infallible;
/// #     fn handle_input(&mut self, now: Instant, input: Frame) -> Result<(), Infallible> { if let Frame::Start = input { self.at = Some(now + Duration::from_millis(20)) } Ok(()) }
/// #     fn poll_output(&mut self) -> Output<Infallible> { Output::Timeout(self.at) }
/// # }
///
/// /// A bot: its signalling, its media, and what it does when the telephone rings.
/// struct Bot { phone: Phone, media: Media }
///
/// impl Host for Bot {
///     fn receive(&mut self, now: Instant, flow: Flow, contents: Bytes) {
///         match flow.local.port() {
///             5060 => self.phone.handle_input(now, Ring::Bytes(&contents)).unwrap(),
///             _ => self.media.handle_input(now, Frame::Bytes).unwrap(),
///         }
///     }
///
///     fn timeout(&mut self, now: Instant) {
///         self.phone.handle_input(now, Ring::Timeout).unwrap();
///         self.media.handle_input(now, Frame::Timeout).unwrap();
///     }
///
///     fn poll(&mut self, now: Instant) -> Output<Infallible> {
///         let signalling = loop {
///             match self.phone.poll_output() {
///                 Output::Event("ringing") => self.media.handle_input(now, Frame::Start).unwrap(),
///                 Output::Event(_) => {}
///                 Output::Transmit(transmit) => return Output::Transmit(transmit),
///                 Output::Timeout(at) => break at,
///             }
///         };
///         match self.media.poll_output() {
///             Output::Timeout(at) => Output::Timeout([signalling, at].into_iter().flatten().min()),
///             other => other,
///         }
///     }
/// }
/// # let a = "10.0.0.1:5060".parse().unwrap();
/// # let mut world = offhook_sim::World::new(0);
/// # let bot = world.add(Bot { phone: Phone::default(), media: Media::default() }, [a]);
/// # world.with(bot, |bot, now| bot.receive(now, Flow::udp(a, a), Bytes::from_static(b"x")));
/// # assert_eq!(world.next_deadline(), Some(world.now() + Duration::from_millis(20)));
/// ```
pub trait Host: Any {
    /// A datagram arrived; `flow` is as this host sees it: `local` is its own address.
    fn receive(&mut self, now: Instant, flow: Flow, contents: Bytes);

    /// The time came that the last [`Output::Timeout`] asked for.
    fn timeout(&mut self, now: Instant);

    /// The next thing to do, asked until the answer is a `Timeout`. Events never leave a host.
    fn poll(&mut self, now: Instant) -> Output<Infallible>;
}

/// Which host of a world: the key that [`World::add`](crate::World::add) answers, with the host's type in it.
pub struct HostId<H> {
    pub(super) index: usize,
    host: PhantomData<fn() -> H>,
}

impl<H> HostId<H> {
    pub(super) fn new(index: usize) -> Self {
        HostId { index, host: PhantomData }
    }
}

impl<H> Clone for HostId<H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for HostId<H> {}

impl<H> fmt::Debug for HostId<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "host {}", self.index)
    }
}
