//! `m=` and the lines under it (RFC 8866 §5.14).

use crate::address::Connection;
use crate::attribute::{Direction, Fmtp, MAX_PAYLOAD_TYPE, Rtpmap, TypedAttribute};
use crate::description::Bandwidth;
use crate::error::ValueError;
use crate::line::Lines;
use crate::text::Text;

/// One stream: an m= line and the lines that follow it.
///
/// ```
/// use offhook_sdp::MediaDescription;
/// let audio = MediaDescription::new("audio", 4000, "RTP/AVP", ["0", "8"]);
/// let names: Vec<_> = audio.rtpmaps().map(|map| map.encoding).collect();
/// assert_eq!(names, ["PCMU", "PCMA"]); // without an rtpmap: the payload types that need none
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaDescription {
    /// What kind of media: `audio`, `video`, `image`, `application` ..
    pub media: Text,
    /// The port; 0 in an answer refuses the stream, in an offer ends or omits it (RFC 3264 §5.1, §6). The grammar allows
    /// any number (RFC 8866 §9): one stream with an impossible port does not make the others unreadable.
    pub port: u32,
    /// How many ports, where the line says (`4000/2`).
    pub port_count: Option<u32>,
    /// The transport and profile, such as `RTP/AVP`.
    pub protocol: Text,
    /// The formats, most wanted first; for RTP the payload types.
    pub formats: Vec<Text>,
    /// The lines that follow.
    pub lines: Lines,
}

impl MediaDescription {
    /// A stream without lines.
    pub fn new<F: Into<Text>>(
        media: impl Into<Text>,
        port: u16,
        protocol: impl Into<Text>,
        formats: impl IntoIterator<Item = F>,
    ) -> Self {
        MediaDescription {
            media: media.into(),
            port: port.into(),
            port_count: None,
            protocol: protocol.into(),
            formats: formats.into_iter().map(Into::into).collect(),
            lines: Lines::default(),
        }
    }

    /// Reads the value of an m= line. A line without formats is read: devices refuse streams so.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let mut fields = value.split_ascii_whitespace();
        let (media, ports, protocol) = (fields.next()?, fields.next()?, fields.next()?);
        let (port, count) = match ports.split_once('/') {
            Some((port, count)) => (port, Some(count.parse().ok()?)),
            None => (ports, None),
        };
        let (port, read) = (port.parse().ok()?, MediaDescription::new(media, 0, protocol, fields));
        Some(MediaDescription { port, port_count: count, ..read })
    }

    /// Whether the port is 0.
    pub fn is_rejected(&self) -> bool {
        self.port == 0
    }

    /// The stream's own c= line, if it has one. The one that holds is answered by
    /// [`SessionDescription::connection_of`](crate::SessionDescription::connection_of).
    ///
    /// # Errors
    /// It is there but cannot be read.
    pub fn connection(&self) -> Result<Option<Connection>, ValueError> {
        self.lines.first('c').map(Connection::parse).transpose()
    }

    /// The stream's own direction, if it has one. The one that holds is answered by
    /// [`SessionDescription::direction_of`](crate::SessionDescription::direction_of).
    pub fn direction(&self) -> Option<Direction> {
        self.lines.direction()
    }

    /// The stream's own b= lines, each read or an error.
    pub fn bandwidths(&self) -> impl Iterator<Item = Result<Bandwidth<'_>, ValueError>> {
        self.lines.all('b').map(Bandwidth::parse)
    }

    /// Whether there is an attribute of type `T` of its own: `media.has::<RtcpMux>()`.
    pub fn has<'a, T: TypedAttribute<'a>>(&'a self) -> bool {
        self.lines.has::<T>()
    }

    /// The first attribute of type `T` of its own, if there is one. Where the session may speak for it, ask
    /// [`SessionDescription::typed_of`](crate::SessionDescription::typed_of).
    ///
    /// # Errors
    /// It is there but cannot be read.
    pub fn typed<'a, T: TypedAttribute<'a>>(&'a self) -> Result<Option<T>, ValueError> {
        self.lines.typed()
    }

    /// Every attribute of type `T` of its own, each read or an error.
    pub fn typed_all<'a, T: TypedAttribute<'a>>(&'a self) -> impl Iterator<Item = Result<T, ValueError>> + use<'a, T> {
        self.lines.typed_all()
    }

    /// What each RTP payload type of the m= line stands for, in its order: by an rtpmap or, where there is none, by
    /// RFC 3551 §6. Formats that have neither are left out, and each payload type comes once.
    pub fn rtpmaps(&self) -> impl Iterator<Item = Rtpmap> {
        // A table of the first readable value of each, so that many lines times many formats cost no more than their sum.
        let mut values = [const { None }; MAX_PAYLOAD_TYPE as usize + 1];
        for value in self.lines.values_of(Rtpmap::NAME) {
            let slot = Rtpmap::fields(value).ok().and_then(|(pt, ..)| values.get_mut(usize::from(pt)));
            if let Some(slot) = slot {
                slot.get_or_insert(value);
            }
        }
        let mut seen = 0u128;
        self.formats.iter().filter_map(move |format| {
            let payload_type: u8 = format.parse().ok()?;
            let value = *values.get(usize::from(payload_type))?;
            let bit = 1u128 << payload_type;
            let is_new = seen & bit == 0;
            seen |= bit;
            let map = || value.and_then(|value| Rtpmap::parse(value).ok()).or_else(|| Rtpmap::of_static(payload_type));
            is_new.then(map)?
        })
    }

    /// The parameters of a payload type, if it has any (RFC 8866 §6.15).
    pub fn fmtp(&self, payload_type: u8) -> Option<String> {
        let values = self.lines.values_of(Fmtp::NAME).filter_map(|value| Fmtp::split(value).ok());
        let mut its = values.filter(|(format, _)| format.parse() == Ok(payload_type));
        its.next().map(|(_, parameters)| parameters.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rtpmap_goes_before_what_rfc_3551_says() {
        let mut media = MediaDescription::new("audio", 4000, "RTP/AVP", ["96", "0", "3", "77", "x", "200", "3", "96"]);
        media.lines.push_attribute("rtpmap", "96 opus/48000/2");
        media.lines.push_attribute("rtpmap", "0 L16/8000");
        media.lines.push_attribute("fmtp", "96 useinbandfec=1");
        let names: Vec<_> = media.rtpmaps().map(|map| map.to_string()).collect();
        assert_eq!(names, ["96 opus/48000/2", "0 L16/8000", "3 GSM/8000"]);
        assert_eq!((media.fmtp(96).as_deref(), media.fmtp(0)), (Some("useinbandfec=1"), None));
    }

    #[test]
    fn a_port_is_a_number_of_32_bits() {
        assert_eq!(MediaDescription::parse("audio 49170/2 RTP/AVP 0 1").unwrap().port_count, Some(2));
        assert!(MediaDescription::parse("video 0 RTP/AVP").unwrap().is_rejected());
        for bad in ["audio", "audio 1", "audio 4294967296 RTP/AVP 0", "audio -1 RTP/AVP 0", "audio 1/x RTP/AVP 0"] {
            assert_eq!(MediaDescription::parse(bad), None, "{bad}");
        }
    }
}
