//! `a=sctp-port` and `a=max-message-size`: data channels (RFC 8841 §5, §6).

use crate::attribute::TypedAttribute;
use crate::attribute::scan::Words;
use crate::error::ValueError;
use std::fmt;

/// The SCTP port within DTLS. 0 refuses or ends the association (RFC 8841 §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SctpPort(pub u16);

/// The longest message that the sayer takes, in bytes; 0 is any. Where nothing is said it is
/// [`MaxMessageSize::DEFAULT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MaxMessageSize(pub u64);

impl MaxMessageSize {
    /// 64 KiB (RFC 8841 §6.1).
    pub const DEFAULT: MaxMessageSize = MaxMessageSize(64 * 1024);
}

impl TypedAttribute<'_> for SctpPort {
    const NAME: &'static str = "sctp-port";

    fn parse(value: &str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let port = words.number()?;
        words.end()?;
        Ok(SctpPort(port))
    }
}

impl TypedAttribute<'_> for MaxMessageSize {
    const NAME: &'static str = "max-message-size";

    fn parse(value: &str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let size = words.number()?;
        words.end()?;
        Ok(MaxMessageSize(size))
    }
}

impl fmt::Display for SctpPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for MaxMessageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_numbers_within_their_bounds() {
        assert_eq!(SctpPort::parse("5000").unwrap().to_string(), "5000");
        assert_eq!(MaxMessageSize::parse("0").unwrap().to_string(), "0");
        for (text, offset) in [("", 0), ("65536", 0), ("1 2", 2), ("+1", 0)] {
            assert_eq!(SctpPort::parse(text), Err(ValueError { name: "sctp-port", offset }), "{text}");
        }
        let error = ValueError { name: "max-message-size", offset: 0 };
        assert_eq!(MaxMessageSize::parse("99999999999999999999"), Err(error));
    }
}
