//! What happened: entries, decisions, notes, deviations, corrections.

use super::seq;
use crate::report::document::{remarks, votes};
use crate::report::model::{Decision, DecisionKind, Deviation, Happening, Note, Report};
use crate::report::table::{Cell, Table};
use crate::run::NoteKind;

pub(super) fn timeline(timeline: &[Happening]) -> Table {
    let mut table = Table::new(
        "timeline",
        &[
            "entry",
            "at",
            "recorded_at",
            "by",
            "recorded_by",
            "proved",
            "step",
            "what",
            "standing",
            "corrected_by",
            "after_end",
        ],
    );
    for h in timeline {
        table.row([
            seq(h.entry),
            Cell::Second(h.at),
            Cell::some(h.recorded_at, Cell::Second),
            Cell::text(h.by.as_str()),
            Cell::maybe(h.recorded_by.as_ref()),
            Cell::text(if h.claimed { "claimed" } else { "proved" }),
            Cell::maybe(h.step.as_ref()),
            Cell::text(h.what.as_str()),
            Cell::text(h.standing.word()),
            Cell::some(h.corrected_by, seq),
            Cell::yes(h.after_end),
        ]);
    }
    table
}

pub(super) fn decisions(made: &[Decision]) -> Table {
    let mut table = Table::new(
        "decisions",
        &[
            "at",
            "kind",
            "step",
            "attempt",
            "decision",
            "text",
            "by",
            "reason",
            "conditions",
            "votes",
            "poll_min",
            "remarks",
        ],
    );
    for d in made {
        let kind = match d.kind {
            DecisionKind::Gate => "gate",
            DecisionKind::Choice => "choice",
            DecisionKind::Noted => "noted",
        };
        table.row([
            Cell::some(d.at, Cell::Second),
            Cell::text(kind),
            Cell::maybe(d.step.as_ref()),
            Cell::some(d.attempt, |n| Cell::Number(n.into())),
            Cell::text(d.verdict.word()),
            Cell::maybe(d.text.as_ref()),
            Cell::maybe(d.by.as_ref()),
            Cell::maybe(d.reason.as_ref()),
            Cell::text(d.conditions.join("\n")),
            Cell::text(votes(d)),
            Cell::some(d.poll_s, Cell::Minutes),
            Cell::text(remarks(d)),
        ]);
    }
    table
}

/// Notes, issues and risks in one table, in order.
pub(super) fn notes(report: &Report) -> Option<Table> {
    let mut table = Table::new(
        "notes",
        &[
            "entry",
            "at",
            "kind",
            "text",
            "step",
            "by",
            "public",
            "state",
            "closed_at",
            "closed_by",
            "close_reason",
            "earlier",
            "after_end",
        ],
    );
    let mut all: Vec<&Note> = match (&report.notes, &report.issues) {
        (None, None) => return None,
        (notes, issues) => notes.iter().chain(issues).flatten().collect(),
    };
    all.sort_by_key(|note| note.entry);
    for note in all {
        let (kind, state) = match note.kind {
            NoteKind::Issue | NoteKind::Risk => {
                let kind = if note.kind == NoteKind::Issue { "issue" } else { "risk" };
                (kind, if note.open { "open" } else { "closed" })
            }
            _ => ("note", ""),
        };
        let earlier: Vec<&str> = note.earlier.iter().map(|e| e.text.as_str()).collect();
        table.row([
            seq(note.entry),
            Cell::Second(note.at),
            Cell::text(kind),
            Cell::text(note.text.as_str()),
            Cell::maybe(note.step.as_ref()),
            Cell::text(note.by.as_str()),
            Cell::yes(note.public),
            Cell::text(state),
            Cell::some(note.closed_at, Cell::Second),
            Cell::maybe(note.closed_by.as_ref()),
            Cell::maybe(note.close_reason.as_ref()),
            Cell::text(earlier.join("\n")),
            Cell::yes(note.after_end),
        ]);
    }
    Some(table)
}

pub(super) fn deviations(deviations: &[Deviation]) -> Table {
    let mut table = Table::new(
        "deviations",
        &["kind", "at", "step", "what", "reason", "by", "entry", "minutes", "owed", "after_end"],
    );
    for d in deviations {
        table.row([
            Cell::text(d.kind.word()),
            Cell::some(d.at, Cell::Second),
            Cell::maybe(d.step.as_ref()),
            Cell::text(d.what.as_str()),
            Cell::maybe(d.reason.as_ref()),
            Cell::maybe(d.by.as_ref()),
            Cell::some(d.entry, seq),
            Cell::some(d.seconds, Cell::Minutes),
            Cell::yes(d.still_owed),
            Cell::yes(d.after_end),
        ]);
    }
    table
}

pub(super) fn corrections(report: &Report) -> Option<Table> {
    let mut table = Table::new(
        "corrections",
        &["entry", "at", "by", "corrects", "what", "reason", "after_end"],
    );
    for c in report.corrections.as_ref()? {
        table.row([
            seq(c.entry),
            Cell::Second(c.at),
            Cell::text(c.by.as_str()),
            Cell::some(c.corrects, seq),
            Cell::text(c.what.as_str()),
            Cell::maybe(c.reason.as_ref()),
            Cell::yes(c.after_end),
        ]);
    }
    Some(table)
}
