//! What Opus is told by `a=fmtp` (RFC 7587 §6.1, §7).

use crate::attribute::FmtpParameters;
use crate::attribute::scan::number;
use crate::error::ValueError;
use std::fmt;

/// What the sayer asks of the Opus that it receives, and (`sprop`) says of what it sends. The default is what holds where
/// nothing is said; only what differs from it is written.
///
/// ```
/// use offhook_sdp::OpusParameters;
/// let opus = OpusParameters::parse("minptime=10;useinbandfec=1")?;
/// assert!(opus.use_inband_fec && !opus.stereo);
/// assert_eq!((opus.min_ptime, opus.max_playback_rate), (Some(10), 48_000));
/// assert_eq!(opus.to_string(), "minptime=10;useinbandfec=1");
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct OpusParameters {
    /// `minptime`: the least sound in a packet, in milliseconds, 3 to 120.
    pub min_ptime: Option<u8>,
    /// `maxplaybackrate`: no higher sampling rate can be heard, in Hz, 8,000 to 48,000.
    pub max_playback_rate: u32,
    /// `sprop-maxcapturerate`: no higher sampling rate is sent, in Hz, 8,000 to 48,000.
    pub sprop_max_capture_rate: u32,
    /// `maxaveragebitrate`: no more bits per second, 6,000 to 510,000.
    pub max_average_bitrate: Option<u32>,
    /// `stereo`: two channels are welcome.
    pub stereo: bool,
    /// `sprop-stereo`: two channels are likely to be sent.
    pub sprop_stereo: bool,
    /// `cbr`: a constant bit rate is wanted.
    pub cbr: bool,
    /// `useinbandfec`: what packets say of earlier ones is of use.
    pub use_inband_fec: bool,
    /// `usedtx`: silence need not be sent.
    pub use_dtx: bool,
}

/// RFC 7587 §6.1, maxplaybackrate.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=48_000;
/// RFC 7587 §6.1, maxaveragebitrate.
const BITRATES: std::ops::RangeInclusive<u32> = 6_000..=510_000;
/// RFC 7587 §6.1, minptime.
const MIN_PTIMES: std::ops::RangeInclusive<u8> = 3..=120;

impl Default for OpusParameters {
    fn default() -> Self {
        OpusParameters {
            min_ptime: None,
            max_playback_rate: *RATES.end(),
            sprop_max_capture_rate: *RATES.end(),
            max_average_bitrate: None,
            stereo: false,
            sprop_stereo: false,
            cbr: false,
            use_inband_fec: false,
            use_dtx: false,
        }
    }
}

impl OpusParameters {
    /// Reads the parameters of an fmtp. Those that RFC 7587 does not know are left aside.
    ///
    /// # Errors
    /// A value is out of its range; the offset counts from the start of `parameters`.
    pub fn parse(parameters: &str) -> Result<Self, ValueError> {
        let mut read = OpusParameters::default();
        for (name, value) in FmtpParameters(parameters).iter() {
            let Some(value) = value else { continue };
            read.set(name, value).ok_or_else(|| {
                // Both are parts of one text, so their addresses tell the place.
                let offset = (value.as_ptr() as usize).saturating_sub(parameters.as_ptr() as usize);
                ValueError { name: "fmtp", offset }
            })?;
        }
        Ok(read)
    }

    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        let rate = || number(value).filter(|rate| RATES.contains(rate));
        let flag = || match value {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        };
        let is = |own: &str| name.eq_ignore_ascii_case(own);
        if is("minptime") {
            self.min_ptime = Some(number(value).filter(|ms| MIN_PTIMES.contains(ms))?);
        } else if is("maxplaybackrate") {
            self.max_playback_rate = rate()?;
        } else if is("sprop-maxcapturerate") {
            self.sprop_max_capture_rate = rate()?;
        } else if is("maxaveragebitrate") {
            self.max_average_bitrate = Some(number(value).filter(|bits| BITRATES.contains(bits))?);
        } else if is("stereo") {
            self.stereo = flag()?;
        } else if is("sprop-stereo") {
            self.sprop_stereo = flag()?;
        } else if is("cbr") {
            self.cbr = flag()?;
        } else if is("useinbandfec") {
            self.use_inband_fec = flag()?;
        } else if is("usedtx") {
            self.use_dtx = flag()?;
        }
        Some(())
    }
}

impl fmt::Display for OpusParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = |rate: u32| (rate != *RATES.end()).then_some(rate);
        let flag = |is_set: bool| is_set.then_some(1);
        let parameters = [
            ("minptime", self.min_ptime.map(u32::from)),
            ("maxplaybackrate", rate(self.max_playback_rate)),
            ("sprop-maxcapturerate", rate(self.sprop_max_capture_rate)),
            ("maxaveragebitrate", self.max_average_bitrate),
            ("stereo", flag(self.stereo)),
            ("sprop-stereo", flag(self.sprop_stereo)),
            ("cbr", flag(self.cbr)),
            ("useinbandfec", flag(self.use_inband_fec)),
            ("usedtx", flag(self.use_dtx)),
        ];
        let mut between = "";
        for (name, value) in parameters.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            write!(f, "{between}{name}={value}")?;
            between = ";";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_7587_are_read() {
        let text = "maxplaybackrate=16000; sprop-maxcapturerate=16000; maxaveragebitrate=20000; stereo=1; useinbandfec=1; usedtx=0";
        let opus = OpusParameters::parse(text).unwrap();
        assert_eq!((opus.max_playback_rate, opus.max_average_bitrate, opus.stereo), (16_000, Some(20_000), true));
        assert_eq!(opus.to_string(), text.replace("; usedtx=0", "").replace("; ", ";"));
        assert_eq!(OpusParameters::parse("x=7;y"), Ok(OpusParameters::default()));
        assert_eq!(OpusParameters::default().to_string(), "");
    }

    #[test]
    fn an_error_points_at_the_value() {
        for (text, offset) in [
            ("stereo=2", 7),
            ("usedtx=1; maxplaybackrate=7999", 26),
            ("maxaveragebitrate=510001", 18),
            ("minptime=2", 9),
            ("cbr=", 4),
        ] {
            assert_eq!(OpusParameters::parse(text), Err(ValueError { name: "fmtp", offset }), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn all_parameters_read_as_they_are_written(
            min_ptime in proptest::option::of(MIN_PTIMES), max_playback_rate in RATES, sprop_max_capture_rate in RATES,
            max_average_bitrate in proptest::option::of(BITRATES), flags: [bool; 5],
        ) {
            let [stereo, sprop_stereo, cbr, use_inband_fec, use_dtx] = flags;
            let opus = OpusParameters {
                min_ptime, max_playback_rate, sprop_max_capture_rate, max_average_bitrate,
                stereo, sprop_stereo, cbr, use_inband_fec, use_dtx,
            };
            proptest::prop_assert_eq!(OpusParameters::parse(&opus.to_string()), Ok(opus));
        }
    }
}
