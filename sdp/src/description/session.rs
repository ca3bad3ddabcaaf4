//! The whole description.

use crate::address::Connection;
use crate::attribute::{Direction, SessionDefault, TypedAttribute};
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
    pub fn bandwidths(&self) -> impl Iterator<Item = Result<Bandwidth<'_>, ValueError>> {
        self.lines.all('b').map(Bandwidth::parse)
    }

    /// The t= lines, each read or an error.
    pub fn times(&self) -> impl Iterator<Item = Result<Timing, ValueError>> {
        self.lines.all('t').map(Timing::parse)
    }

    /// Whether the session has an attribute of type `T`: `sdp.has::<IceLite>()`.
    pub fn has<'a, T: TypedAttribute<'a>>(&'a self) -> bool {
        self.lines.has::<T>()
    }

    /// The session's first attribute of type `T`, if there is one.
    ///
    /// # Errors
    /// It is there but cannot be read.
    pub fn typed<'a, T: TypedAttribute<'a>>(&'a self) -> Result<Option<T>, ValueError> {
        self.lines.typed()
    }

    /// Every attribute of type `T` of the session, each read or an error.
    pub fn typed_all<'a, T: TypedAttribute<'a>>(&'a self) -> impl Iterator<Item = Result<T, ValueError>> + use<'a, T> {
        self.lines.typed_all()
    }

    /// The attribute of type `T` that holds for a stream: its own first one, or else the session's. Only for attributes
    /// whose RFC has this rule: [`SessionDefault`].
    ///
    /// ```
    /// use offhook_sdp::{IceUfrag, SessionDescription, Setup};
    /// let sdp = SessionDescription::parse(b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\na=ice-ufrag:8hhY\r\na=setup:actpass\r\n\
    ///     m=audio 4000 RTP/AVP 0\r\na=setup:active\r\n")?;
    /// assert_eq!(sdp.typed_of(&sdp.media[0])?, Some(IceUfrag("8hhY")));
    /// assert_eq!(sdp.typed_of(&sdp.media[0])?, Some(Setup::Active));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// It is there but cannot be read. The session's does not mend an own one that cannot be read.
    pub fn typed_of<'a, T: SessionDefault<'a>>(&'a self, media: &'a MediaDescription) -> Result<Option<T>, ValueError> {
        self.typed_all_of(media).next().transpose()
    }

    /// Every attribute of type `T` that holds for a stream: its own, or else, where it has none, the session's.
    pub fn typed_all_of<'a, T: SessionDefault<'a>>(
        &'a self,
        media: &'a MediaDescription,
    ) -> impl Iterator<Item = Result<T, ValueError>> + use<'a, T> {
        let lines = if media.has::<T>() { &media.lines } else { &self.lines };
        lines.typed_all()
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
    #[test]
    fn a_stream_with_fingerprints_of_its_own_has_none_of_the_session() {
        use crate::attribute::{Fingerprint, HashFunction};
        let print = |byte| Fingerprint::new(HashFunction::Sha1, &[byte; 20]).unwrap();
        let mut sdp = SessionDescription::new(Origin::new(1, 1, [192, 0, 2, 1].into()));
        let mut media = MediaDescription::new("audio", 4000, "RTP/AVP", ["0"]);
        sdp.lines.push_typed(&print(1));
        sdp.lines.push_typed(&print(2));
        let all = |sdp: &SessionDescription, media: &MediaDescription| -> Vec<Fingerprint> {
            sdp.typed_all_of(media).map(Result::unwrap).collect()
        };
        assert_eq!(all(&sdp, &media), [print(1), print(2)]);
        media.lines.push_typed(&print(3));
        assert_eq!(all(&sdp, &media), [print(3)]);
        media.lines.set('a', "fingerprint:x");
        assert_eq!(sdp.typed_of::<Fingerprint>(&media), Err(ValueError { name: "fingerprint", offset: 0 }));
        assert_eq!(sdp.typed::<Fingerprint>(), Ok(Some(print(1))));
    }
}
