//! Attributes that say all they say by being there: they have no value (RFC 8866 §5.13, property attributes).

use crate::attribute::TypedAttribute;
use crate::error::ValueError;
use std::fmt;

macro_rules! flag {
    ($($(#[$doc:meta])* $type:ident = $name:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
            pub struct $type;

            impl TypedAttribute<'_> for $type {
                const NAME: &'static str = $name;

                fn parse(value: &str) -> Result<Self, ValueError> {
                    let space = value.len() - value.trim_start().len();
                    if space == value.len() { Ok($type) } else { Err(ValueError { name: $name, offset: space }) }
                }
            }

            impl fmt::Display for $type {
                fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                    Ok(())
                }
            }
        )*

        #[cfg(test)]
        mod tests {
            use super::*;
            use crate::line::Lines;

            #[test]
            fn each_is_there_or_not_and_has_no_value() {
                $(
                    let mut lines = Lines::default();
                    assert_eq!(lines.typed::<$type>(), Ok(None));
                    lines.push_typed(&$type);
                    assert_eq!(lines.first('a'), Some($name));
                    assert_eq!(lines.typed(), Ok(Some($type)));
                    assert_eq!($type::parse(" x"), Err(ValueError { name: $name, offset: 1 }));
                )*
            }
        }
    };
}

flag! {
    /// `a=rtcp-mux`: RTCP comes to the port of RTP (RFC 5761 §5.1.1), if the answer says it too.
    RtcpMux = "rtcp-mux";
    /// `a=rtcp-mux-only`: RTCP can only come to the port of RTP (RFC 8858 §3).
    RtcpMuxOnly = "rtcp-mux-only";
    /// `a=rtcp-rsize`: RTCP packets may be sent alone, not only in compounds (RFC 5506 §5).
    RtcpRsize = "rtcp-rsize";
    /// `a=bundle-only`: the stream is only wanted within its BUNDLE group; its port is 0 (RFC 9143 §6).
    BundleOnly = "bundle-only";
    /// `a=extmap-allow-mixed`: header extensions of one byte and of two may come in one stream (RFC 8285 §6).
    ExtmapAllowMixed = "extmap-allow-mixed";
    /// `a=end-of-candidates`: no more candidates will be told (RFC 8840 §8).
    EndOfCandidates = "end-of-candidates";
    /// `a=ice-lite`: an agent that only answers checks; said of the session (RFC 8839 §5.3).
    IceLite = "ice-lite";
    /// `a=ice-mismatch`: the default destination is none of the candidates, so there is no ICE (RFC 8839 §5.3).
    IceMismatch = "ice-mismatch";
}
