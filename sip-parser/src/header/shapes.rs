//! What many headers share: `token *( SEMI generic-param )`, closed sets of words, and readers for the values of
//! parameters.

use crate::uri::Params;

/// A header that is a token with parameters. The field that holds the token is named by the caller.
macro_rules! param_header {
    ($(#[$meta:meta])* $ty:ident, $name:expr, $list:literal, $(#[$field_meta:meta])* $field:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $ty<'a> {
            $(#[$field_meta])*
            pub $field: &'a str,
            /// The parameters as written.
            pub params: $crate::uri::Params<'a>,
        }

        impl<'a> $crate::header::TypedHeader<'a> for $ty<'a> {
            const NAME: $crate::header::Name = $name;
            const IS_LIST: bool = $list;

            fn parse(value: &'a [u8]) -> Result<Self, $crate::error::ParseError> {
                let mut c = $crate::scan::Cursor::new(value, &$crate::error::Place::Header($name));
                Ok($ty { $field: c.token()?, params: $crate::header::address::params(&mut c)? })
            }
        }

        impl std::fmt::Display for $ty<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}{}", self.$field, self.params)
            }
        }
    };
}
pub(super) use param_header;

/// A set of words that a registry may grow. They compare without regard to case.
macro_rules! words {
    ($(#[$meta:meta])* $ty:ident { $($(#[$word_meta:meta])* $word:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $ty<'a> {
            $($(#[$word_meta])* $word,)+
            /// A word that is not known here, as spelled.
            Other(&'a str),
        }

        impl<'a> $ty<'a> {
            /// The meaning of a word.
            pub fn of(word: &'a str) -> Self {
                $(if word.eq_ignore_ascii_case($text) {
                    return $ty::$word;
                })+
                $ty::Other(word)
            }

            /// The word on the wire.
            pub fn as_str(&self) -> &'a str {
                match *self {
                    $($ty::$word => $text,)+
                    $ty::Other(word) => word,
                }
            }
        }

        impl std::fmt::Display for $ty<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}
pub(super) use words;

/// The value of the first parameter of that name, without quotes; what is escaped inside stays so.
pub(super) fn plain<'a>(params: Params<'a>, name: &str) -> Option<&'a str> {
    let value = params.value(name)?;
    Some(value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value))
}

/// The value of a parameter that is a number.
pub(super) fn number(params: Params<'_>, name: &str) -> Option<u32> {
    plain(params, name)?.parse().ok()
}

/// Where `part`, a piece of `value`, begins in it.
pub(super) fn offset(value: &[u8], part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(value.as_ptr() as usize).min(value.len())
}

/// The `q` parameter in thousandths (`qvalue` of RFC 3261 §25.1); `None` if it is not there or no such number.
pub(super) fn thousandths(params: Params<'_>) -> Option<u16> {
    let (whole, part) = match params.value("q")?.split_once('.') {
        Some((whole, part)) => (whole, part),
        None => (params.value("q")?, ""),
    };
    if part.len() > 3 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = part.bytes().chain(std::iter::repeat(b'0')).take(3).fold(0, |n, b| n * 10 + u16::from(b - b'0'));
    match (whole, part) {
        ("0", part) => Some(part),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qvalues_have_three_digits_at_most_and_end_at_one() {
        let q = |text: &str| thousandths(Params::from_raw(text));
        assert_eq!((q(";q=0"), q(";q=0.5"), q(";q=0.125"), q(";q=1.000")), (Some(0), Some(500), Some(125), Some(1000)));
        for none in ["", ";q", ";q=1.5", ";q=0.1234", ";q=2", ";q=.5", ";q=0.x", ";q=-0"] {
            assert_eq!(q(none), None, "{none}");
        }
    }
}
