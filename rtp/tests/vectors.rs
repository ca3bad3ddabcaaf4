//! Packets that others sent: captures of digits and of RTCP, with the reading of a third program. The files lie beside
//! the checkout and not in it; without them these tests say so and pass.

mod common;

use common::Seed;
use offhook_rtp::dtmf::{Receiver, TelephoneEvent};
use offhook_rtp::rtcp::{Compound, RtcpView};
use offhook_rtp::seq::TimestampUnwrapper;
use offhook_rtp::{PacketView, ParseError, Part, is_rtcp};
use offhook_sim::epoch;
use serde_json::Value;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

fn vectors(folder: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors")).join(folder);
    if !path.is_dir() {
        println!("SKIP: no vectors at {}", path.display());
        return None;
    }
    Some(path)
}

fn json_lines(path: PathBuf) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The UDP payloads over IPv4 of a capture file, with their times: Ethernet or Linux cooked, either byte order.
fn pcap(path: PathBuf) -> Vec<(Duration, Vec<u8>)> {
    let file = std::fs::read(path).unwrap();
    let magic: [u8; 4] = file[..4].try_into().unwrap();
    let (little, nanos) = match u32::from_le_bytes(magic) {
        0xa1b2_c3d4 => (true, false),
        0xa1b2_3c4d => (true, true),
        0xd4c3_b2a1 => (false, false),
        other => panic!("no capture file: {other:x}"),
    };
    let u32_at = |at: usize| {
        let octets: [u8; 4] = file[at..at + 4].try_into().unwrap();
        if little { u32::from_le_bytes(octets) } else { u32::from_be_bytes(octets) }
    };
    let link = match u32_at(20) {
        1 => 14,
        113 => 16,
        other => panic!("link type {other}"),
    };
    let (mut at, mut datagrams) = (24, Vec::new());
    while at < file.len() {
        let fraction = u64::from(u32_at(at + 4)) * if nanos { 1 } else { 1000 };
        let time = Duration::from_secs(u64::from(u32_at(at))) + Duration::from_nanos(fraction);
        let length = u32_at(at + 8) as usize;
        let frame = &file[at + 16..at + 16 + length];
        at += 16 + length;
        let mut ip = &frame[link..];
        if link == 14 && frame[12..14] == [0x81, 0] {
            ip = &frame[18..]; // a VLAN tag
        }
        let header = usize::from(ip[0] & 15) * 4;
        if ip[0] >> 4 == 4 && ip[9] == 17 {
            let udp = &ip[header..];
            let length = usize::from(u16::from_be_bytes([udp[4], udp[5]]));
            datagrams.push((time, udp[8..length].to_vec()));
        }
    }
    datagrams
}

#[test]
fn digits_of_captures_are_heard_as_expected() {
    let Some(folder) = vectors("rtp") else { return };
    let rate = NonZeroU32::new(8000).unwrap();
    for expected in json_lines(folder.join("dtmf_expected.jsonl")) {
        let name = expected["pcap"].as_str().unwrap();
        let types: Vec<u64> =
            expected["event_payload_types"].as_array().unwrap().iter().filter_map(Value::as_u64).collect();
        let mut receiver = Receiver::new(rate);
        let mut timestamps = TimestampUnwrapper::default();
        let (t0, mut heard, mut count) = (epoch(), Vec::new(), 0);
        let datagrams = pcap(folder.join(name));
        let first = datagrams[0].0;
        for (time, datagram) in &datagrams {
            let now = t0 + time.saturating_sub(first);
            heard.extend(receiver.timeout(now));
            let Ok(packet) = PacketView::parse(datagram) else { continue };
            if is_rtcp(datagram) {
                continue;
            }
            count += 1;
            if types.contains(&u64::from(packet.header().payload_type.number())) {
                let event = TelephoneEvent::parse(packet.payload()).unwrap();
                heard.extend(receiver.report(now, timestamps.unwrap(packet.header().timestamp), event));
            }
        }
        heard.extend(receiver.timeout(t0 + Duration::from_secs(1_000_000)));
        assert_eq!(count, expected["rtp_packets"].as_u64().unwrap(), "{name}");
        let want: Vec<(u64, u64)> = expected["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| (event["event"].as_u64().unwrap(), event["max_duration"].as_u64().unwrap() / 8))
            .collect();
        let got: Vec<(u64, u64)> =
            heard.iter().map(|h| (u64::from(h.digit.code()), h.duration.as_millis() as u64)).collect();
        assert_eq!(got, want, "{name}");
    }
}

#[test]
fn rtcp_of_captures_is_read_as_a_third_program_reads_it() {
    let Some(folder) = vectors("rtcp") else { return };
    let number = |value: &Value| {
        let text = value.as_str().unwrap();
        match text.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16).unwrap(),
            None => text.parse().unwrap(),
        }
    };
    let mut refused = Vec::new();
    for line in json_lines(folder.join("tshark.jsonl")) {
        let name = line["file"].as_str().unwrap();
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let packets = match Compound::parse(&bytes) {
            Ok(packets) => packets,
            Err(error) => {
                refused.push((name.to_owned(), error));
                continue;
            }
        };
        assert!(is_rtcp(&bytes), "{name}");
        let list = |field: &str| -> Vec<u64> {
            line["tshark"][field].as_array().map(|list| list.iter().map(number).collect()).unwrap_or_default()
        };
        let (mut ntp, mut counts, mut jitter, mut last_sr, mut names) = (vec![], vec![], vec![], vec![], vec![]);
        for packet in packets {
            let blocks = match packet {
                RtcpView::SenderReport(sr) => {
                    ntp.push(sr.info.ntp >> 32);
                    counts.push(u64::from(sr.info.packet_count));
                    sr.blocks()
                }
                RtcpView::ReceiverReport(rr) => rr.blocks(),
                RtcpView::Sdes(sdes) => {
                    names.extend(sdes.chunks().filter_map(|chunk| chunk.cname().map(str::to_owned)));
                    continue;
                }
                _ => continue,
            };
            for block in blocks {
                jitter.push(u64::from(block.jitter));
                last_sr.push(u64::from(block.last_sr));
            }
        }
        assert_eq!(ntp, list("rtcp.timestamp.ntp.msw"), "{name}");
        assert_eq!(counts, list("rtcp.sender.packetcount"), "{name}");
        assert_eq!(jitter, list("rtcp.ssrc.jitter"), "{name}");
        assert_eq!(last_sr, list("rtcp.ssrc.lsr"), "{name}");
        let texts = line["tshark"]["rtcp.sdes.text"].as_array().cloned().unwrap_or_default();
        for name_read in names {
            assert!(
                texts.iter().any(|text| text.as_str() == Some(name_read.trim_end_matches('\0'))),
                "{name}: {name_read}"
            );
        }
    }
    // two octets too many after the last packet, which RFC 3550 A.2 refuses
    let surplus = |name: &str| (name.to_owned(), ParseError::Truncated { part: Part::Rtcp, at: 116 });
    assert_eq!(refused, [surplus("rtcp-0002.bin"), surplus("rtcp-0008.bin")]);
}

#[test]
fn single_packets_are_read_and_known_not_to_be_compound() {
    let Some(folder) = vectors("rtcp/named") else { return };
    for (name, is_compound) in [
        ("fir", false),
        ("nacks", false),
        ("pli", false),
        ("remb", false),
        ("rr-remb", true),
        ("rr-sdes-bye", true),
        ("rr", true),
        ("sr-sdes", true),
        ("twcc-feedback", false),
    ] {
        let bytes = std::fs::read(folder.join(name).with_extension("rtcp")).unwrap();
        let packets = Compound::parse(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(packets.starts_with_report(), is_compound, "{name}");
        assert_eq!(packets.clone().any(|p| matches!(p, RtcpView::Bye(_))), name == "rr-sdes-bye");
    }
}

#[test]
fn captures_with_one_octet_changed_never_panic() {
    use offhook_core::Entropy;
    let Some(folder) = vectors("rtcp") else { return };
    let mut seed = Seed(42);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "bin") {
            let bytes = std::fs::read(path).unwrap();
            for at in 0..bytes.len() {
                let mut bytes = bytes.clone();
                bytes[at] = seed.u32() as u8;
                if let Ok(packets) = Compound::parse(&bytes) {
                    packets.for_each(drop);
                }
            }
        }
    }
}
