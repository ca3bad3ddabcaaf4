//! Captures are what the formats say, and read back as they were written.

use bytes::Bytes;
use offhook_core::{Flow, Protocol, Transmit};
use offhook_sim::pcap::{self, Packet, ReadError, Writer};
use offhook_sim::{Link, Net, Place, epoch};
use proptest::prelude::*;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

fn file(packets: &[Packet]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new()).unwrap();
    packets.iter().for_each(|p| writer.write(p.unix, p.flow, &p.contents).unwrap());
    writer.into_inner()
}

fn packet(flow: Flow, contents: &'static [u8]) -> Packet {
    Packet { unix: Duration::new(1, 2), flow, contents: Bytes::from_static(contents) }
}

fn v4() -> Flow {
    Flow::udp("192.0.2.1:5060".parse().unwrap(), "192.0.2.2:5062".parse().unwrap())
}

/// The sums were reckoned by hand: 0x24933 over the IPv4 header, 0x27016 over pseudo header and datagram (RFC 1071).
#[test]
fn a_packet_is_laid_out_as_rfc_791_and_rfc_768_say() {
    #[rustfmt::skip]
    let expected = [
        0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x27, 0, 1, 0, 101, 0, 0, 0,
        1, 0, 0, 0, 2, 0, 0, 0, 31, 0, 0, 0, 31, 0, 0, 0,
        0x45, 0, 0, 31, 0, 0, 0x40, 0, 64, 17, 0xb6, 0xca, 192, 0, 2, 1, 192, 0, 2, 2,
        0x13, 0xc4, 0x13, 0xc6, 0, 11, 0x8f, 0xe7, b'a', b'b', b'c',
    ];
    assert_eq!(file(&[packet(v4(), b"abc")]), expected);
}

#[test]
fn a_changed_byte_of_a_packet_is_noticed() {
    let v6 = Flow::udp("[2001:db8::1]:5060".parse().unwrap(), "[2001:db8::2]:5060".parse().unwrap());
    for (flow, first) in [(v4(), 40), (v6, 48)] {
        let file = file(&[packet(flow, b"hello")]);
        assert!(pcap::read(&file).is_ok());
        for at in first..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 0x10;
            let hop_limit = flow == v6 && at == 47;
            assert_eq!(pcap::read(&changed).is_err(), !hop_limit, "{flow}, byte {at}");
        }
    }
}

#[test]
fn what_is_no_capture_of_ours_is_refused_with_the_reason() {
    let good = file(&[packet(v4(), b"abc")]);
    assert_eq!(pcap::read(b"not a capture"), Err(ReadError::NotPcap));
    assert_eq!(pcap::read(&good[..60]), Err(ReadError::Truncated { at: 24 }));
    let mut ethernet = good.clone();
    ethernet[20] = 1;
    assert_eq!(pcap::read(&ethernet), Err(ReadError::Link(1)));
    let mut tcp = good.clone();
    tcp[49] = 6;
    assert_eq!(pcap::read(&tcp), Err(ReadError::NotUdp { at: 24 }));
    let mut flipped = good;
    flipped[68] ^= 1;
    assert_eq!(pcap::read(&flipped), Err(ReadError::Checksum { at: 24 }));
}

#[test]
fn what_no_datagram_can_be_is_refused() {
    let mut writer = Writer::new(Vec::new()).unwrap();
    let mixed = Flow::udp(v4().local, "[::1]:1".parse().unwrap());
    let stream = Flow { protocol: Protocol::Tcp, ..v4() };
    let now = Duration::ZERO;
    for refused in [
        writer.write(now, mixed, b""),
        writer.write(now, stream, b""),
        writer.write(now, v4(), &[0; 65_508]),
        writer.write(Duration::from_secs(1 << 32), v4(), b""),
    ] {
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
    assert!(writer.write(now, v4(), &[0; 65_507]).is_ok());
    assert_eq!(pcap::read(&writer.into_inner()).unwrap().len(), 1, "nothing of the refused was written");
}

#[test]
fn a_trace_is_seen_from_the_senders_or_from_the_receivers() {
    let mut net = Net::new(5);
    net.bind(Place::Any);
    net.record();
    net.set_default_link(Link { loss: 0.5, duplicate: 0.5, delay: Duration::from_secs(2), ..Link::default() });
    for _ in 0..100 {
        net.send(epoch(), Transmit { flow: v4(), contents: Bytes::from_static(b"x") });
    }
    while net.receive(epoch() + Duration::from_secs(2)).is_some() {}
    let (mut sent, mut arrived) = (Vec::new(), Vec::new());
    pcap::write_sent(&mut sent, net.trace()).unwrap();
    pcap::write_arrived(&mut arrived, net.trace()).unwrap();
    let (sent, arrived) = (pcap::read(&sent).unwrap(), pcap::read(&arrived).unwrap());
    assert_eq!((sent.len(), sent[0].unix), (100, Duration::from_secs(1_767_225_600)));
    assert_eq!((arrived.len() as u64, arrived[0].unix), (net.counters().delivered, Duration::from_secs(1_767_225_602)));
    assert_eq!(arrived[0].flow, v4(), "from the sender to the receiver, in both");
}

fn flows() -> impl Strategy<Value = Flow> {
    let ips = prop_oneof![
        any::<([u8; 4], [u8; 4])>().prop_map(|(a, b)| (IpAddr::from(a), IpAddr::from(b))),
        any::<([u8; 16], [u8; 16])>().prop_map(|(a, b)| (IpAddr::from(a), IpAddr::from(b))),
    ];
    (ips, any::<(u16, u16)>()).prop_map(|((a, b), (p, q))| Flow::udp(SocketAddr::new(a, p), SocketAddr::new(b, q)))
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        packets in prop::collection::vec(
            (any::<u32>(), 0..1_000_000_000u32, flows(), prop::collection::vec(any::<u8>(), 0..200)),
            0..8,
        )
    ) {
        let packets: Vec<_> = packets
            .into_iter()
            .map(|(s, ns, flow, bytes)| Packet { unix: Duration::new(s.into(), ns), flow, contents: bytes.into() })
            .collect();
        prop_assert_eq!(pcap::read(&file(&packets)), Ok(packets));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..120), keep in any::<bool>()) {
        let _ = pcap::read(&bytes);
        if keep {
            bytes.splice(..bytes.len().min(24), file(&[]));
        }
        let _ = pcap::read(&bytes);
    }
}
