//! Commands, probes and posts: what a machine will do.

use super::collect::At;
use super::field::{Field, Reader};
use super::keys;
use super::names::Use;
use crate::runbook::text::visible;
use crate::runbook::{CheckSpec, CommandSpec, Compare, Condition, Expect, Post, Probe};
use toml::de::DeValue;

/// `{ argv = [...], timeout = "..." }`.
pub(super) fn command<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<CommandSpec> {
    let list = r.table(field, "a table: { argv = [\"./do.sh\"], timeout = \"10m\" }")?;
    let mut spec = CommandSpec { argv: Vec::new(), timeout: None };
    for inner in &list {
        match inner.key {
            "argv" => {
                let words = r.list(inner, "a list of program and arguments");
                spec.argv = words
                    .iter()
                    .filter_map(|w| {
                        let raw = r.string(w)?;
                        Some(r.fill(raw, w.at, Use::Command).into_owned())
                    })
                    .collect();
                if words.is_empty() || spec.argv.first().is_some_and(|p| p.trim().is_empty()) {
                    r.out
                        .error("bad-value", inner.at, "`argv` names no program")
                        .help("the first entry is the program, the others are its arguments");
                }
            }
            "timeout" => spec.timeout = r.duration(inner),
            _ => r.unknown_key(inner, "command", keys::COMMAND),
        }
    }
    if !list.iter().any(|f| f.key == "argv") {
        r.missing(
            field.at,
            "this command",
            "argv",
            "add argv = [\"program\", \"argument\"]; no shell is involved",
        );
    }
    Some(spec)
}

/// A `check` or a `guard`.
pub(super) fn probe<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<CheckSpec> {
    let list = r.table(field, "a table with `http` or `run`")?;
    let (mut probes, mut until_pass, mut every, mut timeout) = (Vec::new(), false, None, None);
    for inner in &list {
        match inner.key {
            "http" => probes.push(http(r, inner)),
            "run" => probes.push(command(r, inner).map(Probe::Command)),
            "until" => until_pass = r.one_of(inner, &[("pass", true)]).unwrap_or(false),
            "every" => every = r.duration(inner),
            "timeout" => timeout = r.duration(inner),
            _ => r.unknown_key(inner, "check", keys::CHECK),
        }
    }
    if probes.len() != 1 {
        let message =
            format!("`{}` asks either `http` or `run`, one of the two", visible(field.key));
        r.out
            .error("bad-value", field.at, message)
            .help("write http = { url = \"...\" } or run = { argv = [...], timeout = \"...\" }");
        return None;
    }
    if every == Some(0) {
        r.out
            .error("bad-value", field.at, "`every` should be at least a second")
            .help("write every = \"10s\"");
    }
    Some(CheckSpec { probe: probes.pop().flatten()?, until_pass, every, timeout })
}

fn http<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<Probe> {
    let list = r.table(field, "a table: { url = \"https://...\", expect = { status = 200 } }")?;
    let (mut target, mut expect) = (None, Expect::default());
    for inner in &list {
        match inner.key {
            "url" => target = url(r, inner),
            "expect" => expect = expectation(r, inner),
            _ => r.unknown_key(inner, "http check", keys::HTTP),
        }
    }
    if !list.iter().any(|f| f.key == "url") {
        r.missing(field.at, "this http check", "url", "add url = \"https://...\"");
    }
    Some(Probe::Http { url: target?, expect })
}

/// A URL that a machine will ask.
fn url<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<String> {
    let url = r.text_for(field, Use::Command)?;
    let fine = ["http://", "https://", "{{ env."].iter().any(|start| url.starts_with(start));
    if !fine {
        let message = format!("`{}` is no http or https URL", visible(&url));
        r.out.error("bad-url", field.at, message).help("write it whole: https://host/path");
    }
    Some(url)
}

fn expectation<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Expect {
    let mut expect = Expect::default();
    let list = r.table(field, "a table: { status = 200 }").unwrap_or_default();
    for inner in &list {
        match inner.key {
            "status" => {
                expect.status = r.count(inner, 599).and_then(|n| u16::try_from(n).ok());
                if expect.status.is_some_and(|s| s < 100) {
                    r.out
                        .error("bad-value", inner.at, "an HTTP status has three digits")
                        .help("write status = 200: the answer of a page that is well");
                }
            }
            "json" => {
                expect.json = r.string(inner).map(str::to_owned);
                if expect.json.as_deref().is_some_and(|p| !p.is_empty() && !p.starts_with('/')) {
                    r.out
                        .error("bad-value", inner.at, "a JSON pointer begins with `/`")
                        .help("\"/status/0/name\" goes down member by member, from 0 in lists");
                }
            }
            "is" => expect.is = condition(r, inner),
            "contains" => expect.contains = r.text(inner),
            _ => r.unknown_key(inner, "expectation", keys::EXPECT),
        }
    }
    if let (Some(_), None) = (&expect.is, &expect.json)
        && !list.iter().any(|f| f.key == "json")
    {
        r.missing(
            field.at,
            "this expectation",
            "json",
            "`is` looks at a value: add json = \"/path/to/it\"",
        );
    }
    expect
}

/// A comparison such as `< 5`.
pub(super) fn condition<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<Condition> {
    const HELP: &str =
        "write an operator and a value: \"< 5\", \">= 99.5\", \"== 4.2.0\" or \"!= down\"";
    let DeValue::String(_) = field.value else {
        let message = format!("`{}` should be text such as \"< 5\"", visible(field.key));
        r.out.error("wrong-type", field.at, message).help(HELP);
        return None;
    };
    let text = r.text(field)?;
    let text = text.trim();
    let operators = [
        ("<=", Compare::LessEqual),
        (">=", Compare::GreaterEqual),
        ("==", Compare::Equal),
        ("!=", Compare::NotEqual),
        ("<", Compare::Less),
        (">", Compare::Greater),
    ];
    let found =
        operators.iter().find_map(|(sign, op)| Some((*op, text.strip_prefix(sign)?.trim())));
    let Some((op, value)) = found.filter(|(_, value)| !value.is_empty()) else {
        let message = format!("`{}` is no condition", visible(text));
        r.out.error("bad-condition", field.at, message).help(HELP);
        return None;
    };
    let ordered = !matches!(op, Compare::Equal | Compare::NotEqual);
    if ordered && value.parse::<f64>().is_err() {
        let message = format!("`{}` compares with something that is no number", visible(text));
        r.out
            .error("bad-condition", field.at, message)
            .help("<, <=, > and >= need a plain number; units go into `unit`");
        return None;
    }
    Some(Condition { op, value: value.to_owned() })
}

/// A message's `post`.
pub(super) fn post<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> Option<Post> {
    let list = r.table(field, "a table: { url = \"...\", json = { ... } }")?;
    let (mut target, mut json) = (None, serde_json::Value::Null);
    for inner in &list {
        match inner.key {
            "url" => target = url(r, inner),
            "json" => json = body(r, inner),
            _ => r.unknown_key(inner, "post", keys::POST),
        }
    }
    for (key, help) in
        [("url", "add url = \"https://...\""), ("json", "add json = { text = \"{{ text }}\" }")]
    {
        if !list.iter().any(|f| f.key == key) {
            r.missing(field.at, "this post", key, help);
        }
    }
    Some(Post { url: target?, json })
}

/// Any TOML value as JSON, its texts filled in. TOML's own limit bounds the depth.
fn body<'a>(r: &mut Reader<'a>, field: &Field<'a>) -> serde_json::Value {
    use serde_json::Value;
    match field.value {
        DeValue::String(text) => Value::String(r.fill(text, field.at, Use::Body).into_owned()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(time) => Value::String(time.to_string()),
        DeValue::Array(_) => {
            let list = r.list(field, "a list");
            Value::Array(list.iter().map(|f| body(r, f)).collect())
        }
        DeValue::Table(table) => Value::Object(
            super::field::fields(table).iter().map(|f| (f.key.to_owned(), body(r, f))).collect(),
        ),
    }
}

/// Where a step's probe or command has no end, so that it would run for good.
pub(super) fn timeout_of(spec: &CheckSpec) -> Option<i64> {
    match &spec.probe {
        Probe::Command(command) => command.timeout.or(spec.timeout),
        Probe::Http { .. } => spec.timeout,
    }
}

/// Reports a command without a timeout.
pub(super) fn no_timeout(r: &mut Reader<'_>, at: At, title: &str) {
    let message = format!("the command of \"{}\" has no timeout", visible(title));
    r.out
        .error("no-timeout", at, message)
        .help("add timeout = \"10m\" to `run`: what hangs at night has to end by itself");
}
