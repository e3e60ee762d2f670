//! The runbook's file on disk: its difference to the run's text is shown, and adopted only when
//! the lead says so.

use crate::cockpit::action::Action;
use crate::cockpit::card::Tone;
use crate::cockpit::effect::Effect;
use crate::cockpit::model::{DiffHow, DiffLine, FileChange, Model, View};
use crate::run::{RunState, sha256_hex};
use crate::runbook::{ChangeKind, Severity, difference, line_difference, summary};

/// Lines kept around each change.
const CONTEXT: usize = 3;
/// A difference longer than this is cut.
const LINES: usize = 5_000;

/// The file has this text now.
pub(super) fn changed(model: &mut Model, text: String) -> Vec<Effect> {
    if sha256_hex(text.as_bytes()) == model.run.sha256 {
        no_change(model);
    } else if model.change.as_ref().is_none_or(|change| change.text != text) {
        let change = compared(&model.run, text);
        let (file, problems) = (model.file_name.clone(), change.problems.len());
        let shows = model.keymap.shown(Action::ShowDifference);
        let adopts = model.keymap.shown(Action::Adopt);
        model.say(
            Tone::Warn,
            match problems {
                0 => format!("{file} has changed: {shows} shows how, {adopts} adopts it"),
                1 => format!("{file} has changed and has a problem: {shows} shows it"),
                n => format!("{file} has changed and has {n} problems: {shows} shows them"),
            },
        );
        model.change = Some(change);
    }
    Vec::new()
}

/// The run has another text: the file's difference to it is another, or none.
pub(super) fn recheck(model: &mut Model) {
    let Some(change) = model.change.take() else { return };
    if sha256_hex(change.text.as_bytes()) == model.run.sha256 {
        no_change(model);
    } else {
        model.change = Some(compared(&model.run, change.text));
    }
}

fn no_change(model: &mut Model) {
    model.change = None;
    if model.view == View::Difference {
        super::show(model, View::Steps);
    }
}

/// What a text would change in the run's plan, or what is wrong with it.
fn compared(run: &RunState, text: String) -> FileChange {
    let reading = crate::runbook::read(&text);
    let errors = reading.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let problems: Vec<_> = errors.map(|d| format!("line {}: {}", d.line, d.message)).collect();
    let summary = match &reading.runbook {
        Some(plan) => summary(&difference(&run.plan, plan)),
        None => "it cannot be adopted as it is".to_owned(),
    };
    let lines = lines(&run.text, &text);
    FileChange { text, summary, problems, lines, scroll: 0 }
}

/// Line by line, with some lines around each change.
fn lines(old: &str, new: &str) -> Vec<DiffLine> {
    let mut lines = Vec::new();
    for (n, group) in line_difference(old, new, CONTEXT).into_iter().enumerate() {
        if n > 0 {
            lines.push(DiffLine { how: DiffHow::Gap, text: String::new() });
        }
        for line in group {
            if lines.len() >= LINES {
                return lines;
            }
            let how = match line.kind {
                None | Some(ChangeKind::Changed) => DiffHow::Same,
                Some(ChangeKind::Added) => DiffHow::Added,
                Some(ChangeKind::Removed) => DiffHow::Removed,
            };
            lines.push(DiffLine { how, text: line.text });
        }
    }
    lines
}

/// The file was written, or could not be.
pub(super) fn written(model: &mut Model, result: Result<(), String>) -> Vec<Effect> {
    match result {
        Ok(()) => model.say(Tone::Good, format!("{} was written", model.file_name)),
        Err(reason) => model.say_long(Tone::Bad, reason),
    }
    Vec::new()
}
