//! Packet captures: what was on the simulated network, as a file for Wireshark and for comparison.
//!
//! The classic pcap format, little-endian, with nanoseconds, link type RAW (101): each packet begins with its IPv4
//! (RFC 791) or IPv6 (RFC 8200) header, then UDP (RFC 768) with a valid checksum. Equal runs give equal bytes.
//! [`read`] reads back what [`Writer`] wrote; it is not a reader for the captures of the world.
//!
//! ```
//! use bytes::Bytes;
//! use offhook_core::{Flow, Transmit};
//! use offhook_sim::{Net, epoch, pcap};
//!
//! let mut net = Net::new(1);
//! net.record();
//! let flow = Flow::udp("10.0.0.1:5060".parse().unwrap(), "10.0.0.2:5060".parse().unwrap());
//! net.send(epoch(), Transmit { flow, contents: Bytes::from_static(b"hi") });
//!
//! let mut file = Vec::new(); // or a std::fs::File
//! pcap::write_sent(&mut file, net.trace()).unwrap();
//! let packets = pcap::read(&file).unwrap();
//! assert_eq!((packets[0].flow, &packets[0].contents[..]), (flow, &b"hi"[..]));
//! ```

mod read;
mod write;

pub use read::{Packet, ReadError, read};
pub use write::{Writer, write_arrived, write_sent};
