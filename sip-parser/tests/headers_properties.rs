//! Every header of the extensions: written and read again it is the same, alone and in a message; any bytes are a value
//! or an error with its place.

use offhook_sip_parser::header::*;
use offhook_sip_parser::{Index, MessageView, Method, Params, UriView};
use proptest::collection::vec;
use proptest::prelude::*;

/// `token` of RFC 3261 §25.1.
const TOKEN: &str = "[a-zA-Z0-9.!%*_+`'~-]{1,12}";
/// The same without a dot.
const NODOT: &str = "[a-zA-Z0-9!%*_+`'~-]{1,12}";
/// Inside quotes: text and quoted pairs.
const QUOTED: &str = "([ !#-\\[\\]-~é日]|\\\\[ -~]){0,12}";
/// `word` with an `@` somewhere; what opens a quote or a bracket is left out, for a list would close it elsewhere.
const CALL_ID: &str = "[a-zA-Z0-9.!%*_+`'~()>:\\\\/\\[\\]?{}-]{1,20}(@[a-z0-9.]{1,9})?";
/// Free text, trimmed.
const TEXT: &str = "[!-~é日]([ -~é日]{0,20}[!-~é日])?";

fn uri() -> impl Strategy<Value = String> {
    prop_oneof![
        "sips?:([a-z0-9+]{1,8}@)?[a-z]{1,6}(\\.[a-z]{2,4})?(:[1-9][0-9]{0,3})?(;[a-z]{1,6}(=[a-z0-9]{1,6})?){0,2}(\\?[a-z]{1,4}=[a-z0-9%]{0,6})?",
        "tel:\\+[0-9]{3,12}",
        "[a-z][a-z0-9+.-]{0,8}:[!#-;=?-~]{1,12}",
    ]
}

fn params() -> impl Strategy<Value = String> {
    let value =
        prop_oneof![Just(String::new()), TOKEN.prop_map(|v| format!("={v}")), QUOTED.prop_map(|v| format!("=\"{v}\""))];
    vec((TOKEN, value).prop_map(|(name, value)| format!(";{name}{value}")), 0..4).prop_map(|all| all.concat())
}

fn method() -> impl Strategy<Value = Method> {
    prop_oneof![prop::sample::select(Method::KNOWN), TOKEN.prop_map(|m| Method::parse(&m).unwrap())]
}

/// A word that is known in any case, or is not.
fn word(known: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![3 => prop::sample::select(known).prop_map(str::to_owned), 1 => prop::sample::select(known).prop_map(str::to_uppercase), 1 => TOKEN]
}

/// `parse(write(x)) == x`, alone and inside a message. A header that owns is written `Ty`, one that borrows `Ty<'_>`.
macro_rules! survives {
    ($ty:ty, $value:expr) => {{
        let value = $value;
        let text = value.to_string();
        let read = <$ty>::parse(text.as_bytes());
        prop_assert!(read.as_ref() == Ok(&value), "{} is read as {:?}", text, read);
        let message = format!("SIP/2.0 200 OK\r\n{}: {text}\r\n\r\n", <$ty>::NAME);
        let mut index = Index::new();
        let message = MessageView::parse(message.as_bytes(), &mut index).unwrap();
        let read: Vec<_> = message.typed_all::<$ty>().collect();
        prop_assert!(read == [Ok(value)], "{} is read as {:?}", text, read);
    }};
}

proptest! {
    #[test]
    fn addresses_survive(uri in uri(), display in prop::option::of(QUOTED), params in params()) {
        let uri = UriView::parse(&uri).map_err(|e| TestCaseError::fail(format!("{uri}: {e}")))?;
        let a = NameAddr { display: display.as_deref().map(str::as_bytes), uri, params: Params::from_raw(&params) };
        survives!(Path<'_>, Path(a));
        survives!(ServiceRoute<'_>, ServiceRoute(a));
        survives!(ReplyTo<'_>, ReplyTo(a));
        survives!(ReferTo<'_>, ReferTo(a));
        survives!(ReferredBy<'_>, ReferredBy(a));
        survives!(PAssertedIdentity<'_>, PAssertedIdentity(a));
        survives!(PPreferredIdentity<'_>, PPreferredIdentity(a));
        survives!(PAssociatedUri<'_>, PAssociatedUri(a));
        survives!(PCalledPartyId<'_>, PCalledPartyId(a));
        survives!(RemotePartyId<'_>, RemotePartyId(a));
        survives!(Diversion<'_>, Diversion(a));
        survives!(HistoryInfo<'_>, HistoryInfo(a));
    }

    #[test]
    fn references_survive(uri in uri(), name in "[A-Za-z0-9/.:-]{0,12}", params in params(), is_uri in any::<bool>()) {
        let target = if is_uri { &uri[..] } else { &name[..] };
        // Nothing at all is no value.
        prop_assume!(!target.is_empty() || !params.is_empty());
        let params = Params::from_raw(&params);
        survives!(AlertInfo<'_>, AlertInfo { target, params });
        survives!(CallInfo<'_>, CallInfo { target, params });
        survives!(ErrorInfo<'_>, ErrorInfo { target, params });
        survives!(Geolocation<'_>, Geolocation { target, params });
        survives!(IdentityInfo<'_>, IdentityInfo { target, params });
        let read = CallInfo { target, params }.uri();
        prop_assert!(!is_uri || read.is_some());
    }

    #[test]
    fn tokens_with_parameters_survive(token in TOKEN, other in TOKEN, text in QUOTED, params in params()) {
        let raw = &params[..];
        let (token, params) = (&token[..], Params::from_raw(raw));
        survives!(Accept<'_>, Accept { kind: token, subtype: &other, params });
        survives!(AcceptEncoding<'_>, AcceptEncoding { coding: token, params });
        survives!(AcceptLanguage<'_>, AcceptLanguage { range: token, params });
        survives!(ContentDisposition<'_>, ContentDisposition { kind: token, params });
        survives!(Event<'_>, Event { package: token, params });
        survives!(Reason<'_>, Reason { protocol: token, params });
        survives!(InfoPackage<'_>, InfoPackage { package: token, params });
        survives!(RecvInfo<'_>, RecvInfo { package: token, params });
        survives!(SecurityClient<'_>, SecurityClient { mechanism: token, params });
        survives!(SecurityServer<'_>, SecurityServer { mechanism: token, params });
        survives!(SecurityVerify<'_>, SecurityVerify { mechanism: token, params });
        survives!(PAccessNetworkInfo<'_>, PAccessNetworkInfo { access: token, params });
        survives!(AnswerMode<'_>, AnswerMode { mode: token, params });
        survives!(PrivAnswerMode<'_>, PrivAnswerMode { mode: token, params });
        survives!(UserToUser<'_>, UserToUser { data: token, params });
        survives!(UserToUser<'_>, UserToUser { data: &format!("\"{text}\""), params });
        survives!(AcceptContact<'_>, AcceptContact { features: params });
        survives!(RejectContact<'_>, RejectContact { features: params });
        survives!(FeatureCaps<'_>, FeatureCaps { features: params });
        let vector = format!("icid-value=\"{text}\"{raw}");
        survives!(PChargingVector<'_>, PChargingVector { params: Params::from_raw(&vector) });
    }

    #[test]
    fn tokens_and_texts_survive(token in TOKEN, namespace in NODOT, priority in NODOT, text in TEXT, id in CALL_ID) {
        survives!(AllowEvents<'_>, AllowEvents(&token));
        survives!(ContentEncoding<'_>, ContentEncoding(&token));
        survives!(ContentLanguage<'_>, ContentLanguage(&token));
        survives!(Priority<'_>, Priority(&token));
        survives!(SipETag<'_>, SipETag(&token));
        survives!(SipIfMatch<'_>, SipIfMatch(&token));
        survives!(ResourcePriority<'_>, ResourcePriority { namespace: &namespace, priority: &priority });
        survives!(AcceptResourcePriority<'_>, AcceptResourcePriority { namespace: &namespace, priority: &priority });
        survives!(UserAgent<'_>, UserAgent(&text));
        survives!(Server<'_>, Server(&text));
        survives!(Subject<'_>, Subject(&text));
        survives!(Organization<'_>, Organization(&text));
        survives!(InReplyTo<'_>, InReplyTo(&id));
        survives!(ContentId<'_>, ContentId(&token));
    }

    #[test]
    fn numbers_survive(n in any::<u32>(), m in any::<u32>(), c in 0u32..1 << 31, method in method(), flag in any::<bool>(), local in any::<u128>(), remote in any::<Option<u128>>()) {
        survives!(RSeq, RSeq(n));
        survives!(MaxBreadth, MaxBreadth(n));
        survives!(FlowTimer, FlowTimer(n));
        survives!(MinSe, MinSe(n));
        survives!(ReferSub, ReferSub(flag));
        survives!(MimeVersion, MimeVersion { major: n, minor: m });
        survives!(RAck, RAck { rseq: n, cseq: c, method });
        survives!(SessionId, SessionId { local, remote });
        for refresher in [None, Some(Refresher::Uac), Some(Refresher::Uas)] {
            survives!(SessionExpires, SessionExpires { seconds: n, refresher });
        }
    }

    #[test]
    fn dates_survive_in_both_directions(seconds in -62_167_219_200i64..=253_402_300_799) {
        let date = Date::from_unix(seconds).unwrap();
        prop_assert_eq!(date.unix(), seconds);
        survives!(Date, date);
    }

    #[test]
    fn times_survive(sent in "[0-9]{1,12}(\\.[0-9]{0,12})?", delay in prop::option::of("[0-9]{1,4}(\\.[0-9]{0,12})?|\\.[0-9]{1,3}")) {
        let t = Timestamp { sent: &sent, delay: delay.as_deref() };
        survives!(Timestamp<'_>, t);
        let seconds: f64 = sent.parse().unwrap();
        prop_assert!((t.sent_time().unwrap().as_secs_f64() - seconds).abs() < 0.001);
        prop_assert_eq!(t.delay_time().is_some(), delay.is_some());
    }

    #[test]
    fn warnings_and_comments_survive(code in 0u16..1000, agent in "[a-z0-9.]{1,9}(:[0-9]{1,4})?", text in QUOTED, n in any::<u32>(), comment in prop::option::of("([ !#-'*-\\[\\]-~]|\\\\[ -~]|\\([a-z]{0,3}\\)){0,9}"), params in params()) {
        survives!(Warning<'_>, Warning { code, agent: &agent, raw_text: &text });
        survives!(RetryAfterDetails<'_>, RetryAfterDetails { seconds: n, comment: comment.as_deref(), params: Params::from_raw(&params) });
        let whole = RetryAfterDetails { seconds: n, comment: comment.as_deref(), params: Params::from_raw(&params) }.to_string();
        prop_assert_eq!(RetryAfter::parse(whole.as_bytes()), Ok(RetryAfter(n)));
    }

    #[test]
    fn dialog_ids_survive(call_id in CALL_ID, one in TOKEN, other in TOKEN, early_only in any::<bool>()) {
        survives!(Replaces<'_>, Replaces { call_id: &call_id, to_tag: &one, from_tag: &other, early_only });
        survives!(Join<'_>, Join { call_id: &call_id, to_tag: &one, from_tag: &other });
        survives!(TargetDialog<'_>, TargetDialog { call_id: &call_id, local_tag: &one, remote_tag: &other });
    }

    #[test]
    fn words_survive_in_any_case(
        state in word(&["active", "pending", "terminated"]), params in params(),
        directive in word(&["proxy", "redirect", "cancel", "no-cancel", "fork", "no-fork", "recurse", "no-recurse", "parallel", "sequential", "queue", "no-queue"]),
        media in word(&["sendrecv", "sendonly", "recvonly", "inactive", "gated", "supported"]),
        values in vec(word(&["header", "session", "user", "none", "critical", "id", "history"]), 1..4),
    ) {
        survives!(SubscriptionState<'_>, SubscriptionState { state: Substate::of(&state), params: Params::from_raw(&params) });
        survives!(RequestDisposition<'_>, RequestDisposition(Directive::of(&directive)));
        survives!(PEarlyMedia<'_>, PEarlyMedia(EarlyMedia::of(&media)));
        let text = values.join(" ;");
        let privacy = Privacy::parse(text.as_bytes()).unwrap();
        survives!(Privacy<'_>, privacy);
        prop_assert_eq!(privacy.iter().collect::<Vec<_>>(), values.iter().map(|v| PrivacyValue::of(v)).collect::<Vec<_>>());
    }

    #[test]
    fn signatures_and_proofs_survive(token in "[A-Za-z0-9+/_=.-]{1,40}", info in prop::option::of("https?://[a-z]{1,8}\\.example[/a-z;,?=]{0,9}"), params in params(), pairs in vec((TOKEN, QUOTED, any::<bool>()), 1..4)) {
        let info = info.as_deref().map(|uri| UriView::parse(uri).unwrap());
        survives!(Identity<'_>, Identity { token: &token, info, params: Params::from_raw(&params) });
        let list: Vec<_> = pairs.iter().map(|(k, v, bare)| if *bare { format!("{k}=x") } else { format!("{k}=\"{v}\"") }).collect();
        let text = list.join(", ");
        let info = AuthenticationInfo::parse(text.as_bytes()).unwrap();
        survives!(AuthenticationInfo<'_>, info);
        for (name, ..) in &pairs {
            prop_assert!(info.get(name).is_some());
        }
    }
}

/// Reads `bytes` as every header there is. What is read, written and read again is the same, folding apart, which is written
/// as the space that it means; an error points into it.
macro_rules! any_bytes {
    ($bytes:expr; $($ty:ty),+ $(,)?) => {$(
        match <$ty>::parse($bytes) {
            Err(e) => prop_assert!(e.at <= $bytes.len(), "{}", e),
            Ok(read) => {
                let text = read.to_string();
                let again = <$ty>::parse(text.as_bytes());
                prop_assert!(!text.contains(['\r', '\n']), "{:?} of {} is folded", text, stringify!($ty));
                prop_assert!(again.as_ref().is_ok_and(|a| a.to_string() == text), "{} is read as {:?}", text, again);
                let is_folded = $bytes.iter().any(|b| matches!(b, b'\r' | b'\n'));
                prop_assert!(is_folded || again.as_ref() == Ok(&read), "{} is read as {:?}", text, again);
            }
        }
    )+};
}

fn near_values() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..24),
        vec(
            prop::sample::select(vec![
                "1",
                "32",
                "a",
                "SIP",
                "<",
                ">",
                "sip:a@b",
                "https://a/",
                "\"",
                "\\",
                "(",
                ")",
                ";",
                ",",
                "=",
                " ",
                "\r\n ",
                ".",
                "*",
                "/",
                ":",
                "tag",
                "to-tag",
                "from-tag=1",
                "local-tag=1",
                "remote-tag=1",
                "info=",
                "cause=1",
                "text=",
                "icid-value=",
                "refresher=uac",
                "Thu",
                "Jan",
                "1970",
                "GMT",
                "00:00:00",
                "INVITE",
                "true",
                "é",
                "\0",
                "ab30317f1a784dc48ff824d0d3715d86",
                "remote",
            ]),
            0..8,
        )
        .prop_map(|parts| parts.concat().into_bytes()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn any_bytes_are_a_value_or_an_error_with_its_place(bytes in near_values()) {
        let bytes = &bytes[..];
        any_bytes!(bytes; Accept<'_>, AcceptEncoding<'_>, AcceptLanguage<'_>, AcceptContact<'_>, RejectContact<'_>, FeatureCaps<'_>,
            RequestDisposition<'_>, AllowEvents<'_>, ContentEncoding<'_>, ContentLanguage<'_>, ContentDisposition<'_>, ContentId<'_>,
            MimeVersion, Priority<'_>, SipETag<'_>, SipIfMatch<'_>, UserAgent<'_>, Server<'_>, Subject<'_>, Organization<'_>,
            Date, Timestamp<'_>, Warning<'_>, InReplyTo<'_>, AlertInfo<'_>, CallInfo<'_>, ErrorInfo<'_>, Geolocation<'_>,
            IdentityInfo<'_>, Event<'_>, SubscriptionState<'_>, ReferSub, Replaces<'_>, Join<'_>, TargetDialog<'_>, RAck, RSeq,
            SessionExpires, MinSe, MaxBreadth, FlowTimer, RetryAfterDetails<'_>, Privacy<'_>, Reason<'_>, Identity<'_>,
            InfoPackage<'_>, RecvInfo<'_>, SecurityClient<'_>, PChargingVector<'_>, PAccessNetworkInfo<'_>, PEarlyMedia<'_>,
            UserToUser<'_>, SessionId, ResourcePriority<'_>, AnswerMode<'_>, AuthenticationInfo<'_>, HistoryInfo<'_>, Diversion<'_>);
        if let Ok(read) = HistoryInfo::parse(bytes) {
            let _ = (read.index().map(|i| i.numbers().count()), read.retargeting());
        }
        if let Ok(read) = Timestamp::parse(bytes) {
            let _ = (read.sent_time(), read.delay_time());
        }
        if let Ok(read) = Reason::parse(bytes) {
            let _ = (read.text(), read.cause());
        }
    }
}
