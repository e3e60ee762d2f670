//! The runbook's file on disk: its difference to the run's text is shown, and adopted only when
//! the lead says so. Where the file has a text that the run had before, it is the run that has
//! edits of its own: those are offered to the file, never given up for it.

use crate::cockpit::action::Action;
use crate::cockpit::card::{Card, Tone};
use crate::cockpit::cards;
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
    let known = model.file_text.as_ref() == Some(&text);
    model.file_text = Some(text);
    recheck(model);
    let Some(change) = model.change.as_ref().filter(|_| !known) else { return Vec::new() };
    let file = &model.file_name;
    let shows = model.keymap.shown(Action::ShowDifference);
    let said = match change.problems.len() {
        _ if change.earlier => {
            let writes = model.keymap.shown(Action::WriteBack);
            format!(
                "this run has edits that {file} does not have: {shows} shows them, {writes} \
                 writes them to the file"
            )
        }
        0 => {
            let adopts = model.keymap.shown(Action::Adopt);
            format!("{file} has changed: {shows} shows how, {adopts} adopts it")
        }
        1 => format!("{file} has changed and has a problem: {shows} shows it"),
        n => format!("{file} has changed and has {n} problems: {shows} shows them"),
    };
    let tone = if change.earlier { Tone::Plain } else { Tone::Warn };
    // It may come while the greeting is up: the key that closes it must not take it away.
    model.say_long(tone, said);
    Vec::new()
}

/// File or run has another text: the difference between them is another, or none.
pub(super) fn recheck(model: &mut Model) {
    let Some(text) = &model.file_text else { return };
    let sha256 = sha256_hex(text.as_bytes());
    if sha256 == model.run.sha256 {
        no_change(model);
    } else {
        let (scroll, left) = model.change.as_ref().map_or((0, 0), |c| (c.scroll, c.left));
        model.change = Some(FileChange { scroll, left, ..compared(&model.run, text, &sha256) });
    }
}

fn no_change(model: &mut Model) {
    model.change = None;
    if model.view == View::Difference {
        super::show(model, View::Steps);
    }
}

/// What a text would change in the run's plan, or what is wrong with it. Of one that the run had
/// before, what the run has changed since.
fn compared(run: &RunState, text: &str, sha256: &str) -> FileChange {
    let reading = crate::runbook::read(text);
    let errors = reading.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let problems: Vec<_> = errors.map(|d| format!("line {}: {}", d.line, d.message)).collect();
    let earlier = run.had_text(sha256);
    let summary = match &reading.runbook {
        Some(plan) if earlier => {
            // Running and settled steps keep what they had, so the plan may lag behind the text.
            let present = crate::runbook::read(&run.text).runbook;
            summary(&difference(plan, present.as_ref().unwrap_or(&run.plan)))
        }
        Some(plan) => summary(&difference(&run.plan, plan)),
        None => "it cannot be adopted as it is".to_owned(),
    };
    let taken_out = reading.runbook.as_ref().map(|plan| run.taken_out(plan)).unwrap_or_default();
    let lines = if earlier { lines(text, &run.text) } else { lines(&run.text, text) };
    FileChange { earlier, summary, taken_out, problems, lines, scroll: 0, left: 0 }
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

/// Asks for the report that a card describes.
pub(super) fn report(model: &mut Model, card: &Card) -> Vec<Effect> {
    model.say(Tone::Plain, "writing the report");
    let (format, anonymised) = (cards::report_format(card), cards::anonymised(card));
    let name = crate::report::file_name(&model.run.run, format, anonymised);
    vec![Effect::WriteReport { name, format, anonymised }]
}

/// It was written, or could not be.
pub(super) fn report_written(model: &mut Model, result: Result<String, String>) -> Vec<Effect> {
    match result {
        Ok(file) => model.say_long(Tone::Good, format!("the report is in {file}")),
        Err(reason) => model.say_long(Tone::Bad, reason),
    }
    Vec::new()
}
