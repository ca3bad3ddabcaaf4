//! `b=` and `t=` (RFC 8866 §5.8, §5.9).

use crate::error::ValueError;
use std::fmt;

/// A b= line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bandwidth {
    /// What is counted and how: `AS` and `CT` are kilobits per second, `TIAS` (RFC 3890) bits per second.
    pub kind: String,
    /// How much of it.
    pub value: u64,
}

impl Bandwidth {
    /// Reads the value of a b= line.
    ///
    /// # Errors
    /// It has no colon, or what follows the colon is not a number.
    pub fn parse(value: &str) -> Result<Self, ValueError> {
        let (kind, number) = value.split_once(':').ok_or(ValueError { name: "b=", offset: value.len() })?;
        let number = number.trim().parse().map_err(|_| ValueError { name: "b=", offset: kind.len() + 1 })?;
        Ok(Bandwidth { kind: kind.trim().to_owned(), value: number })
    }
}

impl fmt::Display for Bandwidth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.value)
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
