//! Every typed attribute reads as it is written, and no value does harm. RFC 8866 §5.13.

use offhook_sdp::*;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use std::net::IpAddr;
use std::time::Duration;

const TOKEN: &str = "[!#$%&'*+.0-9A-Z^_`a-z{|}~-]{1,20}";

/// Writes the attribute, reads it again, and wants the same.
macro_rules! again {
    ($type:ident, $value:expr) => {{
        let value = $value;
        let text = value.to_string();
        prop_assert_eq!($type::parse(&text), Ok(value), "{}", text);
    }};
}

/// Nothing, or words that single spaces divide.
fn words() -> impl Strategy<Value = String> {
    vec("[!-~]{1,8}", 0..4).prop_map(|words| words.join(" "))
}

fn tokens(least: usize) -> impl Strategy<Value = String> {
    vec(TOKEN, least..5).prop_map(|words| words.join(" "))
}

fn name() -> impl Strategy<Value = String> {
    "[g-z][a-z0-9-]{0,8}(\\.[a-z]{1,6}){0,3}(\\.local)?"
}

fn ip_or_name() -> impl Strategy<Value = Result<IpAddr, String>> {
    prop_oneof![any::<IpAddr>().prop_map(Ok), name().prop_map(Err)]
}

fn address(address: &Result<IpAddr, String>) -> CandidateAddress<'_> {
    match address {
        Ok(ip) => CandidateAddress::Ip(*ip),
        Err(name) => CandidateAddress::Name(name),
    }
}

fn direction() -> impl Strategy<Value = Direction> {
    any::<(bool, bool)>().prop_map(|(sends, receives)| Direction::new(sends, receives))
}

/// A candidate with every part that it may have.
fn candidate() -> impl Strategy<Value = String> {
    let kinds = "(host|srflx|prflx|relay|x-mine)";
    let related = (of(ip_or_name()), of(any::<u16>())).prop_map(|(address, port)| {
        let address = address.map_or(String::new(), |a| format!(" raddr {}", self::address(&a)));
        address + &port.map_or(String::new(), |p| format!(" rport {p}"))
    });
    let extensions = "( tcptype (active|passive|so))?( (generation|network-id|ufrag) [!-~]{1,6}){0,3}";
    let start = ("[a-zA-Z0-9+/]{1,32}", 1u16..=256, "(UDP|TCP|SCTP)", 1u32..1 << 31);
    (start, ip_or_name(), any::<u16>(), kinds, related, extensions).prop_map(
        |((foundation, component, transport, priority), address, port, kind, related, extensions)| {
            let address = self::address(&address);
            format!("{foundation} {component} {transport} {priority} {address} {port} typ {kind}{related}{extensions}")
        },
    )
}

const SUITES: [CryptoSuite<'static>; 9] = [
    CryptoSuite::AesCm128HmacSha1_80,
    CryptoSuite::AesCm128HmacSha1_32,
    CryptoSuite::F8_128HmacSha1_80,
    CryptoSuite::Aes192CmHmacSha1_80,
    CryptoSuite::Aes192CmHmacSha1_32,
    CryptoSuite::Aes256CmHmacSha1_80,
    CryptoSuite::Aes256CmHmacSha1_32,
    CryptoSuite::AeadAes128Gcm,
    CryptoSuite::AeadAes256Gcm,
];

/// A suite, and key parameters for it.
fn keys() -> impl Strategy<Value = (CryptoSuite<'static>, String)> {
    let suite = proptest::sample::select(SUITES.as_slice());
    let lifetime = prop_oneof![
        Just(String::new()),
        (0u8..=64).prop_map(|p| format!("|2^{p}")),
        (1u64..).prop_map(|n| format!("|{n}"))
    ];
    let mki =
        prop_oneof![Just(String::new()), (any::<u32>(), 4u8..=128).prop_map(|(n, length)| format!("|{n}:{length}"))];
    (suite, vec((any::<[u8; Crypto::MAX_KEY_LEN]>(), lifetime, mki), 1..4)).prop_map(|(suite, keys)| {
        let length = suite.key_len().unwrap();
        let key = |(bytes, lifetime, mki): ([u8; _], _, _)| {
            format!("inline:{}{lifetime}{mki}", KeyParam::encode(&bytes[..length]))
        };
        (suite, keys.into_iter().map(key).collect::<Vec<_>>().join(";"))
    })
}

/// What is read from any text is written, and then read as the same; so nothing that is accepted is lost.
macro_rules! stable {
    ($text:expr, $($type:ident)*) => {
        $(if let Ok(read) = $type::parse($text) {
            let written = read.to_string();
            assert_eq!($type::parse(&written), Ok(read), "{}: {:?}", $type::NAME, $text);
        })*
    };
}

fn every_type(text: &str) {
    stable!(text, Rtpmap Ptime MaxPtime Rtcp RtcpMux RtcpMuxOnly RtcpRsize BundleOnly ExtmapAllowMixed EndOfCandidates);
    stable!(text, IceLite IceMismatch RtcpFb Extmap Mid Group Msid MsidSemantic SourceAttribute SourceGroup Crypto);
    stable!(text, Fingerprint Setup TlsId Candidate RemoteCandidates IceUfrag IcePwd IceOptions IcePacing Label);
    stable!(text, Content SctpPort MaxMessageSize Fmtp);
    let _ = (OpusParameters::parse(text), TelephoneEvents::parse(text), FmtpParameters(text).iter().count());
}

proptest! {
    #[test]
    fn rtcp_and_header_extensions(
        pt in of(0u8..=127), kind in "[a-su-z0-9][a-z0-9-]{0,8}", parameters in words(), interval: u32,
        id in prop_oneof![1u16..=255, 4096u16..=4351], direction in of(direction()), uri in "[!-~]{1,20}",
    ) {
        again!(RtcpFb, RtcpFb { payload_type: pt, kind: &kind, parameters: &parameters });
        let interval_text = interval.to_string();
        let fb = RtcpFb { payload_type: pt, kind: "trr-int", parameters: &interval_text };
        prop_assert_eq!(fb.feedback(), Feedback::MinInterval(interval));
        again!(RtcpFb, fb);
        again!(Extmap, Extmap { id, direction, uri: &uri, attributes: &parameters });
    }

    #[test]
    fn names_groups_and_sources(
        token in TOKEN, tokens in tokens(0), id in "[!#$%&'*+.0-9A-Z^_`a-z{|}~-]{1,64}", track in of(TOKEN), ssrc: u32,
        value in of("[!-~]([ -~]{0,20}[!-~])?"), ssrcs in vec(any::<u32>(), 0..4),
    ) {
        again!(Mid, Mid(&token));
        again!(Label, Label(&token));
        for semantics in [GroupSemantics::Ls, GroupSemantics::Fid, GroupSemantics::Bundle, GroupSemantics::Other("DUP")] {
            again!(Group, Group { semantics, names: &tokens });
        }
        again!(Msid, Msid { id: &id, track: track.as_deref() });
        again!(MsidSemantic, MsidSemantic { semantic: &token, streams: &tokens });
        again!(SourceAttribute, SourceAttribute { ssrc, name: &token, value: value.as_deref() });
        let sources = ssrcs.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
        let group = SourceGroup { semantics: &token, sources: &sources };
        prop_assert_eq!(group.ssrcs().collect::<Vec<_>>(), ssrcs);
        again!(SourceGroup, group);
        let list = tokens.replace(' ', ",");
        if !list.is_empty() {
            again!(Content, Content(&list));
        }
    }

    #[test]
    fn keys_and_certificates(
        tag in 0u32..=999_999_999, (suite, keys) in keys(), session in words(), bytes: [u8; 64],
        id in "[a-zA-Z0-9+/_-]{20,255}",
    ) {
        let keys = KeyParams::parse(&keys, &suite).unwrap();
        again!(Crypto, Crypto { tag, suite, keys, session: SessionParams(&session) });
        for key in keys.iter() {
            let text = key.to_string();
            prop_assert_eq!(KeyParams::parse(&text, &suite).unwrap().first(), key);
            let shown = format!("{key:?}");
            prop_assert!(!shown.contains(key.key_salt));
        }
        for hash in [HashFunction::Md5, HashFunction::Sha1, HashFunction::Sha224, HashFunction::Sha256,
            HashFunction::Sha384, HashFunction::Sha512] {
            again!(Fingerprint, Fingerprint::new(hash, &bytes[..hash.digest_len()]).unwrap());
        }
        again!(TlsId, TlsId(&id));
    }

    #[test]
    fn ice(
        candidate in candidate(), ufrag in "[a-zA-Z0-9+/]{4,256}", pwd in "[a-zA-Z0-9+/]{22,256}",
        options in tokens(1), pacing in 0u64..=9_999_999_999, remote in vec((1u16..=256, ip_or_name(), any::<u16>()), 1..4),
    ) {
        let read = Candidate::parse(&candidate);
        prop_assert_eq!(read.map(|c| c.to_string()), Ok(candidate));
        again!(IceUfrag, IceUfrag(&ufrag));
        again!(IcePwd, IcePwd(&pwd));
        again!(IceOptions, IceOptions(&options));
        again!(IcePacing, IcePacing(Duration::from_millis(pacing)));
        let all: Vec<_> = remote.iter().map(|(component, at, port)| (*component, address(at), *port)).collect();
        let text = all.iter().map(|(c, at, port)| format!("{c} {at} {port}")).collect::<Vec<_>>().join(" ");
        let read = RemoteCandidates::parse(&text).unwrap();
        prop_assert_eq!(read.iter().collect::<Vec<_>>(), all);
        prop_assert_eq!(read.to_string(), text.clone());
    }

    #[test]
    fn data_channels_and_bandwidth(port: u16, size: u64, value: u64) {
        again!(SctpPort, SctpPort(port));
        again!(MaxMessageSize, MaxMessageSize(size));
        for kind in [BandwidthKind::Ct, BandwidthKind::As, BandwidthKind::Tias, BandwidthKind::Rr, BandwidthKind::Rs,
            BandwidthKind::Other("X-YZ")] {
            again!(Bandwidth, Bandwidth { kind, value });
        }
    }

    #[test]
    fn whatever_is_read_is_written_and_read_again(text in "\\PC{0,40}", ascii in "[ -~]{0,40}", near in candidate()) {
        every_type(&text);
        every_type(&ascii);
        every_type(&near);
    }

    #[test]
    fn an_error_stays_within_the_value(text in "[ -~]{0,40}", at in 0usize..80, near in candidate()) {
        let cut = near.get(..at).unwrap_or(&near);
        for text in [text.as_str(), cut] {
            for error in [Candidate::parse(text).err(), Crypto::parse(text).err(), Fingerprint::parse(text).err(),
                Extmap::parse(text).err(), RtcpFb::parse(text).err(), RemoteCandidates::parse(text).err()] {
                prop_assert!(error.is_none_or(|e| e.offset <= text.len()), "{:?} {:?}", error, text);
            }
        }
    }
}
