//! Which protocol a datagram speaks (RFC 5761 §4).

/// Whether a datagram that is RTP or RTCP is RTCP.
///
/// RTCP's packet type stands where RTP has its marker and payload type; 192 to 223 are given to RTCP, so that the
/// payload types 64 to 95 cannot be used beside it (RFC 5761 §4).
///
/// ```
/// assert!(offhook_rtp::is_rtcp(&[0x80, 200, 0, 6]));
/// assert!(!offhook_rtp::is_rtcp(&[0x80, 0x80, 0, 1]));
/// ```
pub fn is_rtcp(datagram: &[u8]) -> bool {
    matches!(datagram, [_, 192..=223, ..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PayloadType;

    #[test]
    fn with_and_without_marker_only_the_types_64_to_95_look_like_rtcp() {
        for number in 0..128 {
            let conflicts = PayloadType::new(number).unwrap().conflicts_with_rtcp();
            assert_eq!(is_rtcp(&[0x80, number | 0x80]), conflicts, "{number}");
            assert!(!is_rtcp(&[0x80, number]));
        }
        assert!(!is_rtcp(&[0x80]) && !is_rtcp(&[]));
    }
}
