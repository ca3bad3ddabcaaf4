//! URIs: RFC 3261 §19.1, RFC 3966, RFC 5118 §4.9 and §4.10, RFC 5954.

use offhook_sip_parser::uri::{BuildError, Component, Gruu, Tel, UriKey, UriUse, equivalent, escape, unescape};
use offhook_sip_parser::{Host, Method, Uri, UriView};
use proptest::collection::vec;
use proptest::prelude::*;

fn uri(text: &str) -> UriView<'_> {
    UriView::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn are_equivalent(a: &str, b: &str) -> bool {
    let (a, b) = (uri(a), uri(b));
    let answer = equivalent(&a, &b);
    assert_eq!(answer, equivalent(&b, &a), "{a} {b}: not symmetric");
    assert!(!answer || UriKey::of(&a) == UriKey::of(&b), "{a} {b}: equivalent with unequal keys");
    answer
}

#[test]
fn the_examples_of_rfc_3261_19_1_4_that_are_equivalent_are() {
    for set in [
        &["sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"][..],
        &["sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"],
        &["sip:carol@chicago.com", "sip:carol@chicago.com;security=on"],
        &["sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"],
        &[
            "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
            "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
        ],
        &[
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x",
        ],
        // RFC 5954 §4.2
        &["sip:bob@[::ffff:192.0.2.128]", "sip:bob@[::ffff:c000:280]"],
        &["sip:bob@[2001:db8::9:1]", "sip:bob@[2001:db8::9:01]"],
        &["sip:bob@[0:0:0:0:0:FFFF:129.144.52.38]", "sip:bob@[::FFFF:129.144.52.38]"],
    ] {
        assert!(are_equivalent(set[0], set[1]), "{set:?}");
    }
}

#[test]
fn the_examples_of_rfc_3261_19_1_4_that_are_not_equivalent_are_not() {
    for (a, b) in [
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
    ] {
        assert!(!are_equivalent(a, b), "{a} {b}");
    }
}

#[test]
fn each_rule_of_rfc_3261_19_1_4_holds_by_itself() {
    for (a, b, expected, why) in [
        ("sip:a@x", "sips:a@x", false, "sip and sips"),
        ("SIP:a@x", "sip:a@x", true, "the scheme in any case"),
        ("sip:a:p@x", "sip:a:P@x", false, "the password with regard to case"),
        ("sip:a:p@x", "sip:a@x", false, "a password in one"),
        ("sip:a:@x", "sip:a@x", false, "an empty password in one"),
        ("sip:x", "sip:a@x", false, "a user in one"),
        ("sip:a%3bb@x", "sip:a;b@x", false, "reserved, escaped and not"),
        ("sip:a%3bb@x", "sip:a%3Bb@x", true, "hex digits in any case"),
        ("sip:a%zz@x", "sip:a%25zz@x", true, "a percent that escapes nothing stands for itself"),
        ("sip:a%0Ab@x", "sip:a@x", false, "an escaped control character counts"),
        ("sip:J%C3%BC@x", "sip:Jü@x", true, "bytes beyond ASCII"),
        ("sip:a@x:5070", "sip:a@x:05070", true, "the port is a number"),
        ("sip:a@x;ttl=1", "sip:a@x", false, "ttl in one"),
        ("sip:a@x;user=ip", "sip:a@x", false, "user in one"),
        ("sip:a@x;method=INVITE", "sip:a@x", false, "method in one"),
        ("sip:a@x;method=INVITE", "sip:a@x;method=invite", false, "methods with regard to case"),
        ("sip:a@x;maddr=1.2.3.4", "sip:a@x", false, "maddr in one"),
        ("sip:a@x;maddr=[::1]", "sip:a@x;maddr=[0:0::1]", true, "maddr by value"),
        ("sip:a@x;maddr=y", "sip:a@x;maddr=%79", false, "no escapes in hosts"),
        ("sip:a@x;user", "sip:a@x", false, "user without a value in one"),
        ("sip:a@x;lr", "sip:a@x", true, "lr in one"),
        ("sip:a@x;lr", "sip:a@x;lr=on", false, "lr with and without a value"),
        ("sip:a@x;%6Cr=A", "sip:a@x;lr=a", true, "names are escaped too"),
        ("sip:a@x;n=1;n=2", "sip:a@x;n=1", true, "the first of two counts"),
        ("sip:a@x;n=1;n=2", "sip:a@x;n=2", false, "the first of two counts"),
        ("sip:a@x;n=1;n=2", "sip:a@x;n=1;N=3", true, "the first of two counts"),
        ("sip:a@x;ttl=1;ttl=2;ttl=3;ttl=4", "sip:a@x;ttl=1", true, "the first of many counts"),
        ("sip:a@x;a=1;b=2;c=3", "sip:a@x;c=3;b=4;d=5", false, "one of many differs"),
        ("sip:a@x;a=1;b=2;c=3", "sip:a@x;c=3;b=2;d=5", true, "those in both are the same"),
        ("sip:a@x?f=b", "sip:a@x?From=B", true, "compact header names"),
        ("sip:a@x?Call-ID=q", "sip:a@x?i=Q", false, "Call-ID with regard to case"),
        ("sip:a@x?X=%22q%22", "sip:a@x?x=%22Q%22", false, "quoted text with regard to case"),
        ("sip:a@x?Route=1&Route=2", "sip:a@x?Route=2&Route=1", false, "the order in one header"),
        ("sip:a@x?", "sip:a@x", true, "no header"),
        ("sip:a@x.", "sip:a@X", true, "the dot that ends a name"),
        ("sip:a@1.2.3.4.", "sip:a@1.2.3.4", false, "no address ends in a dot"),
        ("sip:a@[::ffff:1.2.3.4]", "sip:a@1.2.3.4", false, "IPv4-mapped is not IPv4"),
        ("sip:a@[fe80::1%25eth0]", "sip:a@[fe80:0::1%eth0]", true, "a zone in two spellings"),
        ("sip:a@[fe80::1%25eth0]", "sip:a@[fe80::1%25eth1]", false, "two zones"),
        ("sip:a@[fe80::1%25eth0]", "sip:a@[fe80::1]", false, "a zone in one"),
        ("HTTP://x/A", "http://x/A", true, "the scheme of others in any case"),
        ("http://x/A", "http://x/a", false, "the rest of others by its bytes"),
        ("http://x/A", "http://x/%41", false, "the rest of others by its bytes"),
        ("tel:+1", "sip:+1@x;user=phone", false, "tel and sip"),
    ] {
        assert_eq!(are_equivalent(a, b), expected, "{why}: {a} {b}");
    }
}

#[test]
fn tel_uris_are_compared_after_rfc_3966_4() {
    for (a, b, expected, why) in [
        ("tel:+1-201-555-0123", "TEL:+1(201)555.0123", true, "separators"),
        ("tel:+12015550123", "tel:12015550123", false, "global and local"),
        ("tel:7042;phone-context=example.com", "tel:7042;Phone-Context=EXAMPLE.com.", true, "a domain as a host"),
        ("tel:7042;phone-context=example.com", "tel:7042", false, "a context in one"),
        ("tel:863-1234;phone-context=+1-914-555", "tel:8631234;phone-context=+1914555", true, "a context of digits"),
        ("tel:863;phone-context=+1-914-555", "tel:863;phone-context=1914555", false, "digits and a name"),
        ("tel:+1;ext=1-2", "tel:+1;ext=12", true, "separators in ext"),
        ("tel:+1;ext=12", "tel:+1", false, "any parameter in one"),
        ("tel:+1;isub=aB", "tel:+1;isub=Ab", true, "case"),
        ("tel:aB;phone-context=x", "tel:Ab;phone-context=x", true, "case of digits"),
        ("tel:+1;b=1;a=2", "tel:+1;a=2;b=1", true, "order"),
        ("tel:+358-555-1234567;postd=pp22", "tel:+358-555-1234567;POSTD=PP22", true, "RFC 3261 §19.1.6"),
        ("tel:*31%23;phone-context=x", "tel:*31#;phone-context=x", true, "an escaped #"),
        ("tel:1-800-FLOWERS", "TEL:1-800-FLOWERS", true, "no number, by its bytes"),
        ("tel:1-800-FLOWERS", "tel:1800FLOWERS", false, "no number, by its bytes"),
    ] {
        assert_eq!(are_equivalent(a, b), expected, "{why}: {a} {b}");
    }
}

#[test]
fn the_relation_is_not_transitive_and_the_key_is_one_for_all() {
    let all = ["sip:c@x", "sip:c@x;security=on", "sip:c@x;security=off"].map(uri);
    assert!(equivalent(&all[0], &all[1]) && equivalent(&all[0], &all[2]) && !equivalent(&all[1], &all[2]));
    assert!(UriKey::of(&all[0]) == UriKey::of(&all[1]) && UriKey::of(&all[0]) == UriKey::of(&all[2]));
    assert_ne!(UriKey::of(&all[0]), UriKey::of(&uri("sip:d@x")));
}

#[test]
fn ten_thousand_parameters_are_compared_in_one_walk() {
    let names = |from: usize| (from..from + 10_000).map(|i| format!(";p{i}=1")).collect::<String>();
    let (a, b) = (format!("sip:a@x{}", names(0)), format!("sip:a@x{}", names(5_000)));
    assert!(are_equivalent(&a, &b));
    assert!(!are_equivalent(&a, &b.replace(";p9000=1", ";p9000=2")));
    let built = uri(&a).to_builder().unwrap().build().unwrap();
    assert_eq!(built.as_str(), a);
}

#[test]
fn ipv6_is_read_with_what_real_devices_add() {
    let u = uri("sip:a@[fe80::1%25eth0]:5070;lr");
    assert_eq!((u.host(), u.zone(), u.port()), (Host::parse("fe80::1"), Some("eth0"), Some(5070)));
    assert_eq!(u.host_port().unwrap().to_string(), "[fe80::1]:5070");
    assert_eq!(u.fit(UriUse::External).as_str(), "sip:a@[fe80::1]:5070;lr");
    assert_eq!(u.to_builder().unwrap().build().unwrap().as_str(), "sip:a@[fe80::1]:5070;lr");
    // RFC 5118 §4.10: the colon too many of RFC 3261's grammar.
    assert_eq!(uri("sip:a@[2001:db8:::192.0.2.1]").host(), Host::parse("2001:db8::192.0.2.1"));
    // RFC 5118 §4.9
    assert_eq!(uri("sip:a@[::ffff:192.0.2.10]:19823").host(), Host::parse("::ffff:c000:20a"));
    assert_eq!(Host::parse("fe80::1%eth0"), Host::parse("fe80::1"));
    for bad in ["sip:a@[fe80::1%]", "sip:a@[fe80::1%25]", "sip:a@[2001:db8:::1]", "sip:a@[::1%25%00]", "sip:a@[%25x]"] {
        assert!(UriView::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn parameters_and_headers_have_types() {
    let u = uri(
        "sip:a:b%20c@x;Transport=TCP;maddr=239.255.255.1;ttl=15;method=REGISTER;lr;ob;gr=kjh;user=PHONE?a=b&c&=&d=e%20f",
    );
    assert_eq!((u.password(), u.transport(), u.ttl()), (Some("b%20c"), Some("TCP"), Some(15)));
    assert_eq!((u.maddr(), u.method()), (Host::parse("239.255.255.1"), Some(Method::Register)));
    assert!(u.is_loose_router() && u.is_outbound() && u.is_phone());
    assert_eq!(
        (u.gruu(), uri("sip:x;gr").gruu(), uri("sip:x").gruu()),
        (Some(Gruu::Public("kjh")), Some(Gruu::Temporary), None)
    );
    let headers: Vec<_> = u.header_fields().map(|h| (h.name, h.value)).collect();
    assert_eq!(headers, [("a", "b"), ("c", ""), ("d", "e%20f")]);
    for bad in ["sip:x;ttl=256", "sip:x;ttl=+1", "sip:x;ttl=", "sip:x;ttl"] {
        assert_eq!(uri(bad).ttl(), None, "{bad}");
    }
    for (text, port) in [
        ("sip:x", Some(5060)),
        ("sip:x;transport=tcp", Some(5060)),
        ("sip:x;transport=TLS", Some(5061)),
        ("sips:x", Some(5061)),
        ("sips:x;transport=tcp", Some(5061)),
        ("sip:x;transport=ws", Some(80)),
        ("sips:x;transport=ws", Some(443)),
        ("tel:+1", None),
    ] {
        assert_eq!(uri(text).default_port(), port, "{text}");
    }
    assert_eq!((uri("HTTP://x").scheme_str(), uri("tel:+1").password(), uri("sip:x").zone()), ("HTTP", None, None));
}

#[test]
fn table_1_of_rfc_3261_19_1_1_is_kept() {
    let full = uri("sip:a:b@x:1;user=ip;method=M;maddr=y;ttl=2;transport=udp;lr;other=1?h=v");
    for (place, expected) in [
        (UriUse::RequestUri, "sip:a:b@x:1;user=ip;maddr=y;ttl=2;transport=udp;lr;other=1"),
        (UriUse::To, "sip:a:b@x;user=ip;other=1"),
        (UriUse::From, "sip:a:b@x;user=ip;other=1"),
        (UriUse::RegistrationContact, "sip:a:b@x:1;user=ip;maddr=y;ttl=2;transport=udp;other=1?h=v"),
        (UriUse::DialogContact, "sip:a:b@x:1;user=ip;maddr=y;transport=udp;lr;other=1"),
        (UriUse::External, full.text()),
    ] {
        assert_eq!(full.fit(place).as_str(), expected, "{place:?}");
    }
    assert_eq!(uri("tel:+1;lr").fit(UriUse::To).as_str(), "tel:+1;lr");
}

#[test]
fn tel_uris_are_taken_apart() {
    let t = uri("tel:(863)-12.3F#;isub=9;phone-context=+1-914-555;m-x=1;y");
    let tel = Tel::of(&t).unwrap();
    assert_eq!((tel.number(), &*tel.digits(), tel.is_global(), tel.e164()), ("(863)-12.3F#", "863123F#", false, None));
    assert_eq!((tel.isub(), tel.ext(), tel.phone_context()), (Some("9"), None, Some("+1-914-555")));
    assert_eq!((tel.unknown_mandatory(), tel.params().iter().count()), (Some("m-x"), 4));
    assert_eq!(Tel::of(&uri("tel:+358-555-1234567")).unwrap().e164().as_deref(), Some("3585551234567"));
    for none in [
        "tel:+",
        "tel:-",
        "tel:+1a",
        "tel:%2B1",
        "tel:1-800-FLOWERS",
        "sip:+1@x",
        "sip:bob@x;user=phone",
        "sip:x;user=phone",
    ] {
        assert_eq!(Tel::of(&uri(none)), None, "{none}");
    }
    assert_eq!(Tel::parse("+12x4").map_err(|e| e.at), Err(3));
}

#[test]
fn tel_becomes_sip_as_rfc_3261_19_1_6_has_it_and_comes_back() {
    let to_sip = |text: &str| Tel::of(&uri(text)).unwrap().to_sip("foo.com").build().unwrap().to_string();
    for (tel, sip) in [
        ("tel:+358-555-1234567;postd=pp22", "sip:+358-555-1234567;postd=pp22@foo.com;user=phone"),
        ("tel:+358-555-1234567;POSTD=PP22", "sip:+358-555-1234567;postd=pp22@foo.com;user=phone"),
        ("tel:+358-555-1234567;postd=pp22;isub=1411", "sip:+358-555-1234567;isub=1411;postd=pp22@foo.com;user=phone"),
        ("tel:+1;tsp=a.b;phone-context=+5", "sip:+1;phone-context=+5;tsp=a.b@foo.com;user=phone"),
        ("tel:*31#;x=a:[b];phone-context=y", "sip:*31%23;phone-context=y;x=a%3A%5Bb%5D@foo.com;user=phone"),
    ] {
        assert_eq!(to_sip(tel), sip);
        let back = Tel::of(&uri(sip)).unwrap().to_tel().build().unwrap();
        assert!(are_equivalent(back.as_str(), tel), "{back} {tel}");
    }
    // A context that RFC 2806 had and RFC 3966 has not is carried into sip and not written as tel.
    assert_eq!(to_sip("tel:+1;tsp=a.b;phone-context=5"), "sip:+1;phone-context=5;tsp=a.b@foo.com;user=phone");
    assert_eq!(Tel::of(&uri("tel:+1;phone-context=5")).unwrap().to_tel().build(), Err(BuildError::BadParamValue(0)));
    let tel = uri("tel:911");
    let tel = Tel::of(&tel).unwrap();
    assert_eq!(tel.to_tel().build(), Err(BuildError::MissingContext));
    assert_eq!(tel.to_tel().phone_context("+1").build().unwrap().as_str(), "tel:911;phone-context=+1");
    assert_eq!(tel.to_sips("[::1]").port(5061).build().unwrap().as_str(), "sips:911@[::1]:5061;user=phone");
}

#[test]
fn what_cannot_be_written_is_refused_with_its_part() {
    let refused = |b: offhook_sip_parser::uri::UriBuilder| b.build().unwrap_err();
    assert_eq!(refused(Uri::sip("x").user("")), BuildError::EmptyUser);
    assert_eq!(refused(Uri::sip("x").password("p")), BuildError::PasswordWithoutUser);
    for host in ["", "a b", "a..b", "-a", "a-", ".", "1.2.3", "300.1.1.1", "x;lr", "x:5060", "a@b", "x%41", "[::1"] {
        assert_eq!(refused(Uri::sip(host)), BuildError::BadHost, "{host}");
    }
    let x = || Uri::sip("x").flag("ok");
    assert_eq!(refused(x().flag("")), BuildError::BadParamName(1));
    for (name, value) in [
        ("a", ""),
        ("transport", "a b"),
        ("TTL", "256"),
        ("ttl", "+1"),
        ("maddr", "a b"),
        ("method", "a@"),
        ("user", ""),
    ] {
        assert_eq!(refused(x().param(name, value)), BuildError::BadParamValue(1), "{name}={value}");
    }
    assert_eq!(refused(x().header("a b", "")), BuildError::BadHeaderName(0));

    let refused = |b: offhook_sip_parser::uri::TelBuilder| b.build().unwrap_err();
    for number in ["", "+", "12x", "+1a", "+1;ext=5", "+1 2"] {
        assert!(matches!(refused(Uri::tel(number)), BuildError::BadNumber(_)), "{number}");
    }
    assert_eq!(refused(Uri::tel("7042")), BuildError::MissingContext);
    assert_eq!(refused(Uri::tel("+1").isub("1").ext("2")), BuildError::SubaddressAndExtension);
    assert_eq!(refused(Uri::tel("+1").ext("x")), BuildError::BadParamValue(0));
    assert_eq!(refused(Uri::tel("1").phone_context("a;b")), BuildError::BadParamValue(0));
    assert_eq!(refused(Uri::tel("+1").flag("a_b")), BuildError::BadParamName(0));
    assert_eq!(refused(Uri::tel("1").phone_context("a_b..")), BuildError::BadParamValue(0));
}

#[test]
fn a_builder_takes_back_and_replaces_and_does_not_show_the_password() {
    let b = uri("sip:a:secret@x;lr;transport=udp;Transport=tcp;e=?h=v").to_builder().unwrap();
    assert!(!format!("{b:?}").contains("secret"));
    assert_eq!(b.build().unwrap().as_str(), "sip:a:secret@x;lr;transport=udp;e?h=v");
    let b = b.param("TRANSPORT", "tls").without_param("LR").without_headers().port(7).host("192.0.2.1").secure();
    assert_eq!(b.build().unwrap().as_str(), "sips:a:secret@192.0.2.1:7;transport=tls;e");
    assert_eq!(
        b.port(None)
            .maddr("::1".parse::<std::net::IpAddr>().unwrap().into())
            .ttl(3)
            .method(&Method::Invite)
            .build()
            .unwrap()
            .as_str(),
        "sips:a:secret@192.0.2.1;transport=tls;e;maddr=[::1];ttl=3;method=INVITE"
    );
    assert_eq!(uri("tel:+1").to_builder(), None);
}

/// URIs that are near each other, so that some are equivalent.
fn near() -> impl Strategy<Value = String> {
    let param = prop::sample::select(vec![
        ";lr",
        ";LR",
        ";a=1",
        ";A=1",
        ";a=2",
        ";%61=1",
        ";b",
        ";transport=udp",
        ";Transport=UDP",
        ";user=phone",
        ";ttl=1",
        ";maddr=[::1]",
        ";maddr=[0::1]",
        ";method=BYE",
        ";a",
        ";user",
        ";maddr=x%",
        ";b=%3B",
        ";b=%3b",
        ";b=%00",
    ]);
    let header = prop::sample::select(vec![
        "",
        "?",
        "?a=b",
        "?A=B",
        "?a=b&c=d",
        "?c=d&a=b",
        "?a=%22b",
        "?f=1&from=1",
        "?a=1&a=2",
    ]);
    let sip = (
        prop::sample::select(vec!["sip:", "SIP:", "sips:"]),
        prop::sample::select(vec!["", "a@", "%61@", "A@", "a:b@", "a:%62@", "a%40@", "a%@", "+1;x=1@", "+1;X=1@"]),
        prop::sample::select(vec![
            "x",
            "X",
            "x.",
            "1.2.3.4",
            "[::1]",
            "[0::1]",
            "[::1%251]",
            "[::1%1]",
            "x:5060",
            "x:05060",
        ]),
        vec(param, 0..4),
        header,
    )
        .prop_map(|(scheme, user, host, params, header)| format!("{scheme}{user}{host}{}{header}", params.concat()));
    let tel = (
        prop::sample::select(vec!["tel:+1-2", "TEL:+12", "tel:12", "tel:%31(2)", "tel:12%23", "tel:12#", "tel:x"]),
        vec(
            prop::sample::select(vec![";ext=1", ";ext=(1)", ";a=b", ";A=B", ";phone-context=x", ";phone-context=X."]),
            0..3,
        ),
    )
        .prop_map(|(number, params)| format!("{number}{}", params.concat()));
    prop_oneof![4 => sip, 1 => tel, 1 => "(x|X):[aA]{1,2}"]
}

fn any_uri() -> impl Strategy<Value = String> {
    prop_oneof![
        near(),
        "(sip:|sips:|tel:)[!-~é]{1,30}",
        "sips?:[a-c@:;=?&%\\[\\]0-4]{1,20}",
        "tel:[+0-9a-f#*().;=%-]{1,20}"
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn equivalence_is_reflexive_and_symmetric_and_equivalent_uris_have_equal_keys(a in near(), b in near()) {
        let (a, b) = (uri(&a), uri(&b));
        prop_assert!(equivalent(&a, &a.to_owned()));
        prop_assert_eq!(equivalent(&a, &b), equivalent(&b, &a));
        prop_assert!(!equivalent(&a, &b) || UriKey::of(&a) == UriKey::of(&b), "{} {}", a, b);
    }

    #[test]
    fn a_uri_is_equivalent_to_itself_without_the_short_cut_for_equal_texts(a in near()) {
        // Another spelling of the same: the scheme in capitals.
        let (scheme, rest) = a.split_once(':').unwrap();
        let other = format!("{}:{rest}", scheme.to_uppercase());
        prop_assert!(equivalent(&uri(&a), &uri(&other)), "{} {}", a, other);
    }

    #[test]
    fn what_is_escaped_is_what_is_unescaped(bytes in vec(any::<u8>(), 0..40), text in "[ -~é日]{0,20}") {
        for c in [Component::User, Component::Password, Component::Param, Component::Header, Component::TelParam] {
            let escaped = escape(c, &bytes);
            prop_assert!(escaped.bytes().all(|b| b == b'%' || c.allows(b)));
            prop_assert_eq!(&*unescape(&escaped), &*bytes);
            let escaped = escape(c, &text).into_owned();
            prop_assert_eq!(&*offhook_sip_parser::uri::unescape_str(&escaped).unwrap(), &*text);
        }
    }

    #[test]
    fn what_is_built_is_what_is_read(
        user in vec(any::<u8>(), 1..9), password in prop::option::of("[ -~é]{0,8}"), port in prop::option::of(any::<u16>()),
        host in prop::sample::select(vec!["example.com", "a_b.c.", "192.0.2.1", "::1", "[2001:db8::1]"]),
        params in prop::collection::btree_map("x[a-z ;=]{0,5}", prop::option::of("[ -~é]{1,8}"), 0..4),
        headers in vec(("[A-Za-z!%~-]{1,6}", vec(any::<u8>(), 0..6)), 0..3),
    ) {
        let mut b = Uri::sip(host).user(&user).port(port);
        b = password.iter().fold(b, |b, p| b.password(p));
        b = params.iter().fold(b, |b, (n, v)| match v { Some(v) => b.param(n, v), None => b.flag(n) });
        b = headers.iter().fold(b, |b, (n, v)| b.header(n, v));
        let built = b.build().unwrap();
        prop_assert_eq!(&built.as_str().parse::<Uri>().unwrap(), &built);
        prop_assert_eq!(&*unescape(built.user().unwrap()), &*user);
        let text = |raw: &str| String::from_utf8(unescape(raw).into_owned()).unwrap();
        prop_assert_eq!(built.password().map(text), password);
        prop_assert_eq!((built.host(), built.port()), (Host::parse(host), port));
        let read: std::collections::BTreeMap<_, _> = built.params().iter().map(|p| (text(p.name), p.value.map(text))).collect();
        prop_assert_eq!(read, params);
        let view = built.view();
        let read: Vec<_> = view.header_fields().map(|h| (text(h.name), unescape(h.value).into_owned())).collect();
        prop_assert_eq!(read, headers);
        prop_assert_eq!(built.to_builder().unwrap().build().unwrap(), built);
    }

    #[test]
    fn a_tel_that_is_built_is_read_and_survives_the_way_through_sip(
        number in "\\+?[0-9().-]{0,4}[0-9][0-9-]{0,6}", isub in prop::option::of("[ -:<-~é]{1,6}"),
        params in prop::collection::btree_map("x[a-z0-9-]{0,4}", prop::option::of("[ -~é]{1,6}"), 0..3),
    ) {
        let mut b = Uri::tel(&number).phone_context("example.com");
        b = isub.iter().fold(b, |b, i| b.isub(i));
        b = params.iter().fold(b, |b, (n, v)| match v { Some(v) => b.param(n, v), None => b.flag(n) });
        let built = b.build().unwrap();
        let tel = Tel::of(&built.view()).map(|t| (t.number().to_owned(), t.isub().map(|i| unescape(i).into_owned()))).unwrap();
        prop_assert_eq!(tel, (number, isub.map(|i| i.to_ascii_lowercase().into_bytes())));
        let view = built.view();
        let sip = Tel::of(&view).unwrap().to_sip("example.com").build().unwrap();
        let sip = sip.view();
        prop_assert_eq!(Tel::of(&sip).unwrap().to_tel().build().unwrap(), built.clone());
    }

    #[test]
    fn any_uri_can_be_asked_everything(a in any_uri(), b in any_uri()) {
        let (Ok(a), Ok(b)) = (UriView::parse(&a), UriView::parse(&b)) else { return Ok(()) };
        prop_assert_eq!(equivalent(&a, &b), equivalent(&b, &a));
        prop_assert!(!equivalent(&a, &b) || UriKey::of(&a) == UriKey::of(&b));
        let _ = (a.password(), a.zone(), a.transport(), a.default_port(), a.maddr(), a.ttl(), a.method(), a.gruu(), a.scheme_str());
        for place in [UriUse::RequestUri, UriUse::To, UriUse::RegistrationContact, UriUse::DialogContact, UriUse::External] {
            let fit = a.fit(place);
            prop_assert_eq!(&fit.fit(place), &fit);
        }
        if let Some(Ok(mended)) = a.to_builder().map(|b| b.build()) {
            prop_assert_eq!(&mended.to_builder().unwrap().build().unwrap(), &mended);
            // Mending changes the spelling of nothing that the grammar has.
            prop_assert_eq!(mended.user().map(unescape), a.user().map(unescape));
        }
        if let Some(tel) = Tel::of(&a) {
            let _ = (tel.digits(), tel.e164(), tel.unknown_mandatory());
            prop_assert!(tel.to_sip("x").build().is_ok());
            let _ = tel.to_tel().build();
        }
    }
}
