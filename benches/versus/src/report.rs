//! The results as lines of JSON, or as tables with the ratio to offhook.

use crate::race::Measured;
use serde::Serialize;
use std::io::{self, Write};

/// How to print.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Markdown,
    Text,
}

/// One line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    message: &'a str,
    who: &'a str,
    depth: &'a str,
    bytes: usize,
    ns: f64,
    median_ns: f64,
    mb_s: f64,
    allocations: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<u64>,
}

/// Prints on standard output.
pub(crate) fn print(results: &[Measured], form: Form) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if form == Form::Json {
        for m in results {
            let tenths = |x: f64| (x * 10.0).round() / 10.0;
            let line = Line {
                message: &m.message,
                who: m.who,
                depth: m.depth,
                bytes: m.bytes,
                ns: tenths(m.ns),
                median_ns: tenths(m.median_ns),
                mb_s: tenths(mb_s(m)),
                allocations: m.allocations,
                instructions: m.instructions,
            };
            writeln!(out, "{}", serde_json::to_string(&line)?)?;
        }
        return Ok(());
    }
    if form == Form::Markdown {
        return unique(results, |m| m.depth).into_iter().try_for_each(|depth| markdown(&mut out, results, depth));
    }
    for (i, group) in results.chunk_by(|a, b| (&a.message, a.depth) == (&b.message, b.depth)).enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        table(&mut out, group)?;
    }
    Ok(())
}

fn mb_s(m: &Measured) -> f64 {
    m.bytes as f64 * 1_000.0 / m.ns
}

/// How many times as long as ours in `field`.
fn ratio(m: &Measured, field: &[Measured]) -> Option<f64> {
    let ours = field.iter().find(|o| (o.who, &o.message, o.depth) == ("offhook", &m.message, m.depth))?;
    Some(m.ns / ours.ns)
}

/// One message at one depth, the fastest first.
fn table(out: &mut impl Write, group: &[Measured]) -> io::Result<()> {
    let Some(first) = group.first() else { return Ok(()) };
    writeln!(out, "{}, {} bytes, {}", first.message, first.bytes, first.depth)?;
    let head = ["", "ns", "median", "x offhook", "MB/s", "instructions", "allocations"].map(str::to_owned);
    let mut order: Vec<&Measured> = group.iter().collect();
    order.sort_by(|a, b| a.ns.total_cmp(&b.ns));
    let rows = order.into_iter().map(|m| {
        let ratio = ratio(m, group).map_or("-".to_owned(), |x| format!("{x:.2}"));
        let instructions = m.instructions.map_or("-".to_owned(), grouped);
        let (ns, median) = (grouped(m.ns.round() as u64), grouped(m.median_ns.round() as u64));
        [m.who.to_owned(), ns, median, ratio, format!("{:.0}", mb_s(m)), instructions, m.allocations.to_string()]
    });
    for [who, ns, median, ratio, mb_s, instructions, allocations] in std::iter::once(head).chain(rows) {
        writeln!(out, "  {who:<12} {ns:>8} {median:>8} {ratio:>10} {mb_s:>8} {instructions:>13} {allocations:>12}")?;
    }
    Ok(())
}

/// One depth: a row for everyone, a column for every message.
fn markdown(out: &mut impl Write, results: &[Measured], depth: &str) -> io::Result<()> {
    let here = || results.iter().filter(|m| m.depth == depth);
    let messages = unique(here(), |m| (&*m.message, m.bytes));
    let titles: Vec<String> = messages.iter().map(|(name, bytes)| format!("`{name}`, {bytes} B")).collect();
    writeln!(out, "| {depth} | {} |", titles.join(" | "))?;
    writeln!(out, "|---|{}", "---|".repeat(messages.len()))?;
    let mut order: Vec<&Measured> = here().collect();
    order.sort_by(|a, b| a.ns.total_cmp(&b.ns));
    let first_message = messages.first().map(|(name, _)| *name);
    // By the first message; who does not read that one comes last.
    let (on_first, others): (Vec<&Measured>, Vec<_>) =
        order.into_iter().partition(|m| Some(&*m.message) == first_message);
    for who in unique(on_first.into_iter().chain(others), |m| m.who) {
        let cells = messages.iter().map(|(message, _)| {
            let Some(m) = here().find(|m| (m.who, &*m.message) == (who, message)) else { return "–".to_owned() };
            let ns = grouped(m.ns.round() as u64);
            let times =
                ratio(m, results).filter(|_| who != "offhook").map_or(String::new(), |x| format!(" (× {x:.2})"));
            let instructions = m.instructions.map_or(String::new(), |n| format!(" / {}", grouped(n)));
            format!("{ns}{times}{instructions} / {}", m.allocations)
        });
        writeln!(out, "| {who} | {} |", cells.collect::<Vec<_>>().join(" | "))?;
    }
    writeln!(out)
}

/// What `key` gives, each once, in the order of its first.
fn unique<'a, K: PartialEq>(
    results: impl IntoIterator<Item = &'a Measured>,
    key: impl Fn(&'a Measured) -> K,
) -> Vec<K> {
    let mut found = Vec::new();
    for k in results.into_iter().map(key) {
        if !found.contains(&k) {
            found.push(k);
        }
    }
    found
}

/// A number with commas.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let comma = |i: usize| if i > 0 && (digits.len() - i).is_multiple_of(3) { "," } else { "" };
    digits.chars().enumerate().flat_map(|(i, digit)| [comma(i).to_owned(), digit.to_string()]).collect()
}
