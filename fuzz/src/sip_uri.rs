//! URIs.

use offhook_sip_parser::{Uri, UriView};

/// A URI is read, asked everything, written and read again as the same.
pub fn sip_uri(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
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
}
