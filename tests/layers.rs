//! The layers of the house hold: who may import whom, and that the pure parts reach no clock, file,
//! socket or environment. Reads the sources as text.
#![allow(clippy::disallowed_methods, reason = "reads the sources")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const RULE: &str = "\
The layers (DESIGN, The house): runbook <- run <- {ledger, sync, automation, report, import, crew} \
<- {hub, cockpit} <- cli <- main.\nDownwards only, never sideways, except: hub and cockpit use \
ledger, sync, report; cockpit uses automation.";

const PURE_RULE: &str = "\
The pure parts (runbook, run, crew, report, the session of sync, the core of the hub, the order of the ledger, and all of the cockpit but its terminal) reach no clock, file, socket, process or environment: time and text come in as values.";

/// Each layer, and the layers it may name.
const MAY_USE: [(&str, &[&str]); 12] = [
    ("runbook", &[]),
    ("run", &["runbook"]),
    ("ledger", &["runbook", "run"]),
    ("sync", &["runbook", "run"]),
    ("automation", &["runbook", "run"]),
    ("report", &["runbook", "run"]),
    ("import", &["runbook", "run"]),
    ("crew", &["runbook", "run"]),
    ("hub", &["runbook", "run", "ledger", "sync", "report"]),
    ("cockpit", &["runbook", "run", "ledger", "sync", "report", "automation"]),
    (
        "cli",
        &[
            "runbook",
            "run",
            "ledger",
            "sync",
            "automation",
            "report",
            "import",
            "crew",
            "hub",
            "cockpit",
        ],
    ),
    ("main", &["cli"]),
];

const PURE_PARTS: [&str; 9] = [
    "runbook",
    "run",
    "crew",
    "report",
    "cockpit",
    "sync/session",
    "sync/protocol",
    "hub/core",
    "ledger/order",
];

/// What of them is not.
const IMPURE_PARTS: [&str; 1] = ["cockpit/terminal"];

const IMPURE_NAMES: [&str; 11] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "fs::",
    "env::",
    "Instant",
    "SystemTime",
    "Utc::now",
    "Local::now",
];

#[test]
fn imports_go_downwards_only() {
    let mut broken = Vec::new();
    for file in sources() {
        let layer = layer_of(&file);
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == layer) else {
            if layer != "lib" {
                broken.push(format!("{}: `{layer}` is no layer of the house", file.display()));
            }
            continue;
        };
        for used in layers_named_in(&code_of(&file), depth_of(&file)) {
            if used != layer && !allowed.contains(&used.as_str()) {
                broken.push(format!("{}: `{layer}` names `{used}`", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{RULE}\n\n{}\n", broken.join("\n"));
}

#[test]
fn pure_parts_reach_nothing_outside() {
    let mut broken = Vec::new();
    for file in sources() {
        let path = file.strip_prefix("src").unwrap().with_extension("");
        let of = |parts: &[&str]| parts.iter().any(|part| path.starts_with(part));
        if !of(&PURE_PARTS) || of(&IMPURE_PARTS) {
            continue;
        }
        let code = without_tests(&code_of(&file));
        for name in IMPURE_NAMES {
            if names(&code, name) {
                broken.push(format!("{}: names `{name}`", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{PURE_RULE}\n\n{}\n", broken.join("\n"));
}

#[test]
fn the_readers_of_this_test_see_what_they_should() {
    let uses = |code: &str| layers_named_in(code, 2).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(uses("use crate::ledger::Ledger;"), "ledger");
    assert_eq!(uses("use crate::{run::{self, Act}, runbook, ledger as l};"), "ledger run runbook");
    assert_eq!(uses("fn f(x: crate::cockpit::Model) {}"), "cockpit");
    assert_eq!(uses("pub(crate) use golive::cli;"), "cli");
    assert_eq!(uses("use super::super::ledger::Ledger;"), "ledger");
    assert_eq!(uses("use super::super::{ledger::Ledger, run};"), "ledger run");
    assert_eq!(uses("use super::automation::of_this_layer;"), "");
    assert_eq!(uses("use super::running::x; let crate_run = 1;"), "");
    let code = without_comments_and_strings(
        "// use crate::ledger;\n/* crate::hub /* x */ */ \"crate::cli\" r#\"crate::\"run\"# 'c' 'a",
    );
    assert_eq!(uses(&code), "");
    assert!(names("a = std::fs::read(x)", "std::fs"));
    assert!(names("fs::read(x)", "fs::"));
    assert!(!names("let instants = InstantNoodles;", "Instant"));
    assert!(!names("diffs::read(x)", "fs::"));
}

/// Every source file, relative to the package.
fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder)).unwrap()
        {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(files.len() > 10, "the sources are found");
    files
}

/// `src/run/fold.rs` is of the layer `run`, `src/main.rs` of `main`.
fn layer_of(file: &Path) -> String {
    let inside = file.strip_prefix("src").unwrap().with_extension("");
    inside.components().next().unwrap().as_os_str().to_str().unwrap().to_owned()
}

fn code_of(file: &Path) -> String {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    without_comments_and_strings(&text)
}

/// How many `super::` lead from a file's module out to the crate: 2 for `src/run/fold.rs`, 1 for
/// `src/run/mod.rs`.
fn depth_of(file: &Path) -> usize {
    let parts = file.strip_prefix("src").unwrap().components().count();
    if file.file_name().is_some_and(|name| name == "mod.rs") { parts - 1 } else { parts }
}

/// The layers that the code reaches by `crate::`, `golive::`, or `super::` all the way out.
fn layers_named_in(code: &str, depth: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let outwards = "super::".repeat(depth);
    for root in ["crate::", "golive::", outwards.as_str()] {
        for (at, _) in code.match_indices(root) {
            if code[..at].ends_with(is_word) {
                continue;
            }
            let rest = code[at + root.len()..].trim_start();
            match rest.strip_prefix('{') {
                Some(group) => found.extend(heads_of_group(group)),
                None => found.extend(first_word(rest)),
            }
        }
    }
    found.retain(|name| MAY_USE.iter().any(|(layer, _)| layer == name));
    found
}

/// The first words of the members of `{…}`, nested groups left out.
fn heads_of_group(group: &str) -> Vec<String> {
    let (mut depth, mut heads, mut member) = (0, Vec::new(), String::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.extend(first_word(std::mem::take(&mut member).trim())),
            _ if depth == 0 => member.push(c),
            _ => {}
        }
    }
    heads.extend(first_word(member.trim()));
    heads
}

fn first_word(text: &str) -> Option<String> {
    let word: String = text.chars().take_while(|&c| is_word(c)).collect();
    (!word.is_empty()).then_some(word)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether the code names `name` as whole words.
fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + name.len()..].chars().next();
        !before.is_some_and(is_word) && (name.ends_with("::") || !after.is_some_and(is_word))
    })
}

/// The code before the module of tests.
fn without_tests(code: &str) -> String {
    code.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

/// Blanks comments, strings and characters, so that only code is left.
fn without_comments_and_strings(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let skipped = skip_comment(&chars, at)
            .or_else(|| skip_raw_string(&chars, at))
            .or_else(|| skip_string(&chars, at))
            .or_else(|| skip_char(&chars, at));
        match skipped {
            Some(end) => {
                code.push(' ');
                at = end;
            }
            None => {
                code.push(chars[at]);
                at += 1;
            }
        }
    }
    code
}

fn skip_comment(chars: &[char], at: usize) -> Option<usize> {
    match chars.get(at..at + 2)? {
        ['/', '/'] => {
            Some(chars[at..].iter().position(|&c| c == '\n').map_or(chars.len(), |n| at + n))
        }
        ['/', '*'] => {
            let (mut depth, mut end) = (1, at + 2);
            while depth > 0 && end < chars.len() {
                match chars.get(end..end + 2) {
                    Some(['/', '*']) => (depth, end) = (depth + 1, end + 2),
                    Some(['*', '/']) => (depth, end) = (depth - 1, end + 2),
                    _ => end += 1,
                }
            }
            Some(end)
        }
        _ => None,
    }
}

fn skip_raw_string(chars: &[char], at: usize) -> Option<usize> {
    if chars.get(at) != Some(&'r') || (at > 0 && is_word(chars[at - 1]) && chars[at - 1] != 'b') {
        return None;
    }
    let hashes = chars[at + 1..].iter().take_while(|&&c| c == '#').count();
    if chars.get(at + 1 + hashes) != Some(&'"') {
        return None;
    }
    let closing: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let start = at + 2 + hashes;
    let length = chars[start..].windows(closing.len()).position(|w| w == closing)?;
    Some(start + length + closing.len())
}

fn skip_string(chars: &[char], at: usize) -> Option<usize> {
    if chars[at] != '"' {
        return None;
    }
    let mut end = at + 1;
    while end < chars.len() && chars[end] != '"' {
        end += if chars[end] == '\\' { 2 } else { 1 };
    }
    Some((end + 1).min(chars.len()))
}

/// A character literal; a lifetime is left alone.
fn skip_char(chars: &[char], at: usize) -> Option<usize> {
    match chars.get(at..)? {
        ['\'', '\\', _, rest @ ..] => rest.iter().position(|&c| c == '\'').map(|n| at + 3 + n + 1),
        ['\'', _, '\'', ..] => Some(at + 3),
        _ => None,
    }
}
