//! RFC 3264, sentence by sentence, for one audio stream.

mod common;

use common::OneStream;
use offhook_sdp::{
    Codec, Direction, LocalStream, NegotiateError, Negotiator, Origin, Preference, Refusal, SessionDescription,
};
use std::time::Duration;

fn us(codecs: &[Codec]) -> LocalStream {
    LocalStream::audio("192.0.2.1:4000".parse().unwrap(), codecs)
}

fn peer(media: &str) -> SessionDescription {
    let text = format!("v=0\no=- 9 1 IN IP4 192.0.2.9\ns=-\nc=IN IP4 192.0.2.9\nt=0 0\n{media}");
    SessionDescription::parse(text.as_bytes()).unwrap()
}

fn g711() -> LocalStream {
    us(&[Codec::pcmu(), Codec::pcma(), Codec::telephone_event(101, 8_000)])
}

fn streams(sdp: &SessionDescription) -> Vec<String> {
    sdp.media.iter().map(|m| format!("{} {} {} {}", m.media, m.port, m.protocol, m.formats.join(" "))).collect()
}

#[test]
fn s5_an_offer_says_all_that_a_description_must() {
    let media = g711().with_ptime(Duration::from_millis(20)).with_rtcp_port(4005);
    assert_eq!(
        Negotiator::new(u64::MAX).offer_one(&media).to_string(),
        "v=0\r\no=- 9223372036854775807 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
         m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n\
         a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\na=rtcp:4005\r\n"
    );
}

#[test]
fn s5_an_offer_over_ip6_says_ip6() {
    let media = LocalStream::audio("[2001:db8::1]:4000".parse().unwrap(), [Codec::pcmu()]);
    let offer = Negotiator::new(1).offer_one(&media);
    assert_eq!(offer.lines.first('c'), Some("IN IP6 2001:db8::1"));
    assert_eq!(offer.origin.address, "IN IP6 2001:db8::1");
    let (_, agreed) = Negotiator::new(2).answer_one(&offer, &media).unwrap();
    assert_eq!(agreed.remote.to_string(), "[2001:db8::1]:4000");
}

#[test]
fn s5_1_each_side_receives_under_the_payload_types_that_it_gave() {
    let mut alice = Negotiator::new(1);
    alice.offer_one(&us(&[
        Codec::pcmu(),
        Codec::new("opus", 48_000, 111).with_channels(2),
        Codec::telephone_event(101, 8_000),
    ]));
    let answer = "m=audio 5000 RTP/AVP 0 97\na=rtpmap:97 TELEPHONE-EVENT/8000\na=fmtp:97 0-11\n";
    let agreed = alice.apply_one(&peer(answer)).unwrap();
    let dtmf = agreed.dtmf.unwrap();
    assert_eq!((dtmf.send_pt, dtmf.receive_pt, dtmf.send_fmtp.as_deref()), (97, 101, Some("0-11")));
    assert_eq!((agreed.codecs[0].send_pt, agreed.codecs.len()), (0, 1));
}

#[test]
fn s6_a_stream_that_is_not_taken_is_answered_with_port_0_in_its_place() {
    let offer = "m=video 6000 RTP/AVP 31\nm=audio 5000 RTP/SAVP 0\nm=audio 0 RTP/AVP 0\nm=audio 5002 RTP/AVP 8\n\
                 m=audio 5004 RTP/AVP 0\nm=image 6022 udptl t38\nm=video 0 RTP/AVP\n";
    let (answer, agreed) = Negotiator::new(1).answer_one(&peer(offer), &g711()).unwrap();
    assert_eq!(
        streams(&answer),
        [
            "video 0 RTP/AVP 31",
            "audio 0 RTP/SAVP 0",
            "audio 0 RTP/AVP 0",
            "audio 4000 RTP/AVP 8",
            "audio 0 RTP/AVP 0",
            "image 0 udptl t38",
            "video 0 RTP/AVP 0",
        ]
    );
    assert_eq!((agreed.media, agreed.remote.port()), (3, 5002));
}

#[test]
fn s6_the_time_of_the_answer_is_that_of_the_offer() {
    let mut offer = peer("m=audio 5000 RTP/AVP 0\n");
    offer.lines.set('t', "2873397496 2873404696");
    let (answer, _) = Negotiator::new(1).answer_one(&offer, &g711()).unwrap();
    assert_eq!(answer.lines.all('t').collect::<Vec<_>>(), ["2873397496 2873404696"]);
    offer.lines.retain(|line| line.kind != 't');
    let (answer, _) = Negotiator::new(1).answer_one(&offer, &g711()).unwrap();
    assert_eq!(answer.lines.first('t'), Some("0 0"));
}

#[test]
fn s6_without_a_common_codec_there_is_an_error_and_nothing_changes() {
    let mut bob = Negotiator::new(1);
    let offers = [
        ("m=video 5000 RTP/AVP 31\n", 0, Refusal::Kind),
        ("m=video 5000 RTP/AVP 31\nm=audio 5000 RTP/SAVP 0\n", 1, Refusal::Transport),
        ("m=audio 5000 RTP/AVP 18\nm=video 5000 RTP/AVP 31\n", 0, Refusal::Codec),
        ("m=audio 5000 RTP/AVP\n", 0, Refusal::Codec),
        ("m=audio 5000 RTP/AVP 96\na=rtpmap:96 PCMU/16000\n", 0, Refusal::Codec),
        ("m=audio 5000 RTP/AVP 101\na=rtpmap:101 telephone-event/8000\n", 0, Refusal::Codec),
        ("m=audio 492170 RTP/AVP 0\n", 0, Refusal::BadPort),
        ("m=audio 5000 RTP/AVP 0\nc=IN IP7 x\n", 0, Refusal::BadConnection),
    ];
    for (offer, media, reason) in offers {
        let error = NegotiateError::NothingTaken { media, reason };
        assert_eq!(bob.answer_one(&peer(offer), &g711()), Err(error), "{offer}");
        assert!(bob.said().is_none() && !bob.is_offer_pending());
    }
    let mut offer = peer("m=audio 5000 RTP/AVP 0\n");
    offer.lines.retain(|line| line.kind != 'c');
    assert_eq!(
        bob.answer_one(&offer, &g711()),
        Err(NegotiateError::NothingTaken { media: 0, reason: Refusal::NoConnection })
    );
}

#[test]
fn s6_a_refused_change_leaves_the_session_as_it_stood() {
    let mut bob = Negotiator::new(1);
    bob.answer_one(
        &peer("m=video 1 RTP/AVP 31\nm=audio 5000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000\n"),
        &g711(),
    )
    .unwrap();
    assert_eq!(
        bob.answer_one(&peer("m=audio 5000 RTP/AVP 18\n"), &g711()),
        Err(NegotiateError::NothingTaken { media: 0, reason: Refusal::Codec })
    );
    assert_eq!(streams(&bob.offer_one(&g711())), ["video 0 RTP/AVP 31", "audio 4000 RTP/AVP 0 8 101"]);
}

#[test]
fn s6_1_the_order_of_the_answer_is_the_offerers_unless_ours_is_asked_for() {
    let offer = peer("m=audio 5000 RTP/AVP 8 101 0\na=rtpmap:101 telephone-event/8000\n");
    let (answer, agreed) = Negotiator::new(1).answer_one(&offer, &g711()).unwrap();
    assert_eq!((streams(&answer)[0].as_str(), agreed.codecs[0].send_pt), ("audio 4000 RTP/AVP 8 101 0", 8));
    let mut own = Negotiator::new(1).with_preference(Preference::Answerer);
    let (answer, agreed) = own.answer_one(&offer, &g711()).unwrap();
    assert_eq!((streams(&answer)[0].as_str(), agreed.codecs[0].send_pt), ("audio 4000 RTP/AVP 0 8 101", 0));
}

#[test]
fn s6_1_directions_meet_in_what_both_allow() {
    use Direction::*;
    let table = [
        // offered, willing, answered
        (SendRecv, SendRecv, SendRecv),
        (SendRecv, SendOnly, SendOnly),
        (SendRecv, RecvOnly, RecvOnly),
        (SendRecv, Inactive, Inactive),
        (SendOnly, SendRecv, RecvOnly),
        (SendOnly, SendOnly, Inactive),
        (SendOnly, RecvOnly, RecvOnly),
        (SendOnly, Inactive, Inactive),
        (RecvOnly, SendRecv, SendOnly),
        (RecvOnly, SendOnly, SendOnly),
        (RecvOnly, RecvOnly, Inactive),
        (RecvOnly, Inactive, Inactive),
        (Inactive, SendRecv, Inactive),
        (Inactive, SendOnly, Inactive),
        (Inactive, RecvOnly, Inactive),
        (Inactive, Inactive, Inactive),
    ];
    for (offered, willing, answered) in table {
        let mut alice = Negotiator::new(1);
        let offer = alice.offer_one(&g711().with_direction(offered));
        let (answer, at_bob) = Negotiator::new(2).answer_one(&offer, &g711().with_direction(willing)).unwrap();
        assert_eq!((at_bob.direction, answer.media[0].direction()), (answered, Some(answered)));
        assert_eq!(at_bob.is_held, !offered.receives());
        let at_alice = alice.apply_one(&answer).unwrap();
        assert_eq!(at_alice.direction, answered.reversed());
        assert_eq!(at_alice.is_held, offered.sends() && !answered.receives());
    }
}

#[test]
fn s6_1_telephone_event_goes_at_the_clock_of_its_codec() {
    let opus = Codec::new("opus", 48_000, 111).with_channels(2);
    let both = [opus, Codec::pcmu(), Codec::telephone_event(101, 8_000), Codec::telephone_event(110, 48_000)];
    let events = "a=rtpmap:101 telephone-event/8000\na=rtpmap:110 telephone-event/48000\na=rtpmap:111 opus/48000/2\n";
    let dtmf = |formats: &str, codecs: &[Codec]| {
        let offer = peer(&format!("m=audio 5000 RTP/AVP {formats}\n{events}"));
        let (answer, agreed) = Negotiator::new(1).answer_one(&offer, &us(codecs)).unwrap();
        (answer.media[0].formats.join(" "), agreed.dtmf.map(|dtmf| dtmf.send_pt))
    };
    assert_eq!(dtmf("111 0 101 110", &both), ("111 0 101 110".into(), Some(110)));
    assert_eq!(dtmf("0 111 101 110", &both), ("0 111 101 110".into(), Some(101)));
    assert_eq!(dtmf("111 101 110", &both), ("111 110".into(), Some(110)));
    assert_eq!(dtmf("0 101 110", &both[1..]), ("0 101".into(), Some(101)));
    assert_eq!(dtmf("0", &both), ("0".into(), None));
}

#[test]
fn s6_1_the_packet_time_is_the_peers_wish_within_its_limit() {
    let times = |lines: &str| {
        let (_, agreed) =
            Negotiator::new(1).answer_one(&peer(&format!("m=audio 5000 RTP/AVP 0\n{lines}")), &g711()).unwrap();
        (agreed.ptime.map(|t| t.as_millis()), agreed.max_ptime.map(|t| t.as_millis()))
    };
    assert_eq!(times("a=ptime:30\n"), (Some(30), None));
    assert_eq!(times("a=ptime:60\na=maxptime:40\n"), (Some(40), Some(40)));
    assert_eq!(times("a=ptime:soon\n"), (None, None));
}

#[test]
fn rfc_3605_rtcp_goes_where_the_peer_says_and_else_to_the_next_port() {
    let rtcp = |lines: &str| {
        let (_, agreed) = Negotiator::new(1).answer_one(&peer(&format!("m=audio {lines}\n")), &g711()).unwrap();
        agreed.remote_rtcp.to_string()
    };
    assert_eq!(rtcp("5000 RTP/AVP 0"), "192.0.2.9:5001");
    assert_eq!(rtcp("65535 RTP/AVP 0"), "192.0.2.9:65535");
    assert_eq!(rtcp("5000 RTP/AVP 0\na=rtcp:53020"), "192.0.2.9:53020");
    assert_eq!(rtcp("5000 RTP/AVP 0\na=rtcp:53020 IN IP4 192.0.2.10"), "192.0.2.10:53020");
    assert_eq!(rtcp("5000 RTP/AVP 0\na=rtcp:53020 IN IP4 rtcp.example.com"), "192.0.2.9:53020");
    assert_eq!(rtcp("5000 RTP/AVP 0\na=rtcp:1 IN IP7 X"), "192.0.2.9:5001");
}

#[test]
fn s7_an_answer_that_does_not_fit_is_an_error_and_the_offer_waits_on() {
    let mut alice = Negotiator::new(1);
    assert_eq!(alice.apply_one(&peer("m=audio 5000 RTP/AVP 0\n")), Err(NegotiateError::NoOffer));
    alice.offer_one(&g711());
    for (answer, error) in [
        ("", NegotiateError::MediaCount { offered: 1, answered: 0 }),
        ("m=audio 1 RTP/AVP 0\nm=video 0 RTP/AVP 31\n", NegotiateError::MediaCount { offered: 1, answered: 2 }),
        ("m=video 1 RTP/AVP 0\n", NegotiateError::WrongMedia { media: 0 }),
        ("m=audio 1 RTP/SAVP 0\n", NegotiateError::WrongMedia { media: 0 }),
        ("m=audio 1 RTP/AVP 18\n", NegotiateError::NothingTaken { media: 0, reason: Refusal::Codec }),
        (
            "m=audio 1 RTP/AVP 0\nc=IN IP4 host.example.com\n",
            NegotiateError::NothingTaken { media: 0, reason: Refusal::UnresolvedName },
        ),
    ] {
        assert_eq!(alice.apply_answer(&peer(answer)), Err(error), "{answer}");
        assert!(alice.is_offer_pending());
    }
    assert!(alice.apply_one(&peer("m=audio 5000 RTP/AVP 0\n")).is_ok());
    assert!(!alice.is_offer_pending());
}

#[test]
fn s6_1_an_answer_without_the_rtpmap_of_an_offered_type_is_understood() {
    let mut alice = Negotiator::new(1);
    alice.offer_one(&g711());
    let agreed = alice.apply_one(&peer("m=audio 5000 RTP/AVP 8 101\n")).unwrap();
    assert_eq!((agreed.codecs[0].send_pt, agreed.dtmf.unwrap().send_pt), (8, 101));
}

#[test]
fn s8_the_version_counts_up_when_and_only_when_something_has_changed() {
    let mut alice = Negotiator::new(1);
    let first = alice.offer_one(&g711());
    assert_eq!(alice.offer_one(&g711()), first);
    let held = alice.offer_one(&g711().with_direction(Direction::SendOnly));
    assert_eq!((first.origin.version.as_str(), held.origin.version.as_str()), ("1", "2"));
    // Our address moves; the origin is the session's name and stays.
    let mut moved = g711();
    moved.address = "198.51.100.1:7000".parse().unwrap();
    let moved = alice.offer_one(&moved);
    assert_eq!(moved.origin, Origin { version: "3".into(), ..first.origin });
    assert_eq!(moved.lines.first('c'), Some("IN IP4 198.51.100.1"));
    assert_eq!(alice.said(), Some(&moved));
}

#[test]
fn s8_an_offer_that_was_refused_leaves_the_session_and_its_number_is_not_used_again() {
    let mut alice = Negotiator::new(1);
    alice.offer_one(&g711());
    alice.apply_one(&peer("m=audio 5000 RTP/AVP 0\n")).unwrap();
    alice.offer_one(&g711().with_direction(Direction::SendOnly));
    alice.rollback();
    assert_eq!(alice.apply_one(&peer("m=audio 5000 RTP/AVP 0\n")), Err(NegotiateError::NoOffer));
    let (answer, _) = alice.answer_one(&peer("m=audio 5000 RTP/AVP 0\n"), &g711()).unwrap();
    assert_eq!(answer.origin.version, "3");
}

#[test]
fn s8_while_our_offer_waits_theirs_is_glare() {
    let mut alice = Negotiator::new(1);
    alice.offer_one(&g711());
    let theirs = peer("m=audio 5000 RTP/AVP 0\n");
    assert_eq!(alice.answer_one(&theirs, &g711()), Err(NegotiateError::OfferPending));
    assert!(alice.apply_one(&theirs).is_ok());
    assert!(alice.answer_one(&theirs, &g711()).is_ok());
}

#[test]
fn s8_the_stream_that_we_took_stays_ours_when_another_would_fit_too() {
    let mut bob = Negotiator::new(1);
    bob.answer_one(&peer("m=audio 1000 RTP/AVP 18\nm=audio 2000 RTP/AVP 0\n"), &g711()).unwrap();
    let (answer, _) = bob.answer_one(&peer("m=audio 1000 RTP/AVP 0\nm=audio 2000 RTP/AVP 0\n"), &g711()).unwrap();
    assert_eq!(streams(&answer), ["audio 0 RTP/AVP 0", "audio 4000 RTP/AVP 0"]);
    // Once it is ended, the other is as good as any.
    let (answer, _) = bob.answer_one(&peer("m=audio 1000 RTP/AVP 0\nm=audio 0 RTP/AVP 0\n"), &g711()).unwrap();
    assert_eq!(streams(&answer), ["audio 4000 RTP/AVP 0", "audio 0 RTP/AVP 0"]);
}

#[test]
fn s8_3_2_a_payload_type_keeps_its_codec_through_the_session() {
    let mut bob = Negotiator::new(1);
    let offer = "m=audio 5000 RTP/AVP 0 96\na=rtpmap:96 telephone-event/8000\n";
    bob.answer_one(&peer(offer), &us(&[Codec::pcmu(), Codec::telephone_event(101, 8_000)])).unwrap();
    // 96 is telephone-event in this session, whatever we call it elsewhere.
    let local = us(&[Codec::new("iLBC", 8_000, 96), Codec::pcmu(), Codec::telephone_event(101, 8_000)]);
    assert_eq!(streams(&bob.offer_one(&local)), ["audio 4000 RTP/AVP 97 0 96"]);
    let answer = "m=audio 5000 RTP/AVP 97 96\na=rtpmap:97 iLBC/8000\na=rtpmap:96 telephone-event/8000\n";
    let agreed = bob.apply_one(&peer(answer)).unwrap();
    assert_eq!((agreed.codecs[0].codec.name.as_str(), agreed.codecs[0].receive_pt), ("iLBC", 97));
}

#[test]
fn s8_4_a_call_is_held_and_resumed_from_each_side() {
    let (mut alice, mut bob) = (Negotiator::new(1), Negotiator::new(2));
    let mut exchange = |willing: Direction| {
        let offer = alice.offer_one(&g711().with_direction(willing));
        let (answer, at_bob) = bob.answer_one(&offer, &g711()).unwrap();
        (alice.apply_one(&answer).unwrap(), at_bob)
    };
    exchange(Direction::SendRecv);
    let (at_alice, at_bob) = exchange(Direction::SendOnly);
    assert_eq!((at_alice.direction, at_alice.is_held), (Direction::SendOnly, false));
    assert_eq!((at_bob.direction, at_bob.is_held), (Direction::RecvOnly, true));
    let (at_alice, at_bob) = exchange(Direction::SendRecv);
    assert_eq!((at_alice.direction, at_bob.direction), (Direction::SendRecv, Direction::SendRecv));
    // And from the other side.
    let offer = bob.offer_one(&g711().with_direction(Direction::Inactive));
    let (answer, at_alice) = alice.answer_one(&offer, &g711()).unwrap();
    assert_eq!(at_alice.direction, Direction::Inactive);
    assert_eq!(bob.apply_one(&answer).unwrap().direction, Direction::Inactive);
}

#[test]
fn s8_4_an_unspecified_address_holds_in_ip6_too() {
    for c in ["IN IP4 0.0.0.0", "IN IP6 ::"] {
        let offer = peer(&format!("m=audio 5000 RTP/AVP 0\nc={c}\na=recvonly\n"));
        let (_, agreed) = Negotiator::new(1).answer_one(&offer, &g711()).unwrap();
        assert_eq!((agreed.direction, agreed.is_held), (Direction::Inactive, true), "{c}");
    }
}
