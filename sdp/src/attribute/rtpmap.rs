//! `a=rtpmap`: what a payload type stands for (RFC 8866 §6.6), and the payload types that need none (RFC 3551 §6).

use crate::attribute::TypedAttribute;
use crate::attribute::scan::cut;
use crate::error::ValueError;
use std::fmt;

/// What a payload type stands for.
///
/// ```
/// use offhook_sdp::{Rtpmap, TypedAttribute};
/// let opus = Rtpmap::parse("111 opus/48000/2")?;
/// assert_eq!((opus.payload_type, opus.clock_rate, opus.channels), (111, 48_000, 2));
/// assert_eq!(Rtpmap::of_static(8).unwrap().to_string(), "8 PCMA/8000");
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rtpmap {
    /// The number in the RTP header, 0 to 127.
    pub payload_type: u8,
    /// The name of the encoding. Names compare without regard to case (RFC 8866 §6.6).
    pub encoding: String,
    /// Ticks of the RTP timestamp per second.
    pub clock_rate: u32,
    /// How many channels of sound; 1 is not written.
    pub channels: u8,
}

/// The highest payload type: the field has seven bits (RFC 3550 §5.1).
pub(crate) const MAX_PAYLOAD_TYPE: u8 = 127;

/// RFC 3551 tables 4 and 5: payload type, encoding, clock rate, channels. G722's clock is 8000 by a mistake that became
/// law (RFC 3551 §4.5.2).
const STATIC: &[(u8, &str, u32, u8)] = &[
    (0, "PCMU", 8_000, 1),
    (3, "GSM", 8_000, 1),
    (4, "G723", 8_000, 1),
    (5, "DVI4", 8_000, 1),
    (6, "DVI4", 16_000, 1),
    (7, "LPC", 8_000, 1),
    (8, "PCMA", 8_000, 1),
    (9, "G722", 8_000, 1),
    (10, "L16", 44_100, 2),
    (11, "L16", 44_100, 1),
    (12, "QCELP", 8_000, 1),
    (13, "CN", 8_000, 1),
    (14, "MPA", 90_000, 1),
    (15, "G728", 8_000, 1),
    (16, "DVI4", 11_025, 1),
    (17, "DVI4", 22_050, 1),
    (18, "G729", 8_000, 1),
    (25, "CelB", 90_000, 1),
    (26, "JPEG", 90_000, 1),
    (28, "nv", 90_000, 1),
    (31, "H261", 90_000, 1),
    (32, "MPV", 90_000, 1),
    (33, "MP2T", 90_000, 1),
    (34, "H263", 90_000, 1),
];

impl Rtpmap {
    /// What a payload type stands for by itself, without an rtpmap (RFC 3551 §6).
    pub fn of_static(payload_type: u8) -> Option<Self> {
        let (encoding, clock_rate, channels) = Self::static_fields(payload_type)?;
        Some(Rtpmap { payload_type, encoding: encoding.to_owned(), clock_rate, channels })
    }

    /// Encoding, clock rate and channels of [`of_static`](Rtpmap::of_static).
    pub(crate) fn static_fields(payload_type: u8) -> Option<(&'static str, u32, u8)> {
        let &(_, encoding, clock_rate, channels) = STATIC.iter().find(|entry| entry.0 == payload_type)?;
        Some((encoding, clock_rate, channels))
    }

    /// Payload type, encoding, clock rate and channels of a value, borrowed from it.
    pub(crate) fn fields(value: &str) -> Result<(u8, &str, u32, u8), ValueError> {
        let start = value.len() - value.trim_start().len();
        let error = |offset| ValueError { name: Self::NAME, offset };
        // Some devices put a space after the colon: "a=rtpmap: 3 GSM/8000".
        let (number, map) = cut(value.trim(), b' ').ok_or(error(start))?;
        let payload_type = number.parse().ok().filter(|&pt| pt <= MAX_PAYLOAD_TYPE).ok_or(error(start))?;
        let at = start + number.len() + 1;
        let (encoding, rest) = cut(map.trim(), b'/').filter(|(name, _)| !name.is_empty()).ok_or(error(at))?;
        let (clock_rate, channels) = match cut(rest, b'/') {
            Some((clock_rate, rest)) => (clock_rate, cut(rest, b'/').map_or(rest, |(channels, _)| channels)),
            None => (rest, "1"),
        };
        let clock_rate = clock_rate.parse().ok().filter(|&rate| rate > 0).ok_or(error(at))?;
        let channels = channels.parse().ok().filter(|&n| n > 0).ok_or(error(at))?;
        Ok((payload_type, encoding, clock_rate, channels))
    }
}

impl TypedAttribute<'_> for Rtpmap {
    const NAME: &'static str = "rtpmap";

    fn parse(value: &str) -> Result<Self, ValueError> {
        let (payload_type, encoding, clock_rate, channels) = Rtpmap::fields(value)?;
        Ok(Rtpmap { payload_type, encoding: encoding.to_owned(), clock_rate, channels })
    }
}

impl fmt::Display for Rtpmap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.payload_type, self.encoding, self.clock_rate)?;
        if self.channels > 1 { write!(f, "/{}", self.channels) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_devices_send_is_read() {
        for (text, expected) in [
            (" 3 GSM/8000", "3 GSM/8000"),
            ("0 PCMU/8000/1", "0 PCMU/8000"),
            ("101  telephone-event/8000 ", "101 telephone-event/8000"),
        ] {
            assert_eq!(Rtpmap::parse(text).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn an_error_points_at_the_number_or_at_the_name() {
        for (text, offset) in
            [("", 0), ("128 X/1", 0), ("x X/1", 0), ("9", 0), ("96 /8000", 3), ("96 X", 3), ("96 X/0", 3)]
        {
            assert_eq!(Rtpmap::parse(text), Err(ValueError { name: "rtpmap", offset }), "{text}");
        }
    }

    #[test]
    fn static_payload_types_are_those_of_rfc_3551() {
        let g722 = Rtpmap::of_static(9).unwrap();
        assert_eq!((g722.encoding.as_str(), g722.clock_rate), ("G722", 8_000));
        assert_eq!(Rtpmap::of_static(18).unwrap().encoding, "G729");
        assert_eq!(Rtpmap::of_static(10).unwrap().to_string(), "10 L16/44100/2");
        // 1 and 2 are reserved, 96 and up are dynamic.
        for none in [1, 2, 19, 35, 96, 127] {
            assert_eq!(Rtpmap::of_static(none), None);
        }
    }
}
