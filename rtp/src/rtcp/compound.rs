//! Compound packets (RFC 3550 §6.1, A.2).

use super::bye::{self, ByeView};
use super::cname::Cname;
use super::frame::RawView;
use super::receiver_report::{self, ReceiverReportView};
use super::report_block::ReportBlock;
use super::sdes::{self, SdesView};
use super::sender_report::{self, SenderInfo, SenderReportView};
use crate::error::ParseError;
use crate::ident::Ssrc;
use bytes::BytesMut;

/// One RTCP packet, by its type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RtcpView<'a> {
    /// Type 200.
    SenderReport(SenderReportView<'a>),
    /// Type 201.
    ReceiverReport(ReceiverReportView<'a>),
    /// Type 202.
    Sdes(SdesView<'a>),
    /// Type 203.
    Bye(ByeView<'a>),
    /// Any other type, raw.
    Unknown(RawView<'a>),
}

impl<'a> RtcpView<'a> {
    fn parse(raw: RawView<'a>) -> Result<Self, ParseError> {
        Ok(match raw.packet_type {
            sender_report::TYPE => RtcpView::SenderReport(SenderReportView::parse(&raw)?),
            receiver_report::TYPE => RtcpView::ReceiverReport(ReceiverReportView::parse(&raw)?),
            sdes::TYPE => RtcpView::Sdes(SdesView::parse(&raw)?),
            bye::TYPE => RtcpView::Bye(ByeView::parse(&raw)?),
            _ => RtcpView::Unknown(raw),
        })
    }
}

/// The RTCP packets of one datagram, every one of them checked; iterates over them.
///
/// ```
/// use offhook_rtp::{Ssrc, rtcp::{Cname, Compound, CompoundWriter, RtcpView}};
/// let mut buffer = bytes::BytesMut::new();
/// CompoundWriter::new(&mut buffer).receiver_report(Ssrc(1), &[]).cname(Ssrc(1), &Cname::new("bot@example.com")?);
/// let mut packets = Compound::parse(&buffer)?;
/// assert!(packets.starts_with_report());
/// assert!(matches!(packets.next(), Some(RtcpView::ReceiverReport(rr)) if rr.ssrc == Ssrc(1)));
/// let Some(RtcpView::Sdes(sdes)) = packets.next() else { panic!("described") };
/// assert_eq!(sdes.chunks().next().unwrap().cname(), Some("bot@example.com"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compound<'a> {
    datagram: &'a [u8],
    at: usize,
}

impl<'a> Compound<'a> {
    /// Reads a datagram. The lengths of its packets must add up to its own and every known body must fit its packet
    /// (RFC 3550 A.2). That the first is a report is asked apart, by
    /// [`starts_with_report`](Self::starts_with_report): reduced-size packets (RFC 5506) begin with others.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, ParseError> {
        let mut at = 0;
        while at < datagram.len() || at == 0 {
            let (raw, next) = RawView::split(datagram, at)?;
            RtcpView::parse(raw)?;
            at = next;
        }
        Ok(Compound { datagram, at: 0 })
    }

    /// Whether the first packet is an SR or RR, as a full compound packet must begin (RFC 3550 §6.1).
    pub fn starts_with_report(&self) -> bool {
        matches!(self.datagram, [_, sender_report::TYPE | receiver_report::TYPE, ..])
    }
}

impl<'a> Iterator for Compound<'a> {
    type Item = RtcpView<'a>;

    fn next(&mut self) -> Option<RtcpView<'a>> {
        let (raw, next) = RawView::split(self.datagram, self.at).ok()?;
        self.at = next;
        RtcpView::parse(raw).ok()
    }
}

/// Appends the packets of one compound packet. Begin with a report and describe the source (RFC 3550 §6.1).
///
/// Lists longer than a packet counts ([`MAX_COUNT`](super::MAX_COUNT)) are cut.
#[derive(Debug)]
pub struct CompoundWriter<'a> {
    buffer: &'a mut BytesMut,
}

impl<'a> CompoundWriter<'a> {
    /// Writes at the end of `buffer`.
    pub fn new(buffer: &'a mut BytesMut) -> Self {
        CompoundWriter { buffer }
    }

    /// An SR.
    pub fn sender_report(self, ssrc: Ssrc, info: &SenderInfo, blocks: &[ReportBlock]) -> Self {
        sender_report::write(self.buffer, ssrc, info, blocks);
        self
    }

    /// An RR.
    pub fn receiver_report(self, ssrc: Ssrc, blocks: &[ReportBlock]) -> Self {
        receiver_report::write(self.buffer, ssrc, blocks);
        self
    }

    /// An SDES with the canonical name of one source.
    pub fn cname(self, ssrc: Ssrc, cname: &Cname) -> Self {
        sdes::write_cname(self.buffer, ssrc, cname);
        self
    }

    /// A BYE; it stands last. A reason longer than 255 octets is cut.
    pub fn bye(self, sources: &[Ssrc], reason: Option<&str>) -> Self {
        bye::write(self.buffer, sources, reason);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Part;
    use proptest::prelude::*;

    fn block() -> impl Strategy<Value = ReportBlock> {
        (any::<(u32, u8, u32, u32, u32, u32)>(), -0x80_0000i32..0x80_0000).prop_map(
            |((ssrc, fraction_lost, highest_sequence, jitter, last_sr, delay_since_last_sr), cumulative_lost)| {
                let ssrc = Ssrc(ssrc);
                ReportBlock {
                    ssrc,
                    fraction_lost,
                    cumulative_lost,
                    highest_sequence,
                    jitter,
                    last_sr,
                    delay_since_last_sr,
                }
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            (ssrc, ntp, rtp_timestamp, packet_count, octet_count) in any::<(u32, u64, u32, u32, u32)>(),
            blocks in proptest::collection::vec(block(), 0..=31),
            name in "[a-zé@.]{1,100}",
            leaving in proptest::collection::vec(any::<u32>(), 0..=31),
            reason in proptest::option::of("[a-zé ]{0,90}"),
        ) {
            let ssrc = Ssrc(ssrc);
            let info = SenderInfo { ntp, rtp_timestamp, packet_count, octet_count };
            let leaving: Vec<Ssrc> = leaving.into_iter().map(Ssrc).collect();
            let mut buffer = BytesMut::new();
            CompoundWriter::new(&mut buffer)
                .sender_report(ssrc, &info, &blocks)
                .receiver_report(ssrc, &blocks)
                .cname(ssrc, &Cname::new(name.clone()).unwrap())
                .bye(&leaving, reason.as_deref());
            let mut packets = Compound::parse(&buffer).unwrap();

            let Some(RtcpView::SenderReport(sr)) = packets.next() else { panic!("SR") };
            prop_assert_eq!((sr.ssrc, sr.info), (ssrc, info));
            prop_assert_eq!(&sr.blocks().collect::<Vec<_>>(), &blocks);
            let Some(RtcpView::ReceiverReport(rr)) = packets.next() else { panic!("RR") };
            prop_assert_eq!(&rr.blocks().collect::<Vec<_>>(), &blocks);
            let Some(RtcpView::Sdes(sdes)) = packets.next() else { panic!("SDES") };
            let chunks: Vec<_> = sdes.chunks().collect();
            prop_assert_eq!(chunks.len(), 1);
            prop_assert_eq!((chunks[0].ssrc, chunks[0].cname()), (ssrc, Some(&name[..])));
            let Some(RtcpView::Bye(bye)) = packets.next() else { panic!("BYE") };
            prop_assert_eq!(bye.sources().collect::<Vec<_>>(), leaving);
            prop_assert_eq!(bye.reason(), reason.as_deref());
            prop_assert_eq!(packets.next(), None);
        }

        #[test]
        fn no_bytes_panic(
            packets in proptest::collection::vec((0x80u8..0xc0, 198u8..206, 0u8..20), 1..4),
            filler: [u8; 32],
            cut in 0usize..100,
        ) {
            let mut bytes = Vec::new();
            for (first, packet_type, words) in packets {
                bytes.extend_from_slice(&[first, packet_type, 0, words]);
                bytes.extend(filler.iter().cycle().take(usize::from(words) * 4));
            }
            bytes.truncate(bytes.len().saturating_sub(cut));
            if let Ok(packets) = Compound::parse(&bytes) {
                for packet in packets {
                    if let RtcpView::Sdes(sdes) = packet {
                        sdes.chunks().for_each(|chunk| assert!(chunk.items().count() < 1000));
                    }
                }
            }
        }
    }

    #[test]
    fn lengths_and_counts_that_lie_are_refused() {
        let truncated = |part, at| Err(ParseError::Truncated { part, at });
        assert_eq!(Compound::parse(&[]), truncated(Part::Rtcp, 0));
        assert_eq!(Compound::parse(&[0x80, 201, 0, 2, 0, 0, 0, 1]), truncated(Part::Rtcp, 0));
        assert_eq!(Compound::parse(&[0x81, 201, 0, 1, 0, 0, 0, 1]), truncated(Part::ReportBlock, 8));
        assert_eq!(Compound::parse(&[0x80, 200, 0, 1, 0, 0, 0, 1]), truncated(Part::SenderInfo, 4));
        assert_eq!(Compound::parse(&[0x81, 203, 0, 0]), truncated(Part::Bye, 4));
        assert_eq!(Compound::parse(&[0x80, 203, 0, 1, 9, b'x', 0, 0]), truncated(Part::Bye, 4));
        assert_eq!(Compound::parse(&[0x81, 202, 0, 2, 0, 0, 0, 1, 1, 9, b'x', 0]), truncated(Part::Sdes, 4));
        // RFC 3550 §6.5: a chunk ends with at least one zero octet
        assert_eq!(Compound::parse(&[0x81, 202, 0, 2, 0, 0, 0, 1, 1, 2, b'x', b'y']), truncated(Part::Sdes, 4));
        assert_eq!(Compound::parse(&[0x80, 201, 0, 1, 0, 0, 0, 1, 0, 0]), truncated(Part::Rtcp, 8));
        assert_eq!(
            Compound::parse(&[0x80, 201, 0, 1, 0, 0, 0, 1, 0x40, 201, 0, 0]),
            Err(ParseError::Version { found: 1, at: 8 })
        );
        assert_eq!(
            Compound::parse(&[0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3]),
            Err(ParseError::Padding { count: 3, at: 11 })
        );
        assert_eq!(Compound::parse(&[0x80, 203, 0, 1, 2, 0xff, 0xff, 0]), Err(ParseError::NotUtf8 { at: 5 }));
    }

    #[test]
    fn unknown_types_are_kept_and_padding_is_not_contents() {
        let bytes = [0x80, 201, 0, 1, 0, 0, 0, 1, 0xa5, 204, 0, 3, 0, 0, 0, 1, b'n', b'a', b'm', b'e', 0, 0, 0, 4];
        let mut packets = Compound::parse(&bytes).unwrap();
        assert!(packets.starts_with_report());
        packets.next();
        let Some(RtcpView::Unknown(raw)) = packets.next() else { panic!("kept") };
        assert_eq!((raw.count, raw.packet_type, raw.body), (5, 204, &b"\0\0\0\x01name"[..]));
    }

    #[test]
    fn a_cumulative_loss_beyond_24_bits_is_clamped() {
        let mut block = ReportBlock {
            ssrc: Ssrc(1),
            fraction_lost: 0,
            cumulative_lost: i32::MIN,
            highest_sequence: 0,
            jitter: 0,
            last_sr: 0,
            delay_since_last_sr: 0,
        };
        let mut buffer = BytesMut::new();
        CompoundWriter::new(&mut buffer).receiver_report(Ssrc(1), &[block]);
        let Some(RtcpView::ReceiverReport(rr)) = Compound::parse(&buffer).unwrap().next() else { panic!("RR") };
        block.cumulative_lost = -0x80_0000;
        assert_eq!(rr.blocks().collect::<Vec<_>>(), [block]);
    }
}
