use super::*;
use rcgen::{CertificateParams, KeyPair, SanType};

fn certificate(names: &[SanType]) -> CertificateDer<'static> {
    let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names");
    params.subject_alt_names = names.to_vec();
    // The common name is never looked at.
    params.distinguished_name.push(rcgen::DnType::CommonName, "common.example.com");
    params.self_signed(&KeyPair::generate().expect("a key")).expect("a certificate").der().clone()
}

fn uri(text: &str) -> SanType {
    SanType::URI(text.try_into().expect("ASCII"))
}

fn dns(text: &str) -> SanType {
    SanType::DnsName(text.try_into().expect("ASCII"))
}

fn fits(names: &[SanType], name: &str) -> bool {
    is_for(&certificate(names), &ServerName::try_from(name).expect("a name"), false)
}

#[test]
fn sip_uris_count_before_dns_names_and_then_alone() {
    let both = [uri("sip:example.com"), dns("proxy.example.com")];
    assert!(fits(&both, "Example.COM"));
    assert!(!fits(&both, "proxy.example.com"), "there is a sip URI");
    assert!(fits(&[dns("proxy.example.com")], "proxy.example.com"));
    assert!(!fits(&[dns("proxy.example.com")], "example.com"));
}

#[test]
fn a_uri_with_a_user_or_of_another_scheme_is_no_domain() {
    assert!(!fits(&[uri("sip:alice@example.com")], "example.com"));
    // It does not keep the DNS name from counting either.
    assert!(fits(&[uri("sip:alice@example.com"), dns("example.com")], "example.com"));
    assert!(fits(&[uri("https://example.org"), dns("example.com")], "example.com"));
}

#[test]
fn the_common_name_never_counts() {
    assert!(!fits(&[], "common.example.com"));
}

#[test]
fn a_wildcard_stands_for_one_label_and_only_if_asked_for() {
    let certificate = certificate(&[dns("*.example.com")]);
    let fits = |name: &str, on| is_for(&certificate, &ServerName::try_from(name.to_owned()).expect("a name"), on);
    assert!(!fits("sip.example.com", false));
    assert!(fits("sip.example.com", true));
    assert!(!fits("a.sip.example.com", true) && !fits("example.com", true));
}

#[test]
fn an_address_must_be_among_the_addresses() {
    let address = SanType::IpAddress([127, 0, 0, 1].into());
    assert!(fits(std::slice::from_ref(&address), "127.0.0.1"));
    assert!(!fits(&[address], "127.0.0.2"));
    assert!(!fits(&[dns("example.com")], "127.0.0.1"));
}

#[test]
fn what_is_no_identity_is_refused_and_its_key_never_shown() {
    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new(vec!["example.com".into()]).expect("a name").self_signed(&key);
    let chain = certificate.expect("a certificate").pem();
    let identity = Identity::from_pem(chain.as_bytes(), key.serialize_pem().as_bytes()).expect("they belong together");
    assert_eq!(format!("{identity:?}"), "Identity(..)");
    let other = KeyPair::generate().expect("a key").serialize_pem();
    let from = |chain: &str, key: &str| Identity::from_pem(chain.as_bytes(), key.as_bytes()).err();
    assert_eq!(from(&chain, &other), Some(TlsError::WrongKey));
    assert_eq!(from("", &other), Some(TlsError::BadCertificate));
    assert_eq!(from(&chain, "hello"), Some(TlsError::BadKey));
    assert_eq!(identity.replace(b"", b""), Err(TlsError::BadCertificate));
    assert_eq!(Tls::new().roots_pem(b"none").err(), Some(TlsError::BadCertificate));
}
