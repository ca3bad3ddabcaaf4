//! Session descriptions.

use crate::drive::{here, there};
use bytes::BytesMut;
use offhook_sdp::{
    Agreed, Codec, Direction, Fmtp, LocalMedia, MaxPtime, Negotiator, Ptime, Rtcp, Rtpmap, SessionDescription,
    TypedAttribute,
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
    let local = LocalMedia::new(here(4000), codecs()).with_rtcp_port(4005);
    let mut callee = Negotiator::new(1);
    if let Ok((answer, agreed)) = callee.answer(&described, &local) {
        assert_same(&answer);
        assert_eq!(answer.media.len(), described.media.len(), "every stream is answered (RFC 3264 §6)");
        check(&agreed);
        let held = LocalMedia::new(here(4000), codecs()).with_direction(Direction::SendOnly);
        let (_, again) = callee.answer(&described, &held).expect("what was taken once is taken again");
        assert_eq!((again.codec, again.remote), (agreed.codec, agreed.remote));
        // Who offered this takes our answer to it, unless it is another kind of description than ours.
        let offer = callee.create_offer(&local);
        assert_same(&offer);
        assert_eq!(offer.media.len(), described.media.len(), "every stream keeps its place (RFC 3264 §8)");
        callee.rollback();
    }

    let mut caller = Negotiator::new(2);
    let offer = caller.create_offer(&local);
    assert_same(&offer);
    match caller.apply_answer(&described) {
        Ok(agreed) => {
            check(&agreed);
            assert!(!caller.is_offer_pending());
        }
        Err(error) => {
            let _ = error.to_string();
            assert!(caller.is_offer_pending(), "a bad answer leaves the offer");
            let peer = LocalMedia::new(there(9, 5000), codecs());
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

fn check(agreed: &Agreed) {
    assert!(agreed.codecs.contains(&agreed.codec), "what is sent may be received");
    assert!(agreed.codec.codec.is_speech());
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
