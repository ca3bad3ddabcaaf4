//! The payload of a telephone event (RFC 4733 §2.3).

use super::digit::Digit;
use crate::error::{ParseError, Part};
use bytes::{BufMut, BytesMut};

/// One report about one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TelephoneEvent {
    /// Which event: 0 to 15 are the digits (RFC 4733 §3.2).
    pub code: u8,
    /// The event is over.
    pub end: bool,
    /// Power level in dBm0 without its sign, 0 to 63: larger is softer.
    pub volume: u8,
    /// How long the event or this segment of it has lasted, in timestamp units.
    pub duration: u16,
}

impl TelephoneEvent {
    /// Octets on the wire.
    pub const LEN: usize = 4;

    /// Reads a payload; octets after the first four are passed over, as is the reserved bit (RFC 4733 §2.3.3).
    pub fn parse(payload: &[u8]) -> Result<Self, ParseError> {
        let Some((&[code, flags, d0, d1], _)) = payload.split_first_chunk::<4>() else {
            return Err(ParseError::Truncated { part: Part::TelephoneEvent, at: 0 });
        };
        let duration = u16::from_be_bytes([d0, d1]);
        Ok(TelephoneEvent { code, end: flags & 0x80 != 0, volume: flags & 0x3f, duration })
    }

    /// Appends the four octets.
    pub fn write_to(&self, buffer: &mut BytesMut) {
        buffer.put_u8(self.code);
        buffer.put_u8(u8::from(self.end) << 7 | (self.volume & 0x3f));
        buffer.put_u16(self.duration);
    }

    /// The digit, if it is one.
    pub fn digit(&self) -> Option<Digit> {
        Digit::from_code(self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(code: u8, end: bool, volume in 0u8..64, duration: u16) {
            let event = TelephoneEvent { code, end, volume, duration };
            let mut buffer = BytesMut::new();
            event.write_to(&mut buffer);
            prop_assert_eq!(buffer.len(), TelephoneEvent::LEN);
            prop_assert_eq!(TelephoneEvent::parse(&buffer), Ok(event));
        }
    }

    #[test]
    fn three_octets_are_no_event_and_the_reserved_bit_means_nothing() {
        assert!(TelephoneEvent::parse(&[1, 2, 3]).is_err());
        assert_eq!(TelephoneEvent::parse(&[1, 0x4a, 0, 1]).map(|e| (e.end, e.volume)), Ok((false, 10)));
    }
}
