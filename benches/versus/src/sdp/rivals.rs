//! What each rival offers for a whole description.
//!
//! sdp-rs, sdp, rsiprtp and offhook keep attributes as text until asked; webrtc-sdp, ezk-sdp-types and rvoip type many of
//! them at once. Where one wants a `str`, it has been checked to be one before the clock runs.

use super::add;
use crate::race::Contestant;
use bytes::Bytes;
use bytesstr::BytesStr;
use std::io::Cursor;
use std::str::Utf8Error;

pub(super) fn add_all(field: &mut Vec<Contestant>, name: &str, offer: &Bytes) -> Result<(), Utf8Error> {
    let text = std::str::from_utf8(offer)?.to_owned();

    // `SessionDescription::unmarshal` of a cursor: what its `UnmarshalSdp` comes to.
    add(field, (name, "sdp", "parse"), offer, |offer| {
        sdp::SessionDescription::unmarshal(&mut Cursor::new(&offer[..]))
            .ok()
            .filter(|s| s.media_descriptions.len() == 1)
    });
    let t = text.clone();
    add(field, (name, "sdp-rs", "parse"), offer, move |_| {
        sdp_rs::SessionDescription::try_from(&*t).ok().filter(|s| s.media_descriptions.len() == 1)
    });
    let t = text.clone();
    add(field, (name, "webrtc-sdp", "parse"), offer, move |_| {
        webrtc_sdp::parse_sdp(&t, false).ok().filter(|s| s.media.len() == 1)
    });
    // Its descriptions keep slices of the `BytesStr`.
    let shared = BytesStr::from_utf8_bytes(offer.clone())?;
    add(field, (name, "ezk-sdp", "parse"), offer, move |_| {
        ezk_sdp_types::SessionDescription::parse(&shared).ok().filter(|s| s.media_descriptions.len() == 1)
    });
    add(field, (name, "rsiprtp", "parse"), offer, move |_| {
        rsiprtp::sdp::SessionDescription::parse(&text).ok().filter(|s| s.media.len() == 1)
    });
    add(field, (name, "rvoip", "parse"), offer, |offer| {
        rvoip_sip_core::parse_sdp(offer).ok().filter(|s| s.media_descriptions.len() == 1)
    });
    Ok(())
}
