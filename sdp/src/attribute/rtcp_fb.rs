//! `a=rtcp-fb`: which feedback by RTCP may be sent (RFC 4585 §4.2, RFC 5104 §7.1).

use crate::attribute::scan::{Words, is_token_byte, number};
use crate::attribute::{MAX_PAYLOAD_TYPE, TypedAttribute};
use crate::error::ValueError;
use std::fmt;

/// Feedback that the sayer can use, for one format or for all.
///
/// ```
/// use offhook_sdp::{Feedback, RtcpFb, TypedAttribute};
/// let fb = RtcpFb::parse("* ccm tmmbr smaxpr=120")?;
/// assert_eq!((fb.payload_type, fb.feedback()), (None, Feedback::Tmmbr));
/// assert_eq!(RtcpFb::parse("96 nack pli")?.feedback(), Feedback::Pli);
/// assert_eq!(fb.to_string(), "* ccm tmmbr smaxpr=120");
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RtcpFb<'a> {
    /// The format; `None` is `*`: every one of the m= line.
    pub payload_type: Option<u8>,
    /// The kind: `ack`, `nack`, `trr-int`, `ccm` or another.
    pub kind: &'a str,
    /// What follows the kind; empty where nothing does.
    pub parameters: &'a str,
}

/// What an [`RtcpFb`] stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Feedback {
    /// `nack`: packets that are missing, generic NACK (RFC 4585 §6.2.1).
    Nack,
    /// `nack pli`: a picture is lost (RFC 4585 §6.3.1).
    Pli,
    /// `nack sli`: slices are lost (RFC 4585 §6.3.2).
    Sli,
    /// `nack rpsi`: a reference picture, told as lost (RFC 4585 §6.3.3).
    NackRpsi,
    /// `ack rpsi`: a reference picture, told as received (RFC 4585 §6.3.3).
    AckRpsi,
    /// `trr-int`: the least time between two regular RTCP packets, in milliseconds (RFC 4585 §4.2).
    MinInterval(u32),
    /// `ccm fir`: a whole picture, please (RFC 5104 §4.3.1).
    Fir,
    /// `ccm tmmbr`: no more bits than so many (RFC 5104 §4.2.1).
    Tmmbr,
    /// `ccm tstr`: sharper or smoother (RFC 5104 §4.3.2).
    Tstr,
    /// `ccm vbcm`: messages of H.271 (RFC 5104 §4.3.4).
    Vbcm,
    /// `transport-cc`: arrival times of all packets (draft-holmer-rmcat-transport-wide-cc-extensions).
    TransportCc,
    /// `goog-remb`: the receiver's estimate of the bandwidth (draft-alvestrand-rmcat-remb).
    Remb,
    /// Any other.
    Other,
}

impl RtcpFb<'_> {
    /// What it stands for. Its words compare without regard to case, as grammar in ABNF does.
    pub fn feedback(&self) -> Feedback {
        let first = self.parameters.split([' ', '\t']).next().unwrap_or_default();
        let is =
            |kind: &str, parameter: &str| self.kind.eq_ignore_ascii_case(kind) && first.eq_ignore_ascii_case(parameter);
        let known = [
            ("nack", "", Feedback::Nack),
            ("nack", "pli", Feedback::Pli),
            ("nack", "sli", Feedback::Sli),
            ("nack", "rpsi", Feedback::NackRpsi),
            ("ack", "rpsi", Feedback::AckRpsi),
            ("ccm", "fir", Feedback::Fir),
            ("ccm", "tmmbr", Feedback::Tmmbr),
            ("ccm", "tstr", Feedback::Tstr),
            ("ccm", "vbcm", Feedback::Vbcm),
            ("transport-cc", "", Feedback::TransportCc),
            ("goog-remb", "", Feedback::Remb),
        ];
        let found = known.into_iter().find_map(|(kind, parameter, feedback)| is(kind, parameter).then_some(feedback));
        let interval = || self.is_interval().then(|| number(first).map(Feedback::MinInterval))?;
        found.or_else(interval).unwrap_or(Feedback::Other)
    }

    /// Whether it holds for a format.
    pub fn applies_to(&self, payload_type: u8) -> bool {
        self.payload_type.is_none_or(|own| own == payload_type)
    }

    fn is_interval(&self) -> bool {
        self.kind.eq_ignore_ascii_case("trr-int")
    }
}

impl<'a> TypedAttribute<'a> for RtcpFb<'a> {
    const NAME: &'static str = "rtcp-fb";

    fn parse(value: &'a str) -> Result<Self, ValueError> {
        let mut words = Words::new(Self::NAME, value);
        let payload_type = match words.word()? {
            "*" => None,
            word => Some(number(word).filter(|&pt| pt <= MAX_PAYLOAD_TYPE).ok_or(words.error())?),
        };
        let fb = RtcpFb { payload_type, kind: words.of(1..=usize::MAX, is_token_byte)?, parameters: words.rest() };
        if fb.is_interval() && number::<u32>(fb.parameters).is_none_or(|_| fb.parameters.is_empty()) {
            return Err(words.error());
        }
        Ok(fb)
    }
}

impl fmt::Display for RtcpFb<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.payload_type {
            Some(payload_type) => write!(f, "{payload_type} {}", self.kind)?,
            None => write!(f, "* {}", self.kind)?,
        }
        if self.parameters.is_empty() { Ok(()) } else { write!(f, " {}", self.parameters) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_and_rfcs_say_is_understood() {
        for (text, feedback) in [
            ("96 nack", Feedback::Nack),
            ("96 nack pli", Feedback::Pli),
            ("* nack sli", Feedback::Sli),
            ("96 nack rpsi", Feedback::NackRpsi),
            ("96 ack rpsi", Feedback::AckRpsi),
            ("* trr-int 5000", Feedback::MinInterval(5000)),
            ("100 ccm fir", Feedback::Fir),
            ("98 ccm vbcm 1 2", Feedback::Vbcm),
            ("98 ccm tstr", Feedback::Tstr),
            ("111 transport-cc", Feedback::TransportCc),
            ("96 goog-remb", Feedback::Remb),
            ("96 nack app x", Feedback::Other),
        ] {
            let fb = RtcpFb::parse(text).unwrap();
            assert_eq!((fb.feedback(), fb.to_string().as_str()), (feedback, text));
            assert!(fb.applies_to(fb.payload_type.unwrap_or(3)));
        }
        assert!(!RtcpFb::parse("96 nack").unwrap().applies_to(97));
    }

    #[test]
    fn an_error_points_at_its_word() {
        for (text, offset) in
            [("", 0), ("128 nack", 0), ("x nack", 0), ("96", 2), ("96 a,b", 4), ("* trr-int x", 10), ("* trr-int", 9)]
        {
            assert_eq!(RtcpFb::parse(text), Err(ValueError { name: "rtcp-fb", offset }), "{text}");
        }
    }
}
