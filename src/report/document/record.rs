//! Deviations, corrections, notes, messages, what happened in order.

use super::{Block, addition, table};
use crate::report::model::{Correction, Deviation, Happening, Message, Note};
use crate::report::table::{Cell, Table};
use crate::report::text::counted;
use crate::run::NoteKind;

pub(super) fn deviations(deviations: &[Deviation]) -> Vec<Block> {
    let mut lines =
        Table::new("Deviations", &["Kind", "When", "Step", "What", "Why", "By", "Entry"]);
    for deviation in deviations {
        let why = match &deviation.reason {
            Some(why) => Cell::text(why.as_str()),
            None if deviation.reason_owed => Cell::text("no reason given"),
            None => Cell::Empty,
        };
        lines.row([
            Cell::text(deviation.kind.word()),
            Cell::some(deviation.at, Cell::Time),
            Cell::maybe(deviation.step.as_ref()),
            Cell::text(format!("{}{}", deviation.what, addition(deviation.after_end))),
            why,
            Cell::maybe(deviation.by.as_ref()),
            Cell::some(deviation.entry, entry),
        ]);
    }
    table(lines).into_iter().collect()
}

/// As a number: `#17` would become a link to something else on more than one wiki.
pub(super) fn entry(seq: u64) -> Cell {
    Cell::text(seq.to_string())
}

pub(super) fn corrections(corrections: &[Correction]) -> Vec<Block> {
    let mut lines = Table::new("Corrections", &["When", "What", "Why", "By", "Entry"]);
    for correction in corrections {
        lines.row([
            Cell::Time(correction.at),
            Cell::text(format!("{}{}", correction.what, addition(correction.after_end))),
            Cell::maybe(correction.reason.as_ref()),
            Cell::text(correction.by.as_str()),
            entry(correction.entry),
        ]);
    }
    let text = "Mistakes in the record that were mended. They are no deviations, and what was taken \
                back is in no figure of this report.";
    table(lines).map_or_else(Vec::new, |lines| vec![Block::Text(text.to_owned()), lines])
}

pub(super) fn issues(notes: &[Note]) -> Vec<Block> {
    let mut lines =
        Table::new("Issues and risks", &["Kind", "When", "What", "Step", "By", "State"]);
    for note in notes {
        let state = match (note.closed_at, &note.close_reason) {
            (None, _) => "open".to_owned(),
            (Some(_), None) => "closed".to_owned(),
            (Some(_), Some(why)) => format!("closed: {why}"),
        };
        lines.row([
            Cell::text(if note.kind == NoteKind::Risk { "risk" } else { "issue" }),
            Cell::Time(note.at),
            Cell::text(text_of(note)),
            Cell::maybe(note.step.as_ref()),
            Cell::text(note.by.as_str()),
            Cell::text(state),
        ]);
    }
    table(lines).into_iter().collect()
}

/// A note with what it read before, and whether it came late.
fn text_of(note: &Note) -> String {
    let mut text = format!("{}{}", note.text, addition(note.after_end));
    for earlier in &note.earlier {
        text = format!("{text}\n(read before: {})", earlier.text);
    }
    text
}

pub(super) fn notes(notes: &[Note]) -> Vec<Block> {
    let mut lines = Table::new("Notes", &["When", "Note", "Step", "By", "Public"]);
    for note in notes {
        lines.row([
            Cell::Time(note.at),
            Cell::text(text_of(note)),
            Cell::maybe(note.step.as_ref()),
            Cell::text(note.by.as_str()),
            Cell::yes(note.public),
        ]);
    }
    table(lines).into_iter().collect()
}

pub(super) fn messages(messages: &[Message]) -> Vec<Block> {
    let mut lines = Table::new("Messages sent", &["When", "To", "Text", "By"]);
    for message in messages {
        lines.row([
            Cell::Time(message.at),
            Cell::text(message.audience.as_ref().unwrap_or(&message.id).as_str()),
            Cell::text(format!("{}{}", message.text, addition(message.after_end))),
            Cell::text(message.by.as_str()),
        ]);
    }
    table(lines).into_iter().collect()
}

pub(super) fn timeline(timeline: &[Happening]) -> Vec<Block> {
    let mut lines = Table::new("What happened, in order", &["Entry", "When", "Who", "What"]);
    for happening in timeline.iter().filter(|happening| happening.marks) {
        let mut what = happening.what.clone();
        let standing = happening.standing.word();
        if !standing.is_empty() {
            what = format!("{what} [{standing}]");
        }
        let by = match &happening.recorded_by {
            Some(recorder) => format!("{} (recorded by {recorder})", happening.by),
            None => happening.by.clone(),
        };
        lines.row([
            entry(happening.entry),
            Cell::Second(happening.at),
            Cell::text(by),
            Cell::text(format!("{what}{}", addition(happening.after_end))),
        ]);
    }
    let said = format!(
        "What marks the course of the night: {} of {}. The JSON, CSV and XLSX reports have all.",
        lines.rows.len(),
        counted(timeline.len(), "entry", "entries")
    );
    table(lines).map_or_else(Vec::new, |lines| vec![Block::Text(said), lines])
}
