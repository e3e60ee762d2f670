//! TOML itself: the parser's findings in plain words.

use super::collect::{At, Collector};
use crate::runbook::diagnostic::{Diagnostic, Lines, Severity};
use toml::Spanned;
use toml::de::DeTable;

/// A broken text up to this size is searched for further errors; past it the first has to do, so
/// that no file can make the parser collect millions of them.
const SEARCHED: usize = 4 * 1024 * 1024;
/// Most errors of syntax that are shown.
const MOST: usize = 200;

/// Parses the text as far as possible.
pub(super) fn parse<'a>(text: &'a str, out: &mut Collector) -> Spanned<DeTable<'a>> {
    let first = match DeTable::parse(text) {
        Ok(table) => return table,
        Err(error) => error,
    };
    if text.len() > SEARCHED {
        report(&first, text, out);
        return Spanned::new(0..0, DeTable::new());
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors.iter().take(MOST) {
        report(error, text, out);
    }
    if errors.len() > MOST {
        let end = At { start: text.len(), end: text.len() };
        let message = format!("{} more errors of syntax are not listed", errors.len() - MOST);
        out.error("toml-syntax", end, message).help("is this a TOML file at all?");
    }
    table
}

fn report(error: &toml::de::Error, text: &str, out: &mut Collector) {
    let at = At::from(error.span().unwrap_or(0..0));
    let message = error.message().trim_end();
    let line = line_of(text, at.start);
    if message.contains("recurs") {
        out.error("too-deep", at, "lists or tables are nested too deeply here")
            .help("no key of a runbook goes deeper than a few levels");
        return;
    }
    let duplicate = message.starts_with("duplicate key") || message.starts_with("cannot extend");
    let code = if duplicate { "duplicate-key" } else { "toml-syntax" };
    let found = out.error(code, at, message.to_owned());
    found.help(advice(line.trim(), message, duplicate));
}

/// What a person most probably meant.
fn advice(line: &str, message: &str, duplicate: bool) -> &'static str {
    if line.starts_with("[[phases.steps") || line.starts_with("[[rollbacks.steps") {
        return "the steps of a phase or rollback are all in its list `steps = [...]`, or all written like this";
    }
    if line.starts_with("[phases") || line.starts_with("[rollbacks") {
        return "write it with two brackets, [[phases]]: there may be several";
    }
    if duplicate && line.starts_with('[') {
        return "this table is written twice; put both parts together";
    }
    if duplicate {
        return "a key is written once in a table; remove one of the two";
    }
    let value = line.split_once('=').map(|(_, v)| v.trim_start());
    let bare = value.is_some_and(|v| v.starts_with(|c: char| c.is_alphanumeric()));
    if message.contains("quoted") || bare {
        return "put text in quotes: key = \"text\"; durations are text too: \"25m\"";
    }
    "a runbook is TOML: lines `key = value` below a [table]; `golive new FILE` writes one"
}

fn line_of(text: &str, byte: usize) -> &str {
    let byte = byte.min(text.len());
    let start = text.get(..byte).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
    text.get(start..).and_then(|t| t.lines().next()).unwrap_or_default()
}

/// After errors of syntax, keeps what is certain all the same: findings about single keys and
/// values, on lines that could be read.
pub(super) fn keep_local(out: &mut Collector, text: &str) {
    const LOCAL: &[&str] = &[
        "toml-syntax",
        "duplicate-key",
        "too-deep",
        "unknown-key",
        "misplaced-key",
        "bad-duration",
        "bad-time",
        "bad-value",
        "bad-condition",
        "bad-id",
        "unknown-timezone",
        "repeated-time",
        "skipped-time",
        "unknown-format",
    ];
    const SYNTAX: &[&str] = &["toml-syntax", "duplicate-key", "too-deep"];
    let lines = Lines::of(text);
    let mut broken = std::collections::HashSet::new();
    out.retain(|d: &Diagnostic| {
        if SYNTAX.contains(&d.code) {
            broken.insert(lines.place(d.start()).0);
        }
        true
    });
    out.retain(|d| {
        let line = lines.place(d.start()).0;
        let certain = LOCAL.contains(&d.code) && d.severity == Severity::Error;
        certain && (SYNTAX.contains(&d.code) || !broken.contains(&line))
    });
}
