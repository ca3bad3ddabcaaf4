//! When two URIs mean the same (RFC 3261 §19.1.4, RFC 5954 §4.2, RFC 3966 §4).
//!
//! The rules for `sip` and `sips` make an odd relation: a parameter that stands in one of the two only is ignored (unless
//! it is user, ttl, method, maddr or transport), so `sip:c@x;a=1` and `sip:c@x;a=2` both equal `sip:c@x` and not each
//! other. That is no `Eq`, and no hash can follow it. So there are two things: [`equivalent`], which is the relation,
//! and [`UriKey`], an honest `Eq + Hash + Ord` over all that *must* be equal. Equivalent URIs have equal keys; the
//! reverse holds but for the parameters that may be ignored. A table is keyed by [`UriKey`] and asks [`equivalent`]
//! inside its bucket.
//!
//! Both come of one normal form, so they cannot contradict each other. Left out: the rules of single headers inside a
//! URI beyond case, which §19.1.4 leaves to §20.

use super::escape::{Units, is_reserved, push};
use super::tel::Subscriber;
use super::{Host, Scheme, Tel, Uri, UriView, unescape_str};
use crate::Name;
use smallvec::SmallVec;
use std::fmt;
use std::ops::Range;

/// Whether two URIs are equivalent.
///
/// `sip` and `sips` by RFC 3261 §19.1.4: the two schemes never match; user and password match with regard to case, the
/// rest without (a `method` with it, since methods are case-sensitive); an escaped character matches its bare self
/// unless it is reserved; a component with a default does not match its absence. Hosts match by value where they are
/// addresses (an IPv4-mapped IPv6 address is none of IPv4), otherwise by name, whether or not a dot ends it. Where a
/// parameter stands twice, the first counts. Names of headers match in long and compact form, the order of headers of
/// one name counts, and values match without regard to case outside quotes; `body`, Call-ID and the like with it.
///
/// `tel` by RFC 3966 §4: visual separators and case do not count, every parameter does, their order does not. A `tel`
/// that is no number, and every other scheme, by its bytes after a scheme in any case.
///
/// Reflexive and symmetric, not transitive. Takes time in proportion to the length (times the logarithm of the number of
/// parameters), and no memory where the texts, the schemes or the ports decide.
///
/// ```
/// use offhook_sip_parser::{UriView, uri::equivalent};
/// let a = UriView::parse("sip:%61lice@atlanta.example.com;transport=TCP")?;
/// let b = UriView::parse("sip:alice@AtLanTa.example.CoM;Transport=tcp")?;
/// assert!(a != b && equivalent(&a, &b));
/// # Ok::<(), offhook_sip_parser::ParseError>(())
/// ```
pub fn equivalent<A: AsRef<str>, B: AsRef<str>>(a: &Uri<A>, b: &Uri<B>) -> bool {
    if a.as_str() == b.as_str() {
        return true;
    }
    if a.scheme() != b.scheme() || a.port() != b.port() {
        return false;
    }
    let (a, b) = (Form::of(a.view()), Form::of(b.view()));
    a.fixed == b.fixed && a.optional_match(&b)
}

/// All of a URI that must be equal in an equivalent one, in a normal form: what tables of URIs are keyed by.
///
/// ```
/// use offhook_sip_parser::{Uri, uri::{UriKey, equivalent}};
/// use std::collections::HashMap;
///
/// let mut bindings: HashMap<UriKey, Vec<Uri>> = HashMap::new();
/// let mut bind = |text: &str| {
///     let uri: Uri = text.parse().unwrap();
///     let bucket = bindings.entry(UriKey::of(&uri)).or_default();
///     match bucket.iter_mut().find(|known| equivalent(*known, &uri)) {
///         Some(known) => *known = uri,
///         None => bucket.push(uri),
///     }
///     bucket.len()
/// };
/// assert_eq!(bind("sip:carol@chicago.example.com;security=on"), 1);
/// assert_eq!(bind("sip:carol@CHICAGO.example.com;security=off"), 2);
/// assert_eq!(bind("sip:%63arol@chicago.example.com;security=off"), 2);
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UriKey(Box<str>);

impl UriKey {
    /// The key of `uri`. `equivalent(a, b)` has it that `UriKey::of(a) == UriKey::of(b)`.
    pub fn of<S: AsRef<str>>(uri: &Uri<S>) -> UriKey {
        UriKey(Form::of(uri.view()).fixed.into_boxed_str())
    }
}

impl fmt::Debug for UriKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UriKey({:?})", self.0)
    }
}

/// The parameters that must be in both or in neither.
const FIXED: [&str; 5] = ["user", "ttl", "method", "maddr", "transport"];

/// Headers whose values are compared with regard to case (RFC 3261 §20.4, §20.8, §20.21; RFC 3891, 3911, 4538, 3903).
const CASE_SENSITIVE: [&str; 10] = [
    "authorization",
    "body",
    "call-id",
    "identity",
    "in-reply-to",
    "join",
    "proxy-authorization",
    "replaces",
    "sip-if-match",
    "target-dialog",
];

/// A URI in the spelling that stands for all its equivalents. Line feeds part the components: no component holds one,
/// since controls are always written escaped here.
#[derive(Default)]
struct Form {
    fixed: String,
    /// Names and values of the parameters that count only where both have them, sorted by name.
    text: String,
    optional: SmallVec<[Pair; 4]>,
}

#[derive(Clone)]
struct Pair {
    name: Range<usize>,
    value: Option<Range<usize>>,
}

impl Form {
    fn of(uri: UriView<'_>) -> Form {
        let mut form = Form { fixed: String::with_capacity(uri.text().len() + 24), ..Form::default() };
        match uri.scheme() {
            Scheme::Sip | Scheme::Sips => form.sip(uri),
            Scheme::Tel => match Tel::of(&uri) {
                Some(tel) => Subscriber::of(tel).push_key(&mut form.fixed),
                None => form.opaque(uri),
            },
            Scheme::Other => form.opaque(uri),
        }
        form
    }

    fn opaque(&mut self, uri: UriView<'_>) {
        uri.scheme_str().chars().for_each(|c| self.fixed.push(c.to_ascii_lowercase()));
        self.fixed.push(':');
        self.fixed.push_str(uri.after_scheme());
    }

    fn sip(&mut self, uri: UriView<'_>) {
        self.fixed.push_str(if uri.scheme() == Scheme::Sips { "sips" } else { "sip" });
        for part in [uri.user(), uri.password()] {
            self.field(part, |out, text| push_normal(out, text, Fold::Nothing));
        }
        self.field(Some(uri.host_text()), push_host);
        self.field(uri.port().map(|p| p.to_string()).as_deref(), |out, port| out.push_str(port));
        self.parameters(uri);
        self.headers(uri);
    }

    /// A component, or that there is none.
    fn field(&mut self, text: Option<&str>, write: impl FnOnce(&mut String, &str)) {
        self.fixed.push('\n');
        if let Some(text) = text {
            self.fixed.push('=');
            write(&mut self.fixed, text);
        }
    }

    fn parameters(&mut self, uri: UriView<'_>) {
        let mut all: SmallVec<[(Range<usize>, Option<&str>); 8]> = SmallVec::new();
        for param in uri.params().iter() {
            let name = append(&mut self.text, |out| push_normal(out, param.name, Fold::All));
            all.push((name, param.value));
        }
        let names = std::mem::take(&mut self.text);
        let name_of = |range: &Range<usize>| names.get(range.clone()).unwrap_or_default();
        // Stable, so that of those of one name the first stays.
        all.sort_by(|a, b| name_of(&a.0).cmp(name_of(&b.0)));
        all.dedup_by(|b, a| name_of(&a.0) == name_of(&b.0));
        for fixed in FIXED {
            let found = all.binary_search_by(|(name, _)| name_of(name).cmp(fixed)).ok().and_then(|i| all.get(i));
            // `;user` is not the same as no `user`, nor as `;user=`.
            self.fixed.push_str(if found.is_some_and(|(_, value)| value.is_none()) { "\n;" } else { "" });
            self.field(found.and_then(|(_, value)| *value), |out, value| match fixed {
                "maddr" => push_host(out, value),
                "method" => push_normal(out, value, Fold::Nothing),
                _ => push_normal(out, value, Fold::All),
            });
        }
        self.text = names;
        for (name, value) in all {
            if !FIXED.contains(&self.text.get(name.clone()).unwrap_or_default()) {
                let value = value.map(|v| append(&mut self.text, |out| push_normal(out, v, Fold::All)));
                self.optional.push(Pair { name, value });
            }
        }
    }

    fn headers(&mut self, uri: UriView<'_>) {
        let mut all: SmallVec<[(String, &str); 2]> = SmallVec::new();
        for header in uri.header_fields() {
            let mut name = String::new();
            match unescape_str(header.name).ok().and_then(|n| Name::lookup(&n)) {
                Some(known) => push_normal(&mut name, known.as_str(), Fold::All),
                None => push_normal(&mut name, header.name, Fold::All),
            }
            all.push((name, header.value));
        }
        // Stable: the order of the values of one header counts (§7.3.1).
        all.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, value) in all {
            self.fixed.push('\n');
            self.fixed.push_str(&name);
            let exact = CASE_SENSITIVE.contains(&&*name);
            self.field(Some(value), |out, v| {
                push_normal(out, v, if exact { Fold::Nothing } else { Fold::OutsideQuotes });
            });
        }
    }

    /// Whether the parameters that both have are the same in both: one walk over two sorted lists.
    fn optional_match(&self, other: &Form) -> bool {
        let mut theirs = other.optional.iter().peekable();
        self.optional.iter().all(|ours| {
            let name = self.text_at(&ours.name);
            while theirs.next_if(|p| other.text_at(&p.name) < name).is_some() {}
            theirs.next_if(|p| other.text_at(&p.name) == name).is_none_or(|p| {
                let ours = ours.value.as_ref().map(|v| self.text_at(v));
                ours == p.value.as_ref().map(|v| other.text_at(v))
            })
        })
    }

    fn text_at(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }
}

fn append(out: &mut String, write: impl FnOnce(&mut String)) -> Range<usize> {
    let from = out.len();
    write(out);
    from..out.len()
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Fold {
    Nothing,
    All,
    /// Quoted strings keep their case (§7.3.1).
    OutsideQuotes,
}

/// Writes a component so that all its equivalents are written alike: what need not be escaped is bare, a reserved
/// character is escaped if it was, and all that is not printable ASCII is escaped.
pub(super) fn push_normal(out: &mut String, raw: &str, fold: Fold) {
    let (mut quoted, mut after_backslash) = (false, false);
    for unit in Units::new(raw) {
        let mut byte = unit.byte;
        if fold == Fold::All || (fold == Fold::OutsideQuotes && !quoted) {
            byte = byte.to_ascii_lowercase();
        }
        if after_backslash {
            after_backslash = false;
        } else if quoted && byte == b'\\' {
            after_backslash = true;
        } else if byte == b'"' {
            quoted = !quoted;
        }
        let escaped = !byte.is_ascii_graphic() || byte == b'%' || (unit.is_escaped && is_reserved(byte));
        push(out, byte, !escaped);
    }
}

/// Writes a host by its value. Nothing is unescaped: escapes have no meaning in a host (§19.1.2).
pub(super) fn push_host(out: &mut String, text: &str) {
    use fmt::Write;
    // Writing to a string does not fail.
    let _ = match Host::parse(text) {
        // One letter tells an address from a name that looks like it.
        Some(Host::V4(ip)) => write!(out, "4{ip}"),
        Some(Host::V6(ip)) => write!(out, "6{ip}%{}", super::ipv6::zone(text).unwrap_or_default()),
        Some(Host::Name(name)) => write!(out, "n{}", name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()),
        None => write!(out, "?{}", text.to_ascii_lowercase()),
    };
}
