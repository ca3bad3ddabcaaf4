//! The whole description.

use crate::address::Connection;
use crate::attribute::Direction;
use crate::description::{Bandwidth, MediaDescription, Origin, Timing};
use crate::error::ValueError;
use crate::line::Lines;

/// What one side says of a session (RFC 8866 §5).
///
/// ```
/// use offhook_sdp::{Direction, SessionDescription};
///
/// let text = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
///             m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendonly\r\na=x-mine:1\r\n";
/// let mut sdp = SessionDescription::parse(text.as_bytes())?;
/// assert_eq!(sdp.to_string(), text);
///
/// let audio = &mut sdp.media[0];
/// assert_eq!(audio.direction(), Some(Direction::SendOnly));
/// audio.lines.set_direction(Direction::Inactive);
/// audio.lines.remove_attributes("x-mine");
/// assert!(sdp.to_string().ends_with("telephone-event/8000\r\na=inactive\r\n"));
/// # Ok::<(), offhook_sdp::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionDescription {
    /// The o= line.
    pub origin: Origin,
    /// The lines of the session after v= and o=, in their order.
    pub lines: Lines,
    /// The streams, in their order. What belongs to what is told by place alone (RFC 3264 §6), so nothing is ever
    /// taken out from between.
    pub media: Vec<MediaDescription>,
}

impl SessionDescription {
    /// With the lines that RFC 8866 §5 asks for, and without media: `s=-` and `t=0 0`.
    pub fn new(origin: Origin) -> Self {
        let mut lines = Lines::default();
        lines.push('s', "-");
        lines.push('t', Timing::default().to_string());
        SessionDescription { origin, lines, media: Vec::new() }
    }

    /// The session's name (s=), if it has one.
    pub fn name(&self) -> Option<&str> {
        self.lines.first('s')
    }

    /// The session's b= lines, each read or an error.
    pub fn bandwidths(&self) -> impl Iterator<Item = Result<Bandwidth, ValueError>> {
        self.lines.all('b').map(Bandwidth::parse)
    }

    /// The t= lines, each read or an error.
    pub fn times(&self) -> impl Iterator<Item = Result<Timing, ValueError>> {
        self.lines.all('t').map(Timing::parse)
    }

    /// The c= line that holds for a stream: its own, or else the session's (RFC 8866 §5.7).
    ///
    /// # Errors
    /// It is there but cannot be read.
    pub fn connection_of(&self, media: &MediaDescription) -> Result<Option<Connection>, ValueError> {
        media.lines.first('c').or_else(|| self.lines.first('c')).map(Connection::parse).transpose()
    }

    /// The direction that holds for a stream: its own, or else the session's, or else sendrecv (RFC 8866 §6.7).
    pub fn direction_of(&self, media: &MediaDescription) -> Direction {
        media.direction().or_else(|| self.lines.direction()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_speaks_for_a_stream_that_is_silent() {
        let mut sdp = SessionDescription::new(Origin::new(1, 1, [192, 0, 2, 1].into()));
        let mut media = MediaDescription::new("audio", 4000, "RTP/AVP", ["0"]);
        assert_eq!((sdp.direction_of(&media), sdp.connection_of(&media)), (Direction::SendRecv, Ok(None)));
        sdp.lines.set_direction(Direction::RecvOnly);
        sdp.lines.set('c', "IN IP4 192.0.2.1");
        assert_eq!(sdp.direction_of(&media), Direction::RecvOnly);
        assert_eq!(sdp.connection_of(&media).unwrap().unwrap().to_string(), "IN IP4 192.0.2.1");
        media.lines.set_direction(Direction::SendOnly);
        media.lines.set('c', "IN IP4 192.0.2.2");
        assert_eq!(sdp.direction_of(&media), Direction::SendOnly);
        assert_eq!(sdp.connection_of(&media).unwrap().unwrap().to_string(), "IN IP4 192.0.2.2");
    }
}
