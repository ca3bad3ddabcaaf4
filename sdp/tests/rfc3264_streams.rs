//! RFC 3264 for several streams, and what changes from one exchange to the next.

use offhook_sdp::{
    Change, Codec, Direction, Exchange, LocalSession, LocalStream, MediaKind, NegotiateError, Negotiator, Protocol,
    Refusal, SessionDescription,
};
use std::time::Duration;

fn peer(media: &str) -> SessionDescription {
    let text = format!("v=0\no=- 9 1 IN IP4 192.0.2.9\ns=-\nc=IN IP4 192.0.2.9\nt=0 0\n{media}");
    SessionDescription::parse(text.as_bytes()).unwrap()
}

fn audio(port: u16) -> LocalStream {
    let codecs = [Codec::pcmu(), Codec::pcma(), Codec::telephone_event(101, 8_000)];
    LocalStream::audio(([192, 0, 2, 1], port).into(), codecs)
}

fn video(port: u16) -> LocalStream {
    LocalStream::video(([192, 0, 2, 1], port).into(), [Codec::new("VP8", 90_000, 96)])
}

fn fax(port: u16) -> LocalStream {
    LocalStream::new(MediaKind::Image, Protocol::Udptl, ([192, 0, 2, 1], port).into()).with_formats(["t38"])
}

fn session(streams: &[LocalStream]) -> LocalSession {
    LocalSession::new(streams)
}

fn lines(sdp: &SessionDescription) -> Vec<String> {
    sdp.media.iter().map(|m| format!("{} {} {}", m.media, m.port, m.formats.join(" "))).collect()
}

fn results(exchange: &Exchange) -> Vec<Result<usize, Refusal>> {
    exchange.streams.iter().map(|outcome| outcome.result.as_ref().map(|a| a.stream).map_err(|e| *e)).collect()
}

fn changes(exchange: &Exchange) -> Vec<Change> {
    exchange.streams.iter().map(|outcome| outcome.change).collect()
}

/// An offer of `a`, answered by `b`; what both make of it.
fn exchange(
    (a, a_has): (&mut Negotiator, &[LocalStream]),
    (b, b_has): (&mut Negotiator, &[LocalStream]),
) -> (SessionDescription, SessionDescription, Exchange, Exchange) {
    let offer = a.create_offer(&session(a_has));
    let (answer, at_b) = b.answer(&offer, &session(b_has)).unwrap();
    let at_a = a.apply_answer(&answer).unwrap();
    (offer, answer, at_a, at_b)
}

fn modified(address: bool, direction: bool, codecs: bool) -> Change {
    Change::Modified { address, direction, codecs }
}

#[test]
fn s5_1_each_stream_of_ours_is_an_m_line_in_our_order() {
    let offer = Negotiator::new(1).create_offer(&session(&[audio(4000), video(4002), fax(4004)]));
    assert_eq!(lines(&offer), ["audio 4000 0 8 101", "video 4002 96", "image 4004 t38"]);
    assert_eq!(offer.media[2].protocol, "udptl");
}

#[test]
fn s5_1_a_stream_on_another_host_has_a_c_line_of_its_own() {
    let away = LocalStream::video("198.51.100.7:4002".parse().unwrap(), [Codec::new("VP8", 90_000, 96)]);
    let mut alice = Negotiator::new(1);
    let offer = alice.create_offer(&session(&[audio(4000), away]));
    assert_eq!(offer.lines.first('c'), Some("IN IP4 192.0.2.1"));
    assert_eq!(offer.media.iter().map(|m| m.lines.first('c')).collect::<Vec<_>>(), [None, Some("IN IP4 198.51.100.7")]);
    let (_, at_bob) = Negotiator::new(2).answer(&offer, &session(&[audio(5000), video(5002)])).unwrap();
    let remotes: Vec<_> = at_bob.agreed().map(|agreed| agreed.remote.to_string()).collect();
    assert_eq!(remotes, ["192.0.2.1:4000", "198.51.100.7:4002"]);
}

#[test]
fn s5_1_the_callers_lines_stand_where_rfc_8866_wants_them() {
    let mut stream =
        audio(4000).with_attribute("crypto", "1 AES_CM_128_HMAC_SHA1_80 inline:x").with_protocol(Protocol::RtpSavp);
    stream.lines.push('b', "AS:64");
    let mut local = session(&[stream]);
    local.lines.push_attribute("ice-lite", "");
    local.lines.push('b', "AS:100");
    let text = Negotiator::new(1).create_offer(&local).to_string();
    let letters: String = text.lines().filter_map(|line| line.chars().next()).collect();
    assert_eq!(letters, "voscbtambaaaaaa");
    assert!(text.contains("t=0 0\r\na=ice-lite\r\nm=audio 4000 RTP/SAVP 0 8 101\r\nb=AS:64\r\n"), "{text}");
    assert!(text.ends_with("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n"), "{text}");
}

#[test]
fn s6_each_stream_is_paired_or_refused_in_its_place_with_the_reason() {
    let offer = peer(
        "m=audio 1000 RTP/AVP 0\nm=video 1002 RTP/SAVP 96\na=rtpmap:96 VP8/90000\nm=image 1004 udptl t38\n\
         m=message 1006 TCP/MSRP *\nm=video 0 RTP/AVP 96\nm=audio 1008 RTP/AVP 0\nm=text 70000 RTP/AVP 98\n",
    );
    let local = session(&[video(4002), fax(4004), audio(4000)]);
    let (answer, exchange) = Negotiator::new(1).answer(&offer, &local).unwrap();
    let expected =
        ["audio 4000 0", "video 0 96", "image 4004 t38", "message 0 *", "video 0 96", "audio 0 0", "text 0 98"];
    assert_eq!(lines(&answer), expected);
    use Refusal::{Ended, Kind, Transport};
    assert_eq!(results(&exchange), [Ok(2), Err(Transport), Ok(1), Err(Kind), Err(Ended), Err(Kind), Err(Kind)]);
    assert_eq!(exchange.streams[2].result.as_ref().unwrap().formats, ["t38"]);
}

#[test]
fn s6_one_impossible_stream_does_not_cost_the_others() {
    let offer = peer("m=audio 1000 RTP/AVP 0\nm=video 70000 RTP/AVP 96\na=rtpmap:96 VP8/90000\n");
    let (answer, exchange) = Negotiator::new(1).answer(&offer, &session(&[audio(4000), video(4002)])).unwrap();
    assert_eq!(lines(&answer), ["audio 4000 0", "video 0 96"]);
    assert_eq!(results(&exchange), [Ok(0), Err(Refusal::BadPort)]);
}

#[test]
fn s6_two_streams_of_a_kind_are_paired_in_order_and_by_codec() {
    let opus = LocalStream::audio(([192, 0, 2, 1], 4010).into(), [Codec::new("opus", 48_000, 111).with_channels(2)]);
    let offer = peer("m=audio 1000 RTP/AVP 111\na=rtpmap:111 opus/48000/2\nm=audio 1002 RTP/AVP 8\n");
    let (answer, exchange) = Negotiator::new(1).answer(&offer, &session(&[audio(4000), opus.with_key(1)])).unwrap();
    assert_eq!(lines(&answer), ["audio 4010 111", "audio 4000 8"]);
    assert_eq!(exchange.agreed().map(|agreed| agreed.key).collect::<Vec<_>>(), [1, 0]);
}

#[test]
fn s6_an_answer_to_an_offer_that_ends_all_ends_all() {
    let mut bob = Negotiator::new(1);
    bob.answer(&peer("m=audio 1000 RTP/AVP 0\n"), &session(&[audio(4000)])).unwrap();
    let (answer, exchange) = bob.answer(&peer("m=audio 0 RTP/AVP 0\n"), &session(&[audio(4000)])).unwrap();
    assert_eq!((lines(&answer), changes(&exchange)), (vec!["audio 0 0".to_owned()], vec![Change::Removed]));
    assert!(bob.agreed().next().is_none());
}

#[test]
fn s6_who_has_no_stream_refuses_all_without_an_error() {
    let (answer, exchange) = Negotiator::new(1).answer(&peer("m=audio 9 RTP/AVP 0\n"), &session(&[])).unwrap();
    assert_eq!((lines(&answer), results(&exchange)), (vec!["audio 0 0".to_owned()], vec![Err(Refusal::Kind)]));
    let closed = session(&[audio(0)]);
    assert!(Negotiator::new(1).answer(&peer("m=audio 9 RTP/AVP 0\n"), &closed).unwrap().1.audio().is_none());
}

#[test]
fn s7_a_peer_may_refuse_some_or_all() {
    let mut alice = Negotiator::new(1);
    let has = session(&[audio(4000), video(4002)]);
    alice.create_offer(&has);
    let exchange = alice.apply_answer(&peer("m=audio 1000 RTP/AVP 0\nm=video 0 RTP/AVP 96\n")).unwrap();
    assert_eq!(results(&exchange), [Ok(0), Err(Refusal::ByPeer)]);
    alice.create_offer(&has);
    let exchange = alice.apply_answer(&peer("m=audio 0 RTP/AVP 0\nm=video 0 RTP/AVP 96\n")).unwrap();
    assert_eq!(results(&exchange), [Err(Refusal::ByPeer), Err(Refusal::ByPeer)]);
    assert_eq!(changes(&exchange), [Change::Removed, Change::None]);
    assert!(!alice.is_offer_pending());
}

#[test]
fn s7_an_answer_of_which_one_stream_is_of_use_is_taken() {
    let mut alice = Negotiator::new(1);
    alice.create_offer(&session(&[audio(4000), video(4002)]));
    let answer = peer("m=audio 1000 RTP/AVP 18\nm=video 1002 RTP/AVP 96\n");
    assert_eq!(results(&alice.apply_answer(&answer).unwrap()), [Err(Refusal::Codec), Ok(1)]);
}

#[test]
fn s8_1_an_added_stream_comes_last_and_the_other_side_may_add_too() {
    let (mut alice, mut bob) = (Negotiator::new(1), Negotiator::new(2));
    exchange((&mut alice, &[audio(4000)]), (&mut bob, &[audio(5000), video(5002)]));
    // Bob's order is another; the places hold.
    let (offer, answer, at_alice, at_bob) =
        exchange((&mut bob, &[video(5002), audio(5000)]), (&mut alice, &[audio(4000), video(4002)]));
    assert_eq!(lines(&offer), ["audio 5000 0 8 101", "video 5002 96"]);
    assert_eq!(lines(&answer), ["audio 4000 0 8 101", "video 4002 96"]);
    assert_eq!((changes(&at_alice), changes(&at_bob)), {
        (vec![Change::None, Change::Added], vec![Change::None, Change::Added])
    });
}

#[test]
fn s8_1_the_place_of_a_stream_that_ended_is_given_to_a_new_one_and_none_is_taken_away() {
    let (mut alice, mut bob) = (Negotiator::new(1), Negotiator::new(2));
    let b_has = [audio(5000), video(5002), fax(5004)];
    exchange((&mut alice, &[video(4002), audio(4000)]), (&mut bob, &b_has));
    // In the offer that ends the video its place is still its own.
    let (offer, _, at_alice, _) = exchange((&mut alice, &[audio(4000), fax(4004)]), (&mut bob, &b_has));
    assert_eq!(lines(&offer), ["video 0 96", "audio 4000 0 8 101", "image 4004 t38"]);
    assert_eq!(changes(&at_alice), [Change::Removed, Change::None, Change::Added]);
    let (offer, ..) = exchange((&mut alice, &[audio(4000)]), (&mut bob, &b_has));
    assert_eq!(lines(&offer), ["video 0 96", "audio 4000 0 8 101", "image 0 t38"]);
    // What comes back has its place again; what is new takes one that is free.
    let (offer, _, _, at_bob) = exchange(
        (&mut alice, &[audio(4000), fax(4004), audio(4006).with_key(1)]),
        (&mut bob, &[fax(5004), audio(5000), audio(5006).with_key(1)]),
    );
    assert_eq!(lines(&offer), ["audio 4006 0 8 101", "audio 4000 0 8 101", "image 4004 t38"]);
    assert_eq!(changes(&at_bob), [Change::Added, Change::None, Change::Added]);
    assert_eq!(at_bob.streams[0].result.as_ref().unwrap().key, 1);
}

#[test]
fn s8_2_a_stream_that_the_answerer_gives_up_is_refused_in_its_place() {
    let (mut alice, mut bob) = (Negotiator::new(1), Negotiator::new(2));
    let a_has = [audio(4000), video(4002)];
    exchange((&mut alice, &a_has), (&mut bob, &[audio(5000), video(5002)]));
    let (_, answer, at_alice, at_bob) = exchange((&mut alice, &a_has), (&mut bob, &[video(5002)]));
    assert_eq!(lines(&answer), ["audio 0 0 8 101", "video 5002 96"]);
    assert_eq!(changes(&at_alice), [Change::Removed, Change::None]);
    assert_eq!(results(&at_bob), [Err(Refusal::Kind), Ok(0)]);
}

#[test]
fn s8_an_offer_that_has_lost_m_lines_ends_what_stood_there_and_ours_never_becomes_shorter() {
    let mut bob = Negotiator::new(1);
    let has = session(&[audio(4000), video(4002)]);
    bob.answer(&peer("m=audio 1000 RTP/AVP 0\nm=video 1002 RTP/AVP 96\na=rtpmap:96 VP8/90000\n"), &has).unwrap();
    let (answer, exchange) = bob.answer(&peer("m=audio 1000 RTP/AVP 0\n"), &has).unwrap();
    assert_eq!(lines(&answer), ["audio 4000 0"]);
    assert_eq!(changes(&exchange), [Change::None, Change::Removed]);
    assert_eq!(lines(&bob.create_offer(&session(&[audio(4000)]))), ["audio 4000 0 8 101", "video 0 96"]);
}

#[test]
fn s8_3_what_has_changed_of_a_stream_is_said() {
    let mut bob = Negotiator::new(1);
    let has = session(&[audio(4000)]);
    let mut change = |offer: &str| changes(&bob.answer(&peer(offer), &has).unwrap().1)[0];
    assert_eq!(change("m=audio 1000 RTP/AVP 0\n"), Change::Added);
    assert_eq!(change("m=audio 1000 RTP/AVP 0\na=x:1\n"), Change::None);
    assert_eq!(change("m=audio 1002 RTP/AVP 0\n"), modified(true, false, false));
    assert_eq!(change("m=audio 1002 RTP/AVP 0\na=rtcp:9\n"), modified(true, false, false));
    assert_eq!(change("m=audio 1002 RTP/AVP 8\na=rtcp:9\n"), modified(false, false, true));
    assert_eq!(change("m=audio 1002 RTP/AVP 8\na=rtcp:9\na=ptime:30\n"), modified(false, false, true));
    assert_eq!(change("m=audio 1004 RTP/AVP 0\na=sendonly\n"), modified(true, true, true));
    assert_eq!(change("m=audio 0 RTP/AVP 0\n"), Change::Removed);
    assert_eq!(change("m=audio 0 RTP/AVP 0\n"), Change::None);
}

#[test]
fn s8_3_3_another_kind_in_the_place_of_a_live_stream_is_a_stream_of_its_own() {
    let mut bob = Negotiator::new(1);
    let has = session(&[audio(4000), fax(4004)]);
    bob.answer(&peer("m=audio 1000 RTP/AVP 0\n"), &has).unwrap();
    let (answer, exchange) = bob.answer(&peer("m=image 1000 udptl t38\n"), &has).unwrap();
    assert_eq!((lines(&answer), changes(&exchange)), (vec!["image 4004 t38".to_owned()], vec![Change::Replaced]));
}

#[test]
fn s8_4_each_stream_is_held_for_itself() {
    let (mut alice, mut bob) = (Negotiator::new(1), Negotiator::new(2));
    let b_has = [audio(5000), video(5002)];
    exchange((&mut alice, &[audio(4000), video(4002)]), (&mut bob, &b_has));
    let held = [audio(4000).with_direction(Direction::SendOnly), video(4002)];
    let (_, _, at_alice, at_bob) = exchange((&mut alice, &held), (&mut bob, &b_has));
    assert_eq!(changes(&at_bob), [modified(false, true, false), Change::None]);
    let flow = |e: &Exchange| e.agreed().map(|a| (a.direction, a.is_held)).collect::<Vec<_>>();
    assert_eq!(flow(&at_alice), [(Direction::SendOnly, false), (Direction::SendRecv, false)]);
    assert_eq!(flow(&at_bob), [(Direction::RecvOnly, true), (Direction::SendRecv, false)]);
}

#[test]
fn s8_4_the_unspecified_address_of_who_uses_ice_is_no_hold() {
    let offer = |ice: &str| peer(&format!("m=audio 9 RTP/AVP 0\nc=IN IP4 0.0.0.0\n{ice}"));
    let held = |ice: &str| {
        let (_, exchange) = Negotiator::new(1).answer(&offer(ice), &session(&[audio(4000)])).unwrap();
        exchange.audio().unwrap().is_held
    };
    assert!(held("") && !held("a=ice-ufrag:abcd\n"));
}

#[test]
fn s4_an_offer_that_came_to_nothing_leaves_places_and_groups_as_they_were() {
    let (mut alice, mut bob) = (Negotiator::new(1), Negotiator::new(2));
    exchange((&mut alice, &[audio(4000)]), (&mut bob, &[audio(5000)]));
    alice.create_offer(&session(&[audio(4000), video(4002)]));
    assert_eq!(
        alice.answer(&peer("m=audio 9 RTP/AVP 0\n"), &session(&[audio(4000)])),
        Err(NegotiateError::OfferPending)
    );
    alice.rollback();
    let (offer, _, _, at_alice) = exchange((&mut bob, &[audio(5000)]), (&mut alice, &[audio(4000)]));
    assert_eq!((offer.media.len(), changes(&at_alice)), (1, vec![Change::None]));
}

#[test]
fn a_delayed_offer_goes_in_the_answer_to_who_made_none_and_a_fork_takes_an_answer_of_its_own() {
    let mut alice = Negotiator::new(1);
    let offer = alice.create_offer(&session(&[audio(4000), video(4002)]));
    let mut fork = alice.clone();
    let (both, _) = Negotiator::new(2).answer(&offer, &session(&[audio(5000), video(5002)])).unwrap();
    let (one, _) = Negotiator::new(3).answer(&offer, &session(&[audio(6000)])).unwrap();
    assert_eq!(alice.apply_answer(&both).unwrap().agreed().count(), 2);
    assert_eq!(fork.apply_answer(&one).unwrap().agreed().count(), 1);
    assert_eq!((alice.agreed().count(), fork.agreed().count()), (2, 1));
}

#[test]
fn s8_3_2_streams_number_their_payload_types_for_themselves() {
    let g722 = LocalStream::audio(([192, 0, 2, 1], 4000).into(), [Codec::new("speex", 16_000, 96)]);
    let offer = Negotiator::new(1).create_offer(&session(&[g722, video(4002)]));
    assert_eq!(lines(&offer), ["audio 4000 96", "video 4002 96"]);
}

#[test]
fn rfc_4733_one_telephone_event_for_each_clock_and_the_one_that_fits_is_taken() {
    let opus = Codec::new("opus", 48_000, 111).with_channels(2);
    let all = LocalStream::audio(([192, 0, 2, 1], 4000).into(), [opus.clone(), Codec::pcmu()]).with_telephone_events();
    let dtmf_with = |codec: Codec| {
        let mut alice = Negotiator::new(1);
        let offer = alice.create_offer(&session(std::slice::from_ref(&all)));
        let answerer = LocalStream::audio(([192, 0, 2, 2], 5000).into(), [codec]).with_telephone_events();
        let (answer, _) = Negotiator::new(2).answer(&offer, &answerer.into()).unwrap();
        let exchange = alice.apply_answer(&answer).unwrap();
        exchange.audio().unwrap().dtmf.as_ref().map(|dtmf| (dtmf.codec.clock_rate, dtmf.send_pt)).unwrap()
    };
    assert_eq!((dtmf_with(opus.clone()), dtmf_with(Codec::pcmu())), ((48_000, 101), (8_000, 96)));
}

#[test]
fn rfc_3389_comfort_noise_goes_at_the_clock_of_its_codec() {
    let codecs = [Codec::pcmu(), Codec::comfort_noise(13, 8_000), Codec::comfort_noise(98, 16_000)];
    let local = LocalStream::audio(([192, 0, 2, 1], 4000).into(), codecs).into();
    let offer = peer("m=audio 1000 RTP/AVP 0 13 98\na=rtpmap:98 CN/16000\n");
    let (answer, exchange) = Negotiator::new(1).answer(&offer, &local).unwrap();
    assert_eq!(lines(&answer), ["audio 4000 0 13"]);
    let sound = exchange.audio().unwrap();
    assert_eq!((sound.codecs.len(), sound.comfort_noise.as_ref().unwrap().send_pt), (1, 13));
}

#[test]
fn s6_1_the_callers_rule_says_whether_parameters_fit() {
    let g729 = Codec::new("G729", 8_000, 18);
    let mut strict = LocalStream::audio(([192, 0, 2, 1], 4000).into(), [g729, Codec::pcmu()]);
    strict.fits = |ours, theirs| !ours.name.eq_ignore_ascii_case("G729") || theirs.contains("annexb=no");
    let taken = |fmtp: &str| {
        let offer = peer(&format!("m=audio 1000 RTP/AVP 18 0\n{fmtp}"));
        lines(&Negotiator::new(1).answer(&offer, &strict.clone().into()).unwrap().0)
    };
    assert_eq!((taken("").concat(), taken("a=fmtp:18 annexb=no\n").concat()), {
        ("audio 4000 0".to_owned(), "audio 4000 18 0".to_owned())
    });
}

#[test]
fn s5_1_packet_times_are_said_and_heard() {
    let mut stream = audio(4000).with_ptime(Duration::from_millis(20));
    stream.max_ptime = Some(Duration::from_millis(60));
    let offer = Negotiator::new(1).create_offer(&stream.into());
    let (_, exchange) = Negotiator::new(2).answer(&offer, &session(&[audio(5000)])).unwrap();
    let sound = exchange.audio().unwrap();
    assert_eq!((sound.ptime, sound.max_ptime), (Some(Duration::from_millis(20)), Some(Duration::from_millis(60))));
}

#[test]
fn rfc_5761_rtcp_shares_the_port_when_both_want_it() {
    let muxed = |ours: LocalStream, theirs: &str| {
        let offer = peer(&format!("m=audio 1000 RTP/AVP 0\na=rtcp:1009\n{theirs}"));
        let (answer, exchange) = Negotiator::new(1).answer(&offer, &ours.into()).unwrap();
        let sound = exchange.audio().unwrap();
        assert_eq!(answer.media[0].lines.attribute("rtcp-mux").is_some(), sound.rtcp_mux);
        (sound.rtcp_mux, sound.remote_rtcp.port())
    };
    assert_eq!(muxed(audio(4000).with_rtcp_mux(), "a=rtcp-mux\n"), (true, 1000));
    assert_eq!(muxed(audio(4000), "a=rtcp-mux\n"), (false, 1009));
    assert_eq!(muxed(audio(4000).with_rtcp_mux(), ""), (false, 1009));
    let mut alice = Negotiator::new(1);
    alice.create_offer(&audio(4000).with_rtcp_mux().into());
    assert!(alice.apply_answer(&peer("m=audio 1000 RTP/AVP 0\na=rtcp-mux\n")).unwrap().audio().unwrap().rtcp_mux);
}

#[test]
fn rfc_8858_who_has_no_second_port_is_refused_by_who_needs_one() {
    let offer = peer("m=audio 1000 RTP/AVP 0\na=rtcp-mux-only\n");
    let error = NegotiateError::NothingTaken { media: 0, reason: Refusal::Transport };
    assert_eq!(Negotiator::new(1).answer(&offer, &audio(4000).into()), Err(error));
    let (answer, _) = Negotiator::new(1).answer(&offer, &audio(4000).with_rtcp_mux().into()).unwrap();
    let has = |name: &str| answer.media[0].lines.attribute(name).is_some();
    assert!(has("rtcp-mux") && !has("rtcp-mux-only"));
}
