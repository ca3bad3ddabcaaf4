//! Digest responses computed by others.

use offhook_sip_dialog::auth::digest::{Algorithm, Inputs, Qop};
use serde_json::Value;

#[test]
fn every_vector_is_met() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors/digest/vectors.json");
    let Ok(text) = std::fs::read_to_string(path) else { return println!("skipped: there is no {path}") };
    let vectors: Value = serde_json::from_str(&text).unwrap();
    let mut met = 0;
    for vector in ["rfc", "derived"].iter().flat_map(|group| vectors[group].as_array().unwrap()) {
        let get = |name: &str| vector[name].as_str();
        let name = get("name").unwrap();
        let body = get("entity_body").unwrap_or_default().as_bytes();
        let qop = get("qop").map(|qop| {
            let qop = if qop == "auth" { Qop::Auth } else { Qop::AuthInt(body) };
            (qop, get("cnonce").unwrap(), u32::from_str_radix(get("nc").unwrap(), 16).unwrap())
        });
        let inputs = Inputs {
            algorithm: Algorithm::parse(get("algorithm").unwrap()).unwrap(),
            username: get("username").unwrap(),
            realm: get("realm").unwrap(),
            nonce: get("nonce").unwrap(),
            method: get("method").unwrap(),
            uri: get("uri").unwrap(),
            qop,
        };
        let ha1 = inputs.ha1(get("password").unwrap());
        // RFC 7616 §3.9.2 prints a response that its own hash does not give (an erratum)
        let is_right = vector["verified"].as_bool().unwrap_or(true);
        assert_eq!(inputs.is_right(&ha1, get("response").unwrap()), is_right, "{name}");
        assert_eq!(inputs.response(&ha1) == get("response").unwrap(), is_right, "{name}");
        met += 1;
    }
    assert!(met >= 16, "{met} vectors");
}
