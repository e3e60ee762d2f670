//! The runbook's file on disk: its difference to the run's text is shown, and adopted only when
//! the lead says so.

use crate::cockpit::action::Action;
use crate::cockpit::card::Tone;
use crate::cockpit::effect::Effect;
use crate::cockpit::model::{DiffHow, DiffLine, FileChange, Model, View};
use crate::run::sha256_hex;
use crate::runbook::Severity;
use similar::{ChangeTag, TextDiff};

/// Lines kept around each change.
const CONTEXT: usize = 3;
/// A difference longer than this is cut.
const LINES: usize = 5_000;

/// The file has this text now.
pub(super) fn changed(model: &mut Model, text: String) -> Vec<Effect> {
    if sha256_hex(text.as_bytes()) == model.run.sha256 {
        if model.change.take().is_some() && model.view == View::Difference {
            super::show(model, View::Steps);
        }
        return Vec::new();
    }
    if model.change.as_ref().is_some_and(|change| change.text == text) {
        return Vec::new();
    }
    let reading = crate::runbook::read(&text);
    let errors = reading.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let problems: Vec<_> = errors.map(|d| format!("line {}: {}", d.line, d.message)).collect();
    let lines = difference(&model.run.text, &text);
    let summary = summary(&lines);
    let key = |action: Action| model.keymap.shown(action);
    let (tone, said) = match problems.len() {
        0 => (
            Tone::Warn,
            format!(
                "{} has changed: {} shows how, {} adopts it",
                model.file_name,
                key(Action::ShowDifference),
                key(Action::Adopt)
            ),
        ),
        n => (
            Tone::Warn,
            format!(
                "{} has changed and has {n} problems; {} shows them",
                model.file_name,
                key(Action::ShowDifference)
            ),
        ),
    };
    model.say_long(tone, said);
    model.change = Some(FileChange { text, summary, problems, lines, scroll: 0 });
    Vec::new()
}

/// The run has another text: the file's difference to it is another, or none.
pub(super) fn recheck(model: &mut Model) {
    let Some(change) = model.change.as_mut() else { return };
    if sha256_hex(change.text.as_bytes()) != model.run.sha256 {
        change.lines = difference(&model.run.text, &change.text);
        change.summary = summary(&change.lines);
        return;
    }
    model.change = None;
    if model.view == View::Difference {
        super::show(model, View::Steps);
    }
}

fn summary(lines: &[DiffLine]) -> String {
    let count = |how| lines.iter().filter(|line| line.how == how).count();
    format!("{} lines added, {} taken away", count(DiffHow::Added), count(DiffHow::Removed))
}

/// Line by line, with some lines around each change.
fn difference(old: &str, new: &str) -> Vec<DiffLine> {
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    for (n, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if n > 0 {
            lines.push(DiffLine { how: DiffHow::Gap, text: String::new() });
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            if lines.len() >= LINES {
                return lines;
            }
            let how = match change.tag() {
                ChangeTag::Equal => DiffHow::Same,
                ChangeTag::Insert => DiffHow::Added,
                ChangeTag::Delete => DiffHow::Removed,
            };
            let text = change.value().trim_end_matches(['\n', '\r']).to_owned();
            lines.push(DiffLine { how, text });
        }
    }
    lines
}

/// Writes the run's text to the file.
pub(super) fn write_back(model: &mut Model) -> Vec<Effect> {
    if model.file_name.is_empty() {
        model.say(Tone::Plain, "no runbook file is followed");
        return Vec::new();
    }
    if model.change.is_some() {
        let key = model.keymap.shown(Action::ShowDifference);
        let said = format!(
            "{} has changes of its own, which would be lost: {key} shows them",
            model.file_name
        );
        model.say_long(Tone::Warn, said);
        return Vec::new();
    }
    vec![Effect::WriteFile(model.run.text.to_string())]
}

/// The file was written, or could not be.
pub(super) fn written(model: &mut Model, result: Result<(), String>) -> Vec<Effect> {
    match result {
        Ok(()) => model.say(Tone::Good, format!("{} was written", model.file_name)),
        Err(reason) => model.say_long(Tone::Bad, reason),
    }
    Vec::new()
}
