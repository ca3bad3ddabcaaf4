//! The field `sdp`: session descriptions, parsed by all, answered by us.

mod rivals;

use crate::race::Contestant;
use bytes::{Bytes, BytesMut};
use offhook_sdp::{Codec, LocalMedia, Negotiator, SessionDescription};
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
        let local = LocalMedia::new(([192, 0, 2, 1], 4000).into(), vec![Codec::pcmu(), Codec::pcma()]);
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
