//! `b=` and `t=` (RFC 8866 §5.8, §5.9).

use crate::error::ValueError;
use std::fmt;

/// A b= line.
///
/// ```
/// use offhook_sdp::{Bandwidth, BandwidthKind};
/// let b = Bandwidth::parse("AS:64")?;
/// assert_eq!((b.kind, b.bits_per_second()), (BandwidthKind::As, Some(64_000)));
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bandwidth<'a> {
    /// What is counted and how.
    pub kind: BandwidthKind<'a>,
    /// How much of it, in the unit of its kind.
    pub value: u64,
}

/// What a b= line counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BandwidthKind<'a> {
    /// `CT`: the whole session, all sites together, in kilobits per second (RFC 8866 §5.8).
    Ct,
    /// `AS`: what the stream's application takes, with the headers of RTP, UDP and IP, in kilobits per second
    /// (RFC 8866 §5.8).
    As,
    /// `TIAS`: what the stream takes without the headers below RTP's, in bits per second (RFC 3890 §6).
    Tias,
    /// `RR`: RTCP of those who only receive, in bits per second (RFC 3556 §2). 0 ends their reports.
    Rr,
    /// `RS`: RTCP of those who send, in bits per second (RFC 3556 §2).
    Rs,
    /// Another, such as those that begin with `X-`. Its unit is not known.
    Other(&'a str),
}

impl BandwidthKind<'_> {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        match self {
            BandwidthKind::Ct => "CT",
            BandwidthKind::As => "AS",
            BandwidthKind::Tias => "TIAS",
            BandwidthKind::Rr => "RR",
            BandwidthKind::Rs => "RS",
            BandwidthKind::Other(name) => name,
        }
    }
}

impl<'a> Bandwidth<'a> {
    /// Reads the value of a b= line.
    ///
    /// # Errors
    /// It has no colon, or what follows the colon is not a number.
    pub fn parse(value: &'a str) -> Result<Self, ValueError> {
        let (kind, number) = value.split_once(':').ok_or(ValueError { name: "b=", offset: value.len() })?;
        let value = number.trim().parse().map_err(|_| ValueError { name: "b=", offset: kind.len() + 1 })?;
        let kind = match kind.trim() {
            "CT" => BandwidthKind::Ct,
            "AS" => BandwidthKind::As,
            "TIAS" => BandwidthKind::Tias,
            "RR" => BandwidthKind::Rr,
            "RS" => BandwidthKind::Rs,
            other => BandwidthKind::Other(other),
        };
        Ok(Bandwidth { kind, value })
    }

    /// The value in bits per second; `None` where the unit is not known, or the number too high.
    pub fn bits_per_second(&self) -> Option<u64> {
        match self.kind {
            BandwidthKind::Ct | BandwidthKind::As => self.value.checked_mul(1000),
            BandwidthKind::Tias | BandwidthKind::Rr | BandwidthKind::Rs => Some(self.value),
            BandwidthKind::Other(_) => None,
        }
    }
}

impl fmt::Display for Bandwidth<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.value)
    }
}

/// A t= line: when the session begins and ends, in seconds since 1900. Calls have `0 0`: now, and without an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    /// The begin.
    pub start: u64,
    /// The end; 0 is none.
    pub stop: u64,
}

impl Timing {
    /// Reads the value of a t= line.
    ///
    /// # Errors
    /// It is not two numbers.
    pub fn parse(value: &str) -> Result<Self, ValueError> {
        let error = |offset| ValueError { name: "t=", offset };
        let (start, stop) = value.trim().split_once(' ').ok_or(error(value.len()))?;
        let stop_at = start.len() + 1;
        let start = start.parse().map_err(|_| error(0))?;
        let stop = stop.trim().parse().map_err(|_| error(stop_at))?;
        Ok(Timing { start, stop })
    }
}

impl fmt::Display for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.start, self.stop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_read_as_they_are_written_and_say_where_they_cannot() {
        assert_eq!(Bandwidth::parse("TIAS:64000").unwrap().to_string(), "TIAS:64000");
        assert_eq!(Bandwidth::parse("AS:x"), Err(ValueError { name: "b=", offset: 3 }));
        assert_eq!(Timing::parse("0 0 ").unwrap(), Timing::default());
        assert_eq!(Timing::parse("2873397496 2873404696").unwrap().to_string(), "2873397496 2873404696");
        assert_eq!(Timing::parse("0 x"), Err(ValueError { name: "t=", offset: 2 }));
    }
}
