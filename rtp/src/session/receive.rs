//! RTP that comes (RFC 3550 §8.2, A.1).

use super::event::{Audio, Event};
use super::machine::Session;
use super::path::Sender;
use crate::dtmf::TelephoneEvent;
use crate::ident::Ssrc;
use crate::packet::{Header, PacketView};
use crate::seq::TimestampUnwrapper;
use crate::stats::{Reception, Verdict};
use bytes::Bytes;
use offhook_core::Flow;

/// The peer's source.
#[derive(Debug)]
pub(crate) struct Source {
    pub(super) ssrc: Ssrc,
    pub(super) reception: Reception,
    timestamps: TimestampUnwrapper,
    /// Heard since our last report (RFC 3550 §6.4).
    pub(super) is_news: bool,
    /// It said goodbye.
    pub(super) left: bool,
}

impl Session {
    pub(super) fn receive_rtp(&mut self, from: Flow, contents: &Bytes) {
        let policy = self.config.terms.source_policy;
        if self.rtp.sender(from, policy) == Sender::Stranger {
            self.stats.strangers += 1;
            return;
        }
        let Ok(packet) = PacketView::parse(contents) else {
            self.stats.malformed += 1;
            return;
        };
        let header = packet.header();
        let is_event = self.config.terms.dtmf_receive == Some(header.payload_type);
        if !is_event && !self.config.terms.audio.contains(&header.payload_type) {
            self.stats.unknown_payload += 1;
            return;
        }
        let event = match is_event.then(|| TelephoneEvent::parse(packet.payload())).transpose() {
            Ok(event) => event,
            Err(_) => {
                self.stats.malformed += 1;
                return;
            }
        };
        if let Some(flow) = self.rtp.heard(from) {
            self.event(Event::FlowChanged { flow });
        }
        if header.ssrc == self.outgoing.ssrc {
            self.resolve_collision();
        }
        let Some((sequence, timestamp)) = self.identify(&header, packet.payload().len()) else { return };
        match event {
            Some(event) => {
                let digits = self.digits_in.report(self.now, timestamp, event);
                self.heard(digits);
            }
            None => {
                self.measure(header.timestamp);
                let payload = contents.slice(packet.payload_range());
                let (payload_type, marker, received_at) = (header.payload_type, header.marker, self.now);
                self.event(Event::Audio(Audio { payload_type, sequence, timestamp, marker, payload, received_at }));
            }
        }
    }

    /// Whether the packet is the next of the peer's source: its extended sequence number and timestamp.
    fn identify(&mut self, header: &Header, payload_len: usize) -> Option<(u64, u64)> {
        let verdict = match &mut self.source {
            Some(source) if source.ssrc == header.ssrc => source.reception.receive(header.sequence),
            // RFC 3550 A.1: another source must send two packets in sequence before it is believed
            Some(_) if self.candidate != Some((header.ssrc, header.sequence)) => {
                self.candidate = Some((header.ssrc, header.sequence.next()));
                Verdict::Drop
            }
            _ => Verdict::Restart,
        };
        let sequence = match verdict {
            Verdict::Drop => {
                self.stats.unproven += 1;
                return None;
            }
            Verdict::Duplicate => {
                self.stats.octets_received += payload_len as u64;
                return None;
            }
            Verdict::Take(sequence) => sequence,
            Verdict::Restart => self.adopt(header),
        };
        self.stats.octets_received += payload_len as u64;
        let source = self.source.as_mut()?;
        source.is_news = true;
        Some((sequence, source.timestamps.unwrap(header.timestamp)))
    }

    /// Begins a source with its first packet; answers its extended sequence number.
    fn adopt(&mut self, header: &Header) -> u64 {
        let reception = Reception::new(header.sequence);
        let sequence = reception.highest();
        let (ssrc, timestamps) = (header.ssrc, TimestampUnwrapper::default());
        let source = Source { ssrc, reception, timestamps, is_news: true, left: false };
        if let Some(before) = self.source.replace(source) {
            self.past += before.reception.counts();
        }
        self.candidate = None;
        let last = self.digits_in.reset();
        self.heard(last);
        self.event(Event::SourceChanged { ssrc });
        sequence
    }

    /// Sound only: the timestamp of event packets stands still while they are sent, which is not the network's doing.
    fn measure(&mut self, timestamp: u32) {
        let arrival = self.units(self.now.saturating_duration_since(self.began));
        if let Some(source) = &mut self.source {
            source.reception.measure(arrival, timestamp);
        }
    }

    /// Someone speaks in our name (RFC 3550 §8.2): we take another, once. If it comes again it is an echo of our own
    /// packets, and echo is what an echo service is called for: it is heard as the peer's sound.
    pub(super) fn resolve_collision(&mut self) {
        if self.outgoing.collided {
            return;
        }
        self.say_goodbye();
        let ours = self.outgoing.ssrc;
        let theirs = self.source.as_ref().map(|source| source.ssrc);
        let mut ssrc = Ssrc(self.entropy.u32());
        while ssrc == ours || Some(ssrc) == theirs {
            ssrc = Ssrc(ssrc.0.wrapping_add(1));
        }
        self.outgoing.rename(ssrc);
    }
}
