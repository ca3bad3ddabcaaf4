use super::*;

const KEY: &str = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

#[test]
fn several_keys_and_session_parameters_are_read_and_written() {
    let text = format!("2 F8_128_HMAC_SHA1_80 inline:{KEY}|2^20|1:4; inline:{KEY}|70000|2:4 FEC_ORDER=FEC_SRTP KDR=2");
    let crypto = Crypto::parse(&text).unwrap();
    assert_eq!(crypto.to_string(), text);
    let keys: Vec<_> = crypto.keys.iter().map(|key| (key.lifetime.and_then(Lifetime::packets), key.mki)).collect();
    let mki = |value| Some(Mki { value, length: 4 });
    assert_eq!(keys, [(Some(1 << 20), mki(1)), (Some(70_000), mki(2))]);
    assert_eq!(crypto.session.iter().collect::<Vec<_>>(), ["FEC_ORDER=FEC_SRTP", "KDR=2"]);
    assert_eq!(crypto.keys.first().to_string(), format!("inline:{KEY}|2^20|1:4"));
}

#[test]
fn a_key_has_the_length_of_its_suite_with_padding_or_without() {
    for suite in CryptoSuite::KNOWN {
        let bytes: Vec<u8> = (0..suite.key_len().unwrap() as u8).collect();
        let text = KeyParam::encode(&bytes);
        for text in [text.as_str(), text.trim_end_matches('=')] {
            let value = format!("1 {} inline:{text}", suite.as_str());
            let crypto = Crypto::parse(&value).unwrap();
            let mut buffer = [0; Crypto::MAX_KEY_LEN];
            assert_eq!(crypto.keys.first().decode(&mut buffer), Some(bytes.as_slice()), "{value}");
            assert_eq!(crypto.keys.first().decode(&mut [0; 27]), None);
        }
        let short = format!("1 {} inline:{}", suite.as_str(), KeyParam::encode(&bytes[1..]));
        assert_eq!(Crypto::parse(&short).map_err(|e| e.offset), Err(short.len()));
    }
    assert!(Crypto::parse("1 NEW_ONE inline:AAAA").is_ok());
}

#[test]
fn key_parameters_alone_say_where_they_are_wrong() {
    let parse = |text| KeyParams::parse(text, &CryptoSuite::Other("X")).map_err(|e| e.offset);
    assert_eq!(parse("  inline:AAAA;inline:*").map(|_| ()), Err(21));
    assert!(parse(" inline:AAAA ").is_ok());
}

#[test]
fn no_key_is_shown() {
    let text = format!("1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}|1:4 FEC_KEY=inline:{KEY} KDR=1");
    let crypto = Crypto::parse(&text).unwrap();
    let shown = format!("{crypto:?} {:?}", crypto.keys.first());
    assert!(!shown.contains(KEY) && shown.contains("KDR=1") && shown.contains("length: 4"), "{shown}");
}

#[test]
fn an_error_points_at_the_byte() {
    let suite = "AES_CM_128_HMAC_SHA1_80";
    let after_key = 33 + KEY.len() + 1;
    for (text, offset) in [
        (String::new(), 0),
        ("x".into(), 0),
        ("1234567890 X inline:AAAA".into(), 9),
        ("1 A-B inline:AAAA".into(), 3),
        ("1 X".into(), 3),
        ("1 X outline:AAAA".into(), 4),
        ("1 X inline:AA*A".into(), 13),
        ("1 X inline:".into(), 11),
        ("1 X inline:AAAAA".into(), 16),
        ("1 X inline:AAA==".into(), 16),
        ("1 X inline:AAAA;".into(), 16),
        ("1 X inline:AAAA; inline:A".into(), 25),
        (format!("1 {suite} inline:{KEY}|"), after_key),
        (format!("1 {suite} inline:{KEY}|2^65"), after_key),
        (format!("1 {suite} inline:{KEY}|0"), after_key),
        (format!("1 {suite} inline:{KEY}|1:129"), after_key),
        (format!("1 {suite} inline:{KEY}|256:1"), after_key),
        (format!("1 {suite} inline:{KEY}|1:1|2^20"), after_key + 4),
    ] {
        assert_eq!(Crypto::parse(&text), Err(ValueError { name: "crypto", offset }), "{text}");
    }
}

#[test]
fn the_spare_bits_of_a_keys_last_digit_are_zero() {
    let parse = |text| KeyParams::parse(text, &CryptoSuite::Other("X")).map(|_| ()).map_err(|e| e.offset);
    // One byte in two digits, two bytes in three.
    assert_eq!((parse("inline:/w"), parse("inline:/x"), parse("inline:/w==")), (Ok(()), Err(8), Ok(())));
    assert_eq!((parse("inline://8"), parse("inline://9"), parse("inline:////")), (Ok(()), Err(9), Ok(())));
}
