//! Messages with known defects.

use super::choices::Choices;
use super::flaw::{Flaw, Site};
use super::message::{Draft, Line, debug_bytes};
use crate::header::Name;
use std::fmt;

/// A message that would be valid but for the flaws that are named beside it.
///
/// ```
/// use offhook_sip_parser::{Message, strategies::{Choices, Flaw, NearlyValidMessage}};
/// let near = NearlyValidMessage::with(Flaw::LengthsDiffer, &mut Choices::new(b"any")).expect("it goes with every message");
/// assert!(near.must_be_refused());
/// assert!(Message::parse(near.into_bytes().into()).is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct NearlyValidMessage {
    bytes: Vec<u8>,
    flaws: Vec<Flaw>,
}

impl NearlyValidMessage {
    /// A message with one flaw to three.
    pub fn choose(choices: &mut Choices<'_>) -> Self {
        let mut draft = Draft::choose(choices);
        let mut flaws: Vec<Flaw> = Vec::new();
        for _ in 0..=choices.below(3) {
            let flaw = *choices.of(Flaw::ALL);
            if !flaws.iter().any(|f| f.site() == flaw.site()) && flaw.put_in(&mut draft, choices) {
                flaws.push(flaw);
            }
        }
        if flaws.is_empty() {
            let flaw = Flaw::Missing(Name::CALL_ID);
            flaw.put_in(&mut draft, choices);
            flaws.push(flaw);
        }
        Self::render(&draft, flaws, choices)
    }

    /// A message with this flaw and no other; `None` if the message chosen is a response and the flaw is one of
    /// requests, or the like.
    pub fn with(flaw: Flaw, choices: &mut Choices<'_>) -> Option<Self> {
        let mut draft = Draft::choose(choices);
        flaw.put_in(&mut draft, choices).then(|| Self::render(&draft, vec![flaw], choices))
    }

    fn render(draft: &Draft, flaws: Vec<Flaw>, choices: &mut Choices<'_>) -> Self {
        let message = draft.render();
        let mut head = message.as_bytes().to_vec();
        let body = head.split_off(head.len() - message.body().len());
        if flaws.contains(&Flaw::BareLf) {
            head.retain(|&b| b != b'\r');
        }
        let mut bytes = head;
        if flaws.contains(&Flaw::Cut) {
            bytes.truncate(choices.below(bytes.len() as u32) as usize);
        } else {
            bytes.extend_from_slice(&body);
        }
        NearlyValidMessage { bytes, flaws }
    }

    /// The message.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The message.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What is wrong with it: at least one thing.
    pub fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }

    /// Whether one of the flaws [must be refused](Flaw::must_be_refused).
    pub fn must_be_refused(&self) -> bool {
        self.flaws.iter().any(|f| f.must_be_refused())
    }
}

impl fmt::Debug for NearlyValidMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.flaws)?;
        debug_bytes(&self.bytes, f)
    }
}

impl Flaw {
    /// Puts the flaw in; false if it does not go with the message.
    fn put_in(self, draft: &mut Draft, choices: &mut Choices<'_>) -> bool {
        match self.site() {
            Site::StartLine => self.in_start_line(draft, choices),
            Site::Length => self.in_length(draft, choices),
            Site::Header(name) => self.in_header(name, draft, choices),
            Site::Lines => self.in_lines(draft, choices),
            Site::Ends | Site::End => true,
        }
    }

    fn in_start_line(self, draft: &mut Draft, choices: &mut Choices<'_>) -> bool {
        if draft.is_request() == (self == Flaw::BadStatus) {
            return false;
        }
        if !draft.is_request() && !matches!(self, Flaw::BadVersion | Flaw::BadStatus | Flaw::FoldedStartLine) {
            return false;
        }
        match self {
            Flaw::BadVersion => draft.version = *choices.of(&["SIP/7.0", "SIP/2.00", "SIP/", "SIP/1.0"]),
            Flaw::BadStatus => {
                draft.target = (*choices.of(&["4294967301", "099", "700", "20", "2000", "2x0", "-200"])).to_owned()
            }
            Flaw::SpaceInUri => {
                let middle = draft.target.len() / 2;
                draft.target.insert_str(middle, [" ", " lr ", "\t", "  "][choices.below(4) as usize]);
            }
            Flaw::BracketedUri => draft.target = format!("<{}>", draft.target),
            Flaw::ExtraSpace => draft.target.insert(if choices.one_in(2) { draft.target.len() } else { 0 }, ' '),
            _ => {
                let fold = *choices.of(&["\r\n ", "\r\n\t", "\n "]);
                if draft.is_request() {
                    draft.target.push_str(fold)
                } else {
                    draft.phrase.push_str(&format!("{fold}x"))
                }
            }
        }
        true
    }

    fn in_length(self, draft: &mut Draft, choices: &mut Choices<'_>) -> bool {
        let length = draft.body.len();
        if self == Flaw::LengthTooSmall && length == 0 {
            return false;
        }
        let more = 1 + choices.below(300) as usize;
        let value = match self {
            Flaw::LengthTooLarge => (length + more).to_string(),
            Flaw::LengthTooSmall => choices.below(length as u32).to_string(),
            Flaw::LengthNegative => format!("-{length}"),
            Flaw::LengthNoNumber => {
                (*choices.of(&["five", "", "99999999999999999999999", "0x1", "1 1", "+1", "1.0"])).to_owned()
            }
            _ => length.to_string(),
        };
        let Some(at) = draft.lines.iter().position(|l| l.name == Name::CONTENT_LENGTH) else { return false };
        match self {
            Flaw::LengthMissing => drop(draft.lines.remove(at)),
            Flaw::LengthTwice | Flaw::LengthsDiffer => {
                let mut again = draft.lines[at].clone();
                if self == Flaw::LengthsDiffer {
                    again.value = (length + more).to_string().into_bytes();
                }
                draft.lines.insert(choices.below(draft.lines.len() as u32 + 1) as usize, again);
            }
            _ => draft.lines[at].value = value.into_bytes(),
        }
        true
    }

    fn in_header(self, name: Name, draft: &mut Draft, choices: &mut Choices<'_>) -> bool {
        let is_request = draft.is_request();
        let method = draft.method.clone();
        let Some(at) = draft.lines.iter().position(|l| l.name == name) else { return false };
        match self {
            Flaw::Missing(_) => draft.lines.retain(|l| l.name != name),
            Flaw::Repeated(_) => {
                let again = draft.lines[at].clone();
                draft.lines.insert(choices.below(draft.lines.len() as u32 + 1) as usize, again);
            }
            Flaw::MethodMismatch if !is_request => return false,
            _ => {
                let value = self.value(name, &method, choices);
                draft.lines[at].value = value;
            }
        }
        true
    }

    /// The flawed value of a header.
    fn value(self, name: Name, method: &str, choices: &mut Choices<'_>) -> Vec<u8> {
        let tag = choices.below(10_000);
        let cseq = name == Name::CSEQ;
        let after =
            if cseq { format!(" {}", if method.is_empty() { "INVITE" } else { method }) } else { String::new() };
        let text = match self {
            Flaw::MethodMismatch => format!("{tag} X{method}"),
            Flaw::OverlongNumber(_) => {
                format!("{}{after}", choices.of(&["36893488147419103232", "4294967296", "00000000004294967297"]))
            }
            Flaw::NegativeNumber(_) => format!("-{tag}{after}"),
            Flaw::UnclosedQuote(_) => format!("\"Bob <sip:b@example.com>;tag={tag}"),
            Flaw::EscapedLastQuote(_) => format!("\"Bob\\\" <sip:b@example.com>;tag={tag}"),
            Flaw::UnclosedBracket(_) => format!("Bob <sip:b@example.com;tag={tag}"),
            Flaw::SpaceInAddress(_) => format!("<sip:b@ex ample.com>;tag={tag}"),
            Flaw::BareDisplayName(_) => format!("Bell, A. <sip:b@example.com>;tag={tag}"),
            Flaw::BadEscape(_) => format!("<sip:b%{}@example.com>;tag={tag}", choices.of(&["", "zz", "4", "%%"])),
            Flaw::NotUtf8(_) => {
                return [&b"\"B\xfc\xffb\" <sip:b@example.com>;tag="[..], tag.to_string().as_bytes()].concat();
            }
            Flaw::ControlByte(name) => {
                let control = *choices.of(&['\0', '\x01', '\x7f', '\x1b', '\x08']);
                match () {
                    () if name == Name::CALL_ID => format!("{tag}{control}x@example.com"),
                    () if name == Name::VIA => format!("SIP/2.0/UDP h.example.com;branch=z9hG4bK{tag}{control}x"),
                    () => format!("<sip:b@example.com>;tag={tag}{control}x"),
                }
            }
            Flaw::ViaVersion => {
                format!("SIP/{}/UDP h.example.com;branch=z9hG4bK{tag}", choices.of(&["3.0", "2.1", "20"]))
            }
            Flaw::ViaPort => format!("SIP/2.0/UDP h.example.com:{}{tag};branch=z9hG4bK{tag}", 6_5536),
            Flaw::EmptyParts => format!("SIP/2.0/UDP h.example.com;;branch=z9hG4bK{tag};, ,"),
            _ => format!("SIP/2.0/UDP h.example.com;branch={tag}"),
        };
        text.into_bytes()
    }

    fn in_lines(self, draft: &mut Draft, choices: &mut Choices<'_>) -> bool {
        let line = |spelled: &str, colon, value: Vec<u8>| Line {
            name: Name::other("X-Flaw"),
            spelled: spelled.to_owned(),
            colon,
            value,
        };
        let at = choices.below(draft.lines.len() as u32 + 1) as usize;
        match self {
            Flaw::LineWithoutColon => draft.lines.insert(at, line("X-Flaw", " ", b"none".to_vec())),
            Flaw::LineWithoutName => draft.lines.insert(at, line("", ": ", b"none".to_vec())),
            Flaw::SpaceInName => draft.lines.insert(at, line("X Flaw", ": ", b"none".to_vec())),
            Flaw::LongValue => {
                let long = vec![b'a'; 20_000 + choices.below(100_000) as usize];
                draft.lines.insert(at, line("X-Flaw", ": ", long));
            }
            _ => {
                for n in 0..300 + choices.below(500) {
                    draft.lines.push(line("X-Flaw", ": ", n.to_string().into_bytes()));
                }
            }
        }
        true
    }
}

impl From<NearlyValidMessage> for Vec<u8> {
    fn from(message: NearlyValidMessage) -> Vec<u8> {
        message.into_bytes()
    }
}
