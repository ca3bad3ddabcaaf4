//! What holds for any editing of any message: it says what a plain list of lines says after the same steps, and every line
//! that no step touched is there byte for byte and in order.

mod common;

use bytes::{Bytes, BytesMut};
use offhook_sip_parser::header::{NameAddr, TypedHeader, Via};
use offhook_sip_parser::{Edit, Message, MessageView, Name, UriView};
use proptest::collection::vec;
use proptest::prelude::*;

/// One line as the model sees it. `raw` is what came, as long as nothing touched it.
#[derive(Debug, Clone)]
struct Line {
    name: Name,
    values: Vec<String>,
    raw: Option<String>,
}

#[derive(Debug, Clone)]
enum Step {
    PushVia(u8),
    PopVia,
    PushRoute(u8),
    PopRoute,
    PushRecordRoute(u8),
    CountDown,
    Append(usize, u8),
    Prepend(usize, u8),
    Replace(usize, u8),
    Remove(usize),
    AddValue(usize, u8),
    RemoveValue(usize, u8),
    SetUri(u8),
    SetBody(Vec<u8>),
    RemoveBody,
    RequireLength,
}

/// The names that lines and steps take theirs from, each with another spelling.
const NAMES: [(Name, &str); 8] = [
    (Name::VIA, "v"),
    (Name::ROUTE, "ROUTE"),
    (Name::RECORD_ROUTE, "record-route"),
    (Name::MAX_FORWARDS, "MAX-Forwards"),
    (Name::SUPPORTED, "k"),
    (Name::other("X-A"), "x-a"),
    (Name::CONTENT_TYPE, "c"),
    (Name::CONTENT_ENCODING, "E"),
];

fn value(name: Name, n: u8) -> String {
    match name.as_str() {
        "Via" => format!("SIP/2.0/UDP h{n};branch=z9hG4bK{n}"),
        "Route" | "Record-Route" => format!("<sip:h{n};lr>"),
        "Max-Forwards" => n.to_string(),
        _ => format!("t{n}"),
    }
}

fn line() -> impl Strategy<Value = Line> {
    let colon = prop::sample::select(vec![":", ": ", " :\t", ":\r\n  "]);
    let comma = prop::sample::select(vec![",", ", ", " ,\r\n ", ",, "]);
    let end = prop::sample::select(vec!["\r\n", "\n", " \r\n", "\r\n \r\n"]);
    (0..NAMES.len(), any::<bool>(), colon, comma, end, vec(0u8..9, 0..4)).prop_map(
        |(i, plain, colon, comma, end, ns)| {
            let (name, short) = NAMES[i];
            let values: Vec<_> =
                if name == Name::MAX_FORWARDS { &[7][..] } else { &ns }.iter().map(|&n| value(name, n)).collect();
            let spelled = if plain { name.as_str() } else { short };
            let raw = Some(format!("{spelled}{colon}{}{end}", values.join(comma)));
            Line { name, values, raw }
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let (i, n) = (0..NAMES.len(), 0u8..9);
    prop_oneof![
        n.clone().prop_map(Step::PushVia),
        Just(Step::PopVia),
        n.clone().prop_map(Step::PushRoute),
        Just(Step::PopRoute),
        n.clone().prop_map(Step::PushRecordRoute),
        Just(Step::CountDown),
        (i.clone(), n.clone()).prop_map(|(i, n)| Step::Append(i, n)),
        (i.clone(), n.clone()).prop_map(|(i, n)| Step::Prepend(i, n)),
        (i.clone(), n.clone()).prop_map(|(i, n)| Step::Replace(i, n)),
        i.clone().prop_map(Step::Remove),
        (i.clone(), n.clone()).prop_map(|(i, n)| Step::AddValue(i, n)),
        (i, n.clone()).prop_map(|(i, n)| Step::RemoveValue(i, n)),
        n.prop_map(Step::SetUri),
        vec(any::<u8>(), 0..9).prop_map(Step::SetBody),
        Just(Step::RemoveBody),
        Just(Step::RequireLength),
    ]
}

fn take(edit: &mut Edit<'_>, step: &Step) {
    let uri = |n: u8| format!("sip:h{n};lr");
    let of = |i: usize, n: u8| (NAMES[i].0, value(NAMES[i].0, n));
    match step {
        Step::PushVia(n) => _ = edit.push_via(&Via::parse(value(Name::VIA, *n).as_bytes()).unwrap()),
        Step::PopVia => _ = edit.pop_via().unwrap(),
        Step::PushRoute(n) => _ = edit.push_route(&NameAddr::new(UriView::parse(&uri(*n)).unwrap())),
        Step::PopRoute => _ = edit.pop_route().unwrap(),
        Step::PushRecordRoute(n) => _ = edit.push_record_route(&NameAddr::new(UriView::parse(&uri(*n)).unwrap())),
        // A Max-Forwards that an earlier step wrote as no number is an error and no change.
        Step::CountDown => _ = edit.decrement_max_forwards(),
        Step::Append(i, n) => _ = edit.append(of(*i, *n).0, of(*i, *n).1),
        Step::Prepend(i, n) => _ = edit.prepend(of(*i, *n).0, of(*i, *n).1),
        Step::Replace(i, n) => _ = edit.replace(of(*i, *n).0, of(*i, *n).1),
        Step::Remove(i) => _ = edit.remove(NAMES[*i].0),
        Step::AddValue(i, n) => _ = edit.add_value(of(*i, *n).0, &of(*i, *n).1),
        Step::RemoveValue(i, n) => _ = edit.remove_value(of(*i, *n).0, &of(*i, *n).1),
        Step::SetUri(n) => _ = edit.set_uri(&UriView::parse(&uri(*n)).unwrap()).unwrap(),
        Step::SetBody(body) => _ = edit.set_body("a/b", Bytes::copy_from_slice(body)),
        Step::RemoveBody => _ = edit.remove_body(),
        Step::RequireLength => _ = edit.require_length(),
    }
}

/// The same step on a list of lines.
struct Model {
    uri: String,
    lines: Vec<Line>,
    body: Vec<u8>,
}

impl Model {
    fn first(&self, name: Name) -> Option<usize> {
        self.lines.iter().position(|l| l.name == name)
    }

    fn prepend(&mut self, name: Name, value: String) {
        let behind_via = || self.lines.iter().rposition(|l| l.name == Name::VIA).map_or(0, |i| i + 1);
        let at = self.first(name).unwrap_or_else(|| if name == Name::VIA { 0 } else { behind_via() });
        self.lines.insert(at, Line { name, values: vec![value], raw: None });
    }

    fn append(&mut self, name: Name, value: String) {
        self.lines.push(Line { name, values: vec![value], raw: None });
    }

    fn pop(&mut self, name: Name) {
        let Some(i) = self.lines.iter().position(|l| l.name == name && !l.values.is_empty()) else { return };
        self.lines[i].values.remove(0);
        self.lines[i].raw = None;
        if self.lines[i].values.is_empty() {
            self.lines.remove(i);
        }
    }

    fn replace(&mut self, name: Name, value: String) {
        let Some(i) = self.first(name) else { return self.append(name, value) };
        self.lines[i] = Line { name, values: vec![value], raw: None };
        let mut n = 0;
        self.lines.retain(|l| {
            n += 1;
            n <= i + 1 || l.name != name
        });
    }

    fn remove(&mut self, name: Name) {
        self.lines.retain(|l| l.name != name);
    }

    fn lay(&mut self, body: Vec<u8>) {
        self.remove(Name::CONTENT_ENCODING);
        self.replace(Name::CONTENT_LENGTH, body.len().to_string());
        self.body = body;
    }

    fn take(&mut self, step: &Step) {
        let of = |i: usize, n: u8| (NAMES[i].0, value(NAMES[i].0, n));
        match step {
            Step::PushVia(n) => self.prepend(Name::VIA, value(Name::VIA, *n)),
            Step::PopVia => self.pop(Name::VIA),
            Step::PushRoute(n) => self.prepend(Name::ROUTE, value(Name::ROUTE, *n)),
            Step::PopRoute => self.pop(Name::ROUTE),
            Step::PushRecordRoute(n) => self.prepend(Name::RECORD_ROUTE, value(Name::RECORD_ROUTE, *n)),
            Step::CountDown => match self.first(Name::MAX_FORWARDS) {
                None => self.prepend(Name::MAX_FORWARDS, "70".into()),
                Some(i) => match self.lines[i].values.join(", ").parse::<u32>() {
                    Ok(n) if n > 0 => {
                        let name = Name::MAX_FORWARDS;
                        self.lines[i] = Line { name, values: vec![(n - 1).to_string()], raw: None };
                    }
                    _ => {}
                },
            },
            Step::Append(i, n) => self.append(of(*i, *n).0, of(*i, *n).1),
            Step::Prepend(i, n) => self.prepend(of(*i, *n).0, of(*i, *n).1),
            Step::Replace(i, n) => self.replace(of(*i, *n).0, of(*i, *n).1),
            Step::Remove(i) => self.remove(NAMES[*i].0),
            Step::AddValue(i, n) => {
                let (name, value) = of(*i, *n);
                if self.lines.iter().any(|l| l.name == name && l.values.contains(&value)) {
                    return;
                }
                match self.lines.iter().rposition(|l| l.name == name) {
                    None => self.append(name, value),
                    Some(i) => {
                        self.lines[i].values.push(value);
                        self.lines[i].raw = None;
                    }
                }
            }
            Step::RemoveValue(i, n) => {
                let (name, value) = of(*i, *n);
                self.lines.retain_mut(|l| {
                    if l.name != name || !l.values.contains(&value) {
                        return true;
                    }
                    l.values.retain(|v| *v != value);
                    l.raw = None;
                    !l.values.is_empty()
                });
            }
            Step::SetUri(n) => self.uri = format!("sip:h{n};lr"),
            Step::SetBody(body) => {
                self.replace(Name::CONTENT_TYPE, "a/b".into());
                self.lay(body.clone());
            }
            Step::RemoveBody => {
                self.remove(Name::CONTENT_TYPE);
                self.lay(Vec::new());
            }
            Step::RequireLength => {
                if self.first(Name::CONTENT_LENGTH).is_none() {
                    self.append(Name::CONTENT_LENGTH, self.body.len().to_string());
                }
            }
        }
    }

    /// What `bytes` say is what the model says.
    fn check(&self, bytes: &[u8]) -> Result<(), TestCaseError> {
        let text = format!("INVITE {} SIP/2.0\r\n", self.uri);
        prop_assert!(bytes.starts_with(text.as_bytes()));
        let mut rest = &bytes[text.len()..];
        for line in &self.lines {
            if let Some(raw) = &line.raw {
                prop_assert!(rest.starts_with(raw.as_bytes()), "{line:?} in {:?}", String::from_utf8_lossy(bytes));
                rest = &rest[raw.len()..];
                continue;
            }
            let ends = |i: &usize| rest[*i] == b'\n' && !matches!(rest.get(i + 1), Some(b' ' | b'\t'));
            let end = (0..rest.len()).find(ends).unwrap() + 1;
            let read = std::str::from_utf8(&rest[..end]).unwrap();
            let (name, value) = read.split_once(':').unwrap();
            prop_assert!(line.name.matches(name.trim()), "{line:?} is {read:?}");
            let values: Vec<_> = value.split(',').map(str::trim).filter(|v| !v.is_empty()).collect();
            prop_assert_eq!(&values, &line.values);
            rest = &rest[end..];
        }
        prop_assert_eq!(rest, [&b"\r\n"[..], &self.body].concat());
        Ok(())
    }
}

/// Every line as it is read, to compare two ways to the same message.
fn lines<'a>(message: &MessageView<'a>) -> Vec<(&'a str, &'a [u8], usize)> {
    message.headers().map(|h| (h.name(), h.value, h.at)).collect()
}

fn is_read_alike(message: &Message) -> Result<(), TestCaseError> {
    let read = Message::parse(message.bytes().clone());
    let read = read.map_err(|e| TestCaseError::fail(format!("{e}: {:?}", message.bytes())))?;
    prop_assert_eq!(lines(&read.view()), lines(&message.view()));
    prop_assert_eq!(read.view().start_line(), message.view().start_line());
    prop_assert_eq!(read.body(), message.body());
    for (name, _) in NAMES {
        prop_assert_eq!(read.view().header_all(name).count(), message.view().header_all(name).count());
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_steps_make_what_a_list_of_lines_makes(
        mut came in vec(line(), 0..8), length in any::<Option<prop::sample::Index>>(), body in vec(any::<u8>(), 0..9),
        steps in vec(step(), 0..10),
    ) {
        if let Some(at) = length {
            let (name, n) = (Name::CONTENT_LENGTH, body.len().to_string());
            let raw = Some(format!("l : {n}\r\n"));
            came.insert(at.index(came.len() + 1), Line { name, values: vec![n], raw });
        }
        let mut text = b"INVITE sip:b@x SIP/2.0\r\n".to_vec();
        came.iter().for_each(|l| text.extend_from_slice(l.raw.as_deref().unwrap_or_default().as_bytes()));
        text.extend_from_slice(b"\r\n");
        text.extend_from_slice(&body);
        let message = Message::parse(text.into()).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let mut model = Model { uri: "sip:b@x".into(), lines: came, body };
        let mut edit = Edit::new(&message);
        model.check(message.bytes())?;
        for step in &steps {
            take(&mut edit, step);
            model.take(step);
            let mut out = BytesMut::new();
            edit.write_to(&mut out);
            model.check(&out)?;
        }
        let made = edit.message();
        model.check(made.bytes())?;
        is_read_alike(&made)?;
    }

    #[test]
    fn any_bytes_are_edited_without_a_panic_and_stay_a_message(
        text in "(INVITE sip:b@x SIP/2.0|SIP/2.0 200( OK)?)\r?\n(([vmlkX]|Via|Route|Max-Forwards|T o) ?:[ ,<\"a1;=:/]{0,9}(\r?\n ?)){0,9}(\r\n)?[a\n]{0,3}",
        steps in vec(step(), 0..6), evil in any::<String>(),
    ) {
        let salvaged = match Message::parse(Bytes::from(text.clone())) {
            Ok(message) => Ok(message),
            Err(_) => Err(Message::parse_or_salvage(Bytes::from(text), &Default::default()).unwrap_err().message),
        };
        let (message, is_whole) = match salvaged {
            Ok(message) => (message, true),
            Err(Some(message)) => (message, false),
            Err(None) => return Ok(()),
        };
        let mut edit = Edit::new(&message);
        for step in steps {
            // Hops that cannot be read, and a Request-URI that is not there, are errors and no change.
            match step {
                Step::PopVia => _ = edit.pop_via(),
                Step::PopRoute => _ = edit.pop_route(),
                Step::SetUri(_) if !message.is_request() => {}
                step => take(&mut edit, &step),
            }
        }
        let _ = (edit.note_source(([192, 0, 2, 1], 1).into()).is_ok(), edit.route_strictly(), edit.restore_uri());
        let _ = (edit.set_reason(&evil).is_ok(), edit.append_text(&evil, &evil).is_ok(), format!("{edit:?}"));
        edit.append(Name::SUBJECT, &evil).replace(Name::SUPPORTED, &evil).add_value(Name::ALLOW, &evil);
        let made = edit.message();
        if is_whole {
            is_read_alike(&made)?;
        }
    }

    #[test]
    fn popping_what_was_pushed_gives_the_bytes_back(came in vec(line(), 0..8), n in 0u8..9) {
        let head: String = came.iter().filter_map(|l| l.raw.as_deref()).collect();
        let message = Message::parse(format!("INVITE sip:b@x SIP/2.0\r\n{head}\r\n").into()).unwrap();
        for (push, pop) in [(Step::PushVia(n), Step::PopVia), (Step::PushRoute(n), Step::PopRoute)] {
            let mut edit = Edit::new(&message);
            take(&mut edit, &push);
            take(&mut edit, &pop);
            prop_assert_eq!(&edit.finish(), message.bytes());
        }
    }
}

/// RFC 4475: whatever can be read can be edited, and says the same after it.
#[test]
fn the_torture_messages_survive_every_verb() {
    let Some(folder) = common::vectors("rfc4475/messages") else { return };
    let mut seen = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let Ok(message) = Message::parse(std::fs::read(file.unwrap().path()).unwrap().into()) else { continue };
        seen += 1;
        assert_eq!(Edit::new(&message).finish().as_ptr(), message.bytes().as_ptr());
        let steps = [
            Step::PushVia(1),
            Step::PushRoute(1),
            Step::PushRecordRoute(1),
            Step::CountDown,
            Step::Append(5, 1),
            Step::Prepend(5, 1),
            Step::Replace(5, 1),
            Step::Remove(4),
            Step::AddValue(4, 1),
            Step::RemoveValue(4, 1),
            Step::SetBody(vec![0, 13, 10]),
            Step::RemoveBody,
            Step::RequireLength,
        ];
        for step in steps {
            let mut edit = Edit::new(&message);
            take(&mut edit, &step);
            is_read_alike(&edit.message()).unwrap();
        }
        let mut edit = Edit::new(&message);
        let _ = (edit.note_source(([192, 0, 2, 1], 1).into()).is_ok(), edit.pop_via(), edit.pop_route());
        let _ = (edit.route_strictly(), edit.restore_uri());
        is_read_alike(&edit.message()).unwrap();
        // Pushed and popped it is as it was, from its start line to the end of its body.
        let mut edit = Edit::new(&message);
        edit.push_via(&Via::parse(b"SIP/2.0/UDP h").unwrap());
        assert!(edit.pop_via().unwrap());
        let view = message.view();
        let body_end = view.body().as_ptr() as usize + view.body().len() - view.as_bytes().as_ptr() as usize;
        let start = message.bytes().iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        assert_eq!(edit.finish(), message.bytes().slice(start..body_end));
    }
    assert!(seen >= 27, "{seen}");
}
