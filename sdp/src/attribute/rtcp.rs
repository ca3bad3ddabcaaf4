//! `a=rtcp`: where RTCP goes when it is not the port after RTP's (RFC 3605).

use crate::address::Address;
use crate::attribute::TypedAttribute;
use crate::error::ValueError;
use std::fmt;

/// Where the sayer receives RTCP.
///
/// ```
/// use offhook_sdp::{Rtcp, TypedAttribute};
/// let rtcp = Rtcp::parse("53020 IN IP4 126.16.64.4")?;
/// assert_eq!((rtcp.port, rtcp.to_string().as_str()), (53020, "53020 IN IP4 126.16.64.4"));
/// assert_eq!(Rtcp::parse("53020")?.address, None);
/// # Ok::<(), offhook_sdp::ValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rtcp {
    /// The port.
    pub port: u16,
    /// The address, where it is not that of the c= line.
    pub address: Option<Address>,
}

impl TypedAttribute<'_> for Rtcp {
    const NAME: &'static str = "rtcp";

    fn parse(value: &str) -> Result<Self, ValueError> {
        let error = |offset| ValueError { name: Self::NAME, offset };
        let (port, rest) = value.split_once(' ').unwrap_or((value, ""));
        let port_number = port.parse().map_err(|_| error(0))?;
        let address = match rest.trim() {
            "" => None,
            text => Some(Address::parse(text).ok_or(error(port.len() + 1))?),
        };
        Ok(Rtcp { port: port_number, address })
    }
}

impl fmt::Display for Rtcp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.port)?;
        self.address.as_ref().map_or(Ok(()), |address| write!(f, " {address}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_points_at_the_port_or_at_the_address() {
        assert_eq!(Rtcp::parse("70000"), Err(ValueError { name: "rtcp", offset: 0 }));
        assert_eq!(Rtcp::parse("1 IN IP7 X"), Err(ValueError { name: "rtcp", offset: 2 }));
    }
}
