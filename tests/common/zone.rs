//! A name server that knows what a table says, and fails, lies or stays silent where it says so.

use offhook::resolve::{Answer, Naptr, Query, Record, RecordType, Srv};
use std::time::Duration;

/// Lines of a zone. A name has the types of its lines and no others; a name without a line does not exist.
///
/// ```text
/// example.com               NAPTR 50 50 s SIPS+D2T _sips._tcp.example.com
/// _sip._udp.example.com 60  SRV   0 1 5060 server1.example.com
/// server1.example.com       A     192.0.2.1
/// slow.example.com          DELAY 300          (milliseconds, before each answer)
/// bad.example.com           SERVFAIL
/// dead.example.com          SILENT
/// alias.example.com         CNAME server1.example.com
/// ```
#[derive(Debug, Clone, Default)]
pub(crate) struct Zone {
    lines: Vec<Line>,
    /// Every question that was asked.
    pub(crate) asked: Vec<String>,
}

#[derive(Debug, Clone)]
struct Line {
    name: String,
    ttl: u64,
    kind: String,
    data: Vec<String>,
}

/// CNAMEs that are followed; a loop of them is a failure, as it is to real name servers.
const CHAIN: usize = 8;

impl Zone {
    pub(crate) fn new(table: &str) -> Self {
        let lines = table.lines().filter(|line| !line.trim().is_empty()).map(|line| {
            let mut words = line.split_whitespace().map(str::to_owned).peekable();
            let name = words.next().expect("a name");
            let ttl =
                words.next_if(|word| word.parse::<u64>().is_ok()).map_or(3600, |word| word.parse().expect("a number"));
            Line { name, ttl, kind: words.next().expect("a type"), data: words.collect() }
        });
        Zone { lines: lines.collect(), asked: Vec::new() }
    }

    /// The answer to a query, and after how long; `None` if there never is one.
    pub(crate) fn ask(&mut self, query: &Query) -> Option<(Duration, Answer)> {
        let kind = match query.kind {
            RecordType::Naptr => "NAPTR",
            RecordType::Srv => "SRV",
            RecordType::A => "A",
            RecordType::Aaaa => "AAAA",
        };
        self.asked.push(format!("{} {kind}", query.name));
        let mut name = query.name.as_str().to_owned();
        for _ in 0..CHAIN {
            let of: Vec<&Line> = self.lines.iter().filter(|line| line.name.eq_ignore_ascii_case(&name)).collect();
            let has = |kind: &str| of.iter().find(|line| line.kind == kind);
            let delay = has("DELAY").map_or(0, |line| line.data[0].parse().expect("milliseconds"));
            let delay = Duration::from_millis(delay);
            if has("SILENT").is_some() {
                return None;
            }
            if has("SERVFAIL").is_some() {
                return Some((delay, Answer::Failed));
            }
            if let Some(alias) = has("CNAME") {
                name = alias.data[0].clone();
                continue;
            }
            let found: Vec<&&Line> = of.iter().filter(|line| line.kind == kind).collect();
            let ttl = Duration::from_secs(found.iter().map(|line| line.ttl).min().unwrap_or(60));
            let records: Vec<Record> = found.iter().map(|line| record(line)).collect();
            let answer = if records.is_empty() { Answer::Nothing { ttl } } else { Answer::Records { records, ttl } };
            return Some((delay, answer));
        }
        Some((Duration::ZERO, Answer::Failed))
    }
}

fn record(line: &Line) -> Record {
    let number = |at: usize| line.data[at].parse().expect("a number");
    let text = |at: usize| line.data[at].trim_matches('"').into();
    match line.kind.as_str() {
        "NAPTR" => Record::Naptr(Naptr {
            order: number(0),
            preference: number(1),
            flags: text(2),
            service: text(3),
            regexp: if line.data.len() > 5 { text(4) } else { "".into() },
            replacement: line.data.last().expect("a replacement").as_str().into(),
        }),
        "SRV" => Record::Srv(Srv { priority: number(0), weight: number(1), port: number(2), target: text(3) }),
        _ => Record::Address(line.data[0].parse().expect("an address")),
    }
}
