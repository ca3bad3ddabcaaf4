//! `a=fmtp`: what a format needs to be told (RFC 8866 §6.15).

use crate::attribute::TypedAttribute;
use crate::error::ValueError;
use std::fmt;

/// Parameters of one format. Their grammar belongs to the format (RFC 8866 §6.15), so they stay text; [`FmtpParameters`],
/// [`OpusParameters`](crate::OpusParameters) and [`TelephoneEvents`](crate::TelephoneEvents) read it.
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
        FmtpParameters(&self.parameters).get(name)
    }

    /// Format and parameters of a value, borrowed from it.
    pub(crate) fn split(value: &str) -> Result<(&str, &str), ValueError> {
        let trimmed = value.trim();
        let (format, parameters) = trimmed.split_once(' ').unwrap_or((trimmed, ""));
        if format.is_empty() {
            return Err(ValueError { name: Self::NAME, offset: 0 });
        }
        Ok((format, parameters.trim_start()))
    }
}

impl TypedAttribute<'_> for Fmtp {
    const NAME: &'static str = "fmtp";

    fn parse(value: &str) -> Result<Self, ValueError> {
        let (format, parameters) = Fmtp::split(value)?;
        Ok(Fmtp { format: format.to_owned(), parameters: parameters.to_owned() })
    }
}

impl fmt::Display for Fmtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.format, self.parameters)
    }
}

/// The parameters of most formats: `name=value` or a name alone, which semicolons divide, in their order.
///
/// ```
/// use offhook_sdp::FmtpParameters;
/// let parameters = FmtpParameters("annexb=no; bitrate=6400;x");
/// assert_eq!(parameters.get("AnnexB"), Some("no"));
/// let all: Vec<_> = parameters.iter().collect();
/// assert_eq!(all, [("annexb", Some("no")), ("bitrate", Some("6400")), ("x", None)]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FmtpParameters<'a>(pub &'a str);

impl<'a> FmtpParameters<'a> {
    /// Every parameter, without the spaces around it. Empty ones are left out.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, Option<&'a str>)> + use<'a> {
        self.0.split(';').filter_map(|part| match part.split_once('=') {
            Some((name, value)) => Some((name.trim(), Some(value.trim()))),
            None => Some((part.trim(), None)).filter(|(name, _)| !name.is_empty()),
        })
    }

    /// The value of the first parameter of this name that has one. Names compare without regard to case.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.iter().find_map(|(own, value)| value.filter(|_| own.eq_ignore_ascii_case(name)))
    }

    /// Whether a parameter of this name is there, with a value or without.
    pub fn contains(&self, name: &str) -> bool {
        self.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for FmtpParameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
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
        assert!(FmtpParameters(&fmtp.parameters).contains("0-15,66"));
        assert_eq!(fmtp.to_string(), "101 0-15,66");
    }

    #[test]
    fn a_value_may_have_an_equals_sign() {
        let parameters = FmtpParameters(" sprop-parameter-sets=Z0IACpZTBYmI,aMljiA== ; ;packetization-mode = 1");
        assert_eq!(parameters.get("sprop-parameter-sets"), Some("Z0IACpZTBYmI,aMljiA=="));
        assert_eq!(parameters.get("packetization-mode"), Some("1"));
        assert_eq!(parameters.iter().count(), 2);
    }

    #[test]
    fn an_empty_one_is_an_error() {
        assert_eq!(Fmtp::parse("  "), Err(ValueError { name: "fmtp", offset: 0 }));
    }
}
