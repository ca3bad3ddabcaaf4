//! Two negotiators that offer each other whatever comes to their minds always agree with each other.

use offhook_sdp::{
    Agreed, Codec, Direction, LocalSession, LocalStream, NegotiateError, Negotiator, Protocol, SessionDescription,
};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::HashMap;

/// What one side has from now on.
#[derive(Debug, Clone)]
struct Has {
    streams: Vec<Stream>,
    bundle: bool,
}

#[derive(Debug, Clone)]
struct Stream {
    video: bool,
    key: u32,
    secure: bool,
    codecs: Vec<usize>,
    direction: Direction,
    moved: bool,
    mux: bool,
    bundle_only: bool,
}

#[derive(Debug, Clone)]
enum Step {
    /// One side (`true`: the second) offers, the other answers with what it has.
    Offer(bool, Has, Has),
    /// Both offer at once; both take it back.
    Glare(Has, Has),
    /// One side offers and is refused by SIP, or takes it back.
    Rollback(bool, Has),
}

fn stream() -> impl Strategy<Value = Stream> {
    let direction = prop_oneof![
        3 => Just(Direction::SendRecv),
        1 => Just(Direction::SendOnly),
        1 => Just(Direction::RecvOnly),
        1 => Just(Direction::Inactive),
    ];
    let bits = (any::<bool>(), any::<bool>(), any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.2));
    (0..3u32, vec(0..5usize, 1..5), direction, bits).prop_map(|(key, codecs, direction, bits)| {
        let (video, moved, mux, secure, bundle_only) = bits;
        Stream { video, key, secure, codecs, direction, moved, mux, bundle_only }
    })
}

fn has() -> impl Strategy<Value = Has> {
    (vec(stream(), 0..5), any::<bool>()).prop_map(|(streams, bundle)| Has { streams, bundle })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (any::<bool>(), has(), has()).prop_map(|(second, a, b)| Step::Offer(second, a, b)),
        1 => (has(), has()).prop_map(|(a, b)| Step::Glare(a, b)),
        1 => (any::<bool>(), has()).prop_map(|(second, a)| Step::Rollback(second, a)),
    ]
}

/// The two sides number their dynamic codecs differently, so that numbers collide.
fn local(has: &Has, side: u8) -> LocalSession {
    let streams: Vec<_> = has
        .streams
        .iter()
        .enumerate()
        .map(|(place, stream)| {
            let port = 4000 + 2 * u16::try_from(place).unwrap() + if stream.moved { 100 } else { 0 };
            let all = match (stream.video, side) {
                (false, 0) => [
                    Codec::pcmu(),
                    Codec::pcma(),
                    Codec::new("opus", 48_000, 96),
                    Codec::new("speex", 16_000, 97),
                    Codec::telephone_event(101, 8_000),
                ],
                (false, _) => [
                    Codec::pcma(),
                    Codec::pcmu(),
                    Codec::new("speex", 16_000, 96),
                    Codec::new("opus", 48_000, 101),
                    Codec::telephone_event(97, 48_000),
                ],
                (true, 0) => [("VP8", 96), ("VP9", 97), ("AV1", 98), ("H264", 99), ("H265", 100)]
                    .map(|(n, pt)| Codec::new(n, 90_000, pt)),
                (true, _) => [("H264", 96), ("VP8", 97), ("VP9", 98), ("H265", 101), ("AV1", 99)]
                    .map(|(n, pt)| Codec::new(n, 90_000, pt)),
            };
            let mut codecs: Vec<Codec> = Vec::new();
            for &which in &stream.codecs {
                if !codecs.contains(&all[which]) {
                    codecs.push(all[which].clone());
                }
            }
            let address = ([192, 0, 2, side + 1], port).into();
            let mut made =
                if stream.video { LocalStream::video(address, codecs) } else { LocalStream::audio(address, codecs) };
            made = made.with_key(stream.key).with_direction(stream.direction);
            made.rtcp_mux = stream.mux;
            made.bundle_only = stream.bundle_only;
            if stream.secure { made.with_protocol(Protocol::DtlsSavpf) } else { made }
        })
        .collect();
    LocalSession::new(streams).with_bundle(has.bundle)
}

/// What an observer of one side has seen.
#[derive(Default)]
struct Seen {
    version: u64,
    media: usize,
    text: String,
    /// Which codec a payload type of an m= line stood for when it was agreed.
    bound: HashMap<(usize, u8), String>,
}

impl Seen {
    fn says(&mut self, said: &SessionDescription, is_offer: bool) -> Result<(), TestCaseError> {
        let version: u64 = said.origin.version.parse().unwrap();
        let text = said.to_string();
        prop_assert!(version == self.version || version == self.version + 1);
        prop_assert_eq!(version == self.version, text == self.text, "the version counts changes");
        prop_assert!(!is_offer || said.media.len() >= self.media, "m= lines are never taken away");
        prop_assert_eq!(&SessionDescription::parse(text.as_bytes()).unwrap(), said);
        self.version = version;
        self.text = text;
        Ok(())
    }

    fn agrees<'a>(&mut self, agreed: impl Iterator<Item = &'a Agreed>) -> Result<(), TestCaseError> {
        for agreed in agreed {
            for c in agreed.codecs.iter().chain(&agreed.dtmf) {
                let name = format!("{}/{}", c.codec.name, c.codec.clock_rate);
                let before = self.bound.entry((agreed.media, c.receive_pt)).or_insert_with(|| name.clone());
                prop_assert_eq!(&*before, &name, "payload type {} of media {}", c.receive_pt, agreed.media);
            }
        }
        Ok(())
    }
}

fn mirrors(a: &Agreed, b: &Agreed) -> Result<(), TestCaseError> {
    prop_assert_eq!((a.media, &a.kind, &a.mid), (b.media, &b.kind, &b.mid));
    prop_assert_eq!((a.transport, a.rtcp_mux), (b.transport, b.rtcp_mux));
    prop_assert_eq!(a.direction, b.direction.reversed());
    let codecs = |agreed: &Agreed, flip: bool| {
        let of = |c: &offhook_sdp::AgreedCodec| {
            let (send, receive) = if flip { (c.receive_pt, c.send_pt) } else { (c.send_pt, c.receive_pt) };
            (c.codec.name.clone(), c.codec.clock_rate, send, receive)
        };
        (agreed.codecs.iter().map(of).collect::<Vec<_>>(), agreed.dtmf.as_ref().map(of))
    };
    prop_assert_eq!(codecs(a, false), codecs(b, true));
    Ok(())
}

/// No payload type stands for two codecs among the streams of one transport.
fn unique(agreed: &[&Agreed]) -> Result<(), TestCaseError> {
    for a in agreed {
        for b in agreed.iter().filter(|b| b.media != a.media && b.transport == a.transport) {
            for (x, y) in a.codecs.iter().flat_map(|x| b.codecs.iter().map(move |y| (x, y))) {
                prop_assert!(x.receive_pt != y.receive_pt || x.codec.is_same(&y.codec));
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn two_sides_always_agree(steps in vec(step(), 1..10)) {
        let mut sides = [Negotiator::new(1), Negotiator::new(2)];
        let mut seen = [Seen::default(), Seen::default()];
        for step in steps {
            match step {
                Step::Offer(second, a_has, b_has) => {
                    let (a, b) = if second { (1, 0) } else { (0, 1) };
                    let (a_has, b_has) = (local(&a_has, a as u8), local(&b_has, b as u8));
                    let offer = sides[a].create_offer(&a_has);
                    seen[a].says(&offer, true)?;
                    let (before_a, before_b) = (held(&sides[a]), held(&sides[b]));
                    match sides[b].answer(&offer, &b_has) {
                        Ok((answer, at_b)) => {
                            seen[b].says(&answer, false)?;
                            prop_assert_eq!(answer.media.len(), offer.media.len());
                            let at_a = sides[a].apply_answer(&answer).expect("what we answer can be taken");
                            seen.iter_mut().for_each(|seen| seen.media = seen.media.max(offer.media.len()));
                            let (at_a, at_b): (Vec<_>, Vec<_>) = (at_a.agreed().collect(), at_b.agreed().collect());
                            prop_assert_eq!(at_a.len(), at_b.len());
                            for (a, b) in at_a.iter().zip(&at_b) {
                                mirrors(a, b)?;
                            }
                            if a_has.bundle {
                                unique(&at_a)?;
                            }
                            seen[a].agrees(at_a.into_iter())?;
                            seen[b].agrees(at_b.into_iter())?;
                        }
                        Err(error) => {
                            let is_nothing = matches!(error, NegotiateError::NothingTaken { .. });
                            prop_assert!(is_nothing, "{}", error);
                            sides[a].rollback();
                            prop_assert_eq!((held(&sides[a]), held(&sides[b])), (before_a, before_b));
                        }
                    }
                }
                Step::Glare(a_has, b_has) => {
                    let offers = [(0, &a_has), (1, &b_has)].map(|(side, has)| sides[side].create_offer(&local(has, side as u8)));
                    for side in 0..2 {
                        seen[side].says(&offers[side], true)?;
                        let has = local(if side == 0 { &a_has } else { &b_has }, side as u8);
                        prop_assert_eq!(sides[side].answer(&offers[1 - side], &has), Err(NegotiateError::OfferPending));
                    }
                    sides.iter_mut().for_each(Negotiator::rollback);
                }
                Step::Rollback(second, has) => {
                    let side = usize::from(second);
                    let before = held(&sides[side]);
                    let offer = sides[side].create_offer(&local(&has, side as u8));
                    seen[side].says(&offer, true)?;
                    sides[side].rollback();
                    prop_assert_eq!(held(&sides[side]), before);
                }
            }
        }
    }
}

fn held(side: &Negotiator) -> Vec<Agreed> {
    side.agreed().cloned().collect()
}
