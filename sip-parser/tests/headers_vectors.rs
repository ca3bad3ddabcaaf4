//! The extension headers of all messages of real devices and of the RFCs' call flows: what is refused, and why.

mod common;

use offhook_sip_parser::header::*;
use offhook_sip_parser::{Index, MessageView, ParseError};
use std::fs;
use std::path::Path as File;

/// Every value that is refused, by a part of its file's name, its header, and what is wrong with it.
const REFUSED: &[(&str, &str, &str)] = &[
    ("rfc3261/007_23.3_INVITE.sip", "Content-Disposition", "a semicolon missing between two parameters"),
    ("rfc5359/092_2.4_F5-REFER-Alice-Bob.sip", "Referred-By", "a URI without a scheme"),
    ("rfc5359/098_2.4_F11-INVITE-Bob-Carol.sip", "Referred-By", "the same"),
    ("rfc3515/001_4.1_REFER.sip", "Refer-To", "words stand for a URI"),
    ("rfc3515/007_4.2_REFER.sip", "Refer-To", "the same"),
    ("rfc3515/003_4.1_NOTIFY.sip", "Subscription-State", "words stand for a number"),
    ("rfc3515/009_4.2_NOTIFY.sip", "Subscription-State", "the same"),
    ("rfc3327/", "Path", "dots stand for what is left out"),
    ("rfc3608/", "Service-Route", "the same"),
    ("rfc4662/005_6_SUBSCRIBE.sip", "Identity", "a signature that is folded, which leaves spaces in it"),
    ("rfc4662/009_6_SUBSCRIBE.sip", "Identity", "the same"),
    ("testdata-0520-200.sip", "Warning", "made of junk on purpose"),
    ("testdata-0556-UPDATE.sip", "Content-Disposition", "two of them with a comma, and it is no list"),
];

/// Reads every header of the types named, and asks that what is written reads the same.
macro_rules! read_each {
    ($message:expr, $each:expr; $($ty:ty),+ $(,)?) => {$(
        for one in $message.typed_all::<$ty>() {
            if let Ok(read) = &one {
                let text = read.to_string();
                let again = <$ty>::parse(text.as_bytes());
                assert!(again.as_ref().is_ok_and(|a| a.to_string() == text), "{text}");
                // Folding is written as the space that it means.
                let is_folded = format!("{read:?}").contains("\\n");
                assert!(is_folded || again.as_ref() == Ok(read), "{text}");
            }
            $each(one.map(|_| ()));
        }
    )+};
}

fn read(message: &MessageView<'_>, mut each: impl FnMut(Result<(), ParseError>)) {
    read_each!(message, each;
        Path<'_>, ServiceRoute<'_>, ContentEncoding<'_>, ContentDisposition<'_>, ContentLanguage<'_>, ContentId<'_>,
        MimeVersion, Accept<'_>, AcceptEncoding<'_>, AcceptLanguage<'_>, AcceptContact<'_>, RejectContact<'_>,
        RequestDisposition<'_>, AllowEvents<'_>, AuthenticationInfo<'_>, UserAgent<'_>, Server<'_>, Subject<'_>, Date,
        Timestamp<'_>, Warning<'_>, Priority<'_>, Organization<'_>, InReplyTo<'_>, ReplyTo<'_>, ErrorInfo<'_>,
        AlertInfo<'_>, CallInfo<'_>, Event<'_>, SubscriptionState<'_>, SipETag<'_>, SipIfMatch<'_>, ReferTo<'_>,
        ReferredBy<'_>, ReferSub, Replaces<'_>, Join<'_>, TargetDialog<'_>, RAck, RSeq, SessionExpires, MinSe,
        PAssertedIdentity<'_>, PPreferredIdentity<'_>, RemotePartyId<'_>, Privacy<'_>, Diversion<'_>, HistoryInfo<'_>,
        Reason<'_>, FlowTimer, Identity<'_>, IdentityInfo<'_>, InfoPackage<'_>, RecvInfo<'_>, MaxBreadth,
        SecurityClient<'_>, SecurityServer<'_>, SecurityVerify<'_>, PChargingVector<'_>, PAccessNetworkInfo<'_>,
        PCalledPartyId<'_>, PAssociatedUri<'_>, PEarlyMedia<'_>, FeatureCaps<'_>, Geolocation<'_>, UserToUser<'_>,
        SessionId, ResourcePriority<'_>, AcceptResourcePriority<'_>, AnswerMode<'_>, PrivAnswerMode<'_>,
        RetryAfterDetails<'_>);
}

/// How many values were read, of all messages of a folder that parse.
fn read_folder(folder: &File, seen: &mut Vec<usize>) -> usize {
    let manifest = fs::read_to_string(folder.join("manifest.tsv")).unwrap();
    let messages = folder.join("messages");
    let messages = if messages.is_dir() { &messages } else { folder };
    let mut accepted = 0;
    for row in common::rows(&manifest).1 {
        let file = row[0];
        let bytes = fs::read(messages.join(file)).unwrap();
        let mut index = Index::new();
        let Ok(message) = MessageView::parse(&bytes, &mut index) else { continue };
        read(&message, |one| match one {
            Ok(()) => accepted += 1,
            Err(e) => {
                let known = |(name, header, _): &(&str, &str, &str)| {
                    file.contains(name) && e.to_string().contains(&format!(" in {header} at "))
                };
                match REFUSED.iter().position(known) {
                    Some(i) => seen.push(i),
                    None => {
                        panic!("{file}: {e}: {:?}", String::from_utf8_lossy(&bytes[e.at..bytes.len().min(e.at + 40)]))
                    }
                }
            }
        });
    }
    accepted
}

#[test]
fn every_value_is_read_but_for_named_defects() {
    let (Some(flows), Some(real)) = (common::vectors("rfc-flows"), common::vectors("sip-real")) else { return };
    let mut seen = Vec::new();
    let accepted = (read_folder(&flows, &mut seen), read_folder(&real, &mut seen));
    assert_eq!((accepted, seen.len()), ((207, 909), 21));
    for (i, row) in REFUSED.iter().enumerate() {
        assert!(seen.contains(&i), "{row:?} is accepted now: take its row away");
    }
}
