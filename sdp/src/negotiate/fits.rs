//! Which parameters decide whether a codec fits.

use crate::negotiate::Codec;

/// Whether a codec of ours, which has the peer's name, clock and channels, fits to the parameters that the peer gives to
/// it (the text after the payload type in a=fmtp, empty where there is none).
pub type Fits = fn(ours: &Codec, theirs: &str) -> bool;

/// Parameters that must be equal: encoding, parameter, and what it is where it is not said.
const MUST_BE_EQUAL: &[(&str, &str, &str)] = &[
    ("AMR", "octet-align", "0"),         // RFC 4867 §8.3.1
    ("AMR-WB", "octet-align", "0"),      // RFC 4867 §8.3.1
    ("G7221", "bitrate", ""),            // RFC 5577 §4
    ("H264", "packetization-mode", "0"), // RFC 6184 §8.2.2
    ("VP9", "profile-id", "0"),          // RFC 9628 §6.1
];

/// The rule that holds where no other is given: the parameters that a payload format does not let the answerer choose
/// must be equal, for AMR, G.722.1, H.264 and VP9; all others fit.
///
/// ```
/// use offhook_sdp::{Codec, parameters_fit};
/// let h264 = Codec::new("H264", 90_000, 102).with_fmtp("profile-level-id=42e01f;packetization-mode=1");
/// assert!(parameters_fit(&h264, "packetization-mode=1;profile-level-id=42E034"));
/// assert!(!parameters_fit(&h264, "profile-level-id=42e01f"));
/// assert!(parameters_fit(&Codec::telephone_event(101, 8_000), "0-11"));
/// ```
pub fn parameters_fit(ours: &Codec, theirs: &str) -> bool {
    let mine = ours.fmtp.as_deref().unwrap_or_default();
    let is_its = |entry: &&(&str, &str, &str)| ours.name.eq_ignore_ascii_case(entry.0);
    let equal = |&(_, name, unsaid): &(&str, &str, &str)| {
        let of = |text| parameter(text, name).unwrap_or(unsaid);
        of(mine).eq_ignore_ascii_case(of(theirs))
    };
    MUST_BE_EQUAL.iter().filter(is_its).all(equal)
        && (!ours.name.eq_ignore_ascii_case("H264") || h264_profile(mine).eq_ignore_ascii_case(h264_profile(theirs)))
}

/// Profile and constraints: two bytes in hexadecimal, before that of the level, which both sides may have differently
/// (RFC 6184 §8.1).
fn h264_profile(parameters: &str) -> &str {
    const BASELINE: &str = "4200";
    parameter(parameters, "profile-level-id").and_then(|id| id.get(..4)).unwrap_or(BASELINE)
}

fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    let pairs = parameters.split(';').filter_map(|p| p.split_once('='));
    pairs.filter(|(n, _)| n.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_the_format_fixes_must_be_equal_and_another_need_not() {
        for (name, ours, theirs, fits) in [
            ("AMR", "", "octet-align=1", false),
            ("AMR", "octet-align=0", "mode-set=7", true),
            ("amr-wb", "octet-align=1", "Octet-Align=1", true),
            ("VP9", "", "profile-id=2", false),
            ("H264", "", "profile-level-id=42001f", true),
            ("H264", "", "profile-level-id=64001f", false),
            ("H264", "profile-level-id=6", "", true),
            ("opus", "useinbandfec=1", "stereo=1", true),
        ] {
            let ours = Codec::new(name, 8_000, 96).with_fmtp(ours);
            assert_eq!(parameters_fit(&ours, theirs), fits, "{name} {ours:?} {theirs}");
        }
    }
}
