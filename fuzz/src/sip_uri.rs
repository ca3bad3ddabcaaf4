//! URIs.

use offhook_sip_parser::uri::{Component, Tel, UriKey, UriUse, equivalent, escape, unescape};
use offhook_sip_parser::{Uri, UriView};

/// A URI is read, asked everything, written and read again as the same; then compared, mended, cut to fit and turned into
/// the other kind. Two URIs parted by a space are compared with each other.
pub fn sip_uri(data: &[u8]) {
    for component in [Component::User, Component::Password, Component::Param, Component::Header, Component::TelParam] {
        let escaped = escape(component, data);
        assert!(escaped.bytes().all(|b| b == b'%' || component.allows(b)), "what may not stand bare is escaped");
        assert_eq!(&*unescape(&escaped), data, "what was escaped comes back");
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some((one, other)) = text.split_once(' ')
        && let (Ok(one), Ok(other)) = (UriView::parse(one), UriView::parse(other))
    {
        compare(one, other);
    }
    let Ok(view) = UriView::parse(text) else {
        assert!(text.parse::<Uri>().is_err(), "a URI borrowed and one owned are the same grammar");
        return;
    };
    let owned: Uri = text.parse().expect("what can be borrowed can be owned");
    assert_eq!(owned.view(), view);
    assert_eq!(view.to_owned(), owned);
    let again: Uri = owned.to_string().parse().expect("what was written can be read");
    assert_eq!(again, owned);
    assert_eq!(again.to_string(), owned.to_string());
    let _ = (view.scheme(), view.user(), view.host(), view.port(), view.headers(), view.is_loose_router());
    if let Some(place) = view.host_port() {
        assert_eq!((Some(place.host), place.port), (view.host(), view.port()));
        let _ = place.to_string();
    }
    for param in view.params().iter() {
        assert!(view.params().has(param.name), "a parameter that is there is found");
        let _ = view.params().value(param.name);
    }
    typed(view);
    compare(view, other_spelling(view).view());
    transform(view);
}

fn typed(uri: UriView<'_>) {
    let _ = (uri.scheme_str(), uri.password(), uri.zone(), uri.transport(), uri.default_port(), uri.is_phone());
    let _ = (uri.maddr(), uri.ttl(), uri.method(), uri.is_outbound(), uri.gruu());
    for header in uri.header_fields() {
        assert!(!header.name.is_empty(), "a header has a name");
    }
}

/// The same URI with the scheme in capitals, so that no comparison of texts answers for the rules.
fn other_spelling(uri: UriView<'_>) -> Uri {
    let (scheme, rest) = uri.text().split_once(':').expect("a URI has a scheme");
    let other: Uri = format!("{}:{rest}", scheme.to_uppercase()).parse().expect("schemes have no case");
    assert!(equivalent(&uri, &other), "a scheme in capitals is the same scheme");
    other
}

fn compare(one: UriView<'_>, other: UriView<'_>) {
    assert!(equivalent(&one, &one), "reflexive");
    let answer = equivalent(&one, &other);
    assert_eq!(answer, equivalent(&other, &one), "symmetric");
    assert!(!answer || UriKey::of(&one) == UriKey::of(&other), "equivalent URIs have equal keys");
}

fn transform(uri: UriView<'_>) {
    use UriUse::{DialogContact, External, From, RegistrationContact, RequestUri, To};
    for place in [RequestUri, To, From, RegistrationContact, DialogContact, External] {
        let fit = uri.fit(place);
        assert_eq!(fit.fit(place), fit, "what fits is left alone");
    }
    if let Some(Ok(mended)) = uri.to_builder().map(|b| b.build()) {
        let again = mended.to_builder().expect("it has parts").build().expect("it was built once");
        assert_eq!(again, mended, "what is mended needs no mending");
    }
    if let Some(tel) = Tel::of(&uri) {
        let _ = (tel.digits(), tel.e164(), tel.is_global(), tel.unknown_mandatory(), tel.isub(), tel.ext());
        let sip = tel.to_sip("example.com").build().expect("every number can be a user part");
        let back = Tel::of(&sip.view()).expect("and is the number still");
        assert_eq!(back.digits().to_lowercase(), tel.digits().to_lowercase(), "the digits are the same");
        if let Ok(built) = tel.to_tel().build() {
            assert!(Tel::of(&built.view()).is_some(), "what is built as a number is one");
        }
    }
}
