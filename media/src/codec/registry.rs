//! The codecs that this crate brings.

use super::{Codec, Pcma, Pcmu};

/// Every codec of this crate, in the order in which an offer should prefer them.
pub fn known() -> &'static [&'static dyn Codec] {
    &[&Pcmu, &Pcma]
}

/// The codec of an `a=rtpmap` line: its encoding name, in any case, and its clock rate.
///
/// ```
/// let codec = offhook_media::codec::by_name("pcma", 8000).expect("brought by the crate");
/// assert_eq!(codec.format().payload_type, Some(8));
/// assert!(offhook_media::codec::by_name("PCMA", 16000).is_none());
/// ```
pub fn by_name(name: &str, clock_rate: u32) -> Option<&'static dyn Codec> {
    known().iter().copied().find(|codec| {
        let format = codec.format();
        format.clock_rate == clock_rate && format.name.eq_ignore_ascii_case(name)
    })
}

/// The codec of a fixed payload type, for an offer that gives no `a=rtpmap` (RFC 3551 §6).
pub fn by_payload_type(payload_type: u8) -> Option<&'static dyn Codec> {
    known().iter().copied().find(|codec| codec.format().payload_type == Some(payload_type))
}
