//! Packets in as the network brings them, out as the ear wants them.
//!
//! A buffer of fixed target delay, driven by samples alone. Whoever plays asks it for sound whenever his own is used up,
//! so packets of 10, 20 or 60 ms need no setting:
//!
//! ```
//! use offhook_media::{codec, jitter::{Config, JitterBuffer, Packet, Pulled}};
//! # fn main() -> Result<(), offhook_media::Error> {
//! # let packet = Packet { seq: 7, timestamp: 0, payload_type: 0, samples: 160, payload: vec![0xff; 160].into() };
//! let mut decoder = codec::by_payload_type(0).expect("PCMU").decoder();
//! let mut buffer = JitterBuffer::new(Config::new(8000));
//! buffer.push(packet);
//!
//! // Every 20 ms:
//! let mut pcm = Vec::new();
//! while pcm.len() < 160 {
//!     let wanted = 160 - pcm.len();
//!     match buffer.pull(wanted as u32) {
//!         Pulled::Packet(packet) => decoder.decode(&packet.payload, &mut pcm)?,
//!         Pulled::Missing(samples) => decoder.conceal(samples as usize, &mut pcm),
//!         Pulled::Empty => pcm.resize(160, 0),
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! ```text
//!            target reached, or waited for it
//!  +---------+ -----------------------------> +---------+
//!  | Filling |                                | Playing | --+ in order: Packet; hole: Missing
//!  +---------+ <----------------------------- +---------+ <-+ too deep or too shallow for long: one packet less or more
//!                 empty for `Config::dry`
//! ```
//!
//! Where the buffer runs empty, it invents without giving up the place of what is late: a packet that then comes is
//! played, and the delay has grown; one that proves lost was already paid for. Order is by extended sequence number
//! (RFC 3550 §6.4.1, appendix A.1), place by timestamp (RFC 3550 §5.1), so that sequence numbers used by
//! telephone-events leave no hole. A delay that follows the network and stretching without loss of sound will replace
//! what is inside; the doors stay.

mod buffer;

pub use buffer::{Config, JitterBuffer, Packet, Pulled, Stats};
