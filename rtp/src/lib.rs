//! RTP, RTCP and DTMF packets and sessions, sans-IO.
//!
//! Covers RFC 3550 for a call of two (§5 packets, §6 RTCP with SR, RR, SDES and BYE, §8.2 collisions, A.1, A.3, A.8),
//! RFC 3551 for G.711, RFC 4733 §2 for digits, RFC 5761 §4 to tell RTP from RTCP, and ITU-T G.107 for the estimate of
//! quality. Leaves out, for now: encryption, the meaning of header extensions (RFC 8285), feedback (RFC 4585), extended
//! reports (RFC 3611), redundancy (RFC 2198), comfort noise (RFC 3389) and sessions of more than two.
//!
//! - Codecs: [`packet`] ([`PacketView`], [`Header`]), [`rtcp`], [`dtmf::TelephoneEvent`]; [`is_rtcp`] tells them apart.
//! - The machine: [`Session`], with [`Stats`].
//!
//! ```
//! use offhook_core::{Entropy, Flow, Machine, Output, WallClock};
//! use offhook_rtp::{AudioPayload, Config, Event, Input, PayloadType, Session, Terms, rtcp::Cname};
//! # struct Seed(u8);
//! # impl Entropy for Seed {
//! #     fn fill(&mut self, bytes: &mut [u8]) { for b in bytes { self.0 = self.0.wrapping_mul(5).wrapping_add(1); *b = self.0 } }
//! #     fn fork(&mut self) -> Box<dyn Entropy> { Box::new(Seed(self.0)) }
//! # }
//! # let now = offhook_sim::epoch();
//! # let clock = WallClock::new(now, std::time::Duration::from_secs(1_700_000_000));
//! let flow = Flow::udp("192.0.2.1:4000".parse()?, "192.0.2.2:5000".parse()?);
//! let new = |seed, flow| -> Result<Session, offhook_rtp::Error> {
//!     let terms = Terms::new(flow, vec![PayloadType::PCMU]);
//!     Ok(Session::new(now, Config::new(Cname::new("a@example.com")?, terms), Box::new(Seed(seed)), clock))
//! };
//! let (mut alice, mut bob) = (new(1, flow)?, new(2, flow.reversed())?);
//!
//! // every 20 ms, 160 samples at 8000 Hz
//! alice.send(now, 160, Some(AudioPayload { payload_type: PayloadType::PCMU, data: &[0xff; 160] }))?;
//! while let Output::Transmit(transmit) = alice.poll_output() {
//!     bob.handle_input(now, Input::Received { flow: transmit.flow.reversed(), contents: transmit.contents })?;
//! }
//! assert!(matches!(bob.poll_output(), Output::Event(Event::SourceChanged { .. })));
//! let Output::Event(Event::Audio(audio)) = bob.poll_output() else { panic!("heard") };
//! assert_eq!((audio.marker, &audio.payload[..]), (true, &[0xff; 160][..]));
//! println!("{}", bob.stats());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod demux;
mod error;
mod ident;

pub mod dtmf;
pub mod packet;
pub mod rtcp;
pub mod seq;
pub mod session;
pub mod stats;

pub use demux::is_rtcp;
pub use error::{Error, ParseError, Part};
pub use ident::{PayloadType, Ssrc};
pub use packet::{Header, PacketView};
pub use seq::SeqNo;
pub use session::{Audio, AudioPayload, Config, Event, Input, RtcpPath, Session, SourcePolicy, Terms};
pub use stats::Stats;
