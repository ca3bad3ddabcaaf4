//! `a=ptime` and `a=maxptime`: how much sound a packet has (RFC 8866 §6.4, §6.5).

use crate::attribute::TypedAttribute;
use crate::error::ValueError;
use std::fmt;
use std::time::Duration;

/// How much sound its sayer would like in one packet. Written in milliseconds, with up to six decimals.
///
/// ```
/// use offhook_sdp::{Ptime, TypedAttribute};
/// use std::time::Duration;
/// assert_eq!(Ptime::parse("20")?, Ptime(Duration::from_millis(20)));
/// assert_eq!(Ptime(Duration::from_micros(125)).to_string(), "0.125");
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ptime(pub Duration);

/// How much sound its sayer bears in one packet. Written as [`Ptime`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxPtime(pub Duration);

impl TypedAttribute<'_> for Ptime {
    const NAME: &'static str = "ptime";

    fn parse(value: &str) -> Result<Self, ValueError> {
        milliseconds(value).map(Ptime).ok_or(ValueError { name: Self::NAME, offset: 0 })
    }
}

impl TypedAttribute<'_> for MaxPtime {
    const NAME: &'static str = "maxptime";

    fn parse(value: &str) -> Result<Self, ValueError> {
        milliseconds(value).map(MaxPtime).ok_or(ValueError { name: Self::NAME, offset: 0 })
    }
}

impl fmt::Display for Ptime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_milliseconds(self.0, f)
    }
}

impl fmt::Display for MaxPtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_milliseconds(self.0, f)
    }
}

const NANOS_PER_MILLI: u32 = 1_000_000;

/// RFC 8866 §9, non-zero-int-or-real, taken as milliseconds. Decimals past the nanosecond are cut off.
fn milliseconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let millis = Duration::from_millis(whole.parse::<u32>().ok()?.into());
    let nanos = fraction.bytes().chain(std::iter::repeat(b'0')).take(6).fold(0, |n, b| n * 10 + u64::from(b - b'0'));
    let sum = millis + Duration::from_nanos(nanos);
    (!sum.is_zero()).then_some(sum)
}

fn write_milliseconds(time: Duration, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let nanos = time.subsec_nanos() % NANOS_PER_MILLI;
    if nanos == 0 {
        return write!(f, "{}", time.as_millis());
    }
    let decimals = format!("{nanos:06}");
    write!(f, "{}.{}", time.as_millis(), decimals.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_positive_number() {
        for bad in ["", "0", "0.0", "-20", "20ms", ".5", "5.", "1.x", "99999999999", "+20"] {
            assert_eq!(Ptime::parse(bad), Err(ValueError { name: "ptime", offset: 0 }), "{bad}");
        }
        assert_eq!(MaxPtime::parse("60"), Ok(MaxPtime(Duration::from_millis(60))));
        assert_eq!(Ptime::parse("0.33"), Ok(Ptime(Duration::from_micros(330))));
    }

    proptest::proptest! {
        #[test]
        fn any_time_reads_as_it_is_written(nanos in 1u64..3_600_000_000_000) {
            let time = Ptime(Duration::from_nanos(nanos));
            proptest::prop_assert_eq!(Ptime::parse(&time.to_string()), Ok(time));
        }
    }
}
