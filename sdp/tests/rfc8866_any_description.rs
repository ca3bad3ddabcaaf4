//! RFC 8866: whatever is written is read again as the same, and no bytes do harm.

use bytes::BytesMut;
use offhook_sdp::{
    Address, Bandwidth, Codec, Connection, Direction, Fmtp, LocalSession, MaxPtime, MediaDescription, Negotiator,
    Origin, Ptime, Rtcp, Rtpmap, SessionDescription, Timing, TypedAttribute,
};
use proptest::collection::vec;
use proptest::prelude::*;
use std::net::IpAddr;
use std::time::Duration;

fn value() -> impl Strategy<Value = String> {
    "[^\r\n\0]{0,40}"
}

fn line() -> impl Strategy<Value = (char, String)> {
    ("[a-zA-Z]".prop_filter("lines of their own", |k| !"vom".contains(k.as_str())), value())
        .prop_map(|(kind, value)| (kind.chars().next().unwrap(), value))
}

fn media() -> impl Strategy<Value = MediaDescription> {
    ("[a-z]{1,8}", any::<u32>(), any::<Option<u32>>(), "[A-Z/]{1,12}", vec("[!-~]{1,8}", 0..6), vec(line(), 0..8))
        .prop_map(|(kind, port, count, protocol, formats, lines)| {
            let mut media = MediaDescription::new(&kind, 0, &protocol, formats);
            media.port = port;
            media.port_count = count;
            lines.into_iter().for_each(|(kind, value)| media.lines.push(kind, value));
            media
        })
}

/// Audio as a telephone has it, with all that may be wrong about it.
fn audio() -> impl Strategy<Value = MediaDescription> {
    let attribute = prop_oneof![
        "rtpmap:(96|97|101|0) (PCMA|opus|telephone-event)/(8000|48000)(/2)?",
        "fmtp:(96|101) [0-9=-]{0,5}",
        "(sendrecv|sendonly|recvonly|inactive)",
        "(ptime|maxptime|rtcp):[0-9]{1,6}",
    ];
    let lines = vec(
        prop_oneof![
            4 => attribute.prop_map(|value| ('a', value)),
            1 => "IN IP4 (0\\.0\\.0\\.0|192\\.0\\.2\\.9|host)".prop_map(|value| ('c', value)),
        ],
        0..8,
    );
    let ports = prop_oneof![Just(0u32), 1u32..70_000];
    ("(audio|video)", ports, vec("(0|8|3|96|97|101|255|x)", 0..6), lines).prop_map(|(kind, port, formats, lines)| {
        let mut media = MediaDescription::new(&kind, 0, "RTP/AVP", formats);
        media.port = port;
        lines.into_iter().for_each(|(kind, value)| media.lines.push(kind, value));
        media
    })
}

fn call() -> impl Strategy<Value = SessionDescription> {
    (vec(audio(), 0..4), any::<IpAddr>()).prop_map(|(media, ip)| {
        let mut sdp = SessionDescription::new(Origin::new(1, 1, ip));
        sdp.lines.set('c', Connection::from(ip).to_string());
        sdp.media = media;
        sdp
    })
}

fn description() -> impl Strategy<Value = SessionDescription> {
    ("[!-~]{1,12}", any::<u64>(), any::<u64>(), any::<IpAddr>(), vec(line(), 0..8), vec(media(), 0..4)).prop_map(
        |(user, id, version, ip, lines, media)| {
            let mut sdp = SessionDescription::new(Origin { username: user.into(), ..Origin::new(id, version, ip) });
            lines.into_iter().for_each(|(kind, value)| sdp.lines.push(kind, value));
            sdp.media = media;
            sdp
        },
    )
}

fn address() -> impl Strategy<Value = Address> {
    prop_oneof![
        any::<IpAddr>().prop_map(Address::Ip),
        "[a-z][a-z0-9-]{0,8}(\\.[a-z]{1,6}){0,3}".prop_map(Address::Name4),
        "[g-z][a-z0-9-]{0,8}(\\.[a-z]{1,6}){0,3}".prop_map(Address::Name6),
    ]
}

fn again<T: for<'a> TypedAttribute<'a> + PartialEq + std::fmt::Debug>(attribute: T) {
    assert_eq!(T::parse(&attribute.to_string()), Ok(attribute));
}

proptest! {
    #[test]
    fn a_description_reads_as_it_is_written(sdp in description()) {
        let mut written = BytesMut::new();
        sdp.write_to(&mut written);
        prop_assert_eq!(SessionDescription::parse(&written), Ok(sdp));
    }

    #[test]
    fn every_attribute_reads_as_it_is_written(
        pt in 0u8..=127, name in "[!-.0-~]{1,12}", rate in 1u32.., channels in 1u8..,
        parameters in "[!-~]([ -~]{0,20}[!-~])?", micros in 1u32.., port: u16, at in proptest::option::of(address()),
    ) {
        again(Rtpmap { payload_type: pt, encoding: name, clock_rate: rate, channels });
        again(Fmtp { format: pt.to_string(), parameters });
        again(Ptime(Duration::from_micros(micros.into())));
        again(MaxPtime(Duration::from_micros(micros.into())));
        again(Rtcp { port, address: at });
    }

    #[test]
    fn every_typed_line_reads_as_it_is_written(
        address in address(), ttl: u8, count in 1u16.., kind in "[A-Z-]{1,6}", value: u64, start: u64, stop: u64,
    ) {
        let is_ip4 = matches!(address, Address::Ip(IpAddr::V4(_)) | Address::Name4(_));
        let connection = Connection { address, ttl: is_ip4.then_some(ttl), count };
        prop_assert_eq!(Connection::parse(&connection.to_string()), Ok(connection));
        let written = format!("{kind}:{value}");
        let bandwidth = Bandwidth::parse(&written).unwrap();
        prop_assert_eq!((bandwidth.kind.as_str(), bandwidth.value), (kind.as_str(), value));
        prop_assert_eq!(bandwidth.to_string(), written);
        let timing = Timing { start, stop };
        prop_assert_eq!(Timing::parse(&timing.to_string()), Ok(timing));
    }

    #[test]
    fn no_value_panics_a_typed_reader(value in "\\PC{0,30}") {
        let _ = (Rtpmap::parse(&value), Fmtp::parse(&value), Ptime::parse(&value), MaxPtime::parse(&value));
        let _ = (Rtcp::parse(&value), Connection::parse(&value), Address::parse(&value));
        let _ = (Bandwidth::parse(&value), Timing::parse(&value), Direction::from_name(&value));
    }

    #[test]
    fn no_bytes_panic_the_parser(bytes in vec(any::<u8>(), 0..300), lines in vec(line(), 0..10)) {
        let _ = SessionDescription::parse(&bytes);
        let mut text = b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n".to_vec();
        for (kind, value) in lines {
            text.extend_from_slice(format!("{kind}={value}\r\n").as_bytes());
        }
        text.extend_from_slice(&bytes);
        let _ = SessionDescription::parse(&text);
    }

    #[test]
    fn whatever_is_offered_the_answer_keeps_its_streams_and_takes_one_at_most(
        offers in vec(prop_oneof![call(), description()], 1..5), answers in vec(call(), 1..3),
    ) {
        let codecs = [Codec::pcmu(), Codec::pcma(), Codec::telephone_event(101, 8_000)];
        let local = LocalSession::audio("192.0.2.7:4000".parse().unwrap(), codecs);
        let mut us = Negotiator::new(7);
        for offer in &offers {
            let before = us.said().cloned();
            match us.answer(offer, &local) {
                Ok((answer, exchange)) => {
                    prop_assert_eq!(answer.media.len(), offer.media.len());
                    let live: Vec<_> = (0..answer.media.len()).filter(|&i| !answer.media[i].is_rejected()).collect();
                    prop_assert_eq!(live, exchange.agreed().map(|agreed| agreed.media).collect::<Vec<_>>());
                    prop_assert!(exchange.agreed().count() <= 1);
                    for agreed in exchange.agreed() {
                        let send_pt = agreed.codecs[0].send_pt.to_string();
                        prop_assert!(offer.media[agreed.media].formats.contains(&send_pt.into()));
                        prop_assert!(!agreed.direction.sends() || !agreed.remote.ip().is_unspecified());
                    }
                    prop_assert_eq!(SessionDescription::parse(answer.to_string().as_bytes()), Ok(answer));
                    prop_assert!(us.create_offer(&local).media.len() >= offer.media.len());
                    us.rollback();
                }
                Err(_) => prop_assert_eq!(us.said(), before.as_ref()),
            }
        }
        us.create_offer(&local);
        for answer in &answers {
            let _ = us.apply_answer(answer);
        }
    }
}
