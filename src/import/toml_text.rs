//! Values as TOML text.

use crate::runbook::visible;
use serde_json::Value;
use std::fmt::Write;

/// What a text of the runbook is for: which `{{ names }}` in it are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meant {
    /// None: every brace stands for itself.
    Text,
    /// `{{ env.NAME }}`.
    Command,
    /// Live names.
    Message,
    /// Both.
    Body,
    /// The raw text: names are meant.
    Raw,
}

/// A text as a TOML string. What a terminal would obey or a reader not see is an escape.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        escaped(&mut out, c);
    }
    out.push('"');
    out
}

/// A text of several lines as TOML's form for it; of one line as [`quoted`].
pub(super) fn long(text: &str) -> String {
    if !text.contains('\n') {
        return quoted(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str("\"\"\"\n");
    for c in text.chars() {
        if c == '\n' { out.push('\n') } else { escaped(&mut out, c) }
    }
    out.push_str("\"\"\"");
    out
}

fn escaped(out: &mut String, c: char) {
    let mut utf8 = [0; 4];
    let _ = match c {
        '"' => write!(out, "\\\""),
        '\\' => write!(out, "\\\\"),
        '\n' => write!(out, "\\n"),
        '\r' => write!(out, "\\r"),
        '\t' => write!(out, "\\t"),
        c if visible(c.encode_utf8(&mut utf8)).starts_with(c) => {
            out.push(c);
            Ok(())
        }
        c if u32::from(c) > 0xffff => write!(out, "\\U{:08X}", u32::from(c)),
        c => write!(out, "\\u{:04X}", u32::from(c)),
    };
}

/// A text whose braces stand for themselves, but for the names that are meant. A run of braces that
/// begins or ends a name would be read as one: it is written `{{ "{{" }}`.
pub(super) fn braced(text: &str, meant: Meant) -> String {
    if meant == Meant::Raw || !(text.contains("{{") || text.contains("}}")) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (plain, braces) = rest.split_at(at);
        out.push_str(plain);
        if let Some(name) = meant_name(braces, meant) {
            let (kept, tail) = braces.split_at(name);
            out.push_str(kept);
            rest = tail;
            continue;
        }
        let end = braces.find(|c| c != '{' && c != '}').unwrap_or(braces.len());
        let (run, tail) = braces.split_at(end);
        if run.contains("{{") || run.contains("}}") {
            let _ = write!(out, "{{{{ \"{run}\" }}}}");
        } else {
            out.push_str(run);
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// The length of the `{{ name }}` with which a text begins, where that name is meant.
fn meant_name(text: &str, meant: Meant) -> Option<usize> {
    let inner = text.strip_prefix("{{")?;
    let end = inner.find("}}")?;
    let name = inner.get(..end)?.trim();
    let is_env = name.strip_prefix("env.").is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    let is_live = crate::runbook::LIVE_NAMES.contains(&name);
    let is_posted = name == crate::runbook::POSTED_TEXT;
    let kept = match meant {
        Meant::Text | Meant::Raw => false,
        Meant::Command => is_env,
        Meant::Message => is_live,
        Meant::Body => is_env || is_live || is_posted,
    };
    kept.then_some(end + 4)
}

/// A key, bare where TOML allows it.
pub(super) fn key(word: &str) -> String {
    let is_bare = !word.is_empty()
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if is_bare { word.to_owned() } else { quoted(word) }
}

/// A JSON value as a TOML value on one line; nothing for null, which TOML has not.
pub(super) fn inline(value: &Value, meant: Meant) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(yes) => yes.to_string(),
        Value::Number(n) => n.to_string(),
        Value::String(text) => moment(text).unwrap_or_else(|| quoted(&braced(text, meant))),
        Value::Array(list) => {
            let items: Vec<String> = list.iter().filter_map(|v| inline(v, meant)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let pairs = map.iter().filter_map(|(name, value)| {
                Some(format!("{} = {}", key(name), inline(value, meant)?))
            });
            let pairs: Vec<String> = pairs.collect();
            if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) }
        }
    })
}

/// A moment in RFC 3339 is a TOML datetime.
fn moment(text: &str) -> Option<String> {
    let is_shaped =
        text.len() >= 20 && text.ends_with('Z') && text.as_bytes().get(10) == Some(&b'T');
    (is_shaped && chrono::DateTime::parse_from_rfc3339(text).is_ok()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_stand_for_themselves() {
        let cases = [
            ("{{ x }}", Meant::Text, "{{ \"{{\" }} x {{ \"}}\" }}"),
            ("a {b} c", Meant::Text, "a {b} c"),
            ("{{{x", Meant::Text, "{{ \"{{{\" }}x"),
            ("{}}", Meant::Text, "{{ \"{}}\" }}"),
            ("{{ env.X }}", Meant::Command, "{{ env.X }}"),
            ("{{ env.X }}", Meant::Message, "{{ \"{{\" }} env.X {{ \"}}\" }}"),
            ("{{ rag }} {{ y }}", Meant::Message, "{{ rag }} {{ \"{{\" }} y {{ \"}}\" }}"),
            ("{{ x }}", Meant::Raw, "{{ x }}"),
        ];
        for (text, meant, expected) in cases {
            assert_eq!(braced(text, meant), expected);
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_an_escape() {
        assert_eq!(
            quoted("a\"\\\u{1b}[2J\u{202e}\u{e0001}"),
            "\"a\\\"\\\\\\u001B[2J\\u202E\\U000E0001\""
        );
        assert_eq!(long("a\nb\"\"\""), "\"\"\"\na\nb\\\"\\\"\\\"\"\"\"");
    }
}
