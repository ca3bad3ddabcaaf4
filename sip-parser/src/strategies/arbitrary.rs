//! The generators for cargo-fuzz and others that bring [`Unstructured`] bytes.

use super::choices::Choices;
use super::header::HeaderLine;
use super::message::ValidMessage;
use super::nearly_valid::NearlyValidMessage;
use ::arbitrary::{Arbitrary, Result, Unstructured};

macro_rules! arbitrary {
    ($($ty:ident),+) => {$(
        /// The bytes are its [`Choices`].
        impl<'a> Arbitrary<'a> for $ty {
            fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
                let len = u.arbitrary_len::<u8>()?;
                Ok($ty::choose(&mut Choices::new(u.bytes(len)?)))
            }

            fn arbitrary_take_rest(u: Unstructured<'a>) -> Result<Self> {
                Ok($ty::choose(&mut Choices::new(u.take_rest())))
            }
        }
    )+};
}

arbitrary!(ValidMessage, NearlyValidMessage, HeaderLine);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_bytes_make_other_messages() {
        let of = |bytes: &[u8]| ValidMessage::arbitrary_take_rest(Unstructured::new(bytes)).unwrap();
        let all: Vec<u8> = (0..=255).rev().collect();
        assert_ne!(of(&all), of(&[]));
        assert_eq!(of(&[]), of(&[0; 40]));
        let mut u = Unstructured::new(&all);
        let _ = (ValidMessage::arbitrary(&mut u).unwrap(), NearlyValidMessage::arbitrary(&mut u).unwrap());
    }
}
