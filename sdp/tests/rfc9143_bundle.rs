//! RFC 9143, sentence by sentence.

use offhook_sdp::{
    Codec, Exchange, LocalSession, LocalStream, MediaKind, NegotiateError, Negotiator, Protocol, Refusal,
    SessionDescription,
};

fn peer(groups: &str, media: &str) -> SessionDescription {
    let text = format!("v=0\no=- 9 1 IN IP4 192.0.2.9\ns=-\nc=IN IP4 192.0.2.9\nt=0 0\n{groups}{media}");
    SessionDescription::parse(text.as_bytes()).unwrap()
}

fn with_keys(stream: LocalStream) -> LocalStream {
    stream.with_attribute("ice-ufrag", "abcd").with_attribute("setup", "actpass").with_attribute("ssrc", "1 cname:x")
}

fn audio(port: u16) -> LocalStream {
    with_keys(LocalStream::audio(([192, 0, 2, 1], port).into(), [Codec::pcmu()]))
}

fn video(port: u16) -> LocalStream {
    with_keys(LocalStream::video(([192, 0, 2, 1], port).into(), [Codec::new("VP8", 90_000, 96)]))
}

fn both() -> LocalSession {
    LocalSession::new([audio(4000), video(4002)]).with_bundle(true)
}

fn group(sdp: &SessionDescription) -> Option<&str> {
    sdp.lines.attribute("group").and_then(|group| group.value)
}

fn ports(sdp: &SessionDescription) -> Vec<u32> {
    sdp.media.iter().map(|media| media.port).collect()
}

fn having(sdp: &SessionDescription, name: &str) -> Vec<bool> {
    sdp.media.iter().map(|media| media.lines.attribute(name).is_some()).collect()
}

fn transports(exchange: &Exchange) -> Vec<Result<(usize, u16), Refusal>> {
    let of = |result: &Result<offhook_sdp::Agreed, Refusal>| {
        result.as_ref().map(|agreed| (agreed.transport, agreed.remote.port())).map_err(|refusal| *refusal)
    };
    exchange.streams.iter().map(|outcome| of(&outcome.result)).collect()
}

const AUDIO: &str = "m=audio 1000 RTP/AVP 0\na=mid:a\na=rtcp-mux\n";
const VIDEO: &str = "m=video 1002 RTP/AVP 96\na=mid:v\na=rtcp-mux\na=rtpmap:96 VP8/90000\n";

#[test]
fn s7_2_an_initial_offer_gives_each_stream_its_own_address_and_all_of_its_attributes() {
    let offer = Negotiator::new(1).create_offer(&both());
    assert_eq!((group(&offer), ports(&offer)), (Some("BUNDLE 0 1"), vec![4000, 4002]));
    for name in ["mid", "rtcp-mux", "ice-ufrag", "setup", "ssrc"] {
        assert_eq!(having(&offer, name), [true, true], "{name}");
    }
}

#[test]
fn s7_2_a_bundle_only_stream_has_port_0_and_nothing_of_a_transport_and_is_never_first() {
    let mut local = both();
    local.streams[0].bundle_only = true;
    let offer = Negotiator::new(1).create_offer(&local);
    assert_eq!((group(&offer), ports(&offer)), (Some("BUNDLE 1 0"), vec![0, 4002]));
    assert_eq!(having(&offer, "bundle-only"), [true, false]);
    for name in ["ice-ufrag", "setup", "rtcp-mux"] {
        assert_eq!(having(&offer, name), [false, true], "{name}");
    }
    assert_eq!(having(&offer, "ssrc"), [true, true]);
}

#[test]
fn s7_3_the_answer_has_one_address_and_says_what_belongs_to_the_transport_once() {
    let offer = peer("a=group:BUNDLE a v\n", &format!("{AUDIO}{VIDEO}"));
    let (answer, exchange) = Negotiator::new(1).answer(&offer, &both()).unwrap();
    assert_eq!((group(&answer), ports(&answer)), (Some("BUNDLE a v"), vec![4000, 4000]));
    for name in ["ice-ufrag", "setup", "rtcp-mux"] {
        assert_eq!(having(&answer, name), [true, false], "{name}");
    }
    assert_eq!((having(&answer, "ssrc"), having(&answer, "mid")), (vec![true, true], vec![true, true]));
    assert_eq!(transports(&exchange), [Ok((0, 1000)), Ok((0, 1000))]);
    assert!(exchange.agreed().all(|agreed| agreed.rtcp_mux && agreed.remote_rtcp == agreed.remote));
}

#[test]
fn s7_3_1_where_the_suggested_section_is_refused_the_next_is_tagged() {
    let offer = peer("a=group:BUNDLE a v\n", &format!("{AUDIO}{VIDEO}"));
    let local = LocalSession::new([video(4002)]).with_bundle(true);
    let (answer, exchange) = Negotiator::new(1).answer(&offer, &local).unwrap();
    assert_eq!((group(&answer), ports(&answer)), (Some("BUNDLE v"), vec![0, 4002]));
    assert_eq!(transports(&exchange), [Err(Refusal::Kind), Ok((1, 1002))]);
}

#[test]
fn s7_3_who_does_not_bundle_takes_each_stream_for_itself_but_none_that_is_bundle_only() {
    let offer =
        peer("a=group:BUNDLE a v w\n", &format!("{AUDIO}{VIDEO}m=video 0 RTP/AVP 96\na=mid:w\na=bundle-only\n"));
    let (answer, exchange) = Negotiator::new(1).answer(&offer, &both().with_bundle(false)).unwrap();
    assert_eq!((group(&answer), ports(&answer)), (None, vec![4000, 4002, 0]));
    assert_eq!(transports(&exchange), [Ok((0, 1000)), Ok((1, 1002)), Err(Refusal::Ended)]);
    assert_eq!(having(&answer, "bundle-only"), [false, false, false]);
}

#[test]
fn s6_a_bundle_only_stream_lives_in_its_group_and_nowhere_else() {
    let bundle_only = "m=video 0 RTP/AVP 96\na=mid:v\na=bundle-only\na=rtpmap:96 VP8/90000\n";
    let answer = |group: &str, first: &str| {
        let offer = peer(group, &format!("{first}{bundle_only}"));
        let (answer, exchange) = Negotiator::new(1).answer(&offer, &both())?;
        assert!(!having(&answer, "bundle-only").contains(&true));
        Ok((ports(&answer), transports(&exchange)[1]))
    };
    assert_eq!(answer("a=group:BUNDLE a v\n", AUDIO), Ok((vec![4000, 4000], Ok((0, 1000)))));
    assert_eq!(answer("", AUDIO), Ok((vec![4000, 0], Err(Refusal::Ended))));
    // Its group is not made where no section with a port is taken.
    let lost = NegotiateError::NothingTaken { media: 0, reason: Refusal::Codec };
    assert_eq!(answer("a=group:BUNDLE a v\n", &AUDIO.replace("AVP 0", "AVP 18")), Err(lost));
}

#[test]
fn s7_3_two_groups_are_answered_each_for_itself() {
    let second = "m=audio 1004 RTP/AVP 0\na=mid:b\nm=video 1006 RTP/AVP 96\na=mid:w\na=rtpmap:96 VP8/90000\n";
    let offer = peer("a=group:BUNDLE a v\na=group:LS a v\na=group:BUNDLE w b x\n", &format!("{AUDIO}{VIDEO}{second}"));
    let local = both().with_stream(audio(4004).with_key(1)).with_stream(video(4006).with_key(1));
    let (answer, exchange) = Negotiator::new(1).answer(&offer, &local).unwrap();
    let groups: Vec<_> = answer.lines.attributes().filter(|a| a.name == "group").filter_map(|a| a.value).collect();
    assert_eq!((groups, ports(&answer)), (vec!["BUNDLE a v", "BUNDLE w b"], vec![4000, 4000, 4006, 4006]));
    assert_eq!(transports(&exchange)[2..], [Ok((3, 1006)), Ok((3, 1006))]);
}

#[test]
fn s7_3_3_a_stream_that_falls_out_of_a_group_that_holds_takes_the_tagged_role_with_it() {
    let offer = peer("a=group:BUNDLE a v\n", &format!("{AUDIO}{VIDEO}"));
    let mut bob = Negotiator::new(1);
    bob.answer(&offer, &both()).unwrap();
    // The tagged section cannot be refused alone; another can.
    let refused = bob.clone().answer(&offer, &LocalSession::new([video(4002)]).with_bundle(true));
    assert_eq!(refused, Err(NegotiateError::NothingTaken { media: 1, reason: Refusal::Bundle }));
    let (answer, _) = bob.answer(&offer, &LocalSession::new([audio(4000)])).unwrap();
    assert_eq!((group(&answer), ports(&answer)), (Some("BUNDLE a"), vec![4000, 0]));
}

#[test]
fn s7_3_3_an_offer_that_comes_again_with_a_section_that_was_refused_in_front_is_answered_as_before() {
    let offer = peer("a=group:BUNDLE a v\n", &format!("{AUDIO}{VIDEO}"));
    let local = LocalSession::new([video(4002)]).with_bundle(true);
    let mut bob = Negotiator::new(1);
    let (_, first) = bob.answer(&offer, &local).unwrap();
    let (answer, again) = bob.answer(&offer, &local).unwrap();
    assert_eq!(transports(&again), transports(&first));
    assert_eq!((group(&answer), ports(&answer)), (Some("BUNDLE v"), vec![0, 4002]));
}

#[test]
fn s7_2_1_a_section_without_a_port_in_front_of_a_group_that_holds_is_not_the_tagged_one() {
    let bundle_only = "m=video 0 RTP/AVP 96\na=mid:v\na=bundle-only\na=rtpmap:96 VP8/90000\n";
    let offer = peer("a=group:BUNDLE v a\n", &format!("{bundle_only}{AUDIO}"));
    let local = LocalSession::new([video(4002), audio(4000)]).with_bundle(true);
    let mut bob = Negotiator::new(1);
    let (_, first) = bob.answer(&offer, &local).unwrap();
    let (answer, again) = bob.answer(&offer, &local).unwrap();
    assert_eq!(transports(&first), [Ok((1, 1000)), Ok((1, 1000))]);
    assert_eq!((transports(&again), group(&answer)), (transports(&first), Some("BUNDLE a v")));
}

#[test]
fn s7_4_the_answer_says_whose_transport_all_use() {
    let answer = |groups: &str, media: &str| {
        let mut alice = Negotiator::new(1);
        alice.create_offer(&both());
        alice.apply_answer(&peer(groups, media)).map(|exchange| transports(&exchange))
    };
    let media = "m=audio 1000 RTP/AVP 0\na=mid:0\nm=video 1000 RTP/AVP 96\na=mid:1\n";
    assert_eq!(answer("a=group:BUNDLE 0 1\n", media).unwrap(), [Ok((0, 1000)), Ok((0, 1000))]);
    assert_eq!(answer("a=group:BUNDLE 1\n", media).unwrap(), [Ok((0, 1000)), Ok((1, 1000))]);
    assert_eq!(
        answer("", "m=audio 1000 RTP/AVP 0\nm=video 1002 RTP/AVP 96\n").unwrap(),
        [Ok((0, 1000)), Ok((1, 1002))]
    );
    assert_eq!(answer("a=group:BUNDLE 1\n", &media.replace("audio 1000", "audio 0")).unwrap(), {
        [Err(Refusal::ByPeer), Ok((1, 1000))]
    });
}

#[test]
fn s7_4_a_group_that_was_not_offered_is_an_error() {
    let mut plain = Negotiator::new(1);
    let mut tagged = both().with_bundle(false);
    (tagged.streams[0].mid, tagged.streams[1].mid) = (Some("0".into()), Some("1".into()));
    plain.create_offer(&tagged);
    let media = "m=audio 1000 RTP/AVP 0\nm=video 1000 RTP/AVP 96\n";
    let answer = peer("a=group:BUNDLE 0 1\n", media);
    assert_eq!(plain.apply_answer(&answer), Err(NegotiateError::WrongGroup { media: 0 }));
    assert!(plain.is_offer_pending());
}

#[test]
fn s7_3_5_and_s7_4_1_descriptions_in_the_manner_of_rfc_8843_are_understood() {
    let media = "m=audio 1000 RTP/AVP 0\na=mid:0\na=rtcp-mux\n\
                 m=video 0 RTP/AVP 96\na=mid:1\na=bundle-only\na=rtpmap:96 VP8/90000\n";
    let theirs = peer("a=group:BUNDLE 0 1\n", media);
    let mut alice = Negotiator::new(1);
    alice.create_offer(&both());
    assert_eq!(transports(&alice.apply_answer(&theirs).unwrap()), [Ok((0, 1000)), Ok((0, 1000))]);
    let (answer, exchange) = alice.answer(&theirs, &both()).unwrap();
    assert_eq!((ports(&answer), transports(&exchange)), (vec![4000, 4000], vec![Ok((0, 1000)), Ok((0, 1000))]));
}

#[test]
fn s7_5_a_later_offer_has_one_address_and_an_added_stream_joins_it() {
    let (mut alice, mut bob) = (Negotiator::new(1), Negotiator::new(2));
    let offer = alice.create_offer(&both());
    let (answer, _) = bob.answer(&offer, &both()).unwrap();
    alice.apply_answer(&answer).unwrap();

    let added = both().with_stream(audio(4004).with_key(1));
    let offer = alice.create_offer(&added);
    assert_eq!((group(&offer), ports(&offer)), (Some("BUNDLE 0 1 2"), vec![4000, 4000, 4000]));
    assert_eq!(having(&offer, "setup"), [true, false, false]);
    assert_eq!(having(&offer, "rtcp-mux"), [true, false, false]);
    let (answer, _) = bob.answer(&offer, &added).unwrap();
    assert_eq!(transports(&alice.apply_answer(&answer).unwrap()), [Ok((0, 4000)), Ok((0, 4000)), Ok((0, 4000))]);
}

#[test]
fn s7_5_3_a_disabled_stream_leaves_the_group_and_another_is_tagged_and_a_used_place_gets_a_new_tag() {
    let (mut alice, mut bob) = (Negotiator::new(1), Negotiator::new(2));
    let mut exchange = |local: &LocalSession| {
        let offer = alice.create_offer(local);
        let (answer, _) = bob.answer(&offer, local).unwrap();
        (offer, transports(&alice.apply_answer(&answer).unwrap()))
    };
    exchange(&both());
    let (offer, at_alice) = exchange(&LocalSession::new([video(4002)]).with_bundle(true));
    assert_eq!((group(&offer), ports(&offer)), (Some("BUNDLE 1"), vec![0, 4002]));
    assert_eq!(at_alice, [Err(Refusal::Ended), Ok((1, 4002))]);
    let (offer, _) = exchange(&LocalSession::new([video(4002), video(4006).with_key(1)]).with_bundle(true));
    assert_eq!((group(&offer), ports(&offer)), (Some("BUNDLE 1 2"), vec![4002, 4002]));
    assert_eq!(offer.media[0].lines.attribute("mid").unwrap().value, Some("2"));
}

#[test]
fn s9_1_1_bundled_streams_never_share_a_payload_type() {
    let speex = LocalStream::audio(([192, 0, 2, 1], 4000).into(), [Codec::new("speex", 16_000, 96)]);
    let offer = Negotiator::new(1).create_offer(&LocalSession::new([speex, video(4002)]).with_bundle(true));
    assert_eq!((offer.media[0].formats[0].as_str(), offer.media[1].formats[0].as_str()), ("96", "97"));
}

#[test]
fn s9_3_1_2_rtcp_mux_only_is_answered_in_the_tagged_section_and_rtcp_in_none() {
    let offer = peer("a=group:BUNDLE a v\n", &format!("{}{VIDEO}", AUDIO.replace("rtcp-mux", "rtcp-mux-only")));
    let mut local = both();
    local.streams[0].rtcp_port = Some(4009);
    let (answer, _) = Negotiator::new(1).answer(&offer, &local).unwrap();
    assert_eq!((having(&answer, "rtcp-mux-only"), having(&answer, "rtcp")), (vec![true, false], vec![false, false]));
}

#[test]
fn a_stream_that_cannot_share_a_transport_is_not_offered_so() {
    let fax = LocalStream::new(MediaKind::Image, Protocol::Udptl, ([192, 0, 2, 1], 4004).into()).with_formats(["t38"]);
    let offer = Negotiator::new(1).create_offer(&both().with_stream(fax));
    assert_eq!((group(&offer), having(&offer, "mid")), (Some("BUNDLE 0 1"), vec![true, true, false]));
}

#[test]
fn rfc_5888_an_answer_echoes_the_identification_tags_also_of_what_it_refuses() {
    let offer = peer("", &format!("{AUDIO}{VIDEO}"));
    let (answer, exchange) = Negotiator::new(1).answer(&offer, &LocalSession::new([audio(4000)])).unwrap();
    let mids: Vec<_> = answer.media.iter().map(|m| m.lines.attribute("mid").and_then(|a| a.value)).collect();
    assert_eq!((mids, exchange.audio().unwrap().mid.as_deref()), (vec![Some("a"), Some("v")], Some("a")));
}
