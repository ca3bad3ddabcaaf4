//! The field `sdp`: session descriptions, parsed by all, answered by us.

mod rivals;

use crate::race::Contestant;
use bytes::{Bytes, BytesMut};
use offhook_sdp::{Codec, LocalSession, LocalStream, Negotiator, Protocol, SessionDescription};
use std::error::Error;

const BROWSER: &[u8] = include_bytes!("../../messages/browser_offer.sdp");
const PHONE: &[u8] = include_bytes!("../../messages/phone_offer.sdp");

/// Every parser with every offer, and our answers.
pub(crate) fn contestants() -> Result<Vec<Contestant>, Box<dyn Error>> {
    let mut field = Vec::new();
    for (name, offer) in [("browser_offer", BROWSER), ("phone_offer", PHONE)] {
        let offer = Bytes::from_static(offer);
        add(&mut field, (name, "offhook", "parse"), &offer, |offer: &Bytes| {
            SessionDescription::parse(offer).ok().filter(|s| s.media.len() == 1)
        });
        rivals::add_all(&mut field, name, &offer)?;
        let local = local(name);
        let mut out = BytesMut::new();
        add(&mut field, (name, "offhook", "answer"), &offer, move |offer: &Bytes| {
            out.clear();
            let (answer, agreed) = Negotiator::new(1).answer(&SessionDescription::parse(offer).ok()?, &local).ok()?;
            answer.write_to(&mut out);
            Some(agreed)
        });
    }
    Ok(field)
}

/// What answers an offer: a telephone, in plain RTP or in a browser's world.
fn local(name: &str) -> LocalSession {
    let opus = Codec::new("opus", 48_000, 111).with_channels(2).with_fmtp("minptime=10;useinbandfec=1");
    let phone = || LocalStream::audio(([192, 0, 2, 1], 4000).into(), [Codec::pcmu(), Codec::pcma()]);
    if name == "phone_offer" {
        return phone().into();
    }
    let stream = LocalStream::audio(([192, 0, 2, 1], 4000).into(), [opus, Codec::pcmu(), Codec::pcma()])
        .with_telephone_events()
        .with_protocol(Protocol::DtlsSavpf)
        .with_rtcp_mux()
        .with_attribute("ice-ufrag", "k3Yp")
        .with_attribute("ice-pwd", "0aB1cD2eF3gH4iJ5kL6mN7oP")
        .with_attribute("candidate", "1 1 udp 2130706431 192.0.2.1 4000 typ host")
        .with_attribute("setup", "active");
    LocalSession::new([stream]).with_bundle(true)
}

/// Adds what reads the offer; tells on standard error who does not and leaves that out.
fn add<T>(
    field: &mut Vec<Contestant>,
    (name, who, depth): (&str, &'static str, &'static str),
    offer: &Bytes,
    mut work: impl FnMut(&Bytes) -> Option<T> + 'static,
) {
    if work(offer).is_none() {
        eprintln!("{who} is left out for {name}: it does not {depth} it");
        return;
    }
    let offer = offer.clone();
    field.push(Contestant::new(name, who, depth, offer.len(), move || work(&offer)));
}
