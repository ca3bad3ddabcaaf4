//! The examples that the RFCs print, and what their grammars refuse, with the byte that is at fault.

use offhook_sip_parser::header::*;
use offhook_sip_parser::{ErrorKind, Index, MessageView, Name};

fn fault<'a, T: TypedHeader<'a>>(value: &'a str) -> Option<(ErrorKind, usize)> {
    T::parse(value.as_bytes()).err().map(|e| (e.kind, e.at))
}

use ErrorKind::{BadCharacter, BadNumber, Missing, Repeated, Truncated, Unsupported};

#[test]
fn every_registered_compact_form_is_its_header() {
    for (form, name) in [
        ("a", Name::ACCEPT_CONTACT),
        ("b", Name::REFERRED_BY),
        ("c", Name::CONTENT_TYPE),
        ("d", Name::REQUEST_DISPOSITION),
        ("e", Name::CONTENT_ENCODING),
        ("f", Name::FROM),
        ("i", Name::CALL_ID),
        ("j", Name::REJECT_CONTACT),
        ("k", Name::SUPPORTED),
        ("l", Name::CONTENT_LENGTH),
        ("m", Name::CONTACT),
        ("n", Name::IDENTITY_INFO),
        ("o", Name::EVENT),
        ("r", Name::REFER_TO),
        ("s", Name::SUBJECT),
        ("t", Name::TO),
        ("u", Name::ALLOW_EVENTS),
        ("v", Name::VIA),
        ("x", Name::SESSION_EXPIRES),
        ("y", Name::IDENTITY),
    ] {
        assert_eq!((Name::lookup(form), Name::lookup(&form.to_uppercase())), (Some(name), Some(name)), "{form}");
    }
    for none in ["g", "h", "p", "q", "w", "z"] {
        assert_eq!(Name::lookup(none), None, "{none}");
    }
}

#[test]
fn lists_stand_on_one_line_or_on_many_and_others_are_not_split() {
    let message = b"SIP/2.0 200 OK\r\n\
        Warning: 301 isi.edu \"Incompatible, type 'E.164'\", 307 isi.edu \"x\"\r\n\
        u: presence\r\n\
        Allow-Events: dialog ,\r\n message-summary\r\n\
        Date: Sat, 13 Nov 2010 23:29:00 GMT\r\n\
        s: One, two\r\n\
        Server: HomeServer v2 (a, b)\r\n\
        Accept:\r\n\r\n";
    let mut index = Index::new();
    let message = MessageView::parse(message, &mut index).unwrap();
    let codes: Vec<_> = message.typed_all::<Warning<'_>>().map(|w| w.unwrap().code).collect();
    assert_eq!(codes, [301, 307]);
    let events: Vec<_> = message.typed_all::<AllowEvents<'_>>().map(|e| e.unwrap().0).collect();
    assert_eq!(events, ["presence", "dialog", "message-summary"]);
    assert_eq!(message.typed_all::<Date>().count(), 1);
    assert_eq!(message.required::<Subject<'_>>().unwrap().0, "One, two");
    assert_eq!(message.required::<Server<'_>>().unwrap().0, "HomeServer v2 (a, b)");
    assert_eq!(message.typed::<Accept<'_>>(), Ok(None), "nothing is accepted");
}

#[test]
fn a_fault_of_a_list_is_placed_in_the_message() {
    let bytes = b"SIP/2.0 200 OK\r\nReason: SIP;cause=200, ;x\r\n\r\n";
    let mut index = Index::new();
    let message = MessageView::parse(bytes, &mut index).unwrap();
    let e = message.typed_all::<Reason<'_>>().nth(1).unwrap().unwrap_err();
    assert_eq!((e.kind, &bytes[e.at..e.at + 2]), (BadCharacter, &b";x"[..]));
}

#[test]
fn rfc_3261_20_content_and_capabilities() {
    let accept = Accept::parse(b"application/x-private").unwrap();
    assert!(accept.takes("Application", "X-Private") && accept.q() == 1000);
    assert!(Accept::parse(b"*/*;q=0.1").unwrap().takes("text", "html"));
    assert_eq!(AcceptLanguage::parse(b"da").unwrap().range, "da");
    assert_eq!(fault::<Accept<'_>>("application"), Some((Truncated, 11)));
    assert_eq!(fault::<Accept<'_>>("application/sdp x"), Some((BadCharacter, 16)));
    assert_eq!(fault::<AcceptEncoding<'_>>(";q=1"), Some((BadCharacter, 0)));
    assert!(ContentDisposition::parse(b"session").unwrap().is_required());
    assert_eq!(ContentDisposition::parse(b"icon; Handling=\"optional\"").map(|d| d.is_required()), Ok(false));
    assert_eq!(
        fault::<ContentDisposition<'_>>("session;handling=required,recording-session"),
        Some((BadCharacter, 25))
    );
    assert_eq!(MimeVersion::parse(b"1.0").unwrap().to_string(), "1.0");
    assert_eq!(
        (fault::<MimeVersion>("1"), fault::<MimeVersion>("1.x")),
        (Some((Truncated, 1)), Some((BadCharacter, 2)))
    );
    // RFC 8262 §3.2 has brackets; RFC 3515's flows do without.
    assert_eq!(ContentId::parse(b"6a650fba").unwrap().to_string(), "<6a650fba>");
    assert_eq!(
        (fault::<ContentId<'_>>("<a@b"), fault::<ContentId<'_>>("a@b>")),
        (Some((Truncated, 4)), Some((BadCharacter, 3)))
    );
    assert_eq!(fault::<ContentEncoding<'_>>("gzip tar"), Some((BadCharacter, 5)));
    assert_eq!(fault::<ContentLanguage<'_>>(""), Some((Truncated, 0)));
    assert_eq!(fault::<AllowEvents<'_>>("pres/x"), Some((BadCharacter, 4)));
}

#[test]
fn rfc_3261_20_texts_and_times() {
    assert_eq!(Subject::parse("Tech Support für é".as_bytes()).unwrap().0, "Tech Support für é");
    assert_eq!(fault::<UserAgent<'_>>("a\0b"), Some((BadCharacter, 1)));
    assert_eq!(Organization::parse(b"caf\xe9").map_err(|e| (e.kind, e.at)), Err((BadCharacter, 3)));
    assert_eq!(Subject::parse(b"a\r\n b").unwrap().0, "a\r\n b");
    let t = Timestamp::parse(b"54").unwrap();
    assert_eq!((t.sent, t.delay, t.sent_time().unwrap().as_secs()), ("54", None, 54));
    assert_eq!(
        (fault::<Timestamp<'_>>("1.2.3"), fault::<Timestamp<'_>>("1 x")),
        (Some((BadNumber, 0)), Some((BadCharacter, 2)))
    );
    assert_eq!(
        (fault::<Timestamp<'_>>("1 2 3"), fault::<Timestamp<'_>>("1 ")),
        (Some((BadCharacter, 4)), Some((Truncated, 2)))
    );
    assert_eq!(Timestamp::parse(b"99999999999999999999").unwrap().sent_time(), None);
    let retry = RetryAfterDetails::parse(b"18000;duration=3600").unwrap();
    assert_eq!((retry.seconds, retry.comment, retry.duration()), (18000, None, Some(3600)));
    let retry = RetryAfterDetails::parse(b"120 (a (b) \\) c)").unwrap();
    assert_eq!((retry.comment, retry.duration()), (Some("a (b) \\) c"), None));
    assert_eq!(fault::<RetryAfterDetails<'_>>("120 (a"), Some((Truncated, 6)));
    assert_eq!(fault::<RetryAfterDetails<'_>>("120 x"), Some((BadCharacter, 4)));
}

#[test]
fn rfc_3261_20_people_and_pointers() {
    let calls = b"SIP/2.0 200 OK\r\nIn-Reply-To: 70710@saturn.bell-tel.com, 17320@saturn.bell-tel.com\r\n\r\n";
    let mut index = Index::new();
    let message = MessageView::parse(calls, &mut index).unwrap();
    let ids: Vec<_> = message.typed_all::<InReplyTo<'_>>().map(|i| i.unwrap().0).collect();
    assert_eq!(ids, ["70710@saturn.bell-tel.com", "17320@saturn.bell-tel.com"]);
    assert_eq!(fault::<InReplyTo<'_>>("a@b c"), Some((BadCharacter, 3)));
    let info = CallInfo::parse(b"<http://wwww.example.com/alice/photo.jpg> ;purpose=icon").unwrap();
    assert_eq!((info.uri().unwrap().text(), info.purpose()), ("http://wwww.example.com/alice/photo.jpg", Some("icon")));
    let ring = AlertInfo::parse(b"Bellcore-dr2").unwrap();
    assert_eq!((ring.target, ring.uri()), ("Bellcore-dr2", None));
    assert_eq!(
        AlertInfo::parse(b";info=alert-autoanswer;delay=0").unwrap().params.value("info"),
        Some("alert-autoanswer")
    );
    for (bad, kind, at) in
        [("<sip:a@b", Truncated, 8), ("<>", BadCharacter, 1), ("", Truncated, 0), ("Ring Answer", BadCharacter, 5)]
    {
        assert_eq!(fault::<ErrorInfo<'_>>(bad), Some((kind, at)), "{bad}");
    }
    let w = Warning::parse(b"301 isi.edu \"Incompatible network address type 'E.164'\"").unwrap();
    assert_eq!((w.code, w.agent, w.text().as_ref()), (301, "isi.edu", "Incompatible network address type 'E.164'"));
    assert_eq!(Warning::parse(b"399 [::1]:5060 \"say \\\"no\\\"\"").unwrap().text(), "say \"no\"");
    for (bad, kind, at) in [
        ("30 a \"x\"", BadNumber, 0),
        ("3000 a \"x\"", BadNumber, 0),
        ("399 a x", BadCharacter, 6),
        ("399 a \"x", Truncated, 8),
        ("399", Truncated, 3),
    ] {
        assert_eq!(fault::<Warning<'_>>(bad), Some((kind, at)), "{bad}");
    }
    assert_eq!(Warning::parse(b"399 a \"x\xff\"").map_err(|e| (e.kind, e.at)), Err((BadCharacter, 8)));
    let info = AuthenticationInfo::parse(b"qop=auth, rspauth=\"6629fae4\", cnonce=\"0a4f113b\", nc=00000001").unwrap();
    assert_eq!((info.get("RSPAUTH").unwrap().as_ref(), info.get("nc").unwrap().as_ref()), ("6629fae4", "00000001"));
    assert!(info.next_nonce().is_none() && !format!("{info:?}").contains("6629"));
    assert_eq!(
        (fault::<AuthenticationInfo<'_>>(""), fault::<AuthenticationInfo<'_>>("a b")),
        (Some((Truncated, 0)), Some((BadCharacter, 1)))
    );
}

#[test]
fn rfc_3262_reliable_provisional_responses() {
    assert_eq!(RSeq::parse(b"988789"), Ok(RSeq(988789)));
    assert_eq!(RAck::parse(b"776656  1\tINVITE").unwrap().to_string(), "776656 1 INVITE");
    for (bad, kind, at) in [
        ("776656", Truncated, 6),
        ("776656 1", Truncated, 8),
        ("776656,1 INVITE", BadCharacter, 6),
        ("1 2147483648 INVITE", BadNumber, 2),
        ("4294967296 1 INVITE", BadNumber, 0),
        ("1 1 INVITE x", BadCharacter, 11),
    ] {
        assert_eq!(fault::<RAck>(bad), Some((kind, at)), "{bad}");
    }
}

#[test]
fn rfc_3891_3911_4538_other_dialogs() {
    for text in [
        "98732@sip.example.com\r\n          ;from-tag=r33th4x0r\r\n          ;to-tag=ff87ff",
        "12adf2f34456gs5;to-tag=12345;from-tag=54321",
        "87134@192.0.2.23;to-tag=24796;from-tag=0",
    ] {
        assert!(Replaces::parse(text.as_bytes()).is_ok_and(|r| !r.early_only), "{text}");
        assert!(Join::parse(text.as_bytes()).is_ok(), "{text}");
    }
    let early = Replaces::parse(b"425928@bobster.example.org;to-tag=7743;from-tag=6472;early-only").unwrap();
    assert!(early.early_only && early.to_tag == "7743" && early.from_tag == "6472");
    for (bad, kind, at) in [
        ("a@b;to-tag=1", Missing, 12),
        ("a@b", Missing, 3),
        ("a@b;to-tag=1;from-tag=2;To-Tag=3", Repeated, 24),
        ("a@b;to-tag;from-tag=2", BadCharacter, 4),
        ("a@b;to-tag=\"1\";from-tag=2", BadCharacter, 4),
        ("a@b,c@d;to-tag=1;from-tag=2", BadCharacter, 3),
    ] {
        assert_eq!(fault::<Replaces<'_>>(bad), Some((kind, at)), "{bad}");
        assert_eq!(fault::<Join<'_>>(bad), Some((kind, at)), "{bad}");
    }
    assert_eq!(fault::<TargetDialog<'_>>("a@b;local-tag=1"), Some((Missing, 15)));
}

#[test]
fn rfc_3515_3892_4488_referral() {
    assert_eq!(ReferTo::parse(b"sip:alice@atlanta.example.com").unwrap().uri.user(), Some("alice"));
    let to = ReferTo::parse(b"<sip:carol@cleveland.example.org;method=SUBSCRIBE>").unwrap();
    assert_eq!(to.uri.params().value("method"), Some("SUBSCRIBE"));
    assert_eq!(
        ReferredBy::parse(b"sip:r@ref.example ;cid=\"2UWQFN309shb3@ref.example\"").unwrap().content_id(),
        Some("2UWQFN309shb3@ref.example")
    );
    assert_eq!(ReferTo::parse(b"<sip:a@b?x=1").map_err(|e| (e.kind, e.at)), Err((Truncated, 12)));
    assert_eq!((ReferSub::parse(b"True;x=1"), fault::<ReferSub>("no")), (Ok(ReferSub(true)), Some((BadCharacter, 0))));
}

#[test]
fn rfc_4028_session_timers() {
    assert_eq!(
        SessionExpires::parse(b"3600;Refresher=UAS"),
        Ok(SessionExpires { seconds: 3600, refresher: Some(Refresher::Uas) })
    );
    assert_eq!(SessionExpires::parse(b"50;x=1"), Ok(SessionExpires { seconds: 50, refresher: None }));
    for (bad, kind, at) in [
        ("", Truncated, 0),
        ("1800 uac", BadCharacter, 5),
        ("1800;refresher=me", Unsupported, 15),
        ("1800;refresher", Unsupported, 5),
        ("-1", BadCharacter, 0),
    ] {
        assert_eq!(fault::<SessionExpires>(bad), Some((kind, at)), "{bad}");
    }
    assert_eq!((MinSe::parse(b"60"), fault::<MinSe>("60 s")), (Ok(MinSe(60)), Some((BadCharacter, 3))));
}

#[test]
fn rfc_6665_and_3903_events() {
    let s = SubscriptionState::parse(b"active; expires=3400").unwrap();
    assert_eq!((s.state, s.expires(), s.reason()), (Substate::Active, Some(3400), None));
    let s = SubscriptionState::parse(b"Terminated;reason=giveup;retry-after=5").unwrap();
    assert_eq!((s.state, s.reason(), s.retry_after()), (Substate::Terminated, Some(StateReason::Giveup), Some(5)));
    let s = SubscriptionState::parse(b"waiting;reason=why").unwrap();
    assert_eq!((s.state, s.reason()), (Substate::Other("waiting"), Some(StateReason::Other("why"))));
    assert_eq!(fault::<SubscriptionState<'_>>("active;expires=(depends on)"), Some((BadCharacter, 24)));
    let (one, two) = (Event::parse(b"refer;id=1").unwrap(), Event::parse(b"refer;id=2").unwrap());
    assert!(!one.is_same_as(&two) && one.is_same_as(&one) && !one.is_same_as(&Event::parse(b"Refer;id=1").unwrap()));
    assert_eq!((fault::<Event<'_>>(""), fault::<Event<'_>>("a b")), (Some((Truncated, 0)), Some((BadCharacter, 2))));
    assert_eq!(
        (SipETag::parse(b"12345").unwrap().0, fault::<SipIfMatch<'_>>("\"1\"")),
        ("12345", Some((BadCharacter, 0)))
    );
}

#[test]
fn rfc_3326_reasons() {
    let reason = Reason::parse(b"SIP ;cause=200 ;text=\"Call completed elsewhere\"").unwrap();
    assert_eq!(
        (reason.protocol, reason.cause(), reason.text().unwrap().as_ref()),
        ("SIP", Some(200), "Call completed elsewhere")
    );
    assert_eq!(Reason::parse(b"SIP;text=\"a \\\"b\\\"\"").unwrap().text().unwrap(), "a \"b\"");
    assert_eq!(
        (fault::<Reason<'_>>("SIP cause"), fault::<Reason<'_>>("SIP;text=\"x")),
        (Some((BadCharacter, 4)), Some((Truncated, 11)))
    );
}

#[test]
fn rfc_3323_3325_7044_identity_and_privacy() {
    let p = Privacy::parse(b"header;user;Critical").unwrap();
    assert_eq!(p.iter().collect::<Vec<_>>(), [PrivacyValue::Header, PrivacyValue::User, PrivacyValue::Critical]);
    assert!(!p.has(PrivacyValue::Id) && Privacy::parse(b"history, id").unwrap().has(PrivacyValue::Id));
    assert_eq!(
        (fault::<Privacy<'_>>("id;"), fault::<Privacy<'_>>("id user")),
        (Some((Truncated, 3)), Some((BadCharacter, 3)))
    );
    let entry = HistoryInfo::parse(b"<sip:bob@biloxi.example.com?Reason=SIP%3Bcause%3D302>;index=1.1;rc=1").unwrap();
    assert_eq!(entry.index().unwrap().numbers().collect::<Vec<_>>(), [1, 1]);
    assert!(matches!(entry.retargeting(), Some(Retargeting::Contact(i)) if i.as_str() == "1"));
    let d = Diversion::parse(b"<tel:+19195551002>;reason=user-busy;screen=\"yes\";privacy=\"off\"").unwrap();
    assert_eq!(
        (d.reason(), d.is_screened(), d.privacy(), d.counter(), d.limit()),
        (Some(DiversionReason::UserBusy), true, Some("off"), 1, None)
    );
    let id =
        RemotePartyId::parse(b"<sip:2211@10.48.47.136;user=phone>;party=x-cisco-original-called;privacy=full").unwrap();
    assert_eq!((id.party(), id.is_private(), id.is_screened()), (Party::Other("x-cisco-original-called"), true, false));
    assert_eq!(fault::<PAssertedIdentity<'_>>("<fluffy@cisco.com>"), Some((Truncated, 17)));
}

#[test]
fn rfc_8224_and_4474_identity() {
    let id = Identity::parse(b"eyJh_-.eyJk.dGVz;info=<https://a.example/c;v=1,2>;alg=ES256").unwrap();
    assert_eq!(
        (id.info.unwrap().text(), id.algorithm(), id.extension()),
        ("https://a.example/c;v=1,2", Some("ES256"), None)
    );
    assert!(!format!("{id:?}").contains("eyJh"));
    let old = Identity::parse(b"\"ZYNBbHC00VMZr2kZt6VmCvPonWJMGvQTBDqghoWeLxJfzB2a1pxAr3VgrB0SsSAa=\"").unwrap();
    assert!(old.info.is_none() && old.to_string().starts_with("ZYNB"));
    for (bad, kind, at) in [
        ("", Truncated, 0),
        ("\"abc", Truncated, 4),
        ("a;info=<https://x", Truncated, 17),
        ("a b", BadCharacter, 2),
        ("a;info=<x>", Truncated, 9),
    ] {
        assert_eq!(fault::<Identity<'_>>(bad), Some((kind, at)), "{bad}");
    }
}

#[test]
fn rfc_3841_and_6809_features() {
    let a = AcceptContact::parse(b"*;methods=\"BYE\";class=\"business\";q=1.0;explicit").unwrap();
    assert!(a.is_explicit() && !a.is_required() && a.features.value("methods") == Some("\"BYE\""));
    let caps = FeatureCaps::parse(b"*;+g.3gpp.atcf=\"<tel:+1-237-888-9999>\";+g.3gpp.mid-call").unwrap();
    assert_eq!(caps.features.value("+g.3gpp.atcf"), Some("\"<tel:+1-237-888-9999>\""));
    assert_eq!(
        (fault::<RejectContact<'_>>("video"), fault::<AcceptContact<'_>>("*x")),
        (Some((BadCharacter, 0)), Some((BadCharacter, 1)))
    );
    assert_eq!(RequestDisposition::parse(b"Recurse").unwrap().0, Directive::Recurse);
    assert_eq!(fault::<RequestDisposition<'_>>("proxy;x"), Some((BadCharacter, 5)));
}

#[test]
fn rfc_3329_4412_5373_5393_5626_6086_small_ones() {
    let s = SecurityClient::parse(b"ipsec-3gpp;q=0.1;alg=hmac-md5-96;spi-c=5881615;port-c=32805").unwrap();
    assert_eq!((s.mechanism, s.q(), s.params.value("alg")), ("ipsec-3gpp", Some(100), Some("hmac-md5-96")));
    assert_eq!(fault::<SecurityServer<'_>>("tls q=1"), Some((BadCharacter, 4)));
    assert_eq!(ResourcePriority::parse(b"wps.3").unwrap().to_string(), "wps.3");
    for (bad, kind, at) in
        [("dsn", Truncated, 3), ("dsn.", Truncated, 4), ("dsn.a.b", BadCharacter, 5), (".a", BadCharacter, 0)]
    {
        assert_eq!(fault::<ResourcePriority<'_>>(bad), Some((kind, at)), "{bad}");
    }
    let mode = AnswerMode::parse(b"Manual;require").unwrap();
    assert!(mode.is_manual() && !mode.is_auto() && mode.is_required());
    assert_eq!((MaxBreadth::parse(b"30"), fault::<MaxBreadth>("x")), (Ok(MaxBreadth(30)), Some((BadCharacter, 0))));
    assert_eq!((FlowTimer::parse(b"120"), fault::<FlowTimer>("120s")), (Ok(FlowTimer(120)), Some((BadCharacter, 3))));
    let none = b"SIP/2.0 200 OK\r\nRecv-Info:\r\nRecv-Info: P, R;x=1\r\n\r\n";
    let mut index = Index::new();
    let message = MessageView::parse(none, &mut index).unwrap();
    let packages: Vec<_> = message.typed_all::<RecvInfo<'_>>().map(|r| r.unwrap().package).collect();
    assert_eq!(packages, ["P", "R"]);
}

#[test]
fn rfc_7315_5009_7433_7989_6442_networks_and_applications() {
    let v = PChargingVector::parse(
        b"icid-value=1234bc9876e; icid-generated-at=192.0.6.8; orig-ioi=home1.net; term-ioi=\"home2.net\"",
    )
    .unwrap();
    assert_eq!(
        (v.icid(), v.generated_at(), v.terminating()),
        (Some("1234bc9876e"), Some("192.0.6.8"), Some("home2.net"))
    );
    assert_eq!(PChargingVector::parse(b"orig-ioi=a;icid-value=b").unwrap().icid(), Some("b"));
    for (bad, kind, at) in [
        ("orig-ioi=a", Missing, 10),
        ("icid-value", Truncated, 10),
        (";icid-value=1", BadCharacter, 0),
        ("icid-value=", Truncated, 11),
    ] {
        assert_eq!(fault::<PChargingVector<'_>>(bad), Some((kind, at)), "{bad}");
    }
    let net = PAccessNetworkInfo::parse(b"3GPP-UTRAN-TDD; utran-cell-id-3gpp=\"234151D0FCE11\"").unwrap();
    assert_eq!((net.cell(), net.is_network_provided()), (Some("234151D0FCE11"), false));
    assert_eq!(PEarlyMedia::parse(b"SendOnly").unwrap().0, EarlyMedia::SendOnly);
    assert_eq!(fault::<PEarlyMedia<'_>>("a b"), Some((BadCharacter, 2)));
    let uui = UserToUser::parse(b"\"a;b\";encoding=text").unwrap();
    assert_eq!((uui.data, uui.encoding(), uui.is_hex()), ("\"a;b\"", Some("text"), false));
    assert_eq!(
        (fault::<UserToUser<'_>>("\"a"), fault::<UserToUser<'_>>("a b")),
        (Some((Truncated, 2)), Some((BadCharacter, 2)))
    );
    let id = SessionId::parse(b"AB30317F1A784DC48FF824D0D3715D86 ; remote=47755a9de7794ba387653f2099600ef2").unwrap();
    assert_eq!(id.to_string(), "ab30317f1a784dc48ff824d0d3715d86;remote=47755a9de7794ba387653f2099600ef2");
    for (bad, at) in
        [("ab30", 0), ("+b30317f1a784dc48ff824d0d3715d86", 0), ("ab30317f1a784dc48ff824d0d3715d86;remote=1", 40)]
    {
        assert_eq!(fault::<SessionId>(bad), Some((BadNumber, at)), "{bad}");
    }
    let place = Geolocation::parse(b"<sips:3sdefrhy2jj7@lis.atlanta.example.com>;x").unwrap();
    assert_eq!((place.uri().unwrap().user(), place.params.has("x")), (Some("3sdefrhy2jj7"), true));
}
