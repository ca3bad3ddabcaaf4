//! The strategies keep their word, and this reader passes what they demand of every reader.

use offhook_sdp::strategies::{description, nearly_valid};
use offhook_sdp::{Codec, Config, LocalSession, Negotiator, SessionDescription};
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_valid_description_is_taken_and_written_as_it_stands(text in description()) {
        let mut config = Config::default();
        config.unknown_types = false;
        let read = SessionDescription::parse_with(text.as_bytes(), &config);
        prop_assert_eq!(read.map(|read| read.to_string()), Ok(text));
    }

    #[test]
    fn what_must_be_refused_is_refused_and_the_rest_is_borne((flaw, bytes) in nearly_valid()) {
        let read = SessionDescription::parse(&bytes);
        prop_assert_eq!(read.is_err(), flaw.must_be_refused(), "{:?}: {:?}", flaw, read);
        let Ok(read) = read else { return Ok(()) };
        let again = SessionDescription::parse(read.to_string().as_bytes());
        prop_assert_eq!(again.as_ref(), Ok(&read));
        let local = LocalSession::audio("192.0.2.7:4000".parse().unwrap(), [Codec::pcmu()]);
        let _ = Negotiator::new(7).answer(&read, &local);
    }
}
