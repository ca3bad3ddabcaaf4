//! RFC 4317: the examples of offer and answer, as far as they are audio. Its host names are addresses here, because
//! a name is an error until it is resolved; that error has its own test.

mod common;

use common::OneStream;
use offhook_sdp::{Codec, Direction, LocalStream, NegotiateError, Negotiator, Refusal, SessionDescription};

const ALICE: &str = "192.0.2.1";
const BOB: &str = "192.0.2.2";

fn sdp(host: &str, media: &str) -> SessionDescription {
    let text = format!("v=0\no=x 2890844526 2890844526 IN IP4 {host}\ns=\nc=IN IP4 {host}\nt=0 0\n{media}");
    SessionDescription::parse(text.as_bytes()).unwrap()
}

fn local(host: &str, port: u16, codecs: &[Codec]) -> LocalStream {
    LocalStream::audio(format!("{host}:{port}").parse().unwrap(), codecs)
}

fn ilbc(payload_type: u8) -> Codec {
    Codec::new("iLBC", 8_000, payload_type)
}

fn streams(sdp: &SessionDescription) -> Vec<String> {
    let line = |m: &offhook_sdp::MediaDescription| format!("{} {} {}", m.media, m.port, m.formats.join(" "));
    sdp.media.iter().map(line).collect()
}

#[test]
fn s2_1_bob_takes_one_of_three_codecs() {
    let offer = sdp(
        ALICE,
        "m=audio 49170 RTP/AVP 0 8 97\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\na=rtpmap:97 iLBC/8000\n\
         m=video 51372 RTP/AVP 31 32\na=rtpmap:31 H261/90000\na=rtpmap:32 MPV/90000\n",
    );
    let (answer, agreed) = Negotiator::new(1).answer_one(&offer, &local(BOB, 49174, &[Codec::pcmu()])).unwrap();
    assert_eq!(streams(&answer), ["audio 49174 0", "video 0 31 32"]);
    assert_eq!((agreed.remote.to_string().as_str(), agreed.codecs[0].send_pt), ("192.0.2.1:49170", 0));
    assert_eq!(agreed.remote_rtcp.port(), 49171);
}

#[test]
fn s2_2_both_codecs_that_are_common_may_arrive_and_the_second_offer_narrows_them() {
    let offer = "m=audio 49170 RTP/AVP 0 8 97\na=rtpmap:97 iLBC/8000\nm=video 51372 RTP/AVP 31 32\n";
    let mut bob = Negotiator::new(1);
    let media = local(BOB, 49172, &[Codec::pcma(), Codec::pcmu()]);
    let (answer, agreed) = bob.answer_one(&sdp(ALICE, offer), &media).unwrap();
    assert_eq!(streams(&answer), ["audio 49172 0 8", "video 0 31 32"]);
    assert_eq!(agreed.codecs.len(), 2);

    let (second, agreed) =
        bob.answer_one(&sdp(ALICE, "m=audio 51372 RTP/AVP 0\nm=video 0 RTP/AVP 31\n"), &media).unwrap();
    assert_eq!(streams(&second), ["audio 49172 0", "video 0 31"]);
    assert_eq!(second.origin.version, "2");
    assert_eq!((agreed.remote.port(), agreed.codecs.len()), (51372, 1));
}

#[test]
fn s2_4_a_stream_of_telephone_events_alone_is_refused_in_its_place() {
    let offer = sdp(
        ALICE,
        "m=audio 49170 RTP/AVP 0 97\na=rtpmap:97 iLBC/8000\nm=audio 49172 RTP/AVP 98\n\
         a=rtpmap:98 telephone-event/8000\na=sendonly\n",
    );
    let media = local(BOB, 49172, &[ilbc(99), Codec::telephone_event(101, 8_000)]);
    let (answer, agreed) = Negotiator::new(1).answer_one(&offer, &media).unwrap();
    assert_eq!(streams(&answer), ["audio 49172 97", "audio 0 98"]);
    assert_eq!((agreed.codecs[0].receive_pt, agreed.dtmf), (97, None));
}

#[test]
fn s2_6_the_second_audio_stream_is_taken_when_the_first_has_nothing_for_us() {
    let offer = sdp(
        ALICE,
        "m=audio 49170 RTP/AVP 0\nm=audio 51372 RTP/AVP 97 101\na=rtpmap:97 iLBC/8000\na=rtpmap:101 telephone-event/8000\n",
    );
    let mut bob = Negotiator::new(1);
    let media = local(BOB, 49170, &[ilbc(98), Codec::telephone_event(99, 8_000)]);
    let (answer, agreed) = bob.answer_one(&offer, &media).unwrap();
    assert_eq!(streams(&answer), ["audio 0 0", "audio 49170 97 101"]);
    assert_eq!((agreed.media, agreed.remote.port(), agreed.dtmf.unwrap().send_pt), (1, 51372, 101));
    // A later offer of ours keeps both places.
    assert_eq!(streams(&bob.offer_one(&media)), ["audio 0 0", "audio 49170 97 101"]);
}

#[test]
fn s3_1_hold_and_unhold_by_bob() {
    let mut alice = Negotiator::new(1);
    let media = local(ALICE, 49170, &[Codec::pcmu(), ilbc(97)]);
    assert_eq!(streams(&alice.offer_one(&media)), ["audio 49170 0 97"]);
    let placeholder = "m=audio 49172 RTP/AVP 97\na=rtpmap:97 iLBC/8000\na=sendonly\n";
    let agreed = alice.apply_one(&sdp(BOB, placeholder)).unwrap();
    assert_eq!((agreed.direction, agreed.is_held, agreed.codecs[0].send_pt), (Direction::RecvOnly, true, 97));

    let (answer, agreed) =
        alice.answer_one(&sdp(BOB, "m=audio 49170 RTP/AVP 97\na=rtpmap:97 iLBC/8000\n"), &media).unwrap();
    assert_eq!((agreed.direction, agreed.is_held), (Direction::SendRecv, false));
    assert_eq!((streams(&answer)[0].as_str(), answer.origin.version.as_str()), ("audio 49170 97", "2"));
}

#[test]
fn s4_2_video_that_is_added_later_is_refused_behind_the_audio() {
    let mut bob = Negotiator::new(1);
    let media = local(BOB, 49172, &[Codec::pcmu()]);
    bob.answer_one(&sdp(ALICE, "m=audio 49170 RTP/AVP 0\n"), &media).unwrap();
    let offer = sdp(ALICE, "m=audio 49170 RTP/AVP 0\nm=video 49172 RTP/AVP 31\n");
    assert_eq!(streams(&bob.answer_one(&offer, &media).unwrap().0), ["audio 49172 0", "video 0 31"]);
}

#[test]
fn s5_1_an_offer_without_media_is_answered_without_media() {
    let (answer, exchange) =
        Negotiator::new(1).answer(&sdp(ALICE, ""), &local(BOB, 49172, &[ilbc(97)]).into()).unwrap();
    assert!(answer.media.is_empty() && exchange.streams.is_empty());
}

#[test]
fn s5_2_an_unspecified_address_is_hold() {
    let offer = sdp("0.0.0.0", "m=audio 23442 RTP/AVP 97\na=rtpmap:97 iLBC/8000\n");
    let (answer, agreed) = Negotiator::new(1).answer_one(&offer, &local(BOB, 49172, &[ilbc(97)])).unwrap();
    assert_eq!((agreed.direction, agreed.is_held), (Direction::RecvOnly, true));
    assert_eq!(answer.media[0].direction(), Some(Direction::RecvOnly));
}

#[test]
fn a_host_name_is_an_error_of_its_own() {
    let offer = sdp("host.atlanta.example.com", "m=audio 49170 RTP/AVP 0\n");
    let refused = Negotiator::new(1).answer_one(&offer, &local(BOB, 49172, &[Codec::pcmu()]));
    assert_eq!(refused, Err(NegotiateError::NothingTaken { media: 0, reason: Refusal::UnresolvedName }));
}
