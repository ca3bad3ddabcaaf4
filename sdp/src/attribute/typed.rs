//! The door for typed attributes, ours and the user's.

use crate::error::ValueError;
use std::fmt::Display;

/// An attribute that has a type of its own, which may borrow from the line. [`Display`] writes its value: what follows
/// the colon, or nothing for a property attribute.
///
/// ```
/// use offhook_sdp::{SessionDescription, TypedAttribute, ValueError};
/// use std::fmt;
///
/// /// RFC 8866 §6.14: how good the picture should be, 0 to 10.
/// #[derive(Debug, PartialEq)]
/// struct Quality(u8);
///
/// impl TypedAttribute<'_> for Quality {
///     const NAME: &'static str = "quality";
///     fn parse(value: &str) -> Result<Self, ValueError> {
///         value.parse().map(Quality).map_err(|_| ValueError { name: Self::NAME, offset: 0 })
///     }
/// }
///
/// impl fmt::Display for Quality {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         self.0.fmt(f)
///     }
/// }
///
/// let sdp = SessionDescription::parse(b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=video 4000 RTP/AVP 31\r\na=quality:10\r\n")?;
/// assert_eq!(sdp.media[0].typed::<Quality>()?, Some(Quality(10)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait TypedAttribute<'a>: Sized + Display {
    /// The attribute's name, as it is written.
    const NAME: &'static str;

    /// Reads the value: what follows the colon, empty where there is none.
    ///
    /// # Errors
    /// The value is not one of this type.
    fn parse(value: &'a str) -> Result<Self, ValueError>;
}

/// An attribute that, said of the session, holds for each stream that does not say it itself. Its RFC says so; for all
/// others a line of the session means something else or nothing.
///
/// [`SessionDescription::typed_of`](crate::SessionDescription::typed_of) asks by this rule.
pub trait SessionDefault<'a>: TypedAttribute<'a> {}
