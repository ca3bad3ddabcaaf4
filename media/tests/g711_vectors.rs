//! G.711 against the ITU's own sweep of all 65536 values (G.191 test data), where it is at hand.

use offhook_media::codec::{alaw_decode, alaw_encode, ulaw_decode, ulaw_encode};
use std::path::Path;

fn words(name: &str) -> Option<Vec<u16>> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors/codec/g711")).join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect()),
        Err(_) => {
            println!("skipped: {} is not here", path.display());
            None
        }
    }
}

#[test]
fn mu_law_is_the_reference_bit_for_bit() {
    let (Some(source), Some(codes), Some(decoded)) = (words("sweep.src"), words("sweep-r.u"), words("sweep-r.u-u"))
    else {
        return;
    };
    assert_eq!(source.len(), 65536);
    for ((&sample, &code), &back) in source.iter().zip(&codes).zip(&decoded) {
        assert_eq!(u16::from(ulaw_encode(sample as i16)), code & 0xFF, "of {}", sample as i16);
        assert_eq!(ulaw_decode(code as u8), back as i16, "of code {code:#x}");
    }
}

#[test]
fn a_law_is_the_reference_bit_for_bit() {
    let (Some(source), Some(codes), Some(decoded)) = (words("sweep.src"), words("sweep-r.a"), words("sweep-r.a-a"))
    else {
        return;
    };
    assert_eq!(source.len(), 65536);
    for ((&sample, &code), &back) in source.iter().zip(&codes).zip(&decoded) {
        assert_eq!(u16::from(alaw_encode(sample as i16)), code & 0xFF, "of {}", sample as i16);
        assert_eq!(alaw_decode(code as u8), back as i16, "of code {code:#x}");
    }
}
