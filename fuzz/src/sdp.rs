//! Session descriptions.

use crate::drive::{here, there};
use bytes::BytesMut;
use offhook_sdp::{
    Codec, Direction, Exchange, Fmtp, LocalSession, LocalStream, MaxPtime, MediaKind, Negotiator, Protocol, Ptime,
    Rtcp, Rtpmap, SessionDescription, TypedAttribute,
};

/// A description is read, asked everything, written and read again as the same; answered as an offer, twice; and applied
/// as an answer.
pub fn sdp(data: &[u8]) {
    let described = match SessionDescription::parse(data) {
        Ok(described) => described,
        Err(error) => {
            let _ = error.to_string();
            return;
        }
    };
    assert_same(&described);
    read(&described);

    let codecs =
        || vec![Codec::pcmu(), Codec::pcma(), Codec::new("opus", 48000, 96), Codec::telephone_event(101, 8000)];
    let audio = |port| LocalStream::audio(here(port), codecs()).with_rtcp_port(4005);
    let video = LocalStream::video(here(4010), [Codec::new("VP8", 90000, 100)]).with_protocol(Protocol::DtlsSavpf);
    let fax = LocalStream::new(MediaKind::Image, Protocol::Udptl, here(4020)).with_formats(["t38"]);
    let local = LocalSession::new([
        audio(4000),
        audio(4030).with_protocol(Protocol::DtlsSavpf).with_key(1).with_rtcp_mux().with_attribute("setup", "active"),
        video,
        fax,
    ])
    .with_bundle(true);
    let mut callee = Negotiator::new(1);
    if let Ok((answer, exchange)) = callee.answer(&described, &local) {
        assert_same(&answer);
        assert_eq!(answer.media.len(), described.media.len(), "every stream is answered (RFC 3264 §6)");
        check(&exchange);
        let mut held = local.clone();
        held.streams.iter_mut().for_each(|stream| stream.direction = Direction::SendOnly);
        let (_, again) = callee.answer(&described, &held).expect("what was taken once is taken again");
        let essence = |exchange: &Exchange| {
            let of = |a: &offhook_sdp::Agreed| (a.media, a.key, a.codecs.clone(), a.remote, a.transport);
            exchange.agreed().map(of).collect::<Vec<_>>()
        };
        assert_eq!(essence(&again), essence(&exchange));
        // Who offered this takes our answer to it, unless it is another kind of description than ours.
        let offer = callee.create_offer(&local);
        assert_same(&offer);
        assert!(offer.media.len() >= described.media.len(), "every stream keeps its place (RFC 3264 §8)");
        callee.rollback();
    }

    let mut caller = Negotiator::new(2);
    let offer = caller.create_offer(&local);
    assert_same(&offer);
    match caller.apply_answer(&described) {
        Ok(exchange) => {
            check(&exchange);
            assert!(!caller.is_offer_pending());
        }
        Err(error) => {
            let _ = error.to_string();
            assert!(caller.is_offer_pending(), "a bad answer leaves the offer");
            let peer = LocalSession::audio(there(9, 5000), codecs());
            let (answer, _) = Negotiator::new(3).answer(&offer, &peer).expect("our offer can be answered");
            check(&caller.apply_answer(&answer).expect("a good answer may follow"));
        }
    }
}

fn assert_same(described: &SessionDescription) {
    let mut bytes = BytesMut::new();
    described.write_to(&mut bytes);
    assert_eq!(bytes, described.to_string().as_bytes());
    let again = SessionDescription::parse(&bytes).expect("what was written can be read");
    assert_eq!(&again, described);
}

fn check(exchange: &Exchange) {
    for agreed in exchange.agreed() {
        assert_eq!(agreed.codecs.is_empty(), !agreed.formats.is_empty(), "payload types or formats");
        assert!(agreed.codecs.iter().all(|c| c.codec.carries_media()));
        let transport = exchange.streams.get(agreed.transport).expect("a transport is one of the streams");
        assert!(transport.result.as_ref().map_or(true, |owner| owner.transport == agreed.transport));
    }
}

fn read(described: &SessionDescription) {
    let _ = (described.name(), described.bandwidths().count(), described.times().count());
    for media in &described.media {
        let _ = (media.is_rejected(), media.connection(), media.direction(), described.direction_of(media));
        let _ = (media.typed::<Ptime>(), media.typed::<MaxPtime>(), media.typed::<Rtcp>());
        let _ = described.connection_of(media);
        for map in media.rtpmaps() {
            let _ = (map.to_string(), media.fmtp(map.payload_type));
        }
        for map in media.typed_all::<Rtpmap>().flatten() {
            assert_eq!(Rtpmap::parse(&map.to_string()), Ok(map));
        }
        for fmtp in media.typed_all::<Fmtp>().flatten() {
            let _ = (fmtp.parameter("useinbandfec"), fmtp.to_string());
        }
    }
}
