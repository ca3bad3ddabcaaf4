//! `a=fmtp`: what a format needs to be told (RFC 8866 §6.15).

use crate::attribute::TypedAttribute;
use crate::error::ValueError;
use std::fmt;

/// Parameters of one format. Their grammar belongs to the format (RFC 8866 §6.15), so they stay text.
///
/// ```
/// use offhook_sdp::{Fmtp, TypedAttribute};
/// let fmtp = Fmtp::parse("97 mode=20; Octet-Align=1")?;
/// assert_eq!((fmtp.format.as_str(), fmtp.parameter("mode"), fmtp.parameter("octet-align")), ("97", Some("20"), Some("1")));
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fmtp {
    /// The format as the m= line has it: for RTP the payload type.
    pub format: String,
    /// What follows it.
    pub parameters: String,
}

impl Fmtp {
    /// The value of `name=value` among parameters that semicolons divide. Names compare without regard to case.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .split(';')
            .filter_map(|p| p.split_once('='))
            .find_map(|(n, value)| n.trim().eq_ignore_ascii_case(name).then(|| value.trim()))
    }
}

impl TypedAttribute for Fmtp {
    const NAME: &'static str = "fmtp";

    fn parse(value: &str) -> Result<Self, ValueError> {
        let (format, parameters) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
        if format.is_empty() {
            return Err(ValueError { name: Self::NAME, offset: 0 });
        }
        Ok(Fmtp { format: format.to_owned(), parameters: parameters.trim_start().to_owned() })
    }
}

impl fmt::Display for Fmtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.format, self.parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_events_have_parameters_without_names() {
        let fmtp = Fmtp::parse("101 0-15,66").unwrap();
        assert_eq!(fmtp, Fmtp { format: "101".into(), parameters: "0-15,66".into() });
        assert_eq!(fmtp.parameter("0-15"), None);
        assert_eq!(fmtp.to_string(), "101 0-15,66");
    }

    #[test]
    fn an_empty_one_is_an_error() {
        assert_eq!(Fmtp::parse("  "), Err(ValueError { name: "fmtp", offset: 0 }));
    }
}
