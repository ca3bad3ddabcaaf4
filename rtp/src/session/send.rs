//! What we send (RFC 3550 §5.1, RFC 3551 §4.1).

use super::config::AudioPayload;
use super::event::Event;
use super::machine::Session;
use crate::dtmf::TelephoneEvent;
use crate::error::Error;
use crate::ident::{PayloadType, Ssrc};
use crate::packet::{HEADER_LEN, Header};
use crate::seq::SeqNo;
use offhook_core::{Entropy, Output, Transmit};
use std::time::Instant;

/// The state of our source.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(super) ssrc: Ssrc,
    /// A source of ours before a collision; what comes in its name is our own.
    pub(super) retired: Option<Ssrc>,
    /// We changed our SSRC already because of what this peer sent.
    pub(super) collided: bool,
    sequence: SeqNo,
    /// Of the next interval.
    timestamp: u32,
    /// Timestamp and time of the newest packet, to say what time it is in a report.
    pub(super) newest: Option<(u32, Instant)>,
    /// No sound went out in the interval before.
    is_silent: bool,
    /// Since the SSRC was chosen, for reports (RFC 3550 §6.4.1).
    pub(super) packets: u32,
    pub(super) octets: u32,
    /// Packets went out since the last report, and between the two before (RFC 3550 §6.4).
    pub(super) is_sender: [bool; 2],
    /// A packet of any kind went out in the name of this SSRC.
    pub(super) was_seen: bool,
}

impl Outgoing {
    pub(super) fn new(entropy: &mut dyn Entropy) -> Self {
        Outgoing {
            ssrc: Ssrc(entropy.u32()),
            retired: None,
            collided: false,
            // RFC 3711 §3.3.1: the lower half, so that a receiver of SRTP cannot mistake the first wrap
            sequence: SeqNo((entropy.u32() & 0x7fff) as u16),
            timestamp: entropy.u32(),
            newest: None,
            is_silent: true,
            packets: 0,
            octets: 0,
            is_sender: [false; 2],
            was_seen: false,
        }
    }

    /// A new name after a collision (RFC 3550 §8.2); the counts begin anew (§6.4.1).
    pub(super) fn rename(&mut self, ssrc: Ssrc) {
        self.retired = Some(std::mem::replace(&mut self.ssrc, ssrc));
        self.collided = true;
        self.was_seen = false;
        (self.packets, self.octets) = (0, 0);
        self.is_sender = [false; 2];
    }
}

impl Session {
    /// One packet interval: to be called at a steady pace, sound or not, for the timestamps count with it.
    ///
    /// `samples` is the length of the interval in timestamp units. While a digit sounds, its report goes out and the
    /// sound is dropped. With `None` and no digit nothing goes out, and the next sound bears the marker bit
    /// (RFC 3551 §4.1).
    pub fn send(&mut self, now: Instant, samples: u32, audio: Option<AudioPayload<'_>>) -> Result<(), Error> {
        self.open()?;
        self.advance(now);
        let timestamp = self.outgoing.timestamp;
        self.outgoing.timestamp = timestamp.wrapping_add(samples);
        // asked in every interval: the pause between digits is counted, too
        let report = self.digits_out.next_report(timestamp, samples);
        if let (Some(report), Some(payload_type)) = (report, self.config.terms.dtmf_send) {
            self.transmit(payload_type, report.marker, report.timestamp, TelephoneEvent::LEN, |buffer| {
                report.event.write_to(buffer);
            });
            if let (true, Some(digit)) = (report.last, report.event.digit()) {
                self.event(Event::DigitSent { digit });
            }
        } else if let Some(AudioPayload { payload_type, data }) = audio {
            let marker = std::mem::replace(&mut self.outgoing.is_silent, false);
            self.transmit(payload_type, marker, timestamp, data.len(), |buffer| buffer.extend_from_slice(data));
        } else {
            self.outgoing.is_silent = true;
        }
        Ok(())
    }

    fn transmit(
        &mut self,
        payload_type: PayloadType,
        marker: bool,
        timestamp: u32,
        length: usize,
        payload: impl FnOnce(&mut bytes::BytesMut),
    ) {
        let Outgoing { ssrc, sequence, .. } = self.outgoing;
        self.scratch.reserve(HEADER_LEN + length);
        Header { marker, payload_type, sequence, timestamp, ssrc }.write_to(&mut self.scratch);
        payload(&mut self.scratch);
        let contents = self.scratch.split().freeze();
        self.outputs.push_back(Output::Transmit(Transmit { flow: self.rtp.flow(), contents }));

        self.outgoing.sequence = sequence.next();
        self.outgoing.newest = Some((timestamp, self.now));
        self.outgoing.packets = self.outgoing.packets.wrapping_add(1);
        self.outgoing.octets = self.outgoing.octets.wrapping_add(length as u32);
        self.outgoing.is_sender[0] = true;
        self.outgoing.was_seen = true;
        self.stats.packets_sent += 1;
        self.stats.octets_sent += length as u64;
    }
}
