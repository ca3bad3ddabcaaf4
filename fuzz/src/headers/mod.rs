//! Typed headers, in families: a value read as every header of its family, and a message asked for all of them.

mod addresses;
mod auth;
mod dialog_ids;
mod numbers_dates;
mod params;
mod tokens;

use offhook_sip_parser::{Index, MessageView, Name};

/// What is read is written, and read again as the same; and it is asked everything that it can be asked.
macro_rules! family {
    ($($kind:ident $(<$life:lifetime>)? $(as $value:ident => $ask:expr)?),+ $(,)?) => {
        pub(super) const NAMES: &[offhook_sip_parser::Name] =
            &[$(<$kind $(<$life>)? as offhook_sip_parser::header::TypedHeader<'_>>::NAME),+];

        pub(super) fn value(data: &[u8]) {
            use super::is_broken;
            $(match <$kind $(<$life>)? as offhook_sip_parser::header::TypedHeader<'_>>::parse(data) {
                Ok(value) => law!(is_broken(data), value, $kind $(, $value => $ask)?),
                Err(error) => assert!(error.at <= data.len(), "{error} points behind the value"),
            })+
        }

        pub(super) fn message(view: offhook_sip_parser::MessageView<'_>) {
            let is_folded = super::is_folded(view.as_bytes());
            $(
                let _ = view.typed::<$kind $(<$life>)?>();
                for value in view.typed_all::<$kind $(<$life>)?>().flatten() {
                    law!(is_folded, value, $kind $(, $value => $ask)?);
                }
            )+
        }
    };
}

macro_rules! law {
    ($folded:expr, $read:ident, $kind:ident $(, $value:ident => $ask:expr)?) => {{
        $(
            let $value = &$read;
            let _ = $ask;
        )?
        let text = $read.to_string();
        match $kind::parse(text.as_bytes()) {
            Ok(again) => {
                assert_eq!(again.to_string(), text);
                // A display name of another encoding cannot be written as text, nor folding on one line.
                let is_other = text.contains('\u{fffd}') || $folded;
                assert!(again == $read || is_other, "{:?} was written as {text:?}", $read);
            }
            Err(error) => panic!("{:?} was written as {text:?}, which cannot be read: {error}", $read),
        }
    }};
}

use {family, law};

/// Whether a line of a message goes on in the next, or a lone line end stands in it.
fn is_folded(message: &[u8]) -> bool {
    message.windows(2).any(|pair| matches!(pair, [b'\n', b' ' | b'\t'] | [b'\r', 0..=9 | 11..]))
}

/// Whether a value is more than one line.
fn is_broken(value: &[u8]) -> bool {
    value.iter().any(|b| matches!(b, b'\r' | b'\n'))
}

macro_rules! targets {
    ($($(#[$meta:meta])* $target:ident = $family:ident),+ $(,)?) => {
        $(
            $(#[$meta])*
            pub fn $target(data: &[u8]) {
                $family::value(data.trim_ascii());
                lines($family::NAMES, data, $family::message);
            }
        )+

        /// Every typed header of a message.
        pub(crate) fn every_header(view: MessageView<'_>) {
            $($family::message(view);)+
        }

        /// The names of all headers of all families.
        pub fn header_family_names() -> Vec<Name> {
            [$($family::NAMES),+].concat()
        }
    };
}

targets! {
    /// The value as From, To, Contact, Route and all that are made as they are.
    header_addresses = addresses,
    /// The value as challenge, credentials, proof or signature.
    header_auth = auth,
    /// The value as what names a transaction, a dialog or a session.
    header_dialog_ids = dialog_ids,
    /// The value as a number, a date or what begins with a number.
    header_numbers_dates = numbers_dates,
    /// The value as a token, a type or a reference with parameters.
    header_params = params,
    /// The value as a token, a list of them, or text.
    header_tokens = tokens,
}

/// The value once more as whole lines, where commas split it and line ends may cut it.
fn lines(names: &[Name], value: &[u8], message: fn(MessageView<'_>)) {
    let mut bytes = b"SIP/2.0 200 OK\r\n".to_vec();
    for name in names {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    if let Ok(view) = MessageView::parse(&bytes, &mut Index::new()) {
        message(view);
    }
}
