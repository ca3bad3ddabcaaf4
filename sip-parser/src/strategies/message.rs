//! Whole messages.

use super::body::body;
use super::choices::Choices;
use super::header::{Form, HEADERS};
use super::values::{method, phrase, tagged, via};
use super::write::Out;
use crate::header::Name;
use std::fmt;

/// A request or response that RFC 3261 and the RFCs of its headers allow, however oddly spelled: every mandatory header
/// once, perhaps others, in any order; compact names, any case, folding, lists on one line or on many; a body or none. It
/// always has a Content-Length, so that such messages can stand behind one another on a stream.
#[derive(Clone, PartialEq, Eq)]
pub struct ValidMessage {
    bytes: Vec<u8>,
    body_at: usize,
}

impl ValidMessage {
    /// A request or a response.
    pub fn choose(choices: &mut Choices<'_>) -> Self {
        Draft::choose(choices).render()
    }

    /// A request.
    pub fn choose_request(choices: &mut Choices<'_>) -> Self {
        Draft::request(choices).render()
    }

    /// A response.
    pub fn choose_response(choices: &mut Choices<'_>) -> Self {
        Draft::response(choices).render()
    }

    /// The message.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The message.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What stands behind the empty line.
    pub fn body(&self) -> &[u8] {
        self.bytes.get(self.body_at..).unwrap_or_default()
    }
}

impl fmt::Debug for ValidMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_bytes(&self.bytes, f)
    }
}

impl From<ValidMessage> for Vec<u8> {
    fn from(message: ValidMessage) -> Vec<u8> {
        message.into_bytes()
    }
}

/// A line for a line, each of them escaped.
pub(super) fn debug_bytes(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.split_inclusive(|&b| b == b'\n').try_for_each(|line| write!(f, "\n    {}", line.escape_ascii()))
}

/// A message in pieces, before it is written, so that flaws can be put in.
pub(super) struct Draft {
    /// Method, or nothing in a response.
    pub(super) method: String,
    /// Request-URI, or status code.
    pub(super) target: String,
    pub(super) version: &'static str,
    /// Reason phrase.
    pub(super) phrase: String,
    pub(super) lines: Vec<Line>,
    pub(super) body: Vec<u8>,
}

/// A header line in pieces.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) name: Name,
    /// As it is spelled.
    pub(super) spelled: String,
    /// `:` with its white space.
    pub(super) colon: &'static str,
    pub(super) value: Vec<u8>,
}

impl Draft {
    pub(super) fn choose(choices: &mut Choices<'_>) -> Self {
        if choices.one_in(3) { Self::response(choices) } else { Self::request(choices) }
    }

    fn request(choices: &mut Choices<'_>) -> Self {
        let method = Out::text_of(choices, method);
        let target = Out::text_of(choices, |o| if o.choices.one_in(4) { o.uri() } else { o.bare_uri() });
        Draft { target, phrase: String::new(), ..Self::rest(choices, true, method) }
    }

    fn response(choices: &mut Choices<'_>) -> Self {
        const USUAL: &[u16] =
            &[200, 100, 180, 183, 202, 302, 401, 404, 407, 420, 480, 481, 486, 487, 500, 503, 600, 603, 604];
        let status = match choices.below(4) {
            3 => 100 + choices.below(600) as u16,
            _ => *choices.of(USUAL),
        };
        let phrase = Out::text_of(choices, |o| phrase(o, status));
        let method = Out::text_of(choices, method);
        Draft { target: status.to_string(), phrase, method: String::new(), ..Self::rest(choices, false, method) }
    }

    /// Headers and body, of a message whose CSeq has this method.
    fn rest(choices: &mut Choices<'_>, is_request: bool, method: String) -> Self {
        let mut lines = vec![
            Line::choose(Name::VIA, choices, via),
            Line::choose(Name::FROM, choices, tagged),
            Line::choose(Name::TO, choices, tagged),
            Line::choose(Name::CALL_ID, choices, |o| o.call_id()),
            Line::choose(Name::CSEQ, choices, |o| {
                o.number(1 << 31);
                o.lws();
                o.push(&method);
            }),
        ];
        if is_request && !choices.one_in(8) {
            lines.push(Line::choose(Name::MAX_FORWARDS, choices, |o| o.number(256)));
        }
        for _ in 0..choices.below(10) {
            let (name, form, write) = match choices.below(8) {
                7 => (Name::other("X-Own"), Form::Lines, text as fn(&mut Out<'_, '_>)),
                _ => *choices.of(HEADERS),
            };
            let taken = [Name::CONTENT_LENGTH, Name::CONTENT_TYPE].contains(&name);
            if taken || (form == Form::One && lines.iter().any(|l| l.name == name)) {
                continue;
            }
            lines.push(match form {
                Form::List => Line::choose(name, choices, |o| o.list(write)),
                _ => Line::choose(name, choices, write),
            });
        }
        let mut body_out = Out::new(choices);
        let (kind, body) = body(&mut body_out).unzip();
        if let Some(kind) = kind {
            lines.push(Line::choose(Name::CONTENT_TYPE, choices, |o| o.push(&kind)));
        }
        let body: Vec<u8> = body.unwrap_or_default();
        let length = body.len();
        lines.push(Line::choose(Name::CONTENT_LENGTH, choices, |o| o.push(&length.to_string())));
        // The order of names says nothing (§7.3.1); that of one name's lines does, and is drawn here as well as another.
        for _ in 0..choices.below(6).saturating_sub(2) {
            let (from, to) = (choices.below(lines.len() as u32) as usize, choices.below(lines.len() as u32) as usize);
            lines.swap(from, to);
        }
        Draft { method, target: String::new(), version: "SIP/2.0", phrase: String::new(), lines, body }
    }

    pub(super) fn is_request(&self) -> bool {
        !self.method.is_empty()
    }

    pub(super) fn start_line(&self) -> String {
        let Draft { method, target, version, phrase, .. } = self;
        if self.is_request() { format!("{method} {target} {version}") } else { format!("{version} {target} {phrase}") }
    }

    pub(super) fn render(&self) -> ValidMessage {
        let mut bytes = self.start_line().into_bytes();
        bytes.extend_from_slice(b"\r\n");
        for line in &self.lines {
            bytes.extend_from_slice(line.spelled.as_bytes());
            bytes.extend_from_slice(line.colon.as_bytes());
            bytes.extend_from_slice(&line.value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        let body_at = bytes.len();
        bytes.extend_from_slice(&self.body);
        ValidMessage { bytes, body_at }
    }
}

impl Line {
    fn choose(name: Name, choices: &mut Choices<'_>, write: impl Fn(&mut Out<'_, '_>)) -> Self {
        let full = name.as_str();
        let compact = COMPACT.iter().find(|(_, n)| *n == name).map_or(full, |(form, _)| form);
        let spelled = match choices.below(10) {
            5 | 6 => compact.to_owned(),
            7 => full.to_ascii_lowercase(),
            8 => full.to_ascii_uppercase(),
            9 => compact.to_ascii_uppercase(),
            _ => full.to_owned(),
        };
        let colon = match choices.below(24) {
            19 => ":",
            20 => " : ",
            21 => "\t:  ",
            22 => ":\r\n ",
            23 => ":\t",
            _ => ": ",
        };
        let mut out = Out::new(choices);
        write(&mut out);
        Line { name, spelled, colon, value: out.take() }
    }
}

fn text(o: &mut Out<'_, '_>) {
    o.text();
}

/// The compact forms (RFC 3261 §7.3.3 and the RFCs of the extensions).
const COMPACT: &[(&str, Name)] = &[
    ("v", Name::VIA),
    ("f", Name::FROM),
    ("t", Name::TO),
    ("i", Name::CALL_ID),
    ("m", Name::CONTACT),
    ("l", Name::CONTENT_LENGTH),
    ("c", Name::CONTENT_TYPE),
    ("k", Name::SUPPORTED),
    ("s", Name::SUBJECT),
    ("e", Name::CONTENT_ENCODING),
    ("o", Name::EVENT),
    ("u", Name::ALLOW_EVENTS),
    ("r", Name::REFER_TO),
    ("b", Name::REFERRED_BY),
    ("x", Name::SESSION_EXPIRES),
    ("a", Name::ACCEPT_CONTACT),
    ("j", Name::REJECT_CONTACT),
    ("d", Name::REQUEST_DISPOSITION),
    ("y", Name::IDENTITY),
    ("n", Name::IDENTITY_INFO),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compact_forms_are_those_that_are_read() {
        for (form, name) in COMPACT {
            assert_eq!(Name::lookup(form), Some(*name));
        }
        let letters = ('a'..='z').filter(|c| Name::lookup(&c.to_string()).is_some()).count();
        assert_eq!(COMPACT.len(), letters);
    }
}
