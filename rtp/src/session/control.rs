//! RTCP, both ways (RFC 3550 §6).

use super::config::RtcpPath;
use super::event::Event;
use super::machine::{Session, Timer};
use super::path::Sender;
use crate::ident::Ssrc;
use crate::rtcp::{Compound, CompoundWriter, ReportBlock, ReportBlocks, RtcpView, SenderInfo};
use crate::stats::RemoteReport;
use offhook_core::{Flow, Output, Transmit};
use std::time::{Duration, Instant};

/// When the peer's newest SR was sent, by its clock, and when it came, by ours.
#[derive(Debug)]
pub(crate) struct RemoteClock {
    ssrc: Ssrc,
    /// The middle 32 bits of the NTP timestamp.
    ntp: u32,
    at: Instant,
}

impl Session {
    pub(super) fn report_timer(&mut self) {
        let (is_due, next) = self.interval.expire(self.now, &mut self.entropy);
        self.timers.set(Timer::Report, next);
        if is_due {
            self.transmit_rtcp(None);
            let [since_last, _] = self.outgoing.is_sender;
            self.outgoing.is_sender = [false, since_last];
        }
    }

    /// A report and BYE, unless nobody has heard of us (RFC 3550 §6.3.7).
    pub(super) fn say_goodbye(&mut self) {
        if self.outgoing.was_seen {
            self.transmit_rtcp(Some(self.outgoing.ssrc));
        }
    }

    /// SR if we sent of late, else RR; then our name; then the goodbye (RFC 3550 §6.1).
    fn transmit_rtcp(&mut self, leaving: Option<Ssrc>) {
        let flow = match (&self.rtcp, self.config.terms.rtcp) {
            (_, RtcpPath::Off) => return,
            (Some(path), _) => path.flow(),
            (None, _) => self.rtp.flow(),
        };
        let block = self.report_block();
        let ssrc = self.outgoing.ssrc;
        let is_sender = self.outgoing.is_sender.contains(&true);
        let info = self.sender_info().filter(|_| is_sender);
        let writer = CompoundWriter::new(&mut self.scratch);
        let writer = match info {
            Some(info) => writer.sender_report(ssrc, &info, block.as_slice()),
            None => writer.receiver_report(ssrc, block.as_slice()),
        };
        let writer = writer.cname(ssrc, &self.config.cname);
        if let Some(leaving) = leaving {
            writer.bye(&[leaving], None);
        }
        let contents = self.scratch.split().freeze();
        self.outputs.push_back(Output::Transmit(Transmit { flow, contents }));
        self.outgoing.was_seen = true;
    }

    fn sender_info(&self) -> Option<SenderInfo> {
        let (timestamp, at) = self.outgoing.newest?;
        let since = self.now.saturating_duration_since(at);
        Some(SenderInfo {
            ntp: self.wall_clock.ntp(self.now),
            rtp_timestamp: timestamp.wrapping_add(self.units(since)),
            packet_count: self.outgoing.packets,
            octet_count: self.outgoing.octets,
        })
    }

    /// How we hear the peer, if it was heard since the last report (RFC 3550 §6.4).
    fn report_block(&mut self) -> Option<ReportBlock> {
        let source = self.source.as_mut().filter(|source| source.is_news)?;
        source.is_news = false;
        let (fraction_lost, cumulative_lost, highest_sequence) = source.reception.report();
        let clock = self.remote_clock.as_ref().filter(|clock| clock.ssrc == source.ssrc);
        Some(ReportBlock {
            ssrc: source.ssrc,
            fraction_lost,
            cumulative_lost,
            highest_sequence,
            jitter: source.reception.jitter(),
            last_sr: clock.map_or(0, |clock| clock.ntp),
            delay_since_last_sr: clock.map_or(0, |clock| compact(self.now.saturating_duration_since(clock.at))),
        })
    }

    pub(super) fn receive_rtcp(&mut self, from: Flow, datagram: &[u8]) {
        let policy = self.config.terms.source_policy;
        let sender = match (&self.rtcp, self.config.terms.rtcp) {
            (_, RtcpPath::Off) => Sender::Stranger,
            (Some(path), _) => match path.sender(from, policy) {
                // RTCP has no payload type to know it by: it is believed from the host that RTP is heard from
                Sender::Candidate if !self.rtp.is_fixed() || from.remote.ip() != self.rtp.flow().remote.ip() => {
                    Sender::Stranger
                }
                sender => sender,
            },
            // on one port RTP leads the way
            (None, _) => match self.rtp.sender(from, policy) {
                Sender::Candidate => Sender::Stranger,
                sender => sender,
            },
        };
        if sender == Sender::Stranger {
            self.stats.strangers += 1;
            return;
        }
        let packets = match Compound::parse(datagram) {
            Ok(packets) if packets.starts_with_report() => packets,
            _ => {
                self.stats.malformed += 1;
                return;
            }
        };
        match &mut self.rtcp {
            Some(path) => {
                if let Some(flow) = path.heard(from) {
                    self.event(Event::RtcpFlowChanged { flow });
                }
            }
            None => {
                self.rtp.heard(from);
            }
        }
        for packet in packets {
            match packet {
                RtcpView::SenderReport(report) if !self.is_ours(report.ssrc) => {
                    let ntp = (report.info.ntp >> 16) as u32;
                    self.remote_clock = Some(RemoteClock { ssrc: report.ssrc, ntp, at: self.now });
                    self.take_blocks(report.ssrc, report.blocks());
                }
                RtcpView::ReceiverReport(report) if !self.is_ours(report.ssrc) => {
                    self.take_blocks(report.ssrc, report.blocks());
                }
                RtcpView::Bye(bye) => bye.sources().for_each(|ssrc| self.take_bye(ssrc)),
                _ => {}
            }
        }
    }

    /// Whether a packet bears our name, now or before: a collision, or our own packet come back (RFC 3550 §8.2).
    fn is_ours(&mut self, ssrc: Ssrc) -> bool {
        if ssrc == self.outgoing.ssrc {
            self.resolve_collision();
            return true;
        }
        Some(ssrc) == self.outgoing.retired
    }

    fn take_blocks(&mut self, from: Ssrc, mut blocks: ReportBlocks<'_>) {
        let Some(block) = blocks.find(|block| block.ssrc == self.outgoing.ssrc) else { return };
        let rtt = self.round_trip(&block);
        let report = RemoteReport {
            from,
            fraction_lost: f64::from(block.fraction_lost) / 256.0,
            lost: block.cumulative_lost,
            jitter: self.time(block.jitter),
            rtt,
        };
        self.stats.rtt = rtt.or(self.stats.rtt);
        self.stats.remote = Some(report);
        self.event(Event::Report(report));
    }

    /// RFC 3550 §6.4.1: now, less the time of our SR, less what the peer held it back. `None` if it answers no SR, or
    /// one from before the session.
    fn round_trip(&self, block: &ReportBlock) -> Option<Duration> {
        let now = (self.wall_clock.ntp(self.now) >> 16) as u32;
        let since_sr = now.wrapping_sub(block.last_sr);
        let age = compact(self.now.saturating_duration_since(self.began));
        let rtt = since_sr.checked_sub(block.delay_since_last_sr)?;
        // one unit is lost by cutting the fractions
        (block.last_sr != 0 && since_sr <= age.saturating_add(1))
            .then(|| Duration::from_nanos((u64::from(rtt) * 1_000_000_000) >> 16))
    }

    fn take_bye(&mut self, ssrc: Ssrc) {
        if let Some(source) = self.source.as_mut().filter(|source| source.ssrc == ssrc && !source.left) {
            if Some(ssrc) == self.outgoing.retired || ssrc == self.outgoing.ssrc {
                return;
            }
            source.left = true;
            self.event(Event::Bye { ssrc });
        }
    }
}

/// Seconds in 65536ths, as NTP's middle 32 bits and DLSR count them (RFC 3550 §4, §6.4.1); 18 hours at most.
fn compact(time: Duration) -> u32 {
    u32::try_from(time.as_nanos() * 65_536 / 1_000_000_000).unwrap_or(u32::MAX)
}
