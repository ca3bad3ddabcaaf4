//! Session descriptions made to order, valid and nearly valid, to test readers of SDP with (feature `proptest`).
//!
//! [`description`] makes what the grammar of RFC 8866 §9 allows, with the attributes that telephones and browsers send;
//! [`nearly_valid`] puts one named [`Flaw`] into such a description.
//!
//! ```
//! use offhook_sdp::{SessionDescription, strategies::nearly_valid};
//! use proptest::test_runner::TestRunner;
//!
//! // In its place stands the reader that is to be tested.
//! let theirs = |bytes: &[u8]| SessionDescription::parse(bytes).is_ok();
//! let run = TestRunner::default().run(&nearly_valid(), |(flaw, bytes)| {
//!     assert!(!theirs(&bytes) || !flaw.must_be_refused(), "taken in spite of {flaw:?}");
//!     Ok(())
//! });
//! assert!(run.is_ok());
//! ```

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What is wrong with a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flaw {
    /// There is no v= line.
    NoVersion,
    /// The v= line is not of version 0 (RFC 8866 §5.1).
    BadVersion,
    /// There is no o= line.
    NoOrigin,
    /// The o= line has too few fields (RFC 8866 §5.2).
    ShortOrigin,
    /// An o= line stands twice.
    RepeatedOrigin,
    /// An m= line whose port is no number (RFC 8866 §5.14).
    BadPort,
    /// An m= line without protocol and formats.
    ShortMedia,
    /// A line that is not a letter, an equals sign and a value (RFC 8866 §5).
    NoLine,
    /// A NUL or a lone CR in a value (RFC 8866 §9, byte-string).
    ForbiddenByte,
    /// Lines end in LF alone, which readers should bear (RFC 8866 §5).
    BareLf,
    /// Empty lines between the others.
    EmptyLines,
    /// A line of a type that is not known, which may be left aside or refuse the whole (RFC 8866 §5).
    UnknownType,
    /// There are no s= and t= lines, as some devices leave them out.
    NoNameNorTime,
    /// Text in ISO 8859-1.
    Latin1,
    /// An attribute that cannot be read as what its name says.
    BadAttribute,
    /// The last line does not end.
    NoLastEnd,
}

impl Flaw {
    /// Every flaw.
    pub const ALL: &[Flaw] = &[
        Flaw::NoVersion,
        Flaw::BadVersion,
        Flaw::NoOrigin,
        Flaw::ShortOrigin,
        Flaw::RepeatedOrigin,
        Flaw::BadPort,
        Flaw::ShortMedia,
        Flaw::NoLine,
        Flaw::ForbiddenByte,
        Flaw::BareLf,
        Flaw::EmptyLines,
        Flaw::UnknownType,
        Flaw::NoNameNorTime,
        Flaw::Latin1,
        Flaw::BadAttribute,
        Flaw::NoLastEnd,
    ];

    /// Whether the whole description must be refused. With the other flaws a reader may take it.
    pub fn must_be_refused(self) -> bool {
        use Flaw::*;
        !matches!(self, BareLf | EmptyLines | UnknownType | NoNameNorTime | Latin1 | BadAttribute | NoLastEnd)
    }

    /// Puts the flaw into the lines of a description; `at` is any number.
    fn put_in(self, mut lines: Vec<String>, at: Index) -> Vec<u8> {
        let any = at.index(lines.len());
        let behind_origin = 2 + at.index(lines.len() - 1);
        let ruin = |lines: &mut Vec<String>, kind: &str, value: &str| {
            lines.iter_mut().filter(|l| l.starts_with(kind)).for_each(|l| *l = format!("{kind}{value}"));
        };
        match self {
            Flaw::NoVersion => drop(lines.remove(0)),
            Flaw::BadVersion => ruin(&mut lines, "v=", "1"),
            Flaw::NoOrigin => drop(lines.remove(1)),
            Flaw::ShortOrigin => ruin(&mut lines, "o=", "- 1 1"),
            Flaw::RepeatedOrigin => lines.insert(behind_origin, lines[1].clone()),
            Flaw::BadPort => lines.push("m=audio port RTP/AVP 0".to_owned()),
            Flaw::ShortMedia => lines.push("m=audio 4000".to_owned()),
            Flaw::NoLine => lines.insert(behind_origin, "hello".to_owned()),
            Flaw::ForbiddenByte => lines[any].insert(2, if any.is_multiple_of(2) { '\0' } else { '\r' }),
            Flaw::EmptyLines => lines.insert(behind_origin, String::new()),
            Flaw::UnknownType => lines.insert(behind_origin, "x=unknown".to_owned()),
            Flaw::NoNameNorTime => {
                lines.retain(|l| !l.starts_with("s=") && !l.starts_with("t=") && !l.starts_with("r="))
            }
            Flaw::BadAttribute => lines.extend(["a=rtpmap:x", "a=ptime:", "a=fmtp", "a=:"].map(str::to_owned)),
            Flaw::BareLf | Flaw::Latin1 | Flaw::NoLastEnd => {}
        }
        let mut bytes = lines.join(if self == Flaw::BareLf { "\n" } else { "\r\n" }).into_bytes();
        match self {
            Flaw::NoLastEnd => {}
            Flaw::Latin1 => bytes.extend_from_slice(b"\r\na=x-name:M\xfcller\r\n"),
            Flaw::BareLf => bytes.push(b'\n'),
            _ => bytes.extend_from_slice(b"\r\n"),
        }
        bytes
    }
}

/// Valid descriptions.
pub fn description() -> impl Strategy<Value = String> {
    lines().prop_map(|lines| lines.iter().map(|l| format!("{l}\r\n")).collect())
}

/// Descriptions with one flaw.
pub fn nearly_valid() -> impl Strategy<Value = (Flaw, Vec<u8>)> {
    (select(Flaw::ALL), lines(), any::<Index>()).prop_map(|(flaw, lines, at)| (flaw, flaw.put_in(lines, at)))
}

/// Text of a value: not empty, without CR, LF and NUL (RFC 8866 §9).
const TEXT: &str = "[!-~é日]([ -~é日]{0,20}[!-~é日])?";
/// `token` of RFC 8866 §9.
const TOKEN: &str = "[!#$%&'*+.0-9A-Z^_`a-z{|}~-]{1,10}";

fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => any::<[u8; 4]>().prop_map(|a| format!("IN IP4 {}", std::net::Ipv4Addr::from(a))),
        1 => any::<[u8; 16]>().prop_map(|a| format!("IN IP6 {}", std::net::Ipv6Addr::from(a))),
        1 => "IN IP[46] [a-z][a-z0-9-]{0,8}(\\.[a-z]{2,6}){1,2}",
    ]
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    let origin = ("[!-~]{1,12}", any::<u64>(), any::<u64>(), address())
        .prop_map(|(user, id, version, address)| format!("o={user} {id} {version} {address}"));
    let about = vec(about(), 0..3).prop_map(|mut lines| {
        // Each once, and in the order of RFC 8866 §5.
        let rank = |line: &String| "iuepcb".find(&line[..1]);
        lines.sort_by_key(rank);
        lines.dedup_by_key(|line| rank(line));
        lines
    });
    let times = vec((any::<u32>(), any::<u32>(), of(Just("r=7d 1h 0 25h"))), 1..3).prop_map(|times| {
        times
            .into_iter()
            .flat_map(|(from, to, repeat)| [Some(format!("t={from} {to}")), repeat.map(str::to_owned)])
            .flatten()
            .collect::<Vec<_>>()
    });
    let name = prop_oneof![Just("-".to_owned()), TEXT.prop_map(String::from)];
    (origin, name, about, times, attributes(), vec(media(), 0..4)).prop_map(
        |(origin, name, about, times, attributes, media)| {
            let first = ["v=0".to_owned(), origin, format!("s={name}")];
            first.into_iter().chain(about).chain(times).chain(attributes).chain(media.into_iter().flatten()).collect()
        },
    )
}

fn about() -> impl Strategy<Value = String> {
    prop_oneof![
        TEXT.prop_map(|text| format!("i={text}")),
        Just("u=http://www.example.com/seminars/sdp.pdf".to_owned()),
        Just("e=j.doe@example.com (Jane Doe)".to_owned()),
        Just("p=+1 617 555-6011".to_owned()),
        address().prop_map(|address| format!("c={address}")),
        bandwidth(),
    ]
}

fn bandwidth() -> impl Strategy<Value = String> {
    (select(vec!["AS", "TIAS", "CT", "RR", "X-own"]), any::<u32>())
        .prop_map(|(kind, value)| format!("b={kind}:{value}"))
}

fn attributes() -> impl Strategy<Value = Vec<String>> {
    let attribute = prop_oneof![
        4 => select(vec![
            "sendrecv", "sendonly", "recvonly", "inactive", "rtcp-mux", "ptime:20", "maxptime:120", "rtcp:53020 IN IP4 192.0.2.9",
            "rtpmap:96 opus/48000/2", "rtpmap:101 telephone-event/8000", "fmtp:96 minptime=10;useinbandfec=1", "fmtp:101 0-16",
            "group:BUNDLE 0 1", "mid:0", "setup:actpass", "ice-ufrag:F7gI", "ice-pwd:x9cml/YzichV2+XlhiMu8g",
            "fingerprint:sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB",
            "candidate:1 1 UDP 2130706431 203.0.113.141 8998 typ host", "ssrc:1 cname:a", "msid:- b", "end-of-candidates",
        ]).prop_map(|a| format!("a={a}")),
        1 => TOKEN.prop_map(|name| format!("a={name}")),
        1 => (TOKEN, TEXT).prop_map(|(name, value)| format!("a={name}:{value}")),
    ];
    vec(attribute, 0..6)
}

fn media() -> impl Strategy<Value = Vec<String>> {
    let protocol = select(vec!["RTP/AVP", "RTP/SAVP", "RTP/SAVPF", "UDP/TLS/RTP/SAVPF", "udp", "TCP/MSRP"]);
    let kind = select(vec!["audio", "video", "text", "application", "message", "image"]);
    let formats = vec(prop_oneof![(0u8..128).prop_map(|f| f.to_string()), TOKEN.prop_map(String::from)], 1..6);
    (kind, any::<u16>(), of(1u8..9), protocol, formats, of(address()), of(bandwidth()), attributes()).prop_map(
        |(kind, port, count, protocol, formats, address, bandwidth, attributes)| {
            let count = count.map_or(String::new(), |count| format!("/{count}"));
            let line = format!("m={kind} {port}{count} {protocol} {}", formats.join(" "));
            let more = address.map(|a| format!("c={a}")).into_iter().chain(bandwidth).chain(attributes);
            std::iter::once(line).chain(more).collect()
        },
    )
}
