//! `Answer-Mode` and `Priv-Answer-Mode` (RFC 5373 §2).

use super::Name;
use super::shapes::param_header;

macro_rules! mode_header {
    ($(#[$meta:meta])* $ty:ident, $name:expr) => {
        param_header! {
            $(#[$meta])*
            $ty, $name, false,
            /// `Manual`, `Auto` or another.
            mode
        }

        impl $ty<'_> {
            /// Whether the call is to be answered without the user.
            pub fn is_auto(&self) -> bool {
                self.mode.eq_ignore_ascii_case("Auto")
            }

            /// Whether the user is to answer.
            pub fn is_manual(&self) -> bool {
                self.mode.eq_ignore_ascii_case("Manual")
            }

            /// Whether the call is to be refused if it cannot be answered so.
            pub fn is_required(&self) -> bool {
                self.params.has("require")
            }
        }
    };
}

mode_header! {
    /// How the caller wants the call answered; in a response, how it was.
    ///
    /// ```
    /// use offhook_sip_parser::header::{AnswerMode, TypedHeader};
    /// let mode = AnswerMode::parse(b"Auto;require")?;
    /// assert!(mode.is_auto() && mode.is_required());
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    AnswerMode, Name::ANSWER_MODE
}
mode_header! {
    /// The same, asked for with a privilege: in an emergency, say.
    ///
    /// ```
    /// use offhook_sip_parser::header::{PrivAnswerMode, TypedHeader};
    /// assert!(PrivAnswerMode::parse(b"Manual")?.is_manual());
    /// # Ok::<(), offhook_sip_parser::ParseError>(())
    /// ```
    PrivAnswerMode, Name::PRIV_ANSWER_MODE
}
