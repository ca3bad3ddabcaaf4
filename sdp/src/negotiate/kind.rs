//! What kind of media a stream is, and what carries it: the first and the third word of m= (RFC 8866 §5.14).

/// A word of m= that has well-known values and may have others. Words compare without regard to case.
macro_rules! word {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// Another word.
            Other(String),
        }

        impl $name {
            /// As it is written.
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => $text,)*
                    $name::Other(word) => word,
                }
            }

            /// Whether this is that word.
            pub fn is(&self, word: &str) -> bool {
                self.as_str().eq_ignore_ascii_case(word)
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                $(if word.eq_ignore_ascii_case($text) { return $name::$variant; })*
                $name::Other(word.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

word! {
    /// What kind of media a stream is.
    MediaKind {
        /// Sound.
        Audio = "audio",
        /// Moving pictures.
        Video = "video",
        /// Text as it is typed (RFC 4103).
        Text = "text",
        /// Anything else that an application understands, such as data channels (RFC 8841).
        Application = "application",
        /// Fax (T.38).
        Image = "image",
        /// Messages (MSRP, RFC 4975).
        Message = "message",
    }
}

word! {
    /// What carries a stream: transport and profile.
    Protocol {
        /// RTP, in clear (RFC 3551).
        RtpAvp = "RTP/AVP",
        /// RTP with early feedback (RFC 4585).
        RtpAvpf = "RTP/AVPF",
        /// SRTP (RFC 3711), its keys in a=crypto or elsewhere.
        RtpSavp = "RTP/SAVP",
        /// SRTP with early feedback (RFC 5124).
        RtpSavpf = "RTP/SAVPF",
        /// SRTP with its keys from DTLS (RFC 5764).
        DtlsSavp = "UDP/TLS/RTP/SAVP",
        /// SRTP with early feedback and its keys from DTLS (RFC 5764): what browsers speak.
        DtlsSavpf = "UDP/TLS/RTP/SAVPF",
        /// Data channels (RFC 8841).
        DtlsSctp = "UDP/DTLS/SCTP",
        /// T.38 fax over UDP.
        Udptl = "udptl",
    }
}

impl Protocol {
    /// Whether it carries RTP, so that the formats of m= are payload types. Decided by the name: every profile of RTP
    /// has `RTP/` in it.
    pub fn is_rtp(&self) -> bool {
        match self {
            Protocol::DtlsSctp | Protocol::Udptl => false,
            Protocol::Other(name) => {
                let name = name.to_ascii_uppercase();
                name.starts_with("RTP/") || name.contains("/RTP/")
            }
            _ => true,
        }
    }

    /// Whether it can share a transport with others (RFC 9143 §8): STUN, DTLS and RTP can be told apart by their first
    /// byte.
    pub fn can_be_bundled(&self) -> bool {
        self.is_rtp() || *self == Protocol::DtlsSctp
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_known_in_any_case_and_another_is_kept_as_it_is_written() {
        assert_eq!(Protocol::from("udp/tls/rtp/savpf"), Protocol::DtlsSavpf);
        assert_eq!(Protocol::from("TCP/MSRP").to_string(), "TCP/MSRP");
        assert_eq!(MediaKind::from("AUDIO"), MediaKind::Audio);
        assert!(MediaKind::Other("hologram".into()).is("Hologram"));
    }

    #[test]
    fn a_protocol_with_rtp_in_its_name_has_payload_types() {
        for (name, is_rtp) in [
            ("RTP/AVP", true),
            ("UDP/TLS/RTP/SAVP", true),
            ("TCP/RTP/AVP", true),
            ("udptl", false),
            ("RTP", false),
            ("\u{e9}\u{e9}\u{e9}", false),
        ] {
            assert_eq!(Protocol::from(name).is_rtp(), is_rtp, "{name}");
        }
    }
}
