//! The door for typed attributes, ours and the user's.

use crate::error::ValueError;
use std::fmt::Display;

/// An attribute that has a type of its own. [`Display`] writes its value: what follows the colon, or nothing for a
/// property attribute.
///
/// ```
/// use offhook_sdp::{SessionDescription, TypedAttribute, ValueError};
/// use std::fmt;
///
/// /// RFC 4574: a label by which another document points at a stream.
/// #[derive(Debug, PartialEq)]
/// struct Label(String);
///
/// impl TypedAttribute for Label {
///     const NAME: &'static str = "label";
///     fn parse(value: &str) -> Result<Self, ValueError> {
///         Ok(Label(value.to_owned()))
///     }
/// }
///
/// impl fmt::Display for Label {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         f.write_str(&self.0)
///     }
/// }
///
/// let sdp = SessionDescription::parse(b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\na=label:desk\r\n")?;
/// assert_eq!(sdp.media[0].typed::<Label>()?, Some(Label("desk".into())));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait TypedAttribute: Sized + Display {
    /// The attribute's name, as it is written.
    const NAME: &'static str;

    /// Reads the value: what follows the colon, empty where there is none.
    ///
    /// # Errors
    /// The value is not one of this type.
    fn parse(value: &str) -> Result<Self, ValueError>;
}
