//! Session descriptions.

use crate::drive::{here, there};
use bytes::BytesMut;
use offhook_sdp::*;

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
    let _ = (described.name(), described.times().count());
    bandwidths(described.bandwidths());
    attributes(&described.lines);
    let _ = format!("{described:?}");
    for media in &described.media {
        let _ = (media.is_rejected(), media.direction(), described.direction_of(media));
        for connection in [media.connection(), described.connection_of(media)].into_iter().flatten().flatten() {
            assert_eq!(Connection::parse(&connection.to_string()).as_ref(), Ok(&connection));
            let _ = (connection.is_multicast(), connection.addresses().count());
        }
        bandwidths(media.bandwidths());
        attributes(&media.lines);
        for map in media.rtpmaps() {
            let fmtp = media.fmtp(map.payload_type);
            parameters(fmtp.as_deref().unwrap_or_default());
        }
        let _ = (described.typed_of::<IceUfrag<'_>>(media), described.typed_of::<IcePwd<'_>>(media));
        let _ = (described.typed_of::<Setup>(media), described.typed_of::<IceOptions<'_>>(media));
        let _ =
            (described.typed_all_of::<Fingerprint>(media).count(), described.typed_all_of::<Extmap<'_>>(media).count());
    }
}

fn bandwidths<'a>(all: impl Iterator<Item = Result<Bandwidth<'a>, ValueError>>) {
    for bandwidth in all.flatten() {
        let _ = bandwidth.bits_per_second();
        assert_eq!(Bandwidth::parse(&bandwidth.to_string()), Ok(bandwidth));
    }
}

/// Every value as every type, whatever its name: what can be read is written and read again as the same, and what
/// cannot says a place within it.
fn attributes(lines: &Lines) {
    macro_rules! again {
        ($value:expr, $($type:ident)*) => {
            $(match $type::parse($value) {
                Ok(read) => assert_eq!($type::parse(&read.to_string()), Ok(read), "{}", $type::NAME),
                Err(error) => assert!(error.name == $type::NAME && error.offset <= $value.len(), "{error}"),
            })*
        };
    }
    for attribute in lines.attributes() {
        let value = attribute.value.unwrap_or_default();
        again!(value, Rtpmap Ptime MaxPtime Rtcp RtcpMux RtcpMuxOnly RtcpRsize BundleOnly ExtmapAllowMixed);
        again!(value, EndOfCandidates IceLite IceMismatch RtcpFb Extmap Mid Group Msid MsidSemantic SourceGroup);
        again!(value, SourceAttribute Crypto Fingerprint Setup TlsId Candidate RemoteCandidates IceUfrag IcePwd);
        again!(value, IceOptions IcePacing Label Content SctpPort MaxMessageSize Fmtp);
        if let Ok(candidate) = Candidate::parse(value) {
            let _ = (candidate.socket_addr(), candidate.tcp_type(), candidate.address.is_mdns());
        }
        if let Ok(crypto) = Crypto::parse(value) {
            let mut buffer = [0; Crypto::MAX_KEY_LEN];
            let is_known = crypto.suite.key_len().is_some();
            assert!(
                crypto.keys.iter().all(|key| key.decode(&mut buffer).is_some() || !is_known),
                "a checked key decodes"
            );
        }
        if let Ok(fb) = RtcpFb::parse(value) {
            let _ = fb.feedback();
        }
        parameters(value);
    }
}

fn parameters(text: &str) {
    let _ = FmtpParameters(text).get("useinbandfec");
    if let Ok(opus) = OpusParameters::parse(text) {
        assert_eq!(OpusParameters::parse(&opus.to_string()), Ok(opus));
    }
    if let Ok(events) = TelephoneEvents::parse(text) {
        assert_eq!(TelephoneEvents::parse(&events.to_string()), Ok(events));
    }
}
